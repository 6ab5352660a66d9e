"""When trains leave: departures spread over the day where only their number is known.

The sources give stopping patterns and trains a day, or headways, but no clock times. The rules
below turn them into departures that are the same in every run and do not bunch.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from gis.core.units import SECONDS_PER_MINUTE

GOLDEN = 0.6180339887498949  # multiples of it, modulo one, fill an interval evenly at any length
STEP_S = 180  # between possible departures

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Run:
    """A train's way without clock times.

    Parameters
    ----------
    stops
        Ids of the stops in order.
    arrival_s, departure_s
        Seconds after leaving the first stop, one a stop.
    trains
        Trains a day.
    stage
        Runs of a lower stage are placed first and keep their times whatever comes later.

    """

    stops: tuple[str, ...]
    arrival_s: IntArray
    departure_s: IntArray
    trains: int
    stage: int = 0


def timed_run(
    stops: Sequence[str], run_s: Sequence[float], *, dwell_s: float, trains: int = 1, stage: int = 0
) -> Run:
    """Return a run from the seconds between consecutive stops and one dwell at all of them."""
    steps = np.asarray(run_s, dtype=np.float64)
    order = np.arange(len(stops) - 1)
    arrival = np.concatenate([[0.0], np.cumsum(steps) + order * dwell_s])
    departure = arrival + dwell_s
    departure[0], departure[-1] = 0.0, arrival[-1]
    return Run(
        tuple(stops),
        np.rint(arrival).astype(np.int64),
        np.rint(departure).astype(np.int64),
        trains,
        stage,
    )


def spread_departures(runs: Sequence[Run], *, start_s: int, end_s: int) -> list[IntArray]:
    """Return the departures of each run from its first stop, whole minutes, ascending.

    One train after the other is put where the trains between the same places are sparsest. For
    every pair of stops that a train serves in this order, each train placed before counts
    ``1 - |difference of departures at the first stop| / mean headway of the pair`` where that is
    positive; the train leaves at the time with the least sum over its pairs. Among equal times
    the one nearest to a wish wins: wishes of a run are evenly spaced, shifted from run to run by
    multiples of the golden ratio. Lower stages come first, and within a stage the trains that can
    move least inside the service day; headways count the trains of the stages placed so far, so a
    train keeps its time in every year. A train that fits into the day starts and ends in it; a
    longer one oversteps both ends alike.

    Parameters
    ----------
    runs
        The runs by rising stage, in an order that does not change.
    start_s, end_s
        Service day, seconds after midnight.

    """
    pairs = _Pairs.of(runs)
    steps = np.arange(start_s, end_s + 1, STEP_S, dtype=np.float64)
    density = np.zeros((pairs.count, len(steps)))
    trains = []
    for number, run in enumerate(runs):
        freedom = end_s - start_s - int(run.arrival_s[-1])
        for train in range(run.trains):
            wish = ((number + 1) * GOLDEN + train / run.trains) % 1.0
            trains.append((run.stage, freedom, wish, number))
    chosen: list[list[float]] = [[] for _ in runs]
    headways_s = {
        stage: (end_s - start_s) / np.maximum(pairs.trains_until(runs, stage), 1)
        for stage in {run.stage for run in runs}
    }
    for stage, freedom, wish, number in sorted(trains):
        headway_s = headways_s[stage]
        rows, offsets = pairs.rows[number], pairs.offsets[number]
        earliest = start_s + min(freedom, 0) / 2
        candidates = np.arange(earliest, earliest + max(freedom, 0) + 1, STEP_S)
        at = np.rint((np.add.outer(offsets, candidates) - start_s) / STEP_S).astype(np.int64)
        load = density[rows[:, None], at.clip(0, len(steps) - 1)].sum(axis=0)
        distance = np.abs(candidates - (earliest + wish * max(freedom, 0)))
        best = np.lexsort((distance, np.round(load, 9)))[0]
        departure = float(candidates[best])
        gap = np.abs(steps[None, :] - (departure + offsets)[:, None])
        density[rows] += np.maximum(1.0 - gap / headway_s[rows, None], 0.0)
        chosen[number].append(departure)
    return [
        np.sort(np.rint(np.array(times) / SECONDS_PER_MINUTE).astype(np.int64) * 60)
        for times in chosen
    ]


def headway_departures(
    periods: Sequence[tuple[int, float | None]], *, first_s: int, last_s: int, share: float = 0.0
) -> IntArray:
    """Return departures at a headway that changes over the day.

    Parameters
    ----------
    periods
        From when on (seconds after midnight, ascending) which headway in seconds holds; None
        where there are no trains.
    first_s, last_s
        First and last possible departure.
    share
        Part of a headway by which the first departure of the day, and of each stretch after a
        pause, is put off: 0.5 sets one service between the trains of another.

    """
    times: list[int] = []
    ends = [start for start, _ in periods[1:]] + [last_s + 1]
    at = float(first_s)
    running = False
    for (start, headway), end in zip(periods, ends, strict=True):
        if headway is None:
            running = False
            continue
        if not running:
            at = max(float(start), float(first_s)) + share * headway
            running = True
        while at < min(end, last_s + 1):
            times.append(round(at))
            at += headway
    return np.array(times, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Pairs of stops in the order of travel: their number, and the pairs of each run."""

    count: int
    rows: tuple[IntArray, ...]
    offsets: tuple[FloatArray, ...]

    @classmethod
    def of(cls, runs: Sequence[Run]) -> "_Pairs":
        number_of: dict[tuple[str, str], int] = {}
        rows, offsets = [], []
        for run in runs:
            own, leave = [], []
            for (at, one), (_, other) in combinations(enumerate(run.stops), 2):
                own.append(number_of.setdefault((one, other), len(number_of)))
                leave.append(float(run.departure_s[at]))
            rows.append(np.array(own, dtype=np.int64))
            offsets.append(np.array(leave, dtype=np.float64))
        return cls(len(number_of), tuple(rows), tuple(offsets))

    def trains_until(self, runs: Sequence[Run], stage: int) -> IntArray:
        """Return the trains a day of each pair over the runs up to a stage."""
        trains = np.zeros(self.count, dtype=np.int64)
        for run, rows in zip(runs, self.rows, strict=True):
            if run.stage <= stage:
                trains[rows] += run.trains
        return trains
