"""The definition matrix: one goal by reading, statistic and year, and what it says in a sentence.

A clause that holds under one reading only holds under the words of that reading only. The matrix
shows every cell at a glance; the finding says in words which of them are met.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from gis.catalogue.goals import Goal, Reading
from gis.core.schemas import Definition, Mode, VerdictWord
from gis.core.text import Language, text

Record = Mapping[str, Any]
MET, PARTLY, MISSED, OPEN = (
    word.value
    for word in (
        VerdictWord.MET,
        VerdictWord.PARTLY_MET,
        VerdictWord.NOT_MET,
        VerdictWord.NOT_DECIDABLE,
    )
)
CELL = ("verdict", "value", "share", "probability")


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One reading by one statistic over the years.

    Parameters
    ----------
    reading
        The reading.
    statistic
        Which of the day's journeys the row is of.
    is_decisive
        Whether the reading is decided on it.
    cells
        Year -> verdict as plain data; years that were not judged are missing.

    """

    reading: Reading
    statistic: str
    is_decisive: bool
    cells: Mapping[int, Record]


def matrix_rows(goal: Goal, records: Iterable[Record]) -> tuple[MatrixRow, ...]:
    """Return the matrix of a goal, row by row.

    Parameters
    ----------
    goal
        The goal; its readings give the order.
    records
        Verdicts as plain data, as in the JSON of ``check_goals``; those of other goals are
        passed over.

    """
    cells: dict[tuple[str, str], dict[int, Record]] = {}
    for record in records:
        if record["goal"] == goal.id:
            key = record["reading"], record["statistic"]
            cells.setdefault(key, {})[record["year"]] = record
    return tuple(
        MatrixRow(
            reading,
            statistic,
            any(bool(record["decisive"]) for record in by_year.values()),
            dict(sorted(by_year.items())),
        )
        for reading in goal.readings
        for (letter, statistic), by_year in cells.items()
        if letter == reading.id
    )


def definition_matrix(goals: Iterable[Goal], records: Sequence[Record]) -> pd.DataFrame:
    """Return the matrices of all judged goals as one table, a row for each statistic.

    Parameters
    ----------
    goals
        Goals of the catalogue, in the order wanted.
    records
        Verdicts as plain data.

    Returns
    -------
    pandas.DataFrame
        ``goal, goal_zh, reading, reading_zh, statistic, statistic_zh, decisive, unit, comparison,
        threshold, required_share`` and for each year ``verdict_2026`` (in Chinese), ``value_2026``,
        ``share_2026`` and ``probability_2026``, then ``finding_2026`` for the goal as a whole.

    """
    years = sorted({record["year"] for record in records})
    of_goal: dict[str, list[Record]] = {}
    for record in records:
        of_goal.setdefault(record["goal"], []).append(record)
    return pd.DataFrame(
        [
            row
            for goal in goals
            if goal.id in of_goal
            for row in _flat_rows(goal, of_goal[goal.id], years)
        ]
    )


def matrix_records(goals: Iterable[Goal], records: Sequence[Record]) -> dict[str, Any]:
    """Return the matrices as plain data for JSON: ``goal -> findings by year, rows``.

    A row names reading, statistic and whether it decides, and gives for each year verdict, value,
    share and probability; the evidence stays with the verdicts.
    """
    of_goal: dict[str, list[Record]] = {}
    for record in records:
        of_goal.setdefault(record["goal"], []).append(record)
    return {
        goal.id: {
            f"finding_{language}": {
                str(year): finding(goal, of_goal[goal.id], year=year, language=language)
                for year in sorted({record["year"] for record in of_goal[goal.id]})
            }
            for language in ("zh", "en")
        }
        | {
            "rows": [
                {
                    "reading": row.reading.id,
                    "statistic": row.statistic,
                    "decisive": row.is_decisive,
                    "years": {
                        str(year): {name: record.get(name) for name in CELL}
                        for year, record in row.cells.items()
                    },
                }
                for row in matrix_rows(goal, of_goal[goal.id])
            ]
        }
        for goal in goals
        if goal.id in of_goal
    }


def finding(goal: Goal, records: Iterable[Record], *, year: int, language: Language = "zh") -> str:
    """Return in one sentence under which readings a goal is met in a year.

    Parameters
    ----------
    goal
        The goal.
    records
        Verdicts as plain data.
    year
        The year looked at.
    language
        ``zh`` or ``en``.

    """
    rows = matrix_rows(goal, records)
    clauses = list(_clauses(rows, year, language))
    return text(
        "matrix.finding",
        language=language,
        year=year,
        clauses=("；" if language == "zh" else "; ").join(clauses),
    )


def journey_name(reading: Reading, *, language: Language) -> str:
    """Return which part of a journey a reading looks at, in a word; empty if it is none."""
    match reading.definition, reading.mode:
        case (None, _):
            return ""
        case (Definition.DOOR_TO_DOOR, _):
            kind = "door"
        case (_, Mode.CAR):
            kind = "drive"
        case _:
            kind = "station"
    return text(f"matrix.journey.{kind}", language=language)


def statistic_name(statistic: str, *, language: Language) -> str:
    """Return a statistic in words."""
    return text(f"statistic.{statistic}", language=language)


# The sentence ------------------------------------------------------------------------------------


