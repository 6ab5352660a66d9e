"""Costs on a hierarchy: what each link costs, up and down, for one metric of the arcs.

A link costs what its cheapest arc costs, or the cheapest way over two links through a lower node
(a lower triangle) if that is less. After Dibbelt, Strasser and Wagner, "Customizable Contraction
Hierarchies", ACM Journal of Experimental Algorithmics 21 (2016).

Costs are int32 deciseconds, or int64 keys of deciseconds and decimetres (``gis.routing.keys``);
the same kernels serve both.
"""

from dataclasses import dataclass

import numba
import numpy as np
import numpy.typing as npt

from gis.routing.hierarchy import Hierarchy, link_between, read_only
from gis.routing.shares import in_shares, subtree_shares

Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
CostArray = npt.NDArray[np.int32] | npt.NDArray[np.int64]

FAR = np.int32(2**30)  # not reached; added to a cost that is less, it still fits 32 bits
FAR_KEY = np.int64(2**62)


@dataclass(frozen=True, slots=True, eq=False)
class Metric:
    """Costs of the links of a hierarchy.

    Parameters
    ----------
    hierarchy
        The hierarchy.
    up_cost
        ``(links,)`` from the lower rank to the higher: int32 deciseconds, ``FAR`` where no way
        leads, or int64 keys, ``FAR_KEY`` there.
    down_cost
        ``(links,)`` from the higher rank to the lower.

    """

    hierarchy: Hierarchy
    up_cost: CostArray
    down_cost: CostArray

    def reversed(self) -> "Metric":
        """Return the metric of the graph with all arcs turned round."""
        return Metric(self.hierarchy, self.down_cost, self.up_cost)


def customise(hierarchy: Hierarchy, cost: CostArray, *, threads: int | None = None) -> Metric:
    """Return the metric of given costs of the arcs.

    Parameters
    ----------
    hierarchy
        The hierarchy.
    cost
        ``(arcs,)`` int32 deciseconds or int64 keys, at least 0; ``FAR`` (``FAR_KEY``) or more
        closes an arc.
    threads
        How many to use, by default one a processor; the costs do not depend on it.

    Returns
    -------
    Metric
        With read-only arrays.

    Raises
    ------
    ValueError
        If costs are missing, negative or of another type.

    """
    up_cost, down_cost, far = _costs_of_arcs(hierarchy, cost)
    arrays = (*_links(hierarchy), up_cost, down_cost, far)
    shares, top = subtree_shares(hierarchy)
    in_shares(lambda ranks: _lower_triangles(ranks, *arrays), shares, threads=threads)
    _lower_triangles(top, *arrays)
    return Metric(hierarchy, read_only(up_cost), read_only(down_cost))


def recustomise(metric: Metric, arcs: Int64Array, cost: CostArray) -> Metric:
    """Return the metric after some arcs changed their cost, as ``customise`` would give it.

    Only links that the changes reach are computed anew; the given metric stays as it is.

    Parameters
    ----------
    metric
        The metric before.
    arcs
        ``(changed,)`` the arcs whose cost is another than before.
    cost
        ``(arcs,)`` costs of all arcs after the change, of the metric's type.

    Raises
    ------
    ValueError
        If costs are missing, negative or of another type than the metric's.

    """
    if cost.dtype != metric.up_cost.dtype:
        raise ValueError(f"costs must be {metric.up_cost.dtype} like the metric's: {cost.dtype}")
    hierarchy = metric.hierarchy
    own_up, own_down, far = _costs_of_arcs(hierarchy, cost)
    up_cost, down_cost = metric.up_cost.copy(), metric.down_cost.copy()
    changed = hierarchy.arc_link[arcs]
    changed = changed[changed >= 0]  # loops lie on no link
    changed_tail = np.searchsorted(hierarchy.first_up, changed, side="right") - 1
    _spread_changes(
        changed,
        changed_tail.astype(np.int32),
        *_links(hierarchy),
        own_up,
        own_down,
        read_only(metric.up_cost),
        read_only(metric.down_cost),
        up_cost,
        down_cost,
        far,
    )
    return Metric(hierarchy, read_only(up_cost), read_only(down_cost))


