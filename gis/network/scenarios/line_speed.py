"""Trains that run faster or slower."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from gis.core.errors import Problem
from gis.network.feed import Feed
from gis.network.scenarios.case import Case
from gis.network.scenarios.trips import (
    calls_at,
    calls_of,
    rides_between,
    stops_named,
    trip_starts,
    unknown_stations,
    unserved_pairs,
)

Int64Array = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

_NO_TIME_S = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSpeed:
    """Trains run at another speed; how long they stand at stations stays.

    The time between two calls is divided by the factor and rounded up to whole seconds. Each train
    still leaves its first station when it did; what follows moves up or back.

    Parameters
    ----------
    between
        Pairs of stations: all trains that serve both run at the other speed between them.
    stations
        Stations of a line: any train does between two of them that it serves one after the other.
    lines
        Route ids or names of lines: their trains do all the way.
    speed_factor
        Factor on the speed, over 0.

    """

    between: tuple[tuple[str, str], ...] = ()
    stations: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    speed_factor: float

    def problems(self, case: Case, *, where: str) -> list[Problem]:
        """Return unknown stations and lines, and pairs that no train serves."""
        feed = case.network.feed
        names = [name for pair in self.between for name in pair]
        return [
            *unknown_stations(feed, [*names, *self.stations], where=where),
            *unserved_pairs(feed, self.between, where=where),
            *(
                Problem(where, "error.scenario_line", {"name": name})
                for name in self.lines
                if not _is_of_line(feed.routes, name).any()
            ),
        ]

    def apply(self, case: Case) -> Case:
        """Return the case with the other running times."""
        feed = case.network.feed
        times = feed.stop_times
        arrival = times["arrival_s"].to_numpy(dtype=np.int64)
        departure = times["departure_s"].to_numpy(dtype=np.int64)
        first = trip_starts(feed)
        run = np.append(arrival[1:] - departure[:-1], [0])[: len(arrival)]
        # Never quicker than asked for; less than a millionth of a second is no second.
        quicker = np.ceil(run / self.speed_factor - _NO_TIME_S).astype(np.int64)
        saved = np.where(self._hops(feed, first), run - quicker, 0)
        before = np.concatenate([[0], np.cumsum(saved)])[: len(saved)]
        shift = before - np.repeat(before[first[:-1]], np.diff(first))
        times = times.assign(
            arrival_s=(arrival - shift).astype(np.int32),
            departure_s=(departure - shift).astype(np.int32),
        )
        network = replace(case.network, feed=replace(feed, stop_times=times))
        return replace(case, network=network)

    def _hops(self, feed: Feed, first: Int64Array) -> BoolArray:
        """Return ``(calls,)`` whether the way on from a call is run at the other speed."""
        marks = np.zeros(len(feed.stop_times) + 1, dtype=np.int64)
        for pair in self.between:
            one, other = (stops_named(feed, name) for name in pair)
            for start, end in ((one, other), (other, one)):
                rides = rides_between(feed, start, end)
                np.add.at(marks, rides.first, 1)
                np.add.at(marks, rides.last, -1)
        hops = np.cumsum(marks)[:-1] > 0
        on_line = [stop for name in self.stations for stop in stops_named(feed, name)]
        stands = calls_at(feed, on_line)
        hops[:-1] |= stands[:-1] & stands[1:]
        routes = [_is_of_line(feed.routes, name) for name in self.lines]
        if routes:
            ids = feed.routes.loc[np.any(routes, axis=0), "route_id"]
            trips = feed.trips.loc[feed.trips["route_id"].isin(ids), "trip_id"].astype(str)
            hops |= calls_of(feed, trips)
        hops[first[1:] - 1] = False  # nothing leads on from the last call
        return np.asarray(hops, dtype=np.bool_)


def _is_of_line(routes: pd.DataFrame, name: str) -> BoolArray:
    columns = ("route_id", "route_short_name", "route_long_name")
    same = [(routes[column].astype(str) == name).to_numpy() for column in columns]
    return np.asarray(np.any(same, axis=0), dtype=np.bool_)
