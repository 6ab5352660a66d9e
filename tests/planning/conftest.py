"""The product's own trains of every year, made once; roads are left out where trains suffice."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from gis.catalogue.goals import Goal, Measure, load_goals
from gis.core.paths import seeds_dir
from gis.core.schemas import YEARS, Definition, Mode
from gis.network.rail import BASE_YEAR, rail_feed
from gis.pipeline import RunConfig, read_grounds
from gis.planning.grounds import Grounds
from gis.planning.verdict import Verdict
from gis.planning.verdicts import check_goals
from tests.drawn_network import drawn_network

RAIL_YEARS = tuple(year for year in YEARS if year >= BASE_YEAR)
GOLDEN = Path(__file__).resolve().parents[1] / "golden"
MEASURES_WITHOUT_ROADS = {Measure.NETWORK_LENGTH, Measure.DISTANCE, Measure.DIRECT_SERVICE}


def golden(name: str) -> dict[str, Any]:
    """Read expected values."""
    content: dict[str, Any] = yaml.safe_load((GOLDEN / name).read_text(encoding="utf-8"))
    return content


@pytest.fixture(scope="session")
def rail_grounds() -> Grounds:
    """Give the product's layers and trains of the years since 2023, on roads drawn elsewhere."""
    drawn = drawn_network()
    networks = {
        year: replace(drawn, year=year, feed=rail_feed(seeds_dir(), year=year))
        for year in RAIL_YEARS
    }
    return read_grounds(RunConfig(), networks=networks)


@pytest.fixture(scope="session")
def goals_without_roads() -> tuple[Goal, ...]:
    """Give the headline goals with the readings that need no roads, or cannot be decided."""

    def stays(reading: Any) -> bool:  # noqa: ANN401 - a reading
        aboard = reading.mode is Mode.TRANSIT and reading.definition is Definition.IN_VEHICLE
        return not reading.is_computable or aboard or reading.measure in MEASURES_WITHOUT_ROADS

    goals = (
        goal.model_copy(update={"readings": tuple(filter(stays, goal.readings))})
        for goal in load_goals()
        if goal.headline
    )
    return tuple(goal for goal in goals if goal.readings)


@pytest.fixture(scope="session")
def rail_verdicts(
    rail_grounds: Grounds, goals_without_roads: tuple[Goal, ...]
) -> Mapping[tuple[str, str, int, str], Verdict]:
    """Give the verdicts that need no roads, by goal, reading, year and statistic."""
    verdicts = check_goals(goals_without_roads, rail_grounds)
    keyed = {(one.goal, one.reading, one.year, one.statistic): one for one in verdicts}
    assert len(keyed) == len(verdicts)
    return keyed
