"""Ways from places to the roads of a network: straight, and never across water."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gis.catalogue.parameters import TravelParameters
from gis.core.crs import METRIC, metric_xy, to_metric
from gis.core.units import travel_seconds
from gis.network.line_boxes import LineBoxes, areas_around, make_boxes, rows_in
from gis.network.lines import EdgeLines

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

FARTHEST_ROAD_M = 50_000.0
ROUNDING_M = 0.001
SHORE_M = 1_000.0  # the stated accuracy of coast and waters
FORD_M = 300.0  # less water than this on the way: a creek, or the slack of a digitised bank
WAYS_PER_PLACE = 8
TRIED_PER_WAY = 32
NEAR_FACTOR, NEAR_MARGIN_M = 1.5, 1_000.0  # a road this much farther than the nearest may be better
MARK_SPACING_M = 1_000.0
MARGINS_M = (100.0, 400.0, 1_600.0, 6_400.0, np.inf)  # beyond the nearest road, tried one by one

_TILE_DEGREES = 0.1
_WINDOWS_M = (2_500.0, FARTHEST_ROAD_M / 5.0, FARTHEST_ROAD_M)  # roads are fetched as needed
_COMPASS = np.arange(16) * (2 * np.pi / 16)


@dataclass(frozen=True, slots=True, eq=False)
class AccessIndex:
    """Roads and water prepared for the search of ways.

    Parameters
    ----------
    lines
        The lines of all edges.
    boxes
        Boxes around those that can be entered anywhere along them.
    water
        Search tree of the water in the metric system.
    system
        The metric system.

    """

    lines: EdgeLines
    boxes: LineBoxes
    water: shapely.STRtree
    system: str


@dataclass(frozen=True, slots=True, eq=False)
class _Window:
    """The roads near some places.

    Parameters
    ----------
    rows
        ``(lines,)`` rows of the edges.
    lines
        ``(lines,)`` in the metric system.
    tree
        Search tree of the lines.

    """

    rows: npt.NDArray[np.int64]
    lines: npt.NDArray[np.object_]
    tree: shapely.STRtree


def make_access_index(
    edges: pd.DataFrame, lines: EdgeLines, water: gpd.GeoDataFrame, *, system: str = METRIC
) -> AccessIndex:
    """Prepare the search of ways to the roads of a network.

    Parameters
    ----------
    edges, lines, water
        Edges of a network, their lines, and water in WGS84, preferably in tiles
        (:func:`tile_water`).
    system
        The metric system of the network, in which distances are measured.

    """
    # A sliver valid in degrees can cross itself once projected.
    areas = shapely.make_valid(to_metric(water, system)["geometry"].to_numpy())
    shapely.prepare(areas)
    boxes = make_boxes(lines, enterable_rows(edges))
    return AccessIndex(lines=lines, boxes=boxes, water=shapely.STRtree(areas), system=system)


def enterable_rows(edges: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Return the rows of edges that may be entered between their ends.

    A network of nothing but motorways, bridges, tunnels and ferries is entered anywhere.
    """
    is_open = edges["enterable"].to_numpy(dtype=np.bool_)
    return np.flatnonzero(is_open if is_open.any() else ~is_open)


def places_along(
    lines: npt.NDArray[np.object_], *, spacing_m: float
) -> tuple[npt.NDArray[np.int64], FloatArray]:
    """Return line and fraction of evenly spaced places along metric lines, ends included.

    Parameters
    ----------
    lines
        ``(lines,)`` in the metric system.
    spacing_m
        Places are at most this far apart.

    """
    pieces = np.maximum(np.ceil(shapely.length(lines) / spacing_m), 1).astype(np.int64)
    line = np.repeat(np.arange(len(lines)), pieces + 1)
    first = np.repeat(np.cumsum(pieces + 1) - (pieces + 1), pieces + 1)
    return line, (np.arange(len(line)) - first) / pieces[line]


