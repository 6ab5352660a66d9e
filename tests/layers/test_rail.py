"""Rail layers: pieces and their years, lengths, distance from independent data."""

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from gis.core.crs import METRIC, distance_m
from gis.core.schemas import FEATURE_COLUMNS, Certainty
from gis.layers.rail import build_rail_lines, build_stations

URBAN_SHAOXING = ["SX1", "SX1B", "SX2"]


@pytest.fixture(scope="module")
def rail_lines() -> gpd.GeoDataFrame:
    return build_rail_lines()


@pytest.fixture(scope="module")
def stations() -> gpd.GeoDataFrame:
    return build_stations()


def test_features_are_whole(rail_lines: gpd.GeoDataFrame, stations: gpd.GeoDataFrame) -> None:
    for layer in (rail_lines, stations):
        assert set(FEATURE_COLUMNS) <= set(layer.columns)
        assert layer["id"].is_unique
        assert layer.crs == "EPSG:4326"
        assert layer.geometry.is_valid.all()
        assert (layer[["name_zh", "name_en", "source_id"]] != "").all(axis=None)
    assert set(rail_lines.geom_type) == {"LineString"}
    assert set(stations.geom_type) == {"Point"}
    assert not stations["name_en"].str.contains(r"[一-鿿]").any()


@pytest.mark.parametrize(
    ("year", "length_km"), [(2020, 0.0), (2021, 20.8), (2022, 47.1), (2023, 57.9), (2025, 64.6)]
)
def test_urban_rail_of_shaoxing_by_year(
    rail_lines: gpd.GeoDataFrame, year: int, length_km: float
) -> None:
    # Published: line 1 47.1 km, its branch 6.7 km (estimate), line 2 10.8 km.
    opened = rail_lines[
        rail_lines["line_id"].isin(URBAN_SHAOXING) & (rail_lines["opened_year"] <= year)
    ]
    assert opened["length_km"].sum() == pytest.approx(length_km, abs=0.05)


def test_first_piece_of_line_1_is_as_long_as_the_published_intercity(
    rail_lines: gpd.GeoDataFrame,
) -> None:
    # 杭绍城际 20.3 km (project page), not used in building: the share by drawn length is near.
    piece = rail_lines.set_index("id").loc["SX1-1"]
    assert piece["opened_date"] == "2021-06-28"
    assert piece["length_km"] == pytest.approx(20.3, abs=1)


def test_drawn_lines_are_about_as_long_as_published(rail_lines: gpd.GeoDataFrame) -> None:
    known = rail_lines[
        (rail_lines["length_basis"] == "published") & (rail_lines["accuracy_m"] <= 300)
    ]
    assert len(known) >= 3
    drawn_km = known.geometry.to_crs(METRIC).length / 1000
    assert (drawn_km / known["length_km"]).between(0.98, 1.0).all()


def test_a_line_that_is_not_open_belongs_to_a_later_year(rail_lines: gpd.GeoDataFrame) -> None:
    not_open = rail_lines[rail_lines["status"] != "open"]
    assert not_open["opened_year"].min() == 2027
    assert set(not_open["certainty"]) <= {Certainty.LOW.value, Certainty.GUESS.value}


def test_railway_and_metro_of_one_place_are_two_stations(stations: gpd.GeoDataFrame) -> None:
    named = stations.set_index(["system", "name_zh"])
    assert named.loc[("cr", "杭州西"), "kind"] == "rail"
    assert named.loc[("hz", "火车西站"), "line_ids"] == "HZ3;HZ19"
    assert named.loc[("cr", "上海松江"), "aliases"] == "松江南"
    assert named.loc[("cr", "绍兴北"), "city_id"] == "330600"


@pytest.mark.reference
def test_stations_lie_at_their_independent_positions(
    stations: gpd.GeoDataFrame, reference_dir: Path
) -> None:
    path = reference_dir / "osm_stations_2025" / "stations_region_wgs84.geojson"
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    named = {
        feature["properties"]["name"].removesuffix("站"): feature["geometry"]["coordinates"]
        for feature in features
        if feature["properties"]["station"] == "train" and feature["properties"]["name"]
    }
    both = stations[(stations["system"] == "cr") & stations["name_zh"].isin(named)]
    there = np.array([named[name] for name in both["name_zh"]])
    offsets = distance_m(
        both.geometry.x.to_numpy(), both.geometry.y.to_numpy(), there[:, 0], there[:, 1]
    )
    assert len(both) >= 25
    assert np.median(offsets) <= 60
    assert offsets.max() <= 500


@pytest.mark.reference
def test_high_speed_lines_follow_the_alignments_of_2016(
    rail_lines: gpd.GeoDataFrame, reference_dir: Path
) -> None:
    path = reference_dir / "hsr_lines_2016" / "hsr_lines_region_wgs84.geojson"
    alignments = gpd.read_file(path).to_crs(METRIC).union_all()
    ours = rail_lines.set_index("id").to_crs(METRIC)
    for line in ("R-HUHANG", "R-HANGYONG", "R-NINGHANG"):
        shape = ours.geometry[line]
        points = shapely.line_interpolate_point(shape, np.arange(0, shape.length, 500.0))
        offsets = shapely.distance(points, alignments)
        assert np.median(offsets) <= 100, line
        assert np.percentile(offsets, 90) <= 400, line
