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
from gis.routing.hierarchy import read_only
from gis.routing.lanes import empty_rows, lower_row
from gis.routing.seeds import Seeds

Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]
CostArray = npt.NDArray[np.int32] | npt.NDArray[np.int64]
CostType = type[np.int32] | type[np.int64]

_WORD_BYTES = 8


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
    metric
        Costs of the links.

    """

    def __init__(self, metric: Metric) -> None:
        count = metric.hierarchy.node_count
        self._metric = metric
        self._marked = np.zeros(-(-count // _WORD_BYTES) * _WORD_BYTES, dtype=np.uint8)
        self._place = np.zeros(count, dtype=np.int32)
        self._rank = np.empty(count, dtype=np.int32)
        self._rows = empty_rows(0, cost_type(metric))

    def climb(self, seeds: Seeds, places: Int64Array) -> Climb:
        """Return the costs of going up from some places; later climbs overwrite them.

        Parameters
        ----------
        seeds
            All places.
        places
            ``(lanes,)`` the place of each lane, at most 32.

        """
        metric = self._metric
        hierarchy = metric.hierarchy
        first, node = read_only(seeds.first), read_only(seeds.node)
        places = read_only(places)
        count = _mark_ancestors(hierarchy.parent, hierarchy.rank, first, node, places, self._marked)
        if count > len(self._rows):
            self._rows = empty_rows(2 * count, cost_type(metric))
        _climb(
            hierarchy.first_up,
            hierarchy.up_head,
            metric.up_cost,
            hierarchy.rank,
            first,
            node,
            read_only(seeds.cost),
            places,
            self._marked.view(np.uint64),
            self._rank,
            self._place,
            self._rows[:count],
            cost_type(metric)(far_of(metric)),
        )
        return Climb(self._rank[:count], self._rows[:count], self._place)


def cost_type(metric: Metric) -> CostType:
    """Return ``np.int32`` for deciseconds, ``np.int64`` for keys."""
    return np.int32 if metric.up_cost.dtype == np.int32 else np.int64


def far_of(metric: Metric) -> int:
    """Return the cost that stands for "not reached" in a metric."""
    return int(FAR if metric.up_cost.dtype == np.int32 else FAR_KEY)


def check_costs(metric: Metric, seeds: Seeds) -> None:
    """Check that places and links have costs of one kind.

    Raises
    ------
    ValueError
        If one has deciseconds and the other has keys.

    """
    if seeds.cost.dtype != metric.up_cost.dtype:
        raise ValueError(f"ways cost {seeds.cost.dtype}, links {metric.up_cost.dtype}")


@numba.njit(cache=True, nogil=True)
def _mark_ancestors(
    parent: Int32Array,
    rank_of: Int32Array,
    first_way: Int64Array,
    way_node: Int32Array,
    places: Int64Array,
    marked: npt.NDArray[np.uint8],
) -> int:
    """Mark the ranks of the seeds of some places and all their ancestors; return how many."""
    count = 0
    for place in places:
        for way in range(first_way[place], first_way[place + 1]):
            rank = rank_of[way_node[way]]
            while rank >= 0 and marked[rank] == 0:
                marked[rank] = 1
                count += 1
                rank = parent[rank]
    return count


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
    marked_words: npt.NDArray[np.uint64],
    ranks: Int32Array,
    place_of: Int32Array,
    rows: CostArray,
    far: np.signedinteger,
) -> None:
    """List the marked ranks, take the marks away, and search upwards among them."""
    count = 0
    for word in range(len(marked_words)):
        if marked_words[word] == 0:
            continue
        for byte in range(_WORD_BYTES):
            if (marked_words[word] >> np.uint64(8 * byte)) & np.uint64(1):
                rank = word * _WORD_BYTES + byte
                ranks[count] = rank
                place_of[rank] = count
                rows[count] = far
                count += 1
        marked_words[word] = 0
    for lane in range(len(places)):
        for way in range(first_way[places[lane]], first_way[places[lane] + 1]):
            place = place_of[rank_of[way_node[way]]]
            rows[place, lane] = min(rows[place, lane], way_cost[way])
    for place in range(count):
        for link in range(first_up[ranks[place]], first_up[ranks[place] + 1]):
            if up_cost[link] < far:
                lower_row(rows, place_of[up_head[link]], place, up_cost[link])
