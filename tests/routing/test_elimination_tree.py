"""Elimination trees of drawn networks."""

import numpy as np

from gis.routing.adjacency import grouped
from gis.routing.elimination_tree import (
    elimination_tree,
    entries_from_below,
    postorder,
    renumbered_tree,
    sorted_rows,
    symbolic_links,
)


def ints(*numbers: int) -> np.ndarray:
    return np.array(numbers, dtype=np.int32)


# 0 - 2, 1 - 3, 0 - 4, 2 - 3: the tree is 0 under 2, 1 and 2 under 3, 3 under 4
LOW, HIGH = ints(0, 1, 0, 2), ints(2, 3, 4, 3)
PARENT = ints(2, 3, 3, 4, -1)


def test_the_tree_follows_the_links_that_are_handed_up() -> None:
    assert elimination_tree(*grouped(HIGH, LOW, 5)).tolist() == PARENT.tolist()


def test_a_postorder_puts_subtrees_together() -> None:
    final = postorder(PARENT)
    assert final.tolist() == [1, 0, 2, 3, 4]
    parent, size = renumbered_tree(PARENT, final)
    assert parent.tolist() == [3, 2, 3, 4, -1]
    assert size.tolist() == [1, 1, 2, 4, 5]


def test_links_are_those_of_the_children_too() -> None:
    final = postorder(PARENT)
    tree = renumbered_tree(PARENT, final)
    first, heads = symbolic_links(*grouped(final[LOW], final[HIGH], 5), *tree)
    assert first.tolist() == [0, 1, 3, 5, 6, 6]
    assert sorted_rows(first, heads).tolist() == [3, 2, 4, 3, 4, 4]


def test_entries_from_below_are_ascending() -> None:
    first_down, tails, links = entries_from_below(np.array([0, 2, 3, 3]), ints(1, 2, 2))
    assert first_down.tolist() == [0, 0, 1, 3]
    assert tails.tolist() == [0, 0, 1]
    assert links.tolist() == [0, 1, 2]
