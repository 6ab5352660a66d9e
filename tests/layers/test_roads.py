import geopandas as gpd
import pytest

from gis.catalogue.roads import load_roads
from gis.catalogue.sources import load_sources
from gis.core.paths import seeds_dir
from gis.core.schemas import FEATURE_COLUMNS, Status
from gis.layers.roads import ACCURACY_M, build_roads
from gis.layers.write import layer_text
from gis.network.sketch import load_seats
from tests.network.road_samples import line, node, tables

SEATS = {"T1": (120.0, 30.0), "T2": (120.2, 30.0)}
LIMIT_BYTES = 1_500_000


# RN001 - RN002 - RN003 - RN004, crossed at RN003 by T1 - RN003 - T2
def sample() -> gpd.GeoDataFrame:
    nodes = [node(f"RN00{number}", "bend", 120 + number / 10, 30.1) for number in (1, 2, 3, 4)]
    lines = [
        line("RL002", "trunk", "T1|RN003|T2", opened_year=2020, certainty="guess"),
        line("RL001", "motorway", "RN001|RN002|RN003|RN004", lanes=2, speed_kmh=100),
    ]
    return build_roads(tables(nodes=nodes, lines=lines), seats=SEATS)


def test_lines_are_cut_where_others_meet_them_and_nowhere_else() -> None:
    roads = sample()
    assert roads["id"].tolist() == ["RL001-1", "RL001-2", "RL002-1", "RL002-2"]
    assert roads["from_node"].tolist() == ["RN001", "RN003", "T1", "RN003"]
    assert roads["to_node"].tolist() == ["RN003", "RN004", "RN003", "T2"]
    assert list(roads.geometry.iloc[0].coords) == [(120.1, 30.1), (120.2, 30.1), (120.3, 30.1)]


def test_a_piece_is_as_accurate_as_its_worst_point_or_line() -> None:
    roads = sample().set_index("id")
    assert roads.loc["RL001-1", "certainty"] == "high"
    assert roads.loc["RL002-1", "certainty"] == "guess"
    assert roads.loc["RL002-1", "accuracy_m"] == max(ACCURACY_M.values())


def test_unknown_numbers_stay_empty() -> None:
    roads = sample().set_index("id")
    assert roads.loc["RL001-1", "lanes"] == 2
    assert roads["lanes"].isna().tolist() == [False, False, True, True]
    assert roads.loc["RL002-1", "opened_year"] == 2020


@pytest.fixture(scope="module")
def product_roads() -> gpd.GeoDataFrame:
    seats = load_seats(seeds_dir())
    places = {row.id: (row.lon, row.lat) for row in seats.itertuples()}
    return build_roads(load_roads(), seats=places)


def test_every_product_feature_has_its_columns(product_roads: gpd.GeoDataFrame) -> None:
    assert product_roads["id"].is_unique
    for column in FEATURE_COLUMNS:
        assert (product_roads[column].astype(str) != "").all(), column
    assert product_roads.geometry.is_valid.all()
    assert product_roads["status"].isin([status.value for status in Status]).all()


def test_every_source_is_in_the_list_of_sources(product_roads: gpd.GeoDataFrame) -> None:
    known = {source.id for source in load_sources()}
    assert set(product_roads["source_id"]) <= known


def test_the_layer_stays_small(product_roads: gpd.GeoDataFrame) -> None:
    assert len(layer_text(product_roads, name="roads").encode()) < LIMIT_BYTES


@pytest.mark.parametrize(
    ("name", "year"), [("象山港大桥", None), ("定岱高速(舟岱大桥)", 2021), ("嘉绍大桥", None)]
)
def test_bridges_are_there_with_their_opening_years(
    product_roads: gpd.GeoDataFrame, name: str, year: int | None
) -> None:
    found = product_roads[product_roads["name_zh"] == name]
    assert set(found["road_class"]) == {"bridge"}
    if year is None:
        assert found["opened_year"].isna().all()
    else:
        assert (found["opened_year"] == year).all()


def test_roads_being_built_carry_their_target_year(product_roads: gpd.GeoDataFrame) -> None:
    coming = product_roads[product_roads["status"] == "under_construction"]
    assert not coming.empty
    assert (coming["opened_year"] > 2026).all()
