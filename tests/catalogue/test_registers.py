from collections import Counter
from pathlib import Path

import pytest

from gis.catalogue.registers import (
    CorridorKind,
    TaskKind,
    load_corridors,
    load_demonstration_projects,
    load_tasks,
)
from gis.core.errors import InputError
from tests.catalogue.conftest import Edit


def test_every_task_is_registered_once() -> None:
    tasks = load_tasks()
    assert [task.id for task in tasks] == [f"T{number:03}" for number in range(1, 308)]
    kinds = Counter(task.kind for task in tasks)
    assert kinds[TaskKind.TASK_30] == 30
    assert kinds[TaskKind.DEMO_PROJECT] == 28
    assert kinds[TaskKind.COOPERATION_MODEL] == 4


def test_tasks_are_named_in_our_own_words() -> None:
    tasks = load_tasks()
    assert len({task.name_zh for task in tasks}) == 307
    assert all(task.name_zh != task.key_words for task in tasks)


def test_the_thirty_tasks_carry_their_headings() -> None:
    headings = [task.clause_heading for task in load_tasks() if task.kind is TaskKind.TASK_30]
    assert headings[9] == "打造轨道上的长三角交通枢纽"
    assert len(set(headings)) == 30


def test_corridors_by_field() -> None:
    corridors = load_corridors()
    assert len(corridors) == 62
    assert Counter(corridor.kind for corridor in corridors) == {
        CorridorKind.TRANSPORT: 14,
        CorridorKind.INNOVATION: 11,
        CorridorKind.INDUSTRY: 8,
        CorridorKind.CULTURE: 10,
        CorridorKind.ECOLOGY: 15,
        CorridorKind.WATERWAY: 4,
    }
    by_id = {corridor.id: corridor for corridor in corridors}
    assert by_id["C-C10"].width_km is None
    ring = by_id["C-T13"].control_points
    assert ring[0] == ring[-1]


def test_corridor_stations_stand_where_the_station_table_has_them() -> None:
    points = {
        point.name: (point.lon, point.lat)
        for corridor in load_corridors()
        if corridor.id == "C-T05"
        for point in corridor.control_points
    }
    assert points["苏州南"] == (120.7949, 31.0656)


def test_demonstration_projects_are_the_tasks_of_table_one() -> None:
    projects = load_demonstration_projects()
    assert len(projects) == 28
    assert [project.task_id for project in projects] == [
        f"T{number:03}" for number in range(34, 62)
    ]
    quotes = {task.id: task.key_words for task in load_tasks()}
    assert all(project.key_words == quotes[project.task_id] for project in projects)


def test_a_broken_register_is_told(seeds: Path, edit: Edit) -> None:
    edit("corridors.csv", "C-T13,环杭州湾智慧交通环,", "C-T13,,")
    with pytest.raises(InputError) as caught:
        load_corridors(seeds)
    assert [problem.where for problem in caught.value.problems] == [
        "corridors.csv row 14 column name_zh"
    ]
    edit("tasks.csv", "T001,合作地政府轮流牵头的联席会议,", "T001,合作地政府轮流牵头的联席会议,,")
    with pytest.raises(InputError):
        load_tasks(seeds)
