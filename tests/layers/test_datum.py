"""The datum guard accuses what is shifted and nothing else."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import LineString

from gis.core.datum import wgs84_to_gcj02
from gis.core.errors import Problem
from gis.layers.datum import line_problems, point_problems

KNOWN = pd.DataFrame(
    {
        "name": ["瓜沥", "钱清", "店口", "长安", "长安"],
        "lon": [120.45, 120.40, 120.25, 120.44, 121.0],
        "lat": [30.18, 30.12, 29.95, 30.46, 29.0],
    }
)


def shifted(points: pd.DataFrame) -> pd.DataFrame:
    lon, lat = wgs84_to_gcj02(points["lon"].to_numpy(), points["lat"].to_numpy())
    return points.assign(lon=lon, lat=lat)


def keys(problems: list[Problem]) -> list[str]:
    return [problem.key for problem in problems]


def test_points_of_known_names_in_gcj02_are_recognised() -> None:
    problems = point_problems(shifted(KNOWN), KNOWN, where="towns.csv")
    assert keys(problems) == ["error.gcj02_points"]
    assert "towns.csv" in problems[0].line(language="en")
    assert "3 places" in problems[0].line(language="en")


def test_right_points_are_not_accused_even_when_a_kilometre_off() -> None:
    assert point_problems(KNOWN, KNOWN, where="towns.csv") == []
    coarse = KNOWN.assign(lon=KNOWN["lon"] - 0.008, lat=KNOWN["lat"] + 0.006)
    assert point_problems(coarse, KNOWN, where="towns.csv") == []


def test_too_few_known_names_accuse_nobody() -> None:
    assert point_problems(shifted(KNOWN).head(2), KNOWN, where="towns.csv") == []


def grid(points: list[tuple[float, float]]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=[LineString(points)], crs=4326)


def test_line_on_a_known_road_is_recognised_once_shifted() -> None:
    lon = np.linspace(120.10, 120.20, 200)
    lat = 30.25 + 0.01 * np.sin(lon * 300)
    road = grid(list(zip(lon, lat, strict=True)))
    moved = grid(list(zip(*wgs84_to_gcj02(lon, lat), strict=True)))
    assert line_problems(road, road, where="roads.shp") == []
    assert keys(line_problems(moved, road, where="roads.shp")) == ["error.gcj02_lines"]


@pytest.mark.reference
def test_real_streets_in_gcj02_are_recognised_against_real_roads(reference_dir: Path) -> None:
    roads = gpd.read_file(
        reference_dir / "hangzhou_roads_2015" / "hangzhou_roads_5layers_wgs84.gpkg", layer="roads"
    )
    streets = gpd.read_file(reference_dir / "wrong_datum" / "Hangzhou_roads.json")
    railways = gpd.read_file(reference_dir / "hsr_lines_2016" / "hsr_lines_region_wgs84.geojson")
    assert keys(line_problems(streets, roads, where="streets")) == ["error.gcj02_lines"]
    assert line_problems(roads, roads, where="roads") == []
    assert line_problems(railways, roads, where="railways") == []
