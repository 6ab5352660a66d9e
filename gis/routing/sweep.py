"""Costs from many places to every node: one climb and one sweep down the hierarchy for 32 places.

PHAST, after Delling, Goldberg, Nowatzyk and Werneck, "PHAST: Hardware-accelerated shortest path
trees", Journal of Parallel and Distributed Computing 73 (2013), on customizable hierarchies.

Links lead from a rank to its ancestors in the elimination tree only, and ranks are its postorder.
So the sweep, from the highest rank to the lowest, keeps the rows of the ancestors of the rank it
is at, one for each level of the tree: few enough to stay in the cache. The rows of the result are
written once and never read.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import SimpleQueue
from typing import TypeVar

import numba
import numpy as np
import numpy.typing as npt

from gis.routing.customise import FAR, FAR_KEY, Metric
from gis.routing.hierarchy import Hierarchy
from gis.routing.lanes import (
    LANES,
    empty_rows,
    finish_stream,
    least_of_row,
    least_row,
    lower_row,
    stream_row,
)
from gis.routing.seeds import Seeds
from gis.routing.shares import thread_count

Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
CostArray = npt.NDArray[np.int32] | npt.NDArray[np.int64]
Result = TypeVar("Result")

# Testing whether a subtree lies beyond the limit costs about as much as sweeping this many ranks.
SMALL_SUBTREE = 32
_WORD_BYTES = 8


@dataclass(frozen=True, slots=True, eq=False)
class Sweep:
    """A metric laid out for sweeping.

    Parameters
    ----------
    hierarchy
        The hierarchy.
    slot
        ``(nodes,)`` by rank: level in the elimination tree, 0 at its roots.
    slot_count
        Number of levels.
    first_up, up_arcs
        ``(nodes + 1,)`` by rank and ``(up arcs, 2)``: the higher rank and the cost.
    first_down, down_arcs
        ``(nodes + 1,)`` by rank and ``(down arcs, 2)``: the slot of the higher rank an arc comes
        from, and its cost.

    """

    hierarchy: Hierarchy
    slot: Int32Array
    slot_count: int
    first_up: Int32Array
    up_arcs: CostArray
    first_down: Int32Array
    down_arcs: CostArray

    @property
    def dtype(self) -> type[np.signedinteger]:
        """Return ``np.int32`` for deciseconds, ``np.int64`` for keys."""
        return np.int32 if self.up_arcs.dtype == np.int32 else np.int64

    @property
    def far(self) -> int:
        """Return the cost that stands for "not reached"."""
        return far_of(self.dtype)


@dataclass(frozen=True, slots=True, eq=False)
class SweptBatch:
    """Costs from up to 32 places.

    Parameters
    ----------
    places
        ``(lanes,)`` the place of each lane in use.
    costs
        ``(nodes, LANES)`` by rank: costs from the place of each lane, ``FAR`` or ``FAR_KEY`` where
        not reached; lanes beyond the places are not reached anywhere. The buffer is used again
        for later batches.
    ranges
        ``(ranges, 2)``: first and last + 1 of the ranks whose rows were written, from the highest
        down; all others are beyond the limit for every place.

    """

    places: Int64Array
    costs: CostArray
    ranges: Int64Array


class Workspace:
    """Buffers for climbing and sweeping one batch after the other, for one thread.

    Parameters
    ----------
    sweep
        The metric the buffers are for.

    """

    def __init__(self, sweep: Sweep) -> None:
        count = sweep.hierarchy.node_count
        self.marked = np.zeros(-(-count // _WORD_BYTES) * _WORD_BYTES, dtype=np.uint8)
        self.place = np.empty(count, dtype=np.int32)
        self.touched = np.empty(count, dtype=np.int32)
        self.rows = empty_rows(1, sweep.dtype)
        self.slots = empty_rows(sweep.slot_count, sweep.dtype)
        self.nearest = np.empty(sweep.slot_count, dtype=sweep.dtype)

    def climb(self, sweep: Sweep, seeds: Seeds, places: Int64Array) -> Int32Array:
        """Search upwards from the seeds of up to 32 places.

        Returns
        -------
        numpy.ndarray
            ``(touched,)`` the ranks of the seeds and all their ancestors, ascending. Row i of
            ``rows`` holds the costs of going up to the i-th of them.

        """
        hierarchy = sweep.hierarchy
        count = _mark_ancestors(
            hierarchy.parent, hierarchy.rank, seeds.first, seeds.node, places, self.marked
        )
        if count > len(self.rows):
            self.rows = empty_rows(2 * count, sweep.dtype)
        _climb(
            sweep.first_up,
            sweep.up_arcs,
            hierarchy.rank,
            seeds.first,
            seeds.node,
            seeds.cost,
            places,
            self.marked.view(np.uint64),
            self.touched,
            self.place,
            self.rows[:count],
            sweep.up_arcs.dtype.type(sweep.far),
        )
        return self.touched[:count]


def far_of(dtype: npt.DTypeLike) -> int:
    """Return the cost that stands for "not reached" among costs of a type."""
    return int(FAR) if np.dtype(dtype) == np.int32 else int(FAR_KEY)


def prepare_sweep(metric: Metric, *, needed: tuple[BoolArray, BoolArray] | None = None) -> Sweep:
    """Lay out a metric for sweeping.

    Parameters
    ----------
    metric
        Costs of the links.
    needed
        ``(links,)`` twice, up and down: links without which every cost stays the same, found by
        perfect customisation, are False and left out. Worth its time for hundreds of places.

    """
    hierarchy = metric.hierarchy
    all_links = np.empty(0, dtype=np.bool_)
    up_needed, down_needed = (all_links, all_links) if needed is None else needed
    slot = _levels(hierarchy.parent)
    far = metric.up_cost.dtype.type(far_of(metric.up_cost.dtype))
    ranks = np.empty(0, dtype=np.int32)
    first_up, up_arcs = _pack(
        hierarchy.first_up, hierarchy.up_head, metric.up_cost, up_needed, ranks, far
    )
    first_down, down_arcs = _pack(
        hierarchy.first_up, hierarchy.up_head, metric.down_cost, down_needed, slot, far
    )
    return Sweep(
        hierarchy=hierarchy,
        slot=slot,
        slot_count=int(slot.max(initial=-1)) + 1,
        first_up=first_up,
        up_arcs=up_arcs,
        first_down=first_down,
        down_arcs=down_arcs,
    )


def costs_to_all(
    metric: Metric | Sweep, seeds: Seeds, *, limit: int | None = None, threads: int | None = None
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
        Number of threads, the processors of the machine by default.

    Returns
    -------
    numpy.ndarray
        ``(places, nodes)`` costs, ``FAR`` or ``FAR_KEY`` where not reached.

    """
    sweep = prepare_sweep(metric) if isinstance(metric, Metric) else metric
    node_count = sweep.hierarchy.node_count
    if limit is None:
        costs = np.empty((seeds.count, node_count), dtype=sweep.dtype)
    else:
        costs = np.full((seeds.count, node_count), sweep.far, dtype=sweep.dtype)
    most = sweep.dtype(sweep.far if limit is None else limit)

    def copy(batch: SweptBatch) -> None:
        _by_node(
            batch.costs,
            batch.places,
            sweep.hierarchy.rank if limit is None else sweep.hierarchy.node,
            batch.ranges,
            limit is not None,
            most,
            costs,
        )

    for_batches(sweep, seeds, copy, limit=limit, threads=threads)
    return costs


