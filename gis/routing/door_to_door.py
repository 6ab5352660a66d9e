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
from dataclasses import dataclass
from enum import StrEnum

import numba
import numpy as np
import numpy.typing as npt

from gis.routing.connection_scan import NEVER
from gis.routing.customise import FAR
from gis.routing.departure_lanes import arrivals_by_lane
from gis.routing.lanes import LANES, empty_rows, least_row, lower_row
from gis.routing.lines import (
    COLUMNS,
    copy_row,
    enter_time,
    exchange_lines,
    rows_to_lines,
    take_sooner,
)
from gis.routing.percentiles import nearest_ranks, selection_network
from gis.routing.seeds import CostArray, Seeds
from gis.routing.sweep import Sweep
from gis.routing.timetable import Timetable

Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)
LONGEST_DS = int(FAR) // 2  # what is longer has not been reached
_DECISECONDS = 10  # in a second of the timetable
_WAITS_COUNT = -1  # instead of the longest wait that is none


class Waiting(StrEnum):
    """When a journey begins for those who want to leave at a given minute.

    ``chosen``: passengers know the timetable. They take the journey that arrives first of those
    that leave at the wanted minute or later, and leave for it as late as they can; until then
    they are not travelling. ``counted``: they leave at the wanted minute, and every wait counts.
    """

    CHOSEN = "chosen"
    COUNTED = "counted"


