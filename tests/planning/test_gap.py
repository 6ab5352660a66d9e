"""The gap to a goal, worked by hand on the drawn network.

P lies at A, Q at C; D is a drive of 6 minutes from A. A train takes 20 minutes.
"""

from dataclasses import replace
from itertools import combinations

import pytest

from gis.catalogue.goals import Reading
from gis.catalogue.levers import Lever, LeverKind, load_levers
from gis.catalogue.scenarios import ChangeRow, RoadLinkRow
from gis.core.schemas import VerdictWord
from gis.network.scenarios.apply import apply_scenario
from gis.planning.gap import Gap, best_gaps, find_gaps, gap_record, prepared
from gis.planning.grounds import Grounds
from gis.planning.levers import handle_of
from gis.planning.shortfall import shortfall_of
from gis.planning.smallest import LESS
from gis.planning.verdicts import check_goals
from tests.planning.drawn_goals import BY_CAR, goal, grounds, network, reading

YEAR = 2026
LEVERS = {lever.id: lever for lever in load_levers()}
TRAINS = {
    "G1/1": [("P", "10:30"), ("Q", "10:50")],
    "G1/2": [("P", "11:30"), ("Q", "11:50")],
    "G2/1": [("Q", "10:00"), ("P", "10:20")],
}
DOORS = {
    "definition": "door_to_door",
    "origins": {"kind": "places", "ids": ["D"]},
    "destinations": {"kind": "places", "ids": ["C"]},
}
CAR = BY_CAR | {
    "origins": {"kind": "places", "ids": ["A"]},
    "destinations": {"kind": "places", "ids": ["C"]},
}


def by_train(**changes: object) -> Reading:
    return reading(**(DOORS | changes))


def trains() -> Grounds:
    return grounds(network(trips=TRAINS))


def verdict(asked: Reading, on: Grounds, *changes: ChangeRow) -> VerdictWord:
    """Judge a reading after changes by the ordinary way."""
    case = apply_scenario(on.networks[YEAR], changes, parameters=on.parameters)
    after = replace(on, networks={YEAR: case.network}, parameters=case.parameters)
    found = check_goals([goal(asked)], after)
    return next(one.verdict for one in found if one.decisive)


def gap_of(kind: LeverKind, asked: Reading, on: Grounds, **changes: object) -> Gap:
    lever = LEVERS[kind].model_copy(update=changes)
    found = find_gaps("G-T01", asked, on, year=YEAR, levers=[lever])
    assert [gap.lever for gap in found] == [kind]
    return found[0]


def holds(gap: Gap, asked: Reading, on: Grounds, lever: Lever) -> None:
    """Check that the lever found does meet the reading, and one hundredth less does not."""
    assert gap.size is not None
    assert verdict(asked, on, *gap.changes) is VerdictWord.MET
    handle = handle_of(lever, shortfall_of(asked, prepared(on, year=YEAR), year=YEAR))
    assert handle is not None
    assert handle.changes(gap.size) == gap.changes
    assert verdict(asked, on, *handle.changes(gap.size * LESS)) is not VerdictWord.MET
    assert verdict(asked, on, *handle.changes(0.0)) is verdict(asked, on)


# From D: 6 to drive, 4 to park, 10 before departure, 20 aboard, 5 to the street: 45 minutes.
# A third more speed is 33.33... %, so the next of three digits.
BY_HAND = [
    (LeverKind.LINE_SPEED, reading(threshold=18), 11.2),
    (LeverKind.LINE_SPEED, by_train(threshold=40), 33.4),  # 15 minutes aboard instead of 20
    (LeverKind.BOARDING_BUFFER, by_train(threshold=42), 3.0),
    # 4 minutes instead of 6; timetables know whole seconds, and half of one does not count.
    (LeverKind.STATION_ACCESS, by_train(threshold=43), 33.2),
    (LeverKind.FEEDER, by_train(threshold=43), 33.2),
    (LeverKind.ROAD_SPEED, reading(**(CAR | {"threshold": 18})), 11.2),
]


