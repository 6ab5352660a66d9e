"""The check of layers: one broken copy with a fault of every kind, and all are told at once."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import box

from gis.core.datum import wgs84_to_gcj02
from gis.core.paths import layers_dir
from gis.layers.check import check_layers, shortened
from gis.layers.freshness import shift_problems, stale_problems
from gis.layers.read import read_layer
from gis.layers.schema import LAYER_SCHEMAS
from gis.layers.topology import cover_problems, overlap_problems

Content = dict[str, Any]
BOW = {
    "type": "Polygon",
    "coordinates": [[[120, 30], [120.1, 30.1], [120.1, 30], [120, 30.1], [120, 30]]],
}


def edit(folder: Path, name: str, change: Callable[[Content, list[Content]], object]) -> None:
    path = folder / f"{name}.geojson"
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content, content["features"])
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def put(feature: Content, **cells: object) -> None:
    feature["properties"].update(cells)


def shift(features: list[Content]) -> None:
    for feature in features:
        lon, lat = wgs84_to_gcj02(*(np.array([x]) for x in feature["geometry"]["coordinates"]))
        feature["geometry"]["coordinates"] = [float(lon[0]), float(lat[0])]


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("layers")
    for name in LAYER_SCHEMAS:
        shutil.copy(layers_dir() / f"{name}.geojson", folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    (folder / "context.geojson").unlink()
    (folder / "coast.geojson").write_text("no layer", encoding="utf-8")
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4549"}}
    edit(folder, "cities", lambda content, _: content.update(crs=crs))
    edit(folder, "stations", lambda _, features: shift(features))
    edit(folder, "waters", lambda _, features: put(features[0], name_zh="某江"))

    def places(_: Content, features: list[Content]) -> None:
        for feature in features:
            del feature["properties"]["certainty"]
        put(features[0], kind="teahouse", accuracy_m="一公里")
        put(features[1], id="")
        put(features[3], id="G003")
        features[4]["geometry"]["coordinates"] = [110.0, 30.0]

    def zones(_: Content, features: list[Content]) -> None:
        put(features[0], parent_id="Z-XX", source_id="SRC-XX")
        features[1]["geometry"] = BOW
        features[2]["geometry"] = None

    def corridors(_: Content, features: list[Content]) -> None:
        put(features[0], id="C-XX", project_ids="RAIL-01;RAIL-XX")
        features[1]["geometry"] = {"type": "Point", "coordinates": [120, 30]}

    edit(folder, "places", places)
    edit(folder, "zones", zones)
    edit(folder, "corridors", corridors)
    edited = {path.name: path.read_bytes() for path in folder.iterdir()}
    expected = {name: read_layer(name) for name in LAYER_SCHEMAS}
    problems = check_layers(layers=folder, expected=expected)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == edited
    assert before != edited
    return [problem.line(language="en") for problem in problems]


@pytest.mark.parametrize(
    "words",
    [
        ("context.geojson: file not found",),
        ("coast.geojson: is no vector file",),
        ("cities.geojson: is labelled EPSG:4549",),
        ("stations.geojson: is labelled WGS84 but in GCJ-02",),
        ("waters.geojson: is not what the tables give", "changed: W-CEJ"),
        ("places.geojson: column certainty is missing",),
        ("places.geojson feature 1 G001 column kind", "teahouse", "airport"),
        ("places.geojson feature 1 G001 column accuracy_m", "一公里"),
        ("places.geojson feature 2 column id: must not be empty",),
        ("places.geojson feature 4 G003: id G003 is used twice",),
        ("places.geojson feature 5 G005: at 110.0000, 30.0000 is outside the region",),
        ("zones.geojson feature 1 Z-HS column parent_id: id Z-XX is not in zones.csv",),
        ("zones.geojson feature 1 Z-HS column source_id: id SRC-XX is not in sources",),
        ("zones.geojson feature 2 Z-HS-1", "crosses itself (near 120.05, 30.05)"),
        ("zones.geojson feature 3", "no geometry"),
        ("corridors.geojson feature 1 C-XX column id: id C-XX is not in corridors.csv",),
        ("corridors.geojson feature 1 C-XX column project_ids: id RAIL-XX",),
        ("corridors.geojson feature 2", "geometry of type Point"),
    ],
)
def test_fault_is_told(lines: list[str], words: tuple[str, ...]) -> None:
    assert any(all(word in line for word in words) for line in lines), "\n".join(lines)


def test_sound_layers_are_not_accused(lines: list[str]) -> None:
    for name in ("counties", "townships", "projects", "rail_lines"):
        assert not [line for line in lines if line.startswith(f"{name}.geojson")]


def test_own_layers_have_no_fault() -> None:
    assert [problem.line() for problem in check_layers()] == []


SQUARES = gpd.GeoDataFrame(
    {"id": ["a", "b"], "city_id": ["w", "w"]},
    geometry=[box(120, 30, 120.1, 30.1), box(120.1, 30, 120.2, 30.1)],
    crs=4326,
)
WHOLE = gpd.GeoDataFrame({"id": ["w"]}, geometry=[box(120, 30, 120.2, 30.1)], crs=4326)


def covered(parts: gpd.GeoDataFrame) -> list[str]:
    # Half a km²: the long edge of the whole is an arc between the corners of its parts.
    found = overlap_problems(parts, where="counties", least_km2=0.5)
    found += cover_problems(parts, WHOLE, key="city_id", where="counties", least_km2=0.5)
    return [problem.key for problem in found]


def test_areas_that_meet_have_neither_gap_nor_overlap() -> None:
    assert covered(SQUARES) == []


def test_gap_overlap_and_overhang_are_told_apart() -> None:
    narrow = SQUARES.set_geometry([box(120, 30, 120.09, 30.1), SQUARES.geometry.iloc[1]], crs=4326)
    wide = SQUARES.set_geometry([box(120, 30, 120.11, 30.1), SQUARES.geometry.iloc[1]], crs=4326)
    tall = SQUARES.set_geometry([box(120, 30, 120.1, 30.11), SQUARES.geometry.iloc[1]], crs=4326)
    assert covered(narrow) == ["error.areas_gap"]
    assert covered(wide) == ["error.areas_overlap"]
    assert covered(tall) == ["error.areas_beyond"]


def test_size_and_place_of_an_overlap_are_told() -> None:
    wide = SQUARES.set_geometry([box(120, 30, 120.11, 30.1), SQUARES.geometry.iloc[1]], crs=4326)
    (problem,) = overlap_problems(wide, where="counties", least_km2=0.01)
    # 0.01° × 0.1° at 30° N: 0.964 km × 11.09 km
    assert float(str(problem.fields["km2"])) == pytest.approx(10.7, abs=0.1)
    assert problem.fields["other"] == "b"
    assert problem.fields["lon"] == pytest.approx(120.105, abs=0.01)


def test_one_shifted_feature_is_named_and_one_moved_by_hand_is_not() -> None:
    three = gpd.GeoDataFrame(
        {"id": ["a", "b", "c"]},
        geometry=gpd.points_from_xy([120.0, 120.5, 121.0], [30.0, 30.2, 30.4]),
        crs=4326,
    )
    lon, lat = wgs84_to_gcj02(three.geometry.x.to_numpy(), three.geometry.y.to_numpy())
    moved = gpd.points_from_xy([lon[0], 120.495, 121.0], [lat[0], 30.205, 30.4])
    found = shift_problems(three.set_geometry(moved, crs=4326), three, where="places.geojson")
    assert [(problem.where, problem.key) for problem in found] == [
        ("places.geojson a", "error.feature_gcj02")
    ]


def test_missing_extra_and_changed_features_are_listed() -> None:
    built = SQUARES.assign(note=["", "x"], km2=[1.0, float("nan")])
    assert stale_problems(built, built, where="l") == []
    spelled = built.assign(note=[None, "x"], km2=[1, None])
    assert stale_problems(spelled, built, where="l") == []
    other = built.assign(id=["a", "c"], note=["y", "x"])
    (problem,) = stale_problems(other, built, where="l")
    assert problem.fields == {"missing": "b", "extra": "c", "changed": "a"}


def test_a_flood_of_one_kind_is_cut_short() -> None:
    flood = stale_problems(SQUARES, WHOLE.assign(city_id=""), where="l") * 25
    kept = shortened(flood, where="l")
    assert len(kept) == 11
    assert kept[-1].fields == {"count": 15}
