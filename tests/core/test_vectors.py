"""Vector files as planners send them: GBK, no .cpg, odd labels, broken shapes."""

from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import Point, Polygon

from gis.core.errors import InputError
from gis.core.vectors import geometry_problems, read_vector, write_geopackage

TOWNS = gpd.GeoDataFrame(
    {"id": ["a", "b"], "名称": ["瓜沥镇", "联通大厦"]},
    geometry=[Point(120.45, 30.18), Point(120.2, 30.29)],
    crs=4326,
)
BOW = Polygon([(120, 30), (120.1, 30.1), (120.1, 30), (120, 30.1)])


def refusals(path: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_vector(path)
    return [problem.line(language="en") for problem in caught.value.problems]


def keys(path: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_vector(path)
    return [problem.key for problem in caught.value.problems]


@pytest.mark.parametrize("encoding", ["GBK", "UTF-8"])
@pytest.mark.parametrize("label", ["right", "none", "wrong"])
def test_shapefiles_in_gbk_and_utf8_open_with_any_cpg_or_none(
    tmp_path: Path, encoding: str, label: str
) -> None:
    path = tmp_path / "乡镇.shp"
    TOWNS.to_file(path, encoding=encoding)
    if label == "none":
        path.with_suffix(".cpg").unlink()
    if label == "wrong":
        path.with_suffix(".cpg").write_text("UTF-8" if encoding == "GBK" else "GBK")
    found = read_vector(path)
    assert found["名称"].tolist() == ["瓜沥镇", "联通大厦"]


@pytest.mark.parametrize("suffix", ["gpkg", "geojson", "fgb"])
def test_other_formats_open_and_come_in_wgs84(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"towns.{suffix}"
    TOWNS.to_crs(4549).to_file(path)
    found = read_vector(path)
    assert found.crs == "EPSG:4326"
    assert found["名称"].tolist() == ["瓜沥镇", "联通大厦"]
    assert found.geometry.iloc[0].distance(Point(120.45, 30.18)) < 1e-6


def test_missing_crs_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "towns.shp"
    TOWNS.to_file(path)
    path.with_suffix(".prj").unlink()
    assert keys(path) == ["error.crs_missing"]


def test_metres_labelled_degrees_and_the_reverse_are_refused_once_a_file(tmp_path: Path) -> None:
    metres, degrees = tmp_path / "metres.gpkg", tmp_path / "degrees.gpkg"
    TOWNS.to_crs(4549).set_crs(4326, allow_override=True).to_file(metres)
    TOWNS.set_crs(4549, allow_override=True).to_file(degrees)
    assert keys(metres) == keys(degrees) == ["error.crs_wrong"]
    assert "is labelled EPSG:4549" in refusals(degrees)[0]


def test_one_feature_in_the_wrong_system_is_named(tmp_path: Path) -> None:
    path = tmp_path / "towns.geojson"
    mixed = TOWNS.set_geometry([Point(120.45, 30.18), Point(30.29, 120.2)])
    mixed.set_crs(4326).to_file(path)
    (line,) = refusals(path)
    assert "feature 2 b" in line
    assert "exchanged" in line


def test_exchanged_degrees_are_told_apart_from_a_wrong_crs(tmp_path: Path) -> None:
    path = tmp_path / "towns.geojson"
    TOWNS.set_geometry([Point(30.18, 120.45), Point(30.29, 120.2)]).set_crs(4326).to_file(path)
    assert keys(path) == ["error.crs_exchanged"]


def test_every_crossing_or_empty_feature_is_named_at_once(tmp_path: Path) -> None:
    path = tmp_path / "areas.gpkg"
    areas = gpd.GeoDataFrame({"id": ["x", "y", "z"]}, geometry=[BOW, None, BOW.envelope], crs=4326)
    areas.to_file(path)
    lines = refusals(path)
    assert [("feature 1 x" in lines[0]), ("feature 2 y" in lines[1]), len(lines)] == [True, True, 2]
    assert "crosses itself (near 120.05, 30.05)" in lines[0]
    assert len(read_vector(path, checked=False)) == 3


def test_area_that_cannot_be_built_counts_as_empty(tmp_path: Path) -> None:
    path = tmp_path / "area.geojson"
    ring = '{"type": "Polygon", "coordinates": [[[120, 30], [121, 30]]]}'
    path.write_text(f'{{"type": "Feature", "properties": {{"id": "q"}}, "geometry": {ring}}}')
    assert keys(path) == ["error.geometry_empty"]


def test_one_of_several_layers_has_to_be_named(tmp_path: Path) -> None:
    path = tmp_path / "two.gpkg"
    write_geopackage({"towns": TOWNS, "seats": TOWNS.head(1)}, path)
    assert "towns, seats" in refusals(path)[0]
    assert len(read_vector(Path(f"{path}|layername=seats"))) == 1
    assert keys(Path(f"{path}|layername=roads")) == ["error.unreadable"]


def test_what_is_no_vector_file_is_refused(tmp_path: Path) -> None:
    junk = tmp_path / "junk.gpkg"
    junk.write_text("no database")
    TOWNS.drop(columns="geometry").to_csv(tmp_path / "t.csv")
    assert keys(tmp_path / "nowhere.shp") == ["error.file_missing"]
    assert keys(junk) == ["error.not_vector"]
    assert keys(tmp_path / "t.csv") == ["error.geometry_none"]


def test_sound_geometry_has_no_problems() -> None:
    assert geometry_problems(TOWNS, where="towns") == []
