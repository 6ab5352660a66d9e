"""The probability that a verdict holds, and the input it hangs on most.

Every draw changes all inputs at once within their stated accuracies, judges every reading anew,
and is one vote. Roads of one class are off by one factor together, trains of one certainty too;
what opens together is late together.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from gis.catalogue.accuracies import Accuracy
from gis.catalogue.goals import Goal, Measure, PlaceKind, Reading
from gis.core.schemas import VerdictWord
from gis.network.model import Network
from gis.planning.caveats import undecidable_remarks
from gis.planning.confidence.openings import Opening
from gis.planning.confidence.prepared import Base, prepare
from gis.planning.confidence.readings import (
    Question,
    judged,
    make_question,
    minutes_of,
    places_of,
)
from gis.planning.confidence.result import Confidence, Hinge
from gis.planning.confidence.sample import Errors, Sample, draw_sample
from gis.planning.confidence.trains import late_names
from gis.planning.confidence.world import World
from gis.planning.grounds import NO_STATISTIC, Grounds
from gis.planning.judgement import Judgement, judge
from gis.planning.measured import measure
from gis.planning.sensitivity import first_order

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
Progress = Callable[[str], None]
Key = tuple[str, str, int, str]

HINGES = 3  # inputs that are named
TAIL = 0.05  # of the draws, below the range that is told and above it
LEAST_SHARE = 0.05  # an input that explains less is not worth naming
PROGRESS_STEPS = 10
_PLACED = frozenset({Measure.TRAVEL_TIME, Measure.DISTANCE})
COMPUTED = _PLACED | {Measure.NETWORK_LENGTH, Measure.DIRECT_SERVICE}


def probabilities(
    goals: Iterable[Goal],
    grounds: Grounds,
    *,
    accuracies: Sequence[Accuracy],
    openings: Mapping[int, Sequence[Opening]],
    draws: int,
    seed: int,
    spread: float = 1.0,
    threads: int = 2,
    progress: Progress | None = None,
) -> dict[Key, Confidence]:
    """Return the confidence in every reading that draws can answer.

    Networks whose roads people may walk along are left out: walks are disturbed as straight lines.

    Parameters
    ----------
    goals
        Goals with their readings.
    grounds
        Networks, layers and parameters.
    accuracies
        How far inputs may be off.
    openings
        Year -> what may come late.
    draws, seed
        Number of draws and seed; the same give the same result, whatever the threads.
    spread
        Factor on every error; with 0 every probability is 0 or 1.
    threads
        Draws that are worked on at a time.
    progress
        Called with a line now and then.

    Returns
    -------
    dict
        ``(goal, reading, year, statistic)`` -> confidence.

    """
    wanted = tuple(goals)
    found: dict[Key, Confidence] = {}
    for year in sorted(grounds.networks):
        if grounds.networks[year].edges["walkable"].to_numpy(dtype=np.bool_).any():
            continue
        has_trains = not grounds.networks[year].feed.trips.empty
        asked = [
            (goal.id, reading)
            for goal in wanted
            for reading in goal.readings
            if reading.measure in COMPUTED
            and not undecidable_remarks(reading, year=year, has_trains=has_trains)
        ]
        if asked:
            found |= _of_year(
                asked,
                grounds,
                year,
                accuracies=accuracies,
                openings=openings.get(year, ()),
                draws=draws,
                seed=seed,
                spread=spread,
                threads=threads,
                progress=progress or (lambda _: None),
            )
    return found


def _of_year(
    asked: Sequence[tuple[str, Reading]],
    grounds: Grounds,
    year: int,
    *,
    accuracies: Sequence[Accuracy],
    openings: Sequence[Opening],
    draws: int,
    seed: int,
    spread: float,
    threads: int,
    progress: Progress,
) -> dict[Key, Confidence]:
    timed = [reading for _, reading in asked if reading.measure in _PLACED]
    asked_places = places_of(timed, grounds)
    base = prepare(
        grounds.networks[year],
        asked_places.places,
        asked_places.destinations,
        asked_places.rides,
        grounds.parameters,
    )
    court = _Court(
        base,
        grounds,
        year,
        tuple(
            (goal, reading, make_question(reading, base, grounds))
            if reading.measure in _PLACED
            else (goal, reading, None)
            for goal, reading in asked
        ),
        {},
    )
    sample = draw_sample(
        accuracies,
        grounds.parameters,
        openings,
        year=year,
        places=_certainties(base, grounds),
        patterns=base.trains.patterns if base.trains else (),
        count=draws,
        seed=seed,
        spread=spread,
    )
    court.judge(sample.errors(0))  # what is prepared at first use is not prepared twice
    outcomes: list[dict[tuple[str, str, str], Judgement]] = []
    with ThreadPoolExecutor(threads) as pool:
        step = max(draws // PROGRESS_STEPS, 1)
        for outcome in pool.map(lambda draw: court.judge(sample.errors(draw)), range(draws)):
            outcomes.append(outcome)
            if len(outcomes) % step == 0:
                progress(f"{year}: {len(outcomes)}/{draws}")
    return _counted(outcomes, sample, year)


@dataclass(frozen=True, slots=True)
class _Court:
    """What one draw is judged by."""

    base: Base
    grounds: Grounds
    year: int
    questions: tuple[tuple[str, Reading, Question | None], ...]
    settled: dict[tuple[str, str, frozenset[str]], Judgement]

    def judge(self, errors: Errors) -> dict[tuple[str, str, str], Judgement]:
        """Return ``(goal, reading, statistic)`` -> judgement in one draw."""
        world = World(self.base, errors)
        found: dict[tuple[str, str, str], Judgement] = {}
        for goal, reading, question in self.questions:
            if question is None:
                found[goal, reading.id, NO_STATISTIC] = self._open(goal, reading, errors)
                continue
            for statistic, outcome in judged(question, minutes_of(question, world)).items():
                found[goal, reading.id, statistic] = outcome
        return found

    def _open(self, goal: str, reading: Reading, errors: Errors) -> Judgement:
        """Return the judgement on what hangs on openings alone, once for what is open."""
        late = errors.late_lines | errors.late_patterns
        key = (goal, reading.id, late)
        if key not in self.settled:
            lines = self.grounds.rail_lines
            grounds = replace(
                self.grounds,
                networks={self.year: _without(self.grounds.networks[self.year], errors)},
                rail_lines=lines[~lines["line_id"].isin(errors.late_lines)],
            )
            pairs = measure(reading, grounds, year=self.year).pairs
            self.settled[key] = judge(
                pairs["minutes"].to_numpy(dtype=np.float64),
                pairs["weight"].to_numpy(dtype=np.float64),
                threshold=reading.threshold or 0.0,
                required_share=reading.required_share,
                partly_share=reading.partly_share,
                comparison=reading.comparison,
            )
        return self.settled[key]


def _without(network: Network, errors: Errors) -> Network:
    """Return a network without the trains that are late."""
    late = late_names(errors)
    feed = network.feed
    if not late or "pattern_id" not in feed.trips.columns:
        return network
    trips = feed.trips[~feed.trips["pattern_id"].isin(late)]
    calls = feed.stop_times[feed.stop_times["trip_id"].isin(trips["trip_id"])]
    return replace(network, feed=replace(feed, trips=trips, stop_times=calls))


def _certainties(base: Base, grounds: Grounds) -> dict[str, str]:
    """Return how sure the position of every place is."""
    known: dict[str, str] = {}
    for kind in PlaceKind:
        points = grounds.book.points.get(kind)
        for column in ("certainty", "seat_certainty"):
            if points is not None and column in points.columns:
                known |= dict(zip(points["id"], points[column].fillna("medium"), strict=True))
    return {place: str(known.get(place, "high")) for place in base.places["id"]}


def _counted(
    outcomes: Sequence[Mapping[tuple[str, str, str], Judgement]], sample: Sample, year: int
) -> dict[Key, Confidence]:
    inputs, values = sample.inputs()
    found: dict[Key, Confidence] = {}
    for key in outcomes[0] if outcomes else ():
        judgements = [outcome[key] for outcome in outcomes]
        excess = np.array([np.inf if one.margin is None else -one.margin for one in judgements])
        met = np.array([one.verdict is VerdictWord.MET for one in judgements])
        shares = first_order(values, excess)
        order = np.argsort(-shares, kind="stable")[:HINGES]
        goal, reading, statistic = key
        found[goal, reading, year, statistic] = Confidence(
            probability=float(met.mean()),
            draws=len(outcomes),
            low=_percentile(judgements, TAIL),
            high=_percentile(judgements, 1.0 - TAIL),
            hinges=tuple(
                Hinge(inputs[row], float(shares[row]))
                for row in order.tolist()
                if shares[row] >= LEAST_SHARE
            ),
        )
    return found


def _percentile(judgements: Sequence[Judgement], share: float) -> float | None:
    values = sorted(np.inf if one.value is None else one.value for one in judgements)
    value = values[min(int(share * len(values)), len(values) - 1)]
    return None if np.isinf(value) else value
