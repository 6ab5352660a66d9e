"""Coast and waters: seats dry, bridges over water, banks apart."""

import geopandas as gpd
import pytest
import shapely

from gis.core.crs import to_metric
from gis.core.files import read_table
from gis.core.paths import layers_dir, seeds_dir
from gis.layers.areas import build_areas
from gis.layers.read import DIGITISED
from gis.layers.waters import (
    STUDY_BOX,
    CoastAndWaters,
    build_coast,
    build_waters,
    combine_waters,
    river_areas,
)
from gis.layers.write import layer_text

STUDY_CITIES = ("330100", "330200", "330400", "330500", "330600", "330900")
SEATS_ON_ISLANDS = {
    "舟山岛": ("昌国街道", "沈家门街道", "临城街道"),
    "金塘岛": ("金塘镇",),
    "六横岛": ("六横镇",),
    "岱山岛": ("高亭镇", "东沙镇"),
    "衢山岛": ("衢山镇",),
    "泗礁山": ("菜园镇", "五龙乡"),
    "朱家尖岛": ("朱家尖街道",),
    "普陀山岛": ("普陀山镇",),
    "桃花岛": ("桃花镇",),
    "虾峙岛": ("虾峙镇",),
    "秀山岛": ("秀山乡",),
    "大洋山": ("洋山镇",),
    "花鸟山": ("花鸟乡",),
    "嵊山岛": ("嵊山镇",),
    "枸杞岛": ("枸杞乡",),
    "梅山岛": ("梅山街道",),
    "大榭岛": ("大榭街道",),
}
# (north or west bank, south or east bank, the water between)
OPPOSITE_SEATS = (
    ("望江街道", "西兴街道", "W-QTJ"),
    ("白杨街道", "宁围街道", "W-QTJ"),
    ("丁桥镇", "临江街道", "W-HZW"),
    ("澉浦镇", "小曹娥镇", "W-HZW"),
    ("东洲街道", "灵桥镇", "W-FCJ"),
    ("桐君街道", "城南街道", "W-FCJ"),
    ("斗门街道", "沥海街道", "W-CEJ"),
    ("东关街道", "百官街道", "W-CEJ"),
    ("咸祥镇", "贤庠镇", "W-XSG"),
    ("长街镇", "蛇蟠乡", "W-SMW"),
)
SAME_BANK = (("清波街道", "武林街道"), ("西兴街道", "宁围街道"), ("柯桥街道", "斗门街道"))
NEAR_M = 3_000


@pytest.fixture(scope="module")
def built() -> CoastAndWaters:
    digitised = layers_dir() / DIGITISED
    areas = build_areas(seeds=seeds_dir(), digitised=digitised)
    return build_waters(areas, digitised=digitised)


@pytest.fixture(scope="module")
def seats() -> gpd.GeoDataFrame:
    table = read_table(seeds_dir() / "townships.csv", columns=("name_zh", "city_id"))
    points = gpd.points_from_xy(table["lon"].astype(float), table["lat"].astype(float))
    return gpd.GeoDataFrame(table, geometry=points, crs="EPSG:4326")


@pytest.fixture(scope="module")
def zhejiang_seats(seats: gpd.GeoDataFrame) -> gpd.GeoSeries:
    own = seats[seats["city_id"].isin(STUDY_CITIES) | (seats["name_zh"] == "蛇蟠乡")]
    return own.drop_duplicates("name_zh").set_index("name_zh").geometry


def test_no_seat_of_the_six_cities_is_in_the_water(
    built: CoastAndWaters, seats: gpd.GeoDataFrame
) -> None:
    own = seats[seats["city_id"].isin(STUDY_CITIES)]
    wet = gpd.sjoin(own, built.waters[["id", "geometry"]], lsuffix="seat", rsuffix="water")
    assert wet["name_zh"].tolist() == []
    dry = gpd.sjoin(own, built.coast[["geometry"]], predicate="within")
    assert len(dry) == len(own)


