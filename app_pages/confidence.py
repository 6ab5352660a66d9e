"""How sure a verdict is: probability, range of the value, what it hangs on, and the gap to goal."""

from collections.abc import Mapping
from html import escape
from typing import Any

import streamlit as st

from app_pages import data, fragments, runs
from app_pages.view import View
from app_pages.words import Language, say
from gis.catalogue.goals import Goal, Reading
from gis.core.errors import InputError
from gis.core.schemas import VerdictWord
from gis.outputs import phrases
from gis.pipeline import DEFAULT_SEED
from gis.planning.confidence.probabilities import COMPUTED

Record = Mapping[str, Any]
SHORT = frozenset({VerdictWord.NOT_MET.value, VerdictWord.PARTLY_MET.value})


def probability_note(record: Record | None, language: Language) -> str:
    """Return the probability in small type, a dash where it is not computed; more on hovering."""
    known = None if record is None else record.get("probability")
    tip = say("confidence.probability", language)
    if record is not None and known is not None:
        parts = [f"{tip} {phrases.probability(known)}", said_range(record, language)]
        parts.append(said_hinges(record, language, most=1))
        tip = " · ".join(filter(None, parts))
    return f'<small class="prob" title="{escape(tip)}">{phrases.probability(known)}</small>'


def said_range(record: Record, language: Language) -> str:
    """Write between which values nine draws in ten lie; nothing where none were made."""
    low, high = record.get("value_low"), record.get("value_high")
    if not record.get("draws") or low is None:
        return ""
    ends = {"low": phrases.amount(low, record["unit"], language)}
    if high is None:
        return say("confidence.range.open", language, **ends)
    ends["high"] = phrases.amount(high, record["unit"], language)
    return say("confidence.range.value", language, **ends)


def said_hinges(record: Record, language: Language, *, most: int = 3) -> str:
    """Write the inputs that a verdict hangs on most, with what each explains alone."""
    if record.get("probability") is None:
        return ""
    hinges = record.get("hinges") or ()
    if not hinges:
        return say("confidence.hinge.none", language)
    said = [
        say(
            "confidence.hinge.value",
            language,
            name=hinge.get(f"name_{language}") or hinge.get("name_zh") or hinge["input"],
            share=phrases.share(hinge["share"]),
        )
        for hinge in hinges[:most]
    ]
    return (", " if language == "en" else "、").join(said)


def show_confidence(goal: Goal, reading: Reading, record: Record | None, view: View) -> None:
    """Draw how sure the verdict on a reading is, or a button that computes it.

    Parameters
    ----------
    goal, reading
        What is judged.
    record
        The decisive verdict of the year, or None.
    view
        Language and year.

    """
    language = view.language
    st.html(f"<h2>{escape(say('confidence.title', language))}</h2>")
    if record is not None and record.get("probability") is not None:
        st.html(_known(record, language))
        return
    missing = _why_missing(reading, record)
    line = say(f"confidence.{missing}", language, draws=runs.DRAWS)
    st.html(f'<p class="soft">{escape(line)}</p>')
    label = say("confidence.compute", language, year=view.year, draws=runs.DRAWS)
    can = missing == "missing" and data.has_network(view.year)
    if can and st.button(label, key="compute_confidence"):
        compute(goal, view, draws=runs.DRAWS)


def compute(goal: Goal, view: View, *, draws: int = 0) -> None:
    """Judge a goal for this session, with progress, and draw the page again.

    With draws it is judged in the year that is shown, otherwise in every year.
    """
    years = (view.year,) if draws else runs.built_years()
    bar = st.progress(0.0, text=say("work.starting", view.language))
    try:
        records = runs.judged(
            [goal],
            years,
            language=view.language,
            draws=draws,
            progress=lambda share, line: bar.progress(share, text=line),
        )
    except InputError as error:
        bar.empty()
        st.html(fragments.bullets(p.line(language=view.language) for p in error.problems))
        return
    data.keep_for_session(f"{goal.id} {view.year if draws else ''}", records)
    st.rerun()


def gap(record: Record | None, language: Language) -> str:
    """Return which smallest change of a lever would meet a reading, or how to search for it.

    Nothing is returned where nothing is missing: the reading is met, or cannot be decided.
    """
    if record is None or record["verdict"] not in SHORT:
        return ""
    rows = "".join(
        f"<li>{fragments.shape('met' if lever.get('within_reach') else 'not met', size=12)} "
        f"{escape(str(lever.get(f'sentence_{language}') or lever['sentence_zh']))}</li>"
        for lever in record.get("gap") or ()
    )
    title = escape(say("gap.title", language))
    missing = escape(say("gap.missing", language))
    body = f'<ul class="gap">{rows}</ul>' if rows else f'<p class="soft">{missing}</p>'
    return f"<h2>{title}</h2>{body}"


def _known(record: Record, language: Language) -> str:
    facts = [
        (say("confidence.probability", language), phrases.probability(record["probability"])),
        (say("confidence.range", language), said_range(record, language)),
        (say("confidence.hinge", language), said_hinges(record, language)),
    ]
    note = say("confidence.how", language, draws=record.get("draws") or "—", seed=_seed())
    known = fragments.facts((term, value) for term, value in facts if value)
    return f'{known}<p class="soft after">{escape(note)}</p>'


def _seed() -> int:
    kept = data.kept_verdicts()
    seeds = {} if kept is None else kept.manifest.get("settings", {}).get("random_seeds", {})
    return int(seeds.get("confidence", DEFAULT_SEED))


def _why_missing(reading: Reading, record: Record | None) -> str:
    if record is not None and record["verdict"] == VerdictWord.NOT_DECIDABLE.value:
        return "undecided"
    return "missing" if reading.measure in COMPUTED else "not_drawn"
