"""Cutting an extract to an area: complete ways, and the borders of areas kept whole.

As ``osmium extract --strategy complete_ways``: every way with a node in the area is kept with all
its nodes, every relation with such a way or node is kept, with the members that are kept. On top,
relations of administrative areas of county level and below keep all their border ways, so that
counties at the edge stay whole; wider ones would bring in half a country.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import osmium
import shapely

from gis.core.crs import GEOGRAPHIC, from_metric, metric_system, to_metric
from gis.core.errors import InputError, Problem, raise_problems
from gis.core.files import written_aside
from gis.core.units import METRES_PER_KILOMETRE
from gis.network.osm.reader import (
    E7,
    NODES,
    RELATIONS,
    WAYS,
    check_is_pbf,
    position_blocks,
    told,
)

STUDY_AREA = "study"
WIDEST_BUFFER_KM = 200.0
WHOLE_LEVELS = frozenset({"6", "7", "8", "9", "10"})  # counties, townships, villages
BOX_SIDES = 4

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ClipCount:
    """What was kept.

    Parameters
    ----------
    nodes, ways, relations
        Numbers of objects written.

    """

    nodes: int
    ways: int
    relations: int


def clip_extract(pbf: Path, out: Path, area: shapely.Geometry) -> ClipCount:
    """Write what of an extract lies in an area.

    Parameters
    ----------
    pbf
        The extract.
    out
        The file to write, ``….osm.pbf``; never the extract itself.
    area
        Area in WGS84.

    Raises
    ------
    InputError
        If the extract cannot be read to its end, holds nothing in the area, or the place cannot be
        written; nothing is left half-written.

    """
    _check_out(pbf, out)
    check_is_pbf(pbf)
    tracker = osmium.IdTracker()
    found = 0
    for ids in _nodes_inside(pbf, area):
        found += len(ids)
        for number in ids.tolist():
            tracker.add_node(number)
    if not found:
        raise InputError([Problem(str(pbf), "error.osm_clip_nothing")])
    tracker.complete_forward_references(str(pbf), relation_depth=-1)  # ways only
    kept, borders = _relations(pbf, tracker)
    for number in borders:
        tracker.add_way(number)
    tracker.complete_backward_references(str(pbf), relation_depth=0)
    for number in kept:
        tracker.add_relation(number)
    with written_aside(out) as aside:
        return _write(pbf, aside, tracker)


def clip_area(
    chosen: str, *, counties: gpd.GeoDataFrame, buffer_km: float = 0.0
) -> shapely.Geometry:
    """Return the area that an option names, widened by a buffer.

    Parameters
    ----------
    chosen
        ``study`` for the counties of the study area, or ``west,south,east,north`` in degrees.
    counties
        The layer ``counties``.
    buffer_km
        How far beyond, 0 to 200 km.

    Raises
    ------
    InputError
        If the option is neither, the box has no inside, or the buffer is out of range.

    """
    problems = []
    if not 0 <= buffer_km <= WIDEST_BUFFER_KM:
        fields = {"value": buffer_km, "limit_km": round(WIDEST_BUFFER_KM)}
        problems.append(Problem("--buffer-km", "error.osm_buffer", fields))
    box = None if chosen == STUDY_AREA else read_box(chosen)
    if chosen != STUDY_AREA and box is None:
        problems.append(Problem(f"--area {chosen}", "error.osm_area"))
    raise_problems(problems)
    if box is None:
        area = shapely.union_all(counties[counties["in_study_area"]].geometry.to_numpy())
    else:
        area = shapely.box(*box)
    return _widened(area, buffer_km)


def read_box(words: str) -> tuple[float, float, float, float] | None:
    """Return west, south, east, north of ``120.1,30.2,120.3,30.4``, or None if it is no box."""
    try:
        sides = [float(part) for part in words.replace("，", ",").split(",")]
    except ValueError:
        return None
    if len(sides) != BOX_SIDES:
        return None
    west, south, east, north = sides
    is_box = -180 <= west < east <= 180 and -90 <= south < north <= 90  # noqa: PLR2004 - the globe
    return (west, south, east, north) if is_box else None


def _widened(area: shapely.Geometry, buffer_km: float) -> shapely.Geometry:
    if not buffer_km:
        return area
    system = metric_system(*shapely.get_coordinates(area).T)
    metric = to_metric(gpd.GeoDataFrame(geometry=[area], crs=GEOGRAPHIC), system).geometry
    return from_metric(metric.buffer(buffer_km * METRES_PER_KILOMETRE), system).iloc[0]


def _check_out(pbf: Path, out: Path) -> None:
    if not out.name.endswith(".osm.pbf"):
        raise InputError([Problem(str(out), "error.osm_out_name")])
    if out.resolve() == pbf.resolve():
        raise InputError([Problem(str(out), "error.osm_out_same")])


def _nodes_inside(pbf: Path, area: shapely.Geometry) -> Iterator[IntArray]:
    """Give the ids of the nodes in an area, a block at a time."""
    west, south, east, north = shapely.bounds(area)
    shapely.prepare(area)
    for block in position_blocks(pbf):
        lon, lat = block["lon"] / E7, block["lat"] / E7
        near = np.flatnonzero((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north))
        is_in = shapely.intersects_xy(area, lon[near], lat[near])
        yield block["id"][near[is_in]]


def _relations(pbf: Path, tracker: osmium.IdTracker) -> tuple[list[int], list[int]]:
    """Return relations that touch what is kept, and border ways that must be kept for them."""
    touching = osmium.FileProcessor(str(pbf), RELATIONS).with_filter(tracker.contains_filter())
    kept: list[int] = []
    borders: list[int] = []
    for relation in told(pbf, touching):
        kept.append(relation.id)
        if _is_whole(relation):
            borders += [member.ref for member in relation.members if member.type == "w"]
    return kept, borders


def _is_whole(relation: Any) -> bool:  # noqa: ANN401 - pyosmium
    tags = relation.tags
    is_area = tags.get("boundary") == "administrative"
    return is_area and tags.get("admin_level") in WHOLE_LEVELS


def _write(pbf: Path, aside: Path, tracker: osmium.IdTracker) -> ClipCount:
    chosen = osmium.FileProcessor(str(pbf), NODES | WAYS | RELATIONS).with_filter(
        tracker.id_filter()
    )
    nodes = ways = relations = 0
    with osmium.SimpleWriter(str(aside), header=_head(pbf)) as writer:
        for item in told(pbf, chosen):
            writer.add(item)
            nodes += item.is_node()
            ways += item.is_way()
            relations += item.is_relation()
    return ClipCount(nodes, ways, relations)


def _head(pbf: Path) -> osmium.io.Header:
    """Return a head with the date of the data and without their bounds."""
    old = osmium.FileProcessor(str(pbf)).header
    head = osmium.io.Header()
    for key in ("osmosis_replication_timestamp", "timestamp"):
        if value := old.get(key, ""):
            head.set(key, value)
    head.set("generator", "pilot-zone-atlas")
    return head
