"""Parts of a road network that cars cannot both reach and leave."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from gis.core.units import METRES_PER_KILOMETRE
from gis.network.osm.topology import Pieces

BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.integer]
Int32Array = npt.NDArray[np.int32]
FloatArray = npt.NDArray[np.float64]

DROPPED = -1
MAIN = 0
LARGEST_TOLD = 5


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """What belongs together.

    Parameters
    ----------
    kept
        ``(pieces,)`` whether a piece stays.
    node_part
        ``(nodes,)``: ``MAIN``; 1, 2, … islands by falling length; ``DROPPED`` everywhere else.
    island_km
        Length of road of each island kept, by its number minus one.
    dropped
        ``(pieces,)`` number of the connected part that is dropped with the piece, by falling
        length; ``DROPPED`` for pieces that stay.
    dropped_km
        Length of each of these.

    """

    kept: BoolArray
    node_part: Int32Array
    island_km: FloatArray
    dropped: Int32Array
    dropped_km: FloatArray


def find_parts(pieces: Pieces, *, node_count: int, island_km: float) -> Parts:
    """Tell the main part, islands and the rest.

    Cars can go from any node to any other within a strongly connected component. The one with the
    longest roads is the main part. Others are islands when their roads are long enough, and are
    kept, for people live there; the rest is dropped: yards behind gates, one-way ends at the border
    of the extract, mistakes in the data. A way only for walking stays when it leads, on foot, to
    what stays.

    Parameters
    ----------
    pieces
        The pieces.
    node_count
        Number of nodes.
    island_km
        Least length of roads inside an island.

    """
    cars = pieces.forward | pieces.backward
    label = _strong(pieces, node_count)
    inner = cars & (label[pieces.source] == label[pieces.target])
    inside = label[pieces.source[inner]]
    km: FloatArray = np.bincount(inside, pieces.length_m[inner], label.max() + 1).astype(np.float64)
    km = km / METRES_PER_KILOMETRE
    part_of_label = np.full(len(km), DROPPED, dtype=np.int32)
    by_length = np.argsort(-km, kind="stable")
    long_enough = by_length[(km[by_length] >= island_km) | (by_length == by_length[0])]
    part_of_label[long_enough] = np.arange(len(long_enough))
    node_part = part_of_label[label]
    kept = cars & (node_part[pieces.source] >= 0) & (node_part[pieces.target] >= 0)
    kept |= _walked_to(pieces, kept, cars=cars, node_count=node_count)
    dropped, dropped_km = _rest(pieces, kept, node_count)
    return Parts(kept, node_part, km[long_enough[1:]], dropped, dropped_km)


def largest_dropped(
    parts: Parts, pieces: Pieces, *, lon: FloatArray, lat: FloatArray
) -> list[Mapping[str, Any]]:
    """Return length and a place (of the longest piece) of the largest dropped parts.

    Parameters
    ----------
    parts, pieces
        Parts of these pieces.
    lon, lat
        ``(nodes,)`` degrees.

    """
    told: list[Mapping[str, Any]] = []
    for number, km in enumerate(parts.dropped_km[:LARGEST_TOLD]):
        rows = np.flatnonzero(parts.dropped == number)
        node = pieces.source[rows[np.argmax(pieces.length_m[rows])]]
        place = {"lon": round(float(lon[node]), 5), "lat": round(float(lat[node]), 5)}
        told.append({"km": round(float(km), 2), **place})
    return told


def _strong(pieces: Pieces, node_count: int) -> Int32Array:
    """Return the strongly connected component of each node, numbered by its first node."""
    tail = np.concatenate([pieces.source[pieces.forward], pieces.target[pieces.backward]])
    head = np.concatenate([pieces.target[pieces.forward], pieces.source[pieces.backward]])
    return _labels(tail, head, node_count, strong=True)


def _walked_to(pieces: Pieces, kept: BoolArray, *, cars: BoolArray, node_count: int) -> BoolArray:
    """Return which ways only for walking are joined, on foot, to roads that stay."""
    used = np.flatnonzero(~cars | kept)
    label = _labels(pieces.source[used], pieces.target[used], node_count)
    joined = np.zeros(int(label.max(initial=0)) + 1, dtype=np.bool_)
    joined[label[pieces.source[kept]]] = True
    return ~cars & joined[label[pieces.source]]


def _rest(pieces: Pieces, kept: BoolArray, node_count: int) -> tuple[Int32Array, FloatArray]:
    """Return number and length of the connected parts of what is dropped, the longest first."""
    stays = np.zeros(node_count, dtype=np.bool_)
    stays[pieces.source[kept]] = stays[pieces.target[kept]] = True
    number = np.full(pieces.count, DROPPED, dtype=np.int32)
    rest = np.flatnonzero(~kept)
    if not len(rest):
        return number, np.zeros(0)
    source, target = pieces.source[rest], pieces.target[rest]
    # Parts do not hang together through the roads that stay.
    apart = ~stays[source] & ~stays[target]
    label = _labels(source[apart], target[apart], node_count)
    part = label[np.where(stays[source], target, source)]
    _, group = np.unique(part, return_inverse=True)
    km = np.bincount(group, weights=pieces.length_m[rest]) / METRES_PER_KILOMETRE
    by_length = np.argsort(-km, kind="stable")
    rank = np.empty(len(km), dtype=np.int32)
    rank[by_length] = np.arange(len(km))
    number[rest] = rank[group]
    return number, km[by_length]


def _labels(tail: IntArray, head: IntArray, node_count: int, *, strong: bool = False) -> Int32Array:
    graph = coo_array(
        (np.ones(len(tail), dtype=np.int8), (tail, head)), shape=(node_count, node_count)
    )
    _, label = connected_components(
        graph.tocsr(), directed=strong, connection="strong" if strong else "weak"
    )
    return np.asarray(label, dtype=np.int32)
