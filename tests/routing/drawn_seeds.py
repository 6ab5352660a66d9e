"""Random places on small graphs, and what the costs between them must be."""

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st

from gis.routing.seeds import Seeds

Ways = list[list[tuple[int, int]]]


def seeds_of(ways: Ways, dtype: type[np.signedinteger]) -> Seeds:
    """Return places with the ways (node, cost) of each."""
    flat = [way for place in ways for way in place]
    return Seeds(
        first=np.cumsum([0] + [len(place) for place in ways], dtype=np.int64),
        node=np.array([node for node, _ in flat], dtype=np.int32),
        cost=np.array([cost for _, cost in flat], dtype=dtype),
    )


def ways(node_count: int, *, most_places: int = 5) -> st.SearchStrategy[Ways]:
    """Draw the ways of some places: none, one or several each."""
    way = st.tuples(st.integers(0, node_count - 1), st.integers(0, 300))
    return st.lists(st.lists(way, max_size=3), max_size=most_places)


def plain_costs_to_all(
    between: npt.NDArray[np.float64], places: Ways, far: int
) -> npt.NDArray[np.int64]:
    """Return the costs from places to nodes, given those from every node to every node."""
    costs = np.full((len(places), len(between)), np.inf)
    for place, leaving in enumerate(places):
        for node, cost in leaving:
            costs[place] = np.minimum(costs[place], cost + np.rint(between[node]))
    return np.where(np.isfinite(costs), costs, far).astype(np.int64)


def plain_matrix(
    between: npt.NDArray[np.float64], origins: Ways, destinations: Ways, far: int
) -> npt.NDArray[np.int64]:
    """Return the costs from places to places, given those from every node to every node."""
    to_all = plain_costs_to_all(between, origins, far)
    costs = np.full((len(origins), len(destinations)), far, dtype=np.int64)
    for place, arriving in enumerate(destinations):
        for node, cost in arriving:
            reached = to_all[:, node] < far
            costs[reached, place] = np.minimum(costs[reached, place], to_all[reached, node] + cost)
    return costs
