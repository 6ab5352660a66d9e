"""The arcs of quickest ways between places.

The way over the links of the hierarchy is found as in ``gis.routing.matrix``, one pair at a time.
Each link is then an arc of the graph, or two links through a lower node that cost the same in all
(its lower triangle), and so on down to arcs. After Dibbelt, Strasser and Wagner, "Customizable
Contraction Hierarchies", ACM Journal of Experimental Algorithmics 21 (2016), sections 4.3 and 6.2.
"""

from dataclasses import dataclass

import numba
import numpy as np
import numpy.typing as npt

from gis.routing.climb import check_costs, cost_type, far_of, list_ancestors
from gis.routing.customise import Metric
from gis.routing.hierarchy import link_between, read_only
from gis.routing.seeds import Seeds

Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]
CostArray = npt.NDArray[np.int32] | npt.NDArray[np.int64]

_NONE = -1


@dataclass(frozen=True, slots=True, eq=False)
class ArcsOfLinks:
    """A metric with the arcs its links stand for.

    Parameters
    ----------
    metric
        Costs of the links.
    up_arc, down_arc
        ``(links,)`` the first arc of the graph that costs what the link costs upwards, and
        downwards; -1 where only a way over lower nodes does.

    """

    metric: Metric
    up_arc: Int32Array
    down_arc: Int32Array


@dataclass(frozen=True, slots=True, eq=False)
class Paths:
    """Quickest ways between pairs of places.

    Parameters
    ----------
    cost
        ``(pairs,)`` costs with the ways at both ends, ``FAR`` or ``FAR_KEY`` where no way leads.
    first
        ``(pairs + 1,)`` arcs ``first[p]`` to ``first[p + 1] - 1`` belong to pair p.
    arc
        ``(arcs,)`` rows of the arcs in order of travel.
    origin_way, destination_way
        ``(pairs,)`` the way of the origin's and of the destination's seeds that is taken, -1 where
        no way leads.

    """

    cost: CostArray
    first: Int64Array
    arc: Int32Array
    origin_way: Int64Array
    destination_way: Int64Array


def arcs_of_links(metric: Metric, cost: CostArray) -> ArcsOfLinks:
    """Return a metric with the arcs its links stand for.

    Parameters
    ----------
    metric
        Costs of the links, customised from the costs of the arcs.
    cost
        ``(arcs,)`` costs of the arcs.

    Raises
    ------
    ValueError
        If the costs are not one an arc, of the metric's type.

    """
    hierarchy = metric.hierarchy
    if cost.shape != hierarchy.arc_link.shape or cost.dtype != metric.up_cost.dtype:
        raise ValueError(
            f"costs must be {len(hierarchy.arc_link)} {metric.up_cost.dtype}: "
            f"{cost.shape} {cost.dtype}"
        )
    up_arc = np.full(hierarchy.link_count, _NONE, dtype=np.int32)
    down_arc = np.full(hierarchy.link_count, _NONE, dtype=np.int32)
    _first_arcs(
        hierarchy.arc_link,
        hierarchy.arc_is_up,
        read_only(cost),
        metric.up_cost,
        metric.down_cost,
        up_arc,
        down_arc,
    )
    return ArcsOfLinks(metric, up_arc, down_arc)


def path_arcs(
    links: ArcsOfLinks,
    origins: Seeds,
    destinations: Seeds,
    pairs: npt.NDArray[np.integer],
) -> Paths:
    """Return the arcs of a quickest way for each pair of places, always the same one of several.

    Parameters
    ----------
    links
        Costs of the links and the arcs they stand for.
    origins, destinations
        The ways from origins onto the network, and from the network to destinations.
    pairs
        ``(pairs, 2)`` origin and destination of each pair; fastest when pairs of one origin stand
        together.

    Raises
    ------
    ValueError
        If seeds and links have costs of different kinds.

    """
    metric = links.metric
    hierarchy = metric.hierarchy
    check_costs(metric, origins)
    check_costs(metric, destinations)
    return Paths(
        *_paths(
            hierarchy.rank,
            hierarchy.parent,
            hierarchy.first_up,
            hierarchy.up_head,
            hierarchy.first_down,
            hierarchy.down_tail,
            hierarchy.down_link,
            metric.up_cost,
            metric.down_cost,
            read_only(links.up_arc),
            read_only(links.down_arc),
            read_only(origins.first),
            read_only(origins.node),
            read_only(origins.cost),
            read_only(destinations.first),
            read_only(destinations.node),
            read_only(destinations.cost),
            np.array(pairs, dtype=np.int64).reshape(-1, 2),
            cost_type(metric)(far_of(metric)),
        )
    )


