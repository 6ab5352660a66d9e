"""目标: every goal by year at a glance, and one goal by reading, statistic and year."""

from collections.abc import Mapping
from dataclasses import replace
from html import escape
from typing import Any

import streamlit as st

from app_pages import data, fragments, runs
from app_pages.confidence import gap, probability_note, show_confidence
from app_pages.goal_panel import (
    clause,
    journey,
    reading_in_force,
    show_unjudged,
    uncounted,
)
from app_pages.matrix import definition_matrix
from app_pages.scorecard import headline, value_against_threshold
from app_pages.session import current_view, go
from app_pages.view import View
from app_pages.words import say
from gis.catalogue.goals import Goal, Reading
from gis.core.errors import InputError
from gis.core.schemas import YEARS
from gis.outputs import phrases
from gis.outputs.definition_matrix import statistic_name

PICKED_GOAL, PICKED_READING, EVERY_GOAL = "picked_goal", "picked_reading", "every_goal"
EVIDENCE_SHOWN = 60


def show() -> None:
    """Draw the page."""
    view = current_view()
    with st.container(key="sheet"):
        verdicts = data.verdicts(of_every_goal=view.of_every_goal)
        if verdicts is None:
            st.html(
                f"<h1>{escape(say('goals.title', view.language))}</h1>"
                f'<p class="soft">{escape(say("score.none.remedy", view.language))}</p>'
            )
            return
        offered = _offered(verdicts, view)
        _show_choice(offered, view)
        goal = offered.get(view.goal)
        if goal is None:
            _show_overview(list(offered.values()), verdicts, view)
        else:
            _show_goal(goal, verdicts, view)


def _offered(verdicts: data.Verdicts, view: View) -> dict[str, Goal]:
    """Return the goals to choose from; one that the address names is always among them."""
    if view.of_every_goal:
        return data.goals()
    wanted = {goal.id for goal in headline(verdicts)} | {view.goal}
    return {identifier: goal for identifier, goal in data.goals().items() if identifier in wanted}


def _show_choice(offered: Mapping[str, Goal], view: View) -> None:
    language = view.language
    names = {i: g.name_en if language == "en" else g.name_zh for i, g in offered.items()}
    every = ".every" if view.of_every_goal else ""
    names = {"": say(f"matrix.overview{every}", language)} | {
        identifier: f"{identifier} {name}" for identifier, name in names.items()
    }
    with st.container(key="choice", horizontal=True, vertical_alignment="center"):
        st.selectbox(
            say("goals.pick", language),
            list(names),
            index=list(names).index(view.goal) if view.goal in names else 0,
            format_func=names.__getitem__,
            # A key of its own for each address: else the widget would keep what it showed.
            key=(picker := f"{PICKED_GOAL}_{view.goal}_{language}_{view.of_every_goal}"),
            label_visibility="collapsed",
            on_change=_pick_goal,
            args=(picker,),
            width=520,
        )
        st.toggle(
            say("matrix.every", language),
            value=view.of_every_goal,
            key=(switch := f"{EVERY_GOAL}_{view.of_every_goal}"),
            on_change=_pick_every,
            args=(switch,),
        )


def _pick_goal(key: str) -> None:
    go(replace(current_view(), goal=st.session_state[key], reading=""))


def _pick_every(key: str) -> None:
    go(replace(current_view(), of_every_goal=st.session_state[key]))


# All goals -------------------------------------------------------------------------------------


def _show_overview(goals: list[Goal], verdicts: data.Verdicts, view: View) -> None:
    language = view.language
    st.html(
        f"<h1>{escape(say('goals.title', language))}</h1>"
        f'<p class="soft">{escape(say("goals.lead", language))}</p>'
    )
    judged = {record["goal"] for record in verdicts.records}
    if any(goal.id not in judged for goal in goals):
        label = say("matrix.judge_every", language, count=len(data.goals()))
        if runs.built_years() and st.button(label, key="judge_every"):
            _judge_every(view)
    st.html(_matrix([goal for goal in goals if goal.id in judged], verdicts, view))


def _judge_every(view: View) -> None:
    bar = st.progress(0.0, text=say("work.starting", view.language))
    try:
        records = runs.judged(
            list(data.goals().values()),
            runs.built_years(),
            language=view.language,
            progress=lambda share, line: bar.progress(share, text=line),
        )
        data.keep_every_verdict(records)
    except InputError as error:
        bar.empty()
        st.html(fragments.bullets(p.line(language=view.language) for p in error.problems))
        return
    st.rerun()


def _matrix(goals: list[Goal], verdicts: data.Verdicts, view: View) -> str:
    language = view.language
    rows: list[str] = []
    for goal in goals:
        name = goal.name_en if language == "en" else goal.name_zh
        words = fragments.quoted(goal.key_words)
        rows.append(
            f'<tr class="group"><td colspan="{len(YEARS) + 2}"><b>{escape(name)}</b> '
            f"<small>{escape(goal.id)} · {words}</small></td></tr>"
        )
        rows += [_reading_row(goal, reading, verdicts, view) for reading in goal.readings]
    heads = [say(f"column.{head}", language) for head in ("reading", "threshold")]
    header = "".join(f"<th>{escape(head)}</th>" for head in heads)
    header += "".join(f"<th{_now(year, view)}>{year}</th>" for year in YEARS)
    body = "".join(rows)
    legend = "".join(
        f'<p class="soft">{escape(say(f"goals.{line}", language))}</p>'
        for line in ("legend", "partly")
    )
    table = f"<thead><tr>{header}</tr></thead><tbody>{body}</tbody>"
    return f'<table class="matrix">{table}</table><div class="after">{legend}</div>'


