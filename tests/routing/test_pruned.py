"""Pruned metrics keep the links that are needed, and every cost."""

import numpy as np

from gis.routing.customise import Metric, customise, needed_links
from gis.routing.hierarchy import build_hierarchy
from gis.routing.pruned import UpwardLinks, prune, unpruned
from tests.routing.drawn_graphs import graph_of


def square() -> Metric:
    #  0 --1-- 1     eliminated 0, 1, 2, 3: 1-2 becomes a link of cost 3,
    #  |       |     2-3 costs 9, more than 6 over 1, and is needed by nobody
    #  2 --9-- 3
    edges = [(0, 1, 1, True, True), (0, 2, 2, True, True), (1, 3, 3, True, True)]
    graph = graph_of(4, [*edges, (2, 3, 9, True, True)])
    return customise(build_hierarchy(graph, np.arange(4, dtype=np.int32)), graph.time_ds)


def listed(links: UpwardLinks) -> list[tuple[int, int, int]]:
    tails = np.repeat(np.arange(len(links.first) - 1), np.diff(links.first))
    return list(zip(tails.tolist(), links.head.tolist(), links.cost.tolist(), strict=True))


def test_links_that_are_not_needed_are_left_out() -> None:
    metric = square()
    every = listed(unpruned(metric).up)
    up, down = np.ones(len(every), dtype=np.bool_), np.ones(len(every), dtype=np.bool_)
    up[1], down[[0, 2]] = False, False
    pruned = prune(metric, (up, down))
    assert listed(pruned.up) == [link for row, link in enumerate(every) if row != 1]
    assert listed(pruned.down) == [link for row, link in enumerate(every) if row not in {0, 2}]
    turned = pruned.reversed()
    assert (turned.up, turned.down) == (pruned.down, pruned.up)
    assert turned.metric.up_cost is metric.down_cost


def test_what_is_pruned_stays_so() -> None:
    metric = square()
    pruned = prune(metric, needed_links(metric))
    assert unpruned(pruned) is pruned
    assert len(pruned.up.head) <= metric.hierarchy.link_count
    assert len(unpruned(metric).up.head) == metric.hierarchy.link_count
