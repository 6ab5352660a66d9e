"""Boxes around lines: never miss a line near a place, in the study area or far from it."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.core.crs import metric_xy
from gis.network.line_boxes import areas_around, make_boxes, rows_in
from gis.network.lines import PARTS_PER_DEGREE, EdgeLines
from gis.network.snap import metric_points


def scattered(count: int, *, lon: float, lat: float, seed: int) -> EdgeLines:
    """Draw lines of two to five points within a degree of a place."""
    draw = np.random.default_rng(seed)
    first = np.concatenate([[0], np.cumsum(draw.integers(2, 6, count))])
    line = np.repeat(np.arange(count), np.diff(first))
    points = np.array([lon, lat]) + draw.uniform(-0.5, 0.5, (count, 2))[line]
    points += draw.uniform(-0.02, 0.02, points.shape)
    return EdgeLines(first, np.rint(points * PARTS_PER_DEGREE).astype(np.int32))


@settings(max_examples=40)
@given(
    st.integers(0, 10**6),
    st.sampled_from([(120.7, 30.2), (118.0, 27.5), (-8.6, 41.1), (151.2, -33.9)]),
    st.sampled_from([100.0, 2_500.0, 50_000.0]),
)
def test_no_line_within_the_radius_is_missed(
    seed: int, here: tuple[float, float], radius_m: float
) -> None:
    lines = scattered(300, lon=here[0], lat=here[1], seed=seed)
    rows = np.arange(0, 300, 2)
    lon, lat = np.array([here[0], here[0] + 0.3]), np.array([here[1], here[1] - 0.2])
    found = rows_in(make_boxes(lines, rows), areas_around(lon, lat, radius_m))
    points, drawn = metric_points(lon, lat), lines.metric_lines(rows)
    near = shapely.distance(points[:, None], drawn[None, :]).min(axis=0) <= radius_m
    assert set(rows[near]) <= set(found.tolist())
    assert (np.diff(found) > 0).all()


def test_only_lines_whose_boxes_touch_are_found() -> None:
    #  0: (0,0)-(1,1)   1: (2,2)-(3,3)   2: (1,0)-(2,0), left out
    points = np.array([[0, 0], [1, 1], [2, 2], [3, 3], [1, 0], [2, 0]]) * PARTS_PER_DEGREE
    lines = EdgeLines(np.array([0, 2, 4, 6]), points.astype(np.int32))
    boxes = make_boxes(lines, np.array([0, 1]))
    assert rows_in(boxes, np.array([[0.5, 0.9, 1.9, 1.1]])).tolist() == [0]
    assert rows_in(boxes, np.array([[1.0, 1.0, 2.0, 2.0]])).tolist() == [0, 1]
    assert rows_in(boxes, np.array([[1.1, 0.0, 1.9, 0.5]])).tolist() == []
    assert rows_in(boxes, np.empty((0, 4))).tolist() == []


def test_areas_hold_the_circle_and_little_more() -> None:
    lon, lat = np.array([120.0]), np.array([30.0])
    west, south, east, north = areas_around(lon, lat, 10_000.0)[0]
    for corner_lon, corner_lat in ((west, 30.0), (east, 30.0), (120.0, south), (120.0, north)):
        x, y = metric_xy(np.array([corner_lon, 120.0]), np.array([corner_lat, 30.0]))
        assert np.hypot(*np.diff([x, y], axis=1)).item() == pytest.approx(10_500, rel=0.01)
