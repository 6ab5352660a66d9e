"""A new train service."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from gis.core.errors import Problem
from gis.core.units import SECONDS_PER_MINUTE, seconds_from_minutes
from gis.network.build import station_links
from gis.network.departures import timed_run
from gis.network.feed import Feed
from gis.network.model import Network
from gis.network.scenarios.case import Case
from gis.network.scenarios.trips import stops_named, unknown_stations, with_trips
from gis.network.service_days import service_date, services_on

_RAILWAY = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectService:
    """Trains that serve given stations in order, and back, spread evenly over the service day.

    They stand as long as the parameters say. Stations that had no trains are tied to the roads.

    Parameters
    ----------
    stations
        The stations, in order.
    minutes
        Running minutes between neighbours.
    trains_per_day
        Trains each way.

    """

    stations: tuple[str, ...]
    minutes: tuple[float, ...]
    trains_per_day: int

    def problems(self, case: Case, *, where: str) -> list[Problem]:
        """Return unknown stations, and stations that follow themselves."""
        feed = case.network.feed
        stops = [stops_named(feed, name)[:1] for name in self.stations]
        twice = [
            Problem(where, "error.scenario_same_ends", {"name": name})
            for name, one, other in zip(self.stations, stops, stops[1:], strict=False)
            if one and one == other
        ]
        return [*unknown_stations(feed, self.stations, where=where), *twice]

    def apply(self, case: Case) -> Case:
        """Return the case with the new trains."""
        feed, parameters = case.network.feed, case.parameters
        stops = [stops_named(feed, name)[0] for name in self.stations]
        known = set(feed.routes["route_id"].astype(str))
        route = next(
            name for number in range(len(known) + 1) if (name := f"X{number}") not in known
        )
        start_s, end_s = (
            seconds_from_minutes(minute)
            for minute in (parameters.service_start_min, parameters.service_end_min)
        )
        trips, calls = [], []
        for direction, step in enumerate((1, -1)):
            run = timed_run(
                stops[::step],
                [seconds_from_minutes(minutes) for minutes in self.minutes[::step]],
                dwell_s=parameters.dwell_min * SECONDS_PER_MINUTE,
            )
            gap = (end_s - start_s - int(run.arrival_s[-1])) / self.trains_per_day
            for number in range(self.trains_per_day):
                leave = round((start_s + (number + 0.5) * gap) / SECONDS_PER_MINUTE) * 60
                trip = f"{route}-{direction}-{number + 1:03d}"
                trips.append({"trip_id": trip, "direction_id": direction})
                calls.append(
                    pd.DataFrame(
                        {
                            "trip_id": trip,
                            "stop_id": run.stops,
                            "stop_sequence": np.arange(1, len(stops) + 1),
                            "arrival_s": leave + run.arrival_s,
                            "departure_s": leave + run.departure_s,
                        }
                    )
                )
        own = {
            "route_id": route,
            "service_id": _ordinary_service(feed),
            "synthetic": "1",
            "certainty": "guess",
        }
        table = pd.DataFrame(trips).assign(**own).reindex(columns=feed.trips.columns, fill_value="")
        ends = (self.stations[0], self.stations[-1])
        line = {
            "route_id": route,
            "agency_id": feed.agency["agency_id"].iloc[0],
            "route_short_name": "新增列车",
            "route_long_name": "—".join(ends),
            "route_type": _RAILWAY,
        }
        routes = pd.DataFrame([line]).reindex(columns=feed.routes.columns, fill_value="")
        added = with_trips(feed, table, pd.concat(calls, ignore_index=True))
        routes = pd.concat([feed.routes, routes], ignore_index=True)
        added = replace(
            added, routes=routes.astype({"route_type": feed.routes["route_type"].dtype})
        )
        return replace(case, network=_tied(case, replace(case.network, feed=added), stops))


def _ordinary_service(feed: Feed) -> str:
    """Return a service that runs on the ordinary working day."""
    day = service_date(feed)
    services = feed.calendar["service_id"].astype(str)
    running = services if day is None else services[services_on(feed.calendar, day)]
    return str(running.iloc[0])


def _tied(case: Case, network: Network, stops: list[str]) -> Network:
    """Return the network with links to the roads for stops that had none."""
    links = network.station_links
    new = set(stops) - set(links["stop_id"])
    if not new:
        return network
    feed: Feed = network.feed
    only = replace(feed, stops=feed.stops[feed.stops["stop_id"].isin(new)])
    more = station_links(
        network.edges,
        network.lines,
        network.water,
        only,
        parameters=case.parameters,
        system=network.metric_system,
    )
    both = pd.concat([links, more], ignore_index=True)
    return replace(network, station_links=both.sort_values(["stop_id", "node"], ignore_index=True))
