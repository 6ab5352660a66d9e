"""What changes of roads share: edges added or changed, with stations tied to the roads anew."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from gis.core.crs import distance_m
from gis.network.build import station_links
from gis.network.lines import PARTS_PER_DEGREE, EdgeLines
from gis.network.road_topology import both_ways
from gis.network.scenarios.case import Case
from gis.routing.hierarchy import Hierarchy, with_links

BoolArray = npt.NDArray[np.bool_]
Int64Array = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

_FLATTENED = 1.02  # geodesics on the ellipsoid and a sphere differ by less than a hundredth
_EARTH_ROUNDING = 1e-9  # of its radius: millimetres
NEW_ROADS = "scenario"  # begins the ids of roads that scenarios add


def with_edges(case: Case, edges: pd.DataFrame) -> Case:
    """Return the case with other impedances or ways on the same edges.

    The ways between stations and roads, which follow the edges, change with them.
    """
    network = case.network
    links = station_links(
        edges,
        network.lines,
        network.water,
        network.feed,
        parameters=case.parameters,
        system=network.metric_system,
    )
    return replace(case, network=replace(network, edges=edges, station_links=links))


@dataclass(frozen=True, slots=True)
class NewRoad:
    """A road to add.

    Parameters
    ----------
    ends
        Nodes it joins.
    length_m, seconds
        What driving it takes, in the peak as off it.
    road_class
        Its class.

    """

    ends: tuple[int, int]
    length_m: float
    seconds: float
    road_class: str


def with_roads(case: Case, roads: Sequence[NewRoad]) -> Case:
    """Return the case with more roads, driven both ways and entered at their ends only."""
    network = case.network
    edges = network.edges
    number = np.arange(len(edges), len(edges) + len(roads))
    seconds = [road.seconds for road in roads]
    every, none = [True] * len(roads), [False] * len(roads)
    values: dict[str, Sequence[object]] = {
        "edge_id": number.tolist(),
        "source": [road.ends[0] for road in roads],
        "target": [road.ends[1] for road in roads],
        "road_id": [f"{NEW_ROADS}-{row}" for row in number],
        "road_class": [road.road_class for road in roads],
        "length_m": [road.length_m for road in roads],
        "free_flow_s": seconds,
        "peak_s": seconds,
        "forward": every,
        "backward": every,
        "enterable": none,
        "walkable": none,
    }
    table = pd.DataFrame(
        {
            name: _lengthened(edges[name], values.get(name), count=len(roads))
            for name in edges.columns
        }
    )
    ends = [end for road in roads for end in road.ends]
    lon_lat = network.nodes.loc[ends, ["lon", "lat"]].to_numpy(dtype=np.float64)
    drawn = np.rint(lon_lat * PARTS_PER_DEGREE).astype(np.int32)
    first = network.lines.first
    lines = EdgeLines(
        np.concatenate([first, first[-1] + 2 * np.arange(1, len(roads) + 1)]),
        np.concatenate([network.lines.lon_lat_e7, drawn]),
    )
    hierarchy = network.hierarchy
    if hierarchy is not None:
        hierarchy = _with_edges(hierarchy, network.nodes, table, before=len(edges))
    changed = replace(network, edges=table, lines=lines, hierarchy=hierarchy)
    return replace(case, network=changed)


def nearest_node(nodes: pd.DataFrame, lon: float, lat: float) -> tuple[int, float]:
    """Return the node nearest to a point, and the metres to it."""
    lons, lats = (nodes[name].to_numpy(dtype=np.float64) for name in ("lon", "lat"))
    # Distances on a sphere tell which few nodes are worth a geodesic.
    chord = np.linalg.norm(_on_sphere(lons, lats) - _on_sphere(lon, lat)[..., None], axis=0)
    near = np.flatnonzero(chord <= chord.min() * _FLATTENED + _EARTH_ROUNDING)
    away = distance_m(np.full(len(near), lon), np.full(len(near), lat), lons[near], lats[near])
    best = int(np.argmin(away))
    return int(near[best]), float(away[best])


def apart_m(nodes: pd.DataFrame, one: int, other: int) -> float:
    """Return the straight metres between two nodes."""
    lon, lat = (nodes[name].to_numpy(dtype=np.float64)[[one, other]] for name in ("lon", "lat"))
    return float(distance_m(lon[:1], lat[:1], lon[1:], lat[1:])[0])


def _on_sphere(lon: FloatArray | float, lat: FloatArray | float) -> FloatArray:
    """Return ``(3, points)`` coordinates on a sphere of radius 1."""
    along, up = np.radians(lon), np.radians(lat)
    return np.stack([np.cos(up) * np.cos(along), np.cos(up) * np.sin(along), np.sin(up)])


def _with_edges(
    hierarchy: Hierarchy, nodes: pd.DataFrame, edges: pd.DataFrame, *, before: int
) -> Hierarchy:
    """Return the hierarchy with the arcs of the last edges, in the order of the new graph."""
    graph = both_ways(nodes, edges)
    is_new = graph.edge >= before
    wider = with_links(hierarchy, graph.tail[is_new], graph.head[is_new])
    order = np.concatenate([np.flatnonzero(~is_new), np.flatnonzero(is_new)])
    link, is_up = np.empty_like(wider.arc_link), np.empty_like(wider.arc_is_up)
    link[order], is_up[order] = wider.arc_link, wider.arc_is_up
    return replace(wider, arc_link=link, arc_is_up=is_up)


def _lengthened(
    column: "pd.Series[Any]", values: Sequence[object] | None, *, count: int
) -> "pd.Series[Any]":
    """Return a column with more values; where none are given, with nothing of its kind."""
    kind = column.dtype
    if values is None:
        nothing = {"b": False, "i": 0, "u": 0, "f": np.nan}
        values = [nothing.get(kind.kind, column.iloc[0] if len(column) else "")] * count
    if isinstance(kind, pd.CategoricalDtype):
        column = column.cat.add_categories(sorted({*map(str, values)} - {*kind.categories}))
    more = pd.Series(list(values)).astype(column.dtype)
    return pd.concat([column, more], ignore_index=True)
