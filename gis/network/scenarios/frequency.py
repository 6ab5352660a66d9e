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
        gone = np.zeros(len(feed.trips), dtype=np.bool_)
        added: list[_Copies] = []
        running = trips_of_day(feed)
        for pair in self.between:
            one, other = (stops_named(feed, name) for name in pair)
            for start, end in ((one, other), (other, one)):
                rides = rides_of_day(feed, start, end, running=running)
                count = len(rides.trip)
                change = self.extra
                if change is None:
                    change = round(((self.factor or 0.0) - 1.0) * count)
                if count and change > 0:
                    added.append(_copies(feed, rides, change, case.parameters))
                elif count and change < 0:
                    ids = trip_ids(feed, rides.first)[_golden_order(count)[:-change]]
                    gone |= feed.trips["trip_id"].astype(str).isin(ids).to_numpy()
        if gone.any():
            feed = without_trips_of(feed, gone)
        if added:
            feed = _with_copies(feed, added)
        return replace(case, network=replace(case.network, feed=feed))


@dataclass(frozen=True, slots=True, eq=False)
class _Copies:
    """Copies of trips.

    Parameters
    ----------
    original
        ``(copies,)`` ids of the trips that are copied.
    first, last
        ``(copies,)`` their calls: rows of ``stop_times``, the last not included.
    later_s
        ``(copies,)`` seconds by which a copy runs later.

    """

    original: npt.NDArray[np.object_]
    first: Int64Array
    last: Int64Array
    later_s: Int64Array


def trips_of_day(feed: Feed) -> npt.NDArray[np.object_]:
    """Return the ids of the trips of the ordinary working day."""
    day = service_date(feed)
    if day is None:
        return np.empty(0, dtype=object)
    return feed.trips.loc[trips_on(feed, day), "trip_id"].astype(str).to_numpy(dtype=object)


def rides_of_day(
    feed: Feed,
    start: tuple[str, ...],
    end: tuple[str, ...],
    *,
    running: npt.NDArray[np.object_],
) -> Ride:
    """Return the trips between stops that are among those running, in order of departure."""
    rides = rides_between(feed, start, end)
    ids = trip_ids(feed, rides.first)
    kept = np.flatnonzero(np.isin(ids.astype(str), running.astype(str)))
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


def _copies(feed: Feed, rides: Ride, count: int, parameters: TravelParameters) -> _Copies:
    """Return copies of some rides, in the longest gaps of their departures."""
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
    later = np.rint((added - leaves[copied]) / SECONDS_PER_MINUTE).astype(np.int64)
    later *= round(SECONDS_PER_MINUTE)
    starts, trip = trip_starts(feed), rides.trip[copied]
    earliest = times["arrival_s"].to_numpy(dtype=np.int64)[starts[trip]]
    return _Copies(
        original=trip_ids(feed, rides.first[copied]),
        first=starts[trip],
        last=starts[trip + 1],
        later_s=np.maximum(later, -earliest),  # no train starts the day before
    )


def _with_copies(feed: Feed, added: list[_Copies]) -> Feed:
    original, first, last, later_s = (
        np.concatenate([getattr(copies, name) for copies in added])
        for name in ("original", "first", "last", "later_s")
    )
    known = set(feed.trips["trip_id"].astype(str))
    names: list[str] = []
    for number, identifier in enumerate(original, start=1):
        name = f"{identifier}+{number:03d}"
        while name in known:
            name += "+"
        known.add(name)
        names.append(name)
    row_of = pd.Index(feed.trips["trip_id"].astype(str))
    trips = feed.trips.iloc[row_of.get_indexer(pd.Index(original))].reset_index(drop=True)
    trips = trips.assign(trip_id=names)
    if "synthetic" in trips.columns:
        trips["synthetic"] = "1"
    rows = np.concatenate([np.arange(*ends) for ends in zip(first, last, strict=True)])
    calls = feed.stop_times.iloc[rows].reset_index(drop=True)
    later = np.repeat(later_s, last - first)
    calls = calls.assign(
        trip_id=np.repeat(np.array(names, dtype=object), last - first),
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
