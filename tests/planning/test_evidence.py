"""The pairs shown behind a verdict: worst first, with journeys that add up."""

import numpy as np
import pandas as pd
import pytest

from gis.catalogue.goals import Comparison
from gis.planning.evidence import EVIDENCE_PAIRS, _told, worst_pairs
from gis.planning.verdict import Evidence
from gis.planning.verdicts import check_goals
from tests.planning.drawn_goals import BY_CAR, RAIL, goal, grounds, reading

GROUNDS = grounds()


def table(*minutes: float) -> pd.DataFrame:
    names = [chr(ord("a") + row) for row in range(len(minutes))]
    return pd.DataFrame({"origin": names, "destination": "x", "minutes": minutes})


def evidence(**changes: object) -> tuple[Evidence, ...]:
    (verdict,) = (one for one in check_goals([goal(reading(**changes))], GROUNDS) if one.decisive)
    return verdict.evidence


@pytest.mark.parametrize(
    ("comparison", "order"),
    [
        (Comparison.AT_MOST, ["c", "b", "d", "a"]),
        (Comparison.AT_LEAST, ["c", "a", "b", "d"]),
        (Comparison.EQUAL, ["c", "b", "d", "a"]),
    ],
)
def test_unreachable_then_farthest_from_complying(comparison: Comparison, order: list[str]) -> None:
    pairs = table(29, 50, np.nan, 50)
    asked = reading(comparison=comparison)
    assert worst_pairs(pairs, reading=asked)["origin"].tolist() == order


def test_only_the_worst_are_shown() -> None:
    pairs = table(*range(EVIDENCE_PAIRS + 5))
    shown = worst_pairs(pairs, reading=reading())
    assert shown["minutes"].tolist() == list(range(EVIDENCE_PAIRS + 4, 4, -1))


def test_rows_carry_names_minutes_and_the_train() -> None:
    (row,) = evidence()
    assert (row.origin, row.destination) == ("P", "Q")
    assert (row.origin_zh, row.destination_en) == ("P站", "Q Station")
    assert row.minutes == 20
    assert row.is_within
    assert row.is_counted
    assert row.people is None
    assert [(leg["mode"], leg["line"], leg["minutes"]) for leg in row.legs] == [("rail", "G1", 20)]


def test_a_pair_over_the_threshold_is_not_within_and_one_on_it_is() -> None:
    assert not evidence(threshold=19)[0].is_within
    assert evidence(threshold=20)[0].is_within


def test_unreachable_pairs_come_first_and_have_no_journey() -> None:
    rows = evidence(destinations=RAIL | {"ids": ["Q", "Z"]})
    assert [row.destination for row in rows] == ["Z", "Q"]
    assert rows[0].minutes is None
    assert not rows[0].is_within
    assert rows[0].legs == ()


def test_reported_pairs_come_last_and_do_not_change_the_verdict() -> None:
    asked = reading(also_report=RAIL | {"ids": ["Z"]})
    (verdict,) = (one for one in check_goals([goal(asked)], GROUNDS) if one.decisive)
    assert [(row.destination, row.is_counted) for row in verdict.evidence] == [
        ("Q", True),
        ("Z", False),
    ]
    assert verdict.share == 1.0
    assert verdict.pairs == 1


@pytest.mark.parametrize("statistic", ["fastest", "median", "p90"])
@pytest.mark.parametrize("definition", ["in_vehicle", "door_to_door"])
@pytest.mark.parametrize("mode", ["car", "transit", "best"])
def test_legs_add_up_to_the_minutes_of_their_row(
    mode: str, definition: str, statistic: str
) -> None:
    rows = evidence(
        mode=mode,
        definition=definition,
        decisive_statistic=statistic,
        peak=True,
        extra_minutes=2,
        origins={"kind": "townships", "ids": ["A", "D"]},
        destinations={"kind": "city_centres", "ids": ["C", "F"]},
    )
    reached = [row for row in rows if row.minutes is not None]
    assert reached
    for row in reached:
        assert sum(leg["minutes"] for leg in row.legs) == pytest.approx(row.minutes, abs=0.01)


def test_people_of_the_origin_are_told() -> None:
    rows = evidence(
        **BY_CAR,
        origins={"kind": "townships", "ids": ["B"]},
        destinations={"kind": "city_centres", "ids": ["C"]},
        weighting="people",
    )
    assert [row.people for row in rows] == [300]


def test_legs_name_places_they_know_by_id_and_round_their_numbers() -> None:
    points = pd.DataFrame({"name_zh": ["杭州市"], "name_en": ["Hangzhou"]}, index=["330100"])
    legs = ({"mode": "car", "from": "", "to": "杭州东", "minutes": 10.91666},)
    told = _told(legs, points, ends=("330100", "X"))
    assert told[0]["from_zh"] == "杭州市"
    assert told[0]["from_en"] == "Hangzhou"
    assert "to_zh" not in told[0]
    assert told[0]["minutes"] == 10.92
