"""The compiled part of door-to-door searches: rows of arrivals carried up, down and into times.

Rows are ``LANES`` wide, and as many blocks of them stand side by side as the departures need:
arrays of rows are ``(blocks, rows, LANES)``.
"""

import numba
import numpy as np
import numpy.typing as npt

from gis.routing.customise import FAR
from gis.routing.lanes import LANES, empty_rows, least_row, lower_row
from gis.routing.lines import (
    COLUMNS,
    copy_row,
    enter_time,
    exchange_lines,
    rows_to_lines,
    take_sooner,
)

Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
CostArray = npt.NDArray[np.int32] | npt.NDArray[np.int64]

WAITS_COUNT = -1  # instead of the longest wait that is none


def far_rows(blocks: int, count: int) -> CostArray:
    """Return ``(blocks, count, LANES)`` rows in which nothing is reached."""
    rows = empty_rows(blocks * count, np.int32)
    rows[:] = FAR
    return rows.reshape(blocks, count, LANES)


def with_ancestors(parent: Int32Array, ranks: Int32Array) -> Int32Array:
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
def costs_from(
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
def enter_stops(
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
def enter_lane(seeds: CostArray, way_row: Int32Array, way_cost: CostArray, lane: int) -> None:
    """Lower one lane of the rows of the nodes a place leads to, to the costs of getting there."""
    block, place = lane // LANES, lane % LANES
    for way in range(len(way_row)):
        old = seeds[block, way_row[way], place]
        seeds[block, way_row[way], place] = min(old, way_cost[way])


@numba.njit(cache=True, nogil=True)
def climb(
    first_up: Int64Array,
    up_head: Int32Array,
    up_cost: CostArray,
    seeded: Int32Array,
    seed_row: Int32Array,
    rows: CostArray,
) -> None:
    """Carry one block of rows of seeds upwards, from rank to rank."""
    for row in range(len(seeded)):
        for link in range(first_up[seeded[row]], first_up[seeded[row] + 1]):
            if up_cost[link] < FAR:  # two costs of FAR would not add up within 32 bits
                lower_row(rows, seed_row[up_head[link]], row, up_cost[link])


@numba.njit(cache=True, nogil=True)
def sweep_doors(
    first_arc: Int32Array,
    arcs: CostArray,
    level: Int32Array,
    parent: Int32Array,
    ranks: Int32Array,
    result_row: Int32Array,
    top_row: Int32Array,
    top: CostArray,
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
    """Sweep down over the ranks and enter the percentiles of each destination.

    The ranks are whole subtrees, or the top of the tree above all subtrees. The rows of the top
    are kept for those who come to the subtrees later, in other threads perhaps.
    """
    blocks = len(stack)
    held = np.full((blocks, COLUMNS, LANES), FAR, dtype=np.int32)
    lines = np.empty((blocks * LANES, COLUMNS), dtype=np.int32)
    alone = lines[direct : direct + 1]
    times = np.empty((len(wanted_ds), COLUMNS), dtype=np.int32)
    rows = np.empty(COLUMNS, dtype=np.int64)
    filled = 0
    for place in range(len(ranks) - 1, -1, -1):
        v = ranks[place]
        if top_row[v] < 0 and parent[v] >= 0 and top_row[parent[v]] >= 0:
            above = parent[v]
            while above >= 0:
                for block in range(blocks):
                    copy_row(stack[block], level[above], top[block], top_row[above])
                above = parent[above]
        for block in range(blocks):
            here = stack[block]
            first, last = first_arc[v], first_arc[v + 1]
            least_row(here, level[v], arcs, first, last, here, seeds[block], seed_row[v])
            if top_row[v] >= 0:
                copy_row(top[block], top_row[v], here, level[v])
        if result_row[v] >= 0:
            for block in range(blocks):
                copy_row(held[block], filled, stack[block], level[v])
            rows[filled] = result_row[v]
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
        if longest_wait_ds == WAITS_COUNT:
            taken[1] = leaves
            enter_time(times, wanted, taken, leaves, alone)
        else:
            enter_time(times, wanted, taken, np.int32(leaves + longest_wait_ds), alone)
