"""Milestones: which projects were started or opened by when, and what is not known."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from gis.catalogue.goals import MilestoneEvent, Reading, load_goals
from gis.catalogue.projects import Project, load_projects
from gis.core.schemas import VerdictWord
from gis.planning.milestones import State, milestone_state
from gis.planning.verdict import Verdict
from gis.planning.verdicts import check_goals
from tests.planning.drawn_goals import goal, grounds, network, reading

STARTED, OPENED = MilestoneEvent.STARTED, MilestoneEvent.OPENED


def project(identifier: str = "P-1", **changes: object) -> Project:
    fields: dict[str, object] = {
        "id": identifier,
        "name_zh": f"{identifier}号线",
        "name_en": f"Line {identifier}",
        "document_id": "D-002",
        "clause_heading": "主要目标",
        "clause_certainty": "high",
        "key_words": "建成",
        "basis": "named",
        "certainty": "high",
        "mode": "rail",
        "submode": "hsr",
        "kind": "new",
        "shape": "none",
        "status": "open",
        "status_date": date(2026, 3, 1),
        "status_certainty": "high",
    }
    return Project.model_validate(fields | changes)


def milestone(**changes: object) -> Reading:
    fields: dict[str, object] = {
        "measure": "milestone",
        "origins": None,
        "destinations": None,
        "mode": None,
        "definition": None,
        "statistics": [],
        "decisive_statistic": None,
        "projects": ["P-1", "P-2", "P-3"],
        "event": "opened",
        "by_year": 2025,
        "comparison": ">=",
        "threshold": 3,
        "unit": "projects",
    }
    return reading(**fields | changes)


def judged(asked: Reading, *projects: Project, years: tuple[int, ...]) -> Mapping[int, Verdict]:
    drawn = network()
    ground = replace(
        grounds(*(replace(drawn, year=year) for year in years)), projects=tuple(projects)
    )
    return {one.year: one for one in check_goals([goal(asked)], ground)}


@pytest.mark.parametrize(
    ("changes", "event", "limit", "expected"),
    [
        ({"opened_year": 2022}, OPENED, 2021, State.NOT_DONE),
        ({"opened_year": 2022}, OPENED, 2022, State.DONE),
        ({}, OPENED, 2030, State.UNKNOWN),  # open, but since when?
        ({"status": "partly_open", "opened_year": 2022}, OPENED, 2030, State.NOT_DONE),
        ({"status": "under_construction"}, OPENED, 2030, State.NOT_DONE),
        ({"started_year": 2020, "opened_year": 2022}, STARTED, 2019, State.NOT_DONE),
        ({"started_year": 2020, "opened_year": 2022}, STARTED, 2020, State.DONE),
        ({"opened_year": 2022}, STARTED, 2022, State.DONE),  # open, so it was started
        ({"opened_year": 2022}, STARTED, 2021, State.UNKNOWN),  # perhaps by then, perhaps not
        ({"status": "under_construction"}, STARTED, 2026, State.DONE),  # seen in March 2026
        ({"status": "under_construction"}, STARTED, 2025, State.UNKNOWN),
        ({"status": "planned", "target_year": 2024}, STARTED, 2030, State.NOT_DONE),
    ],
)
def test_state_of_an_event_follows_from_status_and_years(
    changes: dict[str, object], event: MilestoneEvent, limit: int, expected: State
) -> None:
    assert milestone_state(project(**changes), event, limit=limit) is expected


def test_announced_openings_count_only_in_years_that_lie_ahead() -> None:
    planned = project(status="under_construction", target_year=2028)
    for ahead, limit, expected in (
        (True, 2028, State.PLANNED),
        (True, 2027, State.NOT_DONE),
        (False, 2028, State.NOT_DONE),
    ):
        assert milestone_state(planned, OPENED, limit=limit, is_ahead=ahead) is expected


def test_projects_are_counted_by_the_end_of_the_year_and_not_after_the_date_set() -> None:
    found = judged(
        milestone(),
        project("P-1", opened_year=2021),
        project("P-2", opened_year=2024),
        project("P-3", opened_year=2026),
        years=(2020, 2021, 2024, 2026, 2035),
    )
    assert [(year, one.verdict.value, one.value, one.margin) for year, one in found.items()] == [
        (2020, "not met", 0, -3),
        (2021, "partly met", 1, -2),
        (2024, "partly met", 2, -1),
        (2026, "partly met", 2, -1),  # the third opened a year late
        (2035, "partly met", 2, -1),
    ]
    assert "期限为2025年底，此处是2024年底的进度。" in found[2024].caveats_zh
    assert not any("期限" in remark for remark in found[2026].caveats_zh)
    assert found[2026].share == pytest.approx(2 / 3)
    rows = [(row.origin, row.minutes, row.is_within) for row in found[2026].evidence]
    assert rows == [("P-1", 1.0, True), ("P-2", 1.0, True), ("P-3", 0.0, False)]


def test_all_projects_in_time_meet_the_goal() -> None:
    asked = milestone(projects=["P-1", "P-2"], threshold=2)
    rows = project("P-1", opened_year=2024), project("P-2", opened_year=2025)
    found = judged(asked, *rows, years=(2024, 2025))
    assert [one.verdict for one in found.values()] == [VerdictWord.PARTLY_MET, VerdictWord.MET]


def test_a_missing_year_leaves_the_answer_open_only_where_it_would_turn_it() -> None:
    known, open_since_when = project("P-1", opened_year=2022), project("P-2")
    (found,) = judged(
        milestone(projects=["P-1", "P-2"], threshold=2), known, open_since_when, years=(2026,)
    ).values()
    assert found.verdict is VerdictWord.NOT_DECIDABLE
    assert found.caveats_zh == ("查明以下项目的年份即可判定：P-2号线。",)
    (settled,) = judged(
        milestone(projects=["P-1", "P-2"], threshold=1), known, open_since_when, years=(2026,)
    ).values()
    assert (settled.verdict, settled.value) == (VerdictWord.MET, 1)
    assert "资料没有写明年份，未计入：P-2号线。" in settled.caveats_zh


def test_two_names_of_one_project_count_once() -> None:
    asked = milestone(projects=["P-1", "P-2"], threshold=2)
    rows = project("P-1", opened_year=2022), project("P-2", same_as="P-1")
    (found,) = judged(asked, *rows, years=(2026,)).values()
    assert found.value == 1


def test_openings_to_come_are_named() -> None:
    asked = milestone(by_year=2030, projects=["P-1"], threshold=1)
    late = project("P-1", status="under_construction", target_year=2028)
    found = judged(asked, late, years=(2026, 2035))
    assert [one.verdict for one in found.values()] == [VerdictWord.NOT_MET, VerdictWord.MET]
    assert "按公布的计划开通年份计入：P-1号线。" in found[2035].caveats_zh


def test_milestones_of_the_catalogue() -> None:
    drawn = network()
    years = (2021, 2023, 2026, 2035)
    ground = replace(
        grounds(*(replace(drawn, year=year) for year in years)), projects=load_projects()
    )
    wanted = [one for one in load_goals() if one.id in {"G-M01", "G-M02", "G-M03"}]
    found = {(one.goal, one.year): one for one in check_goals(wanted, ground)}
    counts = {
        name: [int(found[name, year].value or 0) for year in years]
        for name in ("G-M01", "G-M02", "G-M03")
    }
    assert counts == {"G-M01": [1, 1, 1, 1], "G-M02": [2, 4, 4, 4], "G-M03": [0, 2, 3, 3]}
    words = {found["G-M01", 2026].verdict, found["G-M02", 2026].verdict}
    assert words == {VerdictWord.MET, VerdictWord.PARTLY_MET}
    behind = [row.origin for row in found["G-M02", 2026].evidence if not row.is_within]
    assert behind == ["RAIL-06"]
