"""Road graphs for the benchmark: generated on any machine, or read from a file of topology.

Both get synthetic weights. Lengths: those of the generated plane, or log-normal with a mean of
240 m where a file has no coordinates. Classes: by how many quickest paths from a few nodes run
over a road, the shares and speeds of :data:`CLASS_SHARES` and :data:`CLASS_KMH`; minor roads cost
four seconds more for the junction, and six in a hundred of them are one-way. Times are whole
deciseconds. Only the largest part is kept in which every node reaches every other.
"""

import lzma
import zipfile
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numba
import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse import csgraph

from gis.core.errors import InputError, Problem
from gis.routing.graph import RoadGraph

Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

CLASS_SHARES = (0.015, 0.035, 0.08, 0.15)  # motorway, trunk, primary, secondary; the rest local
CLASS_KMH = (110.0, 85.0, 60.0, 45.0, 28.0)
FIRST_MINOR_CLASS = 3
JUNCTION_DS = 40
ONE_WAY_SHARE = 0.06
MEAN_SPACING_M = 220.0
EXTRA_SHARE = 0.3  # roads beyond a tree, for each node
LENGTH_SPREAD = 0.9  # of the logarithm
LENGTH_MEDIAN_M = 160.0
LENGTH_RANGE_M = (8.0, 8000.0)
SAMPLED_ROOTS = 8  # in each of the two rounds that find the classes
GENERATED_SIDE = 1220  # nodes: 1.45 million in the largest part


@dataclass(frozen=True, slots=True, eq=False)
class BenchGraph:
    """A directed graph whose arcs stand in order of their tails and heads.

    Parameters
    ----------
    name
        What to call it.
    first
        ``(nodes + 1,)``: arcs ``first[v]`` to ``first[v + 1] - 1`` leave node v.
    tail, head
        ``(arcs,)`` nodes.
    cost
        ``(arcs,)`` deciseconds, at least 1.
    length_m
        ``(arcs,)`` metres.
    x, y
        ``(nodes,)`` metres in the plane; empty where the file has no coordinates.

    """

    name: str
    first: Int64Array
    tail: Int32Array
    head: Int32Array
    cost: Int32Array
    length_m: FloatArray
    x: FloatArray
    y: FloatArray

    @property
    def node_count(self) -> int:
        """Return the number of nodes."""
        return len(self.first) - 1

    @property
    def arc_count(self) -> int:
        """Return the number of arcs."""
        return len(self.head)

    def roads(self) -> RoadGraph:
        """Return the graph as the product takes it."""
        edge = np.arange(self.arc_count, dtype=np.int32)
        return RoadGraph(self.first, self.head, self.cost, self.length_m, edge, self.tail)

    def matrix(self, cost: npt.NDArray[np.integer] | None = None) -> sparse.csr_array:
        """Return the graph as scipy takes it, in the floats it works with."""
        values = (self.cost if cost is None else cost).astype(np.float64)
        shape = (self.node_count, self.node_count)
        return sparse.csr_array((values, self.head, self.first.astype(np.int32)), shape=shape)


@dataclass(frozen=True, slots=True, eq=False)
class Roads:
    """Undirected roads before they have times."""

    source: Int64Array
    target: Int64Array
    length_m: FloatArray
    node_count: int


def generate_graph(*, side: int = GENERATED_SIDE, seed: int = 1) -> BenchGraph:
    """Return a planar road graph with towns and countryside, the same for the same seed.

    Nodes stand near the crossings of a square grid. Roads are the shortest tree over the grid's
    triangles, and of the other short sides some: many in towns, few in the country, so that the
    graph comes apart along narrow cuts as real roads do.

    Parameters
    ----------
    side
        Nodes along a side of the square.
    seed
        Of the random numbers.

    """
    random = np.random.default_rng(seed)
    row, column = (part.ravel() for part in np.mgrid[:side, :side])
    jitter = random.uniform(-0.35, 0.35, (2, side * side))
    x = (column + jitter[0]) * MEAN_SPACING_M
    y = (row + jitter[1]) * MEAN_SPACING_M
    source, target = _short_sides(x, y, side=side)
    length_m = np.hypot(x[source] - x[target], y[source] - y[target])
    in_tree = _in_shortest_tree(source, target, length_m, node_count=side * side)
    chance = np.where(in_tree, 0.0, 0.15 + _town_density(x, y, random)[source])
    chance *= EXTRA_SHARE * len(x) / chance.sum()
    kept = in_tree | (random.random(len(source)) < chance)
    length_m = length_m[kept] * random.uniform(1.0, 1.3, int(kept.sum()))
    roads = Roads(source[kept], target[kept], length_m, side * side)
    graph, nodes = _with_times(f"generated-{side}", roads, random)
    return replace(graph, x=x[nodes], y=y[nodes])


