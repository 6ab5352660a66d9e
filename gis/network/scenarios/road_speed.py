"""Roads that are driven faster or slower."""

from dataclasses import dataclass

import numpy as np

from gis.core.errors import Problem
from gis.network.scenarios.case import Case
from gis.network.scenarios.roads import with_edges


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadSpeed:
    """Cars drive at another speed on some roads, in the peak as off it.

    Parameters
    ----------
    classes
        Road classes.
    roads
        Ids of roads.
    speed_factor
        Factor on the speed, over 0; times are divided by it, waits and ramps included.

    """

    classes: tuple[str, ...] = ()
    roads: tuple[str, ...] = ()
    speed_factor: float

    def problems(self, case: Case, *, where: str) -> list[Problem]:
        """Return classes and roads that the network has not."""
        return [
            *unknown_classes(case, self.classes, where=where),
            *unknown_roads(case, self.roads, where=where),
        ]

    def apply(self, case: Case) -> Case:
        """Return the case with the other speeds."""
        edges = case.network.edges
        meant = edges["road_class"].isin(self.classes) | edges["road_id"].isin(self.roads)
        factor = np.where(meant.to_numpy(dtype=np.bool_), self.speed_factor, 1.0)
        times = {
            name: edges[name].to_numpy(dtype=np.float64) / factor
            for name in ("free_flow_s", "peak_s")
        }
        return with_edges(case, edges.assign(**times))


def unknown_roads(case: Case, roads: tuple[str, ...], *, where: str) -> list[Problem]:
    """Return one problem for each road that the network has not."""
    known = set(case.network.edges["road_id"].astype(str).unique()) if roads else set()
    return [
        Problem(where, "error.scenario_road", {"id": road}) for road in roads if road not in known
    ]


def unknown_classes(case: Case, classes: tuple[str, ...], *, where: str) -> list[Problem]:
    """Return one problem for each road class that no road of the network has."""
    known = sorted(case.network.edges["road_class"].astype(str).unique()) if classes else []
    fields = {"expected": ", ".join(known)}
    return [
        Problem(f"{where} field classes", "error.not_a_choice", {"value": name, **fields})
        for name in classes
        if name not in known
    ]
