"""What can be reached from many places within limits, summed while sweeping.

Cumulative opportunities, after Hansen, "How accessibility shapes land use", Journal of the American
Institute of Planners 25 (1959), with a threshold for the decay. The costs from the places to all
nodes are never held in memory.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from gis.routing.batches import batches_of, in_threads
from gis.routing.climb import check_costs, far_of
from gis.routing.seeds import Seeds
from gis.routing.sweep import Sweep, Sweeper

Int64Array = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]


def reached_sums(
    sweep: Sweep,
    seeds: Seeds,
    weights: npt.NDArray[np.integer] | FloatArray,
    limits: Sequence[int],
    *,
    threads: int | None = None,
) -> FloatArray:
    """Return the sums of the weights of the nodes within limits of each place.

    Parameters
    ----------
    sweep
        A metric laid out by :func:`gis.routing.sweep.prepare_sweep`.
    seeds
        The ways from the places onto the network.
    weights
        ``(nodes,)`` people, jobs or other opportunities at each node.
    limits
        ``(limits,)`` costs in the units of the metric; a node that costs as much as the limit is
        within it.
    threads
        Number of threads, by default one a processor.

    Returns
    -------
    numpy.ndarray
        ``(places, limits)`` sums, the same to the last bit for any number of threads. Sums of
        whole numbers are exact up to 2**53.

    Raises
    ------
    ValueError
        If weights are not one a node, a limit is negative or not below ``FAR`` (``FAR_KEY``), or
        seeds and links have costs of different kinds.

    """
    metric = sweep.metric
    hierarchy = metric.hierarchy
    check_costs(metric, seeds)
    if np.shape(weights) != (hierarchy.node_count,):
        raise ValueError(f"{np.shape(weights)} weights for {hierarchy.node_count} nodes")
    if not all(0 <= limit < far_of(metric) for limit in limits):
        raise ValueError(f"limits must be from 0 to below {far_of(metric)}: {list(limits)}")
    at_rank = np.asarray(weights, dtype=np.float64)[hierarchy.node]
    bounds = np.empty(len(limits), dtype=metric.up.cost.dtype)
    bounds[:] = limits
    sums = np.zeros((seeds.count, len(limits)), dtype=np.float64)

    def add(places: Int64Array, sweeper: Sweeper) -> None:
        sums[places] = sweeper.sums(seeds, places, at_rank, bounds)[:, : len(places)].T

    in_threads(add, batches_of(hierarchy, seeds), lambda: Sweeper(sweep), threads=threads)
    return sums
