import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gis.network.local_links import (
    Barrier,
    access_links,
    delaunay_pairs,
    joining_links,
    neighbour_links,
)

OPEN = Barrier(())


def links(points: list[tuple[float, float]], *, beta: float, barrier: Barrier = OPEN) -> set:
    places = np.array(points, dtype=float)
    found = neighbour_links(
        places, beta=np.full(len(places), beta), barrier=barrier, longest_m=100.0
    )
    return {(int(first), int(second)) for first, second in found}


#      2
#    0   1     3 far away to close the hull
def test_a_place_in_the_circle_between_two_others_removes_their_link() -> None:
    points = [(0, 0), (10, 0), (5, 3), (5, -60)]
    assert (0, 1) not in links(points, beta=1.0)
    assert {(0, 2), (1, 2)} <= links(points, beta=1.0)


def test_a_place_outside_the_circle_but_in_the_lune_counts_for_beta_two_only() -> None:
    points = [(0, 0), (10, 0), (5, 7), (5, -60)]
    assert (0, 1) in links(points, beta=1.0)
    assert (0, 1) not in links(points, beta=2.0)


def test_no_link_crosses_a_barrier() -> None:
    wall = Barrier((shapely.LineString([(5, -20), (5, 20)]),))
    points = [(0, 0), (10, 0), (0, 10), (10, 10)]
    assert links(points, beta=1.0, barrier=wall) == {(0, 2), (1, 3)}


def test_a_place_behind_a_barrier_lies_between_nobody() -> None:
    #  2 above the wall, 0 and 1 below it
    wall = Barrier((shapely.LineString([(-20, 2), (30, 2)]),))
    points = [(0, 0), (10, 0), (5, 3), (5, -60)]
    assert (0, 1) in links(points, beta=1.0, barrier=wall)


def test_links_are_not_longer_than_allowed() -> None:
    places = np.array([(0.0, 0.0), (10.0, 0.0), (0.0, 9.0), (200.0, 5.0)])
    found = neighbour_links(places, beta=np.ones(4), barrier=OPEN, longest_m=20.0)
    assert 3 not in found


def test_a_gate_is_joined_to_the_unscreened_nearest_places_on_its_side() -> None:
    wall = Barrier((shapely.LineString([(-5, -20), (-5, 20)]),))
    gates = np.array([(0.0, 0.0)])
    places = np.array([(3.0, 0.0), (6.0, 0.5), (0.0, 8.0), (-9.0, 0.0)])
    found = access_links(gates, places, barrier=wall, longest_m=20.0, most=4)
    assert found.tolist() == [[0, 0], [0, 2]]  # 1 is screened by 0; 3 is behind the wall


def test_a_gate_out_of_reach_has_no_link() -> None:
    found = access_links(
        np.array([(0.0, 0.0)]), np.array([(50.0, 0.0)]), barrier=OPEN, longest_m=20.0, most=4
    )
    assert found.shape == (0, 2)


def test_components_are_joined_by_the_shortest_pairs_and_land_goes_before_water() -> None:
    #  0 1 | water | 2 3, with 4 on land far to the north of both
    points = np.array([(0.0, 0.0), (4.0, 1.0), (10.0, 1.0), (14.0, 0.0), (7.0, 12.0)])
    component = np.array([0, 0, 1, 1, 2])
    sea = Barrier((shapely.box(6, -5, 8, 8),))
    pairs, blocked = joining_links(points, component, barrier=sea)
    assert {tuple(pair) for pair in pairs.tolist()} == {(1, 4), (2, 4)}
    assert not blocked.any()


def test_an_island_is_joined_over_the_water() -> None:
    points = np.array([(0.0, 0.0), (4.0, 1.0), (20.0, 1.0), (24.0, 0.0)])
    sea = Barrier((shapely.box(6, -50, 18, 50),))
    pairs, blocked = joining_links(points, np.array([0, 0, 1, 1]), barrier=sea)
    assert pairs.tolist() == [[1, 2]]
    assert blocked.tolist() == [True]


@given(
    arrays(np.float64, (12, 2), elements=st.integers(0, 60), unique=True),
    st.floats(1.0, 2.5),
)
def test_a_larger_beta_only_takes_links_away(points: np.ndarray, beta: float) -> None:
    if np.linalg.matrix_rank(points - points[0]) < 2 or len(np.unique(points, axis=0)) < 12:
        return
    few = links(points.tolist(), beta=beta)
    many = links(points.tolist(), beta=1.0)
    assert few <= many <= {tuple(pair) for pair in delaunay_pairs(points).tolist()}


@pytest.mark.parametrize("beta", [1.0, 2.0])
def test_neighbours_stay_connected_without_barriers(beta: float) -> None:
    points = np.random.default_rng(1).uniform(0, 50, (40, 2))
    reached, queue = {0}, [0]
    found = links(points.tolist(), beta=beta)
    while queue:
        place = queue.pop()
        for first, second in found:
            if place in {first, second}:
                other = second if place == first else first
                if other not in reached:
                    reached.add(other)
                    queue.append(other)
    assert len(reached) == len(points)
