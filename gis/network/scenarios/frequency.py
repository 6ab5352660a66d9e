"""More or fewer trains a day between two stations."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from gis.catalogue.parameters import TravelParameters
from gis.core.errors import Problem
from gis.core.units import SECONDS_PER_MINUTE, seconds_from_minutes
from gis.network.departures import GOLDEN
from gis.network.feed import Feed
from gis.network.scenarios.case import Case
from gis.network.scenarios.trips import (
    Ride,
    rides_between,
    stops_named,
    trip_ids,
    trip_starts,
    unknown_stations,
    unserved_pairs,
    with_trips,
    without_trips_of,
)
from gis.network.service_days import service_date, trips_on

Int64Array = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frequency:
    """More or fewer trains a day between stations, as many each way.

    An added train is a copy of one that runs already, stops and running times included. It is put
    into the middle of the longest gap in the departures from the first of the two stations; which
    train is copied goes round the existing ones by the golden ratio. So the trains of a smaller
    increase are among those of a larger one, and the same change always gives the same trains.
    Trains are taken off by the same rule.

    Parameters
    ----------
    between
        Pairs of stations.
    extra
        Trains a day added each way.
    factor
        Or the factor on the trains of an ordinary working day; rounded to whole trains.

    """

    between: tuple[tuple[str, str], ...]
    extra: int | None = None
    factor: float | None = None

    def problems(self, case: Case, *, where: str) -> list[Problem]:
        """Return unknown stations, and pairs that no train serves."""
        feed = case.network.feed
        names = [name for pair in self.between for name in pair]
        return [
            *unknown_stations(feed, names, where=where),
            *unserved_pairs(feed, self.between, where=where),
        ]

    def apply(self, case: Case) -> Case:
        """Return the case with more or fewer trains."""
        feed = case.network.feed
        for pair in self.between:
            one, other = (stops_named(case.network.feed, name) for name in pair)
            for start, end in ((one, other), (other, one)):
                feed = self._changed(feed, start, end, case.parameters)
        return replace(case, network=replace(case.network, feed=feed))

    def _changed(
        self, feed: Feed, start: tuple[str, ...], end: tuple[str, ...], parameters: TravelParameters
    ) -> Feed:
        rides = rides_of_day(feed, start, end)
        count = len(rides.trip)
        change = self.extra
        if change is None:
            change = round(((self.factor or 0.0) - 1.0) * count)
        if not count or not change:
            return feed
        if change > 0:
            return _with_copies(feed, rides, change, parameters)
        gone = np.zeros(len(feed.trips), dtype=np.bool_)
        ids = trip_ids(feed, rides.first)[_golden_order(count)[:-change]]
        gone[feed.trips["trip_id"].astype(str).isin(ids).to_numpy()] = True
        return without_trips_of(feed, gone)


def rides_of_day(feed: Feed, start: tuple[str, ...], end: tuple[str, ...]) -> Ride:
    """Return the trips of the ordinary working day between stops, in order of departure."""
    rides = rides_between(feed, start, end)
    day = service_date(feed)
    if day is None:
        return Ride(rides.trip[:0], rides.first[:0], rides.last[:0])
    running = feed.trips.loc[trips_on(feed, day), "trip_id"].astype(str)
    ids = trip_ids(feed, rides.first)
    kept = np.flatnonzero(np.isin(ids, running.to_numpy(dtype=object)))
    leaves = feed.stop_times["departure_s"].to_numpy()[rides.first[kept]]
    kept = kept[np.lexsort((ids[kept].astype(str), leaves))]
    return Ride(rides.trip[kept], rides.first[kept], rides.last[kept])


def gap_departures(departures_s: Int64Array, count: int, *, start_s: int, end_s: int) -> Int64Array:
    """Return new departures, each in the middle of the longest gap left by those before it.

    Parameters
    ----------
    departures_s
        ``(trains,)`` departures there are, ascending.
    count
        How many to add.
    start_s, end_s
        The day; the time to the first departure, and from the last, are gaps too.

    """
    times = [start_s, *(int(time) for time in departures_s if start_s < time < end_s), end_s]
    added = []
    for _ in range(count):
        gaps = np.diff(times)
        row = int(np.argmax(gaps))
        middle = times[row] + int(gaps[row]) // 2
        times.insert(row + 1, middle)
        added.append(middle)
    return np.array(added, dtype=np.int64)


def _with_copies(feed: Feed, rides: Ride, count: int, parameters: TravelParameters) -> Feed:
    times = feed.stop_times
    leaves = times["departure_s"].to_numpy(dtype=np.int64)[rides.first]
    added = gap_departures(
        leaves,
        count,
        start_s=round(seconds_from_minutes(parameters.service_start_min)),
        end_s=round(seconds_from_minutes(parameters.service_end_min)),
    )
    copied = _golden(len(leaves), count)
    # Whole minutes, as timetables are.
    shift = np.rint((added - leaves[copied]) / SECONDS_PER_MINUTE).astype(np.int64)
    shift *= round(SECONDS_PER_MINUTE)
    ids = trip_ids(feed, rides.first[copied])
    known = set(feed.trips["trip_id"].astype(str))
    named: list[str] = []
    for number, identifier in enumerate(ids):
        name = f"{identifier}+{number + 1:03d}"
        while name in known:
            name += "+"
        known.add(name)
        named.append(name)
    row_of = pd.Index(feed.trips["trip_id"].astype(str))
    trips = feed.trips.iloc[row_of.get_indexer(pd.Index(ids))].reset_index(drop=True)
    trips = trips.assign(trip_id=named)
    if "synthetic" in trips.columns:
        trips["synthetic"] = "1"
    starts = trip_starts(feed)
    begin, end = starts[rides.trip[copied]], starts[rides.trip[copied] + 1]
    earliest = times["arrival_s"].to_numpy(dtype=np.int64)[begin]
    later = np.repeat(np.maximum(shift, -earliest), end - begin)  # no train starts the day before
    rows = np.concatenate([np.arange(*ends) for ends in zip(begin, end, strict=True)])
    calls = times.iloc[rows].reset_index(drop=True)
    calls = calls.assign(
        trip_id=np.repeat(np.array(named, dtype=object), end - begin),
        arrival_s=calls["arrival_s"].to_numpy() + later,
        departure_s=calls["departure_s"].to_numpy() + later,
    )
    return with_trips(feed, trips, calls)


def _golden(trains: int, count: int) -> Int64Array:
    """Return which of some trains comes first, second, ...: any number is spread over all."""
    turns = np.arange(1, count + 1) * GOLDEN % 1.0
    return np.asarray(np.floor(turns * trains), dtype=np.int64)


def _golden_order(trains: int) -> Int64Array:
    """Return all trains in an order of which any beginning is spread over them."""
    place = np.argsort(np.arange(1, trains + 1) * GOLDEN % 1.0, kind="stable")
    order = np.empty(trains, dtype=np.int64)
    order[place] = np.arange(trains)
    return order
