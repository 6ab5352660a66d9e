"""Places along lines: evenly spaced, where shapely finds them."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis.network.line_places import places_on_lines
from gis.network.snap import places_along

metre = st.integers(-300, 300)
line = st.lists(st.tuples(metre, metre), min_size=2, max_size=6)


def test_places_by_hand() -> None:
    # Three hundred metres east, then one hundred north; and a line of no length.
    points = np.array([[0, 0], [300, 0], [300, 100], [5, 5], [5, 5]], dtype=np.float64)
    line, fraction, x, y = places_on_lines(np.array([0, 3, 5]), points, spacing_m=100)
    assert line.tolist() == [0, 0, 0, 0, 0, 1, 1]
    assert fraction.tolist() == [0, 0.25, 0.5, 0.75, 1, 0, 1]
    assert x.tolist() == [0, 100, 200, 300, 300, 5, 5]
    assert y.tolist() == [0, 0, 0, 0, 100, 5, 5]


@given(st.lists(line, max_size=4), st.integers(20, 500))
def test_places_are_those_of_shapely(drawn: list[list[tuple[int, int]]], spacing_m: int) -> None:
    lines = np.array([shapely.LineString(points) for points in drawn], dtype=object)
    first = np.cumsum([0, *(len(points) for points in drawn)])
    points = np.array([point for points in drawn for point in points], dtype=np.float64)
    number, fraction, x, y = places_on_lines(first, points.reshape(-1, 2), spacing_m=spacing_m)
    wanted = places_along(lines, spacing_m=spacing_m)
    assert number.tolist() == wanted[0].tolist()
    assert fraction.tolist() == wanted[1].tolist()
    places = shapely.line_interpolate_point(lines[number], fraction, normalized=True)
    assert x == pytest.approx(shapely.get_x(places), abs=1e-6)
    assert y == pytest.approx(shapely.get_y(places), abs=1e-6)
