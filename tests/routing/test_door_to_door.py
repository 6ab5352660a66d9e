"""Door to door over a window: against a search for each departure, and by hand."""

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.routing.connection_scan import NEVER, earliest_arrivals
from gis.routing.customise import FAR, customise
from gis.routing.departure_window import Waiting, Window
from gis.routing.door_to_door import (
    SHARES,
    DoorPlan,
    access_seconds,
    door_to_door,
    percentile_times,
    plan_doors,
)
from gis.routing.graph import RoadGraph
from gis.routing.hierarchy import build_hierarchy
from gis.routing.sweep import Sweep, prepare_sweep
from gis.routing.timetable import Timetable
from tests.routing.drawn_graphs import graph_of, graphs, scipy_costs
from tests.routing.drawn_seeds import Ways, plain_costs_to_all, plain_matrix, seeds_of
from tests.routing.timetable_samples import STOPS, timetable_of, timetables

INFINITE = int(FAR)
NO_WAY = seeds_of([[]], np.int32)


def sweep_of(graph: RoadGraph) -> Sweep:
    order = np.arange(graph.node_count, dtype=np.int32)[::-1].copy()
    return prepare_sweep(customise(build_hierarchy(graph, order), graph.time_ds, threads=1))


def arrivals_at_nodes(
    timetable: Timetable,
    egress_ds: npt.NDArray[np.int64],
    access_s: npt.NDArray[np.int64],
    leaves_s: int,
) -> npt.NDArray[np.float64]:
    """Return the deciseconds of arriving at all nodes by public transport, leaving now."""
    street = np.where(access_s == NEVER, NEVER, leaves_s + access_s)
    at_stop = earliest_arrivals(timetable, street).astype(np.float64)
    at_stop[at_stop == NEVER] = math.inf
    over = np.where(egress_ds < INFINITE, egress_ds, math.inf)
    return (10 * (at_stop + timetable.exit_s)[:, None] + over).min(axis=0)


def searched_times(
    arrivals: Callable[[int], npt.NDArray[np.float64]],
    direct_ds: npt.NDArray[np.float64],
    window: Window,
) -> npt.NDArray[np.float64]:
    """Return the times of every wanted departure and node, given the arrivals of each minute."""
    found = {int(leaves): arrivals(int(leaves)) for leaves in window.leaving_s()}
    rows = []
    for wanted in window.wanted_s().tolist():
        if window.waiting is Waiting.COUNTED:
            times = found[wanted] - 10 * wanted
        else:
            later = sorted((leaves for leaves in found if leaves >= wanted), reverse=True)
            first = np.min([found[leaves] for leaves in later], axis=0)
            leaves = np.full(len(first), -1)
            for minute in later:  # the last of those that arrive first
                leaves = np.where((leaves < 0) & (found[minute] == first), minute, leaves)
            times = np.where(leaves - wanted <= window.longest_wait_s, first - 10 * leaves, np.inf)
        rows.append(np.minimum(times, direct_ds))
    return np.array(rows)


def nearest(times: npt.NDArray[np.float64], shares: tuple[float, ...]) -> list[list[int]]:
    ordered = np.sort(times, axis=0)
    rows = [ordered[max(math.ceil(round(share * len(times), 6)), 1) - 1] for share in shares]
    return np.where(np.isfinite(rows), rows, INFINITE).astype(np.int64).T.tolist()


@st.composite
def stop_ways(draw: st.DrawFn, node_count: int) -> Ways:
    way = st.tuples(st.integers(0, node_count - 1), st.integers(0, 90))
    return draw(st.lists(st.lists(way, max_size=2), min_size=STOPS, max_size=STOPS))


