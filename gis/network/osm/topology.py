"""From ways to a graph: split at shared nodes, join at nodes of two, keep the geometry.

::

    way 1   o--o--A--o--o--B--o          A, B: nodes of more than one way
    way 2         A--o--C                pieces run between such nodes and the ends of ways;
    way 3               C--o--o          C joins two alike pieces: they become one chain
"""

from dataclasses import dataclass

import numba
import numpy as np
import numpy.typing as npt

from gis.network.osm.lengths import segment_lengths_m
from gis.network.osm.reader import E7, NOWHERE
from gis.network.osm.ways import Ways

BoolArray = npt.NDArray[np.bool_]
Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

_NONE = -1
_MIX = np.uint64(0x9E3779B97F4A7C15)  # spreads numbers over 64 bits (2**64 / golden ratio)


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """Parts of ways between nodes where roads meet or end.

    Parameters
    ----------
    source, target
        ``(pieces,)`` nodes at the ends: rows of the ways' positions.
    start, stop
        ``(pieces,)``: vertices ``start[p]`` to ``stop[p] - 1`` make piece ``p``.
    node
        ``(vertices,)`` nodes along all pieces; neighbouring pieces share vertices.
    way
        ``(pieces,)`` row of the way.
    length_m
        ``(pieces,)`` metres.
    forward, backward
        ``(pieces,)`` whether cars may go from source to target, and back.

    """

    source: Int32Array
    target: Int32Array
    start: Int64Array
    stop: Int64Array
    node: Int32Array
    way: Int32Array
    length_m: FloatArray
    forward: BoolArray
    backward: BoolArray

    @property
    def count(self) -> int:
        """Return the number of pieces."""
        return len(self.source)

    def taken(self, rows: npt.NDArray[np.integer] | BoolArray) -> "Pieces":
        """Return some of the pieces, in the order of the rows."""
        return Pieces(
            source=self.source[rows],
            target=self.target[rows],
            start=self.start[rows],
            stop=self.stop[rows],
            node=self.node,
            way=self.way[rows],
            length_m=self.length_m[rows],
            forward=self.forward[rows],
            backward=self.backward[rows],
        )


@dataclass(frozen=True, slots=True, eq=False)
class Chains:
    """Pieces in rows, end to end; each chain becomes an edge.

    Parameters
    ----------
    first
        ``(chains + 1,)``: places ``first[c]`` to ``first[c + 1] - 1`` hold the pieces of a chain.
    piece
        ``(pieces,)`` pieces in the order of travel along their chains.
    flipped
        ``(pieces,)`` whether a piece is run through from its target.

    """

    first: Int64Array
    piece: Int64Array
    flipped: BoolArray


def lacking_nodes(ways: Ways) -> int:
    """Return how many ways name nodes that the file does not hold."""
    way = np.repeat(np.arange(len(ways.way_id)), np.diff(ways.first))
    return len(np.unique(way[ways.lon_lat_e7[ways.node, 0] == NOWHERE]))


def split_ways(ways: Ways) -> tuple[Pieces, int]:
    """Split ways at shared nodes.

    Where the file lacks a node, a way is cut there: nobody knows how it goes on. The same piece
    drawn twice becomes one, open the ways that either is.

    Returns
    -------
    Pieces
        By way and place along it.
    int
        Number of pieces that were drawn twice.

    """
    way = np.repeat(np.arange(len(ways.way_id), dtype=np.int32), np.diff(ways.first))
    there = ways.lon_lat_e7[ways.node, 0] != NOWHERE
    gap = np.zeros(len(there), dtype=np.int64)
    gap[1:] = np.cumsum(~there[1:] | (way[1:] != way[:-1]))
    node, run, way = ways.node[there], gap[there], way[there]
    again = np.zeros(len(node), dtype=np.bool_)
    again[1:] = (node[1:] == node[:-1]) & (run[1:] == run[:-1])
    node, run, way = node[~again], run[~again], way[~again]
    is_first, is_last = _run_ends(run)
    lonely = is_first & is_last
    node, run, way = node[~lonely], run[~lonely], way[~lonely]
    is_first, is_last = _run_ends(run)
    uses = np.bincount(node, minlength=len(ways.lon_lat_e7))
    uses += np.bincount(node[is_first | is_last], minlength=len(uses))
    breaks = np.flatnonzero(uses[node] > 1)
    same = run[breaks[1:]] == run[breaks[:-1]]
    start, last = breaks[:-1][same], breaks[1:][same]
    lon, lat = (ways.lon_lat_e7[node] / E7).T
    on = np.flatnonzero(run[1:] == run[:-1])
    steps = np.zeros(len(node))
    steps[on + 1] = segment_lengths_m(lon[on], lat[on], lon[on + 1], lat[on + 1])
    along = np.cumsum(steps)
    kind = ways.kind[way[start]]
    pieces = Pieces(
        source=node[start],
        target=node[last],
        start=start,
        stop=last + 1,
        node=node,
        way=way[start],
        length_m=along[last] - along[start],
        forward=np.array([road.forward for road in ways.kinds], dtype=np.bool_)[kind],
        backward=np.array([road.backward for road in ways.kinds], dtype=np.bool_)[kind],
    )
    return _without_doubles(pieces)


def join_pieces(pieces: Pieces, *, alike: Int64Array, node_count: int) -> Chains:
    """Join pieces at nodes where exactly two of them meet and travel goes on unchanged.

    Parameters
    ----------
    pieces
        The pieces.
    alike
        ``(pieces,)`` only pieces with the same number are joined.
    node_count
        Number of nodes.

    Returns
    -------
    Chains
        Each piece in exactly one chain. A ring without any other road is cut at the source of
        its first piece.

    """
    mate = _mates(pieces, alike, node_count)
    order, flipped, chain_of_place = _walk(mate)
    first = np.flatnonzero(np.diff(chain_of_place, prepend=_NONE))
    return Chains(first=np.append(first, len(order)).astype(np.int64), piece=order, flipped=flipped)


