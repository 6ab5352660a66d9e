"""A sample of errors: what every input of a network is off by in every draw."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from gis.catalogue.accuracies import Accuracy, Subject
from gis.catalogue.parameters import TravelParameters
from gis.planning.confidence.openings import Opening
from gis.planning.confidence.result import Input
from gis.planning.draws import drawn, drawn_each

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

_SCALARS = frozenset(
    {
        Subject.PARAMETER,
        Subject.ROAD_TIME,
        Subject.PEAK_EXCESS,
        Subject.RUNNING_TIME,
        Subject.DWELL,
        Subject.METRO_HEADWAY,
    }
)


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Errors of all inputs.

    Parameters
    ----------
    parameters
        The values that errors are errors of.
    accuracies
        Sources of error with one number a draw.
    scalars
        ``(draws, accuracies)`` these numbers.
    openings
        What may come late.
    late
        ``(draws, openings)`` whether it misses the year.
    shift_m
        ``(draws, places, 2)`` metres east and north by which places lie elsewhere.
    phase
        ``(draws, patterns)`` share of its headway by which a pattern leaves later.

    """

    parameters: TravelParameters
    accuracies: tuple[Accuracy, ...]
    scalars: FloatArray
    openings: tuple[Opening, ...]
    late: BoolArray
    shift_m: FloatArray
    phase: FloatArray

    @property
    def count(self) -> int:
        """Return the number of draws."""
        return len(self.scalars)

    def inputs(self) -> tuple[tuple[Input, ...], FloatArray]:
        """Return the inputs with one number a draw, and ``(draws, inputs)`` these numbers."""
        named = [Input(one.id, one.name_zh, one.name_en) for one in self.accuracies]
        named += [
            Input(
                f"opening.{one.id}",
                f"{one.name_zh}能否按期开通",
                f"Whether {one.name_en} opens in time",
            )
            for one in self.openings
        ]
        return tuple(named), np.concatenate([self.scalars, self.late.astype(np.float64)], axis=1)

    def errors(self, draw: int) -> "Errors":
        """Return the errors of one draw."""
        values = {
            (one.subject, one.applies_to): float(value)
            for one, value in zip(self.accuracies, self.scalars[draw], strict=True)
        }
        # A scenario may compute with another value: it is off by the same part.
        base = {one.applies_to: one.base for one in self.accuracies}
        own = {
            name: getattr(self.parameters, name) * (x / base[name])
            for (subject, name), x in values.items()
            if subject is Subject.PARAMETER
        }
        late = [one for one, is_late in zip(self.openings, self.late[draw], strict=True) if is_late]
        return Errors(
            parameters=replace(self.parameters, **own),
            road_time={k: x for (subject, k), x in values.items() if subject is Subject.ROAD_TIME},
            peak_excess=values.get((Subject.PEAK_EXCESS, ""), 1.0),
            running_time={
                k: x for (subject, k), x in values.items() if subject is Subject.RUNNING_TIME
            },
            dwell_min=values.get((Subject.DWELL, ""), 0.0),
            metro_headway=values.get((Subject.METRO_HEADWAY, ""), 1.0),
            late_roads=frozenset().union(*(one.roads for one in late)),
            late_patterns=frozenset().union(*(one.patterns for one in late)),
            late_lines=frozenset().union(*(one.lines for one in late)),
            shift_m=self.shift_m[draw],
            phase=self.phase[draw],
        )


@dataclass(frozen=True, slots=True, eq=False)
class Errors:
    """What the inputs are off by in one draw.

    Parameters
    ----------
    parameters
        Travel parameters with their errors.
    road_time
        Road class -> factor on times.
    peak_excess
        Factor on what the peak takes beyond free flow.
    running_time
        Certainty -> factor on running times of trains.
    dwell_min
        Added to every stop of trains without published times.
    metro_headway
        Factor on waits for metro and tram.
    late_roads, late_patterns, late_lines
        What is not open yet.
    shift_m, phase
        As in :class:`Sample`, of this draw.

    """

    parameters: TravelParameters
    road_time: Mapping[str, float]
    peak_excess: float
    running_time: Mapping[str, float]
    dwell_min: float
    metro_headway: float
    late_roads: frozenset[str]
    late_patterns: frozenset[str]
    late_lines: frozenset[str]
    shift_m: FloatArray
    phase: FloatArray


def draw_sample(
    accuracies: Sequence[Accuracy],
    parameters: TravelParameters,
    openings: Sequence[Opening],
    *,
    year: int,
    places: Mapping[str, str],
    patterns: Sequence[str],
    count: int,
    seed: int,
    spread: float = 1.0,
) -> Sample:
    """Return a sample of errors.

    Parameters
    ----------
    accuracies
        All sources of error.
    parameters
        The values that errors are errors of.
    openings
        What may come late.
    year
        Year of the network; what opens after it is late.
    places
        Place -> certainty of its position.
    patterns
        Stopping patterns whose departures are made up.
    count, seed
        Number of draws and seed.
    spread
        Factor on every error; 0 leaves everything as the product computes with it.

    """
    own = tuple(one for one in accuracies if one.subject in _SCALARS)
    columns = [drawn(one, count=count, seed=seed, spread=spread) for one in own]
    by_key = {(one.subject, one.applies_to): one for one in accuracies}
    delays = [
        drawn(accuracy, count=count, seed=seed, name=one.id, spread=spread)
        if (accuracy := by_key.get((Subject.OPENING_DELAY, one.status.value)))
        else np.zeros(count)
        for one in openings
    ]
    late = [one.year + np.rint(delay) > year for one, delay in zip(openings, delays, strict=True)]
    phase = by_key.get((Subject.DEPARTURE_PHASE, ""))
    return Sample(
        parameters=parameters,
        accuracies=own,
        scalars=_stacked(columns, count),
        openings=tuple(openings),
        late=_stacked(late, count).astype(np.bool_),
        shift_m=_shifts(by_key, places, count=count, seed=seed, spread=spread),
        phase=drawn_each(phase, patterns, count=count, seed=seed, spread=spread)
        if phase
        else np.zeros((count, len(patterns))),
    )


def _stacked(columns: Sequence[npt.NDArray[np.generic]], count: int) -> FloatArray:
    if not columns:
        return np.empty((count, 0))
    return np.stack(columns, axis=1).astype(np.float64)


def _shifts(
    by_key: Mapping[tuple[Subject, str], Accuracy],
    places: Mapping[str, str],
    *,
    count: int,
    seed: int,
    spread: float,
) -> FloatArray:
    shift_m = np.zeros((count, len(places), 2))
    for column, (place, certainty) in enumerate(places.items()):
        accuracy = by_key.get((Subject.POSITION, certainty))
        if accuracy is not None:
            axes = [f"{place}/east", f"{place}/north"]
            shift_m[:, column] = drawn_each(accuracy, axes, count=count, seed=seed, spread=spread)
    return shift_m
