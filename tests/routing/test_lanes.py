"""Operations on rows of lanes: each against a plain loop over the lanes."""

import numba
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.routing.lanes import (
    CACHE_LINE_BYTES,
    LANES,
    TURNED_ROWS,
    add_where_within,
    empty_rows,
    least_of_row,
    least_row,
    lower_row,
    turn_rows,
    write_row,
)

FAR = {np.int32: 2**30, np.int64: 2**62}
ROWS = 5
DTYPES = st.sampled_from([np.int32, np.int64])
Rows = npt.NDArray[np.signedinteger]


@numba.njit(cache=True)
def run_least_row(  # noqa: PLR0917 - compiled functions take no keywords
    rows: Rows, row: int, arcs: Rows, sources: Rows, seeds: Rows, seed: int
) -> None:
    least_row(rows, row, arcs, 0, len(arcs), sources, seeds, seed)


@numba.njit(cache=True)
def run_lower_row(rows: Rows, row: int, source: int, cost: np.signedinteger) -> None:
    lower_row(rows, row, source, cost)


@numba.njit(cache=True)
def run_write_row(rows: Rows, row: int, sources: Rows, source: int) -> None:
    write_row(rows, row, sources, source)


@numba.njit(cache=True)
def run_least_of_row(rows: Rows, row: int) -> int:
    return least_of_row(rows, row)


@numba.njit(cache=True)
def run_add_where_within(
    sums: npt.NDArray[np.float64], limits: Rows, rows: Rows, row: int, weight: float
) -> None:
    add_where_within(sums, limits, rows, row, weight)


@numba.njit(cache=True)
def run_turn_rows(
    columns: Rows, places: Rows, start: int, rows: Rows, picked: npt.NDArray[np.int32]
) -> None:
    turn_rows(columns, places, start, rows, picked)


def filled_rows(dtype: type[np.signedinteger], seed: int) -> Rows:
    """Return rows of random costs, some of them far."""
    random = np.random.default_rng(seed)
    rows = empty_rows(ROWS, dtype)
    rows[:] = random.integers(0, FAR[dtype] - 1, rows.shape)
    rows[random.random(rows.shape) < 0.2] = FAR[dtype]
    return rows


@given(
    DTYPES,
    st.integers(0, 99),
    st.lists(st.tuples(st.integers(0, ROWS - 1), st.integers(0, 2**30 - 1)), max_size=9),
    st.integers(-1, ROWS - 1),
)
def test_least_row(
    dtype: type[np.signedinteger], seed: int, arcs: list[tuple[int, int]], seed_row: int
) -> None:
    rows, sources, seeds = filled_rows(dtype, 1), filled_rows(dtype, seed), filled_rows(dtype, 3)
    before = rows.copy()
    wanted = [FAR[dtype] if seed_row < 0 else int(seeds[seed_row, k]) for k in range(LANES)]
    for row, cost in arcs:
        wanted = [min(wanted[k], int(sources[row, k]) + cost) for k in range(LANES)]
    packed = np.array(arcs, dtype=dtype).reshape(-1, 2)
    run_least_row(rows, 2, packed, sources, seeds, seed_row)
    assert rows[2].tolist() == wanted
    others = [0, 1, 3, 4]
    np.testing.assert_array_equal(rows[others], before[others])


@given(DTYPES, st.integers(0, 99), st.integers(0, 2**30 - 1))
def test_lower_row(dtype: type[np.signedinteger], seed: int, cost: int) -> None:
    rows = filled_rows(dtype, seed)
    before = rows.copy()
    run_lower_row(rows, 1, 3, dtype(cost))
    wanted = [min(int(a), int(b) + cost) for a, b in zip(before[1], before[3], strict=True)]
    assert rows[1].tolist() == wanted
    np.testing.assert_array_equal(rows[[0, 2, 3, 4]], before[[0, 2, 3, 4]])


@pytest.mark.parametrize("dtype", [np.int32, np.int64])
def test_write_row(dtype: type[np.signedinteger]) -> None:
    rows, sources = filled_rows(dtype, 1), filled_rows(dtype, 2)
    before = rows.copy()
    run_write_row(rows, 4, sources, 0)
    np.testing.assert_array_equal(rows[4], sources[0])
    np.testing.assert_array_equal(rows[:4], before[:4])


@given(DTYPES, st.integers(0, 99), st.integers(0, ROWS - 1))
def test_least_of_row(dtype: type[np.signedinteger], seed: int, row: int) -> None:
    rows = filled_rows(dtype, seed)
    assert run_least_of_row(rows, row) == rows[row].min()


@given(DTYPES, st.integers(0, 99), st.lists(st.integers(0, 2**30), max_size=4))
def test_add_where_within(
    dtype: type[np.signedinteger], seed: int, drawn_limits: list[int]
) -> None:
    rows = filled_rows(dtype, seed)
    limits = np.array([*drawn_limits, rows[1, 7]], dtype=dtype)  # one cost is exactly a limit
    sums = np.arange(len(limits) * LANES, dtype=np.float64).reshape(len(limits), LANES)
    wanted = sums + np.where(rows[1] <= limits[:, None], 0.75, 0.0)
    run_add_where_within(sums, limits, rows, 1, 0.75)
    np.testing.assert_array_equal(sums, wanted)


@pytest.mark.parametrize("lanes", [0, 1, 16, 17, LANES])
@pytest.mark.parametrize("dtype", [np.int32, np.int64])
def test_turn_rows(dtype: type[np.signedinteger], lanes: int) -> None:
    random = np.random.default_rng(lanes)
    rows = filled_rows(dtype, 4)
    picked = random.integers(0, ROWS, TURNED_ROWS + 7).astype(np.int32)
    places = random.permutation(LANES + 3)[:lanes]
    columns = np.full((LANES + 3, TURNED_ROWS + 9), -1, dtype=dtype)
    wanted = columns.copy()
    wanted[places, 5 : 5 + TURNED_ROWS] = rows[picked[5 : 5 + TURNED_ROWS], :lanes].T
    run_turn_rows(columns, places, 5, rows, picked)
    np.testing.assert_array_equal(columns, wanted)


@pytest.mark.parametrize("dtype", [np.int32, np.int64])
def test_rows_begin_on_cache_lines(dtype: type[np.signedinteger]) -> None:
    for count in (1, 7):
        rows = empty_rows(count, dtype)
        assert rows.shape == (count, LANES)
        assert rows.dtype == dtype
        assert rows.flags.c_contiguous
        assert rows.ctypes.data % CACHE_LINE_BYTES == 0
