"""The draws of one year: each judges every reading in a network with errors."""

import pickle
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import cast

import numpy as np

from gis.catalogue.accuracies import Accuracy
from gis.catalogue.goals import Measure, PlaceKind, Reading
from gis.network.model import Network
from gis.planning.confidence.openings import Opening
from gis.planning.confidence.prepared import Base, prepare
from gis.planning.confidence.readings import (
    Question,
    judged,
    make_question,
    minutes_of,
    places_of,
)
from gis.planning.confidence.sample import Errors, Sample, draw_sample
from gis.planning.confidence.trains import late_names
from gis.planning.confidence.world import World
from gis.planning.grounds import NO_STATISTIC, Grounds
from gis.planning.judgement import Judgement, judge
from gis.planning.measured import measure

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

    def judge(self, draw: int) -> Outcome:
        """Return the judgements in one draw."""
        errors = self.sample.errors(draw)
        world = World(self.base, errors)
        found: Outcome = {}
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
    questions = tuple(
        (goal, one, make_question(one, base, grounds) if one.measure in _PLACED else None)
        for goal, one in case.asked
    )
    return Court(case, base, questions, _sample(case, base), {})


def judge_draws(packed: bytes, draws: range) -> list[Outcome]:
    """Return the judgements in some draws of a case, in a process that may not know it yet.

    Parameters
    ----------
    packed
        The case, pickled by the process that asks.
    draws
        Which of its draws.

    """
    court = _kept_court(packed)
    return [court.judge(draw) for draw in draws]


@lru_cache(maxsize=1)
def _kept_court(packed: bytes) -> Court:
    return make_court(cast("Case", pickle.loads(packed)))  # noqa: S301 - packed by the parent


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