def _reading_row(goal: Goal, reading: Reading, verdicts: data.Verdicts, view: View) -> str:
    language = view.language
    name = reading.name_en if language == "en" else reading.name_zh
    records = {
        year: verdicts.decisive(year=year, goal=goal.id, reading=reading.id) for year in YEARS
    }
    cells = "".join(
        f"<td{_now(year, view)}>{_cell(reading, record, view)}</td>"
        for year, record in records.items()
    )
    return (
        f"<tr><td>{escape(reading.id)} {escape(name)}</td>"
        f"<td>{escape(phrases.asked(reading, language))}</td>{cells}</tr>"
    )


def _now(year: int, view: View) -> str:
    return ' class="now"' if year == view.year else ""


def _cell(reading: Reading, record: Mapping[str, Any] | None, view: View) -> str:
    if record is None:
        return "—"
    word = str(record["verdict"])
    said = escape(fragments.verdict_text(word, view.language))
    value = "" if word == "not decidable" else phrases.shown_value(reading, record, view.language)
    shown = f'{fragments.shape(word, size=14)}<span title="{said}"> {escape(value)}</span>'
    return f"{shown} {probability_note(record, view.language)}" if value else f"{shown} —"


# One goal --------------------------------------------------------------------------------------


def _show_goal(goal: Goal, verdicts: data.Verdicts, view: View) -> None:
    language = view.language
    name = goal.name_en if language == "en" else goal.name_zh
    st.html(
        f"<h1>{escape(name)}</h1>"
        f'<p class="soft">{escape(goal.id)} · {fragments.quoted(goal.key_words)}</p>'
    )
    if not verdicts.of(goal=goal.id):
        show_unjudged(goal, view)
        return
    st.html(definition_matrix(goal, verdicts, view))
    _show_reading(goal, verdicts, view)


def _show_reading(goal: Goal, verdicts: data.Verdicts, view: View) -> None:
    """Draw what supports the verdict on the reading in force."""
    language = view.language
    reading = reading_in_force(goal, view)
    said = {r.id: f"{r.id} {r.name_en if language == 'en' else r.name_zh}" for r in goal.readings}
    st.selectbox(
        say("goals.pick_reading", language),
        list(said),
        index=list(said).index(reading.id),
        format_func=said.__getitem__,
        key=f"{PICKED_READING}_{goal.id}",
        on_change=_pick_reading,
        args=(goal.id,),
    )
    records = [
        record
        for record in verdicts.of(goal=goal.id, year=view.year)
        if record["reading"] == reading.id
    ]
    decisive = verdicts.decisive(year=view.year, goal=goal.id, reading=reading.id)
    left, right = st.columns(2, gap="large")
    with left:
        title = say("goals.evidence", language, goal=goal.id, reading=reading.id, year=view.year)
        st.html(f"<h2>{escape(title)}</h2>{_statistics(records, view)}")
    with right:
        show_confidence(goal, reading, decisive, view)
        if levers := gap(decisive, language):
            st.html(levers)
    if decisive is not None and decisive["evidence"]:
        st.html(_evidence(decisive, view))
    st.html(clause(goal, reading, decisive, language))


def _pick_reading(goal: str) -> None:
    picked = st.session_state[f"{PICKED_READING}_{goal}"]
    go(replace(current_view(), goal=goal, reading=picked))


def _statistics(records: list[Mapping[str, Any]], view: View) -> str:
    language = view.language
    rows = []
    for record in records:
        word = str(record["verdict"])
        margin = record["margin"]
        rows.append(
            [
                escape(statistic_name(record["statistic"], language=language)),
                f"{fragments.shape(word, size=14)} {fragments.verdict_word(word, language)}",
                escape(value_against_threshold(record, language)),
                "—" if margin is None else escape(phrases.amount(margin, record["unit"], language)),
                phrases.share(record.get("population_share")),
            ]
        )
    heads = ("statistic", "verdict", "value", "margin", "people")
    header = [escape(say(f"column.{head}", language)) for head in heads]
    return fragments.table(header, rows, numeric=(2, 3, 4))


def _evidence(record: Mapping[str, Any], view: View) -> str:
    language = view.language
    rows = [
        [
            fragments.named(row, "origin", language) + uncounted(row, language),
            fragments.named(row, "destination", language),
            fragments.shape("met" if row["within"] else "not met", size=12)
            + f" {escape(phrases.amount(row['minutes'], record['unit'], language))}",
            f"<small>{escape(journey(row['legs'], language))}</small>",
        ]
        for row in record["evidence"][:EVIDENCE_SHOWN]
    ]
    heads = ("origin", "destination", "value", "journey")
    header = [escape(say(f"column.{head}", language)) for head in heads]
    return fragments.table(header, rows, numeric=(2,))