def needed_links(metric: Metric, *, threads: int | None = None) -> tuple[BoolArray, BoolArray]:
    """Return the links that quickest ways up and down the hierarchy may use.

    The others, closed or costing more than a way around them through higher nodes, may be left
    out of upward searches and sweeps: every distance stays the same (perfect customisation,
    Dibbelt, Strasser and Wagner 2016, section 5.3). A link that is needed costs less than
    ``FAR``.

    Parameters
    ----------
    metric
        The metric.
    threads
        How many to use, by default one a processor; the links do not depend on it.

    Returns
    -------
    tuple of arrays
        ``(links,)`` whether the link is needed from the lower rank to the higher, and back.

    """
    hierarchy = metric.hierarchy
    up_cost, down_cost = metric.up_cost.copy(), metric.down_cost.copy()
    far = _far(metric.up_cost)
    arrays = (*_links(hierarchy), up_cost, down_cost, far)
    shares, top = subtree_shares(hierarchy)
    _upper_triangles(top, *arrays)
    in_shares(lambda ranks: _upper_triangles(ranks, *arrays), shares, threads=threads)
    up_needed = (up_cost == metric.up_cost) & (up_cost < far)
    down_needed = (down_cost == metric.down_cost) & (down_cost < far)
    return up_needed, down_needed


def _far(cost: CostArray) -> int:
    """Return the number that stands for "not reached" among costs of this type."""
    return int(FAR if cost.dtype == np.int32 else FAR_KEY)


def _links(
    hierarchy: Hierarchy,
) -> tuple[Int64Array, Int32Array, Int64Array, Int32Array, Int32Array]:
    """Return the arrays of a hierarchy that the kernels walk through."""
    return (
        hierarchy.first_up,
        hierarchy.up_head,
        hierarchy.first_down,
        hierarchy.down_tail,
        hierarchy.down_link,
    )


def _costs_of_arcs(hierarchy: Hierarchy, cost: CostArray) -> tuple[CostArray, CostArray, int]:
    """Return the costs of the cheapest arcs on each link, up and down, and what stands for far."""
    arc_count = len(hierarchy.arc_link)
    if cost.shape != (arc_count,) or cost.dtype not in {np.dtype(np.int32), np.dtype(np.int64)}:
        raise ValueError(f"costs must be {arc_count} int32 or int64: {cost.shape} {cost.dtype}")
    if arc_count and cost.min() < 0:
        raise ValueError(f"costs must be at least 0: {cost.min()} at arc {cost.argmin()}")
    far = _far(cost)
    up_cost = np.full(hierarchy.link_count, far, dtype=cost.dtype)
    down_cost = np.full(hierarchy.link_count, far, dtype=cost.dtype)
    _cheapest_arcs(hierarchy.arc_link, hierarchy.arc_is_up, read_only(cost), up_cost, down_cost)
    return up_cost, down_cost, far


@numba.njit(cache=True, nogil=True)
def _cheapest_arcs(
    arc_link: Int32Array,
    arc_is_up: BoolArray,
    cost: CostArray,
    up_cost: CostArray,
    down_cost: CostArray,
) -> None:
    """Lower the costs of links to those of their cheapest arcs."""
    for arc in range(len(arc_link)):
        link = arc_link[arc]
        if link >= 0:
            costs = up_cost if arc_is_up[arc] else down_cost
            costs[link] = min(costs[link], cost[arc])


@numba.njit(cache=True, nogil=True)
def _lower_triangles(
    ranks: Int32Array,
    first_up: Int64Array,
    up_head: Int32Array,
    first_down: Int64Array,
    down_tail: Int32Array,
    down_link: Int32Array,
    up_cost: CostArray,
    down_cost: CostArray,
    far: int,
) -> None:
    """Lower the costs of the links from each rank to the ways over lower nodes.

    A link that is not far, plus one that may be, stays within the type: hence the two tests.
    """
    link_to = np.empty(len(first_up), dtype=np.int32)
    for x in ranks:
        for link in range(first_up[x], first_up[x + 1]):
            link_to[up_head[link]] = link
        for entry in range(first_down[x], first_down[x + 1]):
            side = down_link[entry]  # the triangle of down_tail[entry], x and a node above x
            end = first_up[down_tail[entry] + 1]
            rise, fall = up_cost[side], down_cost[side]
            if fall < far:
                for other in range(side + 1, end):
                    link = link_to[up_head[other]]
                    up_cost[link] = min(up_cost[link], fall + up_cost[other])
            if rise < far:
                for other in range(side + 1, end):
                    link = link_to[up_head[other]]
                    down_cost[link] = min(down_cost[link], down_cost[other] + rise)


