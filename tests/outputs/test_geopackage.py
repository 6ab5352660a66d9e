"""The hand-over reads back as it was, the same twice, and opens in GDAL and QGIS."""

import io
import json
import sqlite3
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely

from gis.catalogue.goals import load_goals
from gis.catalogue.sources import load_sources
from gis.core.errors import InputError
from gis.layers.read import read_layer
from gis.outputs.geopackage import COMPUTED_LAYERS, LAYERS, export_geopackage
from gis.outputs.qgis_project import PROJECT_NAME
from gis.outputs.qgis_views import project_groups
from gis.outputs.tables import handover_tables
from tests.outputs.system_python import need, run_python

RECORD = {
    "goal": "G-T01",
    "reading": "A",
    "statistic": "fastest",
    "year": 2026,
    "decisive": True,
    "value": 18.0,
    "unit": "min",
    "comparison": "<=",
    "threshold": 30.0,
    "share": 1.0,
    "required_share": 1.0,
    "probability": None,
    "verdict": "met",
    "caveats": [],
    "caveats_zh": ["注意"],
    "caveats_en": ["mind"],
    "evidence": [{"origin": "杭州东"}],
}
MANIFEST = {"product_version": "1", "inputs": {"a.csv": "00"}, "settings": {"years": [2023]}}


@pytest.fixture(scope="module")
def layers() -> dict[str, gpd.GeoDataFrame]:
    return {name: read_layer(name) for name in LAYERS}


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    content = {"verdicts": [RECORD], "manifest": MANIFEST}
    return handover_tables(content, goals=load_goals(), sources=load_sources())


@pytest.fixture(scope="module")
def atlas(
    tmp_path_factory: pytest.TempPathFactory,
    layers: dict[str, gpd.GeoDataFrame],
    tables: dict[str, pd.DataFrame],
) -> Path:
    path = tmp_path_factory.mktemp("handover") / "先行区.gpkg"
    export_geopackage(path, layers=layers, tables=tables)
    return path


def test_every_layer_reads_back_as_it_was(atlas: Path, layers: dict[str, gpd.GeoDataFrame]) -> None:
    for name, layer in layers.items():
        back = gpd.read_file(atlas, layer=name)
        assert back.crs.to_epsg() == 4490
        assert back["id"].tolist() == layer["id"].tolist()
        assert list(back.columns) == list(layer.columns)
        close = shapely.equals_exact(
            shapely.normalize(back.geometry.to_numpy()),
            shapely.normalize(_as_stored(layer, back)),
            1e-9,
        )
        assert close.all(), name


def _as_stored(layer: gpd.GeoDataFrame, back: gpd.GeoDataFrame) -> list[shapely.Geometry]:
    """Return geometry as GeoPackages hold it: parts of one kind become multi-part together."""
    is_multi = back.geom_type.str.startswith("Multi").to_numpy()
    makers = {0: shapely.multipoints, 1: shapely.multilinestrings, 3: shapely.multipolygons}
    return [
        makers[shapely.get_type_id(shape)]([shape])
        if multi and shapely.get_type_id(shape) in makers
        else shape
        for shape, multi in zip(layer.geometry, is_multi, strict=True)
    ]


def test_tables_read_back_and_all_have_chinese_and_english_titles(
    atlas: Path, tables: dict[str, pd.DataFrame]
) -> None:
    for name, rows in tables.items():
        assert len(pyogrio.read_dataframe(atlas, layer=name)) == len(rows)
    with sqlite3.connect(atlas) as database:
        titles = dict(database.execute("SELECT table_name, identifier FROM gpkg_contents"))
        version = database.execute("PRAGMA user_version").fetchone()[0]
    assert titles["counties"] == "县（市、区） Counties"
    assert set(titles) == {*LAYERS, *tables, "layer_styles"}
    assert version == 10300


def test_the_same_hand_over_has_the_same_bytes(
    atlas: Path,
    tmp_path: Path,
    layers: dict[str, gpd.GeoDataFrame],
    tables: dict[str, pd.DataFrame],
) -> None:
    again = tmp_path / atlas.name
    export_geopackage(again, layers=layers, tables=tables)
    assert again.read_bytes() == atlas.read_bytes()


@pytest.mark.parametrize(("epsg", "meridian"), [(4549, 120), (4550, 123)])
def test_three_degree_zones_are_metres_about_their_meridian(
    tmp_path: Path, layers: dict[str, gpd.GeoDataFrame], epsg: int, meridian: int
) -> None:
    cities = layers["cities"][["id", "geometry"]]
    export_geopackage(tmp_path / "a.gpkg", layers={"cities": cities}, tables={}, epsg=epsg)
    back = gpd.read_file(tmp_path / "a.gpkg", layer="cities")
    assert back.crs.to_epsg() == epsg
    # 舟山 lies east of 122 E: easting over or below the 500 km of the meridian accordingly.
    zhoushan = back[back["id"] == "330900"].geometry.iloc[0].centroid.x
    assert (zhoushan > 500_000) == (meridian < 122)
    assert abs(zhoushan - 500_000) < 250_000


