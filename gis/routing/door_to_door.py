"""Door-to-door times by public transport from one place to all nodes, over a window of departures.

The roads lead to the stops, one scan of the timetable gives when each stop is reached by those who
leave at each minute of the window, and one sweep over the hierarchy carries all these arrivals out
to the nodes at once: a lane a departure. A node's row of arrivals is turned into its percentiles
as soon as it is known and then forgotten, so that a province never needs departures x nodes in
memory. Rows still needed are those of a node's ancestors in the elimination tree; they lie on a
stack, one row a level of the tree, small enough for the processor's cache.

After Baum, Buchhold, Sauer, Wagner and Zuendorf, "UnLimited TRAnsfers for Multi-Modal Route
Planning", ESA 2019 (roads before and after a timetable search), and Delling, Goldberg, Nowatzyk and
Werneck, "PHAST: Hardware-accelerated shortest path trees", Journal of Parallel and Distributed
Computing 73 (2013).
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gis.routing.connection_scan import NEVER
from gis.routing.customise import FAR
from gis.routing.departure_lanes import arrivals_by_lane
from gis.routing.departure_window import Waiting, Window
from gis.routing.door_sweep import (
    WAITS_COUNT,
    climb,
    costs_from,
    enter_lane,
    enter_stops,
    far_rows,
    sweep_doors,
    with_ancestors,
)
from gis.routing.lanes import LANES
from gis.routing.percentiles import nearest_ranks, selection_network
from gis.routing.seeds import CostArray, Seeds
from gis.routing.shares import subtree_shares, thread_count
from gis.routing.sweep import Sweep
from gis.routing.timetable import Timetable

Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]

SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)
LONGEST_DS = int(FAR) // 2  # what is longer has not been reached
_DECISECONDS = 10  # in a second of the timetable


@dataclass(frozen=True, slots=True, eq=False)
class DoorPlan:
    """What searches from all origins share: the roads, the stops and the destinations.

    Parameters
    ----------
    sweep
        Times by road, int32 deciseconds.
    access, egress
        Ways between stops and nodes, one place a stop, for reaching stops and for leaving them.
    above_access
        Ranks the ways to the stops come from and all above them, ascending.
    subtrees
        Ranks to sweep over in parts that do not meet, ascending: those of the destinations and
        those above them.
    top
        Ranks above all parts, ascending.
    top_row
        ``(nodes,)`` by rank: its place in the top, -1 below.
    result_row
        ``(nodes,)`` by rank: the row of the result, -1 for ranks that are no destination.
    result_count
        Number of destinations.

    """

    sweep: Sweep
    access: Seeds
    egress: Seeds
    above_access: Int32Array
    subtrees: tuple[Int32Array, ...]
    top: Int32Array
    top_row: Int32Array
    result_row: Int32Array
    result_count: int


def plan_doors(
    sweep: Sweep, *, access: Seeds, egress: Seeds, destinations: Int32Array | None = None
) -> DoorPlan:
    """Return what searches from all origins share.

    Parameters
    ----------
    sweep
        Times by road, int32 deciseconds.
    access, egress
        Ways between the stops of the timetable and nodes, one place a stop, in deciseconds: to be
        used on reaching a stop (parking, say) and on leaving it (being picked up).
    destinations
        ``(destinations,)`` different nodes; all by default.

    """
    hierarchy = sweep.metric.hierarchy
    count = hierarchy.node_count
    subtrees, top = subtree_shares(hierarchy)
    result_row = hierarchy.node
    if destinations is not None:
        ends = hierarchy.rank[np.asarray(destinations)]
        result_row = _numbered(ends, count)
        needed = _numbered(with_ancestors(hierarchy.parent, ends), count) >= 0
        subtrees, top = [ranks[needed[ranks]] for ranks in subtrees], top[needed[top]]
    return DoorPlan(
        sweep=sweep,
        access=access,
        egress=egress,
        above_access=with_ancestors(hierarchy.parent, hierarchy.rank[access.node]),
        subtrees=tuple(ranks for ranks in subtrees if len(ranks)),
        top=top,
        top_row=_numbered(top, count),
        result_row=result_row,
        result_count=count if destinations is None else len(destinations),
    )


def door_to_door(
    plan: DoorPlan,
    timetable: Timetable,
    origin: Seeds,
    window: Window,
    *,
    shares: Sequence[float] = SHARES,
    limit_ds: int = LONGEST_DS,
    threads: int | None = None,
) -> Int32Array:
    """Return percentiles of the times from one place to all destinations.

    Each time is that of the quicker of the journey by public transport and the way by road alone.
    Ways by road to the stops are rounded to whole seconds.

    Parameters
    ----------
    plan
        The roads, the stops and the destinations.
    timetable
        Public transport.
    origin
        One place.
    window
        Wanted departures, and what counts as waiting.
    shares
        The percentiles, by nearest rank over the wanted departures: the least time that at least
        this share of the departures do not exceed.
    limit_ds
        Longer times count as not reached.
    threads
        How many to use; all processors by default. The result does not depend on it.

    Returns
    -------
    numpy.ndarray
        ``(destinations, shares)`` deciseconds, ``FAR`` where fewer departures than asked for
        lead there.

    """
    return percentile_times(
        plan,
        timetable,
        access_s=access_seconds(plan, origin),
        direct=origin,
        window=window,
        shares=shares,
        limit_ds=limit_ds,
        threads=threads,
    )


def access_seconds(plan: DoorPlan, origin: Seeds) -> Int64Array:
    """Return ``(stops,)`` seconds from a place to each stop by road, ``NEVER`` where there is none.

    Parameters
    ----------
    plan
        The roads and the stops.
    origin
        One place.

    """
    sweep, access = plan.sweep, plan.access
    hierarchy = sweep.metric.hierarchy
    start, ends = hierarchy.rank[origin.node], hierarchy.rank[access.node]
    cost = costs_from(
        sweep.metric.up.first,
        sweep.metric.up.head,
        sweep.metric.up.cost,
        sweep.first_arc,
        sweep.arcs,
        sweep.level,
        sweep.level_count,
        start,
        origin.cost,
        with_ancestors(hierarchy.parent, start),
        plan.above_access,
    )
    least = _least_of_places(access.first, cost[ends].astype(np.int64) + access.cost)
    seconds = (least + _DECISECONDS // 2) // _DECISECONDS
    return np.where(least < FAR, seconds, np.int64(NEVER))


def percentile_times(
    plan: DoorPlan,
    timetable: Timetable,
    *,
    access_s: Int64Array,
    direct: Seeds,
    window: Window,
    shares: Sequence[float] = SHARES,
    limit_ds: int = LONGEST_DS,
    threads: int | None = None,
) -> Int32Array:
    """Return :func:`door_to_door` where the ways to the stops are known.

    Parameters
    ----------
    plan, timetable, window, shares, limit_ds, threads
        As there.
    access_s
        ``(stops,)`` seconds to each stop, ``NEVER`` where out of reach.
    direct
        Where the way without public transport begins: one place, without ways if there is none.

    """
    ranks = nearest_ranks(window.count, shares)
    leaving_s = window.leaving_s()
    arrived_s = arrivals_by_lane(timetable, access_s, leaving_s, within_s=window.longest_s)
    # Departures that arrive everywhere at the same time are one lane, that of the last of them.
    differs = (arrived_s[:, 1:] != arrived_s[:, :-1]).any(axis=0)
    lanes = np.flatnonzero(np.append(differs, True))
    arrived_s = arrived_s[:, lanes]
    street_s = arrived_s + (timetable.exit_s.astype(np.int64) - window.start_s)[:, None]
    arrival_ds = np.minimum(np.where(arrived_s == NEVER, FAR, street_s * _DECISECONDS), FAR)
    result = np.full((plan.result_count, len(ranks)), FAR, dtype=np.int32)
    sweep, hierarchy = plan.sweep, plan.sweep.metric.hierarchy
    with ThreadPoolExecutor(thread_count(threads)) as pool:
        seeds, seed_row = _seeds(plan, arrival_ds.astype(np.int32), direct, pool)
        top = far_rows(len(seeds), len(plan.top))

        def sweep_over(part: Int32Array) -> None:
            sweep_doors(
                sweep.first_arc,
                sweep.arcs,
                sweep.level,
                hierarchy.parent,
                part,
                plan.result_row,
                plan.top_row,
                top,
                far_rows(len(seeds), sweep.level_count),
                seeds,
                seed_row,
                len(lanes),
                np.searchsorted(lanes, np.arange(window.count)),
                ((leaving_s[lanes] - window.start_s) * _DECISECONDS).astype(np.int32),
                ((window.wanted_s() - window.start_s) * _DECISECONDS).astype(np.int32),
                _longest_wait_ds(window),
                min(limit_ds, LONGEST_DS),
                selection_network(window.count, ranks),
                ranks,
                result,
            )

        sweep_over(plan.top)
        list(pool.map(sweep_over, plan.subtrees))
    return result


def _longest_wait_ds(window: Window) -> int:
    counts = window.waiting is Waiting.COUNTED
    return WAITS_COUNT if counts else window.longest_wait_s * _DECISECONDS


def _seeds(
    plan: DoorPlan, arrival_ds: Int32Array, direct: Seeds, pool: ThreadPoolExecutor
) -> tuple[CostArray, Int32Array]:
    """Return rows of arrivals, carried upwards, and the row of each rank.

    The arrivals ``(stops, lanes)`` are followed by a lane for the way without public transport.
    """
    up, egress = plan.sweep.metric.up, plan.egress
    hierarchy = plan.sweep.metric.hierarchy
    lanes = arrival_ds.shape[1]
    egress_ranks, direct_ranks = hierarchy.rank[egress.node], hierarchy.rank[direct.node]
    seeded = with_ancestors(hierarchy.parent, np.concatenate([egress_ranks, direct_ranks]))
    seed_row = _numbered(seeded, hierarchy.node_count)
    seeds = far_rows(-(-(lanes + 1) // LANES), len(seeded))
    enter_stops(seeds, seed_row[egress_ranks], egress.first, egress.cost, arrival_ds)
    enter_lane(seeds, seed_row[direct_ranks], direct.cost, lanes)

    def climb_in(block: CostArray) -> None:
        climb(up.first, up.head, up.cost, seeded, seed_row, block)

    list(pool.map(climb_in, seeds))
    return seeds, seed_row


def _numbered(ranks: Int32Array, count: int) -> Int32Array:
    """Return ``(count,)`` the place of each rank among the given ones, -1 for others."""
    place = np.full(count, -1, dtype=np.int32)
    place[ranks] = np.arange(len(ranks), dtype=np.int32)
    return place


def _least_of_places(first: Int64Array, cost: Int64Array) -> Int64Array:
    """Return the least cost of the ways of each place, ``FAR`` for places without ways."""
    least = np.full(len(first) - 1, FAR, dtype=np.int64)
    place = np.repeat(np.arange(len(first) - 1), np.diff(first))
    np.minimum.at(least, place, cost)
    return least
