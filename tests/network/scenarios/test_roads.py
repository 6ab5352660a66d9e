"""Changes of roads, worked by hand on the drawn network."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.access.roads import drives
from gis.catalogue.scenarios import (
    ChangeRow,
    FeederRow,
    ProjectRow,
    ProjectState,
    RoadClosureRow,
    RoadLinkRow,
    RoadSpeedRow,
)
from gis.core.crs import distance_m
from gis.core.errors import InputError
from gis.network.model import Network
from gis.network.road_topology import road_hierarchy
from gis.network.scenarios.apply import apply_scenario
from gis.network.scenarios.roads import nearest_node
from tests.drawn_network import NODES, PARAMETERS, drawn_feed, drawn_network

STOPS = {"P": (*NODES["A"], "rail"), "Q": (*NODES["C"], "rail")}
TRIPS = {"G1/1": [("P", "08:00"), ("Q", "08:20")], "G2/1": [("Q", "08:00"), ("P", "08:20")]}
NAMES = list(NODES)


@dataclass(frozen=True)
class _Opening:
    id: str
    year: int
    roads: frozenset[str] = frozenset()
    patterns: frozenset[str] = frozenset()
    lines: frozenset[str] = frozenset()


BRIDGE = _Opening("BC", 2027, roads=frozenset({"BC"}))


def network() -> Network:
    return drawn_network(drawn_feed(TRIPS, stops=STOPS))


def minutes(network: Network) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return the free-flow minutes between all nodes."""
    places = pd.DataFrame(
        [(name, *lon_lat) for name, lon_lat in NODES.items()], columns=["id", "lon", "lat"]
    )
    return drives(network, places, places, parameters=PARAMETERS).seconds / 60


def changed(*rows: ChangeRow, base: Network | None = None) -> Network:
    case = apply_scenario(
        base or network(), rows, parameters=PARAMETERS, openings=[BRIDGE], name="drawn"
    )
    return case.network


def between(found: np.ndarray[Any, np.dtype[np.float64]], ends: str) -> float:
    return float(found[NAMES.index(ends[0]), NAMES.index(ends[1])])


def test_class_and_road_speeds_divide_the_minutes() -> None:
    found = minutes(changed(RoadSpeedRow(classes=("motorway",), speed_factor=2.0)))
    assert between(found, "AC") == pytest.approx(15)  # 10 of trunk road, 10 of motorway halved
    found = minutes(changed(RoadSpeedRow(roads=("AB",), speed_factor=0.5)))
    assert between(found, "AB") == pytest.approx(20)


def test_a_closed_road_is_gone_round() -> None:
    found = minutes(changed(RoadClosureRow(roads=("BC",))))
    # B - E - ferry - F - C: 8 + 10 + 4.
    assert between(found, "BC") == pytest.approx(22)


def test_a_delayed_project_is_closed() -> None:
    delayed = minutes(changed(ProjectRow(id="BC", state=ProjectState.DELAYED)))
    closed = minutes(changed(RoadClosureRow(roads=("BC",))))
    np.testing.assert_array_equal(delayed, closed)


@pytest.mark.parametrize("kind", ["with hierarchy", "without"])
def test_a_link_joins_two_junctions(kind: str) -> None:
    base = network()
    if kind == "with hierarchy":
        base = replace(base, hierarchy=road_hierarchy(base.nodes, base.edges))
    near_e = (NODES["E"][0] + 0.001, NODES["E"][1])
    new = changed(RoadLinkRow(start=near_e, end=5, speed_kmh=60, length_factor=1.0), base=base)
    # E and F lie 19.8 km apart on the map, whatever the ferry of the drawing says.
    assert new.edges["length_m"].iloc[-1] == pytest.approx(19_800, rel=0.01)
    assert new.edges["free_flow_s"].iloc[-1] == pytest.approx(19.8 * 60, rel=0.01)
    fast = changed(RoadLinkRow(start=3, end=5, speed_kmh=200), base=base)
    found = minutes(fast)
    assert between(found, "DF") == pytest.approx(29.1 / 200 * 60, rel=0.01)
    assert between(found, "DC") == pytest.approx(29.1 / 200 * 60 + 4, rel=0.01)
    assert between(found, "AB") == between(minutes(base), "AB")


def test_a_feeder_leads_to_the_junction_of_the_station() -> None:
    found = minutes(changed(FeederRow(place=NODES["D"], station="Q", minutes=7)))
    assert between(found, "DC") == pytest.approx(7)


def test_problems_of_roads_come_at_once() -> None:
    rows = [
        RoadSpeedRow(classes=("tollway",), roads=("XY",), speed_factor=2.0),
        RoadLinkRow(start=(123.0, 30.0), end=99, speed_kmh=60),
        RoadLinkRow(start=NODES["A"], end=0, speed_kmh=60),
        FeederRow(place=NODES["A"], station="P", minutes=1),
        ProjectRow(id="S-XX", state=ProjectState.DELAYED),
        ProjectRow(id="BC", state=ProjectState.OPEN),
    ]
    with pytest.raises(InputError) as raised:
        changed(*rows)
    assert [(problem.where, problem.key) for problem in raised.value.problems] == [
        ("drawn change 1 field classes", "error.not_a_choice"),
        ("drawn change 1", "error.scenario_road"),
        ("drawn change 2 field start", "error.scenario_far_from_roads"),
        ("drawn change 2 field end", "error.scenario_node"),
        ("drawn change 3", "error.scenario_same_ends"),
        ("drawn change 4", "error.scenario_same_ends"),
        ("drawn change 5", "error.scenario_project"),
        ("drawn change 6", "error.scenario_not_sketch"),
        ("drawn change 6", "error.scenario_project_first"),
    ]


ENDS = st.integers(0, len(NODES) - 1)


@settings(max_examples=20, deadline=None)
@given(start=ENDS, end=ENDS, kmh=st.floats(5, 200), factor=st.floats(1.0, 5.0))
def test_links_and_speed_never_lengthen_and_closures_never_shorten(
    start: int, end: int, kmh: float, factor: float
) -> None:
    before = minutes(network())
    if start != end:
        linked = minutes(changed(RoadLinkRow(start=start, end=end, speed_kmh=kmh)))
        assert (linked <= before).all()
    sped = minutes(changed(RoadSpeedRow(classes=("motorway", "trunk"), speed_factor=factor)))
    assert (sped <= before).all()
    closed = minutes(changed(RoadClosureRow(roads=(network().edges["road_id"].iloc[start],))))
    assert (~(closed < before)).all()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.floats(110, 130), st.floats(-85, 85)), min_size=1, max_size=30),
    st.floats(110, 130),
    st.floats(-85, 85),
)
def test_the_nearest_node_is_that_of_a_full_search(
    spots: list[tuple[float, float]], lon: float, lat: float
) -> None:
    nodes = pd.DataFrame(spots, columns=["lon", "lat"])
    row, away_m = nearest_node(nodes, lon, lat)
    every = distance_m(
        np.full(len(nodes), lon), np.full(len(nodes), lat), *nodes.to_numpy(dtype=np.float64).T
    )
    assert away_m == every.min() == every[row]
