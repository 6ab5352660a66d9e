"""Which tags of OpenStreetMap make which kind of point of service: ``seeds/osm_points.csv``."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field

from gis.catalogue.tables import LIST_SEPARATOR, Row, Text, TextList, read_rows
from gis.core.paths import seeds_dir

OSM_POINTS_TABLE = "osm_points.csv"


class PointKind(StrEnum):
    """What a point of service offers."""

    KINDERGARTEN = "kindergarten"
    SCHOOL = "school"
    UNIVERSITY = "university"
    HOSPITAL = "hospital"
    CLINIC = "clinic"
    MARKET = "market"
    CONVENIENCE = "convenience"
    ELDERLY_CARE = "elderly_care"
    PARK = "park"
    BUS_STOP = "bus_stop"
    STATION = "station"
    GOVERNMENT = "government"
    MUSEUM = "museum"
    LIBRARY = "library"
    THEATRE = "theatre"
    SPORTS = "sports"
    COMMUNITY_CENTRE = "community_centre"


def _pairs(value: object) -> object:
    if not isinstance(value, str):
        return value
    return tuple(tuple(part.strip().split("=", 1)) for part in value.split(LIST_SEPARATOR))


Tag = tuple[
    Annotated[str, Field(pattern=r"^[\w:-]+$")], Annotated[str, Field(pattern=r"^[\w:-]+$")]
]


class PointRule(Row):
    """One way in which OpenStreetMap marks a kind of service.

    Parameters
    ----------
    tags
        ``key=value``, all of which an object must have.
    goal_ids
        Goals that count this kind among their services.

    """

    id: Annotated[str, Field(pattern=r"^OP\d{2}$")]
    kind: PointKind
    tags: Annotated[tuple[Tag, ...], BeforeValidator(_pairs), Field(min_length=1)]
    goal_ids: TextList = ()
    source_id: Text
    note: str = ""

    def fits(self, tags: Mapping[str, str]) -> bool:
        """Tell whether an object with these tags is of this kind."""
        return all(tags.get(key) == value for key, value in self.tags)


def load_osm_points(seeds: Path | None = None) -> tuple[PointRule, ...]:
    """Read the rules; of several that fit, the first decides.

    Raises
    ------
    InputError
        With every problem of the table.

    """
    return read_rows((seeds or seeds_dir()) / OSM_POINTS_TABLE, PointRule)


def kinds_of_goal(goal_id: str, rules: tuple[PointRule, ...]) -> tuple[PointKind, ...]:
    """Return the kinds of service that a goal counts, in the order of the table."""
    return tuple(dict.fromkeys(rule.kind for rule in rules if goal_id in rule.goal_ids))