@settings(max_examples=80)
@given(st.data(), graphs(most_nodes=20), timetables(), st.sampled_from(Waiting))
def test_times_are_those_of_a_search_for_each_departure(
    data: st.DataObject, graph: RoadGraph, timetable: Timetable, waiting: Waiting
) -> None:
    window = Window(
        start_s=data.draw(st.integers(0, 20)),
        count=data.draw(st.integers(1, 40)),
        step_s=data.draw(st.integers(1, 3)),
        waiting=waiting,
        longest_wait_s=data.draw(st.integers(0, 30)),
    )
    origin, access, egress = (
        data.draw(stop_ways(graph.node_count)),
        data.draw(stop_ways(graph.node_count)),
        data.draw(stop_ways(graph.node_count)),
    )
    place = seeds_of(origin[:1], np.int32)
    chosen = data.draw(
        st.none() | st.lists(st.integers(0, graph.node_count - 1), unique=True, min_size=1)
    )
    plan = plan_doors(
        sweep_of(graph),
        access=seeds_of(access, np.int32),
        egress=seeds_of(egress, np.int32),
        destinations=None if chosen is None else np.array(chosen, dtype=np.int32),
    )
    between = scipy_costs(graph, graph.time_ds)
    to_stops = plain_matrix(between, origin[:1], access, INFINITE)[0]
    access_s = np.where(to_stops < INFINITE, (to_stops + 5) // 10, NEVER)
    assert access_seconds(plan, place).tolist() == access_s.tolist()
    direct = plain_costs_to_all(between, origin[:1], INFINITE)[0]
    from_stops = plain_costs_to_all(between, egress, INFINITE)
    times = searched_times(
        lambda leaves_s: arrivals_at_nodes(timetable, from_stops, access_s, leaves_s),
        np.where(direct < INFINITE, direct, math.inf),
        window,
    )
    if chosen is not None:
        times = times[:, chosen]
    found = door_to_door(plan, timetable, place, window)
    assert found.tolist() == nearest(times, SHARES)


def test_threads_that_share_the_tree_find_the_same() -> None:
    # A street of 200 nodes, halved again and again: every other node goes first.
    street = graph_of(200, [(one, one + 1, 7, True, True) for one in range(199)])
    halved = sorted(range(200), key=lambda node: ((node + 1) & -(node + 1), node))
    metric = customise(build_hierarchy(street, np.array(halved, dtype=np.int32)), street.time_ds)
    stops = seeds_of([[(20, 0)], [(90, 5)], [(150, 0)], [], [(199, 3)]], np.int32)
    plan = plan_doors(prepare_sweep(metric), access=stops, egress=stops)
    assert len(plan.subtrees) > 1
    assert len(plan.top) > 0
    trips = [[(0, 10, 10), (1, 15, 15), (2, 20, 20)], [(0, 30, 30), (2, 33, 33), (4, 40, 40)]]
    timetable, origin = timetable_of(trips, {}), seeds_of([[(17, 0)]], np.int32)
    window = Window(0, count=30, step_s=1, waiting=Waiting.COUNTED)
    alone = door_to_door(plan, timetable, origin, window, threads=1)
    assert np.array_equal(door_to_door(plan, timetable, origin, window, threads=4), alone)
    # Two seconds to the first stop; from the second of 8 on the later vehicle is taken.
    by_street = 7 * abs(np.arange(200) - 17)
    between = scipy_costs(street, street.time_ds)
    egress = plain_costs_to_all(between, [[(20, 0)], [(90, 5)], [(150, 0)], [], [(199, 3)]], FAR)
    access_s = np.array([2, 52, 93, NEVER, 128])
    assert access_seconds(plan, origin).tolist() == access_s.tolist()
    times = searched_times(
        lambda leaves_s: arrivals_at_nodes(timetable, egress, access_s, leaves_s),
        by_street.astype(np.float64),
        window,
    )
    assert alone.tolist() == nearest(times, SHARES)


#  node 0 --1 min-- node 1        node 2 --2 min-- node 3
#  stop 0 at node 1, stop 1 at node 2; vehicles at 10 and at 20 minutes take 5
MINUTE = 60
RIDES = [
    [(0, 10 * MINUTE, 10 * MINUTE), (1, 15 * MINUTE, 15 * MINUTE)],
    [(0, 20 * MINUTE, 20 * MINUTE), (1, 25 * MINUTE, 25 * MINUTE)],
]


@pytest.fixture(scope="module")
def plan() -> DoorPlan:
    graph = graph_of(4, [(0, 1, 600, True, True), (2, 3, 1200, True, True)])
    stops = seeds_of([[(1, 0)], [(2, 0)], [], [], []], np.int32)
    return plan_doors(sweep_of(graph), access=stops, egress=stops)


def minutes(plan: DoorPlan, window: Window, node: int, **options: int) -> list[float]:
    shares = (0.0, 0.5, 0.9, 1.0)
    origin = seeds_of([[(0, 0)]], np.int32)
    found = door_to_door(plan, timetable_of(RIDES, {}), origin, window, shares=shares, **options)
    return [math.inf if time == FAR else time / 600 for time in found[node]]


def test_waits_count_when_passengers_do_not_know_the_timetable(plan: DoorPlan) -> None:
    # Leave at 0, 1, ... 19: for the vehicle at 10 until 9, then for that at 20. Node 3 is reached
    # at 17 or 27: 17, 16, ... 8 minutes, twice; nearest ranks 1, 10, 18 and 20 of 20.
    window = Window(0, count=20, waiting=Waiting.COUNTED)
    assert minutes(plan, window, 3) == [8, 12, 16, 17]


def test_passengers_leave_as_late_as_the_chosen_journey_allows(plan: DoorPlan) -> None:
    # At 9 for the vehicle at 10, at 19 for that at 20: 8 minutes, whenever they wanted to leave.
    assert minutes(plan, Window(0, count=20), 3) == [8, 8, 8, 8]
    # From 0 to 9 is nine minutes: too long, and so is 10 to 19.
    window = Window(0, count=20, longest_wait_s=8 * MINUTE)
    assert minutes(plan, window, 3) == [8, 8, 8, math.inf]


def test_the_way_without_a_vehicle_is_taken_where_it_is_quicker(plan: DoorPlan) -> None:
    for waiting in Waiting:
        assert minutes(plan, Window(0, count=20, waiting=waiting), 1) == [1, 1, 1, 1]


def test_longer_times_than_the_limit_are_not_reached(plan: DoorPlan) -> None:
    window = Window(0, count=20, waiting=Waiting.COUNTED)
    assert minutes(plan, window, 3, limit_ds=12 * 600) == [8, 12, math.inf, math.inf]


def test_without_a_direct_way_only_vehicles_lead_anywhere(plan: DoorPlan) -> None:
    access_s = np.array([60, NEVER, NEVER, NEVER, NEVER])
    found = percentile_times(
        plan,
        timetable_of(RIDES, {}),
        access_s=access_s,
        direct=NO_WAY,
        window=Window(0, count=5),
        shares=(0.5,),
    )
    assert found[:, 0].tolist() == [INFINITE, INFINITE, 6 * 600, 8 * 600]


def test_a_place_off_the_roads_reaches_nothing(plan: DoorPlan) -> None:
    found = door_to_door(plan, timetable_of(RIDES, {}), NO_WAY, Window(0, count=5))
    assert (found == FAR).all()
