"""Costs between many places and many places.

The quickest way between two nodes goes up the hierarchy and down again, over one of the ancestors
that both have in the elimination tree. So the costs of going up are found once for each origin, and
those of coming down once for each destination, 32 at a time; the rest is a least sum over common
ancestors, a hundred or two of them. This is the elimination tree query of Dibbelt, Strasser and
Wagner, "Customizable Contraction Hierarchies", ACM Journal of Experimental Algorithmics 21 (2016),
for all pairs at once; no part of the hierarchy is swept.
"""

from dataclasses import dataclass

import numba
import numpy as np
import numpy.typing as npt

from gis.routing.batches import batches_of, in_threads
from gis.routing.climb import Climb, Climber, check_costs
from gis.routing.customise import FAR, FAR_KEY, Metric
from gis.routing.hierarchy import Hierarchy
from gis.routing.lanes import empty_rows, least_row
from gis.routing.pruned import PrunedMetric, unpruned
from gis.routing.seeds import Seeds

Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]
CostArray = npt.NDArray[np.int32] | npt.NDArray[np.int64]

_BATCHES_AT_A_TIME = 128  # of origins whose ancestors are held in memory
_KEY_BYTES = 8


@dataclass(frozen=True, slots=True, eq=False)
class _Ancestors:
    """What going up from some places costs.

    Parameters
    ----------
    first
        ``(places + 1,)`` entries ``first[p]`` to ``first[p + 1] - 1`` belong to the p-th of them.
    rank, cost
        ``(entries,)`` ancestors of the place's seeds, descending, and the cost of going there.
    beyond
        ``(entries,)`` how many entries on the next one is that is no descendant of this one.

    """

    first: Int64Array
    rank: Int32Array
    cost: CostArray
    beyond: Int32Array


def cost_matrix(
    metric: Metric | PrunedMetric,
    origins: Seeds,
    destinations: Seeds,
    *,
    threads: int | None = None,
) -> CostArray:
    """Return the costs from every origin to every destination.

    Parameters
    ----------
    metric
        Costs of the links; pruned for hundreds of places.
    origins, destinations
        The ways from origins onto the network, and from the network to destinations.
    threads
        Number of threads, by default one a processor.

    Returns
    -------
    numpy.ndarray
        ``(origins, destinations)`` costs, ways at both ends included; ``FAR`` or ``FAR_KEY`` where
        no way leads.

    Raises
    ------
    ValueError
        If seeds and links have costs of different kinds.

    """
    check_costs(metric, origins)
    check_costs(metric, destinations)
    pruned = unpruned(metric)
    if origins.count > destinations.count:
        return _matrix(pruned.reversed(), destinations, origins, threads).T.copy()
    return _matrix(pruned, origins, destinations, threads)


def _matrix(
    metric: PrunedMetric, origins: Seeds, destinations: Seeds, threads: int | None
) -> CostArray:
    hierarchy = metric.hierarchy
    costs = np.empty((origins.count, destinations.count), dtype=metric.up.cost.dtype)
    down = metric.reversed()
    origin_batches = batches_of(hierarchy, origins)
    destination_batches = batches_of(hierarchy, destinations)
    for start in range(0, len(origin_batches), _BATCHES_AT_A_TIME):
        batches = origin_batches[start : start + _BATCHES_AT_A_TIME]
        rising = _joined(
            in_threads(
                lambda places, climber: _ancestors(
                    climber.climb(metric, origins, places), hierarchy, len(places)
                ),
                batches,
                lambda: Climber(hierarchy),
                threads=threads,
            )
        )
        rows = np.concatenate(batches)[:, None]

        def meet(
            places: Int64Array,
            climber: Climber,
            rising: _Ancestors = rising,
            rows: Int64Array = rows,
        ) -> None:
            sums = _least_sums(rising, climber.climb(down, destinations, places))
            costs[rows, places] = sums[:, : len(places)]

        in_threads(meet, destination_batches, lambda: Climber(hierarchy), threads=threads)
    return costs


def _ancestors(climb: Climb, hierarchy: Hierarchy, lanes: int) -> _Ancestors:
    """Return what a climb has reached, lane by lane."""
    return _Ancestors(*_entries(climb.rank, climb.cost, hierarchy.subtree_size, lanes))


def _joined(parts: list[_Ancestors]) -> _Ancestors:
    """Return the ancestors of the places of several parts."""
    ends = np.concatenate([np.diff(part.first) for part in parts]).cumsum()
    return _Ancestors(
        first=np.concatenate([[0], ends]),
        rank=np.concatenate([part.rank for part in parts]),
        cost=np.concatenate([part.cost for part in parts]),
        beyond=np.concatenate([part.beyond for part in parts]),
    )


def _least_sums(rising: _Ancestors, climb: Climb) -> CostArray:
    """Return ``(places, LANES)`` costs from some places to those a climb has come back from."""
    sums = empty_rows(len(rising.first) - 1, climb.cost.dtype.type)
    longest = int(np.diff(rising.first).max(initial=0))
    _meet(
        rising.first,
        rising.rank,
        rising.cost,
        rising.beyond,
        climb.rank,
        climb.cost,
        climb.place,
        np.empty((longest, 2), dtype=climb.cost.dtype),
        sums,
    )
    return sums


@numba.njit(cache=True, nogil=True)
def _entries(
    ranks: Int32Array, rows: CostArray, subtree_size: Int32Array, lanes: int
) -> tuple[Int64Array, Int32Array, CostArray, Int32Array]:
    """Return the ranks reached in each lane with their costs, the highest first."""
    far = FAR_KEY if rows.itemsize == _KEY_BYTES else FAR
    first = np.zeros(lanes + 1, dtype=np.int64)
    for place in range(len(ranks)):
        for lane in range(lanes):
            if rows[place, lane] < far:
                first[lane + 1] += 1
    for lane in range(lanes):
        first[lane + 1] += first[lane]
    rank = np.empty(first[lanes], dtype=np.int32)
    cost = np.empty(first[lanes], dtype=rows.dtype)
    beyond = np.empty(first[lanes], dtype=np.int32)
    free = first.copy()
    for place in range(len(ranks) - 1, -1, -1):
        for lane in range(lanes):
            if rows[place, lane] < far:
                rank[free[lane]] = ranks[place]
                cost[free[lane]] = rows[place, lane]
                free[lane] += 1
    for lane in range(lanes):
        for entry in range(first[lane + 1] - 1, first[lane] - 1, -1):
            outside = rank[entry] - subtree_size[rank[entry]]  # the highest rank not below it
            other = entry + 1
            while other < first[lane + 1] and rank[other] > outside:
                other += beyond[other]
            beyond[entry] = other - entry
    return first, rank, cost, beyond


@numba.njit(cache=True, nogil=True)
def _meet(
    first: Int64Array,
    rank: Int32Array,
    cost: CostArray,
    beyond: Int32Array,
    met_rank: Int32Array,
    met_rows: CostArray,
    met_place: Int32Array,
    common: CostArray,
    sums: CostArray,
) -> None:
    """Set each row to the least sums over the ancestors that its place and the others share.

    Places that do not share an ancestor share none of its descendants.
    """
    for place in range(len(first) - 1):
        count = 0
        entry = first[place]
        while entry < first[place + 1]:
            met = met_place[rank[entry]]
            if 0 <= met < len(met_rank) and met_rank[met] == rank[entry]:
                common[count, 0] = met
                common[count, 1] = cost[entry]
                count += 1
                entry += 1
            else:
                entry += beyond[entry]
        least_row(sums, place, common, 0, count, met_rows, met_rows, -1)
