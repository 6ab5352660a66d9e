"""Costs from many places to every node: for 32 places at a time one climb and one sweep down.

PHAST, after Delling, Goldberg, Nowatzyk and Werneck, "PHAST: Hardware-accelerated shortest path
trees", Journal of Parallel and Distributed Computing 73 (2013), on customizable hierarchies.

Links lead from a rank to its ancestors in the elimination tree only, and ranks are its postorder.
So the sweep, from the highest rank to the lowest, keeps the rows of the ancestors of the rank it
is at, one for each level of the tree: few enough to stay in the cache. The rows of the result are
written once, downwards, and never read.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

import numba
import numpy as np
import numpy.typing as npt

from gis.routing.batches import batches_of, in_threads
from gis.routing.climb import Climb, Climber, check_costs, cost_type, far_of
from gis.routing.customise import Metric
from gis.routing.lanes import (
    LANES,
    TURNED_ROWS,
    add_where_within,
    empty_rows,
    least_of_row,
    least_row,
    turn_rows,
    write_row,
)
from gis.routing.pruned import PrunedMetric, unpruned
from gis.routing.seeds import Seeds

Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
CostArray = npt.NDArray[np.int32] | npt.NDArray[np.int64]
Result = TypeVar("Result")

# Testing whether a subtree lies beyond the limit costs about as much as sweeping this many ranks.
SMALL_SUBTREE = 32


@dataclass(frozen=True, slots=True, eq=False)
class Sweep:
    """A metric laid out for sweeping.

    Parameters
    ----------
    metric
        Links and their costs.
    level
        ``(nodes,)`` by rank: level in the elimination tree, 0 at its roots.
    level_count
        Number of levels.
    first_arc
        ``(nodes + 1,)`` by rank: arcs ``first_arc[v]`` to ``first_arc[v + 1] - 1`` lead down to v.
    arcs
        ``(arcs, 2)`` the level of the higher rank an arc leads from, and its cost.

    """

    metric: PrunedMetric
    level: Int32Array
    level_count: int
    first_arc: Int32Array
    arcs: CostArray


@dataclass(frozen=True, slots=True, eq=False)
class SweptBatch:
    """Costs from up to 32 places.

    Parameters
    ----------
    places
        ``(lanes,)`` the place of each lane in use.
    costs
        ``(nodes, LANES)`` by rank: costs from the place of each lane, ``FAR`` or ``FAR_KEY`` where
        not reached; lanes beyond the places reach nothing. Later batches overwrite them.
    ranges
        ``(ranges, 2)`` first and last + 1 of the ranks whose rows were written, from the highest
        down. All others are beyond the limit for every place.

    """

    places: Int64Array
    costs: CostArray
    ranges: Int64Array


class Sweeper:
    """Buffers for sweeping one batch after the other, for one thread.

    Parameters
    ----------
    sweep
        A metric laid out for sweeping.

    """

    def __init__(self, sweep: Sweep) -> None:
        dtype = cost_type(sweep.metric)
        self._sweep = sweep
        self._climber = Climber(sweep.metric.hierarchy)
        self._rows = empty_rows(sweep.level_count, dtype)
        self._nearest = np.empty(sweep.level_count, dtype=sweep.metric.up.cost.dtype)
        self._block = empty_rows(0, dtype)
        most_ranges = sweep.metric.hierarchy.node_count // SMALL_SUBTREE + 1
        self._ranges = np.empty((most_ranges, 2), dtype=np.int64)

    def costs(self, seeds: Seeds, places: Int64Array, limit: int | None) -> SweptBatch:
        """Return the costs from up to 32 places; later batches overwrite them."""
        hierarchy = self._sweep.metric.hierarchy
        if len(self._block) == 0:
            self._block = empty_rows(hierarchy.node_count, cost_type(self._sweep.metric))
        ranges = self._run(
            self._climber.climb(self._sweep.metric, seeds, places),
            limit,
            self._block,
            np.empty(0, dtype=np.float64),
            np.empty(0, dtype=self._sweep.metric.up.cost.dtype),
            np.empty((0, LANES), dtype=np.float64),
        )
        return SweptBatch(places, self._block, ranges)

    def sums(
        self, seeds: Seeds, places: Int64Array, weights: FloatArray, limits: CostArray
    ) -> FloatArray:
        """Return ``(limits, LANES)`` weights within each limit of up to 32 places.

        ``weights`` are by rank; ``limits`` have the type of the costs.
        """
        sums = np.zeros((len(limits), LANES), dtype=np.float64)
        self._run(
            self._climber.climb(self._sweep.metric, seeds, places),
            int(limits.max(initial=0)),
            self._block[:0],
            weights,
            limits,
            sums,
        )
        return sums

    def _run(
        self,
        climb: Climb,
        limit: int | None,
        block: CostArray,
        weights: FloatArray,
        limits: CostArray,
        sums: FloatArray,
    ) -> Int64Array:
        sweep = self._sweep
        hierarchy = sweep.metric.hierarchy
        count = _sweep_down(
            sweep.first_arc,
            sweep.arcs,
            sweep.level,
            climb.rank,
            climb.cost,
            self._rows,
            hierarchy.subtree_size,
            hierarchy.first_up,
            hierarchy.up_head,
            self._nearest,
            limit is not None,
            cost_type(sweep.metric)(limit or 0),
            block,
            weights,
            limits,
            sums,
            self._ranges,
        )
        return self._ranges[:count]


def prepare_sweep(metric: Metric | PrunedMetric) -> Sweep:
    """Lay out a metric for sweeping.

    Parameters
    ----------
    metric
        Costs of the links; pruned for hundreds of places.

    """
    pruned = unpruned(metric)
    level = _levels(pruned.hierarchy.parent)
    first_arc, arcs, count = _pack(
        pruned.down.first,
        pruned.down.head,
        pruned.down.cost,
        level,
        cost_type(metric)(far_of(metric)),
    )
    return Sweep(
        metric=pruned,
        level=level,
        level_count=int(level.max(initial=-1)) + 1,
        first_arc=first_arc,
        arcs=arcs[:count],
    )


def costs_to_all(
    metric: Metric | PrunedMetric | Sweep,
    seeds: Seeds,
    *,
    limit: int | None = None,
    threads: int | None = None,
) -> CostArray:
    """Return the costs from places to every node.

    Parameters
    ----------
    metric
        Costs of the links; laid out by :func:`prepare_sweep` when used more than once. Costs from
        every node to places are those of ``metric.reversed()``.
    seeds
        The ways from the places onto the network.
    limit
        Nodes further than this stay unreached; parts of the network beyond it are not looked at.
    threads
        Number of threads, by default one a processor.

    Returns
    -------
    numpy.ndarray
        ``(places, nodes)`` costs, ``FAR`` or ``FAR_KEY`` where not reached.

    Raises
    ------
    ValueError
        If seeds and links have costs of different kinds.

    """
    sweep = metric if isinstance(metric, Sweep) else prepare_sweep(metric)
    dtype, hierarchy = cost_type(sweep.metric), sweep.metric.hierarchy
    far = far_of(sweep.metric)
    costs = np.empty((seeds.count, hierarchy.node_count), dtype=sweep.metric.up.cost.dtype)
    if limit is not None:
        costs.fill(far)

    def keep(batch: SweptBatch) -> None:
        if limit is None:
            _copy_all(batch.costs, batch.places, hierarchy.rank, costs)
        else:
            _copy_within(
                batch.costs, batch.places, hierarchy.node, batch.ranges, dtype(limit), costs
            )

    for_batches(sweep, seeds, keep, limit=limit, threads=threads)
    return costs


def sweep_batches(
    sweep: Sweep, seeds: Seeds, *, limit: int | None = None, by_rank: bool = True
) -> Iterator[SweptBatch]:
    """Yield the costs from places to every node, 32 places at a time.

    Parameters
    ----------
    sweep, seeds, limit
        As in :func:`costs_to_all`.
    by_rank
        Whether to put places together that lie together, which makes bounded sweeps short;
        otherwise batches take the places in their order.

    """
    check_costs(sweep.metric, seeds)
    sweeper = Sweeper(sweep)
    for places in batches_of(sweep.metric.hierarchy, seeds, by_rank=by_rank):
        yield sweeper.costs(seeds, places, limit)


def for_batches(
    sweep: Sweep,
    seeds: Seeds,
    use: Callable[[SweptBatch], Result],
    *,
    limit: int | None = None,
    by_rank: bool = True,
    threads: int | None = None,
) -> list[Result]:
    """Return what a function makes of the costs of each batch, in the order of the batches.

    Parameters
    ----------
    sweep, seeds, limit, threads
        As in :func:`costs_to_all`.
    use
        Called once for each batch, in several threads at a time; it must not keep the batch.
    by_rank
        As in :func:`sweep_batches`.

    """
    check_costs(sweep.metric, seeds)
    return in_threads(
        lambda places, sweeper: use(sweeper.costs(seeds, places, limit)),
        batches_of(sweep.metric.hierarchy, seeds, by_rank=by_rank),
        lambda: Sweeper(sweep),
        threads=threads,
    )


@numba.njit(cache=True, nogil=True)
def _levels(parent: Int32Array) -> Int32Array:
    """Return the number of ancestors of each rank."""
    level = np.zeros(len(parent), dtype=np.int32)
    for rank in range(len(parent) - 1, -1, -1):
        if parent[rank] >= 0:
            level[rank] = level[parent[rank]] + 1
    return level


@numba.njit(cache=True, nogil=True)
def _pack(
    first_link: Int64Array,
    up_head: Int32Array,
    cost: CostArray,
    level: Int32Array,
    far: np.signedinteger,
) -> tuple[Int32Array, CostArray, int]:
    """Return the first arc of each rank, the arcs (level of the head, cost) and their number."""
    first = np.empty(len(first_link), dtype=np.int32)
    arcs = np.empty((len(up_head), 2), dtype=cost.dtype)
    count = 0
    for rank in range(len(level)):
        first[rank] = count
        for link in range(first_link[rank], first_link[rank + 1]):
            if cost[link] < far:
                arcs[count, 0] = level[up_head[link]]
                arcs[count, 1] = cost[link]
                count += 1
    first[len(level)] = count
    return first, arcs, count


@numba.njit(cache=True, nogil=True)
def _sweep_down(
    first_arc: Int32Array,
    arcs: CostArray,
    level: Int32Array,
    seeded: Int32Array,
    seed_rows: CostArray,
    rows: CostArray,
    subtree_size: Int32Array,
    first_link: Int64Array,
    up_head: Int32Array,
    nearest: CostArray,
    bounded: bool,  # noqa: FBT001 - compiled functions take no keywords
    limit: np.signedinteger,
    block: CostArray,
    weights: FloatArray,
    limits: CostArray,
    sums: FloatArray,
    ranges: Int64Array,
) -> int:
    """Sweep from the highest rank down; return the number of ranges of ranks looked at.

    Rows go to ``block`` unless it is empty; weights within limits are added to ``sums`` unless
    ``weights`` is empty. A subtree without seeds is skipped when the ranks that separate it from
    the rest, all that its root is linked to whatever the costs, lie beyond the limit in every
    lane.
    """
    keeps, adds = len(block) > 0, len(weights) > 0
    range_count = 0
    rank = len(level) - 1
    high = len(level)  # the rank after the range being looked at
    seed = len(seeded) - 1
    while rank >= 0:
        next_seeded = seeded[seed] if seed >= 0 else -1
        is_large = bounded and subtree_size[rank] >= SMALL_SUBTREE
        if is_large and rank != next_seeded:
            is_far = True
            for link in range(first_link[rank], first_link[rank + 1]):
                if nearest[level[up_head[link]]] <= limit:
                    is_far = False
                    break
            if is_far:
                if high > rank + 1:
                    ranges[range_count, 0] = rank + 1
                    ranges[range_count, 1] = high
                    range_count += 1
                rank -= subtree_size[rank]
                high = rank + 1
                continue
        if is_large or rank == next_seeded:
            seed_row = -1
            if rank == next_seeded:
                seed_row = seed
                seed -= 1
            own = level[rank]
            first, last = first_arc[rank], first_arc[rank + 1]
            least_row(rows, own, arcs, first, last, rows, seed_rows, seed_row)
            if keeps:
                write_row(block, rank, rows, own)
            if adds and weights[rank] != 0.0:
                add_where_within(sums, limits, rows, own, weights[rank])
            if is_large:
                nearest[own] = least_of_row(rows, own)
            rank -= 1
            continue
        # Up to the next seed, or within a small subtree: nothing to test.
        stop = next_seeded
        if bounded:
            stop = max(stop, rank - subtree_size[rank])
        last = first_arc[rank + 1]
        while rank > stop:
            own = level[rank]
            first = first_arc[rank]
            least_row(rows, own, arcs, first, last, rows, rows, -1)
            if keeps:
                write_row(block, rank, rows, own)
            if adds and weights[rank] != 0.0:
                add_where_within(sums, limits, rows, own, weights[rank])
            last = first
            rank -= 1
    if high > 0:
        ranges[range_count, 0] = 0
        ranges[range_count, 1] = high
        range_count += 1
    return range_count


@numba.njit(cache=True, nogil=True)
def _copy_all(block: CostArray, places: Int64Array, rank_of: Int32Array, costs: CostArray) -> None:
    """Copy a batch to the rows of its places, in the order of the nodes."""
    full = len(rank_of) - len(rank_of) % TURNED_ROWS
    for start in range(0, full, TURNED_ROWS):
        turn_rows(costs, places, start, block, rank_of)
    for lane in range(len(places)):
        for node in range(full, len(rank_of)):
            costs[places[lane], node] = block[rank_of[node], lane]


@numba.njit(cache=True, nogil=True)
def _copy_within(
    block: CostArray,
    places: Int64Array,
    node_at: Int32Array,
    ranges: Int64Array,
    limit: np.signedinteger,
    costs: CostArray,
) -> None:
    """Copy the costs of a batch within a limit to the rows of its places, by node."""
    for part in range(len(ranges)):
        for rank in range(ranges[part, 0], ranges[part, 1]):
            for lane in range(len(places)):
                if block[rank, lane] <= limit:
                    costs[places[lane], node_at[rank]] = block[rank, lane]
