"""What changes of roads share: edges added or changed, with stations tied to the roads anew."""

from dataclasses import replace
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


def with_link(
    case: Case, ends: tuple[int, int], *, length_m: float, seconds: float, road_class: str
) -> Case:
    """Return the case with one more road, driven both ways and entered at its ends only.

    Parameters
    ----------
    case
        The case.
    ends
        Nodes it joins.
    length_m, seconds
        What driving it takes, in the peak as off it.
    road_class
        Its class.

    """
    network = case.network
    edges = network.edges
    values: dict[str, object] = {
        "edge_id": len(edges),
        "source": ends[0],
        "target": ends[1],
        "road_id": f"{NEW_ROADS}-{len(edges)}",
        "road_class": road_class,
        "length_m": length_m,
        "free_flow_s": seconds,
        "peak_s": seconds,
        "forward": True,
        "backward": True,
        "enterable": False,
        "walkable": False,
    }
    table = pd.DataFrame(
        {name: _lengthened(edges[name], values.get(name)) for name in edges.columns}
    )
    lon_lat = network.nodes.loc[list(ends), ["lon", "lat"]].to_numpy(dtype=np.float64)
    drawn = np.rint(lon_lat * PARTS_PER_DEGREE).astype(np.int32)
    lines = EdgeLines(
        np.append(network.lines.first, [network.lines.first[-1] + 2]),
        np.concatenate([network.lines.lon_lat_e7, drawn]),
    )
    hierarchy = network.hierarchy
    if hierarchy is not None:
        hierarchy = _with_edge(hierarchy, network.nodes, table)
    changed = replace(network, edges=table, lines=lines, hierarchy=hierarchy)
    return replace(case, network=changed)


def nearest_node(nodes: pd.DataFrame, lon: float, lat: float) -> tuple[int, float]:
    """Return the node nearest to a point, and the metres to it."""
    away = distance_m(
        np.full(len(nodes), lon),
        np.full(len(nodes), lat),
        nodes["lon"].to_numpy(dtype=np.float64),
        nodes["lat"].to_numpy(dtype=np.float64),
    )
    node = int(np.argmin(away))
    return node, float(away[node])


def apart_m(nodes: pd.DataFrame, one: int, other: int) -> float:
    """Return the straight metres between two nodes."""
    lon, lat = (nodes[name].to_numpy(dtype=np.float64)[[one, other]] for name in ("lon", "lat"))
    return float(distance_m(lon[:1], lat[:1], lon[1:], lat[1:])[0])


def _with_edge(hierarchy: Hierarchy, nodes: pd.DataFrame, edges: pd.DataFrame) -> Hierarchy:
    """Return the hierarchy with the arcs of the last edge, in the order of the new graph."""
    graph = both_ways(nodes, edges)
    is_new = graph.edge == len(edges) - 1
    wider = with_links(hierarchy, graph.tail[is_new], graph.head[is_new])
    order = np.concatenate([np.flatnonzero(~is_new), np.flatnonzero(is_new)])
    link, is_up = np.empty_like(wider.arc_link), np.empty_like(wider.arc_is_up)
    link[order], is_up[order] = wider.arc_link, wider.arc_is_up
    return replace(wider, arc_link=link, arc_is_up=is_up)


def _lengthened(column: "pd.Series[Any]", value: object) -> "pd.Series[Any]":
    """Return a column with one more value; where none is given, with nothing of its kind."""
    kind = column.dtype
    if value is None:
        nothing = {"b": False, "i": 0, "u": 0, "f": np.nan}
        value = nothing.get(kind.kind, column.iloc[0] if len(column) else "")
    if isinstance(kind, pd.CategoricalDtype) and value not in kind.categories:
        column = column.cat.add_categories([value])
    more = pd.Series([value]).astype(column.dtype)
    return pd.concat([column, more], ignore_index=True)
