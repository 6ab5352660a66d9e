"""First-order sensitivity against models whose indices are known."""

import numpy as np
import pytest

from gis.planning.sensitivity import first_order

GENERATOR = np.random.default_rng(1)
INPUTS = GENERATOR.random((4_000, 3))


def test_a_sum_is_explained_by_the_variances_of_its_terms() -> None:
    results = 2.0 * INPUTS[:, 0] + INPUTS[:, 1]  # variances 4 : 1 : 0
    assert first_order(INPUTS, results).tolist() == pytest.approx([0.8, 0.2, 0.0], abs=0.03)


def test_an_input_that_counts_only_with_another_explains_nothing_alone() -> None:
    results = (INPUTS[:, 0] - 0.5) * (INPUTS[:, 1] - 0.5)
    assert first_order(INPUTS, results).tolist() == pytest.approx([0.0, 0.0, 0.0], abs=0.03)


def test_a_choice_of_two_is_an_input_as_well() -> None:
    late = (INPUTS[:, 2] > 0.7).astype(float)
    results = np.where(late > 0, np.inf, INPUTS[:, 1])
    # Ranks: even over 0 to 0.7 for those in time, 0.85 for the 30 % that are late. Between the two
    # lies a variance of 0.0525 of 0.0811; the other input moves the mean of ranks by 0.49 of it.
    shares = first_order(np.stack([late, INPUTS[:, 1]], axis=1), results)
    assert shares.tolist() == pytest.approx([0.647, 0.247], abs=0.03)


@pytest.mark.parametrize("draws", [1, 2, 3, 50])
def test_nothing_is_explained_where_nothing_varies(draws: int) -> None:
    assert first_order(INPUTS[:draws], np.full(draws, 7.0)).tolist() == [0.0] * 3
    constant = np.zeros((draws, 1))
    assert first_order(constant, INPUTS[:draws, 0]).tolist() == [0.0]
