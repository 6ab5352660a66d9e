"""Door-to-door times from one place to all stops over a window of departures."""

import numpy as np
import numpy.typing as npt

from gis.access.journeys import picks, whole_seconds
from gis.access.services import Services
from gis.core.schemas import Statistic
from gis.routing.connection_scan import NEVER
from gis.routing.departure_lanes import arrivals_by_lane

FloatArray = npt.NDArray[np.float64]

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
    arrived_s = arrivals_by_lane(
        services.timetable,
        whole_seconds(access_s),
        leaving_s.astype(np.int64),
        within_s=limit_s,
    )
    arrivals = np.where(arrived_s == NEVER, np.inf, arrived_s)
    # From the last departure backwards: keep what a later departure does at least as well.
    earliest = np.full(len(arrivals), np.inf)
    left = np.full(len(arrivals), np.nan)
    taken = np.empty((len(arrivals), len(wanted_s)))
    first = np.searchsorted(leaving_s, wanted_s)
    lane = len(leaving_s) - 1
    for wanted in range(len(wanted_s) - 1, -1, -1):
        while lane >= first[wanted]:
            improves = arrivals[:, lane] < earliest
            earliest[improves] = arrivals[improves, lane]
            left[improves] = leaving_s[lane]
            lane -= 1
        in_time = left - wanted_s[wanted] <= longest_wait_s
        taken[:, wanted] = np.where(in_time, earliest - left, np.nan)
    row, stops = picks(taken, [statistic])[:, 0], np.arange(len(taken))
    times = np.where(row >= 0, taken[stops, row], np.nan) + services.timetable.exit_s
    return np.where(times <= limit_s, times, np.nan)
