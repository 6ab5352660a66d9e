"""Official statistics that planners upload: the newest value of indicators nobody can compute.

A table has one row for each indicator and year. The indicator is a reading of the catalogue whose
measure is ``statistic``, written ``G-I01/A``, or only ``G-I10`` where the goal has just one. The
template holds every indicator with its target, baseline and unit; rows left blank are skipped.
The product adds no value of its own.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

import pandas as pd
from pydantic import BeforeValidator, FiniteFloat, ValidationError
from pydantic_core import PydanticCustomError

from gis.catalogue.goals import Comparison, Goal, Measure, Reading
from gis.catalogue.tables import HEADER_ROWS, Row, Text, Year, as_problem
from gis.core.errors import InputError, Problem, raise_problems
from gis.core.files import read_table
from gis.core.text import Language, strings, text

REQUIRED = ("indicator", "year", "value", "unit", "source", "date")
WORKBOOKS = ("xlsx", "xls", "et")  # of Excel and WPS
TO_FILL = ("year", "value", "source", "date")
TEMPLATE = (
    "indicator",
    "name",
    "reading",
    "target",
    "target_year",
    "baseline",
    "baseline_year",
    "needed",
    "year",
    "value",
    "unit",
    "source",
    "date",
)


def _narrow(value: object) -> object:
    """Return full-width digits and signs, as Chinese input methods write them, as plain ones."""
    return unicodedata.normalize("NFKC", value).strip() if isinstance(value, str) else value


def _year(value: object) -> object:
    plain = _narrow(value)
    return plain.removesuffix("年") if isinstance(plain, str) else plain


def _day(value: object) -> object:
    """Return a date as ISO text, also from the forms that Excel and Chinese texts give it."""
    if not isinstance(value, str):
        return value
    if not value:
        raise PydanticCustomError("error.cell_empty", "empty")
    found = _DATE.fullmatch(unicodedata.normalize("NFKC", value).strip())
    if found is None:
        raise PydanticCustomError("error.not_a_date", "not a date", {"value": value})
    return f"{found[1]}-{int(found[2]):02d}-{int(found[3]):02d}"


class StatisticValue(Row):
    """One official figure.

    Parameters
    ----------
    indicator
        Goal and reading, as ``G-I01/A``.
    year
        Year the figure is of.
    value, unit
        The figure, in the unit of the reading.
    source
        Who published it where.
    date
        Day it was published or looked up.

    """

    indicator: Text
    year: Annotated[Year, BeforeValidator(_year)]
    value: Annotated[FiniteFloat, BeforeValidator(_narrow)]
    unit: Text
    source: Text
    date: Annotated[date, BeforeValidator(_day)]


def statistic_indicators(goals: Iterable[Goal]) -> dict[str, tuple[Goal, Reading]]:
    """Return the readings that statistics decide: ``goal/reading`` -> goal and reading."""
    return {
        f"{goal.id}/{reading.id}": (goal, reading)
        for goal in goals
        for reading in goal.readings
        if reading.measure is Measure.STATISTIC
    }


def unit_name(unit: str, *, language: Language) -> str:
    """Return a unit of the catalogue in a language; as it stands where it has no name."""
    key = f"unit.{unit}"
    return text(key, language=language) if key in strings() else unit


def statistics_template(goals: Iterable[Goal], *, language: Language = "zh") -> str:
    """Return a CSV to fill in: every indicator with target, baseline and unit.

    Parameters
    ----------
    goals
        Goals of the catalogue.
    language
        Language of headings and names. Save it as UTF-8 with a byte-order mark for Excel.

    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(text(f"statistics.column.{name}", language=language) for name in TEMPLATE)
    for indicator, (goal, reading) in statistic_indicators(goals).items():
        cells = {
            "indicator": indicator,
            "name": goal.name_en if language == "en" else goal.name_zh,
            "reading": reading.name_en if language == "en" else reading.name_zh,
            "target": _target(reading),
            "target_year": goal.target_year,
            "baseline": _number(reading.baseline_value),
            "baseline_year": reading.baseline_year,
            "needed": "；".join(reading.needs_zh)
            if language == "zh"
            else _joined(reading.needs_en),
            "unit": unit_name(reading.unit, language=language),
        }
        writer.writerow(cells.get(name, "") for name in TEMPLATE)
    return out.getvalue()


def read_statistics(path: Path, goals: Iterable[Goal]) -> tuple[StatisticValue, ...]:
    """Read a table of official figures.

    Parameters
    ----------
    path
        CSV in UTF-8 or GB18030 with the columns :data:`REQUIRED`, headed in Chinese or English;
        the other columns of the template may stay and are not read.
    goals
        Goals of the catalogue.

    Returns
    -------
    tuple of StatisticValue
        In the order of indicators and years.

    Raises
    ------
    InputError
        With every problem of the file: columns, unknown indicators, wrong units, text in numbers,
        a year twice, a missing source; also when nothing is filled in.

    """
    if path.suffix.lower().removeprefix(".") in WORKBOOKS:
        raise InputError([Problem(path.name, "error.statistic_workbook")])
    frame, headings = _named_columns(read_table(path), path.name)
    indicators = statistic_indicators(goals)
    computed = {f"{goal.id}/{one.id}" for goal in goals for one in goal.readings} - set(indicators)
    problems: list[Problem] = []
    first: dict[tuple[str, int], int] = {}
    found: list[StatisticValue] = []
    is_blank = True
    for number, record in enumerate(frame.to_dict("records"), start=HEADER_ROWS + 1):
        cells = {str(name): str(cell) for name, cell in record.items()}
        if not any(cells[name] for name in TO_FILL):
            continue
        is_blank = False
        where = f"{path.name} row {number}"
        places = {name: f"{where} column {heading}" for name, heading in headings.items()}
        row_problems, value = _checked_row(cells, places, indicators, computed)
        problems += row_problems
        if value is not None:
            key = (value.indicator, value.year)
            if key in first:
                fields = {"id": value.indicator, "year": value.year, "first": first[key]}
                problems.append(Problem(where, "error.statistic_twice", fields))
            first.setdefault(key, number)
            found.append(value)
    if is_blank:
        problems.append(Problem(path.name, "error.statistic_none"))
    raise_problems(problems)
    return tuple(sorted(found, key=lambda value: (value.indicator, value.year)))