@numba.njit(cache=True, nogil=True)
def _first_arcs(
    arc_link: Int32Array,
    arc_is_up: npt.NDArray[np.bool_],
    cost: CostArray,
    up_cost: CostArray,
    down_cost: CostArray,
    up_arc: Int32Array,
    down_arc: Int32Array,
) -> None:
    """Find the first arc that costs what its link costs."""
    for arc in range(len(arc_link)):
        link = arc_link[arc]
        if link < 0:
            continue
        if arc_is_up[arc]:
            if up_arc[link] == _NONE and cost[arc] == up_cost[link]:
                up_arc[link] = arc
        elif down_arc[link] == _NONE and cost[arc] == down_cost[link]:
            down_arc[link] = arc


@numba.njit(cache=True, nogil=True)
def _search(
    ranks: Int32Array,
    first_up: Int64Array,
    up_head: Int32Array,
    up_cost: CostArray,
    rank_of: Int32Array,
    ways: range,
    way_node: Int32Array,
    way_cost: CostArray,
    reached: CostArray,
    before: Int32Array,
    entry: Int64Array,
    far: np.signedinteger,
) -> None:
    """Search upwards from the seeds of a place among their ancestors, listed ascending.

    ``reached`` is far before. ``before`` becomes the rank that a rank is reached from, -1 at a
    seed, and ``entry`` the link it is reached by, the way at a seed.
    """
    for way in ways:
        rank = rank_of[way_node[way]]
        if way_cost[way] < reached[rank]:
            reached[rank] = way_cost[way]
            before[rank] = _NONE
            entry[rank] = way
    for rank in ranks:
        if reached[rank] == far:
            continue
        for link in range(first_up[rank], first_up[rank + 1]):
            if up_cost[link] < far:
                head = up_head[link]
                cost = reached[rank] + up_cost[link]
                if cost < reached[head]:
                    reached[head] = cost
                    before[head] = rank
                    entry[head] = link


@numba.njit(cache=True, nogil=True)
def _triangle(
    low: int,
    high: int,
    cost: np.signedinteger,
    first_up: Int64Array,
    up_head: Int32Array,
    first_down: Int64Array,
    down_tail: Int32Array,
    down_link: Int32Array,
    rise: CostArray,
    fall: CostArray,
) -> tuple[int, int, int]:
    """Return a node below two ranks over which the way from low to high costs as much as given.

    With it come its links to them. ``rise`` and ``fall`` are the costs up and down, or exchanged
    for the way from high to low.
    """
    for place in range(first_down[low], first_down[low + 1]):
        below, side = down_tail[place], down_link[place]
        if fall[side] <= cost:
            other = link_between(first_up, up_head, below, high)
            is_link = other < first_up[below + 1] and up_head[other] == high
            if is_link and fall[side] + rise[other] == cost:
                return below, side, other
    return _NONE, _NONE, _NONE


