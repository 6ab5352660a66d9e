"""Quickest paths as one would write them first (Dijkstra 1959): the oracle of the fast searches."""

import heapq

import numpy as np

from gis.routing.graph import RoadGraph

Label = tuple[int, float]  # deciseconds and metres


def plain_labels(
    graph: RoadGraph, starts: dict[int, Label], *, limit_ds: float = np.inf
) -> dict[int, Label]:
    """Return time and length of the quickest paths, the shortest of them, from some nodes."""
    labels: dict[int, Label] = {}
    waiting = [(*label, node) for node, label in starts.items() if label[0] <= limit_ds]
    heapq.heapify(waiting)
    while waiting:
        time_ds, metres, node = heapq.heappop(waiting)
        if node in labels:
            continue
        labels[node] = (time_ds, metres)
        for arc in range(graph.first_arc[node], graph.first_arc[node + 1]):
            later = time_ds + int(graph.time_ds[arc])
            if later <= limit_ds:
                heapq.heappush(waiting, (later, metres + graph.length_m[arc], int(graph.head[arc])))
    return labels


def plain_parents(
    graph: RoadGraph, labels: dict[int, Label], starts: dict[int, Label]
) -> dict[int, set[int]]:
    """Return the arcs by which each node that is no start has its label."""
    arcs: dict[int, set[int]] = {node: set() for node in labels if labels[node] != starts.get(node)}
    for arc in range(len(graph.head)):
        tail, head = int(graph.tail[arc]), int(graph.head[arc])
        if tail not in labels or head not in arcs:
            continue
        label = (labels[tail][0] + graph.time_ds[arc], labels[tail][1] + graph.length_m[arc])
        if label == labels[head]:
            arcs[head].add(arc)
    return arcs