@pytest.mark.parametrize(("kind", "asked", "size"), BY_HAND)
def test_levers_by_hand(kind: LeverKind, asked: Reading, size: float) -> None:
    on = trains()
    gap = gap_of(kind, asked, on)
    assert gap.size == size
    assert gap.is_tight
    holds(gap, asked, on, LEVERS[kind])


def test_more_trains_serve_those_who_would_have_to_wait_too_long() -> None:
    # After the trains of 10:30 and 11:30 nothing leaves within two hours of the last wishes.
    on = replace(trains(), parameters=replace(trains().parameters, longest_wait_min=30))
    asked = by_train(threshold=45, statistics=["p90"], decisive_statistic="p90")
    gap = gap_of(LeverKind.FREQUENCY, asked, on)
    assert gap.value_before is None
    assert gap.size == round(gap.size or 0.0)
    holds(gap, asked, on, LEVERS[LeverKind.FREQUENCY])


def test_the_shortest_link_of_all_is_found() -> None:
    lever = LEVERS[LeverKind.MISSING_LINK].model_copy(
        update={"speed_kmh": 200.0, "length_factor": 1.0}
    )
    asked = reading(**(CAR | {"destinations": {"kind": "places", "ids": ["F"]}, "threshold": 20}))
    on = trains()
    gap = find_gaps("G-T01", asked, on, year=YEAR, levers=[lever])[0]
    works = {}
    for one, other in combinations(range(6), 2):
        link = RoadLinkRow(start=one, end=other, speed_kmh=200.0)
        if verdict(asked, on, link) is VerdictWord.MET:
            case = apply_scenario(on.networks[YEAR], [link], parameters=on.parameters)
            works[one, other] = float(case.network.edges["length_m"].iloc[-1]) / 1000
    best = min(works, key=lambda ends: works[ends])
    # A-B straight at 200 km/h instead of 60, then on by the motorway.
    assert best == (0, 1)
    assert gap.size == pytest.approx(works[best], rel=0.005)
    assert isinstance(gap.changes[0], RoadLinkRow)
    assert {gap.changes[0].start, gap.changes[0].end} == set(best)
    assert verdict(asked, on, *gap.changes) is VerdictWord.MET


def test_out_of_reach_says_how_far_the_range_gets() -> None:
    gap = gap_of(LeverKind.BOARDING_BUFFER, by_train(threshold=20), trains())
    assert gap.size is None
    assert (gap.value_before, gap.value_after) == (45.0, 35.0)
    assert "达不成" in gap.sentence_zh
    assert "35.0" in gap.sentence_zh
    assert "35.0" in gap.sentence_en
    link = gap_of(LeverKind.MISSING_LINK, reading(**(CAR | {"threshold": 1})), trains())
    assert (link.size, link.changes) == (None, ())


def test_levers_act_where_they_make_sense() -> None:
    def acting(asked: Reading) -> set[str]:
        return {lever.id.value for lever in LEVERS.values() if lever.acts_on(asked)}

    assert acting(reading(**CAR)) == {"road_speed", "missing_link"}
    assert acting(reading()) == {"line_speed"}
    assert acting(by_train()) == {
        "line_speed",
        "frequency",
        "boarding_buffer",
        "station_access",
        "feeder",
    }
    assert acting(reading(measure="network_length")) == set()


def test_readings_that_are_met_or_cannot_be_decided_have_no_gap() -> None:
    levers = tuple(LEVERS.values())
    met = reading(threshold=20)
    undecided = reading(threshold=10, needs_zh=("数据",), needs_en=("Data",))
    for asked in (met, undecided):
        assert find_gaps("G-T01", asked, trains(), year=YEAR, levers=levers) == ()


def test_levers_within_reach_come_first() -> None:
    found = find_gaps("G-T01", by_train(threshold=43), trains(), year=YEAR, levers=LEVERS.values())
    within = [gap.size is not None for gap in found]
    assert within == sorted(within, reverse=True)
    assert all(gap.size is not None for gap in best_gaps(found))
    record = gap_record(found[0])
    assert record["within_reach"] is True
    assert record["changes"]
    assert record["sentence_zh"].endswith("。")
    hopeless = find_gaps(
        "G-T01", by_train(threshold=5), trains(), year=YEAR, levers=LEVERS.values()
    )
    assert len(best_gaps(hopeless)) == 1
