"""What all cases share: the graph, the product's state on it, the peers and the random draws."""

import sys
from collections.abc import Callable
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse import csgraph

from gis.routing.customise import FAR, Metric, customise, needed_links
from gis.routing.elimination_order import nested_dissection
from gis.routing.hierarchy import Hierarchy, build_hierarchy
from gis.routing.pruned import PrunedMetric, prune
from gis.routing.sweep import Sweep, prepare_sweep
from scripts.benchmarks.graphs import BenchGraph, save_graph
from scripts.benchmarks.peers import PeerProcess, missing, timed, version

Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

HOUR_DS = 36_000
FAR_DS = int(FAR)
SEED = 7


class WrongResultError(RuntimeError):
    """The product's answer differs from scipy's."""


class Bed:
    """One graph with everything the cases measure on it, each part made when first asked for.

    Parameters
    ----------
    graph
        The graph.
    rounds
        How often each measurement is taken; slow peers are asked less often.
    folder
        Where to keep files for other processes.
    peers
        Names of the peers to compare with besides scipy.
    is_small
        Whether this is a quick trial on a small graph.

    """

    def __init__(
        self, graph: BenchGraph, *, rounds: int, folder: Path, peers: list[str], is_small: bool
    ) -> None:
        self.graph = graph
        self.rounds = rounds
        self.folder = folder
        self.is_small = is_small
        self.notes: list[str] = []
        self._wanted = peers
        self._peers: dict[str, PeerProcess | None] = {}

    def say(self, text: str) -> None:
        """Tell on stderr what is going on."""
        sys.stderr.write(f"» {text}\n")
        sys.stderr.flush()

    def remark(self, text: str) -> None:
        """Keep a remark for the end of the report, once."""
        if text not in self.notes:
            self.notes.append(text)
            self.say(text)

    def draw(self, count: int, *, salt: int = 0) -> Int64Array:
        """Return different nodes, the same ones at every call with the same salt."""
        random = np.random.default_rng((SEED, salt))
        return random.choice(
            self.graph.node_count, min(count, self.graph.node_count), replace=False
        )

    @cached_property
    def matrix(self) -> sparse.csr_array:
        """The graph as scipy takes it."""
        return self.graph.matrix()

    @cached_property
    def plane(self) -> tuple[FloatArray, FloatArray]:
        """Coordinates of the nodes; empty where the graph has none."""
        return self.graph.x, self.graph.y

    @cached_property
    def ordered(self) -> tuple[float, Int32Array]:
        """Seconds of the product's own order, and the order."""
        self.say("消去顺序 / order of elimination")
        return timed(self.make_order)

    def make_order(self) -> Int32Array:
        """Find the product's own order of elimination."""
        return nested_dissection(self.graph.first, self.graph.head, *self.plane)

    @cached_property
    def hierarchy(self) -> Hierarchy:
        """The hierarchy of the product's own order."""
        self.say("层次 / hierarchy")
        return self.make_hierarchy(self.ordered[1])

    def make_hierarchy(self, order: Int32Array) -> Hierarchy:
        """Build the hierarchy of an order."""
        return build_hierarchy(self.graph.roads(), order)

    @cached_property
    def metric(self) -> Metric:
        """The customised metric of the graph's costs."""
        self.say("定制 / customisation")
        return customise(self.hierarchy, self.graph.cost)

    @cached_property
    def pruned(self) -> PrunedMetric:
        """The metric without the links that nothing needs."""
        self.say("精简 / leaving out needless links")
        return prune(self.metric, needed_links(self.metric))

    @cached_property
    def sweep(self) -> Sweep:
        """The pruned metric laid out for sweeping."""
        return prepare_sweep(self.pruned)

    def scipy_from(self, origins: Int64Array, *, limit: float = np.inf) -> FloatArray:
        """Return scipy's ``(origins, nodes)`` deciseconds, infinite where no way leads."""
        return csgraph.dijkstra(self.matrix, indices=origins, limit=limit)

    def scipy_one(self, *, limit: float = np.inf) -> Callable[[], float]:
        """Return work that is one search of scipy, from another origin each time."""
        origins = iter(self.draw(1000, salt=1))
        return lambda: timed(lambda: self.scipy_from(next(origins), limit=limit))[0]

    def peer(self, name: str) -> PeerProcess | None:
        """Return a peer with the graph in it, or None where it cannot take part."""
        if name not in self._wanted:
            return None
        if name not in self._peers:
            self._peers[name] = self._start(name)
        return self._peers[name]

    def close(self) -> None:
        """End the processes of the peers."""
        for peer in self._peers.values():
            if peer is not None:
                peer.close()

    def _start(self, name: str) -> PeerProcess | None:
        if reason := missing(name):
            self.remark(reason)
            return None
        self.say(f"{name} {version(name)} …")
        graph_file, order_file = self.folder / "graph.npz", self.folder / "order.npy"
        if not graph_file.exists():
            save_graph(self.graph, graph_file)
            np.save(order_file, self.ordered[1])
        try:
            peer = PeerProcess(name, graph_file, order_file)
        except (RuntimeError, MemoryError) as error:
            self.remark(f"{name}：未能启动，略过 / did not start, skipped ({error})")
            return None
        self.remark(f"{name} {version(name)}：准备 / set-up {peer.setup_s:.1f} s")
        return peer


def check_equal(found: npt.ArrayLike, wanted: npt.ArrayLike, *, what: str) -> None:
    """Raise :class:`WrongResultError` unless two sets of deciseconds are the same."""
    one, other = np.asarray(found, dtype=np.float64), np.asarray(wanted, dtype=np.float64)
    if one.shape != other.shape or not np.array_equal(one, other):
        different = "shape" if one.shape != other.shape else int((one != other).sum())
        raise WrongResultError(f"{what}: {different} of {other.size} differ from scipy")
