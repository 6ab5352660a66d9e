"""Departures: even, inside the day, the same in every run."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gis.network.departures import Run, headway_departures, spread_departures, timed_run

SIX, TEN, ELEVEN = 6 * 3600, 10 * 3600, 11 * 3600


def test_run_adds_dwell_at_stops_in_between_only() -> None:
    run = timed_run("ABCD", [600, 300, 60], dwell_s=120)
    assert run.arrival_s.tolist() == [0, 600, 1020, 1200]
    assert run.departure_s.tolist() == [0, 720, 1140, 1200]


def test_two_patterns_between_the_same_places_share_the_day() -> None:
    direct = timed_run("AB", [600], dwell_s=0, trains=2)
    slow = timed_run("ACB", [600, 600], dwell_s=60, trains=2)
    times = np.sort(np.concatenate(spread_departures([direct, slow], start_s=SIX, end_s=TEN)))
    # Four trains in four hours: a mean headway of one hour, none less than half of it.
    assert np.diff(times).min() >= 1800


def test_a_run_longer_than_the_day_oversteps_both_ends_alike() -> None:
    night = timed_run("AB", [5 * 3600], dwell_s=0)
    assert spread_departures([night], start_s=SIX, end_s=TEN)[0].tolist() == [SIX - 1800]


runs = st.lists(
    st.builds(
        lambda stops, minutes, trains: timed_run(
            stops, [minutes * 60.0] * (len(stops) - 1), dwell_s=120, trains=trains
        ),
        st.lists(st.sampled_from("ABCDE"), min_size=2, max_size=5, unique=True),
        st.integers(1, 50),
        st.integers(1, 6),
    ),
    min_size=1,
    max_size=6,
)


@given(runs)
def test_every_train_runs_inside_the_day_and_on_whole_minutes(given_runs: list[Run]) -> None:
    start, end = SIX, 23 * 3600
    spread = spread_departures(given_runs, start_s=start, end_s=end)
    again = spread_departures(given_runs, start_s=start, end_s=end)
    for run, times, repeated in zip(given_runs, spread, again, strict=True):
        assert len(times) == run.trains
        assert (times % 60 == 0).all()
        assert times.min() >= start
        assert times.max() + run.arrival_s[-1] <= end
        assert times.tolist() == repeated.tolist()


def test_headway_changes_with_the_part_of_the_day() -> None:
    periods = [(0, 1800.0), (7 * 3600, 600.0), (8 * 3600, None), (10 * 3600, 3600.0)]
    times = headway_departures(periods, first_s=SIX, last_s=ELEVEN)
    minutes = [(at - SIX) // 60 for at in times.tolist()]
    assert minutes == [0, 30, 60, 70, 80, 90, 100, 110, 240, 300]


def test_a_share_sets_one_service_between_the_trains_of_another() -> None:
    periods: list[tuple[int, float | None]] = [(0, 600.0)]
    one = headway_departures(periods, first_s=SIX, last_s=SIX + 1800)
    other = headway_departures(periods, first_s=SIX, last_s=SIX + 1800, share=0.5)
    assert np.diff(np.sort(np.concatenate([one, other]))).tolist() == [300] * 6
