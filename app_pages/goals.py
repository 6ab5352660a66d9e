"""目标: every goal in every reading and year, and the evidence of the one that is chosen."""

from collections.abc import Mapping
from dataclasses import replace
from html import escape
from typing import Any

import streamlit as st

from app_pages import data, fragments
from app_pages.goal_panel import (
    clause,
    journey,
    reading_in_force,
    statistic_name,
    uncounted,
)
from app_pages.scorecard import asked, headline, shown_value, value_against_threshold
from app_pages.session import current_view, go
from app_pages.view import View
from app_pages.words import say
from gis.catalogue.goals import Goal, Reading
from gis.core.schemas import YEARS

PICKED_GOAL, PICKED_READING = "picked_goal", "picked_reading"
EVIDENCE_SHOWN = 60


def show() -> None:
    """Draw the page."""
    view = current_view()
    with st.container(key="sheet"):
        st.html(
            f"<h1>{escape(say('goals.title', view.language))}</h1>"
            f'<p class="soft">{escape(say("goals.lead", view.language))}</p>'
        )
        verdicts = data.verdicts()
        if verdicts is None:
            st.html(f'<p class="soft">{escape(say("score.none.remedy", view.language))}</p>')
            return
        st.html(_matrix(verdicts, view))
        _show_evidence(verdicts, view)


def _matrix(verdicts: data.Verdicts, view: View) -> str:
    language = view.language
    rows: list[str] = []
    for goal in headline(verdicts):
        name = goal.name_en if language == "en" else goal.name_zh
        words = fragments.quoted(goal.key_words)
        rows.append(
            f'<tr class="group"><td colspan="{len(YEARS) + 2}"><b>{escape(name)}</b> '
            f"<small>{escape(goal.id)} · {words}</small></td></tr>"
        )
        rows += [_reading_row(goal, reading, verdicts, view) for reading in goal.readings]
    heads = [say("column.reading", language), say("column.threshold", language), *map(str, YEARS)]
    header = "".join(f"<th{_now(head == str(view.year))}>{escape(head)}</th>" for head in heads)
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
    known = next((record for record in records.values() if record), None)
    cells = "".join(
        f"<td{_now(year == view.year)}>{_cell(reading, record, view)}</td>"
        for year, record in records.items()
    )
    return (
        f"<tr><td>{escape(reading.id)} {escape(name)}</td>"
        f"<td>{escape(asked(reading, known, language))}</td>{cells}</tr>"
    )


def _now(is_now: bool) -> str:  # noqa: FBT001 - a condition, not an option
    return ' class="now"' if is_now else ""


def _cell(reading: Reading, record: Mapping[str, Any] | None, view: View) -> str:
    if record is None:
        return "—"
    word = str(record["verdict"])
    said = escape(fragments.verdict_text(word, view.language))
    value = "" if word == "not decidable" else shown_value(reading, record, view.language)
    return f'{fragments.shape(word, size=14)}<span title="{said}"> {escape(value)}</span>'


# Evidence --------------------------------------------------------------------------------------


def _show_evidence(verdicts: data.Verdicts, view: View) -> None:
    language = view.language
    known = {goal.id: goal for goal in headline(verdicts)}
    names = {i: g.name_en if language == "en" else g.name_zh for i, g in known.items()}
    chosen = view.goal if view.goal in known else next(iter(known))
    goal = known[chosen]
    reading = reading_in_force(goal, view)
    st.html("<hr>")
    left, right = st.columns([2, 3])
    with left:
        st.selectbox(
            say("goals.pick", language),
            list(known),
            index=list(known).index(chosen),
            format_func=lambda identifier: f"{identifier} {names[identifier]}",
            key=PICKED_GOAL,
            on_change=_pick_goal,
        )
    with right:
        said = {
            r.id: f"{r.id} {r.name_en if language == 'en' else r.name_zh}" for r in goal.readings
        }
        st.selectbox(
            say("goals.pick_reading", language),
            list(said),
            index=list(said).index(reading.id),
            format_func=lambda identifier: said[identifier],
            key=f"{PICKED_READING}_{goal.id}",
            on_change=_pick_reading,
            args=(goal.id,),
        )
    records = [
        record
        for record in verdicts.of(goal=goal.id, year=view.year)
        if record["reading"] == reading.id
    ]
    title = say("goals.evidence", language, goal=goal.id, reading=reading.id, year=view.year)
    st.html(f"<h2>{escape(title)}</h2>{_statistics(records, view)}")
    decisive = verdicts.decisive(year=view.year, goal=goal.id, reading=reading.id)
    if decisive is not None and decisive["evidence"]:
        st.html(_evidence(decisive, view))
    st.html(clause(goal, reading, decisive, language))


def _pick_goal() -> None:
    go(replace(current_view(), goal=st.session_state[PICKED_GOAL], reading=""))


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
                escape(statistic_name(record["statistic"], language)),
                f"{fragments.shape(word, size=14)} {fragments.verdict_word(word, language)}",
                escape(value_against_threshold(record, language)),
                "—"
                if margin is None
                else escape(fragments.amount(margin, record["unit"], language)),
                fragments.share(record.get("population_share")),
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
            + f" {escape(fragments.amount(row['minutes'], record['unit'], language))}",
            f"<small>{escape(journey(row['legs'], language))}</small>",
        ]
        for row in record["evidence"][:EVIDENCE_SHOWN]
    ]
    heads = ("origin", "destination", "value", "journey")
    header = [escape(say(f"column.{head}", language)) for head in heads]
    return fragments.table(header, rows, numeric=(2,))
