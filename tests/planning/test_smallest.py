"""The search for the smallest size, on made-up values."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.planning.smallest import LESS, Trial, sizes_until, smallest_size

THRESHOLD = 30.0
Value = Callable[[float], float | None]


def attempt_of(value_of: Value) -> Callable[[float], Trial]:
    def attempt(size: float) -> Trial:
        value = value_of(size)
        if value is None:
            return Trial(size, is_met=False, value=None, margin=None)
        return Trial(size, is_met=value <= THRESHOLD, value=value, margin=THRESHOLD - value)

    return attempt


def found(value_of: Value, *, high: float = 60.0, whole: bool = False) -> float | None:
    attempt = attempt_of(value_of)
    search = smallest_size(attempt, attempt(0.0), high=high, whole=whole)
    return None if search.found is None else search.found.size


def test_sizes_have_three_digits() -> None:
    sizes = sizes_until(60.0)
    assert sizes[-1] == 60.0
    assert (np.diff(sizes) > 0).all()
    assert {0.01, 0.0123, 9.99, 10.0, 10.1, 59.9} <= set(sizes.tolist())
    assert max(len(f"{size:.6g}".replace(".", "").strip("0")) for size in sizes) == 3
    assert sizes_until(4, whole=True).tolist() == [1, 2, 3, 4]


def test_the_size_is_rounded_to_the_side_that_meets() -> None:
    # 33 minutes a factor quicker: exactly 10 %.
    assert found(lambda size: 33 / (1 + size / 100)) == 10.0
    assert found(lambda size: 33.03 / (1 + size / 100)) == 10.1
    assert found(lambda size: 36 - size, high=10) == 6.0


def test_out_of_reach_tells_how_far_the_range_gets() -> None:
    attempt = attempt_of(lambda size: 158 - size)
    search = smallest_size(attempt, attempt(0.0), high=60.0)
    assert search.found is None
    assert search.farthest.value == 98
    assert search.trials == 1


def test_unreachable_values_are_halved_between() -> None:
    assert found(lambda size: None if size < 7.3 else 25.0) == 7.3


@pytest.mark.parametrize("trains", [1, 2, 37, 96])
def test_whole_numbers_stay_whole(trains: int) -> None:
    assert found(lambda size: 40.0 if size < trains else 20.0, high=96, whole=True) == trains


def test_less_that_does_again_is_gone_on_from() -> None:
    # Between 5 and 6 the change is enough, a little more is not, and from 20 on it is again.
    def value(size: float) -> float:
        return 20.0 if 5 <= size <= 6 or size >= 20 else 40.0

    size = found(value)
    assert size is not None
    assert value(size) <= THRESHOLD < value(size * LESS)


@given(
    root=st.floats(0.02, 59.0),
    bend=st.floats(0.2, 5.0),
    step=st.sampled_from([0.0, 0.01, 0.5]),
)
def test_what_is_found_is_the_smallest_of_its_digits(root: float, bend: float, step: float) -> None:
    def value(size: float) -> float:
        smooth = 60.0 - 30.0 * (size / root) ** bend
        return smooth if not step else np.ceil(smooth / step) * step

    sizes = sizes_until(60.0)
    first = next(size for size in sizes.tolist() if value(size) <= THRESHOLD)
    assert found(value) == first
    assert value(first * LESS) > THRESHOLD or first == sizes[0]


def test_few_trials_are_enough() -> None:
    attempt = attempt_of(lambda size: 33 / (1 + size / 100))
    search = smallest_size(attempt, attempt(0.0), high=60.0)
    assert search.is_tight
    assert search.trials <= 12
