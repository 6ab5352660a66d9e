"""The commands about scenarios and gaps: what they write, and one line a problem on bad input."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from gis.network.network_file import save_network
from tests.planning.drawn_goals import network

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def network_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("network") / "drawn.zip"
    save_network(network(), path)
    return path


def script(name: str, *options: object, cwd: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, str(ROOT / "scripts" / name), *map(str, options)]
    return subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, encoding="utf-8", check=False
    )


def test_a_reading_no_lever_acts_on_has_no_gaps(network_file: Path, tmp_path: Path) -> None:
    out = tmp_path / "gaps.json"
    options = ("--network", network_file, "--goal", "G-I17", "--json", out)
    done = script("find_gap.py", *options, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    content = json.loads(out.read_text(encoding="utf-8"))
    assert content["gaps"] == []
    assert content["manifest"]["settings"]["gaps"] == "all"


def test_an_unknown_reading_is_told(network_file: Path, tmp_path: Path) -> None:
    out = tmp_path / "gaps.json"
    options = ("--network", network_file, "--goal", "G-T01", "--reading", "Z", "--json", out)
    done = script("find_gap.py", *options, "--lang", "en", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.splitlines() == ["--reading: “Z” is not allowed; choose from: A, B, C, D."]
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("options", "line"),
    [
        (("--year", "0"), "--year: there is no network of 0; years present: 2026."),
        (("--layers", "nowhere"), "nowhere"),
        (("--scenario-out", "gaps.json"), "--scenario-out: the scenario and the result would go"),
    ],
)
def test_one_line_for_what_is_wrong(
    network_file: Path, tmp_path: Path, options: tuple[str, ...], line: str
) -> None:
    given = ("--network", network_file, "--goal", "G-I17", "--json", "gaps.json", *options)
    done = script("find_gap.py", *given, "--lang", "en", cwd=tmp_path)
    assert done.returncode == 2
    (told,) = done.stderr.splitlines()
    assert told.startswith(line)
    assert not list(tmp_path.iterdir())


def test_verdicts_under_a_scenario_name_it(network_file: Path, tmp_path: Path) -> None:
    scenario, out = tmp_path / "faster.yaml", tmp_path / "verdicts.json"
    scenario.write_text(
        "changes:\n- kind: line_speed\n  between: [[P, Q]]\n  speed_factor: 2\n", encoding="utf-8"
    )
    options = ("--network", network_file, "--goal", "G-I17", "--scenario", scenario)
    done = script("check_goals.py", *options, "--json", out, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    content = json.loads(out.read_text(encoding="utf-8"))
    named = content["manifest"]["settings"]["scenario"]
    assert (named["file"], len(named["changes"])) == ("faster.yaml", 1)
    assert any(name.endswith("faster.yaml") for name in content["manifest"]["inputs"])
    assert all(record["gap"] == [] for record in content["verdicts"])


def test_a_faulty_scenario_is_told_line_by_line(network_file: Path, tmp_path: Path) -> None:
    scenario, out = tmp_path / "faulty.yaml", tmp_path / "verdicts.json"
    scenario.write_text(
        "changes:\n"
        "- {kind: line_speed, between: [[P, X]], speed_factor: 2}\n"
        "- {kind: road_closure, roads: [XY]}\n",
        encoding="utf-8",
    )
    options = ("--network", network_file, "--goal", "G-I17", "--scenario", scenario)
    done = script("check_goals.py", *options, "--json", out, "--lang", "en", cwd=tmp_path)
    assert done.returncode == 2
    told = [line for line in done.stderr.splitlines() if line.startswith("faulty.yaml")]
    assert len(told) == 2
    assert "Traceback" not in done.stderr
    assert not out.exists()
