"""Points of planners: every format they come in, and every fault told at once."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from gis.access.points import check_points, read_points
from gis.core.crs import GEOGRAPHIC
from gis.core.errors import InputError, Problem
from tests.drawn_network import drawn_network

SEA = gpd.GeoDataFrame(
    {"kind": ["sea"]}, geometry=[shapely.box(120.5, 29.0, 122.0, 31.0)], crs=GEOGRAPHIC
)


def keys(caught: pytest.ExceptionInfo[InputError]) -> list[tuple[str, str]]:
    return [(Path(p.where).name.split("/")[-1], p.key) for p in caught.value.problems]


def points_frame() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"id": ["杭", "甬"], "name_zh": ["杭州", "宁波"]},
        geometry=[shapely.Point(120.16, 30.25), shapely.Point(121.55, 29.87)],
        crs=GEOGRAPHIC,
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_a_table_is_read_in_either_encoding(tmp_path: Path, encoding: str) -> None:
    content = "id,lon,lat\n杭州,120.16,30.25\n宁波,121.55,29.87\n"
    (tmp_path / "p.csv").write_bytes(content.encode(encoding))
    points = read_points(tmp_path / "p.csv")
    assert points["id"].tolist() == ["杭州", "宁波"]
    assert points["lon"].tolist() == [120.16, 121.55]
    assert list(points.columns) == ["id", "lon", "lat"]


@pytest.mark.parametrize("name", ["p.gpkg", "p.geojson", "p.shp"])
def test_vector_files_give_the_same_points(tmp_path: Path, name: str) -> None:
    points_frame().to_file(tmp_path / name)
    points = read_points(tmp_path / name)
    assert points["id"].tolist() == ["杭", "甬"]
    assert points["lat"].tolist() == pytest.approx([30.25, 29.87])


def test_a_shapefile_in_gbk_without_a_word_of_it(tmp_path: Path) -> None:
    points_frame().to_file(tmp_path / "p.shp", encoding="GBK")
    (tmp_path / "p.cpg").unlink()
    assert read_points(tmp_path / "p.shp")["name_zh"].tolist() == ["杭州", "宁波"]


def test_another_crs_is_transformed(tmp_path: Path) -> None:
    points_frame().to_crs(4549).to_file(tmp_path / "p.gpkg")
    assert read_points(tmp_path / "p.gpkg")["lon"].tolist() == pytest.approx([120.16, 121.55])


def test_a_missing_crs_is_an_error(tmp_path: Path) -> None:
    points_frame().to_file(tmp_path / "p.shp")
    (tmp_path / "p.prj").unlink()
    with pytest.raises(InputError) as caught:
        read_points(tmp_path / "p.shp")
    assert keys(caught) == [("p.shp", "error.crs_missing")]


def test_an_area_stands_for_a_point_inside_it(tmp_path: Path) -> None:
    frame = points_frame()
    frame.geometry = [
        shapely.box(120.06, 30.2, 120.26, 30.3),
        shapely.box(121.5, 29.8, 121.6, 29.9),
    ]
    frame.to_file(tmp_path / "p.gpkg")
    assert read_points(tmp_path / "p.gpkg")["lon"].tolist() == pytest.approx([120.16, 121.55])


def test_a_line_is_no_place(tmp_path: Path) -> None:
    frame = points_frame().iloc[:1]
    frame.geometry = [shapely.LineString([(120, 30), (121, 30)])]
    frame.to_file(tmp_path / "p.gpkg")
    with pytest.raises(InputError) as caught:
        read_points(tmp_path / "p.gpkg")
    assert keys(caught) == [("p.gpkg feature 1", "error.point_coordinates")]


def test_every_fault_is_told_with_its_row(tmp_path: Path) -> None:
    rows = ["a,120,30", "a,120,30", ",120,30", "b,x,30", "c,30.2,120.1", "d,200,30"]
    (tmp_path / "p.csv").write_text("\n".join(["id,lon,lat", *rows]), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_points(tmp_path / "p.csv")
    assert keys(caught) == [
        ("p.csv row 3", "error.point_id_twice"),
        ("p.csv row 4", "error.point_id_empty"),
        ("p.csv row 5", "error.point_coordinates"),
        ("p.csv row 6", "error.point_exchanged"),
        ("p.csv row 7", "error.point_range"),
    ]
    for problem in caught.value.problems:
        assert "\n" not in problem.line()
        assert problem.line(language="en") != problem.line(language="zh")


@pytest.mark.parametrize(
    ("name", "content", "key"),
    [
        ("p.csv", "id,lon\na,120\n", "error.column_missing"),
        ("p.csv", "id,lon,lat\n", "error.points_none"),
        ("p.gpkg", "no database", "error.not_vector"),
        ("p.geojson", "{", "error.not_vector"),
    ],
)
def test_unusable_files_are_refused(tmp_path: Path, name: str, content: str, key: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_points(tmp_path / name)
    assert keys(caught) == [(name, key)]


@pytest.mark.parametrize("name", ["p.csv", "p.gpkg"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError) as caught:
        read_points(tmp_path / name)
    assert keys(caught) == [(name, "error.file_missing")]


def test_a_vector_file_needs_ids_or_names(tmp_path: Path) -> None:
    points_frame().drop(columns=["id", "name_zh"]).assign(note="").to_file(tmp_path / "p.gpkg")
    with pytest.raises(InputError) as caught:
        read_points(tmp_path / "p.gpkg")
    assert keys(caught) == [("p.gpkg", "error.column_missing")]


def test_further_checks_speak_with_the_others(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("id,lon,lat\na,30,120\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_points(
            tmp_path / "p.csv",
            checks=[lambda points, where: [Problem(f"{where} {len(points)}", "error.points_none")]],
        )
    assert [key for _, key in keys(caught)] == ["error.point_exchanged", "error.points_none"]


def test_places_at_sea_and_far_from_roads_are_told() -> None:
    places = pd.DataFrame(
        {"id": ["land", "sea", "far"], "lon": [120.0, 121.0, 118.0], "lat": [30.0, 30.0, 30.0]}
    )
    found = check_points(places, drawn_network(water=SEA), where="p.csv")
    assert [(problem.where, problem.key) for problem in found] == [
        ("p.csv sea", "error.point_in_water"),
        ("p.csv far", "error.point_far"),
    ]


def test_a_table_of_chinese_names_without_ids_is_read(tmp_path: Path) -> None:
    path = tmp_path / "地点.csv"
    path.write_bytes("名称,经度,纬度\n瓜沥,120.45,30.18\n钱清,120.40,30.12\n".encode("gbk"))
    assert read_points(path)["id"].tolist() == ["瓜沥", "钱清"]
