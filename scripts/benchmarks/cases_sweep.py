"""One-to-all: the sweep against scipy, other libraries, the memory, and METIS's order."""

from collections.abc import Callable, Iterator

import numba
import numpy as np
import numpy.typing as npt

from gis.routing.customise import customise, needed_links
from gis.routing.elimination_order import metis_order
from gis.routing.hierarchy import Hierarchy
from gis.routing.lanes import LANES, empty_rows
from gis.routing.pruned import prune
from gis.routing.seeds import seeds_at
from gis.routing.sweep import Sweep, costs_to_all, prepare_sweep, sweep_batches
from scripts.benchmarks.bed import FAR_DS, Bed, check_equal
from scripts.benchmarks.peers import Asked, timed
from scripts.benchmarks.results import OFTEN, Result, Target, Wanted, interleaved

SLOW_ROUNDS = 2
OTHER_PEERS = ("routingkit_cch", "igraph", "networkx")

Int32Array = npt.NDArray[np.int32]


def one_to_all(bed: Bed) -> Iterator[Result]:
    """Compare a batch of 32 on one thread with scipy and with writing as much to memory."""
    sweep, seeds = bed.sweep, seeds_at(bed.draw(LANES))
    _check(bed, sweep)
    stream = Stream(sweep)
    times = interleaved(
        bed.rounds,
        sweep=_batch_after_batch(bed, sweep),
        scipy=bed.scipy_one(),
        in_node_order=lambda: timed(lambda: costs_to_all(sweep, seeds, threads=1))[0] / LANES,
    )
    note = "每个起点；32 个一批，单线程，按层次排列 / an origin, one thread, by rank"
    yield Result(
        "one_to_all",
        times["sweep"].median_ms,
        "scipy",
        times["scipy"].median_ms,
        LANES,
        note,
        Target(Wanted.AS_FAST, 500),
        times["sweep"].spread_ms,
    )
    close = interleaved(
        OFTEN * bed.rounds,
        sweep=_batch_after_batch(bed, sweep),
        stream=lambda: timed(stream.run)[0] / LANES,
    )
    yield Result(
        "one_to_all / memory",
        close["sweep"].median_ms,
        "streaming",
        close["stream"].median_ms,
        LANES,
        "读一遍弧、写一遍结果的用时 / reading the arcs once and writing the distances",
        Target(Wanted.AS_LONG, 2),
        close["sweep"].spread_ms,
    )
    yield Result(
        "one_to_all / in node order",
        times["in_node_order"].median_ms,
        "scipy",
        times["scipy"].median_ms,
        LANES,
        "按节点号排列成新数组 / copied to a new array in the order of the nodes",
    )
    yield from _other_peers(bed, sweep)


def order(bed: Bed) -> Iterator[Result]:
    """Compare the product's own order with scipy's time, and its sweeps with METIS's order."""
    order_s, own = bed.ordered
    build_s, hierarchy = timed(lambda: bed.make_hierarchy(own))
    customise(hierarchy, bed.graph.cost)  # compiled before it is timed
    scipy_one = bed.scipy_one()
    times = interleaved(
        bed.rounds,
        customise=lambda: timed(lambda: customise(hierarchy, bed.graph.cost))[0],
        scipy=scipy_one,
    )
    customise_ms = times["customise"].median_ms
    total_ms = (order_s + build_s) * 1000 + customise_ms
    yield Result(
        "order + customisation",
        total_ms,
        "scipy",
        times["scipy"].median_ms,
        note=f"自有次序 / own order {order_s:.1f} s，层次 / hierarchy {build_s:.1f} s，"
        f"定制 / customisation {customise_ms:.0f} ms；{_size(hierarchy)}",
        target=Target(Wanted.AS_LONG, 100),
    )
    try:
        metis_s, other_order = timed(lambda: metis_order(bed.graph.first, bed.graph.head))
    except ModuleNotFoundError:
        bed.remark("pymetis：未安装，略过 / not installed, skipped (pip install '.[bench]')")
        return
    other = bed.make_hierarchy(other_order)
    sweeps = [_laid_out(bed, one) for one in (hierarchy, other)]
    times = interleaved(
        OFTEN * bed.rounds,
        own=_batch_after_batch(bed, sweeps[0]),
        metis=_batch_after_batch(bed, sweeps[1]),
    )
    yield Result(
        "sweep, own order",
        times["own"].median_ms,
        "METIS order",
        times["metis"].median_ms,
        LANES,
        f"METIS {metis_s:.1f} s；{_size(other)}",
        Target(Wanted.AS_LONG, 1.3),
        times["own"].spread_ms,
    )


class Stream:
    """What no sweep can do without: every arc is read once and every distance written once.

    The arcs are those of the sweep, read from the first to the last; the rows are as many and as
    long as its own, filled with one number.
    """

    def __init__(self, sweep: Sweep) -> None:
        self.arcs = sweep.arcs
        self.rows = empty_rows(len(sweep.level), np.int32)
        self.run()

    def run(self) -> None:
        """Read and write once."""
        self.rows.fill(_all_read(self.arcs))


@numba.njit(cache=True, nogil=True)
def _all_read(arcs: Int32Array) -> int:
    """Return a number that depends on all arcs, so that none is left out."""
    numbers = arcs.ravel()
    mixed = np.int32(0)
    for place in range(len(numbers)):
        mixed ^= numbers[place]
    return mixed


def _batch_after_batch(bed: Bed, sweep: Sweep) -> Callable[[], float]:
    """Return work that is one batch of 32 scattered origins; gives the seconds an origin."""
    nodes = bed.draw(LANES * (OFTEN * bed.rounds + 1))
    batches = sweep_batches(sweep, seeds_at(nodes), by_rank=False)
    next(batches)  # the first one takes its memory from the system and compiles what is new
    return lambda: timed(lambda: next(batches))[0] / LANES


def _laid_out(bed: Bed, hierarchy: Hierarchy) -> Sweep:
    metric = customise(hierarchy, bed.graph.cost)
    return prepare_sweep(prune(metric, needed_links(metric)))


def _size(hierarchy: Hierarchy) -> str:
    return f"{len(hierarchy.up_head) / hierarchy.node_count:.2f} 条连线/节点 links a node"


def _check(bed: Bed, sweep: Sweep) -> None:
    nodes = bed.draw(3)
    costs = costs_to_all(sweep, seeds_at(nodes), threads=1).astype(np.float64)
    costs[costs >= FAR_DS] = np.inf
    check_equal(costs, bed.scipy_from(nodes), what="one_to_all")


def _other_peers(bed: Bed, sweep: Sweep) -> Iterator[Result]:
    nodes = bed.draw(SLOW_ROUNDS)
    for name in OTHER_PEERS:
        peer = bed.peer(name)
        if peer is None:
            continue
        asked = Asked(peer, "one_to_all", [(int(node),) for node in nodes])
        times = interleaved(
            min(bed.rounds, SLOW_ROUNDS), sweep=_batch_after_batch(bed, sweep), peer=asked.once
        )
        note = asked.compare(bed.scipy_from(nodes[:1])[0])
        product, other = times["sweep"].median_ms, times["peer"].median_ms
        yield Result("one_to_all", product, name, other, LANES, note)
