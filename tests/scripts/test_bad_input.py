"""Bad input as a planner meets it: the scripts, their exit codes and every line they print.

In all cases: exit code 2, one line a problem that names file and row or feature and a remedy, no
traceback, nothing half-written.
"""

import os
import runpy
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely.geometry import LineString, Point, Polygon

from gis.core.datum import wgs84_to_gcj02
from gis.layers.read import read_layer
from gis.network.network_file import save_network
from tests.drawn_network import drawn_network

ROOT = Path(__file__).resolve().parents[2]
NAMED = ("杭州东", "绍兴北", "诸暨", "湖州", "嘉兴南", "海宁西")
SEA = gpd.GeoDataFrame(
    {"kind": ["sea"]}, geometry=[shapely.box(120.31, 29.9, 120.4, 30.1)], crs=4326
)
SOUND = "id,lon,lat\n起,120.00,30.00\n终,120.30,30.00\n"
BOW = Polygon([(120, 30), (120.1, 30.1), (120.1, 30), (120, 30.1)])

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


@pytest.fixture(scope="session")
def network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("network") / "drawn.zip"
    save_network(drawn_network(water=SEA), path)
    return path


@pytest.fixture
def travel(run: Run, network: Path, tmp_path: Path) -> Run:
    """Give a function that computes travel times from a file of origins."""

    def travel_from(origins: Path, *more: object, out: Path | None = None) -> tuple[int, list[str]]:
        (tmp_path / "to.csv").write_text(SOUND, encoding="utf-8")
        files = ("--origins", origins, "--destinations", tmp_path / "to.csv")
        target = out or tmp_path / "out" / "times.csv"
        return run(
            "travel_times", "--network", network, *files, "--mode", "car", "--out", target, *more
        )

    return travel_from


def wrote(tmp_path: Path, content: str, *, encoding: str = "utf-8") -> Path:
    path = tmp_path / "起点.csv"
    path.write_bytes(content.encode(encoding))
    return path


def refused(result: tuple[int, list[str]], *lines: tuple[str, ...]) -> None:
    """Assert exit code 2 and exactly these lines, each by words that it must hold."""
    code, told = result
    assert code == 2, told
    assert len(told) == len(lines), "\n".join(told)
    for line, words in zip(told, lines, strict=True):
        assert all(word in line for word in words), line
        assert line.rstrip().endswith("。"), line  # a whole sentence: what is wrong, what to do


def stations() -> gpd.GeoDataFrame:
    frame = read_layer("stations")
    return frame[frame["name_zh"].isin(NAMED) & (frame["kind"] == "rail")]


