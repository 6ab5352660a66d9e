"""The command: what it writes, and one line a problem on bad input."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from gis.catalogue.goals import load_goals
from gis.network.network_file import save_network
from gis.planning.grounds import statistics_of
from tests.drawn_network import drawn_network

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def network_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("network") / "drawn.zip"
    save_network(drawn_network(), path)
    return path


def check_goals(*options: object, cwd: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, str(ROOT / "scripts" / "check_goals.py"), *map(str, options)]
    return subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, encoding="utf-8", check=False
    )


def test_verdicts_are_written_as_json(network_file: Path, tmp_path: Path) -> None:
    out = tmp_path / "verdicts.json"
    done = check_goals("--network", network_file, "--goal", "G-I17", "--json", out, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    content = json.loads(out.read_text(encoding="utf-8"))
    assert content.keys() == {"manifest", "verdicts", "matrix"}
    assert [record["reading"] for record in content["verdicts"]] == ["A", "B", "C"]
    assert "Traceback" not in done.stderr


def test_all_problems_are_told_and_nothing_is_written(tmp_path: Path) -> None:
    out = tmp_path / "verdicts.json"
    options = ("--goal", "G-T99", "--goal", "X", "--year", 1999, "--json", out)
    done = check_goals(*options, cwd=tmp_path)
    assert done.returncode == 2
    lines = done.stderr.splitlines()
    assert len(lines) == 3
    assert [line.split(":")[0] for line in lines] == ["--goal", "--goal", "--year"]
    assert not list(tmp_path.iterdir())


def test_named_goals_and_the_headline_goals_exclude_each_other(tmp_path: Path) -> None:
    out = tmp_path / "verdicts.json"
    done = check_goals("--goal", "G-T03", "--headline", "--draws", -1, "--json", out, cwd=tmp_path)
    assert done.returncode == 2
    lines = done.stderr.splitlines()
    assert lines[0].startswith("--headline: 不能与 --goal 同用")
    assert [line.split(":")[0] for line in lines] == ["--headline", "--draws"]
    assert not out.exists()


def test_an_unwritable_output_is_told_in_one_line(network_file: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    options = ("--network", network_file, "--goal", "G-I17", "--lang", "en")
    done = check_goals(*options, "--json", blocked / "verdicts.json", cwd=tmp_path)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "verdicts.json" in done.stderr.splitlines()[-1]


def test_no_goal_reading_or_statistic_of_the_catalogue_is_missing(
    network_file: Path, tmp_path: Path
) -> None:
    """On a handful of roads without trains every question still has its answer, with reasons."""
    out = tmp_path / "verdicts.json"
    done = check_goals("--network", network_file, "--json", out, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    content = json.loads(out.read_text(encoding="utf-8"))
    found = [(one["goal"], one["reading"], one["statistic"]) for one in content["verdicts"]]
    wanted = [
        (goal.id, reading.id, statistic)
        for goal in load_goals()
        for reading in goal.readings
        for statistic in statistics_of(reading)
    ]
    assert found == wanted
    undecided = [one for one in content["verdicts"] if one["verdict"] == "not decidable"]
    assert undecided
    assert all(one["caveats_zh"] and one["caveats_en"] for one in undecided)
    assert content["matrix"].keys() == {goal.id for goal in load_goals()}
