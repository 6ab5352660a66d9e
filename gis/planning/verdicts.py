"""Goal verdicts: every goal in every reading, statistic and year.

A reading that the product can compute becomes pairs with values; :mod:`gis.planning.judgement`
turns the values into a word. A reading that cannot be decided says which data would decide it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from gis.catalogue.goals import Goal, Measure, PlaceKind, Reading
from gis.catalogue.statistics_upload import StatisticValue
from gis.core.errors import raise_problems
from gis.core.schemas import VerdictWord
from gis.core.text import text
from gis.planning.caveats import Remark, general_remarks, undecidable_remarks
from gis.planning.evidence import pair_evidence, worst_pairs
from gis.planning.grounds import (
    NO_STATISTIC,
    Grounds,
    Measured,
    decisive_statistic_of,
    statistics_of,
)
from gis.planning.judgement import Judgement, judge
from gis.planning.line_length import unknown_lines
from gis.planning.measured import measure
from gis.planning.milestones import undated_remarks
from gis.planning.official_figures import figure_of, measure_figure, undecided_figure_remarks
from gis.planning.place_sets import unknown_places
from gis.planning.service_access import has_services, lacking_remarks
from gis.planning.verdict import Evidence, Verdict

_UNDECIDED = Judgement(VerdictWord.NOT_DECIDABLE, None, None, None)
_SHARED_OUT = frozenset({PlaceKind.TOWNSHIPS, PlaceKind.ZONES})  # people are not those counted
_COUNTS = frozenset({Measure.COMBINATION, Measure.MILESTONE})  # some of them is partly met


def check_goals(
    goals: Iterable[Goal], grounds: Grounds, *, catalogue: Iterable[Goal] = ()
) -> tuple[Verdict, ...]:
    """Return the verdict of every goal, reading, statistic and year.

    Parameters
    ----------
    goals
        Goals with their readings.
    grounds
        Networks, layers and parameters.
    catalogue
        Goals that are not judged for themselves but may be parts of those that are.

    Returns
    -------
    tuple of Verdict
        In the order of the goals, readings, years and statistics; none is left out.

    Raises
    ------
    InputError
        If a reading names places or lines that the layers do not know (all of them at once).

    """
    wanted = tuple(goals)
    lines = unknown_lines(wanted, grounds.rail_lines, grounds.book.areas)
    raise_problems([*unknown_places(wanted, grounds.book), *lines])
    court = _Court(grounds, {goal.id: goal for goal in (*catalogue, *wanted)}, {})
    return tuple(
        verdict
        for goal in wanted
        for reading in goal.readings
        for year in sorted(grounds.networks)
        for verdict in _verdicts(court, goal, reading, year)
    )


@dataclass(frozen=True, slots=True)
class _Court:
    """Grounds, the goals that may be parts of others, and what was judged so far."""

    grounds: Grounds
    goals: Mapping[str, Goal]
    judged: dict[tuple[str, str, int], list[Verdict]]


def _verdicts(court: _Court, goal: Goal, reading: Reading, year: int) -> list[Verdict]:
    key = (goal.id, reading.id, year)
    if key not in court.judged:
        judged = (
            [_combined(court, goal, reading, year)]
            if reading.measure is Measure.COMBINATION
            else _judged_alone(goal, reading, court.grounds, year)
        )
        court.judged[key] = judged
    return court.judged[key]


def _combined(court: _Court, goal: Goal, reading: Reading, year: int) -> Verdict:
    """Return the verdict on how many other readings are met."""
    parts = [_part(court, name, year) for name in reading.parts]
    words = [verdict.verdict for verdict in parts]
    met, open_words = words.count(VerdictWord.MET), words.count(VerdictWord.NOT_DECIDABLE)
    # What is not decided matters only where it could change the answer.
    ends = [_count_judged(count, reading) for count in (met, met + open_words)]
    is_settled = ends[0].verdict is ends[1].verdict
    remarks = [
        Remark(
            "verdict.caveat.part",
            {"part": name, "verdict": text(f"verdict.{word}")},
            {"part": name, "verdict": text(f"verdict.{word}", language="en")},
        )
        for name, word in zip(reading.parts, words, strict=True)
    ]
    outcome = ends[0] if is_settled else _UNDECIDED
    return _verdict(goal, reading, NO_STATISTIC, year, outcome, remarks=remarks)


def _part(court: _Court, name: str, year: int) -> Verdict:
    """Return the decisive verdict on the reading that a combination names ``goal/reading``."""
    identifier, letter = name.split("/")
    goal = court.goals[identifier]
    verdicts = _verdicts(court, goal, goal.reading(letter), year)
    return next(verdict for verdict in verdicts if verdict.decisive)


def _count_judged(count: int, reading: Reading) -> Judgement:
    pairs = pd.DataFrame({"minutes": [float(count)], "weight": [1.0]})
    return _judged(pairs, reading)


def _judged_alone(goal: Goal, reading: Reading, grounds: Grounds, year: int) -> list[Verdict]:
    figure = figure_of(f"{goal.id}/{reading.id}", grounds, year=year)
    reasons = _reasons(goal, reading, figure, grounds, year)
    if reasons:
        return [
            _verdict(goal, reading, statistic, year, _UNDECIDED, remarks=reasons)
            for statistic in statistics_of(reading)
        ]
    measured = (
        measure_figure(reading, figure, year=year)
        if figure is not None
        else measure(reading, grounds, year=year)
    )
    return [
        _decided(goal, reading, measured, statistic, grounds=grounds, year=year)
        for statistic in statistics_of(reading)
    ]


def _reasons(
    goal: Goal, reading: Reading, figure: StatisticValue | None, grounds: Grounds, year: int
) -> list[Remark]:
    """Return why a reading cannot be decided, and what would decide it."""
    network = grounds.networks[year]
    has_data = figure is not None or has_services(reading, network)
    reasons = undecidable_remarks(
        reading, year=year, has_trains=not network.feed.trips.empty, has_data=has_data
    )
    reasons += lacking_remarks(reading, network)
    if reading.measure is Measure.STATISTIC and (reasons or figure is None):
        indicator = f"{goal.id}/{reading.id}"
        reasons += undecided_figure_remarks(indicator, reading, figure, year=year)
    if reading.measure is Measure.MILESTONE and not reasons:
        return undated_remarks(reading, grounds, year=year)
    return reasons


def _decided(
    goal: Goal, reading: Reading, measured: Measured, statistic: str, *, grounds: Grounds, year: int
) -> Verdict:
    pairs = measured.pairs[measured.pairs["statistic"] == statistic]
    decisive = decisive_statistic_of(reading)
    evidence: tuple[Evidence, ...] = ()
    if statistic == decisive:
        evidence = _evidence(reading, measured, pairs, grounds, year)
    remarks = _people_remarks(reading, grounds)
    remarks += general_remarks(
        reading,
        statistic=statistic,
        decisive=decisive,
        year=year,
        current_year=grounds.current_year,
        settings=grounds.networks[year].manifest.settings,
    )
    return _verdict(
        goal,
        reading,
        statistic,
        year,
        _judged(pairs, reading),
        remarks=[*measured.remarks, *remarks],
        pairs=pairs,
        evidence=evidence,
    )


def _people_remarks(reading: Reading, grounds: Grounds) -> list[Remark]:
    """Say where people of townships are from when they are not the product's own."""
    ends = (reading.origins, reading.destinations)
    shared_out = any(end is not None and end.kind in _SHARED_OUT for end in ends)
    if not grounds.people_table or not shared_out:
        return []
    fields = {"file": grounds.people_table}
    return [Remark("verdict.caveat.people_table", fields, fields)]


