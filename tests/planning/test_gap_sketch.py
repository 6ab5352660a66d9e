"""The gaps of two headline readings of 2023 on the product's own roads and trains."""

from dataclasses import replace

import pytest

from gis.catalogue.goals import load_goals
from gis.catalogue.levers import LeverKind, load_levers
from gis.catalogue.scenarios import ChangeRow
from gis.core.schemas import VerdictWord
from gis.network.build import build_network
from gis.network.scenarios.apply import apply_scenario
from gis.pipeline import RunConfig, read_grounds
from gis.planning.gap import find_gaps, prepared
from gis.planning.grounds import Grounds
from gis.planning.levers import handle_of
from gis.planning.shortfall import shortfall_of
from gis.planning.smallest import LESS
from gis.planning.verdicts import check_goals

YEAR = 2023
LEVERS = {lever.id: lever for lever in load_levers()}


@pytest.fixture(scope="module")
def grounds() -> Grounds:
    return read_grounds(RunConfig(), networks={YEAR: build_network(year=YEAR)})


@pytest.mark.parametrize(
    ("name", "kind"), [("G-T01/C", LeverKind.LINE_SPEED), ("G-T03/A", LeverKind.FEEDER)]
)
def test_the_lever_meets_the_goal_and_a_hundredth_less_does_not(
    grounds: Grounds, name: str, kind: LeverKind
) -> None:
    identifier, letter = name.split("/")
    goal = next(one for one in load_goals() if one.id == identifier)
    reading = goal.reading(letter)
    alone = goal.model_copy(update={"readings": (reading,)})

    def verdict(*changes: ChangeRow) -> VerdictWord:
        case = apply_scenario(grounds.networks[YEAR], changes, parameters=grounds.parameters)
        after = replace(grounds, networks={YEAR: case.network}, parameters=case.parameters)
        return next(one.verdict for one in check_goals([alone], after) if one.decisive)

    (gap,) = find_gaps(identifier, reading, grounds, year=YEAR, levers=[LEVERS[kind]])
    assert gap.size is not None
    assert gap.is_tight
    handle = handle_of(LEVERS[kind], shortfall_of(reading, prepared(grounds, year=YEAR), year=YEAR))
    assert handle is not None
    assert handle.changes(gap.size) == gap.changes
    assert verdict(*gap.changes) is VerdictWord.MET
    assert verdict(*handle.changes(gap.size * LESS)) is not VerdictWord.MET
