"""Places in batches of 32, and threads with buffers of their own to work on them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from gis.routing.hierarchy import Hierarchy
from gis.routing.lanes import LANES
from gis.routing.seeds import Seeds
from gis.routing.shares import thread_count

Int64Array = npt.NDArray[np.int64]
Item = TypeVar("Item")
Buffers = TypeVar("Buffers")
Result = TypeVar("Result")


def batches_of(hierarchy: Hierarchy, seeds: Seeds, *, by_rank: bool = True) -> list[Int64Array]:
    """Return the places of each batch of at most 32.

    Parameters
    ----------
    hierarchy
        The hierarchy the seeds are nodes of.
    seeds
        The places.
    by_rank
        Whether to put places together whose first seeds lie together in the elimination tree;
        otherwise batches take the places in their order.

    """
    order = np.arange(seeds.count, dtype=np.int64)
    if by_rank and len(seeds.node) > 0:
        has_way = np.diff(seeds.first) > 0
        start = np.minimum(seeds.first[:-1], len(seeds.node) - 1)
        key = np.where(has_way, hierarchy.rank[seeds.node[start]], hierarchy.node_count)
        order = np.argsort(key, kind="stable")
    return [order[start : start + LANES] for start in range(0, seeds.count, LANES)]


def in_threads(
    work: Callable[[Item, Buffers], Result],
    items: list[Item],
    buffers: Callable[[], Buffers],
    *,
    threads: int | None = None,
) -> list[Result]:
    """Return what a function makes of each item, in their order.

    Parameters
    ----------
    work
        Called with an item and buffers that no other thread uses meanwhile.
    items
        What is to be done.
    buffers
        Makes buffers; called once a thread at most.
    threads
        Number of threads, by default one a processor.

    """
    count = min(thread_count(threads), len(items))
    if count == 0:
        return []
    free: SimpleQueue[Buffers] = SimpleQueue()
    for _ in range(count):
        free.put(buffers())

    def with_buffers(item: Item) -> Result:
        own = free.get()
        try:
            return work(item, own)
        finally:
            free.put(own)

    if count == 1:
        return [with_buffers(item) for item in items]
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(with_buffers, items))
