"""Journeys by public transport: which train to take, when to leave, how long it takes.

What each definition means is said in :mod:`gis.access.travel_times`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from gis.access.services import Services
from gis.core.schemas import Statistic
from gis.routing.connection_scan import NEVER, Onward, journeys_to

FloatArray = npt.NDArray[np.float64]
Int64Array = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

LONGEST_JOURNEY_S = 4 * 3600  # bounds the search only

_SHARES = {Statistic.MEDIAN: 0.5, Statistic.P90: 0.9}


@dataclass(frozen=True, slots=True, eq=False)
class Choices:
    """The ways to board a first vehicle, in order of leaving.

    Parameters
    ----------
    connection
        ``(choices,)`` the connection boarded.
    leave_s
        ``(choices,)`` the latest second to set out for it, ascending.

    """

    connection: Int64Array
    leave_s: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Journeys:
    """Journeys between two places that no other beats by leaving later or arriving earlier.

    Parameters
    ----------
    connection
        ``(journeys,)`` the connection boarded first.
    leave_s, arrive_s
        ``(journeys,)`` seconds after midnight, both ascending.

    """

    connection: Int64Array
    leave_s: FloatArray
    arrive_s: FloatArray

    @property
    def duration_s(self) -> FloatArray:
        """Return ``(journeys,)`` seconds from leaving to arriving."""
        return self.arrive_s - self.leave_s


@dataclass(frozen=True, slots=True, eq=False)
class Runs:
    """Rides aboard one train between two stops.

    Parameters
    ----------
    first_call, last_call
        ``(runs,)`` rows of the calls at both ends.
    duration_s
        ``(runs,)`` seconds from departure to arrival.

    """

    first_call: Int64Array
    last_call: Int64Array
    duration_s: FloatArray


def station_choices(services: Services, stop: int, *, start_s: float, end_s: float) -> Choices:
    """Return every connection that departs from a stop in a window, to be left for at departure."""
    timetable = services.timetable
    low, high = timetable.between(start_s, end_s)
    rows = np.flatnonzero(timetable.from_stop[low:high] == stop) + low
    return Choices(rows, timetable.departure_s[rows].astype(np.float64))


def onward_to(services: Services, egress_s: FloatArray, *, start_s: float, end_s: float) -> Onward:
    """Return the best way to a place from aboard every connection.

    Parameters
    ----------
    services
        Public transport.
    egress_s
        ``(stops,)`` seconds from the arrival of a vehicle to the place, NaN where out of reach.
    start_s, end_s
        Connections that depart from ``start_s`` to before ``end_s`` are used.

    """
    return _kept_scan(
        services, whole_seconds(egress_s).tobytes(), start_s=float(start_s), end_s=float(end_s)
    )


@lru_cache(maxsize=96)
def _kept_scan(services: Services, egress_s: bytes, *, start_s: float, end_s: float) -> Onward:
    # Evidence asks again for the destinations just measured.
    seconds = np.frombuffer(egress_s, dtype=np.int64)
    return journeys_to(services.timetable, seconds, start_s=start_s, end_s=end_s)


def whole_seconds(seconds: FloatArray) -> Int64Array:
    """Return whole seconds for the kernels, ``NEVER`` for NaN."""
    return np.where(np.isnan(seconds), float(NEVER), np.rint(seconds)).astype(np.int64)


def best_journeys(choices: Choices, onward: Onward) -> Journeys:
    """Return the journeys that no other beats by leaving later and arriving no later."""
    rows = choices.connection - onward.low
    inside = (rows >= 0) & (rows < len(onward.arrival_s))
    arrive = np.full(len(rows), NEVER, dtype=np.int64)
    arrive[inside] = onward.arrival_s[rows[inside]]
    backwards = arrive[::-1]
    earliest = np.minimum.accumulate(backwards) if len(backwards) else backwards
    improves = backwards < np.concatenate([[NEVER], earliest[:-1]])[: len(backwards)]
    kept = np.flatnonzero(improves[::-1])
    return Journeys(
        choices.connection[kept], choices.leave_s[kept], arrive[kept].astype(np.float64)
    )


def pick(durations_s: FloatArray, statistic: Statistic) -> int:
    """Return the row of the duration that stands for a statistic, -1 for none.

    Parameters
    ----------
    durations_s
        ``(journeys,)`` seconds, NaN where there is no journey.
    statistic
        Which to pick (:func:`picks`).

    """
    return int(picks(durations_s[None, :], [statistic])[0, 0])


def picks(durations_s: FloatArray, statistics: Sequence[Statistic]) -> Int64Array:
    """Return for each row the columns of the durations that stand for statistics, -1 for none.

    Percentiles are those of the nearest rank: the shortest of the given durations that at least
    half, or nine tenths, of them do not exceed. So every statistic is a real journey, and
    "the median is within 60" says that at least half the journeys are. NaN counts as longest.

    Parameters
    ----------
    durations_s
        ``(rows, journeys)`` seconds, NaN where there is no journey.
    statistics
        Which to pick.

    Returns
    -------
    numpy.ndarray
        ``(rows, statistics)``.

    """
    rows, count = durations_s.shape
    if not count:
        return np.full((rows, len(statistics)), -1, dtype=np.int64)
    order = np.argsort(durations_s, axis=1, kind="stable")  # NaN goes last
    columns = order[:, nearest_ranks(count, statistics)]
    found = np.isfinite(durations_s[np.arange(rows)[:, None], columns])
    return np.where(found, columns, -1).astype(np.int64)


def runs_between(services: Services, one: int, other: int) -> Runs:
    """Return the runs of all trips between two stops without a change, in either direction.

    A time circle is a statement about two places; trains there and back are counted alike.

    Returns
    -------
    Runs
        Those from the first stop to the second, then those back, each in order of departure.

    """
    ways = [_runs(services, one, other), _runs(services, other, one)]
    return Runs(
        np.concatenate([way.first_call for way in ways]),
        np.concatenate([way.last_call for way in ways]),
        np.concatenate([way.duration_s for way in ways]),
    )


def _runs(services: Services, origin: int, destination: int) -> Runs:
    here, there = services.calls_at(origin), services.calls_at(destination)
    here = here[services.call_from[here] == origin]
    there = there[services.call_to[there] == destination]
    place = np.searchsorted(there, here, side="right")
    here, place = here[place < len(there)], place[place < len(there)]
    call = there[place]
    same = services.call_trip[here] == services.call_trip[call]
    here, call = here[same], call[same]
    # Who boards a train that comes by twice boards it the last time.
    last = np.append(call[1:] != call[:-1], [True])[: len(call)]
    here, call = here[last], call[last]
    order = np.argsort(services.call_departure_s[here], kind="stable")
    aboard = services.call_arrival_s[call] - services.call_departure_s[here]
    return Runs(here[order], call[order], aboard[order].astype(np.float64))


def picked_in_groups(
    durations: FloatArray, first: Int64Array, statistics: Sequence[Statistic]
) -> FloatArray:
    """Return for each group of durations those that :func:`picks` picks, NaN for none.

    Parameters
    ----------
    durations
        ``(journeys,)`` in any unit, NaN where there is no journey.
    first
        ``(groups + 1,)``: journeys ``first[g]`` to ``first[g + 1] - 1`` are of group g.
    statistics
        Which to pick.

    Returns
    -------
    numpy.ndarray
        ``(groups, statistics)``.

    """
    count = np.diff(first)
    ascending = durations[np.lexsort((durations, np.repeat(np.arange(len(count)), count)))]
    found = np.full((len(count), len(statistics)), np.nan)
    for group in np.flatnonzero(count):
        found[group] = ascending[first[group] + nearest_ranks(int(count[group]), statistics)]
    return found


def nearest_ranks(count: int, statistics: Sequence[Statistic]) -> Int64Array:
    """Return which of so many durations in ascending order stand for statistics (:func:`picks`)."""
    shares = np.array([_SHARES.get(statistic, 0.0) for statistic in statistics])
    return np.maximum(np.ceil(shares * count - 1e-9).astype(np.int64), 1) - 1
