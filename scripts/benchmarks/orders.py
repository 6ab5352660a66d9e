"""METIS's order of elimination, where pymetis is installed."""

import importlib.util

import numpy as np
import numpy.typing as npt

from scripts.benchmarks.graphs import BenchGraph
from scripts.benchmarks.peers import timed


def metis_order(graph: BenchGraph) -> tuple[float, npt.NDArray[np.int32]] | None:
    """Return the seconds METIS took and its order of elimination; None where it is missing."""
    if importlib.util.find_spec("pymetis") is None:
        return None
    import pymetis

    count = graph.node_count
    low, high = np.minimum(graph.tail, graph.head), np.maximum(graph.tail, graph.head)
    pairs = np.sort(low.astype(np.int64) * count + high)
    pairs = pairs[np.diff(pairs, prepend=-1) > 0]
    low, high = pairs // count, pairs % count
    tail, head = np.concatenate([low, high]), np.concatenate([high, low])
    head = head[np.lexsort((head, tail))]
    first = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(np.bincount(tail, minlength=count), out=first[1:])
    seconds, (order, _) = timed(lambda: pymetis.nested_dissection(xadj=first, adjncy=head))
    return seconds, np.asarray(order, dtype=np.int32)
