"""Spreading over cells: never quicker than straight, never through what is blocked."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gis.routing.graph import UNREACHED
from gis.routing.grid import spread


def spread_from(passable: np.ndarray, *cells: int, limit: int = 10_000) -> np.ndarray:
    starts = np.array(cells, dtype=np.int64)
    zeros = np.zeros(len(cells), dtype=np.int32)
    return spread(passable, starts, zeros, step_ds=10, diagonal_ds=14, limit_ds=limit)


def test_steps_and_diagonals_by_hand() -> None:
    times = spread_from(np.ones((3, 4), dtype=np.bool_), 0)
    assert times.tolist() == [[0, 10, 20, 30], [10, 14, 24, 34], [20, 24, 28, 38]]


def test_walls_are_gone_round() -> None:
    # S # .
    # . # .
    # . . .
    passable = np.array([[1, 0, 1], [1, 0, 1], [1, 1, 1]], dtype=np.bool_)
    assert spread_from(passable, 0)[0, 2] == 10 + 14 + 14 + 10


def test_nobody_slips_between_two_blocked_cells() -> None:
    passable = np.array([[1, 0], [0, 1]], dtype=np.bool_)
    assert spread_from(passable, 0)[1, 1] == UNREACHED


def test_the_limit_is_included() -> None:
    times = spread_from(np.ones((1, 4), dtype=np.bool_), 0, limit=20)
    assert times.tolist() == [[0, 10, 20, UNREACHED]]


def test_a_blocked_seed_is_ignored() -> None:
    passable = np.array([[0, 1]], dtype=np.bool_)
    assert (spread_from(passable, 0) == UNREACHED).all()


@settings(max_examples=60, deadline=None)
@given(arrays(np.bool_, (7, 6)), st.integers(0, 41), st.integers(0, 41))
def test_two_seeds_give_the_better_of_both(passable: np.ndarray, one: int, other: int) -> None:
    apart = np.minimum(spread_from(passable, one), spread_from(passable, other))
    assert (spread_from(passable, one, other) == apart).all()


@settings(max_examples=60, deadline=None)
@given(arrays(np.bool_, (7, 6)), st.integers(0, 41))
def test_no_cell_is_reached_quicker_than_straight(passable: np.ndarray, seed: int) -> None:
    times = spread_from(passable, seed)
    row, column = np.nonzero(times != UNREACHED)
    straight = np.hypot(row - seed // 6, column - seed % 6) * 9.89  # 14 for a diagonal of 1.415
    assert (times[row, column] >= straight - 1e-9).all()
    assert passable[row, column].all()
