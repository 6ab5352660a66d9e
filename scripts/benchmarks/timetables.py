"""A synthetic timetable of the size of a province, the same for the same seed.

Lines wander over stops near each other, vehicles run both ways all day and take one to three
minutes a hop. It stands for no real network: it has the number of trips, connections and changes
that the engine must bear.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from gis.routing.timetable import Timetable, make_timetable

Int64Array = npt.NDArray[np.int64]

FIRST_DEPARTURE_S = 5 * 3600
SERVICE_S = 19 * 3600
HOP_S = (60, 180)
DWELL_S = 20
WALK_S = 300
BOARDING_S = 120
EXIT_S = 60
TURN_SHARE = 0.25  # how often a line changes its direction at a stop


def synthetic_timetable(
    *, trips: int = 10_000, calls: int = 20, columns: int = 100, rows: int = 50, seed: int = 1
) -> Timetable:
    """Return a timetable on a grid of stops.

    Parameters
    ----------
    trips, calls
        Number of trips, and of calls of each: ``trips * (calls - 1)`` connections.
    columns, rows
        Stops ``row * columns + column``, each a walk away from its four neighbours.
    seed
        Of the random numbers.

    """
    random = np.random.default_rng(seed)
    lines = max(trips // 40, 1)
    ways = np.array([_way(random, calls, columns, rows) for _ in range(lines)])
    number = np.arange(trips)
    turn, line = np.divmod(number, lines)
    way = np.where((turn % 2 == 0)[:, None], ways[line], ways[line, ::-1])
    runs = -(-trips // lines)
    start_s = FIRST_DEPARTURE_S + ((turn + random.random(trips)) / runs * SERVICE_S).astype(int)
    hop_s = random.integers(*HOP_S, (trips, calls - 1))
    arrival_s = np.zeros((trips, calls), dtype=np.int64)
    arrival_s[:, 1:] = np.cumsum(hop_s + DWELL_S, axis=1) - DWELL_S
    arrival_s += start_s[:, None]
    departure_s = arrival_s + DWELL_S
    departure_s[:, 0] = arrival_s[:, 0]
    stops = columns * rows
    change_from, change_to = (np.array(side) for side in zip(*_walks(columns, rows), strict=True))
    return make_timetable(
        call_trip=np.repeat(number, calls),
        call_from=way.ravel(),
        call_to=way.ravel(),
        call_arrival_s=arrival_s.ravel(),
        call_departure_s=departure_s.ravel(),
        call_boarding_s=np.full(trips * calls, BOARDING_S),
        exit_s=np.full(stops, EXIT_S),
        change_from=np.concatenate([np.arange(stops), change_from]),
        change_to=np.concatenate([np.arange(stops), change_to]),
        change_s=np.concatenate([np.full(stops, 60), np.full(len(change_from), WALK_S)]),
    )


def _way(random: np.random.Generator, calls: int, columns: int, rows: int) -> Int64Array:
    """Return the stops of a line: straight on, now and then in another direction."""
    column, row = int(random.integers(columns)), int(random.integers(rows))
    step = (1, 0)
    way: list[int] = []
    while len(way) < calls:
        stop = row * columns + column
        if not way or way[-1] != stop:
            way.append(stop)
        if len(way) == 1 or random.random() < TURN_SHARE:
            step = (int(random.integers(-1, 2)), int(random.integers(-1, 2)))
        column, row = (column + step[0]) % columns, (row + step[1]) % rows
    return np.array(way, dtype=np.int64)


def _walks(columns: int, rows: int) -> Iterator[tuple[int, int]]:
    """Give each stop and its four neighbours."""
    for row in range(rows):
        for column in range(columns):
            for right, down in ((1, 0), (-1, 0), (0, 1), (0, -1)):
                other = (row + down) % rows * columns + (column + right) % columns
                yield row * columns + column, other
