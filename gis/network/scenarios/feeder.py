"""A quick way between a place and a station."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from gis.core.errors import Problem
from gis.core.units import seconds_from_minutes
from gis.network.model import Network
from gis.network.scenarios.case import Case
from gis.network.scenarios.roads import NewRoad, apart_m, nearest_node, with_roads
from gis.network.scenarios.trips import stops_named, unknown_stations

NEW_CLASS = "link"


@dataclass(frozen=True, slots=True, kw_only=True)
class Feeder:
    """A local road or shuttle leads from a place to a station in given minutes, and back.

    It runs between the junctions nearest to both; the way from the door to the first and from the
    second to the platform is as before, as are parking and being picked up.

    Parameters
    ----------
    place
        Longitude and latitude, WGS84.
    station
        Id or Chinese name of a station that trains serve.
    minutes
        Minutes between the two junctions.

    """

    place: tuple[float, float]
    station: str
    minutes: float

    def problems(self, case: Case, *, where: str) -> list[Problem]:
        """Return an unknown station, or one that the place lies at already."""
        network = case.network
        unknown = unknown_stations(network.feed, [self.station], where=where)
        if unknown:
            return unknown
        nodes = feeder_nodes(network, self.place, self.station)
        if nodes is None:
            return [Problem(where, "error.scenario_no_access", {"name": self.station})]
        if nodes[0] == nodes[1]:
            return [Problem(where, "error.scenario_same_ends", {"name": self.station})]
        return []

    def apply(self, case: Case) -> Case:
        """Return the case with the feeder."""
        return with_feeders(case, [self])


def with_feeders(case: Case, feeders: Iterable[Feeder]) -> Case:
    """Return the case with several feeders at once."""
    roads = []
    for feeder in feeders:
        nodes = feeder_nodes(case.network, feeder.place, feeder.station)
        if nodes is not None:
            length_m = apart_m(case.network.nodes, *nodes) * case.parameters.access_detour
            seconds = seconds_from_minutes(feeder.minutes)
            roads.append(NewRoad(nodes, length_m, seconds, NEW_CLASS))
    return with_roads(case, roads) if roads else case


@lru_cache(maxsize=2048)
def feeder_nodes(
    network: Network, place: tuple[float, float], station: str
) -> tuple[int, int] | None:
    """Return the junctions a feeder joins; None when no road leads to the station."""
    known = _station_nodes(network)
    ways = [known[stop] for stop in stops_named(network.feed, station) if stop in known]
    return (nearest_node(network.nodes, *place)[0], min(ways)[-1]) if ways else None


@lru_cache(maxsize=4)
def _station_nodes(network: Network) -> dict[str, tuple[float, int, int]]:
    """Return for each stop the seconds, the row and the node of its quickest way to a road."""
    links = network.station_links
    found: dict[str, tuple[float, int, int]] = {}
    ways = zip(links["stop_id"], links["drive_s"].tolist(), links["node"].tolist(), strict=True)
    for row, (stop, seconds, node) in enumerate(ways):
        way = (seconds, row, node)
        found[stop] = min(found.get(stop, way), way)
    return found
