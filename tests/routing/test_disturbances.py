"""Trips that run slower, stand longer or leave later: by hand, and what always holds."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gis.routing.disturbances import departures_by_stop, disturbed_calls, merged_columns

FIRST = np.array([0, 3, 5])
ARRIVAL_S = np.array([100, 200, 330, 50, 90])
DEPARTURE_S = np.array([100, 230, 330, 60, 90])


def disturbed(factor: float, extra_s: float, shift_s: float) -> list[list[int]]:
    """Return the arrivals and departures when the first of two trips is off."""
    arrivals, departures = disturbed_calls(
        FIRST,
        ARRIVAL_S,
        DEPARTURE_S,
        np.array([factor, 1.0]),
        np.array([extra_s, 0.0]),
        np.array([shift_s, 0.0]),
    )
    assert arrivals[3:].tolist() == [50, 90]
    assert departures[3:].tolist() == [60, 90]
    return [arrivals[:3].tolist(), departures[:3].tolist()]


def test_a_slower_trip_takes_longer_between_stops_only() -> None:
    assert disturbed(1.5, 0.0, 0.0) == [[100, 250, 430], [100, 280, 430]]


def test_a_trip_stands_longer_on_the_way_only_and_never_less_than_nothing() -> None:
    assert disturbed(1.0, 12.0, 0.0) == [[100, 200, 342], [100, 242, 342]]
    assert disturbed(1.0, -60.0, 0.0) == [[100, 200, 300], [100, 200, 300]]


def test_a_later_trip_is_later_everywhere() -> None:
    assert disturbed(1.0, 0.0, 7.0) == [[107, 207, 337], [107, 237, 337]]


@given(st.floats(0.5, 2.0), st.floats(-100.0, 100.0), st.floats(-50.0, 50.0))
def test_nobody_arrives_before_leaving(factor: float, extra_s: float, shift_s: float) -> None:
    arrivals, departures = disturbed(factor, extra_s, shift_s)
    times = [arrivals[0], departures[0], arrivals[1], departures[1], arrivals[2]]
    assert times == sorted(times)


rows = st.lists(st.tuples(st.integers(0, 9), *[st.integers(0, 4)] * 5), max_size=12).map(sorted)


@given(rows, rows)
def test_two_lists_become_one_in_order_of_departure(
    one: list[tuple[int, ...]], other: list[tuple[int, ...]]
) -> None:
    columns = [
        tuple(np.array([row[k] for row in some], dtype=np.int32) for k in range(6))
        for some in (one, other)
    ]
    merged = merged_columns(*columns)
    wanted = sorted([*one, *other], key=lambda row: row[0])
    assert [tuple(row) for row in np.stack(merged, axis=1).tolist()] == wanted
    first, departing = departures_by_stop(merged[2], 5)
    for stop in range(5):
        leaving = departing[first[stop] : first[stop + 1]].tolist()
        assert leaving == [k for k, row in enumerate(wanted) if row[2] == stop]
