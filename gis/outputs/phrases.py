"""How values, shares and probabilities of verdicts are written: on screens and in tables."""

from collections.abc import Mapping
from typing import Any

from gis.catalogue.goals import Comparison, Reading, Weighting
from gis.catalogue.statistics_upload import unit_name
from gis.core.schemas import VerdictWord
from gis.core.text import Language, strings, text

Record = Mapping[str, Any]
SIGNS = {"<=": "≤", ">=": "≥", "==": "="}
ON_THE_LINE = 1.0  # minutes or kilometres from the threshold
UNDER_TEN = 10
SURELY_NOT = 0.005


def amount(value: float | None, unit: str, language: Language) -> str:
    """Write a value with no more digits than it carries.

    Minutes are whole from ten upwards, kilometres have one decimal, shares are whole per cent;
    official figures are written as published.
    """
    if value is None:
        return text("app.unreachable", language=language)
    if unit == "share":
        return f"{value:.0%}"
    if unit == "%":
        return f"{value:.6g}%"
    if f"unit.{unit}" in strings():
        return f"{value:,.6g} {unit_name(unit, language=language)}"
    is_fine = unit == "km" or abs(value) < UNDER_TEN
    digits = 1 if is_fine and value != int(value) else 0
    written = f"{value:,.{digits}f}"
    key = f"app.unit.{unit.replace(' ', '_')}"
    known = key in strings()
    return text(key, language=language, value=written) if known else f"{written} {unit}"


def share(value: float | None) -> str:
    """Write a share from 0 to 1 in whole per cent."""
    return "—" if value is None else f"{value:.0%}"


def probability(value: float | None) -> str:
    """Write a probability in whole per cent; draws never tell that something is certain."""
    if value is None:
        return "—"
    if value < SURELY_NOT:
        return "<1%"
    return ">99%" if value > 1.0 - SURELY_NOT else f"{value:.0%}"


def is_by_share(reading: Reading) -> bool:
    """Tell whether a reading asks how many comply, and not whether every pair does."""
    counts_some = reading.required_share < 1.0 or reading.weighting == Weighting.PEOPLE
    return counts_some and reading.unit not in {"share", "%"}


def asked(reading: Reading, language: Language) -> str:
    """Write what a reading asks: ``≤ 60 min``, or ``≥ 85% within 60 min`` where a share is."""
    if reading.threshold is None:
        return "—"
    threshold = amount(reading.threshold, reading.unit, language)
    sign = SIGNS[reading.comparison.value]
    if not is_by_share(reading):
        return f"{sign} {threshold}"
    fields = {"share": share(reading.required_share), "threshold": threshold}
    if reading.comparison == Comparison.AT_MOST:
        key = "app.goal.asked.all" if reading.required_share >= 1 else "app.goal.asked.share"
        return text(key, language=language, **fields)
    fields["threshold"] = f"{sign} {threshold}"
    return text("app.goal.asked.other", language=language, **fields)


def shown_value(reading: Reading, record: Record | None, language: Language) -> str:
    """Write the share that complies where a reading asks for one, else the deciding value."""
    if record is None or record["verdict"] == VerdictWord.NOT_DECIDABLE.value:
        return "—"
    if is_by_share(reading) and record.get("share") is not None:
        return share(record["share"])
    value = amount(record["value"], record["unit"], language)
    return value + on_the_line(record, language)


def on_the_line(record: Record, language: Language) -> str:
    """Return a mark where the value is less than a minute or a kilometre off, else nothing."""
    margin = record.get("margin")
    is_close = margin is not None and abs(margin) < ON_THE_LINE
    is_measured = record["unit"] in {"min", "km"}
    return text("app.goal.on_the_line", language=language) if is_close and is_measured else ""