def read_graph(path: Path, *, seed: int = 1) -> BenchGraph:
    """Return the graph in a PACE file (``.gr`` or ``.gr.xz``) or in one :func:`save_graph` wrote.

    Parameters
    ----------
    path
        The file. A PACE file has a line ``p tw nodes edges``, then a line an edge, nodes from 1.
    seed
        Of the random weights of a PACE file.

    Raises
    ------
    InputError
        If the file is missing or neither.

    """
    if not path.is_file():
        raise InputError([Problem(str(path), "error.file_missing")])
    try:
        return _load(path) if path.suffix == ".npz" else _read_pace(path, seed=seed)
    except (ValueError, KeyError, EOFError, lzma.LZMAError, zipfile.BadZipFile) as error:
        raise InputError([Problem(str(path), "error.bench_graph")]) from error


def save_graph(graph: BenchGraph, path: Path) -> None:
    """Write a graph with its weights."""
    np.savez(path, **{part.name: getattr(graph, part.name) for part in fields(BenchGraph)})


def _load(path: Path) -> BenchGraph:
    with path.open("rb") as file, np.load(file) as arrays:
        parts = {part.name: arrays[part.name] for part in fields(BenchGraph)}
    return BenchGraph(**{**parts, "name": str(parts["name"])})


def _read_pace(path: Path, *, seed: int) -> BenchGraph:
    opener = lzma.open if path.suffix == ".xz" else open
    with opener(path, "rt", encoding="ascii") as file:
        head, _, rest = file.read().partition("\n")
    _, kind, nodes, edges = head.split()
    ends = np.array(rest.split(), dtype=np.int64).reshape(-1, 2) - 1
    if kind != "tw" or len(ends) != int(edges) or not 0 <= ends.min() <= ends.max() < int(nodes):
        raise ValueError(head)
    random = np.random.default_rng(seed)
    drawn = random.lognormal(np.log(LENGTH_MEDIAN_M), LENGTH_SPREAD, len(ends))
    roads = Roads(ends[:, 0], ends[:, 1], np.clip(drawn, *LENGTH_RANGE_M), int(nodes))
    return _with_times(path.name.split(".")[0], roads, random)[0]


def _short_sides(x: FloatArray, y: FloatArray, *, side: int) -> tuple[Int64Array, Int64Array]:
    """Return the sides of the grid's triangles that are the longest of none (Urquhart 1980)."""
    node = np.arange(side * side).reshape(side, side)
    a, b, c, d = (
        part.ravel() for part in (node[:-1, :-1], node[:-1, 1:], node[1:, :-1], node[1:, 1:])
    )

    def distance(one: Int64Array, other: Int64Array) -> FloatArray:
        return np.hypot(x[one] - x[other], y[one] - y[other])

    falls = distance(a, d) <= distance(b, c)
    low, high = np.where(falls, a, b), np.where(falls, d, c)  # the shorter diagonal
    third, fourth = np.where(falls, b, a), np.where(falls, c, d)
    corners = np.concatenate([np.stack([low, high, third]), np.stack([low, high, fourth])], axis=1)
    pairs = [(corners[i], corners[j]) for i, j in ((0, 1), (1, 2), (0, 2))]
    lengths = np.stack([distance(*pair) for pair in pairs])
    longest = lengths.argmax(axis=0)
    keys = np.stack([np.minimum(*pair) * side * side + np.maximum(*pair) for pair in pairs])
    every = np.sort(keys, axis=None)
    kept = every[np.diff(every, prepend=-1) > 0]
    kept = kept[~np.isin(kept, keys[longest, np.arange(keys.shape[1])], kind="sort")]
    return kept // (side * side), kept % (side * side)


def _in_shortest_tree(
    source: Int64Array, target: Int64Array, length_m: FloatArray, *, node_count: int
) -> npt.NDArray[np.bool_]:
    shape = (node_count, node_count)
    tree = csgraph.minimum_spanning_tree(
        sparse.csr_array((length_m, (source, target)), shape=shape)
    )
    chosen = tree.tocoo()
    return np.isin(
        source * node_count + target, chosen.row.astype(np.int64) * node_count + chosen.col
    )


