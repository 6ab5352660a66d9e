"""One goal opened beside the map: verdict, readings, pairs, clause, caveats."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape
from typing import Any

import streamlit as st

from app_pages import fragments, runs
from app_pages.confidence import compute, gap, show_confidence
from app_pages.data import Verdicts
from app_pages.scorecard import (
    compliance,
    standing,
    standing_bar,
    value_against_threshold,
)
from app_pages.session import current_view, go, page
from app_pages.view import View
from app_pages.words import Language, say
from gis.catalogue.goals import Goal, Reading, Weighting
from gis.core.schemas import YEARS
from gis.outputs import phrases
from gis.outputs.definition_matrix import finding, statistic_name

WORST_SHOWN = 8


def show_goal(view: View, goal: Goal, verdicts: Verdicts) -> None:
    """Draw everything that supports the verdict on one goal.

    Parameters
    ----------
    view
        Language, year and reading in force.
    goal
        The goal.
    verdicts
        All verdicts.

    """
    reading = reading_in_force(goal, view)
    record = verdicts.decisive(year=view.year, goal=goal.id, reading=reading.id)
    st.html(_name(goal, view.language))
    if not verdicts.of(goal=goal.id):
        show_unjudged(goal, view)
        return
    _choose_reading(goal, reading, view)
    st.html(_head(reading, record, view) + _statistics(goal, reading, verdicts, view))
    show_confidence(goal, reading, record, view)
    if levers := gap(record, view.language):
        st.html(levers)
    st.html(_years(goal, reading, verdicts, view))
    st.html(_readings(goal, verdicts, view))
    label = say("matrix.open", view.language)
    st.page_link(page("goals"), label=f"{label} →", query_params=view.to_query())
    if record is not None and record["evidence"]:
        st.html(_pairs(record, view.language))
    st.html(clause(goal, reading, record, view.language))


def show_unjudged(goal: Goal, view: View) -> None:
    """Draw a goal that no run has judged yet, and a button that judges it."""
    language = view.language
    st.html(f"<p>{escape(say('matrix.unjudged', language))}</p>")
    if runs.built_years() and st.button(say("matrix.judge", language), key="judge_goal"):
        compute(goal, view)
    st.html(clause(goal, goal.readings[0], None, language))


def reading_in_force(goal: Goal, view: View) -> Reading:
    """Return the reading that the view names, or the goal's first."""
    chosen = (reading for reading in goal.readings if reading.id == view.reading)
    return next(chosen, goal.readings[0])


def _name(goal: Goal, language: Language) -> str:
    return f"<h1>{escape(goal.name_en if language == 'en' else goal.name_zh)}</h1>"


def _choose_reading(goal: Goal, reading: Reading, view: View) -> None:
    key = f"reading_{goal.id}"
    if len(goal.readings) > 1:
        st.segmented_control(
            say("column.reading", view.language),
            [each.id for each in goal.readings],
            default=reading.id,
            key=key,
            label_visibility="collapsed",
            required=True,
            on_change=_take_reading,
            args=(key,),
        )


def _take_reading(key: str) -> None:
    go(replace(current_view(), reading=st.session_state[key] or ""))


def _head(reading: Reading, record: Mapping[str, Any] | None, view: View) -> str:
    language = view.language
    said = reading.name_en if language == "en" else reading.name_zh
    word = "not decidable" if record is None else str(record["verdict"])
    by_share = phrases.is_by_share(reading)
    against = (
        standing(reading, record, language)
        if by_share
        else value_against_threshold(record, language)
    )
    parts = [
        f'<p class="soft">{escape(f"{view.year} · {said}")}</p>',
        '<div class="verdict">',
        fragments.shape(word, size=20),
        fragments.verdict_word(word, language),
        f'<span class="figure">{escape(against)}</span></div>',
    ]
    if record is not None:
        bar = (
            standing_bar(reading, record, language)
            if by_share
            else fragments.bullet(record["value"], record["threshold"], word, label=against)
        )
        supports = " · ".join(_supports(reading, record, language))
        parts += [bar, f'<p class="soft">{escape(supports)}</p>']
    return "".join(parts)


def _supports(reading: Reading, record: Mapping[str, Any], language: Language) -> list[str]:
    """Write margin, people and pairs within, as far as they are known."""
    said = []
    by_share = phrases.is_by_share(reading)
    if by_share and record["comparison"] == "<=" and record["value"] is not None:
        value = phrases.amount(record["value"], record["unit"], language)
        share = phrases.share(record["required_share"])
        said.append(say("goal.share.reach", language, share=share, value=value))
    if not by_share and record["margin"] is not None:
        size = phrases.amount(abs(record["margin"]), record["unit"], language)
        side = "good" if record["margin"] >= 0 else "bad"
        said.append(say(f"goal.margin.{side}", language, margin=size))
    complies = compliance(reading, record, language)
    if complies and not by_share:
        said.append(complies)
    if record.get("population_share") is not None and reading.weighting is Weighting.PAIRS:
        people = say("column.people", language)
        said.append(f"{people} {phrases.share(record['population_share'])}")
    return said


def _statistics(goal: Goal, reading: Reading, verdicts: Verdicts, view: View) -> str:
    """Show what the other journeys of the day would say."""
    records = [r for r in verdicts.of(goal=goal.id, year=view.year) if r["reading"] == reading.id]
    if len(records) <= 1:
        return ""
    cells = "".join(
        f"<span>{escape(statistic_name(record['statistic'], language=view.language))}</span>"
        f"<b>{escape(_value(record, view.language))}</b>"
        for record in records
    )
    return f'<div class="statistics">{cells}</div>'


