"""Hierarchies as arrays: there and back, mapped from files, and refused when they do not fit."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given

from gis.routing.customise import _lower_triangles, customise, needed_links, recustomise
from gis.routing.graph import RoadGraph
from gis.routing.hierarchy import Hierarchy, build_hierarchy, with_links
from gis.routing.hierarchy_file import hierarchy_arrays, hierarchy_from_arrays
from tests.routing.drawn_graphs import graph_of, graphs


def two_roads() -> tuple[RoadGraph, Hierarchy]:
    # 0 - 1 - 2
    graph = graph_of(3, [(0, 1, 10, True, True), (1, 2, 20, True, False)])
    return graph, build_hierarchy(graph, np.array([0, 1, 2], dtype=np.int32))


def changed(name: str, value: np.ndarray) -> dict[str, np.ndarray]:
    return hierarchy_arrays(two_roads()[1]) | {name: value}


@given(graphs())
def test_there_and_back_is_the_same(graph: RoadGraph) -> None:
    hierarchy = build_hierarchy(graph, np.arange(graph.node_count, dtype=np.int32))
    arrays = hierarchy_arrays(hierarchy)
    again = hierarchy_arrays(hierarchy_from_arrays(arrays))
    assert list(arrays) == list(again)
    for name, array in arrays.items():
        assert again[name].dtype == array.dtype
        assert again[name].tolist() == array.tolist()


@pytest.mark.parametrize("mode", ["r", "c"])
def test_a_mapped_hierarchy_serves_kernels_compiled_for_a_built_one(
    tmp_path: Path, mode: str
) -> None:
    graph, hierarchy = two_roads()
    metric = customise(hierarchy, graph.time_ds)
    compiled = len(_lower_triangles.signatures)
    for name, array in hierarchy_arrays(hierarchy).items():
        np.save(tmp_path / f"{name}.npy", array)
    files = {file.stem: np.load(file, mmap_mode=mode) for file in tmp_path.glob("*.npy")}
    mapped = hierarchy_from_arrays(files)
    found = customise(mapped, graph.time_ds)
    assert found.up_cost.tolist() == metric.up_cost.tolist()
    assert found.down_cost.tolist() == metric.down_cost.tolist()
    assert all(
        mask.all() == needed.all()
        for mask, needed in zip(needed_links(found), needed_links(metric), strict=True)
    )
    cost = graph.time_ds + np.int32(1)
    assert recustomise(found, np.arange(3), cost).up_cost.tolist() == [11, 21]
    more = with_links(mapped, np.array([0], dtype=np.int32), np.array([2], dtype=np.int32))
    assert more.link_count == 3
    assert len(_lower_triangles.signatures) == compiled
    assert not mapped.rank.flags.writeable


def test_arrays_that_kernels_cannot_walk_through_are_copied() -> None:
    _, hierarchy = two_roads()
    spread = np.zeros(6, dtype=np.int32)
    spread[::2] = hierarchy.rank
    again = hierarchy_from_arrays(hierarchy_arrays(hierarchy) | {"rank": spread[::2]})
    assert again.rank.flags.c_contiguous
    assert again.rank.tolist() == hierarchy.rank.tolist()


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        (changed("rank", np.zeros(3)), "rank must be one row of int32: float64 in 1 dimensions"),
        (changed("node", np.zeros((3, 1), dtype=np.int32)), "int32 in 2 dimensions"),
        (changed("parent", np.zeros(4, dtype=np.int32)), "parent must hold 3 numbers"),
        (changed("down_link", np.zeros(1, dtype=np.int32)), "down_link must hold 2 numbers"),
        (changed("arc_is_up", np.zeros(2, dtype=np.bool_)), "arc_is_up must hold 3 numbers"),
        (changed("first_up", np.array([0, 1, 1, 3])), "first_up must lead from 0 to 2: 0 to 3"),
        ({"rank": np.zeros(3, dtype=np.int32)}, "needs the arrays arc_is_up, arc_link, down_link"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(arrays: dict[str, np.ndarray], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        hierarchy_from_arrays(arrays)
