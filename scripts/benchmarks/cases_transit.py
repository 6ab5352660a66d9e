"""Door to door over a window of departures, against one search of scipy by road alone."""

from collections.abc import Iterator

import numpy as np
from scipy.spatial import KDTree

from gis.routing.departure_window import Waiting, Window
from gis.routing.door_to_door import DoorPlan, door_to_door, plan_doors
from gis.routing.seeds import Seeds, seeds_at
from scripts.benchmarks.bed import FAR_DS, Bed, Int32Array, Int64Array, WrongResultError
from scripts.benchmarks.peers import timed
from scripts.benchmarks.results import Result, Target, Wanted, interleaved
from scripts.benchmarks.timetables import synthetic_timetable

TRIPS, CALLS, COLUMNS, ROWS = 10_000, 20, 100, 50
SMALL_TRIPS, SMALL_COLUMNS, SMALL_ROWS = 200, 12, 8
DESTINATIONS = 20_000
START_S = 8 * 3600
PICK_UP_DS = 600  # what it costs to leave a stop by road


def door_to_door_times(bed: Bed) -> Iterator[Result]:
    """Find five percentiles over 120 departures, to 20,000 destinations and to every node."""
    trips, columns, rows = TRIPS, COLUMNS, ROWS
    if bed.is_small:
        trips, columns, rows = SMALL_TRIPS, SMALL_COLUMNS, SMALL_ROWS
    timetable = synthetic_timetable(trips=trips, calls=CALLS, columns=columns, rows=rows)
    stops = _stop_nodes(bed, columns, rows)
    access = seeds_at(stops)
    egress = Seeds(access.first, access.node, np.full(len(stops), PICK_UP_DS, dtype=np.int32))
    some = np.sort(bed.draw(DESTINATIONS, salt=13)).astype(np.int32)
    window = Window(start_s=START_S, waiting=Waiting.CHOSEN)
    few = plan_doors(bed.sweep, access=access, egress=egress, destinations=some)
    every = plan_doors(bed.sweep, access=access, egress=egress)
    origins = bed.draw(bed.rounds + 1, salt=14)

    def times_from(plan: DoorPlan, origin: int) -> Int32Array:
        return door_to_door(plan, timetable, seeds_at(np.array([origin])), window)

    all_nodes = times_from(every, int(origins[0]))
    if not np.array_equal(times_from(few, int(origins[0])), all_nodes[some]):
        raise WrongResultError("door_to_door: some destinations differ from all nodes")
    _check_by_road(bed, all_nodes, origins[:1])
    for name, plan, target, count in (
        ("door to door, 20,000 destinations", few, 1, len(some)),
        ("door to door, all nodes", every, 4, bed.graph.node_count),
    ):
        rest = iter(origins[1:].tolist())
        times = interleaved(
            bed.rounds,
            product=lambda: timed(lambda: times_from(plan, next(rest)))[0],  # noqa: B023 - used here
            scipy=bed.scipy_one(),
        )
        yield Result(
            name,
            times["product"].median_ms,
            "scipy",
            times["scipy"].median_ms,
            count,
            f"一个起点，{window.count} 个出发时刻，{trips} 车次，5 个分位数；对照只算道路 / "
            "one origin, five percentiles; scipy searches roads alone",
            Target(Wanted.AS_LONG, target),
            times["product"].spread_ms,
        )


def _stop_nodes(bed: Bed, columns: int, rows: int) -> Int64Array:
    """Return the nodes nearest to a grid of stops laid over the graph.

    Without coordinates stops are spread over the postorder of the elimination tree, where near
    numbers are near places.
    """
    x, y = bed.plane
    if len(x) == 0:
        spread = np.linspace(0, bed.graph.node_count - 1, columns * rows).astype(np.int64)
        return bed.hierarchy.node[spread].astype(np.int64)
    across = np.linspace(x.min(), x.max(), columns + 2)[1:-1]
    along = np.linspace(y.min(), y.max(), rows + 2)[1:-1]
    places = np.stack([np.tile(across, rows), np.repeat(along, columns)], axis=1)
    return KDTree(np.stack([x, y], axis=1)).query(places)[1]


def _check_by_road(bed: Bed, times: Int32Array, origin: Int64Array) -> None:
    """No percentile is slower than the drive; the 95th is not quicker than the 5th."""
    by_road = bed.scipy_from(origin)[0]
    found = np.where(times >= FAR_DS, np.inf, times)
    if (found[:, -1] > by_road).any() or (np.diff(times, axis=1) < 0).any():
        raise WrongResultError("door_to_door: slower than by road alone, or percentiles fall")
    if bool((found[:, 0] == by_road).all()):
        raise WrongResultError("door_to_door: nobody takes a vehicle")
