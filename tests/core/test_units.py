"""The one reading of "within"."""

import math

from hypothesis import given
from hypothesis import strategies as st

from gis.core.units import is_within, travel_seconds


def test_sixty_minutes_are_within_one_hour() -> None:
    assert is_within(60.0, 60)


def test_one_decisecond_over_is_outside() -> None:
    assert not is_within(60.0 + 1 / 600, 60)


def test_unreachable_is_never_within() -> None:
    assert not is_within(math.nan, 1e9)


@given(legs=st.lists(st.integers(1, 6000), min_size=1, max_size=30))
def test_sum_of_floating_point_legs_meets_its_own_threshold(legs: list[int]) -> None:
    assert is_within(sum(leg / 600 for leg in legs), sum(legs) / 600)


def test_thirty_kilometres_at_sixty_take_half_an_hour() -> None:
    assert travel_seconds(30_000, 60) == 1800