def test_other_codes_are_refused(tmp_path: Path, layers: dict[str, gpd.GeoDataFrame]) -> None:
    with pytest.raises(InputError, match="4490, 4549, 4550"):
        export_geopackage(tmp_path / "a.gpkg", layers=layers, tables={}, epsg=3857)
    assert not list(tmp_path.iterdir())


def test_a_place_that_cannot_be_written_leaves_nothing(
    tmp_path: Path, layers: dict[str, gpd.GeoDataFrame]
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    cities = {"cities": layers["cities"]}
    with pytest.raises(InputError, match="not inside a folder"):
        export_geopackage(tmp_path / "file" / "a.gpkg", layers=cities, tables={})
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_views_of_the_project_show_every_feature_once(
    layers: dict[str, gpd.GeoDataFrame],
) -> None:
    views = [view for group in project_groups() for view in group.views if view.shape]
    assert {view.table for view in views} == {*LAYERS, *COMPUTED_LAYERS}
    kinds = {"Point": "Point", "Line": "LineString", "Polygon": "Polygon"}
    for name in LAYERS:
        shown = 0
        for view in (view for view in views if view.table == name):
            frame = layers[name]
            is_kind = frame.geom_type.str.removeprefix("Multi") == kinds[str(view.shape)]
            shown += _count(frame[is_kind], view.chosen)
        assert shown == len(layers[name]), name


def _count(frame: gpd.GeoDataFrame, chosen: str) -> int:
    rows = pd.DataFrame(frame.drop(columns="geometry"))
    with sqlite3.connect(":memory:") as database:
        rows.to_sql("rows", database)
        where = f" WHERE {chosen}" if chosen else ""
        return int(database.execute(f"SELECT count(*) FROM rows{where}").fetchone()[0])  # noqa: S608 - own text


def test_the_project_is_a_zipped_document_without_a_clock(atlas: Path) -> None:
    with sqlite3.connect(atlas) as database:
        ((name, about, content),) = database.execute("SELECT * FROM qgis_projects").fetchall()
    with zipfile.ZipFile(io.BytesIO(bytes.fromhex(content))) as archive:
        project = ET.fromstring(archive.read("atlas.qgs"))  # noqa: S314 - our own
    assert name == PROJECT_NAME
    assert json.loads(about)["last_modified_time"] == "2000-01-01T00:00:00"
    sources = [layer.findtext("datasource") for layer in project.iter("maplayer")]
    assert all(str(source).startswith("./先行区.gpkg|layername=") for source in sources)


def test_gdal_finds_nothing_wrong(atlas: Path) -> None:
    python = need("osgeo_utils.samples.validate_gpkg", "python3-gdal")
    done = run_python(python, "-m", "osgeo_utils.samples.validate_gpkg", "-k", atlas)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.qgis
def test_qgis_opens_it_styled_labelled_and_complete(
    atlas: Path, tmp_path: Path, layers: dict[str, gpd.GeoDataFrame]
) -> None:
    python = need("qgis.core", "qgis python3-qgis")
    script = Path(__file__).with_name("open_in_qgis.py")
    image = tmp_path / "map.png"
    done = run_python(python, script, atlas, PROJECT_NAME, image, cwd=tmp_path)
    lines = [line for line in done.stdout.splitlines() if line.startswith("ATLAS ")]
    assert lines, done.stdout + done.stderr
    found = json.loads(lines[0].removeprefix("ATLAS "))
    assert found["read"]
    assert found["crs"] == "EPSG:4549"
    assert found["groups"] == [
        *("先行区", "项目与通道", "交通", "行政区", "底图", "结论与来源（表）"),
    ]
    assert all(layer["valid"] for layer in found["layers"].values())
    for name, layer in layers.items():
        views = [view for view in found["layers"].values() if view["table"] == name]
        assert sum(view["count"] for view in views) == len(layer), name
        assert all(view["styled"] and view["crs"] == "EPSG:4490" for view in views)
    assert found["layers"]["一体化合作先行区"]["labelled"]
    assert found["layers"]["一体化合作先行区"]["columns"]["population"] == "人口（人）"
    assert found["layers"]["目标结论"]["columns"]["verdict_zh"] == "结论"
    assert found["order"].index("车站") < found["order"].index("铁路与轨道交通")
    assert found["order"][-1] == "陆地与岛屿"
    assert found["errors"] == []
    assert found["colours"] > 50  # an empty or unstyled map has a handful
    assert found["exported"]
    assert image.stat().st_size > 20_000
