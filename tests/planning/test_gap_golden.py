"""The gap of the half-hour circle of 2023 on the product's own trains."""

from dataclasses import replace

import pytest

from gis.catalogue.goals import load_goals
from gis.catalogue.levers import LeverKind, load_levers
from gis.catalogue.scenarios import LineSpeedRow
from gis.core.schemas import VerdictWord
from gis.network.scenarios.apply import apply_scenario
from gis.planning.gap import find_gaps
from gis.planning.grounds import Grounds
from gis.planning.shortfall import shortfall_of
from gis.planning.smallest import LESS

YEAR = 2023


@pytest.fixture(scope="module")
def grounds(rail_grounds: Grounds) -> Grounds:
    return replace(rail_grounds, networks={YEAR: rail_grounds.networks[YEAR]})


# 33 minutes aboard between Shaoxing North and Ningbo, 66 to Hongqiao with stops that stay.
@pytest.mark.parametrize(
    ("goal", "between", "size", "values"),
    [
        ("G-T01", (("绍兴北", "宁波"),), 10.0, (33.0, 30.0)),
        ("G-T02", (("绍兴北", "上海虹桥"),), 10.4, (66.0, 60.0)),
    ],
)
def test_how_much_faster_trains_would_have_to_be(
    grounds: Grounds,
    goal: str,
    between: tuple[tuple[str, str], ...],
    size: float,
    values: tuple[float, float],
) -> None:
    reading = next(one for one in load_goals() if one.id == goal).reading("A")
    (gap,) = find_gaps(goal, reading, grounds, year=YEAR, levers=load_levers())
    assert (gap.lever, gap.size, gap.is_tight) == (LeverKind.LINE_SPEED, size, True)
    assert gap.changes == (LineSpeedRow(between=between, speed_factor=1 + size / 100),)
    assert (gap.value_before, gap.value_after) == pytest.approx(values, abs=0.05)
    assert between[0][0] in gap.sentence_zh
    assert " on Shaoxing North—" in gap.sentence_en
    for share, word in ((1.0, VerdictWord.MET), (LESS, VerdictWord.NOT_MET)):
        change = LineSpeedRow(between=between, speed_factor=1 + share * size / 100)
        case = apply_scenario(grounds.networks[YEAR], [change], parameters=grounds.parameters)
        after_it = replace(grounds, networks={YEAR: case.network})
        found = shortfall_of(reading, after_it, year=YEAR).judgement.verdict
        assert (found is VerdictWord.MET) == (word is VerdictWord.MET)
