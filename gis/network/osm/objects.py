"""Named things of an extract with their shapes: nodes, ways and areas, as layers need them.

OpenStreetMap is written by anyone: names are stripped of control characters and cut to a bound,
numbers are taken only within bounds, and an area that cannot be put together is told, not guessed.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import osmium
import shapely
from osmium import filter as osmium_filter
from osmium import geom as osmium_geom

from gis.core.errors import InputError, Problem
from gis.network.osm.reader import NODES, WAYS, check_is_pbf, told

LONGEST_NAME = 100
LONGEST_VALUE = 255  # what OpenStreetMap itself allows
MOST_OBJECTS = 5_000_000  # of one kind; a whole province has a tenth
KMH_PER_MPH = 1.609344
KMH_PER_KNOT = 1.852

_CJK = re.compile(r"[\u3400-\u9fff]")
_NUMBER = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)")
_SPEED = re.compile(r"(\d{1,3}(?:\.\d{1,2})?)\s*(km/h|kmh|mph|knots)?")
_YEAR = re.compile(r"~?(1[89]\d\d|20\d\d)(?:-\d\d){0,2}")
_FORMULA_SIGNS = "=+-@ "
_KMH = {"mph": KMH_PER_MPH, "knots": KMH_PER_KNOT}


@dataclass(frozen=True, slots=True)
class OsmObject:
    """One thing of an extract.

    Parameters
    ----------
    osm_id
        ``n…``, ``w…`` or ``r…`` and the number: what a search on openstreetmap.org takes.
    tags
        Keys and values, cleaned.
    shape
        Point, line or area in WGS84.

    """

    osm_id: str
    tags: Mapping[str, str]
    shape: shapely.Geometry


@dataclass(frozen=True, slots=True)
class OsmObjects:
    """What was found, in the order nodes, ways, relations and their numbers.

    Parameters
    ----------
    found
        The things.
    incomplete
        ``osm_id`` and name of relations whose area could not be put together, because members are
        missing or do not close.

    """

    found: tuple[OsmObject, ...]
    incomplete: tuple[tuple[str, str], ...]


def read_points(path: Path, keys: Collection[str]) -> OsmObjects:
    """Return the nodes of an extract that have one of the keys.

    Raises
    ------
    InputError
        If the file cannot be read to its end.

    """
    check_is_pbf(path)
    processor = osmium.FileProcessor(str(path), NODES).with_filter(osmium_filter.KeyFilter(*keys))
    return _sorted(_points(_told(path, processor)), ())


def read_lines(path: Path, keys: Collection[str]) -> OsmObjects:
    """Return the ways of an extract that have one of the keys, as lines.

    Nodes the extract does not hold are left out of a line.

    Raises
    ------
    InputError
        If the file cannot be read to its end.

    """
    check_is_pbf(path)
    processor = (
        osmium.FileProcessor(str(path), NODES | WAYS)
        .with_locations()
        .with_filter(osmium_filter.KeyFilter(*keys))
    )
    ways = (item for item in _told(path, processor) if item.is_way())
    return _sorted(_lines(ways), ())


def read_places(path: Path, tags: Collection[tuple[str, str]]) -> OsmObjects:
    """Return nodes and areas of an extract that have one of the tags.

    Closed ways and relations (``type=multipolygon`` and ``boundary``) become areas, put together
    by libosmium.

    Raises
    ------
    InputError
        If the file cannot be read to its end.

    """
    return _nodes_and_areas(_with_areas(path, tags))


def read_areas(path: Path, tags: Collection[tuple[str, str]]) -> OsmObjects:
    """Return the areas that relations with one of the tags make.

    Raises
    ------
    InputError
        If the file cannot be read to its end.

    """
    items = _with_areas(path, tags)
    return _nodes_and_areas(
        item for item in items if item.is_relation() or (item.is_area() and not item.from_way())
    )


def names_of(tags: Mapping[str, str]) -> tuple[str, str]:
    """Return the Chinese and the English name, each standing in for the other where it lacks.

    Chinese is ``name:zh-Hans``, ``name:zh``, then ``name``; English ``name:en``, ``int_name``,
    then a ``name`` that is not Chinese. Both are empty for what has no name. Leading signs that a
    spreadsheet takes for a formula are dropped.
    """
    name = tags.get("name", "")
    zh = tags.get("name:zh-Hans") or tags.get("name:zh") or (name if _CJK.search(name) else "")
    en = tags.get("name:en") or tags.get("int_name") or ("" if _CJK.search(name) else name)
    names = [clean(part, longest=LONGEST_NAME).lstrip(_FORMULA_SIGNS) for part in (zh, en)]
    return names[0] or names[1], names[1] or names[0]


def clean(value: str, *, longest: int = LONGEST_VALUE) -> str:
    """Return a text without control and direction characters, single-spaced and bounded."""
    kept = "".join(
        " " if part.isspace() else part
        for part in value[: 4 * longest]
        if part.isspace() or not unicodedata.category(part).startswith("C")
    )
    return " ".join(kept.split())[:longest].strip()


def number_of(value: str, *, most: float) -> float | None:
    """Return a plain number of a tag, or None if it is none or out of bounds."""
    found = _NUMBER.fullmatch(value.replace(" ", ""))
    number = float(found[1]) if found else None
    return number if number is not None and number <= most else None


def speed_kmh(value: str) -> float | None:
    """Return a speed in km/h of a tag such as ``250``, ``40 mph``; None if it is none."""
    found = _SPEED.fullmatch(value.strip())
    return float(found[1]) * _KMH.get(found[2] or "", 1.0) if found else None


def year_of(value: str) -> int | None:
    """Return the year of a date such as ``2013-07-01`` or ``~1990``; None if it is none."""
    found = _YEAR.fullmatch(value.strip())
    return int(found[1]) if found else None


def _with_areas(path: Path, tags: Collection[tuple[str, str]]) -> Iterator[Any]:
    check_is_pbf(path)
    chosen = osmium_filter.TagFilter(*tags)
    processor = osmium.FileProcessor(str(path)).with_areas(chosen).with_filter(chosen)
    return _told(path, processor)


def _told(path: Path, processor: osmium.FileProcessor) -> Iterator[Any]:
    for number, item in enumerate(told(path, processor)):
        if number == MOST_OBJECTS:
            raise InputError([Problem(str(path), "error.osm_many", {"limit": MOST_OBJECTS})])
        yield item


def _nodes_and_areas(items: Iterable[Any]) -> OsmObjects:
    factory = osmium_geom.WKBFactory()
    found: list[OsmObject] = []
    asked: dict[str, str] = {}
    for item in items:
        if item.is_node():
            found += _points([item])
        elif item.is_relation():
            if item.tags.get("type") in {"multipolygon", "boundary"}:
                asked[f"r{item.id}"] = names_of(_tags(item))[0]
        elif item.is_area():
            shape = _area(factory, item)
            if shape is not None:
                kind = "w" if item.from_way() else "r"
                found.append(OsmObject(f"{kind}{item.orig_id()}", _tags(item), shape))
    made = {item.osm_id for item in found}
    return _sorted(found, [(name, asked[name]) for name in asked if name not in made])


def _area(factory: osmium_geom.WKBFactory, item: Any) -> shapely.Geometry | None:  # noqa: ANN401
    try:
        shape = shapely.from_wkb(factory.create_multipolygon(item))
    except (RuntimeError, ValueError):  # rings that do not close
        return None
    return shape if shapely.is_valid(shape) and not shapely.is_empty(shape) else None


def _points(items: Iterable[Any]) -> Iterator[OsmObject]:
    for item in items:
        place = item.location
        if place.valid():
            yield OsmObject(f"n{item.id}", _tags(item), shapely.Point(place.lon, place.lat))


def _lines(items: Iterable[Any]) -> Iterator[OsmObject]:
    for item in items:
        places = [(node.lon, node.lat) for node in item.nodes if node.location.valid()]
        if len(places) > 1 and len(set(places)) > 1:
            yield OsmObject(f"w{item.id}", _tags(item), shapely.LineString(places))


def _tags(item: Any) -> dict[str, str]:  # noqa: ANN401
    return {clean(tag.k): clean(tag.v) for tag in item.tags}


def _sorted(found: Iterable[OsmObject], incomplete: Iterable[tuple[str, str]]) -> OsmObjects:
    return OsmObjects(
        tuple(sorted(found, key=lambda item: _order(item.osm_id))),
        tuple(sorted(incomplete, key=lambda item: _order(item[0]))),
    )


def _order(osm_id: str) -> tuple[int, int]:
    return "nwr".index(osm_id[0]), int(osm_id[1:])
