"""``build_network.py --source osm`` from the command line: networks, one line for each fault."""

import gzip
import runpy
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from gis.network.network_file import load_network
from tests.network.osm.drawn_osm import write_pbf

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "build_network.py"
NODES = {"A": (0, 0), "B": (1, 0), "C": (1, 1)}
STREET = {"highway": "secondary"}
XML = b"<?xml version='1.0' encoding='UTF-8'?><osm version='0.6'></osm>"

Run = Callable[..., tuple[int, list[str]]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Give a function that runs the script in this process: exit code and lines on stderr."""

    def run_script(*options: object) -> tuple[int, list[str]]:
        monkeypatch.setattr(sys, "argv", [str(SCRIPT), *map(str, options)])
        monkeypatch.delenv("ATLAS_LANG", raising=False)
        with pytest.raises(SystemExit) as left:
            runpy.run_path(str(SCRIPT), run_name="__main__")
        return int(left.value.code or 0), capfd.readouterr().err.splitlines()

    return run_script


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    return write_pbf(tmp_path / "town.osm.pbf", nodes=NODES, ways=[("ABCA", STREET)])


def test_a_network_is_built_with_progress_and_a_report(
    run: Run, extract: Path, tmp_path: Path
) -> None:
    out = tmp_path / "town.zip"
    options = ("--year", "2023", "--clip", "119.9,29.9,120.1,30.1", "--buffer-km", "1")
    code, told = run("--source", "osm", "--pbf", extract, *options, "--out", out)
    assert code == 0, told
    network = load_network(out)
    assert (network.year, len(network.edges)) == (2023, 1)
    assert any(" s  " in line for line in told)
    assert any("公里（OSM 数据日期" in line for line in told)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (lambda _: b"", "没有任何数据"),
        (lambda good: good[:-30], "不完整或已损坏"),
        (lambda good: good[:-60] + bytes(30) + good[-30:], "不完整或已损坏"),
        (lambda _: b"\x89PNG\r\n" + bytes(500), "不是 OSM PBF"),
        (lambda _: XML, "是 OSM XML"),
        (lambda _: gzip.compress(XML), "是 OSM XML"),
        (gzip.compress, "不是 OSM PBF"),
    ],
)
def test_files_that_are_no_whole_extract_are_refused(
    run: Run, extract: Path, tmp_path: Path, content: Callable[[bytes], bytes], words: str
) -> None:
    bad = tmp_path / "坏.osm.pbf"
    bad.write_bytes(content(extract.read_bytes()))
    refused(run("--source", "osm", "--pbf", bad, "--out", tmp_path / "n.zip"), bad.name, words)
    assert not (tmp_path / "n.zip").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == [extract.name, bad.name]


@pytest.mark.parametrize(
    ("ways", "missing", "words"),
    [
        ([("ABC", {"railway": "rail"})], "", "没有可通行的道路"),
        ([("ABC", {"highway": "moon_road"})], "", "没有可通行的道路"),
        ([("A", STREET)], "", "没有连成网的汽车道路"),
        ([("AB", STREET)], "AB", "没有道路节点的坐标"),
    ],
)
def test_extracts_without_roads_are_refused(
    run: Run, tmp_path: Path, ways: list[tuple[str, dict[str, str]]], missing: str, words: str
) -> None:
    path = write_pbf(tmp_path / "bare.osm.pbf", nodes=NODES, ways=ways, missing=missing)
    refused(run("--source", "osm", "--pbf", path, "--out", tmp_path / "n.zip"), path.name, words)
    assert [path.name for path in tmp_path.iterdir()] == ["bare.osm.pbf"]


def test_options_that_do_not_fit_are_refused(run: Run, extract: Path, tmp_path: Path) -> None:
    out = ("--out", tmp_path / "n.zip")
    osm = ("--source", "osm", "--pbf", extract, *out)
    refused(run("--source", "osm", *out), "--pbf", "fetch_osm.py")
    refused(run(*osm, "--buffer-km", "5"), "--buffer-km", "--clip")
    refused(run(*osm, "--clip", "120,30,119,31"), "--clip 120,30,119,31")
    refused(run(*osm, "--clip", "1,1,2,2"), extract.name, "裁剪范围内没有道路")
    refused(run(*osm, "--year", "1999"), "--year", "1999")
    refused(run("--source", "osm", "--pbf", tmp_path / "x.pbf", *out), "x.pbf", "文件不存在")
    code, told = run("--source", "sketch", "--pbf", extract, "--walk", *out)
    assert (code, len(told)) == (2, 2)
    assert [path.name for path in tmp_path.iterdir()] == [extract.name]


def refused(result: tuple[int, list[str]], *words: str) -> None:
    """Assert exit code 2 and one line of fault, told last."""
    code, told = result
    assert code == 2, told
    faults = [line for line in told if line.endswith("。")]
    assert len(faults) == 1, told
    assert all(word in faults[0] for word in words), faults[0]
    assert "Traceback" not in "\n".join(told)
