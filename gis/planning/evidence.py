"""The pairs behind a verdict, worst first, with their journeys."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from gis.catalogue.goals import Measure, Reading
from gis.catalogue.parameters import TravelParameters
from gis.core.schemas import Statistic, VerdictWord
from gis.core.text import Language
from gis.network.model import Network
from gis.planning.judgement import excess_over, judge
from gis.planning.pair_times import pair_times
from gis.planning.verdict import Evidence

EVIDENCE_PAIRS = 10
LEG_DIGITS = 2


def worst_pairs(pairs: pd.DataFrame, *, reading: Reading) -> pd.DataFrame:
    """Return the pairs farthest from complying; unreachable ones first."""
    excess = excess_over(
        pairs["minutes"].to_numpy(dtype=np.float64),
        reading.threshold or 0.0,
        comparison=reading.comparison,
    )
    ordered = pairs.assign(excess=excess).sort_values(
        ["excess", "origin", "destination"], ascending=[False, True, True], na_position="first"
    )
    return ordered.head(EVIDENCE_PAIRS).drop(columns="excess")


def pair_evidence(
    pairs: pd.DataFrame,
    points: pd.DataFrame,
    *,
    reading: Reading,
    statistic: str,
    network: Network,
    parameters: TravelParameters,
) -> tuple[Evidence, ...]:
    """Return evidence rows for pairs, with journeys where the reading is about travel.

    Parameters
    ----------
    pairs
        ``origin, destination, minutes, people, counted``.
    points
        Ids as index; ``name_zh, name_en, lon, lat``.
    reading, statistic
        What was judged.
    network, parameters
        What the journeys are computed on.

    """
    located = points.rename_axis("id").reset_index()
    legs = _legs(
        pairs,
        located,
        reading=reading,
        statistic=statistic,
        network=network,
        parameters=parameters,
    )
    return tuple(
        _row(row, points, reading, legs.get((row["origin"], row["destination"]), ()))
        for _, row in pairs.iterrows()
    )


def _row(
    row: "pd.Series[Any]",
    points: pd.DataFrame,
    reading: Reading,
    legs: Iterable[Mapping[str, Any]],
) -> Evidence:
    origin, destination = str(row["origin"]), str(row["destination"])
    minutes, people = float(row["minutes"]), float(row["people"])
    alone = judge(
        np.array([minutes]),
        np.ones(1),
        threshold=reading.threshold or 0.0,
        comparison=reading.comparison,
    )
    return Evidence(
        origin=origin,
        destination=destination,
        origin_zh=_name(points, origin, "zh"),
        origin_en=_name(points, origin, "en"),
        destination_zh=_name(points, destination, "zh"),
        destination_en=_name(points, destination, "en"),
        minutes=None if np.isnan(minutes) else minutes,
        is_within=alone.verdict is VerdictWord.MET,
        people=None if np.isnan(people) else round(people),
        is_counted=bool(row["counted"]),
        legs=_told(tuple(legs), points, ends=(origin, destination)),
    )


def _told(
    legs: Sequence[Mapping[str, Any]], points: pd.DataFrame, *, ends: tuple[str, str]
) -> tuple[Mapping[str, Any], ...]:
    """Return legs with rounded numbers, and with names where they only have ids or nothing."""
    last = len(legs) - 1
    told = []
    for number, leg in enumerate(legs):
        own = {
            name: round(value, LEG_DIGITS) if isinstance(value, float) else value
            for name, value in leg.items()
        }
        first_end = ends[0] if number == 0 else ""
        last_end = ends[1] if number == last else ""
        for side, end in (("from", first_end), ("to", last_end)):
            place = str(leg.get(side) or end)
            if place in points.index:
                for language in ("zh", "en"):
                    own.setdefault(f"{side}_{language}", str(points.loc[place, f"name_{language}"]))
        told.append(own)
    return tuple(told)


def _name(points: pd.DataFrame, identifier: str, language: Language) -> str:
    return str(points.loc[identifier, f"name_{language}"]) if identifier in points.index else ""


def _legs(
    pairs: pd.DataFrame,
    points: pd.DataFrame,
    *,
    reading: Reading,
    statistic: str,
    network: Network,
    parameters: TravelParameters,
) -> dict[tuple[str, str], Iterable[Mapping[str, Any]]]:
    """Return the journeys of the given pairs, computed again with their legs."""
    reached = pairs[pairs["minutes"].notna()]
    if reading.measure is not Measure.TRAVEL_TIME or reached.empty:
        return {}
    alone = reading.model_copy(update={"statistics": (Statistic(statistic),)})
    times = pair_times(
        network,
        origins=points[points["id"].isin(reached["origin"])],
        destinations=points[points["id"].isin(reached["destination"])],
        reading=alone,
        parameters=parameters,
        with_legs=True,
    )
    ends = zip(times["origin"], times["destination"], strict=True)
    return dict(zip(ends, times["legs"], strict=True))
