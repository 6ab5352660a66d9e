"""The day that stands for a timetable."""

import pandas as pd
import pytest

from gis.network.service_days import ordinary_day


@pytest.mark.parametrize(
    ("trips", "expected"),
    [
        # 2026-06-01 is a Monday.
        ({"0601": 9, "0602": 5, "0603": 6, "0606": 99}, "0603"),
        ({"0602": 5, "0603": 5, "0604": 5}, "0602"),
        ({"0602": 5, "0609": 5, "0612": 1}, "0609"),  # the busier week
        ({"0601": 3, "0605": 4, "0607": 9}, "0605"),
        ({"0606": 3, "0607": 2}, "0606"),
        ({"0602": 0, "0606": 3}, "0606"),
    ],
)
def test_it_is_the_busiest_of_the_most_ordinary(trips: dict[str, int], expected: str) -> None:
    days = pd.to_datetime([f"2026{day}" for day in trips])
    assert ordinary_day(days, trips.values()) == pd.Timestamp(f"2026{expected}")


def test_there_is_none_without_trips() -> None:
    assert ordinary_day([], []) is None
    assert ordinary_day([pd.Timestamp("2026-06-02")], [0]) is None
