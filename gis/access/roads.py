"""Road graphs of a network and the quickest drives between places."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gis.catalogue.parameters import TravelParameters
from gis.core.schemas import Mode
from gis.core.units import METRES_PER_KILOMETRE, minutes_from_seconds
from gis.network.model import Network
from gis.network.snap import (
    FORD_M,
    AccessIndex,
    make_access_index,
    metric_points,
    travel_seconds_of,
    ways_to_nodes,
    ways_to_roads,
    wet_length_m,
)
from gis.routing.graph import (
    DECISECONDS_PER_SECOND,
    QuickestTree,
    RoadGraph,
    make_graph,
    one_to_all,
    path_arcs,
)

FloatArray = npt.NDArray[np.float64]
Int64Array = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Entries:
    """Ways between places and the road network.

    Parameters
    ----------
    ways
        ``place, edge, fraction, straight_m``: where straight ways meet edges.
    nodes
        ``place, node, length_m, walk_s, drive_s, drive_peak_s``: the ways led on to road nodes;
        ``edge`` they follow, where known.
    first
        ``(places + 1,)``: rows ``first[p]`` to ``first[p + 1] - 1`` of ``nodes`` are of place p.

    """

    ways: pd.DataFrame
    nodes: pd.DataFrame
    first: Int64Array

    def of(self, place: int) -> pd.DataFrame:
        """Return the rows of ``nodes`` of one place."""
        return self.nodes.iloc[self.first[place] : self.first[place + 1]]


@dataclass(frozen=True, slots=True, eq=False)
class Drives:
    """The quickest drives from every origin to every destination.

    Parameters
    ----------
    seconds, metres
        ``(origins, destinations)`` time and length, NaN where no road leads.
    legs
        ``(origin, destination)`` -> one dict a stretch of road with ``mode, from, to, minutes,
        line, distance_km``; empty unless asked for.

    """

    seconds: FloatArray
    metres: FloatArray
    legs: dict[tuple[int, int], tuple[dict[str, object], ...]]


@lru_cache(maxsize=6)
def access_index_of(network: Network) -> AccessIndex:
    """Return the prepared roads and water of a network, kept for the next question to it."""
    return make_access_index(network.edges, network.water)


@lru_cache(maxsize=12)
def road_graph(network: Network, *, peak: bool, towards: bool = False) -> RoadGraph:
    """Return the graph of a network's roads.

    Parameters
    ----------
    network
        The network.
    peak
        Whether to use peak instead of free-flow times.
    towards
        Whether to turn all arcs round, so that searches find the ways to a place.

    """
    edges = network.edges
    forward = edges["forward"].to_numpy(dtype=bool)
    backward = edges["backward"].to_numpy(dtype=bool)
    return make_graph(
        node_count=len(network.nodes),
        source=edges["source"].to_numpy(dtype=np.int64),
        target=edges["target"].to_numpy(dtype=np.int64),
        time_s=edges["peak_s" if peak else "free_flow_s"].to_numpy(dtype=np.float64),
        length_m=edges["length_m"].to_numpy(dtype=np.float64),
        forward=backward if towards else forward,
        backward=forward if towards else backward,
    )


def drives(
    network: Network,
    origins: pd.DataFrame,
    destinations: pd.DataFrame,
    *,
    parameters: TravelParameters,
    peak: bool = False,
    with_legs: bool = False,
) -> Drives:
    """Return the quickest drive from every origin to every destination.

    The search starts from the shorter of the two lists. Off the network a drive goes straight,
    lengthened by a detour, at local speed. Two places beside the same edge may drive along it
    without touching its ends, and near places straight to each other when no water parts them.

    Parameters
    ----------
    network
        The network.
    origins, destinations
        ``id, lon, lat``.
    parameters
        Speeds and detour.
    peak
        Whether to use peak instead of free-flow times.
    with_legs
        Whether to name the roads used.

    """
    index = access_index_of(network)
    leave = place_entries(network, index, origins, parameters=parameters, outbound=True)
    reach = place_entries(network, index, destinations, parameters=parameters, outbound=False)
    table = drives_between(network, leave, reach, peak=peak, with_legs=with_legs)
    shortcuts = pd.concat(
        [
            _along_one_edge(network, leave, reach, parameters, peak=peak),
            _straight_to_each_other(index, origins, destinations, parameters),
        ]
    )
    for origin, destination, way_s, way_m in shortcuts.to_numpy(dtype=np.float64):
        pair = (int(origin), int(destination))
        if not table.seconds[pair] <= way_s:  # true where no road leads, too
            table.seconds[pair], table.metres[pair] = way_s, way_m
            if with_legs:
                table.legs[pair] = _leg("", "", way_s, "", way_m)
    return table


def drives_between(
    network: Network,
    leave: Entries,
    reach: Entries,
    *,
    peak: bool = False,
    with_legs: bool = False,
) -> Drives:
    """Return the quickest drives over road nodes between places with known entries.

    Parameters
    ----------
    network
        The network.
    leave, reach
        Ways from the origins to road nodes, and from road nodes to the destinations.
    peak
        Whether to use peak instead of free-flow times.
    with_legs
        Whether to name the roads used.

    """
    towards = len(reach.first) < len(leave.first)
    graph = road_graph(network, peak=peak, towards=towards)
    roots, leaves = (reach, leave) if towards else (leave, reach)
    seconds = np.full((len(roots.first) - 1, len(leaves.first) - 1), np.nan)
    metres, legs = seconds.copy(), {}
    for root in range(len(seconds)):
        tree = drive_tree(graph, roots, root, peak=peak)
        seconds[root], metres[root], nodes = _best_ends(tree, leaves, peak=peak)
        if with_legs:
            for leaf in np.flatnonzero(nodes >= 0):
                arcs = path_arcs(graph, tree, int(nodes[leaf]))
                start = int(graph.tail[arcs[0]]) if len(arcs) else int(nodes[leaf])
                near = _end_leg(network, roots, root, start, peak=peak)
                far = _end_leg(network, leaves, int(leaf), int(nodes[leaf]), peak=peak)
                road = _road_legs(network, graph, arcs, towards=towards)
                pair = (int(leaf), root) if towards else (root, int(leaf))
                legs[pair] = (*far, *road, *near) if towards else (*near, *road, *far)
    if towards:
        seconds, metres = seconds.T.copy(), metres.T.copy()
    return Drives(seconds, metres, legs)


def place_entries(
    network: Network,
    index: AccessIndex,
    places: pd.DataFrame,
    *,
    parameters: TravelParameters,
    outbound: bool,
) -> Entries:
    """Return the ways between places and the roads of a network.

    Parameters
    ----------
    network
        The network.
    index
        Its prepared roads and water.
    places
        ``lon, lat``.
    parameters
        Speeds and detour.
    outbound
        Whether the places are left (True) or reached.

    """
    lon = places["lon"].to_numpy(dtype=np.float64)
    lat = places["lat"].to_numpy(dtype=np.float64)
    ways = ways_to_roads(index, lon, lat)
    nodes = ways_to_nodes(ways, network.edges, parameters, outbound=outbound)
    first = np.searchsorted(nodes["place"].to_numpy(), np.arange(len(places) + 1))
    return Entries(ways, nodes, first.astype(np.int64))


def station_entries(network: Network, stop_ids: pd.Series) -> Entries:
    """Return the ways between stops and road nodes, from the links of the network."""
    places = pd.Series(np.arange(len(stop_ids)), index=stop_ids.to_numpy(), dtype=np.int64)
    links = network.station_links
    nodes = links.assign(place=links["stop_id"].map(places)).dropna(subset=["place"])
    nodes = nodes.astype({"place": np.int64}).sort_values(["place", "node"], ignore_index=True)
    first = np.searchsorted(nodes["place"].to_numpy(), np.arange(len(stop_ids) + 1))
    no_ways = pd.DataFrame({"place": [], "edge": [], "fraction": [], "straight_m": []})
    return Entries(no_ways, nodes, first.astype(np.int64))


def drive_tree(graph: RoadGraph, entries: Entries, place: int, *, peak: bool) -> QuickestTree:
    """Return the quickest drives between a place and all road nodes."""
    rows = entries.of(place)
    return one_to_all(
        graph,
        rows["node"].to_numpy(),
        initial_s=rows["drive_peak_s" if peak else "drive_s"].to_numpy(),
        initial_m=rows["length_m"].to_numpy(),
    )


def _best_ends(
    tree: QuickestTree, leaves: Entries, *, peak: bool
) -> tuple[FloatArray, FloatArray, Int64Array]:
    """Return seconds, metres and last road node of the quickest way to each leaf."""
    count = len(leaves.first) - 1
    seconds, metres = np.full(count, np.nan), np.full(count, np.nan)
    ends = np.full(count, -1, dtype=np.int64)
    nodes = leaves.nodes["node"].to_numpy()
    total_s = tree.seconds()[nodes]
    total_s += leaves.nodes["drive_peak_s" if peak else "drive_s"].to_numpy()
    total_m = tree.length_m[nodes] + leaves.nodes["length_m"].to_numpy()
    place = leaves.nodes["place"].to_numpy()
    order = np.lexsort((nodes, total_s, place))
    order = order[np.isfinite(total_s[order])]
    found, first = np.unique(place[order], return_index=True)
    best = order[first]
    seconds[found], metres[found], ends[found] = total_s[best], total_m[best], nodes[best]
    return seconds, metres, ends


def _along_one_edge(
    network: Network, leave: Entries, reach: Entries, parameters: TravelParameters, *, peak: bool
) -> pd.DataFrame:
    """Return ``origin, destination, seconds, metres`` of drives along part of one edge."""
    pairs = leave.ways.merge(reach.ways, on="edge", suffixes=("_from", "_to"))
    edge = network.edges.iloc[pairs["edge"].to_numpy()]
    ahead = (pairs["fraction_to"] - pairs["fraction_from"]).to_numpy()
    allowed = (
        (ahead == 0)
        | ((ahead > 0) & edge["forward"].to_numpy(dtype=bool))
        | ((ahead < 0) & edge["backward"].to_numpy(dtype=bool))
    )
    straight_m = (pairs["straight_m_from"] + pairs["straight_m_to"]).to_numpy()
    off_road_m = straight_m * parameters.access_detour
    time_s = edge["peak_s" if peak else "free_flow_s"].to_numpy()
    local_s = travel_seconds_of(off_road_m, parameters.local_drive_kmh)
    drives_along = pd.DataFrame(
        {
            "origin": pairs["place_from"].to_numpy(),
            "destination": pairs["place_to"].to_numpy(),
            "seconds": local_s + np.abs(ahead) * time_s,
            "metres": off_road_m + np.abs(ahead) * edge["length_m"].to_numpy(),
        }
    )
    return drives_along.loc[np.asarray(allowed, dtype=np.bool_)]


def _straight_to_each_other(
    index: AccessIndex,
    origins: pd.DataFrame,
    destinations: pd.DataFrame,
    parameters: TravelParameters,
) -> pd.DataFrame:
    """Return ``origin, destination, seconds, metres`` of drives off the network."""
    near = near_pairs(
        index, origins, destinations, within_m=parameters.max_off_network_km * METRES_PER_KILOMETRE
    )
    metres = near["straight_m"].to_numpy() * parameters.access_detour
    return pd.DataFrame(
        {
            "origin": near["origin"],
            "destination": near["destination"],
            "seconds": travel_seconds_of(metres, parameters.local_drive_kmh),
            "metres": metres,
        }
    )


def near_pairs(
    index: AccessIndex, origins: pd.DataFrame, destinations: pd.DataFrame, *, within_m: float
) -> pd.DataFrame:
    """Return ``origin, destination`` (rows) and ``straight_m`` of near places on dry ground."""
    here = metric_points(*(origins[name].to_numpy(dtype=np.float64) for name in ("lon", "lat")))
    there = metric_points(
        *(destinations[name].to_numpy(dtype=np.float64) for name in ("lon", "lat"))
    )
    origin, destination = shapely.STRtree(there).query(here, predicate="dwithin", distance=within_m)
    ends = [shapely.get_coordinates(here[origin]), shapely.get_coordinates(there[destination])]
    lines = np.atleast_1d(np.asarray(shapely.linestrings(np.stack(ends, axis=1))))
    near = pd.DataFrame(
        {"origin": origin, "destination": destination, "straight_m": shapely.length(lines)}
    )
    dry = near.loc[wet_length_m(index, lines) <= FORD_M]
    return dry.sort_values(["origin", "destination"], ignore_index=True)


def _road_legs(
    network: Network, graph: RoadGraph, arcs: Int64Array, *, towards: bool
) -> tuple[dict[str, object], ...]:
    """Return one leg a stretch of the same road, in the order of travel."""
    if not len(arcs):
        return ()
    if towards:
        arcs = arcs[::-1]
    leaves, reaches = (graph.head, graph.tail) if towards else (graph.tail, graph.head)
    road = network.edges["road_id"].astype(str).to_numpy()[graph.edge[arcs]]
    starts = np.flatnonzero(np.concatenate([[True], road[1:] != road[:-1]]))
    stops = np.concatenate([starts[1:], [len(arcs)]])
    names = network.nodes["name_zh"].fillna("").astype(str).to_numpy()
    seconds = graph.time_ds[arcs] / DECISECONDS_PER_SECOND
    stretches = (
        _leg(
            names[leaves[arcs[start]]],
            names[reaches[arcs[stop - 1]]],
            float(seconds[start:stop].sum()),
            road[start],
            float(graph.length_m[arcs[start:stop]].sum()),
        )
        for start, stop in zip(starts, stops, strict=True)
    )
    return tuple(leg for stretch in stretches for leg in stretch)


def _end_leg(
    network: Network, entries: Entries, place: int, node: int, *, peak: bool
) -> tuple[dict[str, object], ...]:
    """Return the drive between a place and the road node its journey begins or ends at."""
    rows = entries.of(place)
    row = rows[rows["node"] == node].iloc[0]
    line = ""
    if "edge" in rows.columns:
        line = str(network.edges["road_id"].iloc[int(row["edge"])])
    seconds = float(row["drive_peak_s" if peak else "drive_s"])
    return _leg("", "", seconds, line, float(row["length_m"]))


def _leg(
    start: str, end: str, seconds: float, line: str, metres: float
) -> tuple[dict[str, object], ...]:
    """Return one drive, or none where there is nothing to drive."""
    if seconds <= 0:
        return ()
    return (
        {
            "mode": Mode.CAR.value,
            "from": start,
            "to": end,
            "minutes": minutes_from_seconds(seconds),
            "line": line,
            "distance_km": metres / METRES_PER_KILOMETRE,
        },
    )
