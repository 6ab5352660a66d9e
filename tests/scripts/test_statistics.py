"""From the template of official figures to verdicts, and one line for each fault on the way."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from gis.network.network_file import save_network
from tests.drawn_network import drawn_network

ROOT = Path(__file__).resolve().parents[2]


def run(script: str, *options: object, cwd: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, str(ROOT / "scripts" / f"{script}.py"), *map(str, options)]
    return subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, encoding="utf-8", check=False
    )


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """Give the template with one figure: urbanisation of 2024."""
    path = tmp_path / "figures.csv"
    assert run("statistics_template", "--out", path, cwd=tmp_path).returncode == 0
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        if row["指标编号"] == "G-I12/A":
            row |= {"年份": "2024", "数值": "74.2", "来源": "统计公报", "数据日期": "2025-03-01"}
    with path.open("w", encoding="gbk", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_a_filled_template_decides_its_indicators_and_no_other(
    filled: Path, tmp_path: Path
) -> None:
    network, out = tmp_path / "drawn.zip", tmp_path / "verdicts.json"
    save_network(drawn_network(), network)
    options = ("--network", network, "--goal", "G-I12", "--goal", "G-I13", "--json", out)
    done = run("check_goals", *options, "--statistics", filled, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    content = json.loads(out.read_text(encoding="utf-8"))
    found = {(one["goal"], one["reading"]): one for one in content["verdicts"]}
    decided = found["G-I12", "A"]
    assert (decided["verdict"], decided["value"], decided["threshold"]) == ("met", 74.2, 74)
    assert any("统计公报" in remark for remark in decided["caveats"])
    assert found["G-I12", "B"]["verdict"] == "not decidable"
    assert found["G-I13", "A"]["verdict"] == "not decidable"
    assert "figures.csv" in content["manifest"]["inputs"]


def test_faults_of_the_figures_are_told_before_any_network_is_built(
    filled: Path, tmp_path: Path
) -> None:
    faulty = filled.read_text(encoding="gbk").replace("74.2", "约74").replace("统计公报", "")
    filled.write_text(faulty, encoding="gbk")
    out = tmp_path / "verdicts.json"
    options = ("--goal", "G-X99", "--json", out, "--statistics", filled)
    done = run("check_goals", *options, cwd=tmp_path)
    assert done.returncode == 2
    lines = done.stderr.splitlines()
    assert [line.split(":")[0].split(" ")[0] for line in lines] == [
        "--goal",
        "figures.csv",
        "figures.csv",
    ]
    assert "“约74”不是数" in lines[1]
    assert "来源列: 不能为空" in lines[2]
    assert not out.exists()


def test_a_workbook_is_told_to_be_saved_as_csv(tmp_path: Path) -> None:
    book = tmp_path / "figures.xlsx"
    book.write_bytes(b"PK\x03\x04")
    options = ("--goal", "G-I12", "--json", tmp_path / "verdicts.json", "--statistics", book)
    done = run("check_goals", *options, cwd=tmp_path)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "另存为" in done.stderr
