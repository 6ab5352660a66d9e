"""The scripts that fetch, clip and import OpenStreetMap, from the option to the checked layers.

The extract of the whole province is made of the product's own digitised borders, so that every
county is in it, with a station, a town, a line of ours and one that is not.
"""

import hashlib
import runpy
import sys
import threading
from collections import defaultdict
from collections.abc import Callable
from http.server import (
    BaseHTTPRequestHandler,
    HTTPServer,
    SimpleHTTPRequestHandler,
    ThreadingHTTPServer,
)
from pathlib import Path

import numpy as np
import pytest
import shapely

from gis.catalogue.areas import load_admin_units
from gis.catalogue.osm_regions import load_osm_regions
from gis.core.paths import layers_dir
from gis.layers.check import check_layers
from gis.layers.import_marks import IMPORT_SOURCE
from gis.layers.imported import imported_counties
from gis.layers.read import read_digitised, read_layer
from gis.layers.schema import LAYER_SCHEMAS
from gis.network.osm.layers import read_layers
from tests.network.osm.drawn_extract import DrawnExtract

ROOT = Path(__file__).resolve().parents[2]
Run = Callable[..., tuple[int, list[str]]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Give a function that runs a script in this process: exit code and lines on stderr."""

    def run_script(name: str, *options: object) -> tuple[int, list[str]]:
        path = ROOT / "scripts" / f"{name}.py"
        monkeypatch.setattr(sys, "argv", [str(path), *map(str, options)])
        monkeypatch.delenv("ATLAS_LANG", raising=False)
        with pytest.raises(SystemExit) as left:
            runpy.run_path(str(path), run_name="__main__")
        return int(left.value.code or 0), capfd.readouterr().err.splitlines()

    return run_script


def draw_province(*, without: str = "") -> DrawnExtract:
    drawn = DrawnExtract()
    members = defaultdict(list)
    for arc in read_digitised("borders").itertuples():
        way = drawn.way([tuple(point) for point in shapely.get_coordinates(arc.geometry).tolist()])
        for code in {arc.left_id, arc.right_id} - {""}:
            members[code].append(("w", way, "outer"))
    for island in read_digitised("islands").itertuples():
        ring = shapely.get_coordinates(shapely.get_exterior_ring(island.geometry)).tolist()
        way = drawn.way([tuple(point) for point in ring])
        members[island.county_id].append(("w", way, "outer"))
    sea = drawn.box(123.2, 30.2, 123.6, 30.6)
    members["330922"].append(("w", sea, "outer"))  # open sea that is counted to 嵊泗 there
    names = {unit.code: unit.name_zh for unit in load_admin_units()}
    for code in sorted(set(members) - {without}):
        tags = {"type": "boundary", "boundary": "administrative", "admin_level": "6"}
        coded = {"ref:admin:CN": code} if int(code) % 2 else {}
        drawn.relation(members[code], **tags, **coded, name=names[code])
    drawn.node(120.209, 30.291, railway="station", name="杭州东站")
    drawn.node(120.1, 30.9, place="town", name="画中镇")
    line = read_layer("rail_lines").set_index("line_id").loc["R-HANGYONG"]
    track = shapely.get_coordinates(line["geometry"]) + np.array([0.0005, 0.0005])
    drawn.way([tuple(point) for point in track.tolist()], railway="rail", name="杭甬高速铁路")
    drawn.way([(119.2, 28.28), (119.6, 28.15)], railway="rail", name="画中铁路")
    return drawn


def test_layers_of_an_extract_pass_the_check(run: Run, tmp_path: Path) -> None:
    extract = draw_province().write(tmp_path / "province.osm.pbf")
    folder = tmp_path / "layers"
    own = {path.name: path.read_bytes() for path in layers_dir().glob("*.geojson")}
    code, lines = run("build_layers", "--osm", extract, "--layers", folder)
    assert code == 0, "\n".join(lines)
    assert "县（市、区）：取自 OSM 90 个，沿用原表 0 个，OSM 新增 0 个。" in lines
    assert "铁路与轨道交通：取自 OSM 1 个，沿用原表 84 个，OSM 新增 1 个。" in lines
    assert [problem.line() for problem in check_layers(layers=folder)] == []
    assert {path.name: path.read_bytes() for path in layers_dir().glob("*.geojson")} == own
    layers = {name: read_layer(name, layers=folder) for name in LAYER_SCHEMAS}
    for name, ids in (("stations", ["ST0125"]), ("rail_lines", ["R-HANGYONG"])):
        taken = layers[name][layers[name]["source_id"] == IMPORT_SOURCE]
        assert taken["id"].tolist()[:1] == ids
    assert (layers["counties"]["source_id"] == IMPORT_SOURCE).all()
    shapes = imported_counties(folder)  # what a check builds the other layers on
    assert shapes is not None
    assert shapes["county_id"].tolist() == layers["counties"]["id"].tolist()
    assert imported_counties(layers_dir()) is None
    people = layers["counties"]["population"].sum()
    assert people == read_layer("counties")["population"].sum()
    difference = (
        layers["counties"]
        .geometry.union_all()
        .symmetric_difference(read_layer("counties").geometry.union_all())
    )
    assert difference.area < 1e-3  # of 10 square degrees


def test_with_a_county_missing_no_border_is_taken(tmp_path: Path) -> None:
    read = read_layers(draw_province(without="330110").write(tmp_path / "province.osm.pbf"))
    assert read.imported.county_shapes is None
    assert read.counties_missing == ("余杭区",)
    assert len(read.imported.stations) == 1


def test_own_layers_are_not_overwritten(run: Run, tmp_path: Path) -> None:
    code, lines = run("build_layers", "--osm", tmp_path / "none.osm.pbf")
    assert code == 2
    assert len(lines) == 1
    assert "--replace-own" in lines[0]


def test_a_missing_or_foreign_extract_writes_nothing(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "layers"
    for content in (None, b"no extract"):
        path = tmp_path / "odd.osm.pbf"
        if content:
            path.write_bytes(content)
        code, lines = run("build_layers", "--osm", path, "--layers", folder)
        assert code == 2
        assert "odd.osm.pbf" in lines[-1]
        assert not folder.exists()


def test_clip_says_what_was_kept(run: Run, tmp_path: Path) -> None:
    drawn = DrawnExtract()
    drawn.way([(120.1, 30.1), (120.2, 30.1)], highway="primary")
    drawn.way([(110.1, 30.1), (110.2, 30.1)], highway="primary")
    extract, out = drawn.write(tmp_path / "all.osm.pbf"), tmp_path / "cut.osm.pbf"
    code, lines = run("clip_osm", "--pbf", extract, "--out", out)
    assert code == 0
    assert "2 个节点、1 条路径、0 个关系" in lines[0]
    code, lines = run("clip_osm", "--pbf", extract, "--out", out, "--area", "杭州")
    assert (code, len(lines)) == (2, 1)


def test_fetching_offline_is_one_line(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gis.network.osm.download.time.sleep", lambda _: None)
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as closed:
        address = f"http://127.0.0.1:{closed.server_port}/made-up.osm.pbf"
    table = "id,name_zh,name_en,address,source_id,note\n"
    table += f"made-up,画中省,Made up,{address},SRC-X,\n"
    (tmp_path / "osm_regions.csv").write_text(table, encoding="utf-8")
    out = tmp_path / "out"
    code, lines = run("fetch_osm", "--seeds", tmp_path, "--region", "画中省", "--out", out)
    assert (code, len(lines)) == (2, 1)
    assert f"{address}.md5" in lines[0]
    assert list(out.iterdir()) == []
    code, lines = run("fetch_osm", "--seeds", tmp_path, "--region", "mars", "--out", out)
    assert code == 2
    assert "made-up" in lines[0]


def test_fetching_tells_progress_and_a_copy_made_by_hand_is_checked(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("no_proxy", "*")
    site, out = tmp_path / "site", tmp_path / "out"
    site.mkdir()
    content = bytes(500_000)
    digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
    (site / "made-up.osm.pbf").write_bytes(content)
    (site / "made-up.osm.pbf.md5").write_text(f"{digest}  made-up.osm.pbf\n", encoding="utf-8")

    class Handler(SimpleHTTPRequestHandler):
        def __init__(self, *arguments: object) -> None:
            super().__init__(*arguments, directory=str(site))

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        address = f"http://127.0.0.1:{server.server_port}/made-up.osm.pbf"
        table = f"id,name_zh,name_en,address,source_id,note\nmade-up,画中省,M,{address},SRC-X,\n"
        (tmp_path / "osm_regions.csv").write_text(table, encoding="utf-8")
        fetch = ("fetch_osm", "--seeds", tmp_path, "--region", "made-up", "--out", out)
        code, lines = run(*fetch)
        server.shutdown()
        thread.join()
    assert code == 0
    assert "已下载 0.5 / 0.5 MB（100%）" in lines
    assert "校验码相符" in lines[-1]
    assert run(*fetch)[0] == 2  # it is there already
    assert run(*fetch, "--check")[0] == 2  # no checksum beside it
    (out / "made-up.osm.pbf.md5").write_text(digest, encoding="utf-8")
    assert run(*fetch, "--check")[0] == 0


def test_live_boxes_are_checked_before_anything_is_asked(run: Run, tmp_path: Path) -> None:
    for box in ("120,30", "120,30,122,32"):
        code, lines = run("fetch_osm", "--live", box, "--out", tmp_path)
        assert (code, len(lines)) == (2, 1)


def test_regions_are_fetched_safely() -> None:
    regions = load_osm_regions()
    assert {"zhejiang", "shanghai", "jiangsu", "anhui", "china"} <= {item.id for item in regions}
    assert all(region.address.startswith("https://") for region in regions)