@dataclass(frozen=True, slots=True)
class Window:
    """Wanted departures.

    Parameters
    ----------
    start_s
        The first, seconds after midnight.
    count
        How many.
    step_s
        Seconds from one to the next.
    waiting
        When a journey begins.
    longest_wait_s
        With ``chosen`` waiting, a wanted departure after which nothing leaves within this is
        unserved; the passengers choose among departures at every step up to then.
    longest_s
        Journeys that board a vehicle this long after leaving, or later, are left out.

    """

    start_s: int
    count: int = 120
    step_s: int = 60
    waiting: Waiting = Waiting.CHOSEN
    longest_wait_s: int = 2 * 3600
    longest_s: int = 4 * 3600

    def wanted_s(self) -> Int64Array:
        """Return ``(count,)`` seconds after midnight of the wanted departures."""
        return self.start_s + self.step_s * np.arange(self.count, dtype=np.int64)

    def leaving_s(self) -> Int64Array:
        """Return the seconds after midnight at which passengers may leave."""
        longest_wait_s = self.longest_wait_s if self.waiting is Waiting.CHOSEN else 0
        count = self.count + longest_wait_s // self.step_s
        return self.start_s + self.step_s * np.arange(count, dtype=np.int64)


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
    ranks
        Ranks to sweep over, ascending: those of the destinations and all above them.
    result_row
        ``(ranks,)`` the row of the result, -1 for ranks that are no destination.
    result_count
        Number of destinations.

    """

    sweep: Sweep
    access: Seeds
    egress: Seeds
    above_access: Int32Array
    ranks: Int32Array
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
    if destinations is None:
        ranks = np.arange(count, dtype=np.int32)
        result_row = hierarchy.node
    else:
        ends = hierarchy.rank[np.asarray(destinations)]
        row_of = np.full(count, -1, dtype=np.int32)
        row_of[ends] = np.arange(len(ends), dtype=np.int32)
        ranks = _with_ancestors(hierarchy.parent, ends)
        result_row = row_of[ranks]
    return DoorPlan(
        sweep=sweep,
        access=access,
        egress=egress,
        above_access=_with_ancestors(hierarchy.parent, hierarchy.rank[access.node]),
        ranks=ranks,
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
    cost = _costs_from(
        hierarchy.first_up,
        hierarchy.up_head,
        sweep.metric.up_cost,
        sweep.first_arc,
        sweep.arcs,
        sweep.level,
        sweep.level_count,
        start,
        origin.cost,
        _with_ancestors(hierarchy.parent, start),
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
) -> Int32Array:
    """Return :func:`door_to_door` where the ways to the stops are known.

    Parameters
    ----------
    plan, timetable, window, shares, limit_ds
        As there.
    access_s
        ``(stops,)`` seconds to each stop, ``NEVER`` where out of reach.
    direct
        Where the way without public transport begins: one place, without ways if there is none.

    """
    ranks = nearest_ranks(window.count, shares)
    counts_waits = window.waiting is Waiting.COUNTED
    leaving_s = window.leaving_s()
    arrived_s = arrivals_by_lane(timetable, access_s, leaving_s, within_s=window.longest_s)
    # Departures that arrive everywhere at the same time are one lane, that of the last of them.
    differs = (arrived_s[:, 1:] != arrived_s[:, :-1]).any(axis=0)
    kept = np.flatnonzero(np.append(differs, True))
    lane_of_wanted = np.searchsorted(kept, np.arange(window.count))
    street_s = arrived_s[:, kept] + (timetable.exit_s.astype(np.int64) - window.start_s)[:, None]
    reached = arrived_s[:, kept] != NEVER
    arrival_ds = np.where(reached, np.minimum(street_s * _DECISECONDS, FAR), FAR).astype(np.int32)
    sweep, egress = plan.sweep, plan.egress
    hierarchy = sweep.metric.hierarchy
    way_ranks = hierarchy.rank[np.concatenate([egress.node, direct.node])]
    seeded = _with_ancestors(hierarchy.parent, way_ranks)
    seed_row = np.full(hierarchy.node_count, -1, dtype=np.int32)
    seed_row[seeded] = np.arange(len(seeded), dtype=np.int32)
    blocks = -(-(len(kept) + 1) // LANES)
    seeds = _far_rows(blocks, len(seeded))
    _enter_stops(
        seeds, seed_row[hierarchy.rank[egress.node]], egress.first, egress.cost, arrival_ds
    )
    _enter_lane(seeds, seed_row[hierarchy.rank[direct.node]], direct.cost, len(kept))
    _climb(hierarchy.first_up, hierarchy.up_head, sweep.metric.up_cost, seeded, seed_row, seeds)
    result = np.full((plan.result_count, len(ranks)), FAR, dtype=np.int32)
    _sweep(
        sweep.first_arc,
        sweep.arcs,
        sweep.level,
        plan.ranks,
        plan.result_row,
        _far_rows(blocks, sweep.level_count),
        seeds,
        seed_row,
        len(kept),
        lane_of_wanted,
        ((leaving_s[kept] - window.start_s) * _DECISECONDS).astype(np.int32),
        ((window.wanted_s() - window.start_s) * _DECISECONDS).astype(np.int32),
        _WAITS_COUNT if counts_waits else window.longest_wait_s * _DECISECONDS,
        min(limit_ds, LONGEST_DS),
        selection_network(window.count, ranks),
        ranks,
        result,
    )
    return result


def _far_rows(blocks: int, count: int) -> CostArray:
    rows = empty_rows(blocks * count, np.int32)
    rows[:] = FAR
    return rows.reshape(blocks, count, LANES)


def _least_of_places(first: Int64Array, cost: Int64Array) -> Int64Array:
    """Return the least cost of the ways of each place, ``FAR`` for places without ways."""
    least = np.full(len(first) - 1, FAR, dtype=np.int64)
    place = np.repeat(np.arange(len(first) - 1), np.diff(first))
    np.minimum.at(least, place, cost)
    return least


def _with_ancestors(parent: Int32Array, ranks: Int32Array) -> Int32Array:
    """Return ranks and all above them in the elimination tree, ascending."""
    return np.flatnonzero(_marked_ancestors(parent, ranks)).astype(np.int32)


@numba.njit(cache=True, nogil=True)
def _marked_ancestors(parent: Int32Array, ranks: Int32Array) -> BoolArray:
    marked = np.zeros(len(parent), dtype=np.bool_)
    for rank in ranks:
        above = rank
        while above >= 0 and not marked[above]:
            marked[above] = True
            above = parent[above]
    return marked


@numba.njit(cache=True, nogil=True)
def _costs_from(
    first_up: Int64Array,
    up_head: Int32Array,
    up_cost: CostArray,
    first_arc: Int32Array,
    arcs: CostArray,
    level: Int32Array,
    level_count: int,
    starts: Int32Array,
    start_cost: CostArray,
    above_starts: Int32Array,
    above_ends: Int32Array,
) -> Int32Array:
    """Return ``(ranks,)`` costs from the starts, right at the ends and all above them."""
    cost = np.full(len(level), FAR, dtype=np.int32)
    for row in range(len(starts)):
        cost[starts[row]] = min(cost[starts[row]], start_cost[row])
    for v in above_starts:
        for link in range(first_up[v], first_up[v + 1]):
            cost[up_head[link]] = min(cost[up_head[link]], np.int64(cost[v]) + up_cost[link])
    above = np.full(level_count, FAR, dtype=np.int32)
    for v in above_ends[::-1]:
        for arc in range(first_arc[v], first_arc[v + 1]):
            cost[v] = min(cost[v], above[arcs[arc, 0]] + arcs[arc, 1])
        above[level[v]] = cost[v]
    return cost


@numba.njit(cache=True, nogil=True)
def _enter_stops(
    seeds: CostArray,
    way_row: Int32Array,
    first_way: Int64Array,
    way_cost: CostArray,
    arrival_ds: Int32Array,
) -> None:
    """Lower the rows of the nodes that lead away from stops to the arrivals there."""
    stops, lanes = arrival_ds.shape
    for stop in range(stops):
        for way in range(first_way[stop], first_way[stop + 1]):
            for lane in range(lanes):
                block, place = lane // LANES, lane % LANES
                old = seeds[block, way_row[way], place]
                arrival = np.int64(arrival_ds[stop, lane]) + way_cost[way]
                seeds[block, way_row[way], place] = min(old, arrival)


@numba.njit(cache=True, nogil=True)
def _enter_lane(seeds: CostArray, way_row: Int32Array, way_cost: CostArray, lane: int) -> None:
    block, place = lane // LANES, lane % LANES
    for way in range(len(way_row)):
        old = seeds[block, way_row[way], place]
        seeds[block, way_row[way], place] = min(old, way_cost[way])


@numba.njit(cache=True, nogil=True)
def _climb(
    first_up: Int64Array,
    up_head: Int32Array,
    up_cost: CostArray,
    seeded: Int32Array,
    seed_row: Int32Array,
    seeds: CostArray,
) -> None:
    """Carry all rows of seeds upwards, from rank to rank."""
    for block in range(len(seeds)):
        rows = seeds[block]
        for row in range(len(seeded)):
            for link in range(first_up[seeded[row]], first_up[seeded[row] + 1]):
                if up_cost[link] < FAR:  # two costs of FAR would not add up within 32 bits
                    lower_row(rows, seed_row[up_head[link]], row, up_cost[link])


@numba.njit(cache=True, nogil=True)
def _sweep(
    first_arc: Int32Array,
    arcs: CostArray,
    level: Int32Array,
    ranks: Int32Array,
    result_row: Int32Array,
    stack: CostArray,
    seeds: CostArray,
    seed_row: Int32Array,
    direct: int,
    lane_of_wanted: Int64Array,
    leaving_ds: Int32Array,
    wanted_ds: Int32Array,
    longest_wait_ds: int,
    limit_ds: int,
    network: Int64Array,
    picked: Int64Array,
    result: Int32Array,
) -> None:
    """Sweep down over the ranks and enter the percentiles of each destination."""
    blocks = len(stack)
    held = np.full((blocks, COLUMNS, LANES), FAR, dtype=np.int32)
    lines = np.empty((blocks * LANES, COLUMNS), dtype=np.int32)
    alone = lines[direct : direct + 1]
    times = np.empty((len(wanted_ds), COLUMNS), dtype=np.int32)
    rows = np.empty(COLUMNS, dtype=np.int64)
    filled = 0
    for place in range(len(ranks) - 1, -1, -1):
        v = ranks[place]
        for block in range(blocks):
            here = stack[block]
            first, last = first_arc[v], first_arc[v + 1]
            least_row(here, level[v], arcs, first, last, here, seeds[block], seed_row[v])
        if result_row[place] >= 0:
            for block in range(blocks):
                copy_row(held[block], filled, stack[block], level[v])
            rows[filled] = result_row[place]
            filled += 1
        if filled == COLUMNS or (place == 0 and filled > 0):
            for block in range(blocks):
                rows_to_lines(lines, block * LANES, held[block])
            _enter_times(
                lines, alone, lane_of_wanted, leaving_ds, wanted_ds, longest_wait_ds, times
            )
            for step in range(len(network)):
                exchange_lines(times, network[step, 0], network[step, 1])
            for column in range(filled):
                for share in range(len(picked)):
                    time = times[picked[share], column]
                    result[rows[column], share] = time if time <= limit_ds else FAR
            filled = 0


@numba.njit(cache=True, nogil=True)
def _enter_times(
    lines: Int32Array,
    alone: Int32Array,
    lane_of_wanted: Int64Array,
    leaving_ds: Int32Array,
    wanted_ds: Int32Array,
    longest_wait_ds: int,
    times: Int32Array,
) -> None:
    """Turn arrivals, one line a lane, into the times of the wanted departures.

    ``alone`` is the line of those who go without public transport.
    """
    taken = np.full((2, COLUMNS), FAR, dtype=np.int32)
    lane = len(leaving_ds) - 1
    for wanted in range(len(wanted_ds) - 1, -1, -1):
        # The earliest arrival of those who leave now or later, and the last of them.
        while lane >= lane_of_wanted[wanted]:
            take_sooner(taken, lines, lane, leaving_ds[lane])
            lane -= 1
        leaves = wanted_ds[wanted]
        if longest_wait_ds == _WAITS_COUNT:
            taken[1] = leaves
            enter_time(times, wanted, taken, leaves, alone)
        else:
            enter_time(times, wanted, taken, np.int32(leaves + longest_wait_ds), alone)
