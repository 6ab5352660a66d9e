"""Local links between neighbouring places, where no road is digitised.

Neighbours are those of a lune-based beta-skeleton (Kirkpatrick and Radke 1985) on the Delaunay
triangulation: with beta 1 the Gabriel graph, with beta 2 the relative neighbourhood graph. Rough
terrain has fewer ways through, so beta grows with it. A third place only counts as lying between
two others when no water or ridge separates it from them.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from scipy.spatial import Delaunay, cKDTree

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

EPSILON = 1e-9


@dataclass(frozen=True, slots=True)
class Barrier:
    """What local roads do not cross, in the metric system; a tree of its parts answers fast."""

    parts: tuple[shapely.Geometry, ...]

    def crossed(self, start: FloatArray, end: FloatArray) -> BoolArray:
        """Tell for each straight way from ``start`` to ``end`` (n × 2, metres) if it crosses."""
        blocked = np.zeros(len(start), dtype=np.bool_)
        if not len(start):
            return blocked
        ways = np.asarray(shapely.linestrings(np.stack([start, end], axis=1)))
        tree = shapely.STRtree(ways)
        for part in self.parts:
            # Preparing the part pays: a sea has thousands of corners, a way has two.
            shapely.prepare(part)
            near = tree.query(part)
            blocked[near[shapely.intersects(part, ways[near])]] = True
        return blocked


def neighbour_links(
    points: FloatArray, *, beta: FloatArray, barrier: Barrier, longest_m: float
) -> IntArray:
    """Return the pairs of points that a local road is assumed to join.

    Parameters
    ----------
    points
        Positions in metres, n × 2, all different.
    beta
        Beta of each point, at least 1; a pair takes the larger of its two.
    barrier
        What no pair may cross.
    longest_m
        Longest straight length of a link.

    Returns
    -------
    numpy.ndarray
        m × 2 point numbers, the smaller first, sorted.

    """
    pairs = delaunay_pairs(points)
    length = np.hypot(*(points[pairs[:, 0]] - points[pairs[:, 1]]).T)
    pairs = pairs[length <= longest_m]
    pairs = pairs[~barrier.crossed(points[pairs[:, 0]], points[pairs[:, 1]])]
    pair_beta = np.maximum(beta[pairs[:, 0]], beta[pairs[:, 1]])
    kept: IntArray = pairs[~_has_between(points, pairs, pair_beta, barrier)]
    return kept


def delaunay_pairs(points: FloatArray) -> IntArray:
    """Return the edges of the Delaunay triangulation as sorted pairs of point numbers."""
    triangles = Delaunay(points).simplices
    sides = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [0, 2]]])
    return np.unique(np.sort(sides, axis=1), axis=0).astype(np.int64)


def access_links(
    gates: FloatArray,
    points: FloatArray,
    *,
    barrier: Barrier,
    longest_m: float,
    most: int,
) -> IntArray:
    """Return for each gate (a toll station) its nearest unscreened places.

    A place is screened when another linked place lies in the circle between it and the gate
    (Gabriel condition). Where barriers leave nothing in reach, a gate has no link.

    Returns
    -------
    numpy.ndarray
        m × 2: gate number, point number; sorted.

    """
    tree = cKDTree(points)
    near = [tree.query_ball_point(point, longest_m) for point in gates]
    gate = np.repeat(np.arange(len(gates)), [len(found) for found in near])
    place = np.array([point for found in near for point in found], dtype=np.int64)
    length = np.hypot(*(points[place] - gates[gate]).T)
    order = np.lexsort((place, length, gate))
    gate, place = gate[order], place[order]
    free = ~barrier.crossed(gates[gate], points[place])
    chosen: dict[int, list[int]] = {}
    for number, candidate in zip(gate[free].tolist(), place[free].tolist(), strict=True):
        kept = chosen.setdefault(number, [])
        if len(kept) < most and not _screened(gates[number], points[candidate], points[kept]):
            kept.append(candidate)
    pairs = [(number, candidate) for number, kept in chosen.items() for candidate in sorted(kept)]
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def joining_links(
    points: FloatArray, component: IntArray, *, barrier: Barrier
) -> tuple[IntArray, BoolArray]:
    """Return the fewest, shortest pairs that join all components, and whether each is blocked.

    Unblocked pairs are preferred up to three times the length of a blocked one.
    """
    pairs = delaunay_pairs(points)
    pairs = pairs[component[pairs[:, 0]] != component[pairs[:, 1]]]
    blocked = barrier.crossed(points[pairs[:, 0]], points[pairs[:, 1]])
    length = np.hypot(*(points[pairs[:, 0]] - points[pairs[:, 1]]).T)
    cost = length * np.where(blocked, BLOCKED_PENALTY, 1.0)
    parent = {int(number): int(number) for number in np.unique(component)}
    chosen: list[int] = []
    for pair in np.lexsort((pairs[:, 1], pairs[:, 0], cost)):
        first, second = (_root(parent, int(component[end])) for end in pairs[pair])
        if first != second:
            parent[first] = second
            chosen.append(int(pair))
    return pairs[chosen], blocked[chosen]


BLOCKED_PENALTY = 3.0


def _root(parent: dict[int, int], number: int) -> int:
    while parent[number] != number:
        number = parent[number]
    return number


def _screened(gate: FloatArray, place: FloatArray, chosen: FloatArray) -> bool:
    centre, radius = (gate + place) / 2, np.hypot(*(place - gate)) / 2
    return bool(np.any(np.hypot(*(chosen - centre).T) < radius)) if len(chosen) else False


def _has_between(
    points: FloatArray, pairs: IntArray, beta: FloatArray, barrier: Barrier
) -> BoolArray:
    """Tell for each pair whether an unseparated third point lies in its lune."""
    start, end = points[pairs[:, 0]], points[pairs[:, 1]]
    span = np.hypot(*(end - start).T)
    tree = cKDTree(points)
    # The lune lies within the circle around the middle whose radius is half its height.
    reach = span * np.sqrt(np.maximum(2 * beta - 1, 1)) / 2
    near = tree.query_ball_point((start + end) / 2, reach)
    owner = np.repeat(np.arange(len(pairs)), [len(found) for found in near])
    third = np.array([point for found in near for point in found], dtype=np.int64)
    other = (third != pairs[owner, 0]) & (third != pairs[owner, 1])
    owner, third = owner[other], third[other]
    p, q, r = start[owner], end[owner], points[third]
    half = beta[owner, None] / 2
    ball = beta[owner] * span[owner] / 2 - EPSILON
    inside = (np.hypot(*(r - ((1 - half) * p + half * q)).T) < ball) & (
        np.hypot(*(r - (half * p + (1 - half) * q)).T) < ball
    )
    owner, p, q, r = owner[inside], p[inside], q[inside], r[inside]
    apart = barrier.crossed(p, r) | barrier.crossed(q, r)
    between = np.zeros(len(pairs), dtype=np.bool_)
    between[owner[~apart]] = True
    return between
