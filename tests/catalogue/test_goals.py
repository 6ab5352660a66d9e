from collections import Counter
from pathlib import Path

import pytest
from pydantic import ValidationError

from gis.catalogue.goals import (
    Comparison,
    Goal,
    GoalKind,
    Measure,
    Pairing,
    PlaceKind,
    Reading,
    Weighting,
    load_goals,
)
from gis.core.errors import InputError
from gis.core.schemas import Definition, Mode, Statistic
from tests.catalogue.conftest import Edit

COMPUTED = ("G-T01", "G-T02", "G-T05", "G-T06a", "G-T06b", "G-T07", "G-T14", "G-T16", "G-I17")


@pytest.fixture(scope="module")
def goals() -> dict[str, Goal]:
    return {goal.id: goal for goal in load_goals()}


def test_every_goal_of_the_documents_is_there(goals: dict[str, Goal]) -> None:
    assert len(goals) == 91
    assert Counter(goal.kind for goal in goals.values()) == {
        GoalKind.INDICATOR: 25,
        GoalKind.QUALITATIVE: 24,
        GoalKind.BASELINE: 17,
        GoalKind.TIME_CIRCLE: 15,
        GoalKind.NETWORK: 6,
        GoalKind.MILESTONE: 4,
    }


def test_the_goals_of_this_version_have_all_their_readings(goals: dict[str, Goal]) -> None:
    readings = {goal: "".join(r.id for r in goals[goal].readings) for goal in COMPUTED}
    assert readings == {
        "G-T01": "ABCD",
        "G-T02": "ABCD",
        "G-T05": "AB",
        "G-T06a": "AB",
        "G-T06b": "AB",
        "G-T07": "AB",
        "G-T14": "ABC",
        "G-T16": "AB",
        "G-I17": "ABC",
    }
    computable = {
        f"{goal}{r.id}" for goal in COMPUTED for r in goals[goal].readings if r.is_computable
    }
    assert len(computable) == 23
    assert "G-T16B" not in computable


def test_half_hour_circle_in_its_four_readings(goals: dict[str, Goal]) -> None:
    goal = goals["G-T01"]
    a, b, c, d = goal.readings
    assert a.origins is not None
    assert a.destinations is not None
    assert (a.origins.ids, a.destinations.ids) == (("绍兴北",), ("杭州东", "宁波"))
    assert (a.threshold, a.comparison, a.required_share) == (30, Comparison.AT_MOST, 1.0)
    assert (a.mode, a.definition) == (Mode.TRANSIT, Definition.IN_VEHICLE)
    assert a.statistics == (Statistic.FASTEST, Statistic.MEDIAN, Statistic.P90)
    assert a.decisive_statistic is Statistic.FASTEST
    assert (b.pairing, b.mode, b.weighting) == (Pairing.NEAREST, Mode.BEST, Weighting.PEOPLE)
    assert b.origins is not None
    assert b.origins.kind is PlaceKind.TOWNSHIPS
    assert (c.pairing, c.destinations) == (Pairing.ALL_PAIRS, None)
    assert (d.mode, d.definition, d.peak) == (Mode.CAR, Definition.IN_VEHICLE, False)


def test_provincial_circle_asks_for_ten_stations_and_zhoushan(goals: dict[str, Goal]) -> None:
    reading = goals["G-T06a"].reading("A")
    assert reading.destinations is not None
    assert len(reading.destinations.ids) == 10
    assert "舟山" in reading.destinations.ids
    assert reading.pairing is Pairing.NEAREST_ORIGIN
    assert any("舟山" in caveat for caveat in reading.caveats_zh)


def test_municipal_circle_adds_five_minutes_once(goals: dict[str, Goal]) -> None:
    plain, peak = goals["G-T06b"].readings
    assert (plain.extra_minutes, plain.definition) == (5, Definition.IN_VEHICLE)
    assert (peak.extra_minutes, peak.definition, peak.peak) == (0, Definition.DOOR_TO_DOOR, True)


def test_rail_length_of_shaoxing_with_and_without_the_suburban_line(
    goals: dict[str, Goal],
) -> None:
    a, b, _ = goals["G-I17"].readings
    assert a.threshold == b.threshold == 65
    assert a.comparison is Comparison.AT_LEAST
    assert set(b.line_modes) - set(a.line_modes) == {"suburban"}


def test_what_cannot_be_computed_says_which_data_would_decide(goals: dict[str, Goal]) -> None:
    for goal in goals.values():
        for reading in goal.readings:
            if reading.measure in {Measure.STATISTIC, Measure.CHECKLIST, Measure.SERVICE_ACCESS}:
                assert reading.needs_zh, (goal.id, reading.id)
            if reading.threshold is None:
                assert reading.needs_zh, (goal.id, reading.id)


def test_a_chosen_share_always_has_a_reason(goals: dict[str, Goal]) -> None:
    shares = {
        (goal.id, reading.id): {assumption.field for assumption in reading.assumptions}
        for goal in goals.values()
        for reading in goal.readings
        if reading.required_share < 1 and reading.is_computable
    }
    assert len(shares) >= 8
    assert all("required_share" in fields for fields in shares.values())


def test_extra_minutes_and_first_years_have_a_reason(goals: dict[str, Goal]) -> None:
    for goal in goals.values():
        for reading in goal.readings:
            stated = {assumption.field for assumption in reading.assumptions}
            needed = {
                field
                for field in ("extra_minutes", "first_year", "speed_kmh", "gap_m")
                if getattr(reading, field)
            }
            assert needed <= stated, (goal.id, reading.id)


