"""Points of service: which tags, where an area stands, what is said twice, what is clipped."""

from pathlib import Path

import pytest
from shapely.geometry import box

from gis.catalogue.osm_points import PointKind, PointRule, kinds_of_goal, load_osm_points
from gis.core.text import text
from gis.network.osm.points import POINT_COLUMNS, osm_points
from tests.network.osm.drawn_extract import DrawnExtract


@pytest.fixture(scope="module")
def extract(tmp_path_factory: pytest.TempPathFactory) -> Path:
    drawn = DrawnExtract()
    drawn.node(120.10, 30.10, amenity="kindergarten", name="一幼")
    drawn.node(120.20, 30.10, highway="bus_stop", public_transport="platform", bus="yes")
    drawn.node(120.21, 30.10, public_transport="platform", bus="yes", name="甲路口")
    drawn.node(120.22, 30.10, public_transport="platform", train="yes")
    drawn.node(120.30, 30.10, amenity="social_facility", **{"social_facility:for": "senior"})
    drawn.node(120.31, 30.10, amenity="social_facility", social_facility="shelter")
    drawn.node(120.41, 30.11, amenity="hospital", name="甲医院")  # inside its own grounds
    drawn.node(120.42, 30.11, amenity="hospital", name="乙医院")  # a guest on them
    drawn.node(120.43, 30.11, amenity="clinic")  # another service on them
    drawn.box(120.40, 30.10, 120.50, 30.20, amenity="hospital", name="甲医院")
    drawn.node(120.60, 30.10, amenity="bench")
    park = drawn.box(120.70, 30.10, 120.80, 30.20)
    pond = drawn.box(120.72, 30.12, 120.78, 30.18)  # the middle of the park is water
    drawn.relation(
        [("w", park, "outer"), ("w", pond, "inner")], type="multipolygon", leisure="park"
    )
    return drawn.write(tmp_path_factory.mktemp("osm") / "points.osm.pbf")


def test_each_service_is_one_point(extract: Path) -> None:
    points = osm_points(extract)
    assert tuple(points.columns) == POINT_COLUMNS
    assert points[["kind", "name_zh"]].to_numpy().tolist() == [
        ["kindergarten", "一幼"],
        ["bus_stop", ""],
        ["bus_stop", "甲路口"],
        ["elderly_care", ""],
        ["hospital", "乙医院"],
        ["clinic", ""],
        ["hospital", "甲医院"],
        ["park", ""],
    ]
    assert points["point_id"].str[0].tolist() == ["n"] * 6 + ["w", "r"]
    assert points["point_id"].is_unique


def test_the_point_of_an_area_lies_in_it(extract: Path) -> None:
    park = osm_points(extract).iloc[-1]
    inside = 120.70 <= park["lon"] <= 120.80 and 30.10 <= park["lat"] <= 30.20
    in_pond = 120.72 < park["lon"] < 120.78 and 30.12 < park["lat"] < 30.18
    assert inside
    assert not in_pond


def test_points_outside_the_clip_are_left_out(extract: Path) -> None:
    points = osm_points(extract, clip=box(120.15, 30.0, 120.35, 30.2))
    assert points["kind"].tolist() == ["bus_stop", "bus_stop", "elderly_care"]


def test_the_first_rule_decides(extract: Path) -> None:
    rules = [
        PointRule.model_validate(
            {"id": f"OP{row:02}", "kind": kind, "tags": tags, "source_id": "SRC-X"}
        )
        for row, (kind, tags) in enumerate(
            [("school", "amenity=hospital"), ("park", "amenity=hospital;name=甲医院")]
        )
    ]
    assert set(osm_points(extract, rules=rules)["kind"]) == {"school"}


def test_an_extract_without_services_gives_an_empty_table(tmp_path: Path) -> None:
    drawn = DrawnExtract()
    drawn.node(120.1, 30.1, amenity="bench")
    points = osm_points(drawn.write(tmp_path / "none.osm.pbf"))
    assert points.empty
    assert tuple(points.columns) == POINT_COLUMNS


def test_every_kind_has_a_rule_and_a_name() -> None:
    rules = load_osm_points()
    assert {rule.kind for rule in rules} == set(PointKind)
    for kind in PointKind:
        for language in ("zh", "en"):
            assert text(f"point_kind.{kind.value}", language=language)


def test_the_fifteen_minute_circle_counts_seven_classes() -> None:
    assert {kind.value for kind in kinds_of_goal("G-T09", load_osm_points())} == {
        "kindergarten", "school", "clinic", "market", "elderly_care", "park", "bus_stop",
    }  # fmt: skip


@pytest.mark.reference
def test_newport_has_its_services(reference_dir: Path) -> None:
    extract = reference_dir / "newport_osm_gtfs" / "newport-2023-06-13.osm.pbf"
    counts = osm_points(extract)["kind"].value_counts()
    assert {kind: counts[kind] for kind in ("bus_stop", "school", "station", "hospital")} == {
        "bus_stop": 398,
        "school": 49,
        "station": 3,
        "hospital": 3,
    }
