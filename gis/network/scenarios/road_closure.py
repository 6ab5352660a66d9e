"""Roads that are closed to cars."""

from dataclasses import dataclass

import numpy as np

from gis.core.errors import Problem
from gis.network.scenarios.case import Case
from gis.network.scenarios.road_speed import unknown_roads
from gis.network.scenarios.roads import with_edges


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadClosure:
    """Cars may not use some roads.

    The roads stay where they are: places beside them must go on to the next open road.

    Parameters
    ----------
    roads
        Ids of the roads.

    """

    roads: tuple[str, ...]

    def problems(self, case: Case, *, where: str) -> list[Problem]:
        """Return roads that the network has not."""
        return unknown_roads(case, self.roads, where=where)

    def apply(self, case: Case) -> Case:
        """Return the case without the roads."""
        edges = case.network.edges
        is_open = ~edges["road_id"].isin(self.roads).to_numpy(dtype=np.bool_)
        ways = {
            name: edges[name].to_numpy(dtype=np.bool_) & is_open for name in ("forward", "backward")
        }
        return with_edges(case, edges.assign(**ways))
