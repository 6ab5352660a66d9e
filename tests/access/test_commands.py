"""The commands for networks, travel times and isochrones: results, and one line a problem."""

import importlib.util
import sys
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest

from gis.core.paths import project_root
from gis.network.gtfs import write_gtfs
from gis.network.network_file import load_network, save_network
from tests.drawn_network import NODES, drawn_feed, drawn_network

STOPS = {"P": (*NODES["A"], "rail"), "Q": (*NODES["C"], "rail")}
TRIPS = {"G1/1": [("P", "08:00"), ("Q", "08:20")], "G1/2": [("Q", "09:00"), ("P", "09:30")]}


@pytest.fixture(scope="module")
def network_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("network") / "n.zip"
    save_network(drawn_network(drawn_feed(TRIPS, stops=STOPS)), path)
    return path


@pytest.fixture
def places(tmp_path: Path) -> Path:
    rows = [f"{name},{lon},{lat}" for name, (lon, lat) in NODES.items()]
    (tmp_path / "places.csv").write_text("\n".join(["id,lon,lat", *rows]), encoding="utf-8")
    return tmp_path / "places.csv"


def command(monkeypatch: pytest.MonkeyPatch, name: str, *arguments: object) -> int:
    path = project_root() / "scripts" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"command_{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setattr(sys, "argv", [name, *(str(argument) for argument in arguments)])
    spec.loader.exec_module(module)
    return int(module.main())


@pytest.mark.parametrize("name", ["t.csv", "t.parquet"])
def test_travel_times_are_written_as_a_long_table(
    monkeypatch: pytest.MonkeyPatch, network_file: Path, places: Path, name: str
) -> None:
    out = places.with_name(name)
    code = command(
        monkeypatch,
        "travel_times",
        *("--network", network_file, "--origins", places, "--destinations", places),
        *("--mode", "transit", "--definition", "in_vehicle", "--statistic", "fastest"),
        *("--out", out),
    )
    assert code == 0
    table = pd.read_csv(out) if name.endswith("csv") else pd.read_parquet(out)
    wanted = ["origin", "destination", "mode", "definition", "statistic", "minutes", "distance_km"]
    assert list(table.columns) == wanted
    assert len(table) == 36
    minutes = table.set_index(["origin", "destination"])["minutes"]
    assert minutes["A", "C"] == 20
    assert minutes["A", "A"] == 0
    assert set(table["statistic"]) == {"fastest"}


def test_the_parts_of_journeys_are_written_on_request(
    monkeypatch: pytest.MonkeyPatch, network_file: Path, places: Path
) -> None:
    out = places.with_name("parts.csv")
    ends = ("--network", network_file, "--origins", places, "--destinations", places)
    options = ("--mode", "transit", "--definition", "in_vehicle", "--parts", "--out", out)
    assert command(monkeypatch, "travel_times", *ends, *options) == 0
    rows = [line.split(",") for line in out.read_text(encoding="utf-8").splitlines()]
    assert rows[0][-5:] == ["rides", "access_min", "waiting_min", "riding_min", "egress_min"]
    assert rows[3][:2] == ["A", "C"]
    assert rows[3][-5:] == ["1", "0.0", "0.0", "20.0", "0.0"]


def test_the_same_command_writes_the_same_bytes(
    monkeypatch: pytest.MonkeyPatch, network_file: Path, places: Path
) -> None:
    contents = []
    for name in ("one.gpkg", "two.gpkg"):
        out = places.with_name(name)
        arguments = ("--network", network_file, "--at", "120.0,30.0", "--minutes", "10,20")
        assert command(monkeypatch, "isochrones", *arguments, "--out", out) == 0
        contents.append(out.read_bytes())
    assert contents[0] == contents[1]
    areas = gpd.read_file(places.with_name("one.gpkg"))
    assert areas["minutes"].tolist() == [20, 10]
    assert areas.crs == "EPSG:4326"
    assert pyogrio.list_layers(places.with_name("one.gpkg"))[:, 0].tolist() == ["isochrones"]


def lines_of(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().err.strip().splitlines()


def test_all_bad_points_are_told_and_nothing_is_written(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    network_file: Path,
    places: Path,
) -> None:
    bad = places.with_name("bad.csv")
    bad.write_text("id,lon,lat\na,120,30\na,120,30\nb,30,120\n", encoding="gbk")
    out = places.with_name("t.csv")
    code = command(
        monkeypatch,
        "travel_times",
        *("--network", network_file, "--origins", bad, "--destinations", places.with_name("none")),
        *("--mode", "car", "--out", out, "--lang", "en"),
    )
    assert code == 2
    lines = lines_of(capsys)
    assert len(lines) == 3
    assert "bad.csv row 3" in lines[0]
    assert "bad.csv row 4" in lines[1]
    assert "none" in lines[2]
    assert not out.exists()


def test_a_place_far_from_roads_is_refused(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    network_file: Path,
    places: Path,
) -> None:
    out = places.with_name("i.gpkg")
    arguments = ("--network", network_file, "--at", "118.0,30.0", "--out", out)
    assert command(monkeypatch, "isochrones", *arguments) == 2
    (line,) = lines_of(capsys)
    assert "50" in line
    assert not out.exists()


def test_all_bad_options_are_told_at_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], network_file: Path
) -> None:
    arguments = ("--network", network_file, "--at", "here", "--minutes", "0", "--out", "x.txt")
    assert command(monkeypatch, "isochrones", *arguments) == 2
    assert [line.split(":")[0] for line in lines_of(capsys)] == ["x.txt", "--at", "--minutes"]


@pytest.mark.parametrize("suffix", [".txt", ""])
def test_tables_are_csv_or_parquet(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    network_file: Path,
    places: Path,
    suffix: str,
) -> None:
    code = command(
        monkeypatch,
        "travel_times",
        *("--network", network_file, "--origins", places, "--destinations", places),
        *("--mode", "car", "--out", places.with_name(f"t{suffix}")),
    )
    assert code == 2
    assert ".parquet" in lines_of(capsys)[0]


def test_osm_needs_an_extract(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = tmp_path / "n.zip"
    assert command(monkeypatch, "build_network", "--source", "osm", "--out", out) == 2
    (line,) = lines_of(capsys)
    assert line.startswith("--pbf")
    assert not out.exists()


def test_a_network_of_another_feed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    write_gtfs(drawn_feed(TRIPS, stops=STOPS), tmp_path / "feed.zip")
    out = tmp_path / "n.zip"
    arguments = ("--source", "sketch", "--year", "2023", "--gtfs", tmp_path / "feed.zip")
    assert command(monkeypatch, "build_network", *arguments, "--out", out) == 0
    network = load_network(out)
    assert network.year == 2023
    assert network.feed.stops["stop_id"].tolist() == ["P", "Q"]
    assert network.manifest.settings["service_date"] == "2026-01-01"
    assert "2026-01-01 的班次" in capsys.readouterr().err
