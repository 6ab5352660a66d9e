"""Drives told road by road."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from gis.access.entries import Entries
from gis.core.schemas import Mode
from gis.core.units import METRES_PER_KILOMETRE, minutes_from_seconds
from gis.network.model import Network
from gis.routing.graph import DECISECONDS_PER_SECOND, RoadGraph
from gis.routing.unpack import ArcsOfLinks, path_arcs

FloatArray = npt.NDArray[np.float64]
Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]
RoadLeg = dict[str, object]


def road_legs(
    network: Network,
    graph: RoadGraph,
    links: ArcsOfLinks,
    ends: tuple[Entries, Entries],
    pairs: Int64Array,
) -> dict[tuple[int, int], tuple[RoadLeg, ...]]:
    """Return the quickest drives of some pairs, one leg a stretch of the same road.

    Parameters
    ----------
    network
        The network.
    graph, links
        Its arcs both ways, with their times, and the metric of the drives.
    ends
        Ways from the origins to road nodes, and from road nodes to the destinations.
    pairs
        ``(pairs, 2)`` origin and destination; all are reached.

    Returns
    -------
    dict
        ``(origin, destination)`` -> legs in the order of travel.

    """
    leave, reach = ends
    paths = path_arcs(links, leave.seeds(), reach.seeds(), pairs)
    legs = {}
    for number, (origin, destination) in enumerate(pairs.tolist()):
        arcs = paths.arc[paths.first[number] : paths.first[number + 1]]
        legs[origin, destination] = (
            *_end_leg(network, leave, int(paths.origin_way[number])),
            *_stretches(network, graph, arcs),
            *_end_leg(network, reach, int(paths.destination_way[number])),
        )
    return legs


def one_leg(start: str, end: str, seconds: float, line: str, metres: float) -> tuple[RoadLeg, ...]:
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


def _stretches(network: Network, graph: RoadGraph, arcs: Int32Array) -> tuple[RoadLeg, ...]:
    """Return one leg a stretch of the same road."""
    if not len(arcs):
        return ()
    roads, names = _names_of(network)
    road = roads[graph.edge[arcs]]
    starts = np.flatnonzero(np.concatenate([[True], road[1:] != road[:-1]]))
    stops = np.concatenate([starts[1:], [len(arcs)]])
    stretches = (
        one_leg(
            names[graph.tail[arcs[start]]],
            names[graph.head[arcs[stop - 1]]],
            float(graph.time_ds[arcs[start:stop]].sum() / DECISECONDS_PER_SECOND),
            road[start],
            float(graph.length_m[arcs[start:stop]].sum()),
        )
        for start, stop in zip(starts, stops, strict=True)
    )
    return tuple(leg for stretch in stretches for leg in stretch)


def _end_leg(network: Network, entries: Entries, end: int) -> tuple[RoadLeg, ...]:
    """Return the drive between a place and the road node its journey begins or ends at."""
    edge = int(entries.edge[end])
    line = _names_of(network)[0][edge] if edge >= 0 else ""
    return one_leg("", "", float(entries.seconds[end]), line, float(entries.length_m[end]))


@lru_cache(maxsize=6)
def _names_of(network: Network) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.object_]]:
    """Return the road of every edge and the name of every node."""
    roads = network.edges["road_id"].fillna("").astype(str).to_numpy(dtype=object)
    return roads, network.nodes["name_zh"].fillna("").astype(str).to_numpy(dtype=object)
