"""The definition matrix of one goal: readings and statistics down, years across."""

from collections.abc import Mapping
from html import escape
from itertools import chain, groupby, repeat
from typing import Any

from app_pages import fragments, runs
from app_pages.confidence import probability_note
from app_pages.data import Verdicts
from app_pages.view import View
from app_pages.words import Language, say
from gis.catalogue.goals import Goal, Reading
from gis.core.schemas import YEARS, VerdictWord
from gis.outputs import phrases
from gis.outputs.definition_matrix import MatrixRow, finding, matrix_rows, statistic_name


def definition_matrix(goal: Goal, verdicts: Verdicts, view: View) -> str:
    """Return the finding of the year, the matrix and what its signs mean.

    Parameters
    ----------
    goal
        The goal.
    verdicts
        All verdicts.
    view
        Language and year.

    """
    language = view.language
    records = verdicts.of(goal=goal.id)
    rows = matrix_rows(goal, records)
    said = finding(goal, records, year=view.year, language=language)
    heads = [say(f"column.{head}", language) for head in ("reading", "threshold", "statistic")]
    head = "".join(f"<th>{escape(name)}</th>" for name in heads) + "".join(
        f'<th class="year{" now" if year == view.year else ""}">{year}</th>' for year in YEARS
    )
    body = "".join(
        _reading(reading, list(those), view)
        for reading, those in groupby(rows, key=lambda row: row.reading)
    )
    legend = [say("matrix.legend", language)]
    if any(_can_be_computed(record) for record in records):
        legend.append(say("matrix.legend.missing", language, draws=runs.DRAWS))
    return (
        f'<p class="finding">{escape(said)}</p>'
        f'<table class="matrix readings"><thead><tr>{head}</tr></thead>'
        f'<tbody>{body}</tbody></table><p class="soft after">{escape(" ".join(legend))}</p>'
    )


def _can_be_computed(record: Mapping[str, Any]) -> bool:
    """Tell whether a verdict has no probability yet that draws could give it."""
    is_open = record["verdict"] == VerdictWord.NOT_DECIDABLE.value
    return not is_open and record.get("probability") is None


def _reading(reading: Reading, rows: list[MatrixRow], view: View) -> str:
    language = view.language
    name = reading.name_en if language == "en" else reading.name_zh
    span = f' rowspan="{len(rows)}"'
    title = f'<td class="reading"{span}><b>{escape(reading.id)}</b> {escape(name)}</td>'
    wanted = f"<td{span}>{escape(phrases.asked(reading, language))}</td>"
    return "".join(
        f'<tr class="{"decides" if row.is_decisive else "beside"}">{lead}'
        f"{_statistic(row, language)}{_cells(row, view)}</tr>"
        for row, lead in zip(rows, chain([title + wanted], repeat("")), strict=False)
    )


def _statistic(row: MatrixRow, language: Language) -> str:
    name = escape(statistic_name(row.statistic, language=language))
    decides = escape(say("matrix.decides", language))
    mark = f' <small class="mark">{decides}</small>' if row.is_decisive else ""
    return f'<td class="name">{name}{mark}</td>'


def _cells(row: MatrixRow, view: View) -> str:
    return "".join(
        f'<td class="cell{" now" if year == view.year else ""}">'
        f"{_cell(row.reading, row.cells.get(year), view.language)}</td>"
        for year in YEARS
    )


def _cell(reading: Reading, record: Mapping[str, Any] | None, language: Language) -> str:
    if record is None:
        return "—"
    word = str(record["verdict"])
    said = escape(fragments.verdict_text(word, language))
    sign = f'<span title="{said}">{fragments.shape(word, size=14)}</span>'
    if word == VerdictWord.NOT_DECIDABLE.value:
        return f"{sign} —"
    value = escape(phrases.shown_value(reading, record, language))
    return f"{sign} {value} {probability_note(record, language)}"
