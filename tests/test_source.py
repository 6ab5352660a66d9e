"""Rules of the source that no linter knows."""

import ast
from collections.abc import Iterator
from pathlib import Path

from gis.catalogue.goals import load_goals

ROOT = Path(__file__).resolve().parents[1]
MEASURED_AGAINST = "scripts/calibrate_roads.py"  # brings foreign roads of any system into ours
PROGRAMS = ("gis", "app_pages", "app_map", "scripts")


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def test_reprojection_is_done_in_one_place() -> None:
    calls = {
        path.relative_to(ROOT).as_posix()
        for path in [ROOT / "app.py", *sources(*PROGRAMS)]
        if ".to_crs(" in path.read_text(encoding="utf-8")
    }
    assert calls - {MEASURED_AGAINST} == {"gis/core/crs.py"}


def test_the_rules_of_verdicts_hold_no_numbers_of_policy() -> None:
    policy = {
        float(number)
        for goal in load_goals()
        for reading in goal.readings
        for number in (
            reading.threshold,
            reading.required_share,
            reading.catchment_km,
            reading.catchment_min,
            reading.speed_kmh,
        )
        if number is not None
    } - {0.0, 1.0, 2.0, 3.0, 10.0}  # too common to tell: digits, rows shown
    assert {30.0, 60.0, 0.85} <= policy
    found = {
        f"{path.name}:{node.lineno} {node.value}"
        for path in sources("gis/planning")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
        and type(node.value) in {int, float}
        and float(node.value) in policy
    }
    assert found == set()
