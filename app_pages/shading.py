"""Classes of values for shaded maps: where they end, their colours, how numbers are written."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from app_pages.words import Language, say
from gis.catalogue.access_measures import AccessMeasure
from gis.core.text import strings, text
from gis.outputs.qgis_measured import NO_DATA, SHADES

FloatArray = npt.NDArray[np.float64]

# Light is near, as in the isochrones: viridis turned round.
TIME_SHADES = ("#FDE725", "#A5DB36", "#4AC16D", "#1FA187", "#277F8E", "#365C8D", "#46327E")
TIME_BOUNDS = (15.0, 30.0, 45.0, 60.0, 90.0, 120.0)
SHARE_BOUNDS = (0.5, 0.8, 0.9, 0.95, 0.99)
SCALES = {
    "people": {"zh": 1e4, "en": 1e3},
    "people/min": {"zh": 1e4, "en": 1e3},
    "share": {"zh": 0.01, "en": 0.01},
}
FINE_BELOW, FINE_PEOPLE_BELOW = 10, 1000  # values below have one decimal
NEARLY_ALL, ALL = 0.995, 1.0


@dataclass(frozen=True, slots=True)
class Classes:
    """Classes of values, from low to high.

    Parameters
    ----------
    bounds
        Where one class ends and the next begins, ascending.
    shades
        A colour a class: one more than the bounds.

    """

    bounds: tuple[float, ...]
    shades: tuple[str, ...]

    def shade(self, value: float) -> str:
        """Return the colour of a value; a value on a bound belongs above, NaN has none."""
        if np.isnan(value):
            return NO_DATA
        return self.shades[int(np.searchsorted(self.bounds, value, side="right"))]


def classes_of(values: FloatArray, measure: AccessMeasure) -> Classes:
    """Return classes for the values of a measure: round minutes and shares, else equal counts.

    Parameters
    ----------
    values
        Values shown; NaN where there is none.
    measure
        The measure.

    """
    known = values[~np.isnan(values)]
    if measure.unit == "min":
        bounds: Sequence[float] = TIME_BOUNDS
    elif measure.unit == "share":
        bounds = SHARE_BOUNDS
    else:
        count = min(len(SHADES), len(np.unique(known)))
        cuts = np.arange(1, count) / max(count, 1)
        bounds = [_two_digits(bound) for bound in np.quantile(known, cuts)] if count else ()
    inside = [bound for bound in bounds if known.size and known.min() < bound <= known.max()]
    kept = tuple(dict.fromkeys(inside))
    if measure.unit == "min":
        first = sum(bound <= known.min() for bound in TIME_BOUNDS) if known.size else 0
        return Classes(kept, TIME_SHADES[first : first + len(kept) + 1])
    return Classes(kept, _spread(SHADES, len(kept) + 1))


def legend_rows(classes: Classes, unit: str, language: Language) -> list[dict[str, str]]:
    """Return a row a class: ``colour, text``."""
    scale = SCALES.get(unit, {}).get(language, 1.0)
    ends = [f"{bound / scale:,.6g}" for bound in classes.bounds]
    if not ends:
        return []
    between = pairwise(ends)
    texts = [
        say("class.below", language, high=ends[0]),
        *(say("class.between", language, low=low, high=high) for low, high in between),
        say("class.above", language, low=ends[-1]),
    ]
    return [
        {"colour": shade, "text": said} for shade, said in zip(classes.shades, texts, strict=True)
    ]


def number(value: float, unit: str, language: Language) -> str:
    """Write a value in the unit that :func:`unit_name` names, with no digits too many."""
    if unit == "share" and NEARLY_ALL <= value < ALL:
        return ">99"
    scaled = value / SCALES.get(unit, {}).get(language, 1.0)
    fine_below = FINE_PEOPLE_BELOW if unit == "people" and language == "zh" else FINE_BELOW
    is_fine = abs(scaled) < fine_below and unit not in {"share", "%"}
    return f"{scaled:,.1f}" if is_fine else f"{scaled:,.0f}"


def amount(value: float, unit: str, language: Language) -> str:
    """Write a value with its unit; a dash where there is none."""
    if np.isnan(value):
        return "—"
    if unit in {"share", "%"}:
        return f"{number(value, unit, language)}%"
    fields = {"value": number(value, unit, language), "unit": unit_name(unit, language)}
    return say("measured.value", language, **fields)


def unit_name(unit: str, language: Language) -> str:
    """Return what values of a unit are counted in."""
    key = f"app.measured.{unit}"
    return text(key, language=language) if key in strings() else unit


def _two_digits(value: float) -> float:
    return float(f"{value:.2g}")


def _spread(shades: Sequence[str], count: int) -> tuple[str, ...]:
    """Return some of the shades, as far apart as they go."""
    picked = np.linspace(0, len(shades) - 1, count).round().astype(int) if count > 1 else [3]
    return tuple(shades[index] for index in picked)