def _clauses(rows: Sequence[MatrixRow], year: int, language: Language) -> Iterator[str]:
    deciding = [row for row in rows if row.is_decisive and year in row.cells]
    by_word = {
        word: [row for row in deciding if row.cells[year]["verdict"] == word]
        for word in (MET, PARTLY, MISSED, OPEN)
    }
    met, partly, missed = by_word[MET], by_word[PARTLY], by_word[MISSED]
    decided = len(met) + len(partly) + len(missed)
    if decided == 0:
        yield text("matrix.finding.none_decided", language=language)
        return
    if decided in {len(met), len(partly), len(missed)}:
        outcome = "met" if met else "partly" if partly else "missed"
        extent = "single" if len(deciding) == 1 else "decided" if by_word[OPEN] else "all"
        yield text(f"matrix.finding.{extent}_{outcome}", language=language)
        if not met:
            yield from _later(rows, year, language)
    else:
        if met:
            key = "only_met" if len(met) == 1 else "met"
            yield text(f"matrix.finding.{key}", language=language, met=_told(met, language))
        else:
            yield text("matrix.finding.none_met", language=language)
            yield from _later(rows, year, language)
        yield from _others(by_word, language)
    yield from _by_statistic(rows, met, [*partly, *missed], year, language)
    if by_word[OPEN]:
        told = _ids(by_word[OPEN], language)
        yield text("matrix.finding.undecided", language=language, readings=told)


def _others(by_word: Mapping[str, Sequence[MatrixRow]], language: Language) -> Iterator[str]:
    """Say which readings are partly met or missed; those from door to door as one where none is."""
    told: set[str] = set()
    door = [row for word in (MET, PARTLY, MISSED) for row in by_word[word] if _is_door(row)]
    if len(door) > 1 and not any(row in by_word[MET] for row in door):
        is_partly = any(row in by_word[PARTLY] for row in door)
        key = "door_partly" if is_partly else "door_missed"
        yield text(f"matrix.finding.{key}", language=language)
        told = {row.reading.id for row in door}
    for word, key in ((PARTLY, "partly"), (MISSED, "missed")):
        rest = [row for row in by_word[word] if row.reading.id not in told]
        if rest:
            readings = _told(rest, language)
            yield text(f"matrix.finding.{key}", language=language, readings=readings)


def _by_statistic(
    rows: Sequence[MatrixRow],
    met: Sequence[MatrixRow],
    unmet: Sequence[MatrixRow],
    year: int,
    language: Language,
) -> Iterator[str]:
    """Say where another statistic than the decisive one would change the answer."""
    for key, deciding, turns in (("fails_on", met, False), ("holds_on", unmet, True)):
        changed: dict[tuple[str, ...], list[MatrixRow]] = {}
        for row in deciding:
            others = tuple(
                other.statistic
                for other in rows
                if other.reading.id == row.reading.id
                and not other.is_decisive
                and year in other.cells
                and (other.cells[year]["verdict"] == MET) is turns
            )
            if others:
                changed.setdefault(others, []).append(row)
        for statistics, those in changed.items():
            names = [statistic_name(name, language=language) for name in statistics]
            yield text(
                f"matrix.finding.{key}",
                language=language,
                readings=_ids(those, language),
                statistics=_joined(names, language),
            )


def _later(rows: Sequence[MatrixRow], year: int, language: Language) -> Iterator[str]:
    """Say in which later year a reading is met first."""
    first: dict[int, list[MatrixRow]] = {}
    for row in rows:
        years = [
            later
            for later, record in row.cells.items()
            if row.is_decisive and later > year and record["verdict"] == MET
        ]
        if years:
            first.setdefault(min(years), []).append(row)
    if first:
        later = min(first)
        told = _told(first[later], language)
        yield text("matrix.finding.later", language=language, later=later, met=told)


def _told(rows: Sequence[MatrixRow], language: Language) -> str:
    """Return readings with their part of the journey and their statistic, alike ones together."""
    alike: dict[str, list[MatrixRow]] = {}
    for row in rows:
        parts = [journey_name(row.reading, language=language)]
        if len(row.reading.statistics) > 1:
            parts.append(statistic_name(row.statistic, language=language))
        told = ("，" if language == "zh" else ", ").join(filter(None, parts))
        alike.setdefault(told, []).append(row)
    return _joined(
        [
            text("matrix.told", language=language, readings=_ids(those, language), told=told)
            if told
            else _ids(those, language)
            for told, those in alike.items()
        ],
        language,
    )


def _ids(rows: Sequence[MatrixRow], language: Language) -> str:
    ids = _joined([row.reading.id for row in rows], language)
    return text(f"matrix.reading{'s' if len(rows) > 1 else ''}", language=language, id=ids)


def _joined(names: Sequence[str], language: Language) -> str:
    return ("、" if language == "zh" else ", ").join(names)


def _is_door(row: MatrixRow) -> bool:
    return row.reading.definition == Definition.DOOR_TO_DOOR


# The table ---------------------------------------------------------------------------------------


def _flat_rows(
    goal: Goal, records: Sequence[Record], years: Sequence[int]
) -> Iterator[dict[str, Any]]:
    findings = {f"finding_{year}": finding(goal, records, year=year) for year in years}
    for row in matrix_rows(goal, records):
        some = next(iter(row.cells.values()))
        flat: dict[str, Any] = {
            "goal": goal.id,
            "goal_zh": goal.name_zh,
            "reading": row.reading.id,
            "reading_zh": row.reading.name_zh,
            "statistic": row.statistic,
            "statistic_zh": statistic_name(row.statistic, language="zh"),
            "decisive": row.is_decisive,
            "unit": some["unit"],
            "comparison": some["comparison"],
            "threshold": some["threshold"],
            "required_share": some["required_share"],
        }
        for year in years:
            record = row.cells.get(year, {})
            word = record.get("verdict")
            flat[f"verdict_{year}"] = text(f"verdict.{word}") if word else None
            for name in CELL[1:]:
                number = record.get(name)
                flat[f"{name}_{year}"] = math.nan if number is None else float(number)
        yield flat | findings
