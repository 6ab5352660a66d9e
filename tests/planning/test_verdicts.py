"""Every goal, reading, statistic and year judged once, on the drawn network.

Trains of the pair P-Q take 20, 20, 30 and 40 minutes: fastest 20, median 20, p90 40.
"""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.catalogue.goals import Reading, Weighting
from gis.core.errors import InputError
from gis.core.schemas import VerdictWord
from gis.planning.verdict import Verdict, verdict_record
from gis.planning.verdicts import check_goals
from tests.planning.drawn_goals import BY_CAR, RAIL, TRIPS, goal, grounds, network, reading

GROUNDS = grounds()
THREE = RAIL | {"ids": ["P", "Q", "Z"]}


def decisive(asked: Reading) -> Verdict:
    (found,) = (one for one in check_goals([goal(asked)], GROUNDS) if one.decisive)
    return found


def test_every_combination_appears_once_with_one_decisive_statistic() -> None:
    drawn = network()
    years = grounds(drawn, replace(drawn, year=2027))
    goals = [
        goal(
            reading(),
            reading(id="B", needs_zh=["数据"], needs_en=["data"]),
            reading(id="C", first_year=2027),
            reading(id="D", **BY_CAR),
            reading(id="E", measure="distance", statistics=[], decisive_statistic=None),
        ),
        goal(reading(decisive_statistic="p90"), id="G-T02"),
    ]
    verdicts = check_goals(goals, years)
    keys = [(one.goal, one.reading, one.year, one.statistic) for one in verdicts]
    assert len(set(keys)) == len(keys)
    three, alone = ("fastest", "median", "p90"), ("fastest",)
    statistics = {"A": three, "B": three, "C": three, "D": alone, "E": ("total",)}
    assert keys == [
        (of_goal, letter, year, statistic)
        for of_goal, letters in (("G-T01", "ABCDE"), ("G-T02", "A"))
        for letter in letters
        for year in (2026, 2027)
        for statistic in statistics[letter]
    ]
    hanging = [one for one in verdicts if one.decisive]
    assert len({(one.goal, one.reading, one.year) for one in hanging}) == len(hanging) == 12


def test_a_value_exactly_on_its_threshold_is_met() -> None:
    found = decisive(reading(threshold=20))
    assert (found.verdict, found.value, found.margin) == (VerdictWord.MET, 20, 0)
    missed = decisive(reading(threshold=19.99))
    assert missed.verdict is VerdictWord.NOT_MET


def test_statistics_are_judged_one_by_one() -> None:
    verdicts = check_goals([goal(reading(threshold=30))], GROUNDS)
    assert [(one.statistic, one.value, one.verdict.value) for one in verdicts] == [
        ("fastest", 20, "met"),
        ("median", 20, "met"),
        ("p90", 40, "not met"),
    ]


def test_partly_met_when_some_pairs_are_within() -> None:
    asked = reading(origins=THREE, destinations=None, pairing="all_pairs")
    found = decisive(asked)
    assert found.verdict is VerdictWord.PARTLY_MET
    assert found.share == pytest.approx(1 / 3)
    assert found.value is None  # the share that is required is not reached at all
    assert found.pairs == 3
    third = asked.model_copy(update={"required_share": 1 / 3})
    assert decisive(third).verdict is VerdictWord.MET
    half = asked.model_copy(update={"required_share": 0.6, "partly_share": 0.5})
    assert decisive(half).verdict is VerdictWord.NOT_MET


def test_undecidable_readings_have_no_value_pairs_or_evidence() -> None:
    found = decisive(reading(first_year=2027))
    assert found.verdict is VerdictWord.NOT_DECIDABLE
    assert (found.value, found.margin, found.share, found.pairs) == (None, None, None, 0)
    assert found.evidence == ()
    assert found.caveats_zh == ("本读法自2027年起适用，此前不作判定。",)


def test_remarks_of_the_reading_come_before_those_of_the_computation() -> None:
    found = decisive(reading(caveats_zh=["注意"], caveats_en=["mind"]))
    assert found.caveats_zh[0] == "注意"
    assert len(found.caveats_zh) == len(found.caveats_en) > 1


def test_share_of_people_stands_beside_a_count_of_pairs() -> None:
    asked = reading(
        **BY_CAR,
        threshold=15,
        origins={"kind": "townships", "ids": ["A", "B"]},
        destinations={"kind": "city_centres", "ids": ["C"]},
    )
    found = decisive(asked)  # A 20 min and 100 people, B 10 min and 300 people
    assert (found.share, found.population_share) == (0.5, 0.75)
    by_people = decisive(
        asked.model_copy(update={"weighting": Weighting.PEOPLE, "required_share": 0.75})
    )
    assert (by_people.share, by_people.verdict) == (0.75, VerdictWord.MET)
    assert by_people.value == pytest.approx(10, abs=0.01)


def test_stations_have_no_people() -> None:
    assert decisive(reading()).population_share is None


def test_a_length_is_judged_on_its_total() -> None:
    asked = reading(
        measure="network_length",
        origins=None,
        destinations=None,
        statistics=[],
        decisive_statistic=None,
        comparison=">=",
        threshold=15,
        unit="km",
    )
    found = decisive(asked)
    assert (found.verdict, found.value, found.margin) == (VerdictWord.MET, 15, 0)
    assert [row.origin for row in found.evidence] == ["M1", "M2"]


def test_all_unknown_places_are_named_at_once() -> None:
    asked = [
        goal(
            reading(origins=RAIL | {"ids": ["无此站", "P"]}),
            reading(id="B", destinations=RAIL | {"ids": ["Q", "也没有"]}),
            reading(id="C", destinations={"kind": "townships", "within": ["990000"]}),
            reading(id="D", also_report=RAIL | {"ids": ["仍没有"]}),
        )
    ]
    with pytest.raises(InputError) as caught:
        check_goals(asked, GROUNDS)
    lines = [problem.line() for problem in caught.value.problems]
    assert len(lines) == 4
    assert lines[0].startswith("goals.yaml goal G-T01 reading A origins字段: “无此站”")
    assert "990000" in lines[2]


def test_the_same_goals_give_the_same_records() -> None:
    asked = [goal(reading(mode="best", definition="door_to_door", peak=True))]
    once, again = (check_goals(asked, grounds()) for _ in range(2))
    assert [verdict_record(one) for one in once] == [verdict_record(one) for one in again]


@settings(max_examples=5, deadline=None)
@given(minutes=st.integers(5, 90), leaves=st.integers(6, 20))
def test_another_train_never_lengthens_the_fastest_nor_lowers_the_share(
    minutes: int, leaves: int
) -> None:
    arrives = f"{leaves + minutes // 60:02d}:{minutes % 60:02d}"
    more = TRIPS | {"X1/1": [("P", f"{leaves:02d}:00"), ("Q", arrives)]}
    asked = [goal(reading(threshold=19))]
    before = check_goals(asked, GROUNDS)[0]
    after = check_goals(asked, grounds(network(trips=more)))[0]
    assert before.value is not None
    assert after.value == min(before.value, minutes)
    assert (after.share or 0) >= (before.share or 0)
