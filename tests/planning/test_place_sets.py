"""Places that goals name: by id, by name, by former name, by the area that holds them.

::

    county 330109 (west)  |  county 330604 (east)
    T1 ... T2 .......... T3          zone Z1 has all three members; most people live in T2
    S1        S2 (once “旧站”)  S3
"""

import geopandas as gpd
import pytest
from shapely.geometry import LineString, Point, box

from gis.catalogue.areas import AdminUnit, Level
from gis.catalogue.goals import PlaceKind, PlaceSet
from gis.core.crs import GEOGRAPHIC
from gis.planning.place_sets import PlaceBook, make_place_book, resolve_places, unknown_places
from tests.planning.drawn_goals import RAIL, goal, reading

LON = {"1": 120.0, "2": 120.1, "3": 120.4}
PEOPLE = {"1": 10, "2": 100, "3": 20}


def layer(geometry: list[object], **columns: object) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=geometry, crs=GEOGRAPHIC)


@pytest.fixture(scope="module")
def drawn() -> PlaceBook:
    points = [Point(lon, 30) for lon in LON.values()]
    squares = [box(119, 29, 120.2, 31), box(120.2, 29, 121, 31)]
    cities = ["330100", "330600"]
    names = {"name_zh": ["一镇", "二镇", "三镇"], "name_en": ["One", "Two", "Three"]}
    layers = {
        "places": layer(
            points[:2],
            id=["G1", "G2"],
            name_zh=["机场", "市中心"],
            name_en=["Airport", "Centre"],
            kind=["airport", "city_centre"],
            city_id=["330100", "330100"],
            county_id=["330109", "330109"],
        ),
        "townships": layer(
            [point.buffer(0.01) for point in points],
            id=["T1", "T2", "T3"],
            **names,
            seat_lon=list(LON.values()),
            seat_lat=[30.0] * 3,
            population=list(PEOPLE.values()),
            city_id=["330100", "330100", "330600"],
            county_id=["330109", "330109", "330604"],
        ),
        "counties": layer(
            squares,
            id=["330109", "330604"],
            name_zh=["西县", "东县"],
            name_en=["West", "East"],
            seat_lon=[120.1, 120.4],
            seat_lat=[30.0, 30.0],
            population=[110, 20],
            city_id=cities,
        ),
        "cities": layer(
            squares, id=cities, name_zh=["甲", "乙"], name_en=["A", "B"], population=[110, 20]
        ),
        "zones": layer(
            [box(120, 29.9, 120.4, 30.1), LineString([(120, 30), (120.4, 30)])],
            id=["Z1", "Z2"],
            name_zh=["先行区", "无成员的区"],
            name_en=["Zone", "Bare zone"],
            township_ids=["T1;T2;T3", None],
            population=[130, 0],
            city_id=["", ""],
        ),
        "stations": layer(
            points,
            id=["S1", "S2", "S3"],
            name_zh=["一站", "二站", "三站"],
            name_en=["One", "Two", "Three"],
            kind=["metro", "rail", "rail"],
            aliases=["", "旧站;老站", None],
            city_id=["", "", ""],
        ),
    }
    common = {"name_en": "X", "status": "in_force", "seat_lat": 30.0}
    units = [
        AdminUnit.model_construct(code=code, name_zh=name, level=Level.CITY, seat_lon=lon, **common)
        for code, name, lon in (("330100", "甲市", 120.1), ("310000", "沪", 121.4))
    ]
    return make_place_book(layers, units)


def found(book: PlaceBook, kind: PlaceKind, **changes: object) -> list[str]:
    return resolve_places(PlaceSet(kind=kind, **changes), book)["id"].tolist()


def test_ids_and_names_in_the_order_given(drawn: PlaceBook) -> None:
    assert found(drawn, PlaceKind.STATIONS, ids=("S3", "一站")) == ["S3", "S1"]
    assert found(drawn, PlaceKind.STATIONS, ids=("二站", "S2")) == ["S2"]


def test_former_names_lead_to_the_station(drawn: PlaceBook) -> None:
    assert found(drawn, PlaceKind.STATIONS, ids=("旧站", "老站")) == ["S2"]


def test_an_empty_former_name_is_no_name(drawn: PlaceBook) -> None:
    asked = goal(reading(origins={"kind": "stations", "ids": ["P"]}, destinations=RAIL))
    assert [problem.fields["id"] for problem in unknown_places([asked], drawn)] == ["P"]


def test_types_and_areas_select(drawn: PlaceBook) -> None:
    assert found(drawn, PlaceKind.STATIONS, types=("rail",)) == ["S2", "S3"]
    assert found(drawn, PlaceKind.STATIONS, within=("330100",)) == ["S1", "S2"]
    assert found(drawn, PlaceKind.TOWNSHIPS, within=("330604",)) == ["T3"]
    assert found(drawn, PlaceKind.TOWNSHIPS, within=("330100", "330604")) == ["T1", "T2", "T3"]
    assert found(drawn, PlaceKind.STATIONS, within=("330100",), types=("rail",)) == ["S2"]


def test_seats_centres_and_airports(drawn: PlaceBook) -> None:
    seats = resolve_places(PlaceSet(kind=PlaceKind.COUNTY_SEATS, within=("330600",)), drawn)
    assert seats[["id", "lon", "population"]].to_numpy().tolist() == [["330604", 120.4, 20]]
    centres = resolve_places(PlaceSet(kind=PlaceKind.CITY_CENTRES), drawn).set_index("id")
    assert centres.loc["330100", "population"] == 110
    assert centres["population"].isna()["310000"]  # a city without a shape of its own
    assert found(drawn, PlaceKind.AIRPORTS) == ["G1"]


def test_people_make_no_sense_at_stations(drawn: PlaceBook) -> None:
    assert resolve_places(PlaceSet(kind=PlaceKind.STATIONS), drawn)["population"].isna().all()


def test_a_zone_lies_at_the_member_nearest_to_its_people(drawn: PlaceBook) -> None:
    # People-kilometres: T1 1.0x100 + 3.9x20, T2 1.0x10 + 2.9x20 (least), T3 3.9x10 + 2.9x100.
    zones = resolve_places(PlaceSet(kind=PlaceKind.ZONES), drawn).set_index("id")
    assert (zones.loc["Z1", "lon"], zones.loc["Z1", "lat"]) == (120.1, 30.0)
    assert zones.loc["Z1", "city_id"] == "330100"


def test_a_zone_without_members_lies_in_its_middle(drawn: PlaceBook) -> None:
    zones = resolve_places(PlaceSet(kind=PlaceKind.ZONES, ids=("Z2",)), drawn)
    assert zones["lon"].item() == pytest.approx(120.2, abs=1e-3)


def test_unknown_ids_and_areas_are_found_with_their_place(drawn: PlaceBook) -> None:
    asked = goal(
        reading(
            origins={"kind": "zones", "ids": ["Z9", "Z1"]},
            destinations={"kind": "townships", "within": ["330100", "330199"]},
        )
    )
    problems = unknown_places([asked], drawn)
    assert [problem.key for problem in problems] == ["error.place_unknown", "error.area_unknown"]
    assert [problem.fields["id"] for problem in problems] == ["Z9", "330199"]
