"""The quickest drives and walks between places over the roads of a network."""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from gis.access.entries import (
    Entries,
    access_index_of,
    drive_in,
    impedance_of,
    near_pairs,
    place_entries,
)
from gis.access.road_legs import RoadLeg, one_leg, road_legs
from gis.catalogue.parameters import TravelParameters
from gis.core.schemas import Travel
from gis.core.units import METRES_PER_KILOMETRE
from gis.network.lines import EdgeLines
from gis.network.model import Network
from gis.network.road_topology import arc_keys, both_ways, road_hierarchy
from gis.network.snap import AccessIndex, travel_seconds_of
from gis.routing.bucket_search import QuickestTree, quickest_tree
from gis.routing.customise import FAR_KEY, customise
from gis.routing.graph import (
    DECISECONDS_PER_SECOND,
    RoadGraph,
    deciseconds,
    make_graph,
)
from gis.routing.hierarchy import Hierarchy
from gis.routing.keys import length_m_of, time_of
from gis.routing.matrix import cost_matrix
from gis.routing.unpack import ArcsOfLinks, arcs_of_links

FloatArray = npt.NDArray[np.float64]
Int64Array = npt.NDArray[np.int64]


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
    legs: dict[tuple[int, int], tuple[RoadLeg, ...]]


@lru_cache(maxsize=12)
def road_graph(network: Network, *, peak: bool, towards: bool = False) -> RoadGraph:
    """Return the graph of a network's roads for searches from one place.

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


@lru_cache(maxsize=6)
def topology_of(network: Network) -> RoadGraph:
    """Return the arcs that the hierarchy of a network is of, kept for the next question to it."""
    return both_ways(network.nodes, network.edges)


def hierarchy_of(network: Network) -> Hierarchy:
    """Return the hierarchy of a network: its own, or one made and kept for the next question."""
    return network.hierarchy or _made_hierarchy(network.lines, network)


@lru_cache(maxsize=6)
def _made_hierarchy(lines: EdgeLines, network: Network) -> Hierarchy:  # noqa: ARG001
    return road_hierarchy(network.nodes, network.edges)


@lru_cache(maxsize=12)
def road_links(network: Network, parameters: TravelParameters, travel: Travel) -> ArcsOfLinks:
    """Return the customised metric of one way of travelling, with keys of time and length."""
    impedance = impedance_of(network, parameters, travel)
    cost = arc_keys(
        topology_of(network),
        source=network.edges["source"].to_numpy(dtype=np.int64),
        time_s=impedance.edge_s,
        forward=impedance.forward,
        backward=impedance.backward,
    )
    return arcs_of_links(customise(hierarchy_of(network), cost), cost)


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

    Of equally quick drives the shortest counts. Off the network a drive goes straight,
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
    travel = drive_in(peak=peak)
    leave, reach = (
        place_entries(network, places, parameters=parameters, outbound=outbound, travel=travel)
        for places, outbound in ((origins, True), (destinations, False))
    )
    table = ways_between(network, leave, reach, parameters, travel, with_legs=with_legs)
    index = access_index_of(network)
    shortcuts = pd.concat(
        [
            along_one_edge(network, leave, reach, parameters, travel),
            _straight_to_each_other(index, origins, destinations, parameters),
        ]
    )
    for origin, destination, way_s, way_m in shortcuts.to_numpy(dtype=np.float64):
        pair = (int(origin), int(destination))
        if not table.seconds[pair] <= way_s:  # true where no road leads, too
            table.seconds[pair], table.metres[pair] = way_s, way_m
            if with_legs:
                table.legs[pair] = one_leg("", "", way_s, "", way_m)
    return table


def ways_between(
    network: Network,
    leave: Entries,
    reach: Entries,
    parameters: TravelParameters,
    travel: Travel,
    *,
    with_legs: bool = False,
) -> Drives:
    """Return the quickest ways over road nodes between places with known entries.

    Parameters
    ----------
    network
        The network.
    leave, reach
        Ways from the origins to road nodes, and from road nodes to the destinations.
    parameters
        Speeds.
    travel
        By car, in the peak or not, or on foot.
    with_legs
        Whether to name the roads used.

    """
    links = road_links(network, parameters, travel)
    cost = cost_matrix(links.metric, leave.seeds(), reach.seeds()).astype(np.int64)
    reached = cost < FAR_KEY
    seconds = np.where(reached, time_of(cost) / DECISECONDS_PER_SECOND, np.nan)
    metres = np.where(reached, length_m_of(cost), np.nan)
    legs: dict[tuple[int, int], tuple[RoadLeg, ...]] = {}
    if with_legs:
        edge_s = impedance_of(network, parameters, travel).edge_s
        arcs = topology_of(network)
        arcs = replace(arcs, time_ds=deciseconds(edge_s)[arcs.edge])
        legs = road_legs(network, arcs, links, (leave, reach), np.argwhere(reached))
    return Drives(seconds, metres, legs)


def drive_tree(
    graph: RoadGraph, entries: Entries, place: int, *, limit_s: float = np.inf
) -> QuickestTree:
    """Return the quickest drives between a place and all road nodes within a limit."""
    ends = entries.of(place)
    return quickest_tree(
        graph,
        entries.node[ends],
        initial_s=entries.seconds[ends],
        initial_m=entries.length_m[ends],
        limit_s=limit_s,
    )


def along_one_edge(
    network: Network,
    leave: Entries,
    reach: Entries,
    parameters: TravelParameters,
    travel: Travel,
) -> pd.DataFrame:
    """Return ``origin, destination, seconds, metres`` of ways along part of one edge."""
    impedance = impedance_of(network, parameters, travel)
    pairs = leave.ways.merge(reach.ways, on="edge", suffixes=("_from", "_to"))
    edge = pairs["edge"].to_numpy(dtype=np.int64)
    length_m = network.edges["length_m"].to_numpy(dtype=np.float64)[edge]
    time_s, forward, backward = (
        values[edge] for values in (impedance.edge_s, impedance.forward, impedance.backward)
    )
    ahead = (pairs["fraction_to"] - pairs["fraction_from"]).to_numpy()
    allowed = (ahead == 0) | np.where(ahead > 0, forward, backward).astype(np.bool_)
    straight_m = (pairs["straight_m_from"] + pairs["straight_m_to"]).to_numpy()
    off_road_m = straight_m * parameters.access_detour
    local_s = travel_seconds_of(off_road_m, impedance.off_road_kmh)
    ways_along = pd.DataFrame(
        {
            "origin": pairs["place_from"].to_numpy(),
            "destination": pairs["place_to"].to_numpy(),
            "seconds": local_s + np.abs(ahead) * time_s,
            "metres": off_road_m + np.abs(ahead) * length_m,
        }
    )
    return ways_along.loc[np.asarray(allowed, dtype=np.bool_)]


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