@numba.njit(cache=True, nogil=True)
def _upper_triangles(
    ranks: Int32Array,
    first_up: Int64Array,
    up_head: Int32Array,
    first_down: Int64Array,  # noqa: ARG001 - the kernels of this module take the same arrays
    down_tail: Int32Array,  # noqa: ARG001
    down_link: Int32Array,  # noqa: ARG001
    up_cost: CostArray,
    down_cost: CostArray,
    far: int,
) -> None:
    """Lower the costs of the links from each rank, highest first, to the ways over higher nodes."""
    link_to = np.full(len(first_up), -1, dtype=np.int32)
    for v in ranks[::-1]:
        start, end = first_up[v], first_up[v + 1]
        for link in range(start, end):
            link_to[up_head[link]] = link
        for near in range(start, end):
            x = up_head[near]
            for across in range(first_up[x], first_up[x + 1]):
                beyond = link_to[up_head[across]]
                if beyond >= 0:
                    if up_cost[across] < far:
                        up_cost[beyond] = min(up_cost[beyond], up_cost[near] + up_cost[across])
                        down_cost[near] = min(down_cost[near], up_cost[across] + down_cost[beyond])
                    if down_cost[across] < far:
                        up_cost[near] = min(up_cost[near], up_cost[beyond] + down_cost[across])
                        down_cost[beyond] = min(
                            down_cost[beyond], down_cost[across] + down_cost[near]
                        )
        for link in range(start, end):
            link_to[up_head[link]] = -1


@numba.njit(cache=True, nogil=True)
def _spread_changes(
    changed: Int32Array,
    changed_tail: Int32Array,
    first_up: Int64Array,
    up_head: Int32Array,
    first_down: Int64Array,
    down_tail: Int32Array,
    down_link: Int32Array,
    own_up: CostArray,
    own_down: CostArray,
    old_up: CostArray,
    old_down: CostArray,
    up_cost: CostArray,
    down_cost: CostArray,
    far: int,
) -> None:
    """Compute anew the costs of changed links and of all whose cheapest way they bear on."""
    count = len(first_up) - 1
    is_stale = np.zeros(len(up_head), dtype=np.bool_)
    has_stale = np.zeros(count, dtype=np.bool_)
    for i in range(len(changed)):
        is_stale[changed[i]] = True
        has_stale[changed_tail[i]] = True
    for x in range(count):
        if not has_stale[x]:
            continue
        start, end = first_up[x], first_up[x + 1]
        for link in range(start, end):
            if is_stale[link]:
                rise, fall = own_up[link], own_down[link]
                for entry in range(first_down[x], first_down[x + 1]):
                    side, lower = down_link[entry], down_tail[entry]
                    other = link_between(first_up, up_head, lower, up_head[link])
                    if other < first_up[lower + 1] and up_head[other] == up_head[link]:
                        rise = min(rise, _both(down_cost[side], up_cost[other], far))
                        fall = min(fall, _both(down_cost[other], up_cost[side], far))
                up_cost[link], down_cost[link] = rise, fall
        for link in range(start, end):
            if up_cost[link] == old_up[link] and down_cost[link] == old_down[link]:
                continue
            for other in range(start, end):
                if other == link:
                    continue
                low, high = min(link, other), max(link, other)  # from x to y and to z above y
                y, z = up_head[low], up_head[high]
                third = link_between(first_up, up_head, y, z)
                old_rise = _both(old_down[low], old_up[high], far)
                old_fall = _both(old_down[high], old_up[low], far)
                rise = _both(down_cost[low], up_cost[high], far)
                fall = _both(down_cost[high], up_cost[low], far)
                if (
                    rise < old_up[third]
                    or fall < old_down[third]
                    or rise > old_rise == old_up[third]
                    or fall > old_fall == old_down[third]
                ):
                    is_stale[third] = True
                    has_stale[y] = True


@numba.njit(cache=True, nogil=True)
def _both(one: int, other: int, far: int) -> int:
    """Return the sum of two costs, far if one of them is: two that are would not fit."""
    return far if one >= far or other >= far else one + other
