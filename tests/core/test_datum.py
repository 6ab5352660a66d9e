"""GCJ-02 and BD-09 against published points and as inverses."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.core.crs import distance_m
from gis.core.datum import bd09_to_wgs84, gcj02_to_wgs84, wgs84_to_gcj02


def test_shift_in_hangzhou_is_about_half_a_kilometre_to_the_south_east() -> None:
    lon, lat = np.array([120.1551]), np.array([30.2741])
    there_lon, there_lat = wgs84_to_gcj02(lon, lat)
    assert there_lon[0] > lon[0]
    assert there_lat[0] < lat[0]
    assert distance_m(lon, lat, there_lon, there_lat)[0] == pytest.approx(520, abs=20)


def test_beijing_tower_matches_the_published_pair() -> None:
    # A pair of web-map and GPS coordinates that implementations of the shift are tested with.
    lon, lat = wgs84_to_gcj02(np.array([116.404]), np.array([39.915]))
    assert (lon[0], lat[0]) == pytest.approx((116.41024449916938, 39.91640428150164), abs=1e-7)


def test_baidu_point_matches_the_published_pair_in_gcj02() -> None:
    wgs84 = bd09_to_wgs84(np.array([116.404]), np.array([39.915]))
    lon, lat = wgs84_to_gcj02(*wgs84)
    assert (lon[0], lat[0]) == pytest.approx((116.39762729119315, 39.90865673957631), abs=1e-7)


@given(lon=st.floats(117, 124), lat=st.floats(27, 33))
def test_the_inverse_undoes_the_shift_to_a_millimetre(lon: float, lat: float) -> None:
    before = np.array([lon]), np.array([lat])
    after = gcj02_to_wgs84(*wgs84_to_gcj02(*before))
    assert distance_m(*before, *after)[0] < 0.001
