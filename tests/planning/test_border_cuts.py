"""Borders of three square cities, and zones at them.

::

    +----+----+   +----+
    | 10 | 20 |~~~| 30 |     10 and 20 share a border; 30 lies over the water
    +----+----+   +----+
"""

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box

from gis.catalogue.roads import Terrain
from gis.core.crs import GEOGRAPHIC, length_m
from gis.planning.border_cuts import border_cuts, border_places, cut_lines, with_lines, zone_cuts
from gis.planning.border_pairs import Cut

CITIES = gpd.GeoDataFrame(
    {
        "id": ["10", "20", "30"],
        "name_zh": ["甲市", "乙市", "丙市"],
        "name_en": ["Jia City", "Yi City", "Bing City"],
    },
    geometry=[
        box(120.0, 30.0, 120.2, 30.4),
        box(120.2, 30.0, 120.4, 30.4),
        box(120.5, 30, 120.6, 30.4),
    ],
    crs=GEOGRAPHIC,
)
TOWNSHIPS = gpd.GeoDataFrame(
    {
        "id": ["T1", "T2", "T3", "T3", "T9"],
        "city_id": ["10", "20", "30", "30", "40"],
        "scope": ["study", "study", "study", "study", "province"],
        "seat_lon": [120.18, 120.22, 120.52, 120.53, 120.3],
        "seat_lat": [30.05, 30.05, 30.2, 30.2, 30.9],
    },
    geometry=[
        box(120.15, 30.0, 120.2, 30.1),
        box(120.2, 30.0, 120.25, 30.1),
        box(120.5, 30.1, 120.55, 30.3),
        box(120.5, 30.1, 120.55, 30.3),
        box(120.25, 30.8, 120.35, 31.0),
    ],
    crs=GEOGRAPHIC,
)


def test_places_are_seats_of_the_study_area_with_their_terrain() -> None:
    places = border_places(TOWNSHIPS, {"T2": Terrain.HILL})
    assert places["id"].tolist() == ["T1", "T2", "T3"]
    assert places["terrain"].tolist() == ["plain", "hill", "plain"]


def test_borders_are_those_with_near_places_on_both_sides() -> None:
    places = border_places(TOWNSHIPS, {})
    pairs = pd.DataFrame({"origin": [0, 0], "destination": [1, 0]})
    (cut,) = border_cuts(CITIES, places, pairs)
    assert cut == Cut("10-20", "甲—乙", "Jia–Yi", ("10", "20"))


def test_zones_are_provincial_and_lie_in_two_cities() -> None:
    zones = pd.DataFrame(
        [
            ("Z1", "pilot_zone", "provincial", "20;10", "T1;T2"),
            ("Z2", "pilot_zone", "municipal", "10;20", "T1"),
            ("Z3", "pilot_zone", "provincial", "10", "T1"),
            ("Z4", "pilot_zone", "provincial", "10;20", ""),
            ("Z5", "block", "", "10;20", "T1"),
        ],
        columns=["id", "level", "tier", "city_ids", "township_ids"],
    ).assign(name_zh="区", name_en="zone")
    (cut,) = zone_cuts(gpd.GeoDataFrame(zones))
    assert cut == Cut("Z1", "区", "zone", ("10", "20"), frozenset({"T1", "T2"}))


def test_lines_are_shared_borders_or_the_way_over_the_water() -> None:
    cuts = (
        Cut("10-20", "", "", ("10", "20")),
        Cut("Z", "", "", ("10", "20"), frozenset({"T1", "T2"})),
        Cut("20-30", "", "", ("20", "30")),
    )
    lines = cut_lines(cuts, CITIES, TOWNSHIPS)
    km = length_m(lines.geometry) / 1000.0
    whole, part, water = km
    assert whole == pytest.approx(44.35, rel=0.01)  # 0.4 degrees of latitude
    assert part == pytest.approx(11.1 + 3.0, rel=0.02)  # along the members and 3 km on
    assert water == pytest.approx(9.6, rel=0.01)  # 0.1 degrees of longitude
    drawn = with_lines(pd.DataFrame({"id": ["Z", "10-20", "Z"]}), lines)
    assert drawn.geometry.iloc[0].equals(drawn.geometry.iloc[2])
    assert drawn.crs == GEOGRAPHIC
