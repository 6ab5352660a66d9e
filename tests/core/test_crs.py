"""Transformations, lengths and areas against known values."""

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import LineString, Point, box

from gis.core.crs import (
    METRIC,
    area_km2,
    distance_m,
    from_metric,
    length_m,
    metric_system,
    metric_xy,
    to_geographic,
    to_metric,
)
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


def test_places_in_and_around_the_study_area_share_its_system() -> None:
    assert METRIC.startswith("+proj=laea +lat_0=30.2 +lon_0=120.7 ")
    everywhere_in_it = np.array([118.3, 123.2]), np.array([28.4, 31.2])
    shanghai_and_beijing = np.array([121.5, 116.4]), np.array([31.2, 39.9])
    all_round = np.array([100.0, 140.0]), np.array([10.0, 50.0])
    nowhere = np.array([]), np.array([])
    for lon, lat in (everywhere_in_it, shanghai_and_beijing, all_round, nowhere):
        assert metric_system(lon, lat) == METRIC


@pytest.mark.parametrize(
    ("lon", "lat"), [(-3.0, 51.6), (-8.6, 41.15), (-71.3, 41.5), (151.2, -33.9), (25.0, 69.5)]
)
def test_straight_ways_elsewhere_are_as_long_as_on_the_ground(lon: float, lat: float) -> None:
    ahead = np.linspace(0.0, 2 * np.pi, 9)
    lons, lats = lon + 0.5 * np.cos(ahead), lat + 0.3 * np.sin(ahead)
    system = metric_system(lons, lats)
    x, y = metric_xy(lons, lats, system)
    here = metric_xy(np.array([lon]), np.array([lat]), system)
    straight_m = np.hypot(x - here[0], y - here[1])
    on_ground_m = distance_m(np.full(9, lon), np.full(9, lat), lons, lats)
    assert straight_m == pytest.approx(on_ground_m, rel=2e-4)
    # The study area's own projection would be off by a tenth or more there.
    far = np.hypot(
        *(
            there - at
            for there, at in zip(
                metric_xy(lons, lats), metric_xy(np.array([lon]), np.array([lat])), strict=True
            )
        )
    )
    assert np.abs(far / on_ground_m - 1).max() > 0.1


def test_metric_places_elsewhere_come_back() -> None:
    lons, lats = np.array([-3.2, -2.9]), np.array([51.5, 51.7])
    system = metric_system(lons, lats)
    points = gpd.GeoSeries.from_xy(*metric_xy(lons, lats, system))
    back = from_metric(points, system)
    assert back.x.to_numpy() == pytest.approx(lons)
    assert back.y.to_numpy() == pytest.approx(lats)