def _evidence(
    reading: Reading, measured: Measured, pairs: pd.DataFrame, grounds: Grounds, year: int
) -> tuple[Evidence, ...]:
    if measured.rows or measured.points.empty:
        return measured.rows
    statistic = decisive_statistic_of(reading)
    also = measured.also[measured.also["statistic"] == statistic]
    shown = [worst_pairs(pairs, reading=reading).assign(counted=True)]
    if len(also):
        shown.append(worst_pairs(also, reading=reading).assign(counted=False))
    return pair_evidence(
        pd.concat(shown),
        measured.points,
        reading=reading,
        statistic=statistic,
        network=grounds.networks[year],
        parameters=grounds.parameters,
    )


def _judged(pairs: pd.DataFrame, reading: Reading) -> Judgement:
    if reading.threshold is None:
        return _UNDECIDED
    outcome = judge(
        pairs["minutes"].to_numpy(dtype=np.float64),
        pairs["weight"].to_numpy(dtype=np.float64),
        threshold=reading.threshold,
        required_share=reading.required_share,
        partly_share=reading.partly_share,
        comparison=reading.comparison,
    )
    count = outcome.value or 0.0
    if reading.measure in _COUNTS and outcome.verdict is VerdictWord.NOT_MET and count > 0:
        share = count / reading.threshold if reading.threshold > count else outcome.share
        return replace(outcome, verdict=VerdictWord.PARTLY_MET, share=share)
    return outcome


def _verdict(
    goal: Goal,
    reading: Reading,
    statistic: str,
    year: int,
    outcome: Judgement,
    *,
    remarks: list[Remark],
    pairs: pd.DataFrame | None = None,
    evidence: tuple[Evidence, ...] = (),
) -> Verdict:
    return Verdict(
        goal=goal.id,
        reading=reading.id,
        statistic=statistic,
        year=year,
        value=outcome.value,
        unit=reading.unit,
        threshold=reading.threshold,
        comparison=reading.comparison.value,
        verdict=outcome.verdict,
        margin=outcome.margin,
        decisive=statistic == decisive_statistic_of(reading),
        share=outcome.share,
        required_share=reading.required_share,
        population_share=_people_share(pairs, reading),
        pairs=0 if pairs is None else len(pairs),
        document=goal.document_id,
        clause=goal.clause_heading,
        key_words=goal.key_words,
        basis=reading.basis,
        certainty=reading.certainty,
        caveats_zh=reading.caveats_zh + tuple(remark.sentence("zh") for remark in remarks),
        caveats_en=reading.caveats_en + tuple(remark.sentence("en") for remark in remarks),
        evidence=evidence,
    )


def _people_share(pairs: pd.DataFrame | None, reading: Reading) -> float | None:
    if pairs is None or not (pairs["people"] > 0).any():
        return None
    return _judged(pairs.assign(weight=pairs["people"].fillna(0.0)), reading).share