def _town_density(x: FloatArray, y: FloatArray, random: np.random.Generator) -> FloatArray:
    """Return how town-like each place is, 0 to 1: few large towns, many small ones."""
    towns = max(round(len(x) / 2500), 3)
    town_x, town_y = random.uniform(0, x.max(), towns), random.uniform(0, y.max(), towns)
    radius_m = 1500.0 * (1 + np.minimum(random.pareto(2.0, towns), 6.0))
    density = np.zeros(len(x))
    order = np.argsort(x)
    for centre_x, centre_y, radius in zip(town_x, town_y, radius_m, strict=True):
        start, end = np.searchsorted(x, (centre_x - radius, centre_x + radius), sorter=order)
        near = order[start:end]
        away = np.hypot(x[near] - centre_x, y[near] - centre_y) / radius
        density[near] = np.maximum(density[near], np.clip(1.2 - away, 0, 1))
    return density


def _with_times(
    name: str, roads: Roads, random: np.random.Generator
) -> tuple[BenchGraph, Int64Array]:
    """Return the largest strongly connected part, and the nodes it was made of."""
    road_class = _classes(roads, random)
    speed = np.array(CLASS_KMH)[road_class] / 3.6 * random.uniform(0.85, 1.1, len(road_class))
    minor = road_class >= FIRST_MINOR_CLASS
    cost = np.maximum(np.rint(roads.length_m / speed * 10), 1) + np.where(minor, JUNCTION_DS, 0)
    two_way = ~(minor & (random.random(len(cost)) < ONE_WAY_SHARE))
    tail = np.concatenate([roads.source, roads.target[two_way]])
    head = np.concatenate([roads.target, roads.source[two_way]])
    costs = np.concatenate([cost, cost[two_way]]).astype(np.int32)
    length_m = np.concatenate([roads.length_m, roads.length_m[two_way]])

    shape = (roads.node_count, roads.node_count)
    _, part = csgraph.connected_components(
        sparse.csr_array((costs, (tail, head)), shape=shape), connection="strong"
    )
    nodes = np.flatnonzero(part == np.bincount(part).argmax())
    number = np.full(roads.node_count, -1, dtype=np.int64)
    number[nodes] = np.arange(len(nodes))
    tail, head = number[tail], number[head]
    rows = np.flatnonzero((tail >= 0) & (head >= 0) & (tail != head))
    rows = rows[np.lexsort((costs[rows], head[rows], tail[rows]))]
    again = (np.diff(tail[rows], prepend=-1) == 0) & (np.diff(head[rows], prepend=-1) == 0)
    rows = rows[~again]  # of roads between the same nodes only the quickest
    first = np.zeros(len(nodes) + 1, dtype=np.int64)
    np.cumsum(np.bincount(tail[rows], minlength=len(nodes)), out=first[1:])
    graph = BenchGraph(
        name=name,
        first=first,
        tail=tail[rows].astype(np.int32),
        head=head[rows].astype(np.int32),
        cost=costs[rows],
        length_m=length_m[rows],
        x=np.empty(0),
        y=np.empty(0),
    )
    return graph, nodes


def _classes(roads: Roads, random: np.random.Generator) -> npt.NDArray[np.int64]:
    """Return the class of each road: 0 for those most quickest paths run over."""
    sampled = min(SAMPLED_ROOTS, roads.node_count // 2)
    roots = random.choice(roads.node_count, (2, sampled), replace=False)
    use = _use(roads, roads.length_m, roots[0])
    speed = np.array(CLASS_KMH)[_ranked(use)]
    return _ranked(_use(roads, roads.length_m / speed, roots[1]) + 0.2 * use)


def _ranked(use: FloatArray) -> npt.NDArray[np.int64]:
    place = np.empty(len(use))
    place[np.argsort(-use, kind="stable")] = np.arange(len(use)) / len(use)
    return np.digitize(place, np.cumsum(CLASS_SHARES))


def _use(roads: Roads, cost: FloatArray, roots: Int64Array) -> FloatArray:
    """Return for each road the root of the number of nodes behind it, summed over the roots."""
    shape = (roads.node_count, roads.node_count)
    matrix = sparse.csr_array((cost, (roads.source, roads.target)), shape=shape)
    behind = np.zeros(roads.node_count)
    use = np.zeros(len(cost))
    for root in roots:
        distance, before = csgraph.dijkstra(
            matrix, directed=False, indices=root, return_predecessors=True
        )
        behind[:] = 1.0
        _add_up(np.argsort(-distance, kind="stable"), before, distance, behind)
        near, far = roads.source, roads.target
        forward, backward = before[far] == near, before[near] == far
        use += np.sqrt(np.where(forward, behind[far], 0.0) + np.where(backward, behind[near], 0.0))
    return use


@numba.njit(cache=True)
def _add_up(
    order: Int64Array, before: Int32Array, distance: FloatArray, behind: FloatArray
) -> None:
    """Add to each node the nodes behind it, the farthest first; unreached ones count for none."""
    for node in order:
        if before[node] >= 0 and np.isfinite(distance[node]):
            behind[before[node]] += behind[node]
