"""The search upwards from up to 32 places at once: costs of the seeds' ancestors.

Links lead from a rank to its ancestors in the elimination tree only, so that the ranks to look at
are known beforehand and are taken in ascending order, without a queue. After Dibbelt, Strasser and
Wagner, "Customizable Contraction Hierarchies", ACM Journal of Experimental Algorithmics 21 (2016),
section 6.2.
"""

from dataclasses import dataclass

import numba
import numpy as np
import numpy.typing as npt

from gis.routing.customise import FAR, FAR_KEY, Metric
from gis.routing.hierarchy import Hierarchy, read_only
from gis.routing.lanes import empty_rows, lower_row
from gis.routing.pruned import PrunedMetric
from gis.routing.seeds import Seeds

Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
CostArray = npt.NDArray[np.int32] | npt.NDArray[np.int64]
CostType = type[np.int32] | type[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Climb:
    """Costs of going up from the seeds of a batch of places.

    Parameters
    ----------
    rank
        ``(reached,)`` the ranks of the seeds and all their ancestors, ascending.
    cost
        ``(reached, LANES)`` the cost of each of them from the place of each lane, ``FAR`` or
        ``FAR_KEY`` where no way leads up.
    place
        ``(nodes,)`` where in ``rank`` each rank stands, if ``rank`` holds it; anything otherwise.

    """

    rank: Int32Array
    cost: CostArray
    place: Int32Array


class Climber:
    """Buffers for climbing with one batch after the other, for one thread.

    Parameters
    ----------
    hierarchy
        The hierarchy to climb.

    """

    def __init__(self, hierarchy: Hierarchy) -> None:
        self._marked = np.zeros(hierarchy.node_count, dtype=np.bool_)
        self._place = np.empty(hierarchy.node_count, dtype=np.int32)
        self._rank = np.empty(hierarchy.node_count, dtype=np.int32)
        self._rows: CostArray = empty_rows(0, np.int32)

    def climb(self, metric: PrunedMetric, seeds: Seeds, places: Int64Array) -> Climb:
        """Return the costs of going up from some places; later climbs overwrite them.

        Parameters
        ----------
        metric
            Links of the hierarchy to go up by.
        seeds
            All places.
        places
            ``(lanes,)`` the place of each lane, at most 32.

        """
        hierarchy = metric.hierarchy
        first, node = read_only(seeds.first), read_only(seeds.node)
        places = read_only(places)
        start = list_ancestors(
            hierarchy.parent, hierarchy.rank, first, node, places, self._marked, self._rank
        )
        ranks = self._rank[start:]
        if len(ranks) > len(self._rows) or self._rows.dtype != metric.up.cost.dtype:
            self._rows = empty_rows(2 * len(ranks), cost_type(metric))
        rows = self._rows[: len(ranks)]
        _climb(
            metric.up.first,
            metric.up.head,
            metric.up.cost,
            hierarchy.rank,
            first,
            node,
            read_only(seeds.cost),
            places,
            ranks,
            self._place,
            rows,
            cost_type(metric)(far_of(metric)),
        )
        return Climb(ranks, rows, self._place)


def cost_type(metric: Metric | PrunedMetric) -> CostType:
    """Return ``np.int32`` for deciseconds, ``np.int64`` for keys."""
    cost = metric.up.cost if isinstance(metric, PrunedMetric) else metric.up_cost
    return np.int32 if cost.dtype == np.int32 else np.int64


def far_of(metric: Metric | PrunedMetric) -> int:
    """Return the cost that stands for "not reached" in a metric."""
    return int(FAR if cost_type(metric) is np.int32 else FAR_KEY)


def check_costs(metric: Metric | PrunedMetric, seeds: Seeds) -> None:
    """Check that places and links have costs of one kind.

    Raises
    ------
    ValueError
        If one has deciseconds and the other has keys.

    """
    if seeds.cost.dtype != cost_type(metric):
        raise ValueError(f"ways cost {seeds.cost.dtype}, links {np.dtype(cost_type(metric))}")


@numba.njit(cache=True, nogil=True)
def list_ancestors(
    parent: Int32Array,
    rank_of: Int32Array,
    first_way: Int64Array,
    way_node: Int32Array,
    places: Int64Array,
    marked: BoolArray,
    ranks: Int32Array,
) -> int:
    """List the ranks of the seeds of some places and all their ancestors, ascending.

    They end with the end of ``ranks``; return where they start. ``marked`` is all False, before
    and after.
    """
    count = 0
    for place in places:
        count += first_way[place + 1] - first_way[place]
    seeds = np.empty(count, dtype=np.int32)
    count = 0
    for place in places:
        for way in range(first_way[place], first_way[place + 1]):
            seeds[count] = rank_of[way_node[way]]
            count += 1
    seeds.sort()
    # In a postorder, what the next lower seed adds is lower than all that is listed already.
    start = len(ranks)
    for seed in seeds[::-1]:
        rank = seed
        while rank >= 0 and not marked[rank]:
            start -= 1
            rank = parent[rank]
        place = start
        rank = seed
        while rank >= 0 and not marked[rank]:
            marked[rank] = True
            ranks[place] = rank
            place += 1
            rank = parent[rank]
    for place in range(start, len(ranks)):
        marked[ranks[place]] = False
    return start


@numba.njit(cache=True, nogil=True)
def _climb(
    first_up: Int64Array,
    up_head: Int32Array,
    up_cost: CostArray,
    rank_of: Int32Array,
    first_way: Int64Array,
    way_node: Int32Array,
    way_cost: CostArray,
    places: Int64Array,
    ranks: Int32Array,
    place_of: Int32Array,
    rows: CostArray,
    far: np.signedinteger,
) -> None:
    """Search upwards among the ranks listed."""
    for place in range(len(ranks)):
        place_of[ranks[place]] = place
        for lane in range(rows.shape[1]):
            rows[place, lane] = far
    for lane in range(len(places)):
        for way in range(first_way[places[lane]], first_way[places[lane] + 1]):
            place = place_of[rank_of[way_node[way]]]
            rows[place, lane] = min(rows[place, lane], way_cost[way])
    for place in range(len(ranks)):
        for link in range(first_up[ranks[place]], first_up[ranks[place] + 1]):
            if up_cost[link] < far:
                lower_row(rows, place_of[up_head[link]], place, up_cost[link])
