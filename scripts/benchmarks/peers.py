"""Other libraries that find quickest paths, each in a process of its own.

A peer holds its own copy of the graph, answers the questions it can, and measures its own time:
what it takes to hand the question over is not counted. Only one process works at a time.
"""

import importlib.metadata
import importlib.util
import multiprocessing
import os
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import cycle
from multiprocessing.connection import Connection
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from scripts.benchmarks.graphs import BenchGraph, read_graph

FloatArray = npt.NDArray[np.float64]
Int64Array = npt.NDArray[np.int64]

Answer = Callable[[], FloatArray]

STOP_WAIT_S = 10.0


class CannotAnswerError(RuntimeError):
    """The library has no such question."""


class Peer(ABC):
    """One library with the graph in it.

    Questions are methods, and a library that cannot answer one lacks it:

    - ``one_to_all(origin)``: ``(nodes,)`` deciseconds from a node, infinite where no way leads;
    - ``within(origin, limit)``: the same, infinite beyond the limit;
    - ``matrix(origins, destinations)``: ``(origins, destinations)`` deciseconds.

    A question gives a function that brings the answer into the form all share: that is not the
    library's work and not timed.
    """

    module: str
    package: str

    @abstractmethod
    def __init__(self, graph: BenchGraph, order: Int64Array) -> None:
        """Take in a graph; ``order`` is an order of elimination for those that need one."""


class Pandana(Peer):
    """pandana: contraction hierarchies in C++, for tables of pairs and for ranges."""

    module = package = "pandana"

    def __init__(self, graph: BenchGraph, order: Int64Array) -> None:
        del order
        import pandana
        import pandas as pd

        self.nodes = graph.node_count
        place = pd.Series(np.arange(self.nodes, dtype=np.float64))  # not used by what is asked
        ends = pd.Series(graph.tail), pd.Series(graph.head)
        times = pd.DataFrame({"time": graph.cost.astype(np.float64)})
        self.network = pandana.Network(place, place, *ends, times, twoway=False)

    def within(self, origin: int, limit: int) -> Answer:
        """Ask for the nodes in range."""
        found = self.network.nodes_in_range([origin], limit)
        nodes, times = found["destination"].to_numpy(), found["time"].to_numpy()
        return lambda: _spread(nodes, times, self.nodes)

    def matrix(self, origins: Int64Array, destinations: Int64Array) -> Answer:
        """Ask for all pairs at once."""
        pairs = np.repeat(origins, len(destinations)), np.tile(destinations, len(origins))
        times = self.network.shortest_path_lengths(*pairs, imp_name="time")
        return lambda: np.array(times).reshape(len(origins), len(destinations))


class Igraph(Peer):
    """igraph: Dijkstra in C."""

    module = package = "igraph"

    def __init__(self, graph: BenchGraph, order: Int64Array) -> None:
        del order
        import igraph

        edges = np.stack([graph.tail, graph.head], axis=1)
        self.graph = igraph.Graph(n=graph.node_count, edges=edges, directed=True)
        self.weights = graph.cost.tolist()

    def one_to_all(self, origin: int) -> Answer:
        """Ask for all distances."""
        found = self.graph.distances(source=origin, weights=self.weights, mode="out")
        return lambda: np.array(found[0], dtype=np.float64)


class Networkx(Peer):
    """networkx, which osmnx calls: Dijkstra in Python."""

    module = package = "networkx"

    def __init__(self, graph: BenchGraph, order: Int64Array) -> None:
        del order
        import networkx as nx

        self.dijkstra = nx.single_source_dijkstra_path_length
        self.graph = nx.DiGraph()
        self.graph.add_nodes_from(range(graph.node_count))
        arcs = (graph.tail.tolist(), graph.head.tolist(), graph.cost.tolist())
        self.graph.add_weighted_edges_from(zip(*arcs, strict=True))

    def one_to_all(self, origin: int) -> Answer:
        """Ask without a limit."""
        return self.within(origin, None)

    def within(self, origin: int, limit: int | None) -> Answer:
        """Ask for the nodes within a limit."""
        found = self.dijkstra(self.graph, origin, cutoff=limit)
        return lambda: _spread(list(found), list(found.values()), self.graph.number_of_nodes())


