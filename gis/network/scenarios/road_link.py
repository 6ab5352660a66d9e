"""A new road between two junctions."""

from dataclasses import dataclass

from gis.core.errors import Problem
from gis.core.units import METRES_PER_KILOMETRE, travel_seconds
from gis.network.model import Network
from gis.network.scenarios.case import Case
from gis.network.scenarios.roads import NewRoad, apart_m, nearest_node, with_roads

FARTHEST_NODE_M = 5_000.0  # from a point that is to stand for a junction
NEW_CLASS = "trunk"

End = int | tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadLink:
    """A new road is built from one junction to another and entered nowhere else.

    Parameters
    ----------
    start, end
        Node of the network, or longitude and latitude: the nearest node.
    speed_kmh
        Speed of cars, in the peak as off it.
    length_factor
        Length of the road against the straight line, at least 1.

    """

    start: End
    end: End
    speed_kmh: float
    length_factor: float = 1.0

    def problems(self, case: Case, *, where: str) -> list[Problem]:
        """Return ends that are no junction or far from any, and links that lead nowhere."""
        network = case.network
        problems: list[Problem] = []
        for name, end in (("start", self.start), ("end", self.end)):
            place = f"{where} field {name}"
            if isinstance(end, int):
                if not 0 <= end < len(network.nodes):
                    known = {"id": end, "last": len(network.nodes) - 1}
                    problems.append(Problem(place, "error.scenario_node", known))
            elif (away_m := nearest_node(network.nodes, *end)[1]) > FARTHEST_NODE_M:
                away = {"km": round(away_m / METRES_PER_KILOMETRE, 1)}
                problems.append(Problem(place, "error.scenario_far_from_roads", away))
        if not problems and _node(network, self.start) == _node(network, self.end):
            problems.append(Problem(where, "error.scenario_same_ends", {"name": str(self.start)}))
        return problems

    def apply(self, case: Case) -> Case:
        """Return the case with the new road."""
        network = case.network
        ends = _node(network, self.start), _node(network, self.end)
        length_m = apart_m(network.nodes, *ends) * self.length_factor
        seconds = travel_seconds(length_m, self.speed_kmh)
        return with_roads(case, [NewRoad(ends, length_m, seconds, NEW_CLASS)])


def _node(network: Network, end: End) -> int:
    return end if isinstance(end, int) else nearest_node(network.nodes, *end)[0]
