"""The matrix holds every verdict, and its sentence says what the cells say."""

import math
from typing import Any

import pandas as pd
import pytest

from gis.catalogue.goals import Goal, load_goals
from gis.core.text import text
from gis.outputs.definition_matrix import (
    definition_matrix,
    finding,
    matrix_records,
    matrix_rows,
)

GOALS = {goal.id: goal for goal in load_goals()}
CIRCLE, LENGTH, CHECKED = GOALS["G-T02"], GOALS["G-I17"], GOALS["G-T16"]
MET, PARTLY, MISSED, OPEN = "met", "partly met", "not met", "not decidable"


def _records(goal: Goal, words: dict[str, str], *, year: int = 2026) -> list[dict[str, Any]]:
    """Return records of ``A`` or ``A/median`` -> word; what is not told is missed."""
    made = []
    for reading in goal.readings:
        for statistic in [one.value for one in reading.statistics] or ["total"]:
            decides = (reading.decisive_statistic or statistic) == statistic
            plain = words.get(reading.id, MISSED) if decides else MISSED
            made.append(
                {
                    "goal": goal.id,
                    "reading": reading.id,
                    "statistic": statistic,
                    "year": year,
                    "decisive": decides,
                    "verdict": words.get(f"{reading.id}/{statistic}", plain),
                    "value": 61.5,
                    "share": 0.5,
                    "unit": reading.unit,
                    "comparison": reading.comparison.value,
                    "threshold": reading.threshold,
                    "required_share": reading.required_share,
                    "probability": None,
                }
            )
    return made


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            {"B": MET, "D": OPEN},
            (
                "2026年，仅读法B（站到站，最快）达成；"
                "读法A（站到站，最快）、读法C（门到门，中位）未达成；"
                "读法B按中位、第90百分位则不成立；读法D数据不足。"
            ),
        ),
        (
            {"A": MET, "B": MET, "C": PARTLY, "D": MET}
            | {f"{r}/{s}": MET for r in "ABD" for s in ("median", "p90")},
            "2026年，读法A、B、D（站到站，最快）达成；读法C（门到门，中位）部分达成。",
        ),
        ({}, "2026年，各读法均未达成。"),
        ({"A": PARTLY, "B": PARTLY, "C": PARTLY, "D": PARTLY}, "2026年，各读法都只是部分达成。"),
        (
            {"A": PARTLY},
            (
                "2026年，无一读法完全达成；读法A（站到站，最快）部分达成；"
                "读法B、D（站到站，最快）、读法C（门到门，中位）未达成。"
            ),
        ),
        ({"C/fastest": MET}, "2026年，各读法均未达成；读法C若按最快则达成。"),
        (dict.fromkeys("ABCD", OPEN), "2026年，各读法都缺数据，尚不能判断。"),
    ],
)
def test_the_finding_says_which_readings_are_met(words: dict[str, str], said: str) -> None:
    assert finding(CIRCLE, _records(CIRCLE, words), year=2026) == said


def test_the_finding_knows_readings_without_journeys_and_missing_data() -> None:
    assert finding(LENGTH, _records(LENGTH, {"B": MET}), year=2026) == (
        "2026年，仅读法B达成；读法A、C未达成。"
    )
    assert finding(CHECKED, _records(CHECKED, {"B": OPEN}), year=2026, language="en") == (
        "2026: no reading that can be decided is met; not decidable: reading B."
    )


def test_readings_from_door_to_door_are_told_as_one_where_none_is_met() -> None:
    commuting = GOALS["G-T03"]
    stations = commuting.readings[0].model_copy(update={"id": "E", "definition": None})
    goal = commuting.model_copy(update={"readings": (*commuting.readings, stations)})
    said = finding(goal, _records(goal, {"E": MET}), year=2026)
    assert said.startswith("2026年，仅读法E（中位）达成；门到门各读法均未达成")
    partly = finding(goal, _records(goal, {"E": MET, "A": PARTLY}), year=2026)
    assert "门到门各读法至多部分达成" in partly


def test_a_goal_missed_now_tells_the_year_from_which_it_is_met() -> None:
    records = _records(CIRCLE, {}) + _records(CIRCLE, {"A": MET}, year=2035)
    said = finding(CIRCLE, records, year=2026)
    assert said == "2026年，各读法均未达成；到2035年读法A（站到站，最快）达成。"
    assert "2035" not in finding(CIRCLE, _records(CIRCLE, {}), year=2026)


def test_the_matrix_has_a_row_for_every_reading_and_statistic_in_the_catalogues_order() -> None:
    records = _records(CIRCLE, {"B": MET}) + _records(CIRCLE, {}, year=2023)
    rows = matrix_rows(CIRCLE, records[::-1])
    assert [row.reading.id for row in rows] == sorted(["A", "B", "C", "D"] * 3)
    assert {row.statistic for row in rows if row.is_decisive} == {"fastest", "median"}
    assert all(list(row.cells) == [2023, 2026] for row in rows)


def test_the_table_holds_every_record_once_and_no_made_up_probability() -> None:
    known = _records(LENGTH, {"B": MET}, year=2023)
    known[1]["probability"] = 0.87
    records = _records(CIRCLE, {}) + known
    table = definition_matrix(GOALS.values(), records)
    assert len(table) == len(records)
    row = table[(table["goal"] == "G-I17") & (table["reading"] == "B")].iloc[0]
    assert row["probability_2023"] == 0.87
    assert row["verdict_2023"] == text("verdict.met")
    assert pd.isna(row["verdict_2026"])
    assert row["finding_2023"] == "2023年，仅读法B达成；读法A、C未达成。"
    assert math.isnan(table[table["goal"] == "G-T02"]["probability_2026"].iloc[0])


def test_the_json_has_the_cells_without_their_evidence() -> None:
    made = matrix_records(GOALS.values(), _records(LENGTH, {"B": MET}))
    assert list(made) == ["G-I17"]
    assert made["G-I17"]["finding_zh"]["2026"].startswith("2026年，仅读法B达成")
    assert made["G-I17"]["rows"][1] == {
        "reading": "B",
        "statistic": "total",
        "decisive": True,
        "years": {"2026": {"verdict": "met", "value": 61.5, "share": 0.5, "probability": None}},
    }