class RoutingKit(Peer):
    """routingkit_cch: customizable contraction hierarchies in C++, with the product's order."""

    module, package = "routingkit_cch", "routingkit-cch"

    def __init__(self, graph: BenchGraph, order: Int64Array) -> None:
        import routingkit_cch

        arcs = graph.tail.tolist(), graph.head.tolist()
        self.library = routingkit_cch
        self.cch = routingkit_cch.CCH(order.tolist(), *arcs, False)  # noqa: FBT003 - no keyword
        self.metric = routingkit_cch.CCHMetric(self.cch, graph.cost.tolist())
        self.to_all = routingkit_cch.CCHOneToMany(self.metric, list(range(graph.node_count)))

    def one_to_all(self, origin: int) -> Answer:
        """Ask with all nodes as targets, which are chosen beforehand."""
        found = self.to_all.distances_from(origin)
        return lambda: np.array(found, dtype=np.float64)

    def matrix(self, origins: Int64Array, destinations: Int64Array) -> Answer:
        """Choose the targets and ask for each origin."""
        to_many = self.library.CCHOneToMany(self.metric, destinations.tolist())
        rows = [to_many.distances_from(origin) for origin in origins.tolist()]
        return lambda: np.array(rows, dtype=np.float64)


PEERS: Mapping[str, type[Peer]] = MappingProxyType(
    {"pandana": Pandana, "igraph": Igraph, "networkx": Networkx, "routingkit_cch": RoutingKit}
)


def missing(name: str) -> str | None:
    """Return why a peer cannot take part, or None if it can."""
    if importlib.util.find_spec(PEERS[name].module) is None:
        return f"{name}：未安装，略过 / not installed, skipped (pip install '.[bench]')"
    return None


def version(name: str) -> str:
    """Return the version of an installed peer."""
    return importlib.metadata.version(PEERS[name].package)


class PeerProcess:
    """A peer at work in a process of its own."""

    def __init__(self, name: str, graph_file: Path, order_file: Path) -> None:
        self.name = name
        context = multiprocessing.get_context("spawn")
        self._pipe, far_end = context.Pipe()
        arguments = (far_end, name, graph_file, order_file)
        self._process = context.Process(target=_serve, args=arguments, daemon=True)
        self._process.start()
        far_end.close()
        self.setup_s = float(self._answer()[0])

    def ask(self, question: str, *arguments: Any) -> tuple[float, FloatArray]:  # noqa: ANN401 - of any question
        """Return the seconds a question took and its answer.

        Raises
        ------
        CannotAnswerError
            If the peer has no such question.

        """
        self._pipe.send((question, arguments))
        return self._answer()

    def close(self) -> None:
        """End the process."""
        self._pipe.close()
        self._process.join(STOP_WAIT_S)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()

    def _answer(self) -> tuple[float, Any]:
        try:
            seconds, answer = self._pipe.recv()
        except EOFError:
            raise RuntimeError(f"{self.name} ended by itself") from None
        if isinstance(answer, Exception):
            raise answer
        return seconds, answer


class Asked:
    """The same question put to a peer again and again, with other arguments each time."""

    def __init__(
        self, peer: PeerProcess, question: str, arguments: Sequence[tuple[Any, ...]]
    ) -> None:
        self._peer, self._question = peer, question
        self._arguments = cycle(arguments)
        self.answers: list[FloatArray] = []

    def once(self) -> float:
        """Ask once and return the seconds."""
        seconds, answer = self._peer.ask(self._question, *next(self._arguments))
        self.answers.append(answer)
        return seconds

    def compare(self, wanted: FloatArray) -> str:
        """Return a remark if the first answer is not the wanted one; empty if it is."""
        different = int((self.answers[0] != wanted).sum())
        return f"{different} 个结果与 scipy 不同 / differ from scipy" if different else ""


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the seconds some work takes and what it gives."""
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def _serve(pipe: Connection, name: str, graph_file: Path, order_file: Path) -> None:
    """Answer questions until the other end closes."""
    with _silent():
        graph, order = read_graph(graph_file), np.load(order_file)
        seconds, peer = timed(lambda: PEERS[name](graph, order))
        pipe.send((seconds, None))
        while True:
            try:
                question, arguments = pipe.recv()
            except EOFError:
                return
            if not hasattr(peer, question):
                pipe.send((0.0, CannotAnswerError(question)))
                continue
            seconds, answer = timed(partial(getattr(peer, question), *arguments))
            pipe.send((seconds, answer()))


@contextmanager
def _silent() -> Iterator[None]:
    """Send what C++ libraries print to nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    kept = os.dup(1)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


def _spread(nodes: Any, times: Any, count: int) -> FloatArray:  # noqa: ANN401 - lists or arrays
    found = np.full(count, np.inf)
    found[nodes] = times
    return found
