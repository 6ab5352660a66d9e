"""Arrivals at several destinations in one scan, against one scan for each of them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.routing.arrival_lanes import NOT_REACHED_S, arrivals_at
from gis.routing.connection_scan import NEVER, journeys_to
from gis.routing.lanes import LANES
from gis.routing.timetable import Timetable
from tests.routing.timetable_samples import streets, timetables

WINDOWS_S = ((0.0, np.inf), (10.0, 60.0))


@settings(max_examples=150, deadline=None)
@given(timetables(), st.lists(streets, min_size=1, max_size=3), st.sampled_from(WINDOWS_S))
def test_each_lane_is_a_scan_of_its_own(
    timetable: Timetable, egress: list[list[int]], window_s: tuple[float, float]
) -> None:
    window = dict(zip(("start_s", "end_s"), window_s, strict=True))
    egress_s = np.array(egress, dtype=np.int64)
    arrivals = arrivals_at(timetable, egress_s, **window)
    for lane, ways in enumerate(egress_s):
        wanted = journeys_to(timetable, ways, **window)
        assert arrivals.low == wanted.low
        found = arrivals.arrival_s[:, lane].astype(np.int64)
        found[found >= NOT_REACHED_S] = NEVER
        assert found.tolist() == wanted.arrival_s.tolist()


@pytest.mark.parametrize("count", [0, 1, LANES, LANES + 1])
def test_there_may_be_any_number_of_destinations(count: int) -> None:
    timetable = _line()
    egress_s = np.full((count, 3), NOT_REACHED_S, dtype=np.int64)
    egress_s[:, 2] = np.arange(count)
    arrivals = arrivals_at(timetable, egress_s, start_s=0, end_s=np.inf)
    assert arrivals.arrival_s[:, :count].tolist() == [[30 + lane for lane in range(count)]] * 2


def _line() -> Timetable:
    """Return one trip over three stops: 10 to 20, 20 to 30."""
    none = np.empty(0, dtype=np.int32)
    return Timetable(
        departure_s=np.array([10, 20], dtype=np.int32),
        arrival_s=np.array([20, 30], dtype=np.int32),
        from_stop=np.array([0, 1], dtype=np.int32),
        to_stop=np.array([1, 2], dtype=np.int32),
        trip=np.zeros(2, dtype=np.int32),
        boarding_s=np.zeros(2, dtype=np.int32),
        first_departure=np.array([0, 1, 2, 2], dtype=np.int64),
        departing=np.array([0, 1], dtype=np.int32),
        exit_s=np.zeros(3, dtype=np.int32),
        first_change=np.zeros(4, dtype=np.int64),
        change_to=none,
        change_s=none,
    )