def chain_vertices(pieces: Pieces, chains: Chains) -> tuple[Int64Array, Int32Array]:
    """Return the nodes along each chain.

    Returns
    -------
    first : ``(chains + 1,)``
        Where the vertices of each chain begin.
    node : ``(vertices,)``
        Nodes in order, those between pieces once.

    """
    start, stop = pieces.start[chains.piece], pieces.stop[chains.piece]
    opens = np.zeros(len(chains.piece), dtype=np.bool_)
    opens[chains.first[:-1]] = True
    size = stop - start - ~opens  # the first vertex of a later piece is the last of the one before
    ends = np.cumsum(size)
    within = np.arange(size.sum()) - np.repeat(ends - size, size)
    within += np.repeat(~opens, size)
    flipped = np.repeat(chains.flipped, size)
    at = np.where(flipped, np.repeat(stop - 1, size) - within, np.repeat(start, size) + within)
    first = np.concatenate([[0], ends[chains.first[1:] - 1]])
    return first.astype(np.int64), pieces.node[at]


def _run_ends(run: Int64Array) -> tuple[BoolArray, BoolArray]:
    changes = np.flatnonzero(np.diff(run))
    is_first, is_last = (np.zeros(len(run), dtype=np.bool_) for _ in range(2))
    is_first[changes + 1] = True
    is_last[changes] = True
    is_first[:1] = True
    is_last[-1:] = True
    return is_first, is_last


def _without_doubles(pieces: Pieces) -> tuple[Pieces, int]:
    """Return pieces that differ; of equal ones a road for cars stays, open as all are."""
    turned = pieces.source > pieces.target
    low, high = np.where(turned, [pieces.target, pieces.source], [pieces.source, pieces.target])
    # The sum of mixed numbers of the nodes is the same in either direction.
    mixed = (pieces.node.astype(np.uint64) + np.uint64(1)) * _MIX
    mixed ^= mixed >> np.uint64(29)
    mixed *= _MIX
    total = np.concatenate([np.zeros(1, dtype=np.uint64), np.cumsum(mixed)])
    shape = total[pieces.stop] - total[pieces.start]
    size = pieces.stop - pieces.start
    on_foot = ~(pieces.forward | pieces.backward)
    order = np.lexsort((np.arange(pieces.count), on_foot, size, shape, high, low))
    same = (low[order][1:] == low[order][:-1]) & (high[order][1:] == high[order][:-1])
    same &= shape[order][1:] == shape[order][:-1]
    if not same.any():
        return pieces, 0
    group = np.concatenate([[0], np.cumsum(~same)])
    leader = order[np.flatnonzero(np.diff(group, prepend=_NONE))][group]
    forward, backward = pieces.forward.copy(), pieces.backward.copy()
    along = turned[order] == turned[leader]
    for own, other in ((forward, backward), (backward, forward)):
        gives = np.where(along, own[order], other[order])
        np.logical_or.at(own, leader[gives], True)  # noqa: FBT003
    kept = np.sort(np.unique(leader))
    merged = Pieces(
        source=pieces.source,
        target=pieces.target,
        start=pieces.start,
        stop=pieces.stop,
        node=pieces.node,
        way=pieces.way,
        length_m=pieces.length_m,
        forward=forward,
        backward=backward,
    )
    return merged.taken(kept), pieces.count - len(kept)


def _mates(pieces: Pieces, alike: Int64Array, node_count: int) -> Int64Array:
    """Return the end that each end (``2 p`` source, ``2 p + 1`` target of ``p``) is joined to."""
    ends = np.empty(2 * pieces.count, dtype=np.int64)
    ends[0::2], ends[1::2] = pieces.source, pieces.target
    order = np.argsort(ends, kind="stable")
    degree = np.bincount(ends, minlength=node_count)
    behind = np.cumsum(degree)
    two = behind[degree == 2]  # noqa: PLR2004
    one, other = order[two - 2], order[two - 1]
    leaves = np.empty(2 * pieces.count, dtype=np.bool_)
    arrives = np.empty_like(leaves)
    leaves[0::2], leaves[1::2] = pieces.forward, pieces.backward
    arrives[0::2], arrives[1::2] = pieces.backward, pieces.forward
    joined = one // 2 != other // 2
    joined &= alike[one // 2] == alike[other // 2]
    joined &= (leaves[one] == arrives[other]) & (leaves[other] == arrives[one])
    mate = np.full(2 * pieces.count, _NONE, dtype=np.int64)
    mate[one[joined]], mate[other[joined]] = other[joined], one[joined]
    return mate


@numba.njit(cache=True, nogil=True)
def _walk(mate: Int64Array) -> tuple[Int64Array, BoolArray, Int64Array]:
    """Follow the chains from their free ends, then the rings; each piece once."""
    count = len(mate) // 2
    order = np.empty(count, dtype=np.int64)
    flipped = np.empty(count, dtype=np.bool_)
    chain = np.empty(count, dtype=np.int64)
    done = np.zeros(count, dtype=np.bool_)
    size, number = 0, 0
    for rings in range(2):
        for start in range(2 * count):
            if done[start >> 1] or (rings == 0 and mate[start] >= 0):
                continue
            end = start
            while end >= 0 and not done[end >> 1]:
                done[end >> 1] = True
                order[size], flipped[size], chain[size] = end >> 1, (end & 1) == 1, number
                size += 1
                end = mate[end ^ 1]
            number += 1
    return order, flipped, chain
