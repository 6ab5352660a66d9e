"""Costs between many places in a small graph, from sweeps over all of its nodes.

In a graph of some thousand nodes a sweep costs less than going up from the places of the longer
side: 32 places of the shorter side at a time are swept from, or back from, and each place of the
other side takes the least over its own ways.
"""

import numba
import numpy as np
import numpy.typing as npt

from gis.routing.climb import check_costs
from gis.routing.customise import Metric
from gis.routing.lanes import empty_rows, least_row
from gis.routing.seeds import Seeds
from gis.routing.sweep import Sweep, prepare_sweep, sweep_batches

Int64Array = npt.NDArray[np.int64]
CostArray = npt.NDArray[np.int32] | npt.NDArray[np.int64]


class SweptMatrix:
    """A metric laid out for sweeping there and back.

    Parameters
    ----------
    metric
        Costs of the links.

    """

    def __init__(self, metric: Metric) -> None:
        self._ahead, self._back = prepare_sweep(metric), prepare_sweep(metric.reversed())

    def costs(self, origins: Seeds, destinations: Seeds) -> CostArray:
        """Return the costs from every origin to every destination.

        Parameters
        ----------
        origins, destinations
            The ways from origins onto the network, and from the network to destinations.

        Returns
        -------
        numpy.ndarray
            ``(origins, destinations)`` as :func:`gis.routing.matrix.cost_matrix` gives them.

        Raises
        ------
        ValueError
            If seeds and links have costs of different kinds.

        """
        if origins.count < destinations.count:
            return _swept(self._ahead, origins, destinations)
        return _swept(self._back, destinations, origins).T


def _swept(sweep: Sweep, swept: Seeds, others: Seeds) -> CostArray:
    """Return ``(swept, others)`` costs."""
    check_costs(sweep.metric, others)
    costs = np.empty((swept.count, others.count), dtype=others.cost.dtype)
    ways = np.empty((len(others.node), 2), dtype=others.cost.dtype)  # rank to leave, cost to add
    ways[:, 0] = sweep.metric.hierarchy.rank[others.node]
    ways[:, 1] = others.cost
    rows = empty_rows(others.count, others.cost.dtype.type)
    for batch in sweep_batches(sweep, swept, by_rank=False):
        _least(others.first, ways, batch.costs, rows)
        costs[batch.places] = rows.T[: len(batch.places)]
    return costs


@numba.njit(cache=True, nogil=True)
def _least(first: Int64Array, ways: CostArray, costs: CostArray, rows: CostArray) -> None:
    """Set the row of each place to the least over its ways."""
    for place in range(len(first) - 1):
        least_row(rows, place, ways, first[place], first[place + 1], costs, costs, -1)