def tile_water(water: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Cut water into tiles of a tenth of a degree: small pieces are found and tested faster."""
    west, south, east, north = np.floor(np.asarray(water.total_bounds) / _TILE_DEGREES)
    if not len(water) or not np.isfinite([west, south, east, north]).all():
        return water
    tiles = [
        shapely.box(*(np.array([column, row, column + 1, row + 1]) * _TILE_DEGREES))
        for column in np.arange(west, east + 1)
        for row in np.arange(south, north + 1)
    ]
    area, tile = shapely.STRtree(tiles).query(water.geometry.to_numpy(), predicate="intersects")
    order = np.lexsort((tile, area))
    pieces = shapely.intersection(
        water.geometry.to_numpy()[area[order]], np.array(tiles, dtype=object)[tile[order]]
    )
    cut = gpd.GeoDataFrame(
        {"kind": water["kind"].to_numpy()[area[order]]}, geometry=pieces, crs=water.crs
    ).explode(ignore_index=True)
    return cut[cut.geom_type == "Polygon"].reset_index(drop=True)


def metric_points(
    lon: FloatArray, lat: FloatArray, system: str = METRIC
) -> npt.NDArray[np.object_]:
    """Return points in a metric system, that of the study area by default."""
    return np.asarray(shapely.points(*metric_xy(lon, lat, system)), dtype=object).reshape(-1)


def ways_to_roads(
    index: AccessIndex, lon: FloatArray, lat: FloatArray, *, count: int = WAYS_PER_PLACE
) -> pd.DataFrame:
    """Return straight ways from places to the nearest roads that no water parts from them.

    Parameters
    ----------
    index
        Prepared roads and water.
    lon, lat
        ``(places,)`` degrees, WGS84.
    count
        Most ways a place; ways that end within a metre of a nearer one are left out.

    Returns
    -------
    pandas.DataFrame
        ``place`` (row of the input), ``edge`` (row of the network's edges), ``fraction`` (where
        the way meets the edge, 0 at its source), ``straight_m``; nearest first. A place with no
        way within 50 km has no row.

    """
    points = metric_points(lon, lat, index.system)
    left = np.arange(len(points))
    found: list[pd.DataFrame] = []
    for within_m in _WINDOWS_M:
        window = _window(index, lon[left], lat[left], within_m)
        nearest_m = _nearest_m(window, points, left)
        radius_m = np.minimum(nearest_m * NEAR_FACTOR + NEAR_MARGIN_M, FARTHEST_ROAD_M)
        # Only now is it sure that the window holds all that is near enough.
        near = left[(nearest_m[left] <= within_m) & (radius_m[left] <= within_m)]
        found += _nearest_ways(
            index, window, points, near, nearest_m=nearest_m, radius_m=radius_m, count=count
        )
        left = np.setdiff1d(left, near)
        if not len(left):
            break
    # The roads nearest to some places lie across water: try other places along the roads.
    near = np.setdiff1d(np.arange(len(points)), left)
    for reach_m in _WINDOWS_M[1:]:
        near = np.setdiff1d(near, np.concatenate([ways["place"].to_numpy() for ways in found]))
        if not len(near):
            break
        window = _window(index, lon[near], lat[near], reach_m)
        mark_line, mark_fraction = places_along(window.lines, spacing_m=MARK_SPACING_M)
        marks = shapely.line_interpolate_point(
            window.lines[mark_line], mark_fraction, normalized=True
        )
        tree = shapely.STRtree(np.asarray(marks))
        place, mark = _found(tree, points, near, np.full(len(points), reach_m))
        spots = place, mark_line[mark], mark_fraction[mark]
        found.append(_dry_ways(index, window, points, spots, count=count))
    ways = pd.concat(found, ignore_index=True)
    return ways.sort_values(["place", "straight_m", "edge"], ignore_index=True)


def ways_to_nodes(
    ways: pd.DataFrame, edges: pd.DataFrame, parameters: TravelParameters, *, outbound: bool
) -> pd.DataFrame:
    """Lead ways on, along the edges they meet, to the road nodes at both ends.

    Off the road the straight distance is lengthened by ``access_detour`` and walked or driven at
    local speed; along the edge cars take their share of the edge's time.

    Parameters
    ----------
    ways
        From :func:`ways_to_roads`.
    edges
        Edges of the same network.
    parameters
        Speeds and detour.
    outbound
        Whether the places are left (True) or reached: one-way edges tell them apart.

    Returns
    -------
    pandas.DataFrame
        ``place, node, edge, length_m, walk_s, drive_s, drive_peak_s``; one row a place and node,
        the quickest.

    """
    edge = ways["edge"].to_numpy()
    length_m, free_flow_s, peak_s, forward, backward = (
        edges[name].to_numpy()[edge]
        for name in ("length_m", "free_flow_s", "peak_s", "forward", "backward")
    )
    fraction = ways["fraction"].to_numpy()
    off_road_m = ways["straight_m"].to_numpy() * parameters.access_detour
    local_s = travel_seconds_of(off_road_m, parameters.local_drive_kmh)
    to_source, to_target = (backward, forward) if outbound else (forward, backward)
    halves: list[pd.DataFrame] = []
    for end, share, allowed in (
        ("source", fraction, to_source),
        ("target", 1 - fraction, to_target),
    ):
        way_m = off_road_m + share * length_m
        # A place at the very end of an edge is at the node, whichever way the edge runs.
        kept = np.flatnonzero(allowed.astype(np.bool_) | (share == 0))
        half = {
            "place": ways["place"].to_numpy()[kept],
            "node": edges[end].to_numpy()[edge][kept],
            "edge": edge[kept],
            "length_m": way_m[kept],
            "walk_s": travel_seconds_of(way_m[kept], parameters.walk_kmh),
            "drive_s": (local_s + share * free_flow_s)[kept],
            "drive_peak_s": (local_s + share * peak_s)[kept],
        }
        halves.append(pd.DataFrame(half))
    both: pd.DataFrame = pd.concat(halves, ignore_index=True)
    both = both.sort_values(["place", "node", "drive_s", "length_m"], ignore_index=True)
    return both.drop_duplicates(["place", "node"], ignore_index=True)


def travel_seconds_of(length_m: FloatArray, speed_kmh: float) -> FloatArray:
    """Return the seconds for lengths in metres at one speed."""
    return np.asarray(length_m, dtype=np.float64) * travel_seconds(1.0, speed_kmh)


def road_distance_m(index: AccessIndex, lon: FloatArray, lat: FloatArray) -> FloatArray:
    """Return the straight distance from places to the nearest road, water or not.

    It is infinite beyond 50 km.
    """
    points = metric_points(lon, lat, index.system)
    distance = np.full(len(points), np.inf)
    for within_m in _WINDOWS_M:
        left = np.flatnonzero(np.isinf(distance))
        if not len(left):
            break
        nearest_m = _nearest_m(_window(index, lon[left], lat[left], within_m), points, left)
        distance = np.where(nearest_m <= within_m, nearest_m, distance)
    return distance


def in_open_water(index: AccessIndex, lon: FloatArray, lat: FloatArray) -> BoolArray:
    """Tell which places lie in water farther from land than coast and waters are accurate."""
    points = metric_points(lon, lat, index.system)
    x, y = shapely.get_x(points), shapely.get_y(points)
    around_x = np.concatenate([x[:, None], x[:, None] + SHORE_M * np.cos(_COMPASS)], axis=1)
    around_y = np.concatenate([y[:, None], y[:, None] + SHORE_M * np.sin(_COMPASS)], axis=1)
    around = np.atleast_1d(np.asarray(shapely.points(around_x.ravel(), around_y.ravel())))
    wet = np.zeros(len(around), dtype=np.bool_)
    wet[index.water.query(around, predicate="intersects")[0]] = True
    return np.asarray(wet.reshape(around_x.shape).all(axis=1), dtype=np.bool_)


def wet_length_m(index: AccessIndex, lines: npt.NDArray[np.object_]) -> FloatArray:
    """Return the metres of water under each line, all in the metric system."""
    line, area = index.water.query(lines, predicate="intersects")
    wet = shapely.length(shapely.intersection(lines[line], index.water.geometries[area]))
    return np.bincount(line, weights=wet, minlength=len(lines)).astype(np.float64)


def _window(index: AccessIndex, lon: FloatArray, lat: FloatArray, within_m: float) -> _Window:
    """Return at least the roads within a distance of some places."""
    rows = rows_in(index.boxes, areas_around(lon, lat, within_m, index.system))
    lines = index.lines.metric_lines(rows, index.system)
    return _Window(rows, lines, shapely.STRtree(lines))


def _nearest_m(
    window: _Window, points: npt.NDArray[np.object_], places: npt.NDArray[np.int64]
) -> FloatArray:
    """Return the distance from some of the points to the nearest road of a window."""
    distance = np.full(len(points), np.inf)
    if len(window.lines) and len(places):
        row, line = window.tree.query_nearest(points[places], all_matches=False)
        place = places[row]
        distance[place] = shapely.distance(points[place], window.lines[line])
    return distance


def _nearest_ways(
    index: AccessIndex,
    window: _Window,
    points: npt.NDArray[np.object_],
    places: npt.NDArray[np.int64],
    *,
    nearest_m: FloatArray,
    radius_m: FloatArray,
    count: int,
) -> list[pd.DataFrame]:
    """Return the nearest dry ways from some places to where roads within a radius are nearest.

    A town has thousands of roads within the radius. They are looked at only where those little
    farther than the nearest are too few; the ways found are the same.
    """
    found: list[pd.DataFrame] = []
    for margin_m in MARGINS_M:
        tried_m = np.minimum(nearest_m + margin_m, radius_m)
        place, line = _found(window.tree, points, places, tried_m)
        fraction = shapely.line_locate_point(window.lines[line], points[place], normalized=True)
        ways = _dry_ways(index, window, points, (place, line, fraction), count=count)
        # Ways as long as the radius tried, but for rounding, may have equals outside it.
        sure = ways["straight_m"].to_numpy() < tried_m[ways["place"].to_numpy()] - ROUNDING_M
        enough = np.bincount(ways["place"].to_numpy()[sure], minlength=len(points)) >= count
        done = enough | (tried_m >= radius_m)
        found.append(ways[done[ways["place"].to_numpy()]])
        places = places[~done[places]]
        if not len(places):
            break
    return found


def _found(
    tree: shapely.STRtree,
    points: npt.NDArray[np.object_],
    places: npt.NDArray[np.int64],
    radius_m: FloatArray,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return place and item of the tree for the items within a radius of some of the places."""
    row, item = tree.query(points[places], predicate="dwithin", distance=radius_m[places])
    return places[row], item


def _dry_ways(
    index: AccessIndex,
    window: _Window,
    places: npt.NDArray[np.object_],
    spots: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], FloatArray],
    *,
    count: int,
) -> pd.DataFrame:
    """Return the nearest dry ways from places to spots: place, line of the window, and fraction."""
    place, line, fraction = spots
    points = places[place]
    ends = shapely.line_interpolate_point(window.lines[line], fraction, normalized=True)
    ends = np.atleast_1d(np.asarray(ends))
    ways = pd.DataFrame(
        {
            "place": place,
            "edge": window.rows[line],
            "fraction": fraction,
            "straight_m": shapely.distance(points, ends),
            "start_x": shapely.get_x(points),
            "start_y": shapely.get_y(points),
            "end_x": shapely.get_x(ends),
            "end_y": shapely.get_y(ends),
        }
    ).sort_values(["place", "straight_m", "edge"])
    metre = ways.assign(end_x=np.rint(ways["end_x"]), end_y=np.rint(ways["end_y"]))
    ways = ways.loc[~metre.duplicated(["place", "end_x", "end_y"])]
    # More than needed, for some will turn out to cross water.
    ways = ways.loc[ways.groupby("place").cumcount() < TRIED_PER_WAY * count]
    path = ways[["start_x", "start_y", "end_x", "end_y"]].to_numpy().reshape(-1, 2, 2)
    lines = np.atleast_1d(np.asarray(shapely.linestrings(path)))
    dry = ways.loc[wet_length_m(index, lines) <= FORD_M]
    nearest = dry.loc[dry.groupby("place").cumcount() < count]
    return nearest[["place", "edge", "fraction", "straight_m"]]
