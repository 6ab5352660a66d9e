"""A reading that is not met: its pairs that miss, and the journeys they make."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from gis.access.entries import share_ways
from gis.catalogue.goals import Reading
from gis.catalogue.scenarios import ChangeRow
from gis.core.schemas import Definition, Mode, Statistic, VerdictWord
from gis.network.model import Network
from gis.network.scenarios.apply import apply_scenario
from gis.planning.grounds import Grounds, Measured, decisive_statistic_of
from gis.planning.judgement import Judgement, judge
from gis.planning.measured import measure
from gis.planning.pair_times import pair_times
from gis.planning.smallest import Trial

MOST_JOURNEYS = 400  # pairs whose journeys are told, those nearest to the threshold first


@dataclass(frozen=True)
class Shortfall:
    """A reading that is not met in a year.

    Parameters
    ----------
    reading
        The reading with its decisive statistic alone.
    grounds
        What it is judged on.
    year
        The year.
    measured, judgement
        Its values and what they come to.

    """

    reading: Reading
    grounds: Grounds
    year: int
    measured: Measured
    judgement: Judgement

    @property
    def network(self) -> Network:
        """Return the network of the year."""
        return self.grounds.networks[self.year]

    @property
    def before(self) -> Trial:
        """Return what no change gives."""
        return _trial(0.0, self.judgement)

    @cached_property
    def missing(self) -> pd.DataFrame:
        """Return the pairs that miss the threshold, those nearest to it first.

        ``origin, destination, minutes, people, weight``; unreachable ones are last.
        """
        pairs = self.measured.pairs
        threshold = self.reading.threshold or 0.0
        alone = [
            judge(np.array([value]), np.ones(1), threshold=threshold).verdict is VerdictWord.MET
            for value in pairs["minutes"].to_numpy(dtype=np.float64)
        ]
        missing = pairs[~np.array(alone, dtype=np.bool_)]
        return missing.sort_values(
            ["minutes", "origin", "destination"], na_position="last", ignore_index=True
        )

    @cached_property
    def rides(self) -> tuple[tuple[str, str], ...]:
        """Return the pairs of stations between which passengers of missing pairs ride trains.

        Most used first; both ways are one. On board a time circle is about its own stations.
        """
        if self.reading.definition is Definition.IN_VEHICLE:
            names = self.measured.points["name_zh"]
            missing = self.missing[self.missing["minutes"].notna()]
            ends = zip(missing["origin"], missing["destination"], missing["weight"], strict=True)
            return _ranked((names[one], names[other], weight) for one, other, weight in ends)
        return _ranked(
            (leg["from"], leg["to"], weight)
            for legs, weight in self._journeys
            for leg in legs
            if leg["mode"] == "rail"
        )

    @cached_property
    def drives_to_stations(self) -> tuple[tuple[str, str], ...]:
        """Return places and the stations that passengers of missing pairs drive to or from."""
        places = set(self.measured.points.index)
        found: dict[tuple[str, str], None] = {}
        for legs, _ in self._journeys:
            for leg in legs:
                if leg["mode"] != Mode.CAR.value:
                    continue
                if leg["from"] in places and leg["to"] not in places:
                    found[leg["from"], leg["to"]] = None
                elif leg["to"] in places and leg["from"] not in places:
                    found[leg["to"], leg["from"]] = None
        return tuple(found)

    def attempt(self, changes: Sequence[ChangeRow], *, size: float) -> Trial:
        """Return what changes give, with the whole reading measured and judged again."""
        case = apply_scenario(self.network, changes, parameters=self.grounds.parameters)
        share_ways(self.network, case.network)
        grounds = replace(
            self.grounds, networks={self.year: case.network}, parameters=case.parameters
        )
        return _trial(size, judged(measure(self.reading, grounds, year=self.year), self.reading))

    @cached_property
    def _journeys(self) -> tuple[tuple[Sequence[Mapping[str, Any]], float], ...]:
        """Return the legs of journeys by public transport of pairs that miss, with weights."""
        missing = self.missing.head(MOST_JOURNEYS)
        points = self.measured.points.rename_axis("id").reset_index()
        wanted = {
            (one, other): float(weight)
            for one, other, weight in zip(
                missing["origin"], missing["destination"], missing["weight"], strict=True
            )
        }
        ends = (
            points[points["id"].isin(missing[name])].reset_index(drop=True)
            for name in ("origin", "destination")
        )
        origins, destinations = ends
        times = pair_times(
            self.network,
            origins=origins,
            destinations=destinations,
            reading=self.reading.model_copy(
                update={
                    "mode": Mode.TRANSIT,
                    "statistics": (*self.reading.statistics, Statistic.FASTEST),
                }
            ),
            parameters=self.grounds.parameters,
            with_legs=True,
        )
        rows = zip(times["origin"], times["destination"], times["legs"], strict=True)
        # Where the decisive journey is out of reach, the fastest one shows the way.
        told: dict[tuple[str, str], Sequence[Mapping[str, Any]]] = {}
        for one, other, legs in rows:
            if (one, other) in wanted and not told.get((one, other)):
                told[one, other] = legs
        return tuple((legs, wanted[pair]) for pair, legs in told.items())


def shortfall_of(reading: Reading, grounds: Grounds, *, year: int) -> Shortfall:
    """Return a reading, with its decisive statistic alone, as it stands in a year."""
    decisive = (reading.decisive_statistic,) if reading.decisive_statistic else ()
    alone = reading.model_copy(update={"statistics": decisive, "also_report": None})
    measured = measure(alone, grounds, year=year)
    return Shortfall(alone, grounds, year, measured, judged(measured, alone))


def judged(measured: Measured, reading: Reading) -> Judgement:
    """Return the judgement of a reading on its decisive statistic."""
    pairs = measured.pairs[measured.pairs["statistic"] == decisive_statistic_of(reading)]
    return judge(
        pairs["minutes"].to_numpy(dtype=np.float64),
        pairs["weight"].to_numpy(dtype=np.float64),
        threshold=reading.threshold or 0.0,
        required_share=reading.required_share,
        partly_share=reading.partly_share,
        comparison=reading.comparison,
    )


def _trial(size: float, judgement: Judgement) -> Trial:
    is_met = judgement.verdict is VerdictWord.MET
    return Trial(size, is_met, judgement.value, judgement.margin)


def _ranked(rides: Iterable[tuple[str, str, float]]) -> tuple[tuple[str, str], ...]:
    weights: dict[tuple[str, str], float] = {}
    for one, other, weight in rides:
        pair = (other, one) if (other, one) in weights else (one, other)
        weights[pair] = weights.get(pair, 0.0) + weight
    return tuple(sorted(weights, key=lambda pair: (-weights[pair], pair)))
