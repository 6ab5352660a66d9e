"""The zones layer."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from gis.catalogue.places import ZonePlace, load_zone_places
from gis.catalogue.registers import Corridor, load_corridors
from gis.catalogue.zones import Zone, ZoneTownship, load_zone_townships, load_zones
from gis.core.crs import GEOGRAPHIC
from gis.core.errors import InputError
from gis.layers.read import read_digitised
from gis.layers.zones import AREAS_FILE, COLUMNS, ZoneTables, build_zones

#   30.1 +----+----+----+
#        | T1 | T2 | T3 |   T1 and T2 in county 998, T3 in county 999
#   30.0 +----+----+----+
#      120.6 120.7 120.8 120.9
TOWNSHIPS = gpd.GeoDataFrame(
    {
        "id": ["T330998001", "T330998002", "T330999001"],
        "county_id": ["330998", "330998", "330999"],
        "city_id": ["330900"] * 3,
        "population": pd.array([100, 20, 3], dtype="Int64"),
    },
    geometry=[shapely.box(120.6 + west, 30.0, 120.7 + west, 30.1) for west in (0.0, 0.1, 0.2)],
    crs=GEOGRAPHIC,
)
NO_AREAS = gpd.GeoDataFrame(
    {"zone_id": [], "role": [], "accuracy_m": []}, geometry=[], crs=GEOGRAPHIC
)


def zone(identifier: str, level: str = "block", **columns: object) -> Zone:
    base: dict[str, object] = {
        "id": identifier,
        "name_zh": "某区",
        "name_en": "Some zone",
        "basis": "named",
        "certainty": "high",
        "level": level,
    }
    return Zone.model_validate(base | columns)


def member(zone_id: str, code: str, basis: str = "named", certainty: str = "high") -> ZoneTownship:
    return ZoneTownship.model_validate(
        {"zone_id": zone_id, "township_id": code, "basis": basis, "certainty": certainty}
    )


def drawn(zone_id: str, role: str, shape: shapely.Geometry) -> gpd.GeoDataFrame:
    columns = {"zone_id": [zone_id], "role": [role], "accuracy_m": [1500]}
    return gpd.GeoDataFrame(columns, geometry=[shape], crs=GEOGRAPHIC)


def layer_of(
    *zones: Zone,
    members: tuple[ZoneTownship, ...] = (),
    places: tuple[ZonePlace, ...] = (),
    corridors: tuple[Corridor, ...] = (),
    areas: gpd.GeoDataFrame = NO_AREAS,
) -> gpd.GeoDataFrame:
    tables = ZoneTables(zones, members, places, corridors, areas)
    return build_zones(tables, TOWNSHIPS).set_index("id")


def test_a_zone_is_the_union_of_its_townships() -> None:
    members = (member("Z-A", "T330998001"), member("Z-A", "T330998002"))
    found = layer_of(zone("Z-A"), members=members)
    assert found.geometry["Z-A"].bounds == pytest.approx((120.6, 30.0, 120.8, 30.1))
    assert found["population"]["Z-A"] == 120
    assert found["township_ids"]["Z-A"] == "T330998001;T330998002"
    assert (found["basis"]["Z-A"], found["certainty"]["Z-A"]) == ("named", "high")
    # 0.2 degrees of longitude by 0.1 of latitude at 30.05 N: 19.28 km by 11.09 km.
    assert found["area_km2"]["Z-A"] == pytest.approx(213.8, abs=0.2)


def test_one_inferred_member_makes_the_extent_inferred() -> None:
    members = (
        member("Z-A", "T330998001"),
        member("Z-A", "T330998002", "inferred", "low"),
    )
    found = layer_of(zone("Z-A"), members=members)
    assert (found["basis"]["Z-A"], found["certainty"]["Z-A"]) == ("inferred", "low")
    assert found["township_ids_inferred"]["Z-A"] == "T330998002"


@pytest.mark.parametrize(("code", "people"), [("330998", 120), ("330900", 123)])
def test_a_county_or_city_stands_for_all_its_townships(code: str, people: int) -> None:
    found = layer_of(zone("Z-A"), members=(member("Z-A", code),))
    assert found["population"]["Z-A"] == people


def test_a_pilot_zone_without_members_is_the_union_of_its_blocks() -> None:
    zones = (zone("Z", "pilot_zone"), zone("Z-1", parent_id="Z"), zone("Z-2", parent_id="Z"))
    members = (member("Z-1", "T330998001"), member("Z-2", "T330999001", "inferred", "medium"))
    found = layer_of(*zones, members=members)
    assert found.geometry["Z"].area == pytest.approx(0.02)
    assert found["population"]["Z"] == 103
    assert (found["basis"]["Z"], found["certainty"]["Z"]) == ("inferred", "medium")


def test_a_start_area_is_the_drawn_part_of_its_parent() -> None:
    zones = (zone("Z-1a", "start_area", parent_id="Z-1"), zone("Z-1"))
    outline = drawn("Z-1a", "within", shapely.box(120.65, 29.9, 120.75, 30.05))
    found = layer_of(*zones, members=(member("Z-1", "T330998001"),), areas=outline)
    assert found.geometry["Z-1a"].bounds == pytest.approx((120.65, 30.0, 120.7, 30.05))
    assert found["basis"]["Z-1a"] == "inferred"
    assert pd.isna(found["population"]["Z-1a"])


def test_an_outline_is_the_shore_of_members_who_all_belong() -> None:
    outline = drawn("Z-1", "outline", shapely.box(120.62, 30.0, 120.68, 30.1))
    found = layer_of(zone("Z-1"), members=(member("Z-1", "T330998001"),), areas=outline)
    assert found.geometry["Z-1"].bounds == pytest.approx((120.62, 30.0, 120.68, 30.1))
    assert found["population"]["Z-1"] == 100


def test_a_zone_of_the_sea_leaves_out_the_land() -> None:
    sea = drawn("Z-3", "sea", shapely.box(120.85, 30.0, 121.0, 30.1))
    found = layer_of(zone("Z-3"), areas=sea)
    assert found.geometry["Z-3"].bounds == pytest.approx((120.9, 30.0, 121.0, 30.1))
    assert found["land_km2"]["Z-3"] == 0


def test_a_belt_is_the_band_of_its_corridor() -> None:
    corridor = Corridor.model_validate(
        {
            "id": "C-1",
            "name_zh": "某带",
            "name_en": "Some belt",
            "basis": "named",
            "certainty": "medium",
            "kind": "industry",
            "width_km": 10,
            "control_points": "甲:120.6,30.0 | 乙:120.9,30.0",
            "zone_ids": "W-1",
        }
    )
    found = layer_of(zone("W-1", "corridor_belt"), corridors=(corridor,))
    west, south, east, north = found.geometry["W-1"].bounds
    # 5 km on every side: 0.045 degrees of latitude, 0.052 of longitude.
    assert (south, north) == pytest.approx((29.955, 30.045), abs=1e-3)
    assert (west, east) == pytest.approx((120.548, 120.952), abs=1e-3)
    assert pd.isna(found["population"]["W-1"])


def test_places_and_points() -> None:
    places = tuple(
        ZonePlace(zone_id="P-1", name_zh=name, lon=lon, lat=30.05, certainty="low")
        for name, lon in (("甲", 120.6), ("乙", 120.8))
    )
    zones = (zone("P-1", "platform"), zone("P-2", "platform", lon=120.7, lat=30.0, accuracy_m=6000))
    found = layer_of(*zones, places=places)
    assert found.geom_type.to_dict() == {"P-1": "MultiPoint", "P-2": "Point"}
    assert found["certainty"].to_dict() == {"P-1": "low", "P-2": "guess"}
    assert found["area_km2"].isna().all()


def test_a_zone_that_nobody_located_has_no_feature() -> None:
    assert layer_of(zone("P-1", "platform")).empty


def test_a_region_with_members_outside_the_province_has_no_population() -> None:
    members = (member("M-1", "330900"), member("M-1", "310000"))
    found = layer_of(zone("M-1", "metro_region"), members=members)
    assert pd.isna(found["population"]["M-1"])


def test_members_that_do_not_exist_are_all_named() -> None:
    members = (member("Z-A", "T330998009"), member("Z-B", "T330998001"), member("Z-A", "330997"))
    with pytest.raises(InputError) as caught:
        layer_of(zone("Z-A"), members=members)
    assert sorted(problem.fields["id"] for problem in caught.value.problems) == [
        "330997",
        "T330998009",
        "Z-B",
    ]


@pytest.fixture(scope="module")
def product_zones(product_townships: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    tables = ZoneTables(
        load_zones(),
        load_zone_townships(),
        load_zone_places(),
        load_corridors(),
        read_digitised(AREAS_FILE),
    )
    return build_zones(tables, product_townships)


def test_the_blocks_of_hang_jia_have_their_published_area(product_zones: gpd.GeoDataFrame) -> None:
    zones = product_zones.set_index("id")
    blocks = zones[(zones["parent_id"] == "Z-HJ") & (zones["level"] == "block")]
    assert blocks["area_km2"].sum() == pytest.approx(550, rel=0.2)
    assert zones["area_km2"]["Z-HJ"] == pytest.approx(550, rel=0.2)
    assert len(zones["township_ids"]["Z-HJ"].split(";")) == 10


def test_jintang_has_its_published_area(product_zones: gpd.GeoDataFrame) -> None:
    zones = product_zones.set_index("id")
    assert zones["area_km2"]["Z-YZ-1"] == pytest.approx(82, rel=0.15)
    assert zones["area_km2"]["Z-YZ-1a"] < zones["area_km2"]["Z-YZ-1"] * 0.6


def test_binhai_has_the_area_of_its_approval(product_zones: gpd.GeoDataFrame) -> None:
    assert product_zones.set_index("id")["area_km2"]["P-BH"] == pytest.approx(430, rel=0.1)


def test_every_pilot_zone_and_block_of_the_guideline_has_an_area(
    product_zones: gpd.GeoDataFrame,
) -> None:
    own = product_zones[
        product_zones["level"].isin(["pilot_zone", "block", "start_area"])
        & ~product_zones["id"].str.startswith("Z-OT")
    ]
    assert own.geom_type.isin(["Polygon", "MultiPolygon"]).all()
    assert own.is_valid.all()
    assert tuple(product_zones.columns) == (*COLUMNS, "geometry")


def test_start_areas_lie_in_their_parent(product_zones: gpd.GeoDataFrame) -> None:
    zones = product_zones.set_index("id")
    start = zones[(zones["level"] == "start_area") & (zones.index != "Z-YZ-2a")]
    # 小郭巨 is reclaimed land beyond the digitised shore of 六横.
    for identifier, parent_id in start["parent_id"].items():
        inside = shapely.intersection(zones.geometry[identifier], zones.geometry[parent_id])
        assert inside.area == pytest.approx(zones.geometry[identifier].area, rel=1e-3)
