"""Accessibility measures as data (``seeds/access_measures.yaml``): which, to where, how set."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from gis.catalogue.goals import PlaceSet
from gis.catalogue.tables import Row, Text, read_entries
from gis.core.paths import seeds_dir

FILE_NAME = "access_measures.yaml"
NotNegative = Annotated[float, Field(ge=0.0)]
Zone = tuple[NotNegative, NotNegative]


class AccessKind(StrEnum):
    """Published measure; formulas and sources stand in :mod:`gis.access.measures`."""

    CUMULATIVE_OPPORTUNITIES = "cumulative_opportunities"
    GRAVITY = "gravity"
    POTENTIAL = "potential"
    COST_TO_CLOSEST = "cost_to_closest"
    DUAL_ACCESS = "dual_access"
    WEIGHTED_AVERAGE_TRAVEL_TIME = "weighted_average_travel_time"
    REACHED_SHARE = "reached_share"
    DAILY_ACCESSIBILITY = "daily_accessibility"
    ACCESSIBILITY = "accessibility"
    PROXIMITY = "proximity"
    PERFORMANCE = "performance"
    ENHANCED_TWO_STEP_CATCHMENT = "enhanced_two_step_catchment"


class AccessMeasure(Row):
    """One measure with its parameters.

    Parameters
    ----------
    id
        Name of its column.
    name_zh, name_en
        In a planner's words.
    kind
        The published measure.
    unit
        Unit of the result.
    destinations
        Places to reach, all alike; the people of the townships where there are none.
    limit_min
        Longest time that counts.
    half_min
        Minutes in which an opportunity loses half its weight (``gravity``).
    exponent, least_min
        Friction, and the shortest time that counts (``potential``).
    nearest
        Which of the nearest (``cost_to_closest``).
    amount
        Weight to be reached (``dual_access``).
    unreached_min
        Minutes that stand for what cannot be reached (``weighted_average_travel_time``); without
        them a place that misses a single destination has no average.
    nearby_km
        Radius of the people nearby (``proximity``, ``performance``).
    zones
        Upper bound in minutes and weight of each zone of a catchment
        (``enhanced_two_step_catchment``); the bounds rise, the weights do not.
    per_people
        Number of people the result is for (``enhanced_two_step_catchment``).
    source
        Paper the formula is from.

    """

    id: str = Field(pattern="^[a-z][a-z0-9_]*$")
    name_zh: Text
    name_en: Text
    kind: AccessKind
    unit: Text
    destinations: PlaceSet | None = None
    limit_min: float | None = Field(default=None, ge=0.0)
    half_min: float | None = Field(default=None, gt=0.0)
    exponent: float | None = Field(default=None, ge=0.0)
    least_min: float | None = Field(default=None, gt=0.0)
    nearest: int = Field(default=1, ge=1)
    amount: float | None = Field(default=None, gt=0.0)
    unreached_min: float | None = Field(default=None, ge=0.0)
    nearby_km: float | None = Field(default=None, gt=0.0)
    zones: tuple[Zone, ...] = ()
    per_people: float = Field(default=1.0, gt=0.0)
    source: Text

    @property
    def is_time(self) -> bool:
        """Tell whether less is better."""
        return self.kind in _TIMES

    @property
    def can_be_missing(self) -> bool:
        """Tell whether a place has no value where it cannot reach what the measure asks for."""
        return self.is_time and self.unreached_min is None

    @model_validator(mode="after")
    def _is_set(self) -> Self:
        for field in _NEEDED.get(self.kind, ()):
            if getattr(self, field) in {None, ()}:
                context = {"measure": self.kind.value, "field": field}
                raise PydanticCustomError("error.measure_incomplete", "incomplete", context)
        for (nearer_min, more), (farther_min, less) in pairwise(self.zones):
            if nearer_min >= farther_min or more < less:
                raise PydanticCustomError("error.measure_zones", "order of the zones")
        return self


def load_access_measures(seeds: Path | None = None) -> tuple[AccessMeasure, ...]:
    """Return the measures in the order of the file.

    Parameters
    ----------
    seeds
        Folder of the seed tables; the product's own by default.

    Raises
    ------
    InputError
        With every problem of the file.

    """
    path = (seeds or seeds_dir()) / FILE_NAME
    return read_entries(path, AccessMeasure, list_key="measures", place=_place)


def _place(entry: Mapping[str, Any], path: Sequence[int | str]) -> str:
    field = f" field {'.'.join(str(part) for part in path)}" if path else ""
    return f"measure {entry.get('id', '?')}{field}"


_TIMES = frozenset(
    {
        AccessKind.COST_TO_CLOSEST,
        AccessKind.DUAL_ACCESS,
        AccessKind.WEIGHTED_AVERAGE_TRAVEL_TIME,
    }
)
_EU = ("limit_min", "nearby_km")
_NEEDED: Mapping[AccessKind, tuple[str, ...]] = {
    AccessKind.CUMULATIVE_OPPORTUNITIES: ("limit_min",),
    AccessKind.GRAVITY: ("half_min",),
    AccessKind.POTENTIAL: ("exponent", "least_min"),
    AccessKind.COST_TO_CLOSEST: ("destinations",),
    AccessKind.ENHANCED_TWO_STEP_CATCHMENT: ("destinations", "zones"),
    AccessKind.DUAL_ACCESS: ("amount",),
    AccessKind.DAILY_ACCESSIBILITY: ("limit_min",),
    AccessKind.ACCESSIBILITY: _EU,
    AccessKind.PROXIMITY: _EU,
    AccessKind.PERFORMANCE: _EU,
}
