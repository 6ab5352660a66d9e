"""Sharing out census totals."""

from collections.abc import Callable

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.catalogue.areas import Township, TownshipKind
from gis.core.errors import InputError
from gis.layers.population import share_out, township_population

KINDS = (
    TownshipKind(kind="town", name_zh="镇", name_en="Town", people_weight=1.0),
    TownshipKind(kind="subdistrict", name_zh="街道", name_en="Subdistrict", people_weight=2.0),
)

WEIGHTS = st.lists(st.floats(min_value=0, max_value=1e3), min_size=1, max_size=30).filter(
    lambda weights: sum(weights) > 1e-3
)


def test_largest_remainders_get_the_people_left_over() -> None:
    # Quotas of 10 by 1 : 1 : 1 are 3.33 each; the one left over goes to the first.
    assert share_out(10, pd.Series([1.0, 1.0, 1.0])).tolist() == [4, 3, 3]
    # Quotas of 10 by 3 : 5 : 6 are 2.14, 3.57, 4.29; the one left over goes to the second.
    assert share_out(10, pd.Series([3.0, 5.0, 6.0])).tolist() == [2, 4, 4]


@given(total=st.integers(min_value=0, max_value=30_000_000), weights=WEIGHTS)
def test_parts_add_up_and_stay_within_one_of_their_quota(total: int, weights: list[float]) -> None:
    parts = share_out(total, pd.Series(weights))
    quotas = [total * weight / sum(weights) for weight in weights]
    assert parts.sum() == total
    assert all(abs(part - quota) < 1 + 1e-6 for part, quota in zip(parts, quotas, strict=True))


@pytest.mark.parametrize("weights", [[0.0, 0.0], [1.0, -1.0]])
def test_weights_that_share_nothing_are_refused(weights: list[float]) -> None:
    with pytest.raises(ValueError, match="weights"):
        share_out(10, pd.Series(weights))


def test_a_published_figure_stays_and_the_others_share_the_rest(
    make_township: Callable[..., Township],
) -> None:
    townships = [
        make_township("T330999001", villages=3, published_population=500),
        make_township("T330999002", villages=1, kind="subdistrict"),
        make_township("T330999003", villages=1),
        make_township("T330998001", county_id="330998"),
    ]
    people = township_population(townships, KINDS, {"330999": 800})
    expected = {"T330999001": 500, "T330999002": 200, "T330999003": 100}
    assert people.dropna().to_dict() == expected
    assert people.isna().tolist() == [False, False, False, True]


def test_published_figures_above_the_total_are_refused(
    make_township: Callable[..., Township],
) -> None:
    townships = [make_township("T330999001", published_population=900)]
    with pytest.raises(InputError, match="330999"):
        township_population(townships, KINDS, {"330999": 800})