def test_every_inhabited_island_is_land_of_its_own(
    built: CoastAndWaters, zhejiang_seats: gpd.GeoSeries
) -> None:
    islands = built.coast.set_index("name_zh").geometry
    for island, names in SEATS_ON_ISLANDS.items():
        assert shapely.contains(islands[island], zhejiang_seats[list(names)].to_numpy()).all(), (
            island
        )
    mainland = islands["大陆"]
    assert shapely.disjoint(mainland, islands[list(SEATS_ON_ISLANDS)].to_numpy()).all()


@pytest.mark.parametrize(("here", "there", "water"), OPPOSITE_SEATS)
def test_water_lies_between_seats_on_opposite_banks(
    built: CoastAndWaters, zhejiang_seats: gpd.GeoSeries, here: str, there: str, water: str
) -> None:
    line = shapely.LineString([zhejiang_seats[here], zhejiang_seats[there]])
    shape = built.waters.set_index("id").geometry[water]
    crossed = shapely.intersection(line, shape)
    assert crossed.length > 0
    ends = shapely.get_parts(shapely.difference(line, shape))
    assert len(ends) >= 2


@pytest.mark.parametrize(("here", "there"), SAME_BANK)
def test_no_barrier_lies_between_seats_on_the_same_bank(
    built: CoastAndWaters, zhejiang_seats: gpd.GeoSeries, here: str, there: str
) -> None:
    line = shapely.LineString([zhejiang_seats[here], zhejiang_seats[there]])
    barriers = built.waters[built.waters["crossable"] == "no"]
    assert not shapely.intersects(line, barriers.geometry.to_numpy()).any()


def test_bridges_and_tunnels_cross_the_water(built: CoastAndWaters) -> None:
    """Every one with an end near a barrier crosses water, unless an end is only guessed."""
    nodes = read_table(seeds_dir() / "road_nodes.csv", columns=("id", "lon", "lat", "certainty"))
    points = gpd.GeoSeries(
        gpd.points_from_xy(nodes["lon"].astype(float), nodes["lat"].astype(float)),
        index=nodes["id"],
        crs="EPSG:4326",
    )
    certainty = nodes.set_index("id")["certainty"]
    lines = read_table(seeds_dir() / "road_lines.csv", columns=("id", "road_class", "nodes"))
    waters = built.waters.set_index("id").geometry
    wet = shapely.union_all(built.waters.geometry.to_numpy())
    named = to_metric(waters[["W-QTJ", "W-FCJ", "W-QLL", "W-CEJ", "W-HZW", "W-XSG"]].to_frame())
    near = named.buffer(NEAR_M).union_all()
    metric = to_metric(points.to_frame("geometry").set_geometry("geometry")).geometry
    checked = 0
    dry = []
    for line in lines[lines["road_class"].isin(["bridge", "tunnel"])].itertuples():
        ends = line.nodes.split("|")
        if not set(ends) <= set(points.index) or "guess" in set(certainty[ends]):
            continue
        if metric[ends].within(near).any():
            checked += 1
            if not shapely.intersects(shapely.LineString(points[ends].to_numpy()), wet):
                dry.append(line.id)
    assert checked >= 25
    assert dry == []


def test_the_barrier_runs_from_the_sea_to_the_gorge_without_a_dry_gap(
    built: CoastAndWaters,
) -> None:
    waters = to_metric(built.waters).set_index("id").geometry.buffer(1)
    chain = shapely.union_all(waters[["W-HZW", "W-QTJ", "W-FCJ", "W-QLL"]].to_numpy())
    assert len(shapely.get_parts(chain)) == 1
    assert shapely.intersects(waters["W-CEJ"], waters["W-HZW"])
    assert shapely.intersects(waters["W-HZW"], waters["W-SEA"])


def test_sea_bays_and_land_fill_the_study_box_once(built: CoastAndWaters) -> None:
    tidal = built.waters[built.waters["id"].isin(["W-SEA", "W-HZW", "W-XSG", "W-SMW", "W-CJK"])]
    parts = [*tidal.geometry, *built.coast.geometry]
    total = sum(part.area for part in parts)
    assert built.waters.is_valid.all()
    assert built.coast.is_valid.all()
    assert to_metric(built.waters).is_valid.all()
    assert to_metric(built.coast).is_valid.all()
    assert total == pytest.approx(shapely.box(*STUDY_BOX).area, rel=1e-5)
    assert shapely.union_all(parts).area == pytest.approx(total, rel=1e-5)


