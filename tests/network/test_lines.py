"""Lines as arrays: what goes in comes out, to a centimetre; neighbours on the curve are near."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas.testing import assert_geoseries_equal

from gis.core.crs import GEOGRAPHIC, metric_xy, to_metric
from gis.network.lines import PARTS_PER_DEGREE, EdgeLines, curve_order, edge_lines

LINES = gpd.GeoSeries(
    [
        shapely.LineString([(120.0, 30.0), (120.1, 30.0)]),
        shapely.LineString([(120.1, 30.0), (120.15, 29.98), (120.1234567, 29.92)]),
        shapely.LineString([(-8.6, 41.1), (-8.7, 41.2), (-8.8, 41.1), (-8.9, -41.0)]),
    ],
    crs=GEOGRAPHIC,
)


def test_lines_come_back_as_they_were() -> None:
    lines = edge_lines(LINES)
    assert lines.first.tolist() == [0, 2, 5, 9]
    assert lines.count == 3
    assert [line.equals(drawn) for line, drawn in zip(LINES, lines.lines(), strict=True)] == [
        True
    ] * 3
    assert lines.lines(np.array([2, 0]))[1].equals(LINES[0])


def test_a_centimetre_is_what_is_kept() -> None:
    odd = gpd.GeoSeries([shapely.LineString([(120.12345678912, 30.0), (120.2, 30.0)])])
    lines = edge_lines(odd)
    assert lines.lon_lat_e7[0].tolist() == [1201234568, 300000000]
    assert lines.degrees()[0, 0] == 120.1234568


def test_metric_lines_are_those_of_the_frame() -> None:
    drawn = edge_lines(LINES).metric_lines(np.array([1, 0]))
    wanted = to_metric(gpd.GeoDataFrame(geometry=LINES)).geometry
    assert drawn[0].equals(wanted[1])
    assert drawn[1].equals(wanted[0])


def test_a_frame_has_the_rows_asked_for_with_their_lines() -> None:
    edges = pd.DataFrame({"edge_id": ["a", "b", "c"]}, index=[7, 8, 9])
    frame = edge_lines(LINES).frame(edges, np.array([2, 1]))
    assert frame["edge_id"].tolist() == ["c", "b"]
    assert frame.crs == GEOGRAPHIC
    assert_geoseries_equal(
        frame.geometry, LINES[[2, 1]].reset_index(drop=True), check_series_type=False
    )
    assert len(edge_lines(LINES).frame(edges)) == 3


def test_no_rows_have_no_lines() -> None:
    lines = edge_lines(LINES)
    assert len(lines.take(np.array([], dtype=np.int64)).lon_lat_e7) == 0
    assert len(lines.metric_lines(np.array([], dtype=np.int64))) == 0


@pytest.mark.parametrize("corner", [(0, 0), (5, 3), (2**21, 2**20), (2**22 - 16, 1024)])
def test_steps_along_the_curve_lead_to_the_cell_beside(corner: tuple[int, int]) -> None:
    # A square of 16 x 16 cells that lies on a corner of 16 cells is passed through in one go.
    cell = 360.0 / 2**22
    first = (np.array(corner) // 16) * 16
    column, row = np.meshgrid(first[0] + np.arange(16), first[1] + np.arange(16))
    lon, lat = (column.ravel() + 0.5) * cell - 180.0, (row.ravel() + 0.5) * cell - 180.0
    order = curve_order(lon, lat)
    steps = np.abs(np.diff(column.ravel()[order])) + np.abs(np.diff(row.ravel()[order]))
    assert sorted(order.tolist()) == list(range(256))
    assert (steps == 1).all()


def test_places_in_one_cell_keep_their_order() -> None:
    lon = np.array([120.0, 121.0, 120.0, 120.0 + 1 / PARTS_PER_DEGREE])
    order = curve_order(lon, np.full(4, 30.0)).tolist()
    assert [row for row in order if row != 1] == [0, 2, 3]


def test_many_points_are_projected_as_each_alone() -> None:
    draw = np.random.default_rng(3)
    lon, lat = draw.uniform(119, 122, 300_001), draw.uniform(28, 31, 300_001)
    parts = np.rint(np.stack([lon, lat], axis=1) * PARTS_PER_DEGREE).astype(np.int32)
    metres = EdgeLines(np.array([0, len(parts)]), parts).metres()
    wanted = metric_xy(parts[:, 0] / PARTS_PER_DEGREE, parts[:, 1] / PARTS_PER_DEGREE)
    assert (metres == np.stack(wanted, axis=1)).all()