def test_chinese_is_chinese_and_english_is_not(goals: dict[str, Goal]) -> None:
    def has_han(text: str) -> bool:
        return any("\u4e00" <= letter <= "\u9fff" for letter in text)

    for goal in goals.values():
        rows: list[Goal | Reading] = [goal, *goal.readings]
        for row in rows:
            assert has_han(row.name_zh), row.name_zh
            assert not has_han(row.name_en), row.name_en
        for reading in goal.readings:
            assert not any(has_han(text) for text in (*reading.caveats_en, *reading.needs_en))


def test_a_goal_is_frozen(goals: dict[str, Goal]) -> None:
    with pytest.raises(ValidationError):
        goals["G-T01"].name_zh = "别的"  # type: ignore[misc]


def test_an_unknown_reading_is_a_key_error(goals: dict[str, Goal]) -> None:
    with pytest.raises(KeyError):
        goals["G-T01"].reading("Z")


@pytest.mark.parametrize(
    ("change", "where", "message"),
    [
        (
            ("        first_year: 2035\n", "        first_year: later\n"),
            "goals.yaml goal G-T02 reading D field first_year",
            "not a whole number",
        ),
        (
            ("        catchment_km: 15\n", "        catchement_km: 15\n"),
            "goals.yaml goal G-T11 reading C field catchement_km",
            "is not a known field",
        ),
        (
            (
                "[上海松江, 金山北]}\n        pairing: any\n",
                "[上海松江, 金山北]}\n        pairing: best\n",
            ),
            "goals.yaml goal G-T02 reading B field pairing",
            "choose from: each, nearest",
        ),
        (
            (
                "{kind: stations, types: [rail], ids: [杭州东, 宁波]}",
                "{kind: stops, types: [rail], ids: [杭州东, 宁波]}",
            ),
            "goals.yaml goal G-T01 reading A field destinations.kind",
            "choose from: stations",
        ),
        (
            ("parts: [G-T06a/A, G-T06b/A, G-T06c/A]", "parts: [G-T06a/A, G-T06b/A, G-T06d/A]"),
            "goals.yaml goal G-T06 reading A field parts",
            "G-T06d/A is not in goals.yaml",
        ),
        (
            (
                "key_words: 机场枢纽能级显著提升",
                "key_words: 机机机机机机机机机机机机机机机机机机机机机机机机机机机机机机机",
            ),
            "goals.yaml goal G-T16 field key_words",
            "31 characters",
        ),
        (("  - id: G-T16\n", "  - id: G-T15\n"), "goals.yaml goal G-T15", "used twice"),
        (
            ("          - 到航站楼为止，不含值机安检。\n", ""),
            "goals.yaml goal G-T16 reading A",
            "different numbers of entries (1 and 2)",
        ),
        (
            ("        speed_kmh: 225\n", ""),
            "goals.yaml goal G-T10 reading A",
            "measure flight_time must state speed_kmh",
        ),
    ],
)
def test_a_fault_names_goal_reading_and_field(
    seeds: Path, edit: Edit, change: tuple[str, str], where: str, message: str
) -> None:
    edit("goals.yaml", *change)
    with pytest.raises(InputError) as caught:
        load_goals(seeds)
    (problem,) = caught.value.problems
    assert problem.where == where
    assert message in problem.line(language="en")


def reading(**changes: object) -> dict[str, object]:
    return {
        "id": "A",
        "name_zh": "甲",
        "name_en": "a",
        "measure": "travel_time",
        "origins": {"kind": "stations", "ids": ["杭州东"]},
        "mode": "transit",
        "definition": "in_vehicle",
        "statistics": ["fastest"],
        "decisive_statistic": "fastest",
        "threshold": 60,
        "unit": "min",
        "basis": "inferred",
        "certainty": "low",
    } | changes


def test_a_complete_reading_is_accepted() -> None:
    assert Reading.model_validate(reading()).is_computable


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"decisive_statistic": "median"}, "error.statistic_not_listed"),
        ({"decisive_statistic": None}, "error.statistic_not_listed"),
        ({"mode": None}, "error.reading_incomplete"),
        ({"origins": None}, "error.reading_incomplete"),
        ({"measure": "milestone"}, "error.reading_incomplete"),
        ({"pairing": "across_border"}, "error.pairing_not_of_measure"),
        ({"measure": "direct_service", "catchment_km": 5}, "error.pairing_not_of_measure"),
        ({"weighting": "people"}, "error.weighting_without_people"),
        ({"needs_zh": ["公交线路"]}, "error.one_language"),
        ({"required_share": 1.2}, "less_than_equal"),
        ({"required_share": 0}, "greater_than"),
        ({"id": "a"}, "string_pattern_mismatch"),
        ({"extra_minutes": -5}, "greater_than_equal"),
    ],
)
def test_a_reading_that_does_not_hold_together_is_refused(
    changes: dict[str, object], kind: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        Reading.model_validate(reading(**changes))
    assert [detail["type"] for detail in caught.value.errors()] == [kind]


def test_a_reading_that_needs_data_may_be_incomplete() -> None:
    waiting = reading(mode=None, needs_zh=["公交线路"], needs_en=["bus lines"])
    assert not Reading.model_validate(waiting).is_computable
