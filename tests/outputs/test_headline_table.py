"""The table of the README says what the records say, and fails loudly where they are silent."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from gis.catalogue.goals import load_goals
from gis.core.errors import InputError
from gis.outputs.headline_table import END, START, TABLE_YEARS, headline_table, with_table

ROOT = Path(__file__).resolve().parents[2]
HEADLINE = [goal for goal in load_goals() if goal.headline]


def _records(**fields: object) -> list[dict[str, Any]]:
    return [
        {
            "goal": goal.id,
            "reading": reading.id,
            "year": year,
            "decisive": True,
            "verdict": "not met",
            "value": 65.4,
            "share": 0.5,
            "unit": reading.unit,
            "margin": -5.4,
            "probability": None,
        }
        | fields
        for goal in HEADLINE
        for reading in goal.readings
        for year in TABLE_YEARS
    ]


def _row(table: str, start: str) -> str:
    return next(line for line in table.splitlines() if f"| {start}" in line)


def test_each_reading_of_each_headline_goal_has_one_row() -> None:
    lines = headline_table(load_goals(), _records()).splitlines()
    assert len(lines) == 2 + sum(len(goal.readings) for goal in HEADLINE)
    assert {line.count("|") for line in lines} == {len(TABLE_YEARS) + 4}
    assert lines[0].endswith("| 2023 | 2026 | 2027 | 2035 |")


def test_a_cell_holds_word_value_and_probability() -> None:
    told = _records(probability=0.874)
    row = _row(headline_table(load_goals(), told), "**绍兴至上海一小时交通圈** G-T02")
    assert row.count("未达成 65 分（87%）") == len(TABLE_YEARS)
    english = _row(headline_table(load_goals(), told, language="en"), "**One-hour circle")
    assert "not met" in english
    shares = _row(headline_table(load_goals(), _records()), "**杭州都市圈一小时通勤圈** G-T03")
    assert "≥ 85% 在 60 分内" in shares
    assert "未达成 50%（—）" in shares


def test_a_goal_partly_met_tells_how_many_pairs_comply() -> None:
    told = _records(verdict="partly met", pairs=4, probability=0.002)
    row = _row(headline_table(load_goals(), told), "**绍兴至上海一小时交通圈** G-T02")
    assert "部分达成 2/4 对，最差 65 分（<1%）" in row


def test_what_is_not_decidable_has_neither_value_nor_probability() -> None:
    table = headline_table(load_goals(), _records(verdict="not decidable", value=None))
    assert "（" not in _row(table, "**绍兴至上海一小时交通圈** G-T02").split("|")[-2]


def test_missing_verdicts_are_all_named() -> None:
    records = [record for record in _records() if record["year"] != 2035]
    with pytest.raises(InputError) as raised:
        headline_table(load_goals(), records)
    assert len(raised.value.problems) == sum(len(goal.readings) for goal in HEADLINE)
    assert "2035" in raised.value.problems[0].line()


def test_the_table_goes_between_its_marks_and_nowhere_else() -> None:
    page = f"a\n{START}\nold\n{END}\nb\n"
    assert with_table(page, "new\n", file="x") == f"a\n{START}\nnew\n{END}\nb\n"
    for broken in ("", START, END, f"{END}{START}", page + START):
        with pytest.raises(InputError):
            with_table(broken, "new\n", file="x")


def _script(*options: object) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, str(ROOT / "scripts" / "readme_table.py"), *map(str, options)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


def test_the_script_writes_both_pages_and_checks_them(tmp_path: Path) -> None:
    for name in ("README.md", "README.zh.md"):
        (tmp_path / name).write_text(f"头\n{START}\n{END}\n尾\n", encoding="utf-8")
    verdicts = tmp_path / "verdicts.json"
    verdicts.write_text(json.dumps({"verdicts": _records()}), encoding="utf-8")
    options = ("--json", verdicts, "--folder", tmp_path)
    behind = _script(*options, "--check")
    assert behind.returncode == 2
    assert len(behind.stderr.splitlines()) == 2
    assert _script(*options).returncode == 0
    assert "| 目标 | 读法 |" in (tmp_path / "README.zh.md").read_text(encoding="utf-8")
    assert _script(*options, "--check").returncode == 0
    verdicts.write_text("{", encoding="utf-8")
    foreign = _script(*options)
    assert foreign.returncode == 2
    assert len(foreign.stderr.splitlines()) == 1


def test_both_pages_of_the_project_have_their_marks() -> None:
    for name in ("README.md", "README.zh.md"):
        page = (ROOT / name).read_text(encoding="utf-8")
        assert START in with_table(page, "", file=name)