def test_kinds_and_crossings_are_known_words(built: CoastAndWaters) -> None:
    assert set(built.waters["kind"]) == {"sea", "bay", "river", "lake", "reservoir"}
    assert set(built.waters["crossable"]) == {"yes", "no"}
    tidal = built.waters["kind"].isin(["sea", "bay"])
    assert (built.waters.loc[tidal, "crossable"] == "no").all()


def test_the_bay_and_the_lake_have_about_their_real_areas(built: CoastAndWaters) -> None:
    areas = built.waters.set_index("id")["area_km2"]
    assert areas["W-HZW"] == pytest.approx(5_000, rel=0.2)
    assert areas["W-TH"] == pytest.approx(2_338, rel=0.1)


def test_two_builds_give_the_committed_layers(built: CoastAndWaters) -> None:
    for name in ("coast", "waters"):
        text = layer_text(getattr(built, name), name=name)
        assert (layers_dir() / f"{name}.geojson").read_text(encoding="utf-8") == text


def test_a_reach_becomes_a_band_of_its_width() -> None:
    reaches = gpd.GeoDataFrame(
        {
            "id": ["r-1", "r-2"],
            "water_id": ["r", "r"],
            "name_zh": ["江", "江"],
            "name_en": ["river", "river"],
            "kind": ["river", "river"],
            "crossable": ["no", "no"],
            "width_m": [1000, 1000],
        },
        geometry=[
            shapely.LineString([(120.0, 30.0), (120.1, 30.0)]),
            shapely.LineString([(120.1, 30.0), (120.2, 30.0)]),
        ],
        crs="EPSG:4326",
    )
    rivers = river_areas(reaches)
    assert rivers["id"].tolist() == ["r"]
    across = shapely.LineString([(120.1, 29.9), (120.1, 30.1)])
    cut = gpd.GeoDataFrame(geometry=[across.intersection(rivers.geometry[0])], crs="EPSG:4326")
    assert to_metric(cut).length[0] == pytest.approx(1000, rel=0.01)


def test_a_bay_is_the_part_of_its_extent_that_is_not_land() -> None:
    #  land  | bay extent spans the shore at 120.0; the river runs into it
    land = shapely.box(117.2, 26.8, 120.0, 32.75)
    columns = {"name_zh": ["湾"], "name_en": ["bay"], "kind": ["bay"], "crossable": ["no"]}
    extents = gpd.GeoDataFrame(
        {"id": ["b"], **columns}, geometry=[shapely.box(119.0, 30.0, 121.0, 31.0)], crs="EPSG:4326"
    )
    rivers = gpd.GeoDataFrame(
        {"id": ["r"], **columns, "kind": ["river"]},
        geometry=[shapely.box(119.5, 30.4, 120.5, 30.5)],
        crs="EPSG:4326",
    )
    waters = combine_waters(land, extents, rivers).set_index("id").geometry
    assert waters["b"].equals(shapely.box(120.0, 30.0, 121.0, 31.0))
    assert waters["r"].equals(shapely.box(119.5, 30.4, 120.0, 30.5))
    assert waters["W-SEA"].area == pytest.approx(3.5 * 5.95 - 1.0)


def test_an_island_takes_the_name_of_the_point_on_it() -> None:
    land = shapely.union_all(
        [shapely.box(120, 30, 121, 31), shapely.box(122, 30, 122.1, 30.1),
         shapely.box(122.5, 30, 122.55, 30.05)]
    )  # fmt: skip
    names = gpd.GeoDataFrame(
        {"name_zh": ["甲岛"], "name_en": ["Jia"]},
        geometry=[shapely.Point(122.05, 30.05)],
        crs="EPSG:4326",
    )
    coast = build_coast(land, names)
    assert coast["name_zh"].tolist() == ["大陆", "甲岛", ""]
    assert coast["kind"].tolist() == ["mainland", "island", "island"]
