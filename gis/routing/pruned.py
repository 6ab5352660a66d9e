"""Metrics without the links that no quickest way needs, laid out close together."""

from dataclasses import dataclass

import numba
import numpy as np
import numpy.typing as npt

from gis.routing.customise import Metric
from gis.routing.hierarchy import Hierarchy, read_only

Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
CostArray = npt.NDArray[np.int32] | npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class UpwardLinks:
    """Links and their costs in one direction.

    Parameters
    ----------
    first
        ``(nodes + 1,)`` by rank: links ``first[v]`` to ``first[v + 1] - 1`` lead from v up.
    head
        ``(links,)`` the higher rank.
    cost
        ``(links,)`` the cost of going up, or of coming down.

    """

    first: Int64Array
    head: Int32Array
    cost: CostArray


@dataclass(frozen=True, slots=True, eq=False)
class PrunedMetric:
    """A metric with the links to be searched.

    Parameters
    ----------
    metric
        Costs of all links.
    up, down
        Links to go up by, and links to come down by.

    """

    metric: Metric
    up: UpwardLinks
    down: UpwardLinks

    @property
    def hierarchy(self) -> Hierarchy:
        """Return the hierarchy, with all links."""
        return self.metric.hierarchy

    def reversed(self) -> "PrunedMetric":
        """Return the metric of the graph with all arcs turned round."""
        return PrunedMetric(self.metric.reversed(), self.down, self.up)


def prune(metric: Metric, needed: tuple[BoolArray, BoolArray]) -> PrunedMetric:
    """Return a metric without the links that are not needed; every distance stays the same.

    Parameters
    ----------
    metric
        Costs of the links.
    needed
        ``(links,)`` links up and down that quickest ways may use, from
        :func:`gis.routing.customise.needed_links`. Finding them pays for hundreds of places.

    """
    hierarchy = metric.hierarchy
    up = _kept(hierarchy.first_up, hierarchy.up_head, metric.up_cost, needed[0])
    down = _kept(hierarchy.first_up, hierarchy.up_head, metric.down_cost, needed[1])
    return PrunedMetric(metric, _frozen(*up), _frozen(*down))


def unpruned(metric: Metric | PrunedMetric) -> PrunedMetric:
    """Return a metric with all its links to be searched, unless some are pruned already."""
    if isinstance(metric, PrunedMetric):
        return metric
    hierarchy = metric.hierarchy
    return PrunedMetric(
        metric,
        _frozen(hierarchy.first_up, hierarchy.up_head, metric.up_cost),
        _frozen(hierarchy.first_up, hierarchy.up_head, metric.down_cost),
    )


def _frozen(first: Int64Array, head: Int32Array, cost: CostArray) -> UpwardLinks:
    return UpwardLinks(read_only(first), read_only(head), read_only(cost))


@numba.njit(cache=True, nogil=True)
def _kept(
    first: Int64Array, head: Int32Array, cost: CostArray, needed: BoolArray
) -> tuple[Int64Array, Int32Array, CostArray]:
    """Return the links that are needed."""
    count = 0
    for link in range(len(head)):
        count += needed[link]
    kept_first = np.empty(len(first), dtype=np.int64)
    kept_head = np.empty(count, dtype=np.int32)
    kept_cost = np.empty(count, dtype=cost.dtype)
    count = 0
    for rank in range(len(first) - 1):
        kept_first[rank] = count
        for link in range(first[rank], first[rank + 1]):
            if needed[link]:
                kept_head[count] = head[link]
                kept_cost[count] = cost[link]
                count += 1
    kept_first[len(first) - 1] = count
    return kept_first, kept_head, kept_cost
