"""What the tags of a way say to a driver: class, directions, limit, what it is made of.

Follows the OpenStreetMap wiki (Key:access, Key:oneway, Key:maxspeed, Key:duration). Of the keys on
access the most specific one decides: ``motorcar``, then ``motor_vehicle``, ``vehicle``,
``access``; the same key with ``:forward`` or ``:backward`` decides for that direction.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from gis.catalogue.osm_classes import FERRY, OsmClass, OsmTables
from gis.core.units import SECONDS_PER_MINUTE

Tags = Mapping[str, str]

UNKNOWN = float("nan")

_MODES = ("motorcar", "motor_vehicle", "vehicle", "access")
_ONEWAY_KEYS = (*(f"oneway:{mode}" for mode in _MODES[:-1]), "oneway")
_LIMIT_KEYS = ("maxspeed", "maxspeed:forward", "maxspeed:backward")
_ZONE_KEYS = ("source:maxspeed", "maxspeed:type", "zone:traffic", "zone:maxspeed")
RELEVANT_KEYS = frozenset(
    {
        *("highway", "route", "service", "area", "junction", "motorroad", "ferry", "duration"),
        *("bridge", "tunnel", "toll", "lanes", "foot"),
        *(f"{mode}{end}" for mode in _MODES for end in ("", ":forward", ":backward")),
        *_ONEWAY_KEYS,
        *_LIMIT_KEYS,
        *_ZONE_KEYS,
    }
)

# "destination" is open: one may drive there, only not through, which no tree of paths can tell.
_OPEN = frozenset({"yes", "permissive", "designated", "official", "public", "destination", "hov"})
_CLOSED = frozenset(
    {"no", "private", "agricultural", "forestry", "emergency", "psv", "bus", "military"}
    | {"customers", "delivery", "permit", "residents", "employees", "restricted"}
)
_NOT_BUILT = frozenset(
    {"proposed", "planned", "construction", "abandoned", "disused", "razed", "dismantled"}
)
_CLOSED_SERVICE = frozenset(
    {"parking_aisle", "parking", "driveway", "drive-through", "emergency_access", "private"}
)
_ROUND = frozenset({"roundabout", "circular"})
_WITH_THE_WAY = frozenset({"yes", "true", "1"})
_AGAINST_THE_WAY = frozenset({"-1", "reverse"})
_BOTH_WAYS = frozenset({"no", "false", "0", "alternating"})
_NO_NUMBER = frozenset({"signals", "variable", "unposted", "default", "implicit"})
_KMH = {"": 1.0, "km/h": 1.0, "kmh": 1.0, "kph": 1.0, "mph": 1.609344, "knots": 1.852}
_NUMBER_AND_UNIT = re.compile(r"(\d{1,4}(?:\.\d+)?)\s*([a-z/]*)")
_CLOCK = re.compile(r"(\d{1,3}):(\d{2})(?::(\d{2}))?")
_ISO = re.compile(r"PT(?=\d)(?:(\d{1,3})H)?(?:(\d{1,4})M)?(?:(\d{1,5})S)?")
_MINUTES = re.compile(r"\d{1,4}")
_MOST_LANES = 20


class Left(StrEnum):
    """Why a way is left out."""

    NO_ROAD = "no_road"
    NOT_BUILT = "not_built"
    AREA = "area"
    SERVICE = "service"
    CLOSED = "closed"
    REVERSIBLE = "reversible"
    FERRY_WITHOUT_CARS = "ferry_without_cars"
    WALK_ONLY = "walk_only"


@dataclass(frozen=True, slots=True)
class RoadTags:
    """A way that is kept.

    Parameters
    ----------
    osm_class
        Class of the table.
    forward, backward
        Whether cars may go along the way, and against it.
    walkable, enterable
        Whether people may walk along it; whether it may be entered between its ends.
    limit_kmh
        Tagged limit; NaN where there is none that can be used.
    bridge, tunnel, toll
        What it is.
    lanes
        0 where unknown.
    ferry_s
        Seconds from one end to the other by the tags; NaN where unknown.
    faults
        Keys whose values cannot be understood or cannot be true.

    """

    osm_class: str
    forward: bool
    backward: bool
    walkable: bool
    enterable: bool
    limit_kmh: float = UNKNOWN
    bridge: bool = False
    tunnel: bool = False
    toll: bool = False
    lanes: int = 0
    ferry_s: float = UNKNOWN
    faults: tuple[str, ...] = ()


def road_tags(tags: Tags, tables: OsmTables, *, walk: bool = False) -> RoadTags | Left:
    """Return what a way is to cars, or why it is left out.

    Parameters
    ----------
    tags
        Tags of the way; only :data:`RELEVANT_KEYS` matter.
    tables
        Classes and limits.
    walk
        Whether ways are kept that people may walk along and cars may not use.

    """
    name = _class_name(tags)
    if reason := _reason_to_leave(tags, name, tables):
        return reason
    row = tables.classes[name]
    forward, backward = _ways_for_cars(tags, row)
    walkable = _people_may(tags, default=row.walk == "yes")
    if not (forward or backward) and not (walk and walkable):
        return Left.WALK_ONLY if row.cars == "no" else Left.CLOSED
    limit_kmh, limit_fault = _limit(tags, tables)
    ferry_s, ferry_fault = _duration(tags) if name == FERRY else (UNKNOWN, False)
    bridge, tunnel = (tags.get(key, "no") != "no" for key in ("bridge", "tunnel"))
    closed = bridge or tunnel or tags.get("motorroad") == "yes"
    return RoadTags(
        osm_class=name,
        forward=forward,
        backward=backward,
        walkable=walkable,
        enterable=row.enterable == "yes" and not closed,
        limit_kmh=limit_kmh,
        bridge=bridge,
        tunnel=tunnel,
        toll=tags.get("toll") == "yes",
        lanes=_lanes(tags.get("lanes", "")),
        ferry_s=ferry_s,
        faults=("maxspeed",) * limit_fault + ("duration",) * ferry_fault,
    )


def limit_of(value: str, tables: OsmTables) -> float | None:
    """Return the km/h of a value of ``maxspeed``; NaN for words without a number, None if absurd.

    Of a list, the lowest counts.
    """
    kmh = [_one_limit(part.strip(), tables) for part in re.split(r"[;|]", value) if part.strip()]
    usable = [limit for limit in kmh if limit is not None]
    return min(usable, default=None) if len(usable) == len(kmh) else None


def seconds_of(value: str) -> float | None:
    """Return the seconds of a duration: ``HH:MM``, ``HH:MM:SS``, ``PT1H35M`` or minutes."""
    if match := _CLOCK.fullmatch(value) or _ISO.fullmatch(value):
        hours, minutes, seconds = match.groups()
    elif _MINUTES.fullmatch(value):
        hours, minutes, seconds = None, value, None
    else:
        return None
    total = int(hours or 0) * 60 + int(minutes or 0)
    return total * SECONDS_PER_MINUTE + int(seconds or 0)


def _class_name(tags: Tags) -> str:
    name = tags.get("highway", "").partition(";")[0].strip()
    return FERRY if not name and tags.get("route") == FERRY else name


def _reason_to_leave(tags: Tags, name: str, tables: OsmTables) -> Left | None:
    """Return the first reason for which nobody travels on a way."""
    reasons = {
        Left.NOT_BUILT: name in _NOT_BUILT,
        Left.NO_ROAD: name not in tables.classes,
        Left.AREA: tags.get("area") == "yes",
        Left.SERVICE: name == "service" and tags.get("service") in _CLOSED_SERVICE,
        Left.REVERSIBLE: any(tags.get(key) == "reversible" for key in _ONEWAY_KEYS),
        Left.FERRY_WITHOUT_CARS: name == FERRY and not _carries_cars(tags, tables),
    }
    return next((reason for reason, holds in reasons.items() if holds), None)


def _ways_for_cars(tags: Tags, row: OsmClass) -> tuple[bool, bool]:
    """Return whether cars may go along a way, and against it."""
    if row.cars == "no":
        return False, False
    along, against = _directions(tags, implied=row.oneway == "yes")
    return along and _cars_may(tags, "forward"), against and _cars_may(tags, "backward")


def _directions(tags: Tags, *, implied: bool) -> tuple[bool, bool]:
    """Return whether a way leads forward and backward, access aside."""
    for key in _ONEWAY_KEYS:
        value = tags.get(key)
        if value in _WITH_THE_WAY:
            return True, False
        if value in _AGAINST_THE_WAY:
            return False, True
        if value in _BOTH_WAYS:
            return True, True
    return True, not (implied or tags.get("junction") in _ROUND)


def _cars_may(tags: Tags, direction: str) -> bool:
    for mode in _MODES:
        for key in (f"{mode}:{direction}", mode):
            value = tags.get(key)
            if value in _OPEN:
                return True
            if value in _CLOSED:
                return False
    return True


def _people_may(tags: Tags, *, default: bool) -> bool:
    for key in ("foot", "access"):
        value = tags.get(key)
        if value in _CLOSED or value == "use_sidepath":
            return False
        if value in _OPEN and key == "foot":
            return True
    return default


def _carries_cars(tags: Tags, tables: OsmTables) -> bool:
    """Tell whether tags say that a ferry takes cars: most ferries do not."""
    road = tables.classes.get(tags.get("ferry", ""))
    said = any(tags.get(mode) in _OPEN for mode in _MODES[:-1])
    return said or (road is not None and road.cars == "yes")


def _limit(tags: Tags, tables: OsmTables) -> tuple[float, bool]:
    """Return the limit and whether a value cannot be used; of two directions, the lower one."""
    bounds = tables.parameters
    known: list[float] = []
    fault = False
    for keys in (_LIMIT_KEYS[:1], _LIMIT_KEYS[1:]):
        for kmh in (limit_of(tags[key], tables) for key in keys if key in tags):
            if kmh is None or not bounds.lowest_limit_kmh <= kmh <= bounds.highest_limit_kmh:
                fault = fault or kmh is None or not math.isnan(kmh)
            else:
                known.append(kmh)
        if known:
            return min(known), fault
    zones = (_zone_limit(tags[key], tables) for key in _ZONE_KEYS if key in tags)
    return next((kmh for kmh in zones if kmh is not None), UNKNOWN), fault


def _one_limit(value: str, tables: OsmTables) -> float | None:
    if match := _NUMBER_AND_UNIT.fullmatch(value.lower()):
        factor = _KMH.get(match[2])
        return None if factor is None else float(match[1]) * factor
    if value.lower() in _NO_NUMBER:
        return UNKNOWN
    return _zone_limit(value, tables)


def _zone_limit(value: str, tables: OsmTables) -> float | None:
    """Return the limit of ``CN:urban``, ``DE:zone:30``, ``walk``, …; None if it is no zone."""
    kind = value.rpartition(":")[2]
    if ":" in value and kind.isdecimal():
        return float(kind)
    return tables.zones.get(value, tables.zones.get(kind))


def _duration(tags: Tags) -> tuple[float, bool]:
    value = tags.get("duration", "")
    seconds = seconds_of(value) if value else UNKNOWN
    return (UNKNOWN, True) if not seconds else (seconds, False)


def _lanes(value: str) -> int:
    numbers = [int(part) for part in re.findall(r"\d{1,3}", value)]
    lanes = min(numbers, default=0)
    return lanes if lanes <= _MOST_LANES else 0
