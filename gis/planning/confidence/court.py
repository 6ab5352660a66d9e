"""The draws of one year: each judges every reading in a network with errors."""

import pickle
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import cast

import numpy as np
import numpy.typing as npt

from gis.catalogue.accuracies import Accuracy
from gis.catalogue.goals import Measure, PlaceKind, Reading
from gis.network.model import Network
from gis.planning.confidence.openings import Opening
from gis.planning.confidence.prepared import Base, prepare
from gis.planning.confidence.readings import (
    Question,
    judged,
    make_questions,
    minutes_of,
    places_of,
)
from gis.planning.confidence.sample import Errors, Sample, draw_sample
from gis.planning.confidence.trains import late_names
from gis.planning.confidence.world import World
from gis.planning.grounds import NO_STATISTIC, Grounds
from gis.planning.judgement import Judgement, judge
from gis.planning.measured import measure

FloatArray = npt.NDArray[np.float64]

Outcome = dict[tuple[str, str, str], Judgement]  # by goal, reading and statistic

_PLACED = frozenset({Measure.TRAVEL_TIME, Measure.DISTANCE})
COMPUTED = _PLACED | {Measure.NETWORK_LENGTH, Measure.DIRECT_SERVICE}


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """All that the draws of one year hang on.

    Parameters
    ----------
    asked
        Goals and their readings, all of measures in ``COMPUTED``.
    grounds
        The network of the year, layers and parameters.
    year
        The year.
    accuracies
        How far inputs may be off.
    openings
        What may come late.
    draws, seed, spread
        Number of draws, their seed, and the factor on every error.

    """

    asked: tuple[tuple[str, Reading], ...]
    grounds: Grounds
    year: int
    accuracies: tuple[Accuracy, ...]
    openings: tuple[Opening, ...]
    draws: int
    seed: int
    spread: float


@dataclass(frozen=True, slots=True, eq=False)
class Court:
    """A case prepared for its draws.

    Parameters
    ----------
    case
        The case.
    base
        Its network.
    questions
        Goal, reading and, where errors move its values, what it asks of the network.
    sample
        The errors.
    settled
        Judgements that hang on openings alone, by goal, reading and what is late.

    """

    case: Case
    base: Base
    questions: tuple[tuple[str, Reading, Question | None], ...]
    sample: Sample
    settled: dict[tuple[str, str, frozenset[str]], Judgement]

    def judge(self, draws: Sequence[int]) -> list[Outcome]:
        """Return the judgements in some draws."""
        minutes: list[list[FloatArray]] = [[] for _ in self.questions]
        settled: list[list[Judgement]] = [[] for _ in self.questions]
        world = None
        for draw in draws:
            errors = self.sample.errors(draw)
            world = World(self.base, errors, world)
            for row, (goal, reading, question) in enumerate(self.questions):
                if question is None:
                    settled[row].append(self._open(goal, reading, errors))
                else:
                    minutes[row].append(minutes_of(question, world))
        found: list[Outcome] = [{} for _ in draws]
        for row, (goal, reading, question) in enumerate(self.questions):
            every = {NO_STATISTIC: settled[row]}
            if question is not None:
                every = judged(question, np.stack(minutes[row]))
            for statistic, judgements in every.items():
                for outcome, one in zip(found, judgements, strict=True):
                    outcome[goal, reading.id, statistic] = one
        return found

    def _open(self, goal: str, reading: Reading, errors: Errors) -> Judgement:
        """Return the judgement on what hangs on openings alone, once for what is open."""
        late = errors.late_lines | errors.late_patterns
        key = (goal, reading.id, late)
        if key not in self.settled:
            year, lines = self.case.year, self.case.grounds.rail_lines
            grounds = replace(
                self.case.grounds,
                networks={year: _without(self.case.grounds.networks[year], errors)},
                rail_lines=lines[~lines["line_id"].isin(errors.late_lines)],
            )
            pairs = measure(reading, grounds, year=year).pairs
            self.settled[key] = judge(
                pairs["minutes"].to_numpy(dtype=np.float64),
                pairs["weight"].to_numpy(dtype=np.float64),
                threshold=reading.threshold or 0.0,
                required_share=reading.required_share,
                partly_share=reading.partly_share,
                comparison=reading.comparison,
            )
        return self.settled[key]


def make_court(case: Case) -> Court:
    """Prepare a case for its draws."""
    grounds = case.grounds
    asked = places_of([one for _, one in case.asked if one.measure in _PLACED], grounds)
    base = prepare(
        grounds.networks[case.year],
        asked.places,
        asked.destinations,
        asked.rides,
        grounds.parameters,
    )
    placed = iter(
        make_questions([one for _, one in case.asked if one.measure in _PLACED], base, grounds)
    )
    questions = tuple(
        (goal, one, next(placed) if one.measure in _PLACED else None) for goal, one in case.asked
    )
    return Court(case, base, questions, _sample(case, base), {})


def judge_draws(file: Path, draws: range) -> list[Outcome]:
    """Return the judgements in some draws, in a process that may not know the court yet.

    Parameters
    ----------
    file
        The court, pickled by the process that asks.
    draws
        Which of its draws; none only has the process started.

    """
    return _kept_court(file).judge(draws) if draws else []


@lru_cache(maxsize=1)
def _kept_court(file: Path) -> Court:
    return cast("Court", pickle.loads(file.read_bytes()))  # noqa: S301 - packed by the parent


def _sample(case: Case, base: Base) -> Sample:
    return draw_sample(
        case.accuracies,
        case.grounds.parameters,
        case.openings,
        year=case.year,
        places=_certainties(base, case.grounds),
        patterns=base.trains.patterns if base.trains else (),
        count=case.draws,
        seed=case.seed,
        spread=case.spread,
    )


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
