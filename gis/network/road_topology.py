"""Which roads join which: the part of a network that every way of travelling on it shares.

Every edge is an arc both ways, so that one hierarchy serves cars in the peak, cars at night and
people on foot: an arc that may not be used costs ``FAR_KEY``.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

from gis.core.crs import metric_system, metric_xy
from gis.routing.customise import FAR, FAR_KEY
from gis.routing.elimination_order import nested_dissection
from gis.routing.graph import RoadGraph, deciseconds, make_graph
from gis.routing.hierarchy import Hierarchy, build_hierarchy
from gis.routing.keys import keys

FloatArray = npt.NDArray[np.float64]
Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


def both_ways(nodes: pd.DataFrame, edges: pd.DataFrame) -> RoadGraph:
    """Return the graph with an arc each way for every edge; its times are all 0.

    Parameters
    ----------
    nodes, edges
        Frames of a network.

    """
    every = np.ones(len(edges), dtype=np.bool_)
    return make_graph(
        node_count=len(nodes),
        source=edges["source"].to_numpy(dtype=np.int64),
        target=edges["target"].to_numpy(dtype=np.int64),
        time_s=np.zeros(len(edges)),
        length_m=edges["length_m"].to_numpy(dtype=np.float64),
        forward=every,
        backward=every,
    )


def road_hierarchy(nodes: pd.DataFrame, edges: pd.DataFrame) -> Hierarchy:
    """Return the hierarchy of :func:`both_ways`, in an order found from where the nodes lie.

    Parameters
    ----------
    nodes
        ``lon, lat`` (WGS84).
    edges
        ``source, target, length_m``.

    """
    graph = both_ways(nodes, edges)
    lon, lat = (nodes[name].to_numpy(dtype=np.float64) for name in ("lon", "lat"))
    x, y = metric_xy(lon, lat, metric_system(lon, lat))
    return build_hierarchy(graph, nested_dissection(graph.first_arc, graph.head, x, y))


def arc_keys(
    graph: RoadGraph,
    *,
    source: Int64Array,
    time_s: FloatArray,
    forward: BoolArray,
    backward: BoolArray,
) -> Int64Array:
    """Return what each arc of :func:`both_ways` costs: keys of time and length.

    Parameters
    ----------
    graph
        From :func:`both_ways`.
    source
        ``(edges,)`` node each edge starts at.
    time_s
        ``(edges,)`` seconds for the whole edge.
    forward, backward
        ``(edges,)`` which ways it may be used; the others cost ``FAR_KEY``.

    """
    time_ds = arc_times(graph, source=source, time_s=time_s, forward=forward, backward=backward)
    return np.where(time_ds < FAR, keys(time_ds, graph.length_m), FAR_KEY)


def arc_times(
    graph: RoadGraph,
    *,
    source: Int64Array,
    time_s: FloatArray,
    forward: BoolArray,
    backward: BoolArray,
) -> Int32Array:
    """Return the deciseconds of each arc, as :func:`arc_keys` does keys; ``FAR`` if closed."""
    edge = graph.edge
    along = graph.tail == source[edge]
    allowed = np.where(along, forward[edge], backward[edge])
    return np.where(allowed, deciseconds(time_s)[edge], FAR)
