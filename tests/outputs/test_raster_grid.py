"""Grids lie between whole multiples of their cell and cover what they are over."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.core.crs import METRIC, bounds_in
from gis.core.errors import InputError
from gis.outputs.raster_grid import grid_over

AREA = (119.0, 29.5, 120.0, 30.25)


def test_a_grid_in_degrees_is_worked_by_hand() -> None:
    grid = grid_over(AREA, metric_system=METRIC, epsg=4490)
    assert grid.cell == 0.0025
    assert (grid.left, grid.top) == (119.0, 30.25)
    assert (grid.columns, grid.rows) == (400, 300)
    x, y = grid.centres(slice(299, 300))
    assert (x[0, 0], x[0, -1]) == pytest.approx((119.00125, 119.99875))
    assert y.shape == (1, 400)
    assert y[0, 0] == pytest.approx(29.50125)


@given(
    st.tuples(st.floats(118.0, 122.0), st.floats(28.0, 31.0)),
    st.tuples(st.floats(0.1, 2.0), st.floats(0.1, 2.0)),
    st.sampled_from([None, 4490, 4549, 4550]),
    st.sampled_from([250.0, 1000.0]),
)
def test_a_grid_covers_its_area_and_no_more_than_a_cell_beyond(
    corner: tuple[float, float], size: tuple[float, float], epsg: int | None, cell_m: float
) -> None:
    area = (*corner, corner[0] + size[0], corner[1] + size[1])
    grid = grid_over(area, metric_system=METRIC, epsg=epsg, cell_m=cell_m)
    sides = bounds_in(area, system=grid.system)
    right, bottom = grid.left + grid.columns * grid.cell, grid.top - grid.rows * grid.cell
    tiny = grid.cell * 1e-5
    assert -tiny <= sides[0] - grid.left < grid.cell + tiny
    assert -tiny <= sides[1] - bottom < grid.cell + tiny
    assert -tiny <= right - sides[2] < grid.cell + tiny
    assert -tiny <= grid.top - sides[3] < grid.cell + tiny
    assert abs(grid.left / grid.cell - round(grid.left / grid.cell)) < 1e-6


def test_other_codes_and_cells_too_small_are_refused() -> None:
    with pytest.raises(InputError, match="4490, 4549, 4550"):
        grid_over(AREA, metric_system=METRIC, epsg=3857)
    for cell in (1.0, 0.0, -250.0, float("nan")):
        with pytest.raises(InputError, match="25"):
            grid_over(AREA, metric_system=METRIC, cell_m=cell)
    with pytest.raises(InputError, match="100000000"):
        grid_over((100.0, 20.0, 120.0, 40.0), metric_system=METRIC, epsg=4490, cell_m=25.0)
