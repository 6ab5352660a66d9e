"""Official statistics on the data page: targets, a template to fill in, and the upload."""

import tempfile
from html import escape
from pathlib import Path

import streamlit as st

from app_pages import data, fragments, runs
from app_pages.data import Verdicts
from app_pages.view import View
from app_pages.words import Language, say
from gis.catalogue.goals import Goal, Reading
from gis.catalogue.statistics_upload import (
    WORKBOOKS,
    StatisticValue,
    latest_value,
    read_statistics,
    statistic_indicators,
    statistics_template,
)
from gis.core.errors import InputError, Problem
from gis.outputs import phrases

UPLOADED = "uploaded_statistics"  # figures of this session
FAULTS = "statistics_faults"
CHANGED = "statistics_changed"  # whether the reader chose or removed a file since it was read
LIMIT_MB = 1
FAULTS_SHOWN = 40
WITH_BOM = "utf-8-sig"
TABLE_HEIGHT = 340


def show_indicators(view: View) -> None:
    """Draw the indicators, the template and the upload.

    Parameters
    ----------
    view
        Language, and the year for which indicators are judged.

    """
    language = view.language
    st.html(
        f"<h2>{escape(say('statistics.title', language))}</h2>"
        f'<p class="soft">{escape(say("statistics.lead", language))}</p>'
    )
    left, right = st.columns([2, 3], gap="large")
    with left:
        st.download_button(
            say("statistics.template", language),
            data=lambda: template(language),
            file_name="statistics.csv",
            mime="text/csv",
            on_click="ignore",
            key="statistics_template",
        )
    with right:
        uploaded = st.file_uploader(
            say("statistics.upload", language, limit=LIMIT_MB),
            type=("csv", *WORKBOOKS),  # of workbooks we say ourselves what to do
            max_upload_size=LIMIT_MB,
            key="statistics_upload",
            # Not the file itself: other pages do not draw the uploader, which empties it.
            on_change=_note_change,
        )
    if st.session_state.get(CHANGED):
        _forget()
        if uploaded is not None:
            with st.spinner(say("work.judging", language)):
                take(uploaded.name, uploaded.getvalue(), language=language)
        st.session_state.pop(CHANGED)
    if outcome := _outcome(language):
        st.html(outcome)
    if uploaded is None and uploaded_values():
        label = say("statistics.withdraw", language)
        st.button(label, key="statistics_withdraw", on_click=_forget)
    with st.container(key="indicators", height=TABLE_HEIGHT, border=False):
        st.html(_table(uploaded_values(), data.verdicts(), view))


def template(language: Language) -> bytes:
    """Return the table to fill in, as Excel opens it with its Chinese intact."""
    return statistics_template(data.goals().values(), language=language).encode(WITH_BOM)


def take(name: str, content: bytes, *, language: Language) -> None:
    """Read an uploaded table and judge by it in this session, or keep what is wrong with it.

    Parameters
    ----------
    name
        Name of the file as the reader knows it.
    content
        Its bytes.
    language
        Language in which progress is told.

    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / Path(name).name
        path.write_bytes(content)
        try:
            values = read_statistics(path, data.goals().values())
        except InputError as error:
            st.session_state[FAULTS] = tuple(_without_folder(p, path) for p in error.problems)
            return
    st.session_state[UPLOADED] = values
    if runs.built_years():
        records = runs.judged_statistics(values, language=language)
        data.keep_for_session(UPLOADED, records)


def uploaded_values() -> tuple[StatisticValue, ...]:
    """Return the figures that this session uploaded."""
    values: tuple[StatisticValue, ...] = st.session_state.get(UPLOADED, ())
    return values


def _without_folder(problem: Problem, path: Path) -> Problem:
    """Return a problem that names the file as the reader knows it."""
    return Problem(problem.where.replace(str(path), path.name), problem.key, problem.fields)


def _note_change() -> None:
    st.session_state[CHANGED] = True


def _forget() -> None:
    st.session_state.pop(UPLOADED, None)
    st.session_state.pop(FAULTS, None)
    data.keep_for_session(UPLOADED, ())


def _outcome(language: Language) -> str:
    faults: tuple[Problem, ...] = st.session_state.get(FAULTS, ())
    if faults:
        said = [problem.line(language=language) for problem in faults[:FAULTS_SHOWN]]
        if len(faults) > FAULTS_SHOWN:
            said.append(say("statistics.more", language, count=len(faults) - FAULTS_SHOWN))
        head = say("statistics.faults", language, count=len(faults))
        return f'<p class="fault">{escape(head)}</p>{fragments.bullets(said)}'
    values = uploaded_values()
    if not values:
        return ""
    lines = [say("statistics.taken", language, count=len(values))]
    if not runs.built_years():
        lines.append(say("statistics.no_network", language))
    return f"<p>{escape(' '.join(lines))}</p>"


def _table(values: tuple[StatisticValue, ...], verdicts: Verdicts | None, view: View) -> str:
    """Return the indicators, those with uploaded figures first."""
    language = view.language
    given = {value.indicator for value in values}
    indicators = statistic_indicators(data.goals().values())
    rows = [
        [
            f"<small>{escape(indicator)}</small>",
            _name(goal, reading, language),
            escape(_target(goal, reading, language)),
            escape(_baseline(reading, language)),
            _uploaded(latest_value(values, indicator, year=view.year), language),
            _verdict(goal, reading, verdicts, view),
        ]
        for indicator, (goal, reading) in sorted(
            indicators.items(), key=lambda item: item[0] not in given
        )
    ]
    heads = ("name", "target", "baseline", "value", "verdict")
    header = ["", *(escape(say(f"statistics.column.{head}", language)) for head in heads)]
    header[-1] = f"{header[-1]} {view.year}"
    return fragments.table(header, rows)


def _name(goal: Goal, reading: Reading, language: Language) -> str:
    names = (reading.name_en, goal.name_en) if language == "en" else (reading.name_zh, goal.name_zh)
    return f'{escape(names[0])}<br><small class="soft">{escape(names[1])}</small>'


def _target(goal: Goal, reading: Reading, language: Language) -> str:
    if reading.threshold is None:
        return "—"
    value = phrases.amount(reading.threshold, reading.unit, language)
    value = f"{phrases.SIGNS[reading.comparison.value]} {value}"
    if goal.target_year is None:
        return value
    return say("statistics.by_year", language, value=value, year=goal.target_year)


def _baseline(reading: Reading, language: Language) -> str:
    if reading.baseline_value is None:
        return "—"
    value = phrases.amount(reading.baseline_value, reading.unit, language)
    if reading.baseline_year is None:
        return value
    return say("statistics.of_year", language, value=value, year=reading.baseline_year)


def _uploaded(value: StatisticValue | None, language: Language) -> str:
    if value is None:
        return "—"
    amount = phrases.amount(value.value, value.unit, language)
    shown = say("statistics.of_year", language, value=amount, year=value.year)
    origin = say("statistics.origin", language, source=value.source, date=value.date)
    return f'{escape(shown)}<br><small class="soft">{escape(origin)}</small>'


def _verdict(goal: Goal, reading: Reading, verdicts: Verdicts | None, view: View) -> str:
    record = (
        None
        if verdicts is None
        else verdicts.decisive(year=view.year, goal=goal.id, reading=reading.id)
    )
    word = "not decidable" if record is None else str(record["verdict"])
    return f"{fragments.shape(word, size=14)} {fragments.verdict_word(word, view.language)}"
