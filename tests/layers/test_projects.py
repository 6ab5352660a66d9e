"""The projects layer."""

import geopandas as gpd
import pytest
import shapely

from gis.catalogue.projects import Project, load_projects
from gis.core.crs import GEOGRAPHIC
from gis.layers.projects import COLUMNS, build_projects
from gis.layers.rail import build_rail_lines


def project(identifier: str, **columns: object) -> Project:
    base: dict[str, object] = {
        "id": identifier,
        "name_zh": "某铁路",
        "name_en": "Some railway",
        "basis": "named",
        "certainty": "high",
        "mode": "rail",
        "submode": "hsr",
        "kind": "new",
        "shape": "line",
        "waypoints": "甲:120.0,30.0 | 乙:120.2,30.0",
        "status": "open",
        "status_date": "2026-11-22",
        "status_certainty": "high",
    }
    return Project.model_validate(base | columns)


def railway(status: str) -> gpd.GeoDataFrame:
    # A bow north of the straight line between the stations 甲 and 乙, and on to the east.
    #
    #          120.1,30.05
    #         /           \
    #      甲 ------------- 乙 --- 120.3,30.0
    line = shapely.LineString([(120.0, 30.0), (120.1, 30.05), (120.2, 30.0), (120.3, 30.0)])
    return gpd.GeoDataFrame(
        {"line_id": ["R-1"], "status": [status]}, geometry=[line], crs=GEOGRAPHIC
    )


def coordinates(layer: gpd.GeoDataFrame) -> list[tuple[float, float]]:
    return [(round(lon, 4), round(lat, 4)) for lon, lat in layer.geometry[0].coords]


def test_a_line_runs_through_its_waypoints() -> None:
    layer = build_projects([project("RAIL-1")])
    assert tuple(layer.columns) == (*COLUMNS, "geometry")
    assert coordinates(layer) == [(120.0, 30.0), (120.2, 30.0)]
    assert layer["drawn_km"][0] == pytest.approx(19.3, abs=0.1)


def test_an_open_railway_follows_the_rail_line() -> None:
    layer = build_projects([project("RAIL-1")], railway("open"))
    assert coordinates(layer) == [(120.0, 30.0), (120.1, 30.05), (120.2, 30.0)]


def test_the_way_back_follows_it_too() -> None:
    back = project("RAIL-1", waypoints="乙:120.2,30.0 | 甲:120.0,30.0")
    layer = build_projects([back], railway("open"))
    assert coordinates(layer) == [(120.2, 30.0), (120.1, 30.05), (120.0, 30.0)]


@pytest.mark.parametrize(
    "columns",
    [
        pytest.param({"status": "study", "kind": "study"}, id="an idea beside an open line"),
        pytest.param({"mode": "road", "submode": "expressway"}, id="a road"),
        pytest.param({"submode": "maglev"}, id="a maglev"),
        pytest.param({"waypoints": "甲:120.0,30.02 | 乙:120.2,30.0"}, id="a station 2 km off"),
    ],
)
def test_others_stay_straight(columns: dict[str, object]) -> None:
    layer = build_projects([project("RAIL-1", **columns)], railway("open"))
    assert len(layer.geometry[0].coords) == 2


def test_an_upgrade_and_a_planned_line_follow_their_railway() -> None:
    upgrade = project("RAIL-1", status="unknown", kind="upgrade")
    planned = project("RAIL-2", status="planned")
    assert len(build_projects([upgrade], railway("open")).geometry[0].coords) == 3
    assert len(build_projects([planned], railway("planned")).geometry[0].coords) == 3


def test_points_programmes_and_second_names() -> None:
    rows = [
        project("AIR-1", mode="air", submode="airport", shape="points", waypoints="甲:120.0,30.0"),
        project("AIR-2", mode="air", submode="airport", shape="points"),
        project("ROAD-1", mode="road", submode="expressway"),
        project("ROAD-2", mode="road", submode="expressway", same_as="ROAD-1"),
        project("RAIL-9", submode="policy", shape="none", waypoints=""),
    ]
    layer = build_projects(rows).set_index("id")
    assert layer.geom_type.to_dict() == {
        "AIR-1": "Point",
        "AIR-2": "MultiPoint",
        "ROAD-1": "LineString",
    }
    assert layer["other_ids"].to_dict() == {"AIR-1": "", "AIR-2": "", "ROAD-1": "ROAD-2"}
    assert layer["drawn_km"].notna().to_dict() == {
        "AIR-1": False,
        "AIR-2": False,
        "ROAD-1": True,
    }


@pytest.fixture(scope="module")
def product_projects() -> gpd.GeoDataFrame:
    return build_projects(load_projects(), build_rail_lines()).set_index("id")


def test_the_shared_road_is_drawn_once(product_projects: gpd.GeoDataFrame) -> None:
    assert "ROAD-10" not in product_projects.index
    assert product_projects["other_ids"]["ROAD-03"] == "ROAD-10"
    assert product_projects["drawn_km"]["ROAD-03"] == pytest.approx(22, abs=4)


def test_multi_place_rows_are_points(product_projects: gpd.GeoDataFrame) -> None:
    kinds = product_projects.geom_type
    assert set(kinds[["AIR-06", "AIR-08", "INFO-02"]]) == {"MultiPoint"}


def test_open_railways_have_their_published_length(product_projects: gpd.GeoDataFrame) -> None:
    # RAIL-15: only phase 2 is published, the drawing reaches as far as its waypoints.
    own = product_projects.loc[["RAIL-01", "RAIL-02", "RAIL-03", "RAIL-14", "CTX-03", "CTX-04"]]
    ratio = own["drawn_km"] / own["length_km"]
    assert ratio.between(0.93, 1.03).all()


def test_every_project_with_a_place_is_drawn(product_projects: gpd.GeoDataFrame) -> None:
    expected = {item.id for item in load_projects() if item.shape != "none" and not item.same_as}
    assert set(product_projects.index) == expected
    assert product_projects.is_valid.all()
