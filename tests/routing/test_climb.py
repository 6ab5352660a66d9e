"""Going up the hierarchy from a batch of places."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.routing.climb import Climber, check_costs, cost_type, far_of
from gis.routing.customise import FAR, FAR_KEY, Metric, customise
from gis.routing.graph import RoadGraph
from gis.routing.hierarchy import build_hierarchy
from gis.routing.pruned import unpruned
from gis.routing.seeds import seeds_at
from tests.routing.drawn_graphs import graph_of, ordered_graphs
from tests.routing.drawn_seeds import seeds_of, ways


def line_metric() -> Metric:
    #  0 --1-- 2 --2-- 1     eliminated 0, 1, 2: node 2 is the root
    graph = graph_of(3, [(0, 2, 1, True, True), (2, 1, 2, True, False)])
    return customise(build_hierarchy(graph, np.array([0, 1, 2], dtype=np.int32)), graph.time_ds)


def test_by_hand() -> None:
    metric = line_metric()
    climb = Climber(metric.hierarchy).climb(
        unpruned(metric), seeds_of([[(0, 5)], [(1, 0)], [(2, 9)]], np.int32), np.array([0, 1])
    )
    assert metric.hierarchy.node[climb.rank].tolist() == [0, 1, 2]
    assert climb.rank.tolist() == [0, 1, 2]
    far = int(FAR)
    assert climb.cost[:, :2].tolist() == [[5, far], [far, 0], [6, far]]  # 2-1 is one-way
    assert (climb.cost[:, 2:] == far).all()
    back = Climber(metric.hierarchy).climb(
        unpruned(metric.reversed()), seeds_at(np.array([1])), np.array([0])
    )
    assert metric.hierarchy.node[back.rank].tolist() == [1, 2]
    assert back.cost[:, 0].tolist() == [0, 2]


@settings(max_examples=80)
@given(ordered_graphs(), st.data())
def test_all_ancestors_of_the_seeds_are_listed_ascending(
    drawn: tuple[RoadGraph, npt.NDArray[np.int32]], data: st.DataObject
) -> None:
    graph, order = drawn
    places = data.draw(ways(graph.node_count))
    hierarchy = build_hierarchy(graph, order)
    metric = unpruned(customise(hierarchy, graph.time_ds, threads=1))
    climber = Climber(hierarchy)
    for chosen in (np.arange(len(places)), np.arange(len(places))[::2]):
        ancestors = set()
        for place in chosen:
            for node, _ in places[place]:
                rank = int(hierarchy.rank[node])
                while rank >= 0:
                    ancestors.add(rank)
                    rank = int(hierarchy.parent[rank])
        climb = climber.climb(metric, seeds_of(places, np.int32), chosen)
        assert climb.rank.tolist() == sorted(ancestors)
        assert climb.place[climb.rank].tolist() == list(range(len(ancestors)))


def test_kinds_of_costs() -> None:
    metric = line_metric()
    assert (cost_type(metric), far_of(metric)) == (np.int32, FAR)
    wide = Metric(metric.hierarchy, *[cost.astype(np.int64) for cost in (metric.up_cost,) * 2])
    assert (cost_type(unpruned(wide)), far_of(wide)) == (np.int64, FAR_KEY)
    check_costs(metric, seeds_at(np.array([0])))
    with pytest.raises(ValueError, match="ways cost int64, links int32"):
        check_costs(metric, seeds_at(np.array([0]), dtype=np.int64))