def sweep_batches(
    sweep: Sweep, seeds: Seeds, *, limit: int | None = None, by_rank: bool = True
) -> Iterator[SweptBatch]:
    """Yield the costs from places to every node, 32 places at a time, in the same buffer.

    Parameters
    ----------
    sweep, seeds, limit
        As in :func:`costs_to_all`.
    by_rank
        Whether to put places together that lie together, which makes bounded sweeps short;
        otherwise batches take the places in their order.

    """
    _check_costs(sweep, seeds)
    workspace = Workspace(sweep)
    block = empty_rows(sweep.hierarchy.node_count, sweep.dtype)
    for places in batches_of(sweep.hierarchy, seeds, by_rank=by_rank):
        yield _swept(sweep, seeds, places, workspace, block, limit)


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
    sweep, seeds, limit
        As in :func:`costs_to_all`.
    use
        Called once for each batch, in several threads at a time; it must not keep the batch.
    by_rank
        As in :func:`sweep_batches`.
    threads
        Number of threads, the processors of the machine by default.

    """
    _check_costs(sweep, seeds)
    batches = batches_of(sweep.hierarchy, seeds, by_rank=by_rank)

    def one(places: Int64Array, buffers: tuple[Workspace, CostArray]) -> Result:
        return use(_swept(sweep, seeds, places, buffers[0], buffers[1], limit))

    def buffers() -> tuple[Workspace, CostArray]:
        return Workspace(sweep), empty_rows(sweep.hierarchy.node_count, sweep.dtype)

    return in_threads(one, batches, buffers, threads=threads)


Item = TypeVar("Item")
Buffers = TypeVar("Buffers")


def in_threads(
    work: Callable[[Item, Buffers], Result],
    items: list[Item],
    buffers: Callable[[], Buffers],
    *,
    threads: int | None = None,
) -> list[Result]:
    """Return what a function makes of each item, done by threads with buffers of their own.

    Parameters
    ----------
    work
        Called with an item and the buffers of its thread.
    items
        What is to be done.
    buffers
        Makes the buffers for one thread.
    threads
        Number of threads, the processors of the machine by default.

    """
    count = min(thread_count(threads), len(items))
    if count <= 1:
        own = buffers() if items else None
        return [work(item, own) for item in items] if own is not None else []
    free: SimpleQueue[Buffers] = SimpleQueue()
    for _ in range(count):
        free.put(buffers())

    def with_buffers(item: Item) -> Result:
        own = free.get()
        try:
            return work(item, own)
        finally:
            free.put(own)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(with_buffers, items))


def batches_of(hierarchy: Hierarchy, seeds: Seeds, *, by_rank: bool = True) -> list[Int64Array]:
    """Return the places of each batch of at most 32, near each other when ordered by rank."""
    order = np.arange(seeds.count, dtype=np.int64)
    if by_rank and len(seeds.node) > 0:
        has_way = np.diff(seeds.first) > 0
        start = np.minimum(seeds.first[:-1], len(seeds.node) - 1)
        key = np.where(has_way, hierarchy.rank[seeds.node[start]], hierarchy.node_count)
        order = np.argsort(key, kind="stable")
    return [order[start : start + LANES] for start in range(0, seeds.count, LANES)]


def _check_costs(sweep: Sweep, seeds: Seeds) -> None:
    if seeds.cost.dtype != sweep.dtype:
        raise ValueError(f"seeds cost {seeds.cost.dtype}, links {np.dtype(sweep.dtype)}")


def _swept(
    sweep: Sweep,
    seeds: Seeds,
    places: Int64Array,
    workspace: Workspace,
    block: CostArray,
    limit: int | None,
) -> SweptBatch:
    touched = workspace.climb(sweep, seeds, places)
    hierarchy = sweep.hierarchy
    ranges = _sweep_down(
        sweep.first_down,
        sweep.down_arcs,
        sweep.slot,
        touched,
        workspace.rows[: len(touched)],
        workspace.slots,
        block,
        hierarchy.subtree_size,
        hierarchy.first_up,
        hierarchy.up_head,
        workspace.nearest,
        limit is not None,
        sweep.dtype(sweep.far if limit is None else limit),
    )
    return SweptBatch(places, block, ranges)


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
    needed: BoolArray,
    label: Int32Array,
    far: np.signedinteger,
) -> tuple[Int32Array, CostArray]:
    """Return the links in use as (label of the head, cost) pairs; no labels: the rank itself."""
    take_all = len(needed) == 0
    count = 0
    for link in range(len(up_head)):
        if cost[link] < far and (take_all or needed[link]):
            count += 1
    first = np.empty(len(first_link), dtype=np.int32)
    arcs = np.empty((count, 2), dtype=cost.dtype)
    count = 0
    first[0] = 0
    for rank in range(len(first_link) - 1):
        for link in range(first_link[rank], first_link[rank + 1]):
            if cost[link] < far and (take_all or needed[link]):
                head = up_head[link]
                arcs[count, 0] = head if len(label) == 0 else label[head]
                arcs[count, 1] = cost[link]
                count += 1
        first[rank + 1] = count
    return first, arcs


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
    first_up: Int32Array,
    up_arcs: CostArray,
    rank_of: Int32Array,
    first_way: Int64Array,
    way_node: Int32Array,
    way_cost: CostArray,
    places: Int64Array,
    marked_words: npt.NDArray[np.uint64],
    touched: Int32Array,
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
                touched[count] = rank
                place_of[rank] = count
                rows[count] = far
                count += 1
        marked_words[word] = 0
    for lane in range(len(places)):
        for way in range(first_way[places[lane]], first_way[places[lane] + 1]):
            place = place_of[rank_of[way_node[way]]]
            rows[place, lane] = min(rows[place, lane], way_cost[way])
    for place in range(count):
        rank = touched[place]
        for arc in range(first_up[rank], first_up[rank + 1]):
            lower_row(rows, place_of[up_arcs[arc, 0]], place, up_arcs[arc, 1])


@numba.njit(cache=True, nogil=True)
def _sweep_down(
    first_down: Int32Array,
    down_arcs: CostArray,
    slot: Int32Array,
    touched: Int32Array,
    seed_rows: CostArray,
    slots: CostArray,
    block: CostArray,
    subtree_size: Int32Array,
    first_link: Int64Array,
    up_head: Int32Array,
    nearest: CostArray,
    bounded: bool,  # noqa: FBT001
    limit: np.signedinteger,
) -> Int64Array:
    """Sweep from the highest rank down and return the ranges of ranks written.

    A subtree without seeds is skipped when the ranks that separate it from the rest, all those
    its root is linked to whatever the costs, lie beyond the limit in every lane.
    """
    ranges = np.empty((16, 2), dtype=np.int64)
    range_count = 0
    rank = len(slot) - 1
    high = len(slot)  # the rank after the range being written
    seed = len(touched) - 1
    while rank >= 0:
        is_seeded = seed >= 0 and touched[seed] == rank
        is_large = bounded and subtree_size[rank] >= SMALL_SUBTREE
        if is_large and not is_seeded:
            is_near = False
            for link in range(first_link[rank], first_link[rank + 1]):
                if nearest[slot[up_head[link]]] <= limit:
                    is_near = True
                    break
            if not is_near:
                if high > rank + 1:
                    if range_count == len(ranges):
                        ranges = np.concatenate((ranges, ranges))
                    ranges[range_count, 0] = rank + 1
                    ranges[range_count, 1] = high
                    range_count += 1
                rank -= subtree_size[rank]
                high = rank + 1
                continue
        place = slot[rank]
        seed_row = -1
        if is_seeded:
            seed_row = seed
            seed -= 1
        first, last = first_down[rank], first_down[rank + 1]
        least_row(slots, place, down_arcs, first, last, slots, seed_rows, seed_row)
        stream_row(block, rank, slots, place)
        if is_large:
            nearest[place] = least_of_row(slots, place)
        rank -= 1
    finish_stream()
    if high > 0:
        if range_count == len(ranges):
            ranges = np.concatenate((ranges, ranges))
        ranges[range_count, 0] = 0
        ranges[range_count, 1] = high
        range_count += 1
    return ranges[:range_count].copy()


@numba.njit(cache=True, nogil=True)
def _by_node(
    block: CostArray,
    places: Int64Array,
    order: Int32Array,
    ranges: Int64Array,
    bounded: bool,  # noqa: FBT001
    limit: np.signedinteger,
    costs: CostArray,
) -> None:
    """Copy a batch to rows of places, in the order of the nodes.

    ``order`` is the rank of each node, or when bounded the node of each rank.
    """
    if bounded:
        for part in range(len(ranges)):
            for rank in range(ranges[part, 0], ranges[part, 1]):
                node = order[rank]
                for lane in range(len(places)):
                    if block[rank, lane] <= limit:
                        costs[places[lane], node] = block[rank, lane]
        return
    step = 16  # nodes at a time: a cache line of each place's row
    for start in range(0, len(order), step):
        end = min(start + step, len(order))
        for lane in range(len(places)):
            row = costs[places[lane]]
            for node in range(start, end):
                row[node] = block[order[node], lane]
