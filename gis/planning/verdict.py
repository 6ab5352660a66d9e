"""One verdict: the answer for a goal, reading, statistic and year, with all that supports it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gis.core.schemas import Basis, Certainty, VerdictWord
from gis.planning.confidence.result import Confidence

MINUTES_DIGITS = 2
SHARE_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Evidence:
    """One pair behind a verdict.

    Parameters
    ----------
    origin, destination
        Ids of the points; ``origin_zh`` … their names.
    minutes
        Value of the pair in the unit of the reading; None when unreachable.
    is_within
        Whether the pair keeps the threshold.
    people
        People of the origin, None where they make no sense.
    is_counted
        Whether the pair counts, or is reported beside the verdict only.
    legs
        The journey leg by leg: mode, from, to, minutes, line.

    """

    origin: str
    destination: str
    origin_zh: str
    origin_en: str
    destination_zh: str
    destination_en: str
    minutes: float | None
    is_within: bool
    people: int | None
    is_counted: bool = True
    legs: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer for one goal, reading, statistic and year.

    Parameters
    ----------
    goal, reading, statistic, year
        What was asked.
    value, unit, threshold, comparison, margin
        The value on which the verdict turns (at the required share), and how far it is on the
        good side of the threshold. None where there is none.
    verdict
        Met, partly met, not met or not decidable.
    decisive
        Whether the reading hangs on this statistic; the others are for comparison.
    share, required_share
        Share of the pairs (or people) within, and the share that is required.
    population_share
        Share of the origins' people within; None where people make no sense.
    confidence
        How surely the reading is met; None where no draws were made.
    document, clause, key_words, basis, certainty
        Where the goal stands, and whether and how surely the reading follows from the words.
    caveats_zh, caveats_en
        What to know before quoting the answer.
    evidence
        The pairs behind it, worst first; then those that are only reported.

    """

    goal: str
    reading: str
    statistic: str
    year: int
    value: float | None
    unit: str
    threshold: float | None
    comparison: str
    verdict: VerdictWord
    margin: float | None
    decisive: bool
    share: float | None
    required_share: float
    population_share: float | None
    pairs: int
    document: str
    clause: str
    key_words: str
    basis: Basis
    certainty: Certainty
    caveats_zh: tuple[str, ...]
    caveats_en: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    confidence: Confidence | None = None


def verdict_record(verdict: Verdict, *, language: str = "zh") -> dict[str, Any]:
    """Return a verdict as plain data for JSON, rounded so that equal runs give equal bytes."""
    return {
        "goal": verdict.goal,
        "reading": verdict.reading,
        "statistic": verdict.statistic,
        "year": verdict.year,
        "value": _rounded(verdict.value, MINUTES_DIGITS),
        "unit": verdict.unit,
        "threshold": verdict.threshold,
        "comparison": verdict.comparison,
        "verdict": verdict.verdict.value,
        "margin": _rounded(verdict.margin, MINUTES_DIGITS),
        "decisive": verdict.decisive,
        "share": _rounded(verdict.share, SHARE_DIGITS),
        "required_share": verdict.required_share,
        "population_share": _rounded(verdict.population_share, SHARE_DIGITS),
        **_confidence_record(verdict.confidence),
        "pairs": verdict.pairs,
        "document": verdict.document,
        "clause": verdict.clause,
        "key_words": verdict.key_words,
        "basis": verdict.basis.value,
        "certainty": verdict.certainty.value,
        "caveats": list(verdict.caveats_en if language == "en" else verdict.caveats_zh),
        "caveats_zh": list(verdict.caveats_zh),
        "caveats_en": list(verdict.caveats_en),
        "evidence": [_evidence_record(row) for row in verdict.evidence],
    }


def _confidence_record(confidence: Confidence | None) -> dict[str, Any]:
    if confidence is None:
        none = ("probability", "draws", "value_low", "value_high")
        return dict.fromkeys(none, None) | {"hinges": []}
    return {
        "probability": _rounded(confidence.probability, SHARE_DIGITS),
        "draws": confidence.draws,
        "value_low": _rounded(confidence.low, MINUTES_DIGITS),
        "value_high": _rounded(confidence.high, MINUTES_DIGITS),
        "hinges": [
            {
                "input": hinge.input.id,
                "name_zh": hinge.input.name_zh,
                "name_en": hinge.input.name_en,
                "share": _rounded(hinge.share, SHARE_DIGITS),
            }
            for hinge in confidence.hinges
        ],
    }


def _evidence_record(row: Evidence) -> dict[str, Any]:
    return {
        "origin": row.origin,
        "destination": row.destination,
        "origin_zh": row.origin_zh,
        "origin_en": row.origin_en,
        "destination_zh": row.destination_zh,
        "destination_en": row.destination_en,
        "minutes": _rounded(row.minutes, MINUTES_DIGITS),
        "within": row.is_within,
        "counted": row.is_counted,
        "people": row.people,
        "legs": [dict(leg) for leg in row.legs],
    }


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(float(value), digits) + 0.0
