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
        arrivals_at(timetable, egress_s),
        access_s,
        np.array([0, 1]),
        np.array([0]),
        wanted_s=np.array([0.0, 6.0, 7.0, 26.0, 27.0]),
        end_s=60,
        longest_wait_s=19,
    )
    # Leave at 6 and arrive at 31; or leave at 26 and arrive at 36, if nobody waits longer than 19.
    assert times[0].tolist()[:4] == [25, 25, 10, 10]
    assert np.isnan(times[0, 4])


@settings(max_examples=150, deadline=None)
@given(
    timetables(),
    st.lists(streets, min_size=1, max_size=3),
    st.lists(streets, min_size=1, max_size=3),
    st.integers(0, 40),
    st.data(),
)
def test_door_times_are_those_of_the_best_departures(
    timetable: Timetable,
    egress: list[list[int]],
    access: list[list[int]],
    longest_wait_s: int,
    data: st.DataObject,
) -> None:
    egress_s = np.array(egress, dtype=np.int64)
    access_s = np.minimum(access, NEVER).astype(np.int32)
    wanted_s = np.arange(0.0, 40.0, 7.0)
    end_s = wanted_s[-1] + longest_wait_s
    destination = st.integers(0, len(egress) - 1)
    asked = [data.draw(st.lists(destination, max_size=4)) for _ in access]
    times = door_times(
        timetable,
        arrivals_at(timetable, egress_s),
        access_s,
        np.cumsum([0, *map(len, asked)]),
        np.array([end for ends in asked for end in ends], dtype=np.int64),
        wanted_s=wanted_s,
        end_s=end_s,
        longest_wait_s=longest_wait_s,
    )
    pairs = [(place, end) for place, ends in enumerate(asked) for end in ends]
    assert times.shape == (len(pairs), len(wanted_s))
    for (place, end), found in zip(pairs, times, strict=True):
        street_s = access_s[place].astype(np.int64)
        choices = boardings(timetable, street_s, start_s=wanted_s[0], end_s=end_s)
        onward = journeys_to(timetable, egress_s[end], start_s=0, end_s=np.inf)
        _, leaves, arrives = best_departures(
            choices, onward.arrival_s[None, :], onward.low, wanted_s
        )
        in_time = (arrives[0] != NEVER) & (leaves[0] <= wanted_s + longest_wait_s)
        wanted = np.where(in_time, arrives[0].astype(float) - leaves[0], np.nan)
        assert np.array_equal(found, wanted, equal_nan=True)