def latest_value(
    values: Iterable[StatisticValue], indicator: str, *, year: int
) -> StatisticValue | None:
    """Return the figure of a year or of the latest year before; None where there is none."""
    known = (one for one in values if one.indicator == indicator and one.year <= year)
    return max(known, key=lambda one: one.year, default=None)


def _checked_row(
    cells: Mapping[str, str],
    places: Mapping[str, str],
    indicators: Mapping[str, tuple[Goal, Reading]],
    computed: Iterable[str],
) -> tuple[list[Problem], StatisticValue | None]:
    """Return the problems of a row, or none and its figure."""
    name, problems = _indicator(cells["indicator"], places["indicator"], indicators, computed)
    if name:
        problems += _unit_problems(cells["unit"], places["unit"], name, indicators[name][1])
    row = {column: cells[column] for column in REQUIRED} | {"indicator": name or "?"}
    if name:
        row["unit"] = indicators[name][1].unit
    try:
        value = StatisticValue.model_validate(row)
    except ValidationError as error:
        problems += [
            as_problem(detail, where=places[str(detail["loc"][0])])
            for detail in error.errors()
            if detail["loc"] != ("unit",)  # told above
        ]
        return problems, None
    if value.date.year < value.year:
        fields = {"date": value.date, "year": value.year}
        problems.append(Problem(places["date"], "error.statistic_before_year", fields))
    return (problems, None) if problems else ([], value)


def _indicator(
    written: str,
    where: str,
    indicators: Mapping[str, tuple[Goal, Reading]],
    computed: Iterable[str],
) -> tuple[str, list[Problem]]:
    """Return the indicator a cell names, or an empty name and what is wrong with it."""
    if not written:
        return "", [Problem(where, "error.cell_empty")]
    if written in indicators:
        return written, []
    own = [name for name in indicators if name.startswith(f"{written}/")]
    if len(own) == 1:
        return own[0], []
    if own:
        fields = {"id": written, "present": ", ".join(own)}
        return "", [Problem(where, "error.statistic_reading", fields)]
    is_known = any(written == name or name.startswith(f"{written}/") for name in computed)
    key = "error.statistic_not_asked" if is_known else "error.statistic_unknown"
    return "", [Problem(where, key, {"id": written})]


def _unit_problems(written: str, where: str, indicator: str, reading: Reading) -> list[Problem]:
    if not written:
        return [Problem(where, "error.cell_empty")]
    named = {unit_name(reading.unit, language="zh"), unit_name(reading.unit, language="en")}
    if _folded(written) in {_folded(name) for name in {reading.unit, *named}}:
        return []
    expected = unit_name(reading.unit, language="zh")
    if expected != reading.unit:
        expected = f"{expected} / {reading.unit}"
    fields = {"value": written, "id": indicator, "expected": expected}
    return [Problem(where, "error.statistic_unit", fields)]


def _named_columns(frame: pd.DataFrame, file: str) -> tuple[pd.DataFrame, dict[str, str]]:
    """Return the columns that are read under the names of their fields, and how they are headed.

    Raises
    ------
    InputError
        If columns are missing, given twice or not known.

    """
    fields = {
        _folded(heading): name
        for name in TEMPLATE
        for heading in (name, *strings()[f"statistics.column.{name}"].values())
    }
    headings: dict[str, list[str]] = {}
    problems = []
    for heading in map(str, frame.columns):
        if _folded(heading) in fields:
            headings.setdefault(fields[_folded(heading)], []).append(heading)
        elif heading and not heading.startswith("Unnamed:"):
            problems.append(Problem(f"{file} column {heading}", "error.field_unknown"))
    problems += [
        Problem(file, "error.column_twice", {"column": name, "names": _joined(names)})
        for name, names in headings.items()
        if len(names) > 1
    ]
    present = ", ".join(map(str, frame.columns))
    problems += [
        Problem(
            file,
            "error.column_missing",
            {"column": f"{text(f'statistics.column.{name}')}（{name}）", "present": present},
        )
        for name in REQUIRED
        if name not in headings
    ]
    if problems:
        raise InputError(problems)
    kept = {name: headings[name][0] for name in REQUIRED}
    return frame[list(kept.values())].set_axis(list(kept), axis=1), kept


def _target(reading: Reading) -> str:
    if reading.threshold is None:
        return ""
    return f"{_SIGNS[reading.comparison]}{_number(reading.threshold)}"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _joined(names: Sequence[str]) -> str:
    return "; ".join(names)


def _folded(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
# A cell that starts with “=” would be a formula to a spreadsheet.
_SIGNS = {Comparison.AT_MOST: "≤", Comparison.AT_LEAST: "≥", Comparison.EQUAL: ""}
