"""Points are recognised by the names of stations, seats and exact places."""

import pandas as pd
import pytest

from gis.core.datum import wgs84_to_gcj02
from gis.layers.known_places import known_places, name_problems

NAMES = ["杭州东站", "绍兴北", "宁波站", "湖州", "嘉兴南站"]


@pytest.fixture(scope="module")
def known() -> pd.DataFrame:
    return known_places()


@pytest.fixture(scope="module")
def stations(known: pd.DataFrame) -> pd.DataFrame:
    return known[known["name"].isin(NAMES)].rename(columns={"name": "id"})


def test_every_name_stands_once_and_in_one_place(known: pd.DataFrame) -> None:
    assert known["name"].is_unique
    assert known["lon"].between(116, 124).all()


@pytest.mark.parametrize("column", ["id", "name_zh"])
def test_stations_in_gcj02_are_recognised_by_name_or_id(
    known: pd.DataFrame, stations: pd.DataFrame, column: str
) -> None:
    assert len(stations) >= 3
    points = stations.rename(columns={"id": column})
    lon, lat = wgs84_to_gcj02(points["lon"].to_numpy(), points["lat"].to_numpy())
    moved = points.assign(lon=lon, lat=lat)
    assert name_problems(points, known, where="p.csv") == []
    assert [item.key for item in name_problems(moved, known, where="p.csv")] == [
        "error.gcj02_points"
    ]