@numba.njit(cache=True, nogil=True)
def _paths(
    rank_of: Int32Array,
    parent: Int32Array,
    first_up: Int64Array,
    up_head: Int32Array,
    first_down: Int64Array,
    down_tail: Int32Array,
    down_link: Int32Array,
    up_cost: CostArray,
    down_cost: CostArray,
    up_arc: Int32Array,
    down_arc: Int32Array,
    origin_first: Int64Array,
    origin_node: Int32Array,
    origin_cost: CostArray,
    destination_first: Int64Array,
    destination_node: Int32Array,
    destination_cost: CostArray,
    pairs: Int64Array,
    far: np.signedinteger,
) -> tuple[CostArray, Int64Array, Int32Array, Int64Array, Int64Array]:
    """Find and unpack the quickest ways; the results are those of ``Paths``."""
    count = len(parent)
    rising, falling = np.full(count, far, up_cost.dtype), np.full(count, far, up_cost.dtype)
    rise_before, fall_before = np.empty(count, np.int32), np.empty(count, np.int32)
    rise_entry, fall_entry = np.empty(count, np.int64), np.empty(count, np.int64)
    rise_ranks, fall_ranks = np.empty(count, np.int32), np.empty(count, np.int32)
    marked = np.zeros(count, np.bool_)
    cost = np.full(len(pairs), far, up_cost.dtype)
    first = np.zeros(len(pairs) + 1, np.int64)
    arcs = np.empty(1024, np.int32)
    origin_way = np.full(len(pairs), _NONE, np.int64)
    destination_way = np.full(len(pairs), _NONE, np.int64)
    links = np.empty((1024, 3), np.int64)  # lower rank, link, whether upwards: still to travel
    rise_start, fall_start = count, count
    arc_count = 0
    for pair in range(len(pairs)):
        origin, destination = pairs[pair]
        if pair == 0 or origin != pairs[pair - 1, 0]:
            rising[rise_ranks[rise_start:]] = far
            rise_start = list_ancestors(
                parent, rank_of, origin_first, origin_node, pairs[pair, :1], marked, rise_ranks
            )
            _search(
                rise_ranks[rise_start:],
                first_up,
                up_head,
                up_cost,
                rank_of,
                range(origin_first[origin], origin_first[origin + 1]),
                origin_node,
                origin_cost,
                rising,
                rise_before,
                rise_entry,
                far,
            )
        falling[fall_ranks[fall_start:]] = far
        fall_start = list_ancestors(
            parent,
            rank_of,
            destination_first,
            destination_node,
            pairs[pair, 1:],
            marked,
            fall_ranks,
        )
        _search(
            fall_ranks[fall_start:],
            first_up,
            up_head,
            down_cost,
            rank_of,
            range(destination_first[destination], destination_first[destination + 1]),
            destination_node,
            destination_cost,
            falling,
            fall_before,
            fall_entry,
            far,
        )
        top = _NONE
        for rank in rise_ranks[rise_start:]:
            if rising[rank] < far and falling[rank] < cost[pair] - rising[rank]:
                cost[pair] = rising[rank] + falling[rank]
                top = rank
        first[pair + 1] = arc_count
        if top == _NONE:
            continue

        # The links in the order of travel: up to the top, found backwards, and down from it.
        size = 0
        rank = top
        while fall_before[rank] != _NONE:
            size += 1
            rank = fall_before[rank]
        destination_way[pair] = fall_entry[rank]
        falls = size
        rank = top
        while rise_before[rank] != _NONE:
            size += 1
            rank = rise_before[rank]
        origin_way[pair] = rise_entry[rank]
        if size > len(links):
            links = np.empty((2 * size, 3), np.int64)
        rank = top
        for place in range(falls - 1, -1, -1):
            links[place, 0] = fall_before[rank]
            links[place, 1] = fall_entry[rank]
            links[place, 2] = 0
            rank = fall_before[rank]
        rank = top
        for place in range(falls, size):
            links[place, 0] = rise_before[rank]
            links[place, 1] = rise_entry[rank]
            links[place, 2] = 1
            rank = rise_before[rank]

        while size > 0:
            size -= 1
            low, link, is_up = links[size]
            arc = up_arc[link] if is_up else down_arc[link]
            if arc != _NONE:
                if arc_count == len(arcs):
                    arcs = np.concatenate((arcs, arcs))
                arcs[arc_count] = arc
                arc_count += 1
                continue
            if size + 2 > len(links):
                links = np.concatenate((links, links))
            high = up_head[link]
            if is_up:  # down to the node below, then up to high
                below, side, other = _triangle(
                    low,
                    high,
                    up_cost[link],
                    first_up,
                    up_head,
                    first_down,
                    down_tail,
                    down_link,
                    up_cost,
                    down_cost,
                )
                links[size, 1], links[size, 2] = other, 1
                links[size + 1, 1], links[size + 1, 2] = side, 0
            else:  # from high down to the node below, then up to low
                below, side, other = _triangle(
                    low,
                    high,
                    down_cost[link],
                    first_up,
                    up_head,
                    first_down,
                    down_tail,
                    down_link,
                    down_cost,
                    up_cost,
                )
                links[size, 1], links[size, 2] = side, 1
                links[size + 1, 1], links[size + 1, 2] = other, 0
            links[size, 0] = below
            links[size + 1, 0] = below
            size += 2
        first[pair + 1] = arc_count
    return cost, first, arcs[:arc_count].copy(), origin_way, destination_way
