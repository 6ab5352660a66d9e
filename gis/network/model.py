"""The network of one year: roads, rail services, and the links between them.

A network is frozen: building, loading and changing it give a new one.
"""

from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from gis.core.crs import GEOGRAPHIC, METRIC
from gis.core.errors import InputError, Problem
from gis.core.provenance import Manifest
from gis.network.gtfs import Feed
from gis.network.lines import MIN_POINTS, PARTS_PER_DEGREE, EdgeLines
from gis.routing.hierarchy import Hierarchy

NODE_COLUMNS = ("node_id", "lon", "lat", "kind", "name_zh")
EDGE_COLUMNS = (
    "edge_id",
    "source",
    "target",
    "road_id",
    "road_class",
    "terrain",
    "length_m",
    "free_flow_s",
    "peak_s",
    "forward",
    "backward",
    "enterable",
    "walkable",
)
STATION_LINK_COLUMNS = ("stop_id", "node", "length_m", "walk_s", "drive_s", "drive_peak_s")
POINT_COLUMNS = ("point_id", "kind", "name_zh", "lon", "lat")

_FARTHEST_E7 = (180 * PARTS_PER_DEGREE, 90 * PARTS_PER_DEGREE)


def empty_water() -> gpd.GeoDataFrame:
    """Return water of nowhere: every straight line can be walked."""
    return gpd.GeoDataFrame({"kind": pd.Series(dtype=str)}, geometry=[], crs=GEOGRAPHIC)


def empty_points() -> pd.DataFrame:
    """Return points of service of a network that knows none."""
    numbers = {"lon", "lat"}
    return pd.DataFrame(
        {name: pd.Series(dtype=float if name in numbers else str) for name in POINT_COLUMNS}
    )


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """Roads and public transport of one year.

    Parameters
    ----------
    year
        The year whose open roads and lines are in the network.
    nodes
        ``node_id`` (equal to the row number), ``lon, lat`` (WGS84), ``kind, name_zh``.
    edges
        ``edge_id, source, target`` (node ids), ``road_id, road_class, terrain, length_m,
        free_flow_s, peak_s`` (seconds for the whole edge), ``forward, backward`` (which ways it
        may be driven), ``enterable`` (whether it may be entered and left between its ends) and
        ``walkable`` (whether people may walk along it), and more where it is known.
    lines
        The lines of the edges, from source to target.
    feed
        Public transport of the year.
    station_links
        ``stop_id, node, length_m, walk_s, drive_s, drive_peak_s``: ways between a stop and
        road nodes, some of the length along an edge.
    manifest
        What the network was built from.
    water
        ``kind`` and the areas in WGS84 that nobody crosses except on an edge.
    points
        Points of service: ``point_id, kind, name_zh, lon, lat`` (WGS84).
    hierarchy
        The hierarchy of the road graph, where it is prepared.
    metric_system
        The system in which straight ways off the roads and grids are measured
        (:func:`gis.core.crs.metric_system`); networks changed from this one keep it.

    """

    year: int
    nodes: pd.DataFrame
    edges: pd.DataFrame
    lines: EdgeLines
    feed: Feed
    station_links: pd.DataFrame
    manifest: Manifest
    water: gpd.GeoDataFrame = field(default_factory=empty_water)
    points: pd.DataFrame = field(default_factory=empty_points)
    hierarchy: Hierarchy | None = None
    metric_system: str = METRIC


def check_network(network: Network, *, where: str) -> list[Problem]:
    """Return what is wrong with the frames of a network; an empty list when nothing is.

    Parameters
    ----------
    network
        The network.
    where
        What a user would call it, usually its file.

    """
    problems = [
        Problem(f"{where} {name}", "error.network_column_missing", {"column": column})
        for name, frame, columns in (
            ("nodes", network.nodes, NODE_COLUMNS),
            ("edges", network.edges, EDGE_COLUMNS),
            ("station_links", network.station_links, STATION_LINK_COLUMNS),
            ("points", network.points, POINT_COLUMNS),
        )
        for column in columns
        if column not in frame.columns
    ]
    if problems:
        return problems
    nodes, edges, links = network.nodes, network.edges, network.station_links
    impedances = np.stack(
        [edges[name].to_numpy(dtype=np.float64) for name in ("length_m", "free_flow_s", "peak_s")]
    )
    ends = np.stack([edges[name].to_numpy(dtype=np.int64) for name in ("source", "target")])
    arcs = 2 * len(edges)  # each way, whether open or not: gis.network.road_topology
    faults = {
        "node_id": int((nodes["node_id"].to_numpy() != np.arange(len(nodes))).sum()),
        "source/target": int((~_are_rows(ends, len(nodes)).all(axis=0)).sum()),
        "length_m/free_flow_s/peak_s": int((~(impedances >= 0).all(axis=0)).sum()),
        "geometry": _faulty_lines(network.lines, len(edges)),
        "node": int((~_are_rows(links["node"].to_numpy(dtype=np.int64), len(nodes))).sum()),
        "stop_id": int((~links["stop_id"].isin(network.feed.stops["stop_id"])).sum()),
        "hierarchy": _faulty_ranks(network.hierarchy, len(nodes), arcs),
    }
    return [
        Problem(where, "error.network_rows_invalid", {"column": column, "count": count})
        for column, count in faults.items()
        if count
    ]


def check_has_trains(network: Network) -> None:
    """Refuse a question about public transport where there is none.

    Raises
    ------
    InputError
        If no trip runs on the network.

    """
    if network.feed.trips.empty:
        raise InputError([Problem(f"network of {network.year}", "error.network_no_trains")])


def _are_rows(numbers: npt.NDArray[np.int64], count: int) -> npt.NDArray[np.bool_]:
    return np.asarray((numbers >= 0) & (numbers < count), dtype=np.bool_)


def _faulty_lines(lines: EdgeLines, count: int) -> int:
    """Return how many edges have no sound line."""
    first, points = lines.first, lines.lon_lat_e7
    if len(first) != count + 1 or first[0] != 0 or first[-1] != len(points):
        return max(count, 1)
    for axis, farthest in zip(points.T, _FARTHEST_E7, strict=True):
        # Column by column: numpy is thirty times slower over both at once.
        if count and max(-int(axis.min()), int(axis.max())) > farthest:
            return count
    return int((np.diff(first) < MIN_POINTS).sum())


def _faulty_ranks(hierarchy: Hierarchy | None, nodes: int, arcs: int) -> int:
    """Return how many nodes are ranked amiss: all, if the hierarchy is of other roads."""
    if hierarchy is None or (hierarchy.node_count == nodes and len(hierarchy.arc_link) == arcs):
        return 0
    return max(nodes, 1)
