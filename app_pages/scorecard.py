"""The scorecard: every headline goal in one year, by its main reading."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

import streamlit as st

from app_pages import fragments
from app_pages.confidence import probability_note
from app_pages.data import Verdicts, goals
from app_pages.runs import DRAWS
from app_pages.view import View
from app_pages.words import Language, say
from gis.catalogue.goals import Goal, Reading, Weighting
from gis.core.schemas import VerdictWord
from gis.outputs import phrases

MAIN_READING = "A"


def headline(verdicts: Verdicts) -> list[Goal]:
    """Return the headline goals that are judged, or all that are where none of them is."""
    ids = {record["goal"] for record in verdicts.records}
    judged = [goal for identifier, goal in goals().items() if identifier in ids]
    return [goal for goal in judged if goal.headline] or judged


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
    st.html(f'<p class="soft after">{escape(_foot([record for _, record in rows], view))}</p>')


def _foot(records: Sequence[Mapping[str, Any] | None], view: View) -> str:
    """Say what the percentages are, or how to get them."""
    known = [record for record in records if record and record.get("probability") is not None]
    lines = [say("confidence.foot", view.language)] if known else []
    if len(known) < len(records):
        lines.append(say("confidence.foot.missing", view.language, draws=DRAWS))
    return " ".join(lines)


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
    bar = standing_bar(first, record, language)
    return (
        f'<div class="goal" title="{escape(f"{name}: {reading}")}">{fragments.shape(word)}'
        f'<div class="pair"><span class="name">{escape(name)}</span>'
        f"<span>{fragments.verdict_word(word, language)} "
        f"{probability_note(record, language)}</span></div>"
        f'<div class="pair"><span class="soft">{escape(reading)}</span>'
        f'<span class="value">{escape(against)}</span></div>{bar}</div>'
    )


def standing(reading: Reading, record: Mapping[str, Any] | None, language: Language) -> str:
    """Write how a goal stands: how much of it complies where that is asked, else the value."""
    return _said_share(reading, record, language) or value_against_threshold(record, language)


def standing_bar(reading: Reading, record: Mapping[str, Any] | None, language: Language) -> str:
    """Return the bar of what :func:`standing` writes: of the share out of all, or of the value."""
    if record is None:
        return fragments.bullet(None, None, _word(record), label="")
    label = standing(reading, record, language)
    if _said_share(reading, record, language):
        share, required = record["share"], record["required_share"]
        return fragments.bullet(share, required, _word(record), label=label, full=1.0)
    return fragments.bullet(record["value"], record["threshold"], _word(record), label=label)


def _said_share(reading: Reading, record: Mapping[str, Any] | None, language: Language) -> str:
    is_partly = record is not None and record["verdict"] == VerdictWord.PARTLY_MET.value
    return (
        compliance(reading, record, language) if is_partly or phrases.is_by_share(reading) else ""
    )


def compliance(reading: Reading, record: Mapping[str, Any] | None, language: Language) -> str:
    """Write the share of people or pairs, or the number of pairs, that keep the threshold."""
    if record is None or record.get("share") is None:
        return ""
    pairs = record.get("pairs", 0)
    if phrases.is_by_share(reading):
        counted = "people" if reading.weighting is Weighting.PEOPLE else "share"
        within, required = (phrases.share(record[key]) for key in ("share", "required_share"))
        return say(f"goal.{counted}.within", language, share=within, required=required)
    within = round(record["share"] * pairs)
    return say("goal.pairs.within", language, within=within, pairs=pairs) if pairs > 1 else ""


def value_against_threshold(record: Mapping[str, Any] | None, language: Language) -> str:
    """Write ``33 / ≤ 30 min``, or a dash where nothing could be measured."""
    if record is None or record["threshold"] is None or record["verdict"] == "not decidable":
        return "—"
    sign = phrases.SIGNS[record["comparison"]]
    unit = record["unit"]
    value = phrases.amount(record["value"], unit, language)
    threshold = phrases.amount(record["threshold"], unit, language)
    return f"{value} / {sign} {threshold}{phrases.on_the_line(record, language)}"


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
