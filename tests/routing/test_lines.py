"""Operations on lines of columns: each against numpy."""

import numba
import numpy as np
import numpy.typing as npt

from gis.routing.lanes import LANES
from gis.routing.lines import (
    COLUMNS,
    copy_row,
    enter_time,
    exchange_lines,
    rows_to_lines,
    take_sooner,
)

FAR = 2**30
Lines = npt.NDArray[np.int32]


@numba.njit(cache=True)
def run_copy_row(rows: Lines, row: int, sources: Lines, source: int) -> None:
    copy_row(rows, row, sources, source)


@numba.njit(cache=True)
def run_rows_to_lines(lines: Lines, first: int, rows: Lines) -> None:
    rows_to_lines(lines, first, rows)


@numba.njit(cache=True)
def run_exchange_lines(lines: Lines, one: int, other: int) -> None:
    exchange_lines(lines, one, other)


@numba.njit(cache=True)
def run_take_sooner(taken: Lines, lines: Lines, line: int, leaving: np.int32) -> None:
    take_sooner(taken, lines, line, leaving)


@numba.njit(cache=True)
def run_enter_time(times: Lines, line: int, taken: Lines, latest: np.int32, direct: Lines) -> None:
    enter_time(times, line, taken, latest, direct)


def filled(seed: int, *shape: int) -> Lines:
    return np.random.default_rng(seed).integers(0, 1000, shape).astype(np.int32)


def test_a_row_is_copied() -> None:
    rows, sources = filled(1, 3, LANES), filled(2, 4, LANES)
    wanted = rows.copy()
    wanted[1] = sources[3]
    run_copy_row(rows, 1, sources, 3)
    assert np.array_equal(rows, wanted)


def test_rows_become_columns() -> None:
    rows, lines = filled(3, COLUMNS, LANES), filled(4, 2 * LANES + 1, COLUMNS)
    wanted = lines.copy()
    wanted[LANES : 2 * LANES] = rows.T
    run_rows_to_lines(lines, LANES, rows)
    assert np.array_equal(lines, wanted)


def test_lines_are_exchanged_column_by_column() -> None:
    lines = filled(5, 4, COLUMNS)
    wanted = lines.copy()
    wanted[3] = np.minimum(lines[3], lines[1])
    wanted[1] = np.maximum(lines[3], lines[1])
    run_exchange_lines(lines, 3, 1)
    assert np.array_equal(lines, wanted)


def test_only_what_arrives_sooner_is_taken() -> None:
    taken, lines = filled(6, 2, COLUMNS), filled(7, 3, COLUMNS)
    lines[2, :4] = taken[0, :4]  # the same arrival is not sooner
    sooner = lines[2] < taken[0]
    assert 0 < sooner.sum() < COLUMNS
    wanted = [np.minimum(taken[0], lines[2]), np.where(sooner, 77, taken[1])]
    run_take_sooner(taken, lines, 2, np.int32(77))
    assert np.array_equal(taken, wanted)


def test_the_time_is_that_of_the_quicker_way() -> None:
    taken, direct = filled(8, 2, COLUMNS), filled(9, 1, COLUMNS)
    taken[0] += taken[1]
    taken[0, :3] = FAR  # not reached
    times = filled(10, 3, COLUMNS)
    by_transit = np.where(taken[1] <= 500, taken[0] - taken[1], FAR)
    wanted = np.vstack([times[:1], np.minimum(by_transit, direct), times[2:]])
    run_enter_time(times, 1, taken, np.int32(500), direct)
    assert np.array_equal(times, wanted)
    assert (times[1] == direct[0]).any()
    assert (times[1] != direct[0]).any()
