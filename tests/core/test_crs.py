"""Transformations, lengths and areas against known values."""

import geopandas as gpd
import pytest
from shapely.geometry import LineString, Point, box

from gis.core.crs import area_km2, length_m, to_geographic, to_metric
from gis.core.errors import InputError


def test_frame_without_crs_is_refused_with_its_name() -> None:
    frame = gpd.GeoDataFrame(geometry=[Point(120, 30)])
    with pytest.raises(InputError, match=r"zones\.geojson: has no CRS"):
        to_geographic(frame, where="zones.geojson")


def test_one_degree_of_latitude_is_about_110_9_km_at_30_north() -> None:
    line = gpd.GeoSeries([LineString([(120, 29.5), (120, 30.5)])], crs="EPSG:4326")
    assert length_m(line)[0] == pytest.approx(110_857, abs=10)


def test_area_does_not_depend_on_orientation() -> None:
    square = box(120, 30, 121, 31)
    areas = area_km2(gpd.GeoSeries([square, square.reverse()], crs="EPSG:4326"))
    assert areas[0] == pytest.approx(10_636, abs=15)
    assert areas[0] == pytest.approx(areas[1])


def test_metric_system_holds_at_both_ends_of_the_study_area() -> None:
    # EPSG:4549 would be off by more than 100 m in 100 km at Zhoushan.
    for lon in (118.4, 122.6):
        line = gpd.GeoSeries([LineString([(lon, 30), (lon + 0.1, 30)])], crs="EPSG:4326")
        metric = to_metric(gpd.GeoDataFrame(geometry=line))
        assert metric.length.iloc[0] == pytest.approx(length_m(line)[0], rel=4e-4)
