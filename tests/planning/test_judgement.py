"""The rule from values to a word, by hand and as properties."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.catalogue.goals import Comparison
from gis.core.schemas import VerdictWord
from gis.planning.judgement import ROUNDING, judge, judge_each

ONES = np.ones(4)


def test_worst_pair_decides_when_all_pairs_are_required() -> None:
    outcome = judge(np.array([18.0, 33.0]), np.ones(2), threshold=30)
    assert outcome.verdict is VerdictWord.PARTLY_MET
    assert outcome.value == 33.0
    assert outcome.margin == -3.0
    assert outcome.share == 0.5


def test_exactly_on_the_threshold_is_met() -> None:
    assert judge(np.array([60.0]), np.ones(1), threshold=60).verdict is VerdictWord.MET


def test_one_decisecond_over_is_not_met() -> None:
    over = np.array([60.0 + 1 / 600])
    assert judge(over, np.ones(1), threshold=60).verdict is VerdictWord.NOT_MET


@pytest.mark.parametrize(("value", "threshold"), [(0.9995, 1.0), (47.9995, 48.0), (64.9995, 65.0)])
def test_figures_just_short_of_the_threshold_are_not_rounded_up_to_it(
    value: float, threshold: float
) -> None:
    # 999.5 billion are not a trillion, however near.
    short = judge(
        np.array([value]), np.ones(1), threshold=threshold, comparison=Comparison.AT_LEAST
    )
    assert short.verdict is VerdictWord.NOT_MET
    assert short.share == 0


def test_unreachable_counts_against_the_share() -> None:
    values = np.array([10.0, 20.0, np.nan, np.nan])
    outcome = judge(values, ONES, threshold=60, required_share=0.75)
    assert outcome.share == 0.5
    assert outcome.value is None
    assert outcome.margin is None
    assert outcome.verdict is VerdictWord.PARTLY_MET


def test_people_weigh_and_value_is_the_quantile_at_the_required_share() -> None:
    values = np.array([20.0, 40.0, 90.0])
    people = np.array([50.0, 40.0, 10.0])
    outcome = judge(values, people, threshold=45, required_share=0.9)
    assert outcome.verdict is VerdictWord.MET
    assert outcome.value == 40.0
    assert outcome.margin == 5.0


def test_share_below_partly_share_is_not_met() -> None:
    outcome = judge(np.array([10.0, 90, 90, 90]), ONES, threshold=60, partly_share=0.5)
    assert outcome.verdict is VerdictWord.NOT_MET


def test_lengths_have_to_reach_the_threshold() -> None:
    outcome = judge(np.array([64.6]), np.ones(1), threshold=65, comparison=Comparison.AT_LEAST)
    assert outcome.verdict is VerdictWord.NOT_MET
    assert outcome.value == 64.6
    assert outcome.margin == pytest.approx(-0.4)


def test_nothing_to_judge_is_not_decidable() -> None:
    assert judge(np.array([]), np.array([]), threshold=60).verdict is VerdictWord.NOT_DECIDABLE


@given(
    values=st.lists(st.floats(0, 200) | st.just(np.nan), min_size=1, max_size=20),
    required=st.floats(0.05, 1.0),
    faster=st.floats(0, 30),
)
def test_shorter_times_never_lower_the_share_and_value_agrees_with_the_word(
    values: list[float], required: float, faster: float
) -> None:
    minutes = np.array(values)
    weights = np.ones(len(values))
    before = judge(minutes, weights, threshold=60, required_share=required)
    after = judge(np.maximum(minutes - faster, 0), weights, threshold=60, required_share=required)
    assert (after.share or 0.0) >= (before.share or 0.0)
    within = before.value is not None and before.value <= 60 * (1 + ROUNDING)
    assert (before.verdict is VerdictWord.MET) == within


@pytest.mark.parametrize(("value", "word"), [(1.0, "met"), (2.0, "not met"), (0.0, "not met")])
def test_equal_asks_for_exactly_the_threshold(value: float, word: str) -> None:
    outcome = judge(np.array([value]), np.ones(1), threshold=1, comparison=Comparison.EQUAL)
    assert outcome.verdict == word
    assert outcome.value == value
    assert outcome.margin == -abs(value - 1)


def test_pairs_without_weight_do_not_count() -> None:
    outcome = judge(np.array([10.0, 90.0]), np.array([1.0, 0.0]), threshold=60)
    assert (outcome.verdict, outcome.value, outcome.share) == (VerdictWord.MET, 10.0, 1.0)


@given(
    pairs=st.lists(
        st.tuples(st.floats(0, 200) | st.just(np.nan), st.floats(1, 1000)), min_size=1, max_size=20
    ),
    comparison=st.sampled_from(list(Comparison)),
    required=st.floats(0.05, 1.0),
    scale=st.floats(0.1, 10),
)
def test_share_depends_on_neither_order_nor_unit_of_the_weights(
    pairs: list[tuple[float, float]], comparison: Comparison, required: float, scale: float
) -> None:
    values, weights = (np.array(column) for column in zip(*pairs, strict=True))
    options = {"threshold": 60, "required_share": required, "comparison": comparison}
    outcome = judge(values, weights, **options)
    turned = judge(values[::-1], weights[::-1] * scale, **options)
    assert turned.share == pytest.approx(outcome.share)
    assert 0 <= (outcome.share or 0) <= 1 + 1e-9


@given(
    values=st.lists(st.floats(0, 200) | st.just(np.nan), min_size=1, max_size=20),
    added=st.floats(0, 60),
)
def test_a_further_pair_within_never_lowers_the_share(values: list[float], added: float) -> None:
    minutes = np.array(values)
    before = judge(minutes, np.ones(len(minutes)), threshold=60)
    after = judge(np.append(minutes, added), np.ones(len(minutes) + 1), threshold=60)
    assert (after.share or 0) >= (before.share or 0)


@given(legs=st.lists(st.integers(1, 6000), min_size=1, max_size=30))
def test_sum_of_floating_point_legs_meets_its_own_threshold(legs: list[int]) -> None:
    summed = np.array([sum(leg / 600 for leg in legs)])
    assert judge(summed, np.ones(1), threshold=sum(legs) / 600).verdict is VerdictWord.MET


@given(
    st.integers(1, 4).flatmap(
        lambda rows: st.tuples(
            st.lists(
                st.lists(st.floats(0, 99) | st.just(np.nan), min_size=rows, max_size=rows),
                max_size=4,
            ),
            st.lists(st.floats(0, 5), min_size=rows, max_size=rows),
        )
    ),
    st.sampled_from(Comparison),
    st.sampled_from([0.5, 1.0]),
)
def test_cases_judged_together_are_judged_as_alone(
    cases: tuple[list[list[float]], list[float]], comparison: Comparison, required_share: float
) -> None:
    values, weights = np.array(cases[0]).reshape(-1, len(cases[1])), np.array(cases[1])
    rule = {"threshold": 50, "required_share": required_share, "comparison": comparison}
    together = judge_each(values, weights, **rule)
    assert together == [judge(row, weights, **rule) for row in values]
