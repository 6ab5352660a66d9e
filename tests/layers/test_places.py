"""The places layer."""

import geopandas as gpd
import pytest
import shapely

from gis.catalogue.places import Place, load_places
from gis.core.crs import GEOGRAPHIC
from gis.layers.places import COLUMNS, build_places

#   30.1 +-----+-----+
#        | 998 | 999 |   998 and 999 are in two cities
#   30.0 +-----+-----+
#      120.6 120.7 120.8
COUNTIES = gpd.GeoDataFrame(
    {"id": ["330998", "330999"], "city_id": ["330100", "330900"]},
    geometry=[shapely.box(120.6, 30.0, 120.7, 30.1), shapely.box(120.7, 30.0, 120.8, 30.1)],
    crs=GEOGRAPHIC,
)


def place(identifier: str, lon: float, **columns: object) -> Place:
    base: dict[str, object] = {
        "id": identifier,
        "name_zh": "某地",
        "name_en": "Somewhere",
        "kind": "town",
        "status": "open",
        "lon": lon,
        "lat": 30.05,
        "certainty": "high",
        "source_id": "SRC-TEST",
    }
    return Place.model_validate(base | columns)


def test_a_place_gets_the_county_and_city_it_lies_in() -> None:
    layer = build_places([place("G2", 120.75), place("G1", 120.65)], COUNTIES)
    assert tuple(layer.columns) == (*COLUMNS, "geometry")
    assert layer["id"].tolist() == ["G1", "G2"]
    assert layer["county_id"].tolist() == ["330998", "330999"]
    assert layer["city_id"].tolist() == ["330100", "330900"]


def test_a_bridge_end_off_the_shore_gets_the_nearest_county_but_a_far_place_none() -> None:
    # 0.02 degrees of longitude are 1.9 km here, 0.05 are 4.8 km.
    layer = build_places([place("G1", 120.82), place("G2", 120.85)], COUNTIES)
    assert layer["county_id"].tolist() == ["330999", ""]


def test_the_city_of_the_table_wins_over_a_doubtful_point() -> None:
    layer = build_places([place("G1", 120.71, city_id="330100")], COUNTIES)
    assert (layer["city_id"][0], layer["county_id"][0]) == ("330100", "")


@pytest.mark.parametrize(
    ("certainty", "accuracy_m", "method"),
    [
        ("high", 300, "surveyed_point"),
        ("medium", 1000, "surveyed_point"),
        ("low", 2500, "sketched"),
        ("guess", 5000, "sketched"),
    ],
)
def test_accuracy_follows_certainty(certainty: str, accuracy_m: int, method: str) -> None:
    layer = build_places([place("G1", 120.65, certainty=certainty)], COUNTIES)
    assert (layer["accuracy_m"][0], layer["method"][0]) == (accuracy_m, method)


def test_each_of_the_six_cities_and_shanghai_has_one_centre() -> None:
    centres = [item.city_id for item in load_places() if item.kind == "city_centre"]
    expected = ["310000", "330100", "330200", "330400", "330500", "330600", "330900"]
    assert [centres.count(code) for code in expected] == [1] * 7


def test_places_that_the_gazetteer_had_wrong_lie_where_the_road_tables_put_them() -> None:
    places = {item.id: item for item in load_places()}
    # Toll stations and interchanges of seeds/road_nodes.csv: 骑塘, 马鞍, 张家畈, 齐贤, 党湾.
    expected = {
        "G290": (120.5035, 30.5122),
        "G280": (120.6620, 30.1945),
        "G277": (120.2890, 30.0885),
        "G269": (120.5536, 30.1374),
        "G279": (120.5563, 30.2382),
    }
    found = {code: (places[code].lon, places[code].lat) for code in expected}
    assert found == expected


def test_county_seats_lie_in_their_county(product_counties: gpd.GeoDataFrame) -> None:
    layer = build_places(load_places(), product_counties)
    seats = layer[(layer["kind"] == "county_seat") & layer["same_as"].isin(product_counties["id"])]
    assert len(seats) >= 45
    assert (seats["county_id"] == seats["same_as"]).all()
