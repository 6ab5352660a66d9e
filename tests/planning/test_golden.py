"""Real trains and lines give the figures that are known, and years only ever add to them."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest

from gis.access.travel_times import travel_times
from gis.catalogue.goals import PlaceKind, PlaceSet, load_goals
from gis.core.schemas import YEARS, Definition, Mode, Statistic, VerdictWord
from gis.planning.grounds import Grounds, decisive_statistic_of, statistics_of
from gis.planning.measured import measure
from gis.planning.place_sets import resolve_places, unknown_places
from gis.planning.verdict import Verdict
from tests.planning.conftest import RAIL_YEARS, golden

Verdicts = Mapping[tuple[str, str, int, str], Verdict]

HEADLINES = {"G-T01", "G-T02", "G-T05", "G-T06a", "G-T06b", "G-T07", "G-T14", "G-T16", "G-I17"}
RAIL = golden("rail_2023.yaml")
ANSWERS = golden("rail_verdicts.yaml")
KILOMETRES = golden("shaoxing_rail_km.yaml")


def stations(grounds: Grounds, *names: str) -> pd.DataFrame:
    points = resolve_places(PlaceSet(kind=PlaceKind.STATIONS, ids=names), grounds.book)
    return points.assign(stop_id=points["id"])


@pytest.mark.parametrize(
    "pair", RAIL["pairs"], ids=lambda one: f"{one['origin']}-{one['destination']}"
)
def test_minutes_aboard_in_2023(rail_grounds: Grounds, pair: dict[str, object]) -> None:
    ends = [stations(rail_grounds, str(pair[end])) for end in ("origin", "destination")]
    for start, end in (ends, ends[::-1]):  # a pair has no direction
        table = travel_times(
            rail_grounds.networks[2023],
            start,
            end,
            mode=Mode.TRANSIT,
            definition=Definition.IN_VEHICLE,
            statistics=tuple(Statistic),
            parameters=rail_grounds.parameters,
        ).set_index("statistic")["minutes"]
        for statistic in pair.keys() & set(Statistic):
            assert table[statistic] == pytest.approx(pair[statistic], abs=RAIL["tolerance_min"])


@pytest.mark.parametrize(
    "answer", ANSWERS["verdicts"], ids=lambda one: " ".join(map(str, one.values()))
)
def test_answers_of_2023(rail_verdicts: Verdicts, answer: dict[str, object]) -> None:
    key = (answer["goal"], answer["reading"], answer["year"], answer["statistic"])
    found = rail_verdicts[key]
    if answer["value"] is None:
        assert found.value is None
    else:
        assert found.value == pytest.approx(answer["value"], abs=ANSWERS["tolerance_min"])
    assert found.verdict == answer["verdict"]


def test_pairs_beside_the_verdict_are_reported(rail_verdicts: Verdicts) -> None:
    shown = {
        row.destination_zh: row.minutes
        for key in (("G-T02", "A", 2023, "fastest"), ("G-T07", "A", 2023, "fastest"))
        for row in rail_verdicts[key].evidence
        if not row.is_counted
    }
    assert shown["金山北"] == pytest.approx(60, abs=1)
    assert shown["合肥南"] == pytest.approx(113, abs=1)


def test_kilometres_of_shaoxing(rail_grounds: Grounds, rail_verdicts: Verdicts) -> None:
    (goal,) = (one for one in load_goals() if one.id == "G-I17")
    for letter, years in KILOMETRES["readings"].items():
        for year, kilometres in years.items():
            measured = measure(goal.reading(letter), rail_grounds, year=year)
            total = measured.pairs["minutes"].item()
            assert total == pytest.approx(kilometres, abs=KILOMETRES["tolerance_km"])
            assert sum(row.minutes or 0.0 for row in measured.rows) == pytest.approx(total)
    for letter, years in KILOMETRES["verdicts"].items():
        for year, word in years.items():
            assert rail_verdicts["G-I17", letter, year, "total"].verdict == word


def test_kilometres_never_fall(rail_grounds: Grounds) -> None:
    (goal,) = (one for one in load_goals() if one.id == "G-I17")
    for reading in goal.readings:
        rows = [measure(reading, rail_grounds, year=year).rows for year in YEARS]
        totals = [sum(row.minutes or 0.0 for row in of_year) for of_year in rows]
        assert totals == sorted(totals)
        assert 0 < totals[0] < totals[-1]


def test_new_lines_never_lengthen_the_fastest_train(rail_verdicts: Verdicts) -> None:
    trains = [found for found in rail_verdicts.values() if found.unit == "min" and found.decisive]
    assert {found.statistic for found in trains} == {"fastest"}
    for found in trains:
        counted = [row for row in found.evidence if row.is_counted]
        assert len(counted) == found.pairs  # none is left out below
        earlier = [year for year in RAIL_YEARS if year < found.year]
        if not earlier or found.verdict is VerdictWord.NOT_DECIDABLE:
            continue
        before = rail_verdicts[found.goal, found.reading, earlier[-1], "fastest"]
        limits = {(row.origin, row.destination): row.minutes for row in before.evidence}
        for row in found.evidence:
            limit = limits.get((row.origin, row.destination))
            if limit is not None:
                assert row.minutes is not None, (found.goal, found.year, row.destination_zh)
                assert row.minutes <= limit, (found.goal, found.year, row.destination_zh)


def test_direct_services_and_distances_only_improve(rail_verdicts: Verdicts) -> None:
    for letter in "AB":
        shares = [rail_verdicts["G-T14", letter, year, "total"].share or 0 for year in RAIL_YEARS]
        assert shares == sorted(shares)


def test_values_and_words_agree(rail_verdicts: Verdicts) -> None:
    for key, found in rail_verdicts.items():
        if found.verdict is VerdictWord.NOT_DECIDABLE:
            assert (found.value, found.share, found.evidence) == (None, None, ()), key
            assert found.caveats_zh, key
            continue
        assert found.share is not None, key
        is_met = found.share >= found.required_share - 1e-9
        assert (found.verdict is VerdictWord.MET) == is_met, key
        assert is_met == (found.margin is not None and found.margin > -1 / 1200), key
        assert (found.verdict is VerdictWord.NOT_MET) == (found.share == 0), key


def test_each_statistic_is_at_least_the_one_before(rail_verdicts: Verdicts) -> None:
    for (goal, reading, year, statistic), found in rail_verdicts.items():
        if statistic == "fastest":
            later = [rail_verdicts.get((goal, reading, year, name)) for name in ("median", "p90")]
            values = [np.inf if one.value is None else one.value for one in (found, *later) if one]
            assert values == sorted(values), (goal, reading, year)


def test_the_headline_goals_are_judged_with_places_that_exist(rail_grounds: Grounds) -> None:
    goals = [goal for goal in load_goals() if goal.headline]
    assert {goal.id for goal in goals} >= HEADLINES
    assert unknown_places(goals, rail_grounds.book) == []
    for goal in goals:
        assert goal.readings[0].is_computable, goal.id
        for reading in goal.readings:
            assert decisive_statistic_of(reading) in statistics_of(reading)


def test_every_goal_of_the_catalogue_names_places_that_exist(rail_grounds: Grounds) -> None:
    assert unknown_places(load_goals(), rail_grounds.book) == []
