"""The timetable that the benchmark runs on."""

import numpy as np

from scripts.benchmarks.timetables import synthetic_timetable


def test_the_timetable_has_the_size_it_is_asked_for() -> None:
    timetable = synthetic_timetable(trips=200, calls=6, columns=10, rows=5)
    assert timetable.trip_count == 200
    assert len(timetable.departure_s) == 200 * 5
    assert timetable.stop_count == 50
    hop_s = timetable.arrival_s - timetable.departure_s
    assert hop_s.min() >= 60
    assert hop_s.max() < 180
    assert (timetable.from_stop != timetable.to_stop).all()


def test_the_same_seed_gives_the_same_timetable() -> None:
    one, same, other = (
        synthetic_timetable(trips=80, calls=5, columns=10, rows=5, seed=seed) for seed in (1, 1, 2)
    )
    assert np.array_equal(one.departure_s, same.departure_s)
    assert np.array_equal(one.from_stop, same.from_stop)
    assert not np.array_equal(one.departure_s, other.departure_s)
