import json
from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import Point

from app_map.assets import library_folder, publish_layers, publish_scripts
from app_pages.words import map_words
from gis.core.text import strings

WEB = Path(__file__).resolve().parents[2] / "app_map" / "web"


@pytest.fixture
def places() -> gpd.GeoDataFrame:
    columns = {"id": ["G1"], "name_zh": ["杭州东"], "name_en": ["Hangzhou East"]}
    return gpd.GeoDataFrame(columns, geometry=[Point(120.2, 30.3)], crs=4326)


def test_the_map_library_comes_from_the_installed_wheel() -> None:
    assert (library_folder() / "maplibre-gl.js").stat().st_size > 500_000
    assert not list(WEB.rglob("maplibre*"))


def test_scripts_are_served_in_a_folder_named_by_their_content(tmp_path: Path) -> None:
    first = publish_scripts(tmp_path)
    assert publish_scripts(tmp_path) == first
    assert publish_scripts(tmp_path, base="/atlas") == f"/atlas{first}"
    folder = tmp_path / "vendor" / first.rsplit("/", 1)[1]
    served = {path.name for path in folder.iterdir()}
    assert {"main.js", "atlas.css", "maplibre-gl.js", "maplibre-gl.css"} <= served


def test_changed_layers_are_served_at_another_address(
    tmp_path: Path, places: gpd.GeoDataFrame
) -> None:
    before = publish_layers(tmp_path, {"places": places}, scripts="/s")
    moved = places.set_geometry([Point(120.3, 30.3)], crs=4326)
    after = publish_layers(tmp_path, {"places": moved}, scripts="/s")
    assert before.index != after.index
    left = list((tmp_path / "vendor").glob("layers-*"))
    assert [folder.name for folder in left] == [after.index.split("/")[-2]]
    index = json.loads((left[0] / "index.json").read_text(encoding="utf-8"))
    assert index == [["places", "杭州东", "Hangzhou East", 120.3, 30.3]]


def test_our_scripts_name_no_address_outside_this_machine() -> None:
    for path in WEB.iterdir():
        content = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "://" not in content.replace("atlas-glyphs://", ""), path.name


def test_our_scripts_never_make_markup_of_data() -> None:
    for path in WEB.glob("*.js"):
        content = path.read_text(encoding="utf-8")
        for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write"):
            assert way not in content, path.name


def test_every_text_has_both_languages_with_the_same_places_to_fill() -> None:
    for key, message in strings().items():
        assert set(message) == {"zh", "en"}, key
        assert all(message.values()), key
    assert map_words("zh").keys() == map_words("en").keys()