def in_gcj02(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    lon, lat = wgs84_to_gcj02(frame.geometry.x.to_numpy(), frame.geometry.y.to_numpy())
    return frame.set_geometry(gpd.points_from_xy(lon, lat), crs=4326)


# Missing files, encodings -------------------------------------------------------------------


def test_missing_files_are_all_named(run: Run, tmp_path: Path) -> None:
    files = ("--origins", tmp_path / "a.csv", "--destinations", tmp_path / "b.shp")
    refused(
        run("travel_times", "--network", "none.zip", *files, "--mode", "car", "--out", "o.txt"),
        ("o.txt", ".csv"),
        ("none.zip", "文件不存在"),
        ("a.csv", "文件不存在"),
        ("b.shp", "文件不存在"),
    )
    refused(
        run("check_file", tmp_path / "a.csv", tmp_path / "b.shp"),
        ("a.csv", "文件不存在"),
        ("b.shp", "文件不存在"),
    )
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_tables_in_gbk_and_utf8_are_used(travel: Run, tmp_path: Path, encoding: str) -> None:
    code, told = travel(wrote(tmp_path, SOUND, encoding=encoding))
    assert code == 0, told
    times = pd.read_csv(tmp_path / "out" / "times.csv")
    assert times["origin"].tolist() == ["起", "起", "终", "终"]


@pytest.mark.parametrize("encoding", ["GBK", "UTF-8"])
@pytest.mark.parametrize("has_cpg", [True, False])
def test_shapefiles_in_gbk_and_utf8_are_used(
    travel: Run, tmp_path: Path, encoding: str, *, has_cpg: bool
) -> None:
    path = tmp_path / "起点.shp"
    frame = gpd.GeoDataFrame({"id": ["瓜沥镇"]}, geometry=[Point(120.1, 30.0)], crs=4490)
    frame.to_crs(4549).to_file(path, encoding=encoding)
    if not has_cpg:
        path.with_suffix(".cpg").unlink()
    code, told = travel(path)
    assert code == 0, told
    assert set(pd.read_csv(tmp_path / "out" / "times.csv")["origin"]) == {"瓜沥镇"}


def test_text_in_no_known_encoding_is_refused(travel: Run, tmp_path: Path) -> None:
    path = tmp_path / "起点.csv"
    path.write_bytes(b"id,lon,lat\n\xff\xff,120,30\n")
    refused(travel(path), ("起点.csv", "另存为 UTF-8"))


# Coordinates --------------------------------------------------------------------------------


def test_crs_missing_or_wrong_is_refused(travel: Run, tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame({"id": ["a"]}, geometry=[Point(120.1, 30.0)], crs=4326)
    bare, false = tmp_path / "bare.shp", tmp_path / "false.gpkg"
    frame.to_file(bare)
    bare.with_suffix(".prj").unlink()
    frame.to_crs(4549).set_crs(4490, allow_override=True).to_file(false)
    refused(travel(bare), ("bare.shp", "没有坐标系", "EPSG:4490"))
    refused(travel(false), ("false.gpkg", "EPSG:4490", "指定投影"))


@pytest.mark.parametrize("column", ["id", "name", "名称"])
def test_known_places_in_gcj02_are_refused(travel: Run, tmp_path: Path, column: str) -> None:
    frame = in_gcj02(stations())[["name_zh", "geometry"]].rename(columns={"name_zh": column})
    if column != "id":
        frame["id"] = range(len(frame))
    table = pd.DataFrame(frame.drop(columns="geometry")).assign(
        lon=frame.geometry.x, lat=frame.geometry.y
    )
    path = wrote(tmp_path, table.to_csv(index=False), encoding="gbk")
    refused(travel(path), ("起点.csv", "实为 GCJ-02", "请转换"))


def test_known_places_where_they_are_pass(run: Run, tmp_path: Path) -> None:
    stations().to_file(tmp_path / "车站.gpkg")
    in_gcj02(stations()).to_file(tmp_path / "偏移.gpkg")
    code, told = run("check_file", tmp_path / "车站.gpkg")
    assert (code, told) == (0, [])
    refused(run("check_file", tmp_path / "偏移.gpkg"), ("偏移.gpkg", "实为 GCJ-02"))


def test_lines_in_gcj02_are_refused_against_loaded_roads(run: Run, tmp_path: Path) -> None:
    lon = np.linspace(120.10, 120.20, 200)
    lat = 30.25 + 0.01 * np.sin(lon * 300)
    files = {"roads.gpkg": (lon, lat), "moved.geojson": wgs84_to_gcj02(lon, lat)}
    for name, points in files.items():
        line = LineString(list(zip(*points, strict=True)))
        gpd.GeoDataFrame(geometry=[line], crs=4326).to_file(tmp_path / name)
    roads = ("--roads", tmp_path / "roads.gpkg")
    assert run("check_file", tmp_path / "roads.gpkg", *roads) == (0, [])
    refused(run("check_file", tmp_path / "moved.geojson", *roads), ("moved.geojson", "实为 GCJ-02"))


@pytest.mark.reference
def test_real_streets_in_gcj02_are_refused(run: Run, reference_dir: Path) -> None:
    roads = reference_dir / "hangzhou_roads_2015" / "hangzhou_roads_5layers_wgs84.gpkg"
    streets = reference_dir / "wrong_datum" / "Hangzhou_roads.json"
    railways = reference_dir / "hsr_lines_2016" / "hsr_lines_region_wgs84.geojson"
    refused(
        run("check_file", streets, railways, "--roads", roads),
        ("Hangzhou_roads.json", "实为 GCJ-02", "请转换"),
    )


def test_every_faulty_row_is_told_at_once(travel: Run, tmp_path: Path) -> None:
    rows = ("甲,30.0,120.0", "乙,x,30.0", "乙,120.0,30.0", ",120.0,30.0", "丁,500000,3320000")
    refused(
        travel(wrote(tmp_path, "id,lon,lat\n" + "\n".join(rows) + "\n")),
        ("第2行", "颠倒", "请对调"),
        ("第3行", "没有有效的点坐标"),
        ("第4行", "乙 重复"),
        ("第5行", "编号（id）为空"),
        ("第6行", "超出范围"),
    )
    assert not (tmp_path / "out").exists()


def test_origins_at_sea_or_far_from_roads_are_named(travel: Run, tmp_path: Path) -> None:
    path = wrote(tmp_path, "id,lon,lat\n海,120.35,30.0\n远,120.0,30.6\n近,120.0,30.0\n")
    refused(travel(path), ("起点.csv 海", "海上"), ("起点.csv 远", "50 公里"))
    assert not (tmp_path / "out").exists()


def test_an_isochrone_from_the_sea_is_refused(run: Run, network: Path, tmp_path: Path) -> None:
    out = ("--out", tmp_path / "o.gpkg", "--mode", "car", "--network", network)
    refused(run("isochrones", "--at", "120.35,30.0", *out), ("--at", "海上"))
    refused(run("isochrones", "--at", "30.0,120.35", *out), ("--at", "颠倒"))
    assert not list(tmp_path.iterdir())


# Geometry, ids ------------------------------------------------------------------------------


def test_self_crossing_polygons_are_named(travel: Run, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "园区.shp"
    areas = gpd.GeoDataFrame({"id": ["甲", "乙"]}, geometry=[BOW.convex_hull, BOW], crs=4326)
    areas.to_file(path, encoding="GBK")
    expected = ("园区.shp", "第2个要素 乙", "自相交", "120.05, 30.05", "修正几何图形")
    refused(travel(path), expected)
    refused(run("check_file", path), expected)


def test_unknown_goals_years_and_options_are_named(run: Run, tmp_path: Path) -> None:
    out = ("--json", tmp_path / "v.json")
    code, told = run("check_goals", "--goal", "G-T99", "--year", "1999", *out)
    assert code == 2
    assert len(told) == 2
    assert "G-T99" in told[0]
    assert "1999" in told[1]
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("year", ["1999", "2999"])
def test_a_year_without_a_network_is_refused(run: Run, tmp_path: Path, year: str) -> None:
    options = ("--source", "sketch", "--year", year, "--out", tmp_path / "n.zip")
    code, told = run("build_network", *options)
    assert code == 2
    assert told[-1].startswith("--year: ")
    assert year in told[-1]
    assert not list(tmp_path.iterdir())


def test_a_stop_without_coordinates_is_named(run: Run, tmp_path: Path) -> None:
    feed = tmp_path / "feed.zip"
    files = {
        "agency.txt": "agency_id,agency_name,agency_url,agency_timezone\nX,X,https://x.cn,Asia/Shanghai\n",
        "stops.txt": "stop_id,stop_name,stop_lat,stop_lon\nS1,甲,30.0,120.0\nS2,乙,,\n",
        "routes.txt": "route_id,agency_id,route_short_name,route_type\nR,X,R,2\n",
        "trips.txt": "route_id,service_id,trip_id\nR,D,T\n",
        "stop_times.txt": "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
        "T,08:00:00,08:00:00,S1,1\nT,08:30:00,08:30:00,S2,2\n",
        "calendar.txt": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,"
        "start_date,end_date\nD,1,1,1,1,1,1,1,20260101,20261231\n",
    }
    with zipfile.ZipFile(feed, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    options = ("--source", "sketch", "--gtfs", feed, "--year", "2026", "--out", tmp_path / "n.zip")
    refused(run("build_network", *options), ("stops.txt", "第3行", "S2 没有坐标", "stop_lat"))
    assert [path.name for path in tmp_path.iterdir()] == ["feed.zip"]


def test_a_changed_copy_of_the_layers_is_checked(run: Run, tmp_path: Path) -> None:
    code, told = run("build_layers", "--check", "--layers", tmp_path, "--seeds", tmp_path)
    assert code == 2
    assert any("counties.geojson" in line and "文件不存在" in line for line in told)
    assert any("admin_units.csv" in line for line in told)
    assert not list(tmp_path.iterdir())


# Outputs ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "options", "output"),
    [
        ("export_geopackage", ("--out",), "a.gpkg"),
        ("build_network", ("--source", "sketch", "--year", "2023", "--out"), "n.zip"),
        ("build_rail_feed", ("--out",), "feed.zip"),
        ("check_goals", ("--json",), "v.json"),
    ],
)
def test_outputs_that_cannot_be_written_are_told_at_once(
    run: Run, tmp_path: Path, name: str, options: tuple[str, ...], output: str
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    (tmp_path / output).mkdir()
    refused(run(name, *options, tmp_path / "file" / output), (output, "不是文件夹"))
    refused(run(name, *options, tmp_path / output), (output, "是一个文件夹"))
    assert sorted(path.name for path in tmp_path.rglob("*")) == sorted(["file", output])


@pytest.mark.skipif(
    getattr(os, "geteuid", lambda: 0)() == 0, reason="root, and Windows, may write everywhere"
)
def test_a_folder_without_permission_is_told(travel: Run, tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    origins = wrote(tmp_path, SOUND)
    refused(travel(origins, out=locked / "t.csv"), ("t.csv", "没有写入权限"))


def test_a_real_run_prints_one_clear_line_and_no_traceback(network: Path, tmp_path: Path) -> None:
    origins = wrote(tmp_path, "id,lon,lat\n海,120.35,30.0\n")
    command = [sys.executable, ROOT / "scripts" / "travel_times.py", "--network", network]
    command += ["--origins", origins, "--destinations", origins, "--mode", "car", "--lang", "en"]
    done = subprocess.run(
        [*map(str, command), "--out", str(tmp_path / "t.csv")],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 2
    assert "起点.csv 海: lies in the sea or in open water. Check the coordinates" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "t.csv").exists()
