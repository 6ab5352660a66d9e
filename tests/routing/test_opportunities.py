"""Cumulative opportunities: by hand on a line, and against sums over scipy's costs."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.routing.customise import FAR, FAR_KEY, customise
from gis.routing.graph import RoadGraph
from gis.routing.hierarchy import build_hierarchy
from gis.routing.opportunities import reached_sums
from gis.routing.seeds import seeds_at
from gis.routing.sweep import Sweep, prepare_sweep
from tests.routing.drawn_graphs import graph_of, ordered_graphs, scipy_costs
from tests.routing.drawn_seeds import plain_costs_to_all, seeds_of, ways


def sweep_of(
    graph: RoadGraph, order: npt.NDArray[np.int32], dtype: type[np.signedinteger] = np.int32
) -> Sweep:
    hierarchy = build_hierarchy(graph, order)
    return prepare_sweep(customise(hierarchy, graph.time_ds.astype(dtype), threads=1))


def line(count: int = 4) -> Sweep:
    #  0 --10-- 1 --10-- 2 --10-- 3
    edges = [(node, node + 1, 10, True, True) for node in range(count - 1)]
    return sweep_of(graph_of(count, edges), np.arange(count, dtype=np.int32))


def test_by_hand() -> None:
    people = np.array([100.5, 20.0, 3.0, 0.25])
    places = seeds_of([[(0, 0)], [(0, 10), (3, 5)], []], np.int32)
    sums = reached_sums(line(), places, people, [0, 9, 10, 30])
    assert sums.tolist() == [
        [100.5, 100.5, 120.5, 123.75],  # exactly at the limit is within it
        [0.0, 0.25, 100.75, 123.75],
        [0.0, 0.0, 0.0, 0.0],
    ]


@settings(max_examples=80)
@given(
    ordered_graphs(),
    st.data(),
    st.sampled_from([np.int32, np.int64]),
    st.lists(st.integers(0, 900), max_size=4),
)
def test_sums_equal_those_over_scipys_costs(
    drawn: tuple[RoadGraph, npt.NDArray[np.int32]],
    data: st.DataObject,
    dtype: type[np.signedinteger],
    limits: list[int],
) -> None:
    graph, order = drawn
    count = graph.node_count
    places = data.draw(ways(count))
    weights = np.array(data.draw(st.lists(st.integers(0, 9), min_size=count, max_size=count)))
    far = int(FAR) if dtype == np.int32 else int(FAR_KEY)
    costs = plain_costs_to_all(scipy_costs(graph, graph.time_ds), places, far)
    wanted = [[weights[row <= limit].sum() for limit in limits] for row in costs]
    found = reached_sums(sweep_of(graph, order, dtype), seeds_of(places, dtype), weights, limits)
    assert found.shape == (len(places), len(limits))
    assert found.tolist() == wanted


def test_any_number_of_threads_gives_the_same_bytes() -> None:
    sweep = line(200)
    people = np.random.default_rng(3).random(200) * 1e6
    seeds = seeds_at(np.arange(100) * 2)
    alone = reached_sums(sweep, seeds, people, [0, 300, 900], threads=1)
    assert alone.tobytes() == reached_sums(sweep, seeds, people, [0, 300, 900], threads=3).tobytes()
    assert (alone[:, 2] < people.sum()).all()


@pytest.mark.parametrize(
    ("weights", "limits", "message"),
    [
        (np.ones(3), [1], "weights for 4 nodes"),
        (np.ones(4), [-1], "limits must be"),
        (np.ones(4), [int(FAR)], "limits must be"),
    ],
)
def test_what_makes_no_sense_is_refused(
    weights: npt.NDArray[np.float64], limits: list[int], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        reached_sums(line(), seeds_at(np.array([0])), weights, limits)
