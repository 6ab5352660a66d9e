"""Costs on a hierarchy: what each link costs, up and down, for one metric of the arcs."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gis.routing.hierarchy import Hierarchy

CostArray = npt.NDArray[np.int32] | npt.NDArray[np.int64]

FAR = np.int32(2**30)  # not reached; two of them still add up within 32 bits
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
