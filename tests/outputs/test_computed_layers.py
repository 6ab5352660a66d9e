"""Computed layers in the hand-over: titled, styled, named in Chinese, valid for GDAL and QGIS."""

import json
import sqlite3
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from shapely.geometry import LineString, box

from gis.core.crs import GEOGRAPHIC
from gis.outputs.geopackage import COMPUTED_LAYERS, export_geopackage
from gis.outputs.qgis_project import PROJECT_NAME
from gis.outputs.qgis_styles import layer_style
from gis.outputs.qgis_views import project_groups
from tests.outputs.system_python import need, run_python

PEOPLE = (0.0, 999_999.0, 1_000_000.0, 5_000_000.0, 30_000_000.0, float("nan"))


def _areas() -> gpd.GeoDataFrame:
    shapes = [box(120 + 0.1 * row, 30, 120.1 + 0.1 * row, 30.2) for row in range(len(PEOPLE))]
    return gpd.GeoDataFrame(
        {
            "id": [str(row) for row in range(len(PEOPLE))],
            "name_zh": "镇",
            "people_60": PEOPLE,
            "level": ["pilot_zone", "pilot_zone", *["block"] * 4],
            "tier": ["provincial", "municipal", *[""] * 4],
        },
        geometry=shapes,
        crs=GEOGRAPHIC,
    )


def _borders() -> gpd.GeoDataFrame:
    rows = [
        (kind, mode, peak)
        for kind in ("border", "zone")
        for mode in ("car", "transit")
        for peak in (False, True)
    ]
    frame = pd.DataFrame(rows, columns=["kind", "mode", "peak"])
    none = float("nan")
    frame = frame.assign(
        id="B",
        name_zh="甲—乙",
        ratio=[1.6, none, 1.05, 1.2, 0.8, 1.02, 1.0, 1.5],
        ratio_low=[1.3, none, 1.01, 1.1, 0.7, 0.9, 0.9, 1.4],
        ratio_high=[1.8, none, 1.1, 1.3, 0.9, 1.1, 1.0, 1.6],
    )
    line = LineString([(120, 30), (120.5, 30.3)])
    return gpd.GeoDataFrame(frame, geometry=[line] * len(frame), crs=GEOGRAPHIC)


@pytest.fixture(scope="module")
def layers() -> dict[str, gpd.GeoDataFrame]:
    areas = {name: _areas() for name in COMPUTED_LAYERS if name != "border_penalty"}
    return {"border_penalty": _borders(), **areas}


@pytest.fixture(scope="module")
def atlas(tmp_path_factory: pytest.TempPathFactory, layers: dict[str, gpd.GeoDataFrame]) -> Path:
    path = tmp_path_factory.mktemp("handover") / "computed.gpkg"
    unequal = pd.DataFrame({"level": ["cities"], "measure": ["people_60"], "gini": [0.2]})
    export_geopackage(
        path,
        layers=layers,
        tables={"access_inequality": unequal},
        column_names={"people_60": "60分钟可达人口"},
    )
    return path


def test_all_layers_and_the_table_are_there(
    atlas: Path, layers: dict[str, gpd.GeoDataFrame]
) -> None:
    for name, layer in layers.items():
        assert len(gpd.read_file(atlas, layer=name)) == len(layer)
    assert pyogrio.read_dataframe(atlas, layer="access_inequality")["gini"].tolist() == [0.2]


def test_every_value_has_one_rule_of_the_style() -> None:
    frame = pd.DataFrame(_areas().drop(columns="geometry"))
    for rules, rows in (
        (layer_style("township_access").rules, frame),
        (layer_style("border_penalty").rules, pd.DataFrame(_borders().drop(columns="geometry"))),
    ):
        hits = sum(_holds(rows, rule.expression) for rule in rules)
        assert (hits == 1).all()


def _holds(rows: pd.DataFrame, expression: str) -> "pd.Series[int]":
    with sqlite3.connect(":memory:") as database:
        rows.to_sql("rows", database, index=False)
        found = pd.read_sql_query(f"SELECT coalesce(({expression}), 0) AS hit FROM rows", database)  # noqa: S608 - own text
    return found["hit"]


def test_views_show_every_row_once(layers: dict[str, gpd.GeoDataFrame]) -> None:
    views = [view for group in project_groups() for view in group.views]
    for name, layer in layers.items():
        rows = pd.DataFrame(layer.drop(columns="geometry"))
        shown = sum(_holds(rows, view.chosen or "1") for view in views if view.table == name)
        assert (shown == 1).all(), name


def test_gdal_finds_nothing_wrong(atlas: Path) -> None:
    python = need("osgeo_utils.samples.validate_gpkg", "python3-gdal")
    done = run_python(python, "-m", "osgeo_utils.samples.validate_gpkg", "-k", atlas)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.qgis
def test_qgis_shows_them_with_chinese_names(atlas: Path, tmp_path: Path) -> None:
    python = need("qgis.core", "qgis python3-qgis")
    script = Path(__file__).with_name("open_in_qgis.py")
    done = run_python(python, script, atlas, PROJECT_NAME, tmp_path / "map.png", cwd=tmp_path)
    lines = [line for line in done.stdout.splitlines() if line.startswith("ATLAS ")]
    assert lines, done.stdout + done.stderr
    found = json.loads(lines[0].removeprefix("ATLAS "))
    assert found["errors"] == []
    assert found["groups"] == ["可达性与跨界（测算）", "结论与来源（表）"]
    assert all(layer["valid"] for layer in found["layers"].values())
    shaded = found["layers"]["60分钟可达人口：镇街"]
    assert shaded["styled"]
    assert shaded["columns"]["people_60"] == "60分钟可达人口"
    border = found["layers"]["跨界时间代价：市界，小客车平峰"]
    assert (border["count"], border["labelled"]) == (1, True)
    assert border["columns"]["ratio"] == "时间比（跨界/市内）"
    assert found["layers"]["可达性差距"]["columns"]["gini"] == "基尼系数"
