"""Projects that open early on the product's own network: they are there, nothing gets slower."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gis.access.roads import drives
from gis.catalogue.parameters import load_parameters
from gis.catalogue.scenarios import ProjectRow, ProjectState
from gis.core.errors import InputError
from gis.core.paths import layers_dir, seeds_dir
from gis.network.build import build_network
from gis.network.feed import direct_run_minutes
from gis.network.model import Network
from gis.network.scenarios.apply import apply_scenario
from gis.network.scenarios.case import Case
from gis.network.scenarios.project import ProjectOpening
from gis.network.scenarios.trips import stops_named
from gis.planning.confidence.openings import openings_until

YEAR = 2023
LAST = 2040
RAILWAY, BRIDGE = "S-TSJY", "RL541"


@pytest.fixture(scope="module")
def base() -> Network:
    return build_network(year=YEAR)


def opened(base: Network, *projects: str, **folders: Path) -> Network:
    rows = [ProjectRow(id=project, state=ProjectState.OPEN) for project in projects]
    return apply_scenario(
        base,
        rows,
        parameters=load_parameters(),
        openings=openings_until(LAST),
        name="early",
        **folders,
    ).network


def ride_min(
    network: Network, start: str, end: str
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    stops = [stops_named(network.feed, name)[0] for name in (start, end)]
    return direct_run_minutes(network.feed, *stops, both_directions=True)


def test_projects_that_open_early_are_there_and_nothing_gets_slower(base: Network) -> None:
    early = opened(base, RAILWAY, BRIDGE)
    # 35 minutes to Cixi, 16 on to Ningbo and 2 there, as published for the end of 2027.
    assert ride_min(early, "上海虹桥", "宁波").min() == 53
    before, after = (ride_min(network, "上海虹桥", "宁波") for network in (base, early))
    assert before.min() > 53
    assert set(before) <= set(after)
    assert set(base.feed.trips["pattern_id"]) < set(early.feed.trips["pattern_id"])
    roads = next(one for one in openings_until(LAST) if one.id == BRIDGE).roads
    assert roads <= set(early.edges["road_id"].astype(str))
    assert not roads & set(base.edges["road_id"].astype(str))
    places = base.nodes.sample(60, random_state=1).assign(id=lambda nodes: nodes.index)
    slow, quick = (
        drives(network, places, places, parameters=load_parameters()).seconds
        for network in (base, early)
    )
    slow, quick = (np.where(np.isnan(seconds), np.inf, seconds) for seconds in (slow, quick))
    assert (quick <= slow).all()
    assert early.manifest == base.manifest


def test_a_project_that_is_open_already_changes_nothing(base: Network) -> None:
    later = replace(base, year=LAST)
    assert opened(later, RAILWAY) is later


def test_only_the_tables_as_they_are_now_can_be_built_anew(base: Network, tmp_path: Path) -> None:
    seeds, layers = (
        shutil.copytree(folder, tmp_path / folder.name) for folder in (seeds_dir(), layers_dir())
    )
    known = {one.id: one for one in openings_until(LAST)}
    copies = Case(base, load_parameters(), known, seeds=seeds, layers=layers)
    assert ProjectOpening(id=RAILWAY).problems(copies, where="early") == []
    with (seeds / "parameters.yaml").open("a", encoding="utf-8") as stream:
        stream.write("# another\n")
    settings = {**base.manifest.settings, "service_date": "2023-05-10"}
    own_trains = replace(base, manifest=replace(base.manifest, settings=settings))
    for network, key in ((base, "other_tables"), (own_trains, "not_sketch")):
        with pytest.raises(InputError) as raised:
            opened(network, RAILWAY, seeds=seeds, layers=layers)
        (problem,) = raised.value.problems
        assert (problem.where, problem.key) == ("early change 1", f"error.scenario_{key}")
