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
    first
        ``(places + 1,)``: ends ``first[p]`` to ``first[p + 1] - 1`` are of place p.
    place, node
        ``(ends,)`` the place, and the road node its way leads on to.
    edge
        ``(ends,)`` row of the edge the way follows, -1 where that is not known.
    length_m, drive_s, drive_peak_s
        ``(ends,)`` metres, and seconds by car.

    """

    ways: pd.DataFrame
    first: Int64Array
    place: Int64Array
    node: Int64Array
    edge: Int64Array
    length_m: FloatArray
    drive_s: FloatArray
    drive_peak_s: FloatArray

    @property
    def count(self) -> int:
        """Return the number of places."""
        return len(self.first) - 1

    def of(self, place: int) -> slice:
        """Return the ends of one place."""
        return slice(int(self.first[place]), int(self.first[place + 1]))

    def seconds(self, *, peak: bool) -> FloatArray:
        """Return ``(ends,)`` seconds by car."""
        return self.drive_peak_s if peak else self.drive_s


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
    return make_access_index(network.edges, network.lines, network.water)


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
    leave = place_entries(network, origins, parameters=parameters, outbound=True)
    reach = place_entries(network, destinations, parameters=parameters, outbound=False)
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
    towards = reach.count < leave.count
    graph = road_graph(network, peak=peak, towards=towards)
    roots, leaves = (reach, leave) if towards else (leave, reach)
    seconds = np.full((roots.count, leaves.count), np.nan)
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
    network: Network, places: pd.DataFrame, *, parameters: TravelParameters, outbound: bool
) -> Entries:
    """Return the ways between places and the roads of a network.

    Parameters
    ----------
    network
        The network.
    places
        ``lon, lat``.
    parameters
        Speeds and detour.
    outbound
        Whether the places are left (True) or reached.

    """
    lon, lat = coordinates_of(places)
    return _kept_entries(network, tuple(lon), tuple(lat), parameters, outbound=outbound)


def coordinates_of(places: pd.DataFrame) -> tuple[FloatArray, FloatArray]:
    """Return the longitudes and latitudes of places."""
    return places["lon"].to_numpy(dtype=np.float64), places["lat"].to_numpy(dtype=np.float64)


@lru_cache(maxsize=128)
def _kept_entries(
    network: Network,
    lon: tuple[float, ...],
    lat: tuple[float, ...],
    parameters: TravelParameters,
    *,
    outbound: bool,
) -> Entries:
    ways = _kept_ways(network, lon, lat)
    nodes = ways_to_nodes(ways, network.edges, parameters, outbound=outbound)
    return _entries(ways, nodes, len(lon))


def _kept_ways(network: Network, lon: tuple[float, ...], lat: tuple[float, ...]) -> pd.DataFrame:
    """Return the ways of places to roads, searched once for each place of a network."""
    store = _way_store(network)
    spots = list(zip(lon, lat, strict=True))
    new = sorted({spot for spot in spots if spot not in store})
    if new:
        found = ways_to_roads(access_index_of(network), *np.array(new).T)
        place = found["place"].to_numpy()
        first = np.searchsorted(place, np.arange(len(new) + 1))
        columns = found[["edge", "fraction", "straight_m"]].to_numpy(dtype=np.float64)
        for number, spot in enumerate(new):
            store[spot] = columns[first[number] : first[number + 1]]
    ways = [store[spot] for spot in spots]
    table = np.concatenate([np.empty((0, 3)), *ways])
    return pd.DataFrame(
        {
            "place": np.repeat(np.arange(len(ways)), [len(way) for way in ways]),
            "edge": table[:, 0].astype(np.int64),
            "fraction": table[:, 1],
            "straight_m": table[:, 2],
        }
    )


@lru_cache(maxsize=6)
def _way_store(network: Network) -> dict[tuple[float, float], FloatArray]:  # noqa: ARG001
    """Return the ways known so far of the places of a network, by longitude and latitude."""
    return {}


def station_entries(network: Network, stop_ids: pd.Series) -> Entries:
    """Return the ways between stops and road nodes, from the links of the network."""
    places = pd.Series(np.arange(len(stop_ids)), index=stop_ids.to_numpy(), dtype=np.int64)
    links = network.station_links
    nodes = links.assign(place=links["stop_id"].map(places), edge=-1).dropna(subset=["place"])
    nodes = nodes.sort_values(["place", "node"], ignore_index=True)
    no_ways = pd.DataFrame({"place": [], "edge": [], "fraction": [], "straight_m": []})
    return _entries(no_ways, nodes, len(stop_ids))


def _entries(ways: pd.DataFrame, nodes: pd.DataFrame, count: int) -> Entries:
    place = nodes["place"].to_numpy(dtype=np.int64)
    return Entries(
        ways=ways,
        first=np.searchsorted(place, np.arange(count + 1)).astype(np.int64),
        place=place,
        node=nodes["node"].to_numpy(dtype=np.int64),
        edge=nodes["edge"].to_numpy(dtype=np.int64),
        length_m=nodes["length_m"].to_numpy(dtype=np.float64),
        drive_s=nodes["drive_s"].to_numpy(dtype=np.float64),
        drive_peak_s=nodes["drive_peak_s"].to_numpy(dtype=np.float64),
    )


def drive_tree(
    graph: RoadGraph, entries: Entries, place: int, *, peak: bool, limit_s: float = np.inf
) -> QuickestTree:
    """Return the quickest drives between a place and all road nodes within a limit."""
    ends = entries.of(place)
    return one_to_all(
        graph,
        entries.node[ends],
        initial_s=entries.seconds(peak=peak)[ends],
        initial_m=entries.length_m[ends],
        limit_s=limit_s,
    )


def _best_ends(
    tree: QuickestTree, leaves: Entries, *, peak: bool
) -> tuple[FloatArray, FloatArray, Int64Array]:
    """Return seconds, metres and last road node of the quickest way to each leaf."""
    seconds, metres = np.full(leaves.count, np.nan), np.full(leaves.count, np.nan)
    ends = np.full(leaves.count, -1, dtype=np.int64)
    total_s = tree.seconds()[leaves.node] + leaves.seconds(peak=peak)
    reached = np.flatnonzero(np.isfinite(total_s))
    # Ends stand in the order of places and nodes: a stable sort by time keeps that for ties.
    order = reached[np.argsort(total_s[reached], kind="stable")]
    found, first = np.unique(leaves.place[order], return_index=True)
    best = order[first]
    seconds[found], ends[found] = total_s[best], leaves.node[best]
    metres[found] = tree.length_m[leaves.node[best]] + leaves.length_m[best]
    return seconds, metres, ends


def _along_one_edge(
    network: Network, leave: Entries, reach: Entries, parameters: TravelParameters, *, peak: bool
) -> pd.DataFrame:
    """Return ``origin, destination, seconds, metres`` of drives along part of one edge."""
    pairs = leave.ways.merge(reach.ways, on="edge", suffixes=("_from", "_to"))
    edge = pairs["edge"].to_numpy(dtype=np.int64)
    names = ("forward", "backward", "length_m", "peak_s" if peak else "free_flow_s")
    forward, backward, length_m, time_s = (network.edges[name].to_numpy()[edge] for name in names)
    ahead = (pairs["fraction_to"] - pairs["fraction_from"]).to_numpy()
    allowed = (ahead == 0) | np.where(ahead > 0, forward, backward).astype(np.bool_)
    straight_m = (pairs["straight_m_from"] + pairs["straight_m_to"]).to_numpy()
    off_road_m = straight_m * parameters.access_detour
    local_s = travel_seconds_of(off_road_m, parameters.local_drive_kmh)
    drives_along = pd.DataFrame(
        {
            "origin": pairs["place_from"].to_numpy(),
            "destination": pairs["place_to"].to_numpy(),
            "seconds": local_s + np.abs(ahead) * time_s,
            "metres": off_road_m + np.abs(ahead) * length_m,
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
    here, there = (
        metric_points(*coordinates_of(origins)),
        metric_points(*coordinates_of(destinations)),
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
    roads, names = _names_of(network)
    road = roads[graph.edge[arcs]]
    starts = np.flatnonzero(np.concatenate([[True], road[1:] != road[:-1]]))
    stops = np.concatenate([starts[1:], [len(arcs)]])
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
    ends = entries.of(place)
    end = ends.start + int(np.flatnonzero(entries.node[ends] == node)[0])
    edge = int(entries.edge[end])
    line = _names_of(network)[0][edge] if edge >= 0 else ""
    return _leg("", "", float(entries.seconds(peak=peak)[end]), line, float(entries.length_m[end]))


@lru_cache(maxsize=6)
def _names_of(network: Network) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.object_]]:
    """Return the road of every edge and the name of every node."""
    roads = network.edges["road_id"].fillna("").astype(str).to_numpy(dtype=object)
    return roads, network.nodes["name_zh"].fillna("").astype(str).to_numpy(dtype=object)


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
