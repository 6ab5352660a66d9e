"""Scenario files: every fault at once, and what is written reads back the same."""

from pathlib import Path

import pytest

from gis.catalogue.scenarios import (
    ChangeRow,
    FeederRow,
    FrequencyRow,
    LineSpeedRow,
    RoadLinkRow,
    TravelParametersRow,
    read_scenario,
    scenario_text,
)
from gis.core.errors import InputError

ROWS: tuple[ChangeRow, ...] = (
    LineSpeedRow(between=(("绍兴北", "宁波"),), speed_factor=1.1),
    FrequencyRow(between=(("绍兴北", "宁波"),), extra=4),
    TravelParametersRow(values={"boarding_buffer_min": 10.0}),
    FeederRow(place=(120.5, 30.0), station="绍兴北", minutes=12.5),
    RoadLinkRow(start=(120.5, 30.0), end=17, speed_kmh=80.0),
)
FAULTY = """
changes:
  - kind: line_speed
    speed_factor: 1.1
  - kind: line_speed
    between: [[绍兴北, 宁波]]
    speed_factor: 9
  - kind: frequency
    between: [[绍兴北, 宁波]]
  - kind: direct_service
    stations: [绍兴北, 宁波]
    minutes: [30, 20]
    trains_per_day: many
  - kind: teleport
  - fast
  - kind: road_link
    start: [120.5, 30.0]
    end: [140.0, 30.0]
    speed_kmh: 80
    lanes: 4
title: x
"""


def test_what_is_written_reads_back_the_same(tmp_path: Path) -> None:
    path = tmp_path / "scenario.yaml"
    path.write_text(scenario_text(ROWS), encoding="utf-8")
    assert read_scenario(path) == ROWS


def test_every_fault_is_told_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "scenario.yaml"
    path.write_text(FAULTY, encoding="utf-8")
    with pytest.raises(InputError) as raised:
        read_scenario(path)
    found = {(problem.where, problem.key) for problem in raised.value.problems}
    assert {
        ("scenario.yaml field title", "error.field_unknown"),
        ("scenario.yaml change 1", "error.scenario_one_of"),
        ("scenario.yaml change 2 field speed_factor", "error.out_of_range"),
        ("scenario.yaml change 3", "error.scenario_one_of"),
        ("scenario.yaml change 4 field trains_per_day", "error.not_a_whole_number"),
        ("scenario.yaml change 5 field kind", "error.not_a_choice"),
        ("scenario.yaml change 6", "error.not_a_mapping"),
        ("scenario.yaml change 7 field lanes", "error.field_unknown"),
    } <= found
    assert all(problem.line() for problem in raised.value.problems)


@pytest.mark.parametrize("content", ["", "changes: fast", "- kind: frequency"])
def test_a_file_without_changes_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "scenario.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError):
        read_scenario(path)
