from collections import Counter
from pathlib import Path

import pytest
from pydantic import ValidationError

from gis.catalogue.projects import Project, ProjectShape, load_projects
from gis.core.errors import InputError
from gis.core.schemas import Status
from tests.catalogue.conftest import Edit


@pytest.fixture(scope="module")
def projects() -> dict[str, Project]:
    return {project.id: project for project in load_projects()}


def test_every_project_is_a_card(projects: dict[str, Project]) -> None:
    assert len(projects) == 122
    context = [project for project in projects.values() if not project.document_id]
    assert {project.id for project in context} == {f"CTX-{number:02}" for number in range(1, 13)}
    assert Counter(project.status for project in projects.values()) == {
        Status.UNKNOWN: 49,
        Status.OPEN: 31,
        Status.UNDER_CONSTRUCTION: 13,
        Status.PLANNED: 11,
        Status.PARTLY_OPEN: 10,
        Status.STUDY: 8,
    }


def test_one_road_with_two_names_counts_once(projects: dict[str, Project]) -> None:
    link, west_line = projects["ROAD-03"], projects["ROAD-10"]
    assert west_line.same_as == "ROAD-03"
    assert link.counts
    assert not west_line.counts
    assert link.waypoints == west_line.waypoints
    assert sum(project.counts for project in projects.values()) == 121


def test_rows_of_several_places_are_points(projects: dict[str, Project]) -> None:
    for identifier in ("AIR-06", "AIR-08", "INFO-02", "HUB-06", "WATER-07", "WATER-12", "PORT-02"):
        assert projects[identifier].shape is ProjectShape.POINTS
    for identifier in ("ROAD-25", "RAIL-22", "GRID-01", "HUB-05"):
        assert projects[identifier].shape is ProjectShape.NONE


def test_dates_that_goals_hang_on(projects: dict[str, Project]) -> None:
    years = {
        identifier: (projects[identifier].opened_year, projects[identifier].target_year)
        for identifier in ("RAIL-01", "RAIL-02", "RAIL-06", "RAIL-18", "ROAD-04", "CTX-01")
    }
    assert years == {
        "RAIL-01": (2022, None),
        "RAIL-02": (2023, None),
        "RAIL-06": (None, None),
        "RAIL-18": (None, 2027),
        "ROAD-04": (2025, None),
        "CTX-01": (None, 2028),
    }
    assert projects["ROAD-01"].started_year == 2020


def test_no_project_that_is_open_lacks_its_year_unless_it_is_no_work(
    projects: dict[str, Project],
) -> None:
    lacking = {
        project.id
        for project in projects.values()
        if project.status is Status.OPEN and project.opened_year is None
    }
    assert lacking == {
        "CORR-01",
        "CORR-05",
        "PORT-03",
        "PORT-04",
        "PORT-06",
        "HUB-04",
        "INFO-03",
    }


def test_decisions_and_dates_are_in_both_languages(projects: dict[str, Project]) -> None:
    for project in projects.values():
        assert bool(project.decision_zh) == bool(project.decision_en), project.id
        assert bool(project.timing_zh) == bool(project.timing_en), project.id


def test_routes_end_where_the_cards_say(projects: dict[str, Project]) -> None:
    assert [point.name for point in projects["RAIL-15"].waypoints] == ["桐庐东", "浦江", "义乌"]
    assert projects["ROAD-03"].waypoints[-1].name.startswith("福全枢纽")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            ",建成,open,2026-11-22,high,,2022,,",
            ",建成,planned,2026-11-22,high,,2022,,",
            "opened_year 2022 does not fit status planned",
        ),
        (",ROAD-03,malesales", ",ROAD-99,malesales", "id ROAD-99 is not in projects.csv"),
        ("天台山:120.9747,29.1426", "天台山:29.1426,120.9747", "swapped"),
        (",line,", ",curve,", "“curve” is not allowed; choose from: line, points, none"),
    ],
)
def test_a_broken_card_is_named(seeds: Path, old: str, new: str, message: str) -> None:
    path = seeds / "projects.csv"
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_projects(seeds)
    assert message in str(caught.value)


def test_a_line_needs_two_points_and_a_point_one(projects: dict[str, Project]) -> None:
    card = projects["WATER-05"].model_dump()
    assert Project.model_validate(card) == projects["WATER-05"]
    with pytest.raises(ValidationError, match="points"):
        Project.model_validate(card | {"shape": "line"})
    with pytest.raises(ValidationError, match="points"):
        Project.model_validate(card | {"waypoints": ()})


def test_a_cell_with_blanks_around_reads_as_without(seeds: Path, edit: Edit) -> None:
    edit("projects.csv", "WATER-05,新坝船闸二线,", "WATER-05 , 新坝船闸二线,")
    assert load_projects(seeds) == load_projects()