def _years(goal: Goal, reading: Reading, verdicts: Verdicts, view: View) -> str:
    cells = []
    for year in YEARS:
        record = verdicts.decisive(year=year, goal=goal.id, reading=reading.id)
        word = "not decidable" if record is None else str(record["verdict"])
        now = " class=now" if year == view.year else ""
        value = phrases.shown_value(reading, record, view.language)
        cells.append(f"<div{now}>{fragments.shape(word)}<br>{year}<br>{escape(value)}</div>")
    title = escape(say("goal.over_years", view.language))
    return f'<h2>{title}</h2><div class="years">{"".join(cells)}</div>'


def _value(record: Mapping[str, Any] | None, language: Language) -> str:
    if record is None or record["verdict"] == "not decidable":
        return "—"
    return phrases.amount(record["value"], record["unit"], language)


def _readings(goal: Goal, verdicts: Verdicts, view: View) -> str:
    language = view.language
    rows = []
    for reading in goal.readings:
        record = verdicts.decisive(year=view.year, goal=goal.id, reading=reading.id)
        word = "not decidable" if record is None else str(record["verdict"])
        name = reading.name_en if language == "en" else reading.name_zh
        wanted = f"{say('column.threshold', language)} {phrases.asked(reading, language)}"
        rows.append(
            [
                f"{fragments.shape(word, size=14)}",
                f'{escape(f"{reading.id} {name}")}<br><small class="soft">{escape(wanted)}</small>',
                escape(phrases.shown_value(reading, record, language)),
                phrases.share(None if record is None else record.get("population_share")),
            ]
        )
    header = ["", *(escape(say(f"column.{c}", language)) for c in ("reading", "value", "people"))]
    title = escape(say("goal.readings", language))
    said = finding(goal, verdicts.of(goal=goal.id), year=view.year, language=language)
    return f'<h2>{title}</h2><p class="soft">{escape(said)}</p>' + fragments.table(
        header, rows, numeric=(2, 3)
    )


def _pairs(record: Mapping[str, Any], language: Language) -> str:
    rows = [_pair_row(row, record["unit"], language) for row in record["evidence"][:WORST_SHOWN]]
    title = escape(say("goal.pairs", language))
    note = escape(say("goal.pairs.drawn", language))
    return f'<h2>{title}</h2><p class="soft">{note}</p>' + fragments.table(
        ["", ""], rows, numeric=(1,)
    )


def _pair_row(row: Mapping[str, Any], unit: str, language: Language) -> list[str]:
    ends = [fragments.named(row, end, language) for end in ("origin", "destination")]
    sign = fragments.shape("met" if row["within"] else "not met", size=12)
    value = escape(phrases.amount(row["minutes"], unit, language))
    tip = escape(journey(row["legs"], language))
    ends_shown = f'<span title="{tip}">{" – ".join(filter(None, ends))}</span>'
    return [ends_shown + uncounted(row, language), f"{sign} {value}"]


def uncounted(row: Mapping[str, Any], language: Language) -> str:
    """Return the mark of a pair that is shown but does not count, or nothing."""
    if row.get("counted", True):
        return ""
    return f' <small class="soft">{escape(say("goal.pair.uncounted", language))}</small>'


def journey(legs: Sequence[Mapping[str, Any]], language: Language) -> str:
    """Write a journey leg by leg in one line."""
    written = []
    for leg in legs:
        ends = [str(leg.get(f"{end}_{language}") or leg.get(end) or "") for end in ("from", "to")]
        minutes = phrases.amount(leg.get("minutes"), "min", language)
        written.append(f"{' → '.join(end for end in ends if end)} {minutes}".strip())
    return "; ".join(written)


def clause(
    goal: Goal, reading: Reading, record: Mapping[str, Any] | None, language: Language
) -> str:
    """Return where the goal stands, how the reading follows, and what to know before quoting."""
    basis = say(f"basis.{reading.basis.value}", language)
    certainty = say(f"certainty.{reading.certainty.value}", language)
    target = (
        say("goal.target", language, year=goal.target_year)
        if goal.target_year
        else say("goal.no_target", language)
    )
    parts = [
        f"<h2>{escape(say('goal.clause', language))}</h2>",
        f'<p class="quote">{fragments.quoted(goal.key_words)}</p>',
        fragments.facts(
            [
                (say("goal.document", language), document_title(goal.document_id, language)),
                (say("goal.heading", language), f"{goal.clause_heading} · {target}"),
                (say("goal.basis", language), f"{basis} · {certainty}"),
            ]
        ),
    ]
    caveats = reading.caveats_en if language == "en" else reading.caveats_zh
    if record is not None:
        caveats = tuple(record.get(f"caveats_{language}") or record["caveats"])
    if caveats:
        parts += [f"<h2>{escape(say('goal.caveats', language))}</h2>", fragments.bullets(caveats)]
    return "".join(parts)


@st.cache_data(show_spinner=False)
def document_title(identifier: str, language: Language) -> str:
    """Return the title of a document of the catalogue."""
    from gis.catalogue.documents import load_documents

    for document in load_documents():
        if document.id == identifier:
            return str(getattr(document, f"title_{language}"))
    return identifier
