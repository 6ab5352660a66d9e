"""Door-to-door times for a window, against the best departures for one destination."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.routing.arrival_lanes import arrivals_at
from gis.routing.boarding import best_departures, boardings
from gis.routing.connection_scan import NEVER, journeys_to
from gis.routing.door_times import door_times
from gis.routing.timetable import Timetable
from tests.routing.timetable_samples import streets, timetable_of, timetables


def test_by_hand() -> None:
    # Trips at 10 and 30 take 20 and 5 seconds; the way to them takes 4, the way on 1.
    timetable = timetable_of([[(0, 10, 10), (1, 30, 30)], [(0, 30, 30), (1, 35, 35)]], {})
    egress_s = np.full((1, 5), 2**30)
    egress_s[0, 1] = 1
    access_s = np.full((1, 5), NEVER, dtype=np.int32)
    access_s[0, 0] = 4
    times = door_times(
        timetable,
        arrivals_at(timetable, egress_s, start_s=0, end_s=np.inf),
        np.array([0]),
        access_s,
        wanted_s=np.array([0.0, 6.0, 7.0, 26.0, 27.0]),
        end_s=60,
        longest_wait_s=19,
    )
    # Leave at 6 and arrive at 31; or leave at 26 and arrive at 36, if nobody waits longer than 19.
    assert times[0, 0].tolist()[:4] == [25, 25, 10, 10]
    assert np.isnan(times[0, 0, 4])


@settings(max_examples=150, deadline=None)
@given(timetables(), st.lists(streets, min_size=1, max_size=3), streets, st.integers(0, 40))
def test_door_times_are_those_of_the_best_departures(
    timetable: Timetable, egress: list[list[int]], street: list[int], longest_wait_s: int
) -> None:
    egress_s = np.array(egress, dtype=np.int64)
    access_s = np.minimum(street, NEVER).astype(np.int32)
    wanted_s = np.arange(0.0, 40.0, 7.0)
    end_s = wanted_s[-1] + longest_wait_s
    lanes = np.arange(len(egress))[::-1]
    times = door_times(
        timetable,
        arrivals_at(timetable, egress_s, start_s=0, end_s=np.inf),
        lanes,
        access_s[None, :],
        wanted_s=wanted_s,
        end_s=end_s,
        longest_wait_s=longest_wait_s,
    )
    choices = boardings(timetable, access_s.astype(np.int64), start_s=wanted_s[0], end_s=end_s)
    for number, lane in enumerate(lanes):
        onward = journeys_to(timetable, egress_s[lane], start_s=0, end_s=np.inf)
        _, leaves, arrives = best_departures(
            choices, onward.arrival_s[None, :], onward.low, wanted_s
        )
        in_time = (arrives[0] != NEVER) & (leaves[0] <= wanted_s + longest_wait_s)
        wanted = np.where(in_time, arrives[0].astype(float) - leaves[0], np.nan)
        assert np.array_equal(times[0, number], wanted, equal_nan=True)
