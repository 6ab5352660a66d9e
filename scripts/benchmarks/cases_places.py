"""Tables between places and isochrones, against pandana, scipy and others."""

from collections.abc import Callable, Iterator

import numpy as np

from gis.routing.bucket_search import reach_times
from gis.routing.graph import DECISECONDS_PER_SECOND, UNREACHED
from gis.routing.lanes import LANES
from gis.routing.matrix import cost_matrix
from gis.routing.seeds import seeds_at
from gis.routing.sweep import costs_to_all, sweep_batches
from scripts.benchmarks.bed import FAR_DS, HOUR_DS, Bed, FloatArray, Int64Array, check_equal
from scripts.benchmarks.peers import Asked, timed
from scripts.benchmarks.results import OFTEN, Result, Target, Wanted, interleaved

FEW, MANY = 200, 1000
LOCAL_ORIGINS = 1024
SLOW_ROUNDS = 2


def matrix(bed: Bed) -> Iterator[Result]:
    """Compare 200 × 200 with pandana, and 1,000 × 1,000 with 200 × 200."""
    few = bed.draw(FEW, salt=2), bed.draw(FEW, salt=3)
    many = bed.draw(MANY, salt=4), bed.draw(MANY, salt=5)

    def table(places: tuple[Int64Array, Int64Array]) -> FloatArray:
        return cost_matrix(bed.pruned, seeds_at(places[0]), seeds_at(places[1]))

    wanted = bed.scipy_from(few[0][:3])[:, few[1]]
    check_equal(_infinite(table(few)[:3]), wanted, what="matrix")
    times = interleaved(
        bed.rounds,
        few=lambda: timed(lambda: table(few))[0],
        many=lambda: timed(lambda: table(many))[0],
    )
    yield Result(
        "matrix 1,000 × 1,000",
        times["many"].median_ms,
        "200 × 200",
        times["few"].median_ms,
        MANY * MANY,
        "本产品自比 / the product against itself",
        Target(Wanted.AS_LONG, 10),
        times["many"].spread_ms,
    )
    for name, target in (("pandana", Target(Wanted.AS_FAST, 25)), ("routingkit_cch", None)):
        peer = bed.peer(name)
        if peer is None:
            continue
        asked = Asked(peer, "matrix", [few])
        times = interleaved(
            bed.rounds, product=lambda: timed(lambda: table(few))[0], peer=asked.once
        )
        check_equal(asked.answers[0][:3], wanted, what=f"matrix of {name}")
        yield Result(
            "matrix 200 × 200",
            times["product"].median_ms,
            name,
            times["peer"].median_ms,
            FEW * FEW,
            "",
            target,
            times["product"].spread_ms,
        )


def isochrone_one(bed: Bed) -> Iterator[Result]:
    """Compare one search of an hour with scipy's, bounded alike, and with other libraries."""
    graph = bed.graph.roads()
    limit_s = HOUR_DS / DECISECONDS_PER_SECOND

    def reached(origin: int) -> FloatArray:
        found = reach_times(graph, np.array([origin]), limit_s=limit_s)
        return np.where(found == UNREACHED, np.inf, found)

    origins = bed.draw(bed.rounds * OFTEN, salt=6)
    first = bed.scipy_from(origins[:1], limit=HOUR_DS)[0]
    check_equal(reached(int(origins[0])), first, what="isochrone_one")
    times = interleaved(
        len(origins),
        product=_one_by_one(
            origins, lambda origin: reach_times(graph, np.array([origin]), limit_s=limit_s)
        ),
        scipy=_one_by_one(
            origins, lambda origin: bed.scipy_from(np.array([origin]), limit=HOUR_DS)
        ),
    )
    product = times["product"]
    share = np.isfinite(first).mean()
    yield Result(
        "isochrone 60 min, one origin",
        product.median_ms,
        "scipy limit=",
        times["scipy"].median_ms,
        1,
        f"第一个起点可达 / the first origin reaches {share:.0%} 节点 / of the nodes",
        Target(Wanted.AS_FAST, 3),
        product.spread_ms,
    )
    for name in ("pandana", "networkx"):
        peer = bed.peer(name)
        if peer is None:
            continue
        asked = Asked(peer, "within", [(int(origin), HOUR_DS) for origin in origins])
        slow = interleaved(min(bed.rounds, SLOW_ROUNDS), peer=asked.once)["peer"]
        yield Result(
            "isochrone 60 min, one origin",
            product.median_ms,
            name,
            slow.median_ms,
            1,
            asked.compare(first),
        )


def isochrone_batch(bed: Bed) -> Iterator[Result]:
    """Compare bounded sweeps over origins that lie together with scipy's bounded searches."""
    origins = seeds_at(bed.draw(LOCAL_ORIGINS, salt=7))
    few = bed.draw(4, salt=7)
    found = costs_to_all(bed.sweep, seeds_at(few), limit=HOUR_DS, threads=1)
    check_equal(_infinite(found), bed.scipy_from(few, limit=HOUR_DS), what="isochrone_batch")

    def all_batches() -> int:
        return sum(len(batch.places) for batch in sweep_batches(bed.sweep, origins, limit=HOUR_DS))

    all_batches()
    searched = iter(np.resize(few, bed.rounds))
    times = interleaved(
        bed.rounds,
        product=lambda: timed(all_batches)[0] / origins.count,
        scipy=lambda: timed(lambda: bed.scipy_from(np.array([next(searched)]), limit=HOUR_DS))[0],
    )
    yield Result(
        "isochrone 60 min, local batches",
        times["product"].median_ms,
        "scipy limit=",
        times["scipy"].median_ms,
        origins.count,
        f"每个起点；{origins.count} 个起点按位置分批，每批 {LANES} 个，单线程 / "
        "an origin, batches of near ones, one thread",
        Target(Wanted.AS_FAST, 100),
        times["product"].spread_ms,
    )


def _one_by_one(origins: Int64Array, search: Callable[[int], object]) -> Callable[[], float]:
    """Return work that is one search, from the next origin each time."""
    rest = iter(origins.tolist())
    return lambda: timed(lambda: search(next(rest)))[0]


def _infinite(costs: FloatArray) -> FloatArray:
    return np.where(costs >= FAR_DS, np.inf, costs)
