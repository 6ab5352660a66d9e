"""Gini, Palma and Theil: known values, plain definitions, and what must not change them."""

import math

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gis.access.inequality import gini, palma_ratio, theil, theil_parts

FloatArray = npt.NDArray[np.float64]
ALL = (gini, palma_ratio, theil)


def each(*values: float) -> tuple[FloatArray, FloatArray]:
    """Give places of one person each."""
    return np.array(values, dtype=float), np.ones(len(values))


def test_known_values_of_gini() -> None:
    assert gini(*each(5, 5, 5, 5)) == pytest.approx(0)
    assert gini(*each(1, 2, 3, 4)) == pytest.approx(0.25)
    assert gini(*each(0, 0, 0, 1)) == pytest.approx(0.75)  # one of n has all: 1 - 1/n
    # A fifth of the people hold four fifths: 0.8 - 0.2.
    assert gini(np.array([1.0, 16.0]), np.array([80.0, 20.0])) == pytest.approx(0.6)


def test_known_values_of_palma() -> None:
    assert palma_ratio(*each(*[7] * 10)) == pytest.approx(0.25)
    assert palma_ratio(*each(*range(1, 11))) == pytest.approx(10 / (1 + 2 + 3 + 4))
    # Two halves, 1 and 3: the top tenth holds 3 × 0.1, the bottom four tenths 1 × 0.4 (of 2).
    assert palma_ratio(np.array([3.0, 1.0]), np.array([50.0, 50.0])) == pytest.approx(0.75)
    assert palma_ratio(*each(0, 0, 0, 0, 1)) == math.inf


def test_known_values_of_theil() -> None:
    assert theil(*each(3, 3, 3)) == pytest.approx(0)
    assert theil(*each(0, 0, 0, 8)) == pytest.approx(math.log(4))  # one of n has all: ln n
    expected = 0.25 * math.log(0.5) + 0.75 * math.log(1.5)
    assert theil(*each(1, 3)) == pytest.approx(expected)


def test_theil_falls_into_between_and_within() -> None:
    # Two counties, (1, 3) and (4, 4): means 2 and 4 of 3 in all, shares 1/3 and 2/3.
    parts = theil_parts(*each(1, 3, 4, 4), np.array([0, 0, 1, 1]))
    within = 0.25 * math.log(0.5) + 0.75 * math.log(1.5)
    between = math.log(2 / 3) / 3 + math.log(4 / 3) * 2 / 3
    assert parts.within == pytest.approx([within, 0])
    assert parts.share == pytest.approx([1 / 3, 2 / 3])
    assert parts.between == pytest.approx(between)
    assert parts.total == pytest.approx(between + within / 3)


def test_nobody_or_no_access_has_no_inequality() -> None:
    for measure in ALL:
        assert math.isnan(measure(np.array([]), np.array([])))
        assert math.isnan(measure(np.array([1.0, 2.0]), np.zeros(2)))
        assert math.isnan(measure(np.zeros(2), np.ones(2)))
    parts = theil_parts(np.zeros(2), np.ones(2), np.array([0, 1]))
    assert math.isnan(parts.total)


@pytest.mark.parametrize("measure", ALL)
def test_the_worst_served_never_vanish(measure: object) -> None:
    assert callable(measure)
    with pytest.raises(ValueError, match="wherever people live"):
        measure(np.array([1.0, np.nan]), np.ones(2))
    with pytest.raises(ValueError, match="wherever people live"):
        measure(np.array([1.0, -1.0]), np.ones(2))
    with pytest.raises(ValueError, match="people"):
        measure(np.ones(2), np.array([1.0, -1.0]))
    with pytest.raises(ValueError, match="one entry"):
        measure(np.ones(2), np.ones(3))
    empty_place = measure(np.array([1.0, 3.0, np.nan]), np.array([1.0, 1.0, 0.0]))
    assert empty_place == measure(*each(1, 3))
    assert measure(*each(1, 3, 0)) > measure(*each(1, 3))


def test_groups_must_fit() -> None:
    for groups in (np.array([0]), np.array([0, -1])):
        with pytest.raises(ValueError, match="groups"):
            theil_parts(*each(1, 2), groups)


PLACES = st.lists(
    st.tuples(
        st.just(0.0) | st.floats(min_value=1e-3, max_value=1e4),
        st.integers(min_value=0, max_value=50),
    ),
    min_size=1,
    max_size=12,
)


def _arrays(places: list[tuple[float, int]]) -> tuple[FloatArray, FloatArray]:
    access, people = (np.array(column, dtype=float) for column in zip(*places, strict=True))
    assume((access * people).sum() > 1)
    return access, people


@given(places=PLACES)
def test_people_are_counted_one_by_one(places: list[tuple[float, int]]) -> None:
    access, people = _arrays(places)
    everybody = np.repeat(access, people.astype(int))
    mean, number = everybody.mean(), len(everybody)
    gaps = np.abs(everybody[:, None] - everybody).sum()
    assert gini(access, people) == pytest.approx(gaps / (2 * mean * number**2), abs=1e-9)
    positive = everybody[everybody > 0] / mean
    plain = (positive * np.log(positive)).sum() / number
    assert theil(access, people) == pytest.approx(plain, abs=1e-9)


@given(places=PLACES, scale=st.floats(min_value=0.01, max_value=100), crowd=st.integers(2, 9))
def test_units_and_size_of_the_population_do_not_matter(
    places: list[tuple[float, int]], scale: float, crowd: int
) -> None:
    access, people = _arrays(places)
    for measure in ALL:
        value = measure(access, people)
        assert measure(access * scale, people) == pytest.approx(value, rel=1e-6, abs=1e-9)
        assert measure(access, people * crowd) == pytest.approx(value, rel=1e-6, abs=1e-9)
        assert measure(access[::-1], people[::-1]) == pytest.approx(value, rel=1e-6, abs=1e-9)
    assert 0 <= gini(access, people) < 1
    assert 0 <= theil(access, people) <= math.log(people.sum()) + 1e-9


@given(places=PLACES, seed=st.integers(0, 3))
def test_the_parts_of_theil_add_up(places: list[tuple[float, int]], seed: int) -> None:
    access, people = _arrays(places)
    groups = (np.arange(len(access)) + seed) % 3
    parts = theil_parts(access, people, groups)
    within = np.nansum(parts.share * parts.within)
    assert parts.total == pytest.approx(parts.between + within, abs=1e-9)
    assert parts.between <= parts.total + 1e-9
