"""Scenarios: changed roads with what is then reached, and added links."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse import csgraph

from gis.routing.customise import customise, recustomise
from gis.routing.hierarchy import with_links
from gis.routing.opportunities import reached_sums
from gis.routing.seeds import seeds_at
from gis.routing.sweep import costs_to_all, prepare_sweep
from scripts.benchmarks.bed import HOUR_DS, Bed, Int32Array, check_equal
from scripts.benchmarks.peers import timed
from scripts.benchmarks.results import Result, Target, Wanted, interleaved

CHANGED, ADDED = 200, 200
ORIGINS = 1024
CUT_OFFS_DS = (HOUR_DS // 2, HOUR_DS * 3 // 4, HOUR_DS)
STEPS_APART = 40
CHECKED = 2


def scenario(bed: Bed) -> Iterator[Result]:
    """Change 200 edges, then sum what 1,024 origins reach within three cut-offs."""
    random = np.random.default_rng(11)
    arcs = random.choice(bed.graph.arc_count, CHANGED, replace=False)
    cost = bed.graph.cost.copy()
    cost[arcs] = np.maximum(cost[arcs] * random.choice([0.5, 2.0, 5.0], CHANGED), 1)
    people = random.integers(0, 50, bed.graph.node_count)
    origins = bed.draw(ORIGINS, salt=8)
    metric = bed.metric

    def reached() -> npt.NDArray[np.float64]:
        sweep = prepare_sweep(recustomise(metric, arcs, cost))
        return reached_sums(sweep, seeds_at(origins), people, CUT_OFFS_DS)

    times_from = csgraph.dijkstra(bed.graph.matrix(cost), indices=origins[:CHECKED])
    wanted = [[people[row <= limit].sum() for limit in CUT_OFFS_DS] for row in times_from]
    check_equal(reached()[:CHECKED], wanted, what="scenario")
    times = interleaved(
        bed.rounds,
        product=lambda: timed(reached)[0],
        recustomise=lambda: timed(lambda: recustomise(metric, arcs, cost))[0],
        customise=lambda: timed(lambda: customise(bed.hierarchy, cost))[0],
        scipy=bed.scipy_one(),
    )
    part, whole = times["recustomise"].median_ms, times["customise"].median_ms
    yield Result(
        "scenario, 200 changed edges",
        times["product"].median_ms,
        "scipy",
        times["scipy"].median_ms,
        ORIGINS,
        f"含 {ORIGINS} 个起点 × 3 个时限；局部定制 / partial customisation {part:.0f} ms，"
        f"全部 / whole {whole:.0f} ms",
        Target(Wanted.AS_LONG, 4),
        times["product"].spread_ms,
    )


def links(bed: Bed) -> Iterator[Result]:
    """Add 200 links, against customising the whole graph."""
    graph = bed.graph
    tail = bed.draw(ADDED, salt=9).astype(np.int32)
    head = _away(bed, tail)
    added = np.full(ADDED, HOUR_DS // 60, dtype=np.int32)
    cost = np.concatenate([graph.cost, added])

    def with_added() -> object:
        return customise(with_links(bed.hierarchy, tail, head), cost)

    metric = customise(with_links(bed.hierarchy, tail, head), cost)
    origins = bed.draw(CHECKED, salt=10)
    found = costs_to_all(metric, seeds_at(origins), threads=1)
    joined = np.concatenate([graph.tail, tail]), np.concatenate([graph.head, head])
    matrix = _quickest(*joined, cost, node_count=graph.node_count)
    check_equal(found, csgraph.dijkstra(matrix, indices=origins), what="links")
    times = interleaved(
        bed.rounds,
        product=lambda: timed(with_added)[0],
        customise=lambda: timed(lambda: customise(bed.hierarchy, graph.cost))[0],
    )
    yield Result(
        "scenario, 200 added links",
        times["product"].median_ms,
        "customisation",
        times["customise"].median_ms,
        ADDED,
        "重建层次并全部定制，对照为原图全部定制 / new hierarchy and whole customisation",
        Target(Wanted.AS_LONG, 3),
        times["product"].spread_ms,
    )


def _away(bed: Bed, tail: Int32Array) -> Int32Array:
    """Return nodes some random steps away from others."""
    random = np.random.default_rng(12)
    first, head = bed.graph.first, bed.graph.head
    place = tail.copy()
    for _ in range(STEPS_APART):
        leaving = first[place + 1] - first[place]
        place = head[first[place] + (random.random(len(place)) * leaving).astype(np.int64)]
    return np.where(place == tail, head[first[tail]], place).astype(np.int32)


def _quickest(
    tail: Int32Array, head: Int32Array, cost: Int32Array, *, node_count: int
) -> sparse.csr_array:
    """Return a matrix of arcs; of several between the same nodes the quickest."""
    order = np.lexsort((cost, head, tail))
    tail, head, cost = tail[order], head[order], cost[order]
    again = (np.diff(tail, prepend=-1) == 0) & (np.diff(head, prepend=-1) == 0)
    values = cost[~again].astype(np.float64)
    return sparse.csr_array((values, (tail[~again], head[~again])), shape=(node_count, node_count))
