"""Marching squares: areas by hand, holes, saddles, and nesting on random grids."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gis.access.contours import area_within
from gis.routing.graph import UNREACHED


def area(times: list[list[int]] | np.ndarray, limit: float) -> shapely.Geometry:
    grid = np.asarray(times, dtype=np.int32)
    return area_within(grid, limit_ds=limit, step_ds=10, left=0, top=0, cell_m=1)


def test_one_cell_is_a_diamond() -> None:
    # Time left for half a step each way: a diamond with half diagonals of 0.5.
    assert area([[5]], 10).area == pytest.approx(0.5)
    assert area([[5]], 10).contains(shapely.Point(0, 0))


def test_nothing_reached_is_empty() -> None:
    assert area([[UNREACHED, 50]], 10).is_empty


def test_rows_run_south_and_columns_east() -> None:
    found = area([[UNREACHED, 0], [UNREACHED, UNREACHED]], 5)
    assert found.centroid.x == pytest.approx(1)
    assert found.centroid.y == pytest.approx(0)
    assert area([[UNREACHED], [0]], 5).centroid.y == pytest.approx(-1)


def test_what_is_not_reached_inside_is_a_hole() -> None:
    times = np.zeros((5, 5), dtype=np.int32)
    times[2, 2] = UNREACHED
    found = area(times, 5)
    assert len(found.interiors) == 1
    assert not found.contains(shapely.Point(2, -2))


def test_opposite_corners_stay_apart() -> None:
    found = area([[0, UNREACHED], [UNREACHED, 0]], 9)
    assert shapely.get_num_geometries(found) == 2


grids = arrays(
    np.int32, st.tuples(st.integers(1, 9), st.integers(1, 9)), elements=st.integers(0, 60)
)


@settings(max_examples=150, deadline=None)
@given(grids, st.integers(1, 50), st.integers(0, 20))
def test_a_longer_limit_never_takes_area_away(times: np.ndarray, limit: int, more: int) -> None:
    smaller, larger = area(times, limit), area(times, limit + more)
    assert smaller.is_valid
    assert smaller.difference(larger).area < 1e-9


@settings(max_examples=100, deadline=None)
@given(grids, st.integers(1, 50))
def test_centres_are_inside_exactly_when_reached(times: np.ndarray, limit: int) -> None:
    found = area(times, limit)
    row, column = np.indices(times.shape)
    centres = shapely.points(column.ravel().astype(float), -row.ravel().astype(float))
    assert (shapely.contains(found, centres) == (times.ravel() <= limit)).all()
