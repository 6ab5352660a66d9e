"""Ways between a few places and many others, by searches that end where people would.

Tables of many places are answered over the hierarchy (:func:`gis.access.roads.ways_between`), which
first has to be given the times of all the roads of a province, and needs the ways from all its
stops to roads. A few places reach few of them: here nobody goes farther than the longest way there
is, and only places near roads so reached are tied to these. The answers are the same.
"""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gis.access.entries import Entries, coordinates_of, impedance_of
from gis.access.roads import road_graph
from gis.catalogue.parameters import TravelParameters
from gis.core.schemas import Travel
from gis.core.units import travel_seconds
from gis.network.model import Network
from gis.network.snap import metric_points
from gis.routing.bucket_search import QuickestTree, quickest_tree
from gis.routing.customise import FAR_KEY
from gis.routing.graph import (
    DECISECONDS_PER_SECOND,
    UNREACHED,
    RoadGraph,
    deciseconds,
    make_graph,
)
from gis.routing.keys import keys, length_m_of, time_of

FloatArray = npt.NDArray[np.float64]
Int64Array = npt.NDArray[np.int64]

FEW = 16  # places; as many searches take less than telling the hierarchy all times

_IN_HAND_M = 1.0  # for rounding


@dataclass(frozen=True, slots=True, eq=False)
class NearWays:
    """The roads around one place, as far as people go.

    Parameters
    ----------
    network, parameters, travel
        What was searched.
    tree
        The quickest ways between the place and road nodes.
    edge
        ``(ways,)`` edges that straight ways from the place meet.
    limit_s
        Longest way of interest, seconds.

    """

    network: Network
    parameters: TravelParameters
    travel: Travel
    tree: QuickestTree
    edge: Int64Array
    limit_s: float

    def near(self, places: pd.DataFrame) -> Int64Array:
        """Return the rows of at least the places (``lon, lat``) that lie within the limit.

        From an edge to a place one goes straight, no shorter than to a box around the edge.
        """
        edges, time_ds = self.network.edges, self.tree.time_ds
        impedance = impedance_of(self.network, self.parameters, self.travel)
        arrived_ds = np.minimum(*(time_ds[edges[end].to_numpy()] for end in ("source", "target")))
        arrived_ds[self.edge] = 0
        is_open = impedance.forward | impedance.backward
        rows = np.flatnonzero((arrived_ds != UNREACHED) & is_open)
        if not len(rows):
            return np.empty(0, dtype=np.int64)
        left_s = self.limit_s - arrived_ds[rows] / float(DECISECONDS_PER_SECOND)
        metre_s = travel_seconds(self.parameters.access_detour, impedance.off_road_kmh)
        left_m = left_s / metre_s + _IN_HAND_M
        lines = self.network.lines.take(rows)
        points = lines.metres(self.network.metric_system)
        low = np.minimum.reduceat(points, lines.first[:-1]) - left_m[:, None]
        high = np.maximum.reduceat(points, lines.first[:-1]) + left_m[:, None]
        around = shapely.STRtree(shapely.box(*low.T, *high.T))
        here = metric_points(*coordinates_of(places), self.network.metric_system)
        return np.unique(around.query(here, predicate="intersects")[0]).astype(np.int64)

    def to(self, reach: Entries) -> tuple[FloatArray, FloatArray]:
        """Return ``(places,)`` seconds and metres over road nodes, NaN where no way leads.

        Ways that take longer than the limit may be left out.
        """
        reached = self.tree.time_ds[reach.node] != UNREACHED
        node, place = reach.node[reached], reach.place[reached]
        cost = keys(self.tree.time_ds[node], self.tree.length_m[node])
        cost += keys(deciseconds(reach.seconds[reached]), reach.length_m[reached])
        least = np.full(reach.count, FAR_KEY, dtype=np.int64)
        np.minimum.at(least, place, cost)
        is_known = least < FAR_KEY
        seconds = np.where(is_known, time_of(least) / DECISECONDS_PER_SECOND, np.nan)
        return seconds, np.where(is_known, length_m_of(least), np.nan)


def near_ways(
    network: Network,
    entries: Entries,
    place: int,
    *,
    parameters: TravelParameters,
    travel: Travel,
    limit_s: float,
    towards: bool = False,
) -> NearWays:
    """Return the roads around one place, as far as people go.

    Parameters
    ----------
    network
        The network.
    entries
        Ways between places and its road nodes.
    place
        The place.
    parameters
        Speeds and detour.
    travel
        By car, in the peak or not, or on foot.
    limit_s
        Longest way of interest, seconds.
    towards
        Whether the place is reached, not left.

    """
    ends = entries.of(place)
    tree = quickest_tree(
        _graph(network, parameters, travel, towards=towards),
        entries.node[ends],
        initial_s=entries.seconds[ends],
        initial_m=_decimetres(entries.length_m[ends]),
        limit_s=limit_s,
    )
    ways = entries.ways
    edge = ways.loc[ways["place"] == place, "edge"].to_numpy(dtype=np.int64)
    return NearWays(network, parameters, travel, tree, edge, limit_s)


@lru_cache(maxsize=6)
def _graph(
    network: Network, parameters: TravelParameters, travel: Travel, *, towards: bool
) -> RoadGraph:
    """Return the graph of one way of travelling, with lengths as the keys of tables know them."""
    if travel is not Travel.WALK:
        graph = road_graph(network, peak=travel is Travel.DRIVE_PEAK, towards=towards)
        return replace(graph, length_m=_decimetres(graph.length_m))
    if towards:  # people walk both ways
        return _graph(network, parameters, travel, towards=False)
    edges, impedance = network.edges, impedance_of(network, parameters, travel)
    return make_graph(
        node_count=len(network.nodes),
        source=edges["source"].to_numpy(dtype=np.int64),
        target=edges["target"].to_numpy(dtype=np.int64),
        time_s=impedance.edge_s,
        length_m=_decimetres(edges["length_m"].to_numpy(dtype=np.float64)),
        forward=impedance.forward,
        backward=impedance.backward,
    )


def _decimetres(length_m: FloatArray) -> FloatArray:
    return np.asarray(np.round(length_m, 1), dtype=np.float64)
