"""The scorecard: every headline goal in one year, by its main reading."""

from collections import Counter
from collections.abc import Callable, Mapping
from html import escape
from typing import Any

import streamlit as st

from app_pages import fragments
from app_pages.data import Verdicts, goals
from app_pages.view import View
from app_pages.words import Language, say
from gis.catalogue.goals import Goal, Reading, Weighting
from gis.core.schemas import VerdictWord

MAIN_READING = "A"


def headline(verdicts: Verdicts) -> list[Goal]:
    """Return the goals that the run has judged, in the order of the catalogue."""
    judged = {record["goal"] for record in verdicts.records}
    return [goal for identifier, goal in goals().items() if identifier in judged]


def show_scorecard(view: View, verdicts: Verdicts, *, on_open: Callable[[str], None]) -> None:
    """Draw the sentence, the tally and one row a goal.

    Parameters
    ----------
    view
        Language and year.
    verdicts
        All verdicts.
    on_open
        Called with the id of the goal that the reader opens.

    """
    rows = [(goal, main_record(verdicts, goal, view.year)) for goal in headline(verdicts)]
    st.html(_summary(view, Counter(_word(record) for _, record in rows)))
    for goal, record in rows:
        with st.container(key=f"goal_{goal.id}"):
            st.html(goal_row(goal, record, view.language))
            name = goal.name_en if view.language == "en" else goal.name_zh
            label = say("goal.open", view.language, name=name)
            st.button(label, key=f"open_{goal.id}", on_click=on_open, args=(goal.id,))


def main_record(verdicts: Verdicts, goal: Goal, year: int) -> Mapping[str, Any] | None:
    """Return the record by which a goal stands in a year: its first reading's decisive one."""
    reading = goal.readings[0].id
    return verdicts.decisive(year=year, goal=goal.id, reading=reading)


def goal_row(goal: Goal, record: Mapping[str, Any] | None, language: Language) -> str:
    """Return one row: sign, name, word, reading, value against threshold, bar."""
    name = goal.name_en if language == "en" else goal.name_zh
    first = goal.readings[0]
    reading = first.name_en if language == "en" else first.name_zh
    word = _word(record)
    against = standing(first, record, language)
    bar = fragments.bullet(*_measured(record), word, label=against)
    return (
        f'<div class="goal" title="{escape(f"{name}: {reading}")}">{fragments.shape(word)}'
        f'<div class="pair"><span class="name">{escape(name)}</span>'
        f"{fragments.verdict_word(word, language)}</div>"
        f'<div class="pair"><span class="soft">{escape(reading)}</span>'
        f'<span class="value">{escape(against)}</span></div>{bar}</div>'
    )


def standing(reading: Reading, record: Mapping[str, Any] | None, language: Language) -> str:
    """Write how a goal stands: how much of it complies where that is partly so, else the value."""
    partly = record is not None and record["verdict"] == VerdictWord.PARTLY_MET.value
    return (partly and compliance(reading, record, language)) or value_against_threshold(
        record, language
    )


def compliance(reading: Reading, record: Mapping[str, Any] | None, language: Language) -> str:
    """Write the share of people, or the number of pairs, that keep the threshold."""
    if record is None or record.get("share") is None:
        return ""
    if reading.weighting is Weighting.PEOPLE:
        within, required = (fragments.share(record[key]) for key in ("share", "required_share"))
        return say("goal.people.within", language, share=within, required=required)
    pairs = record.get("pairs", 0)
    within = round(record["share"] * pairs)
    return say("goal.pairs.within", language, within=within, pairs=pairs) if pairs > 1 else ""


def value_against_threshold(record: Mapping[str, Any] | None, language: Language) -> str:
    """Write ``33 / ≤ 30 min``, or a dash where nothing could be measured."""
    if record is None or record["threshold"] is None or record["verdict"] == "not decidable":
        return "—"
    sign = {"<=": "≤", ">=": "≥", "==": "="}[record["comparison"]]
    unit = record["unit"]
    value = fragments.amount(record["value"], unit, language)
    return f"{value} / {sign} {fragments.amount(record['threshold'], unit, language)}"


def _measured(record: Mapping[str, Any] | None) -> tuple[float | None, float | None]:
    return (None, None) if record is None else (record["value"], record["threshold"])


def _word(record: Mapping[str, Any] | None) -> str:
    return VerdictWord.NOT_DECIDABLE.value if record is None else str(record["verdict"])


def _summary(view: View, tally: Counter[str]) -> str:
    counts = [(word.value, tally[word.value]) for word in VerdictWord]
    strip = "".join(
        f'<i style="flex:{count};background:{fragments.VERDICT_HUES[word]}"></i>'
        for word, count in counts
        if count
    )
    title = say("score.title", view.language, year=view.year, total=tally.total(), met=tally["met"])
    rest = say(
        "score.rest",
        view.language,
        partly=tally["partly met"],
        missed=tally["not met"],
        unknown=tally["not decidable"],
    )
    head = f'<h1>{escape(title)}</h1><div class="tally">{strip}</div>'
    return f'{head}<p class="soft">{escape(rest)}</p>'
