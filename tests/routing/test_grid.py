"""Spreading over cells: never quicker than straight, never through what is blocked."""

import heapq
from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gis.routing.graph import UNREACHED
from gis.routing.grid import earliest, spread


def spread_from(passable: np.ndarray, *cells: int, limit: int = 10_000) -> np.ndarray:
    starts = np.array(cells, dtype=np.int64)
    first = earliest(passable.shape, starts, np.zeros(len(cells), dtype=np.int32))
    return spread(passable, first, step_ds=10, diagonal_ds=14, limit_ds=limit)


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


@settings(max_examples=80, deadline=None)
@given(
    arrays(np.bool_, (6, 5)),
    st.dictionaries(st.integers(0, 29), st.integers(0, 90), max_size=5),
    st.integers(0, 120),
)
def test_times_equal_a_plain_search(
    passable: np.ndarray, seeds: dict[int, int], limit: int
) -> None:
    cells = np.array(list(seeds), dtype=np.int64)
    spent = np.array(list(seeds.values()), dtype=np.int32)
    first = earliest(passable.shape, cells, spent)
    times = spread(passable, first, step_ds=10, diagonal_ds=14, limit_ds=limit)
    wanted = np.full(passable.shape, UNREACHED, dtype=np.int64)
    waiting = [(time, *divmod(cell, 5)) for cell, time in seeds.items()]
    heapq.heapify(waiting)
    while waiting:
        time, row, column = heapq.heappop(waiting)
        if time > limit or not passable[row, column] or wanted[row, column] <= time:
            continue
        wanted[row, column] = time
        for down, across in product((-1, 0, 1), repeat=2):
            r, c = row + down, column + across
            if 0 <= r < 6 and 0 <= c < 5 and (passable[row, c] or passable[r, column]):
                heapq.heappush(waiting, (time + (14 if down and across else 10), r, c))
    assert (times == wanted).all()
