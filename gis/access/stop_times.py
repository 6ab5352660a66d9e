"""Door-to-door times from one place to all stops over a window of departures."""

import numpy as np
import numpy.typing as npt

from gis.access.journeys import pick
from gis.access.services import Services
from gis.core.schemas import Statistic
from gis.routing.connection_scan import NEVER, arrivals_by_departure

FloatArray = npt.NDArray[np.float64]
Int64Array = npt.NDArray[np.int64]

LEAVING_STEP_S = 60.0  # when people can leave home; what they choose among


def stop_durations(
    services: Services,
    access_s: FloatArray,
    *,
    wanted_s: FloatArray,
    longest_wait_s: float,
    limit_s: float,
    statistic: Statistic,
) -> FloatArray:
    """Return the time from leaving a place to the street at every stop.

    The rules are those of door-to-door times (:mod:`gis.access.travel_times`), with departures on
    full minutes: a time may come out up to a minute longer than the table gives it.

    Parameters
    ----------
    services
        Public transport.
    access_s
        ``(stops,)`` seconds to each stop, NaN where out of reach.
    wanted_s
        Wanted departures, seconds after midnight, ascending.
    longest_wait_s
        A wanted departure with nothing leaving within this counts as unserved.
    limit_s
        Journeys longer than this are of no interest.
    statistic
        Which of the wanted departures counts.

    Returns
    -------
    numpy.ndarray
        ``(stops,)`` seconds, NaN where the stop is not reached within the limit.

    """
    leaving_s = np.arange(wanted_s[0], wanted_s[-1] + longest_wait_s + 1, LEAVING_STEP_S)
    arrivals = _arrivals(services, access_s, leaving_s, limit_s)
    # From the last departure backwards: keep what a later departure does at least as well.
    earliest = np.full(arrivals.shape[1], np.inf)
    left = np.full(arrivals.shape[1], np.nan)
    taken = np.empty((len(wanted_s), arrivals.shape[1]))
    first = np.searchsorted(leaving_s, wanted_s)
    row = len(leaving_s) - 1
    for wanted in range(len(wanted_s) - 1, -1, -1):
        while row >= first[wanted]:
            improves = arrivals[row] < earliest
            earliest[improves] = arrivals[row][improves]
            left[improves] = leaving_s[row]
            row -= 1
        in_time = left - wanted_s[wanted] <= longest_wait_s
        taken[wanted] = np.where(in_time, earliest - left, np.nan)
    exits = services.timetable.exit_s.astype(np.float64)
    times = np.array([_of(taken[:, stop], statistic) for stop in range(taken.shape[1])]) + exits
    return np.where(times <= limit_s, times, np.nan)


def _arrivals(
    services: Services, access_s: FloatArray, leaving_s: FloatArray, limit_s: float
) -> FloatArray:
    """Return ``(departures, stops)`` seconds of arrival, infinite where none is in time."""
    arrivals = np.full((len(leaving_s), len(access_s)), np.inf)
    for row, leaves in enumerate(leaving_s):
        street = np.where(np.isnan(access_s), float(NEVER), leaves + access_s)
        found = arrivals_by_departure(
            services.timetable,
            street[None, :].astype(np.int64),
            latest_departure_s=leaves + limit_s,
        )[0]
        arrivals[row] = np.where(found == NEVER, np.inf, found)
    return arrivals


def _of(durations_s: FloatArray, statistic: Statistic) -> float:
    row = pick(durations_s, statistic)
    return float(durations_s[row]) if row >= 0 else float("nan")
