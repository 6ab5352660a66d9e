"""From values to a word: the rule by which a reading is met, partly met or not met.

A reading asks that a share of its pairs (or of their people) stays within a threshold. The *value*
reported is the one on which the verdict turns: the weighted quantile at the required share, so that
``value <= threshold`` and "the required share is within" are the same statement.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gis.catalogue.goals import Comparison
from gis.core.schemas import VerdictWord

FloatArray = npt.NDArray[np.float64]
Int64Array = npt.NDArray[np.int64]
SHARE_TOLERANCE = 1e-9
ROUNDING = 1e-7  # relative: what sums of minutes may miss by; a decisecond is a thousand times more


@dataclass(frozen=True, slots=True)
class Judgement:
    """The outcome for one reading, statistic and year.

    Parameters
    ----------
    verdict
        Met, partly met, not met; not decidable when there is nothing to judge.
    value
        Value at the required share, in the reading's unit; None when that share is unreachable.
    margin
        How far the value is on the good side of the threshold (negative: on the bad side).
    share
        Share of weight within the threshold, 0 to 1; unreachable pairs count against it. None
        when there is nothing to judge.

    """

    verdict: VerdictWord
    value: float | None
    margin: float | None
    share: float | None


def judge(
    values: FloatArray,
    weights: FloatArray,
    *,
    threshold: float,
    required_share: float = 1.0,
    partly_share: float = 0.0,
    comparison: Comparison = Comparison.AT_MOST,
) -> Judgement:
    """Judge values against a threshold.

    Parameters
    ----------
    values
        Minutes, km or counts, one a pair; NaN where unreachable or unknown.
    weights
        People or 1 a pair, same shape, none negative.
    threshold
        Bound of the reading; exactly on it is within, and so is what misses it by rounding of
        floating-point numbers. One decisecond over an hour is not.
    required_share
        Share of weight that must be within, over 0 and up to 1.
    partly_share
        Smallest share still called partly met; a share of 0 never is.
    comparison
        At most for times and distances, at least for lengths and counts; equal asks for exactly
        the threshold.

    """
    (only,) = judge_each(
        values[None, :],
        weights,
        threshold=threshold,
        required_share=required_share,
        partly_share=partly_share,
        comparison=comparison,
    )
    return only


def judge_each(
    values: FloatArray,
    weights: FloatArray,
    *,
    threshold: float,
    required_share: float = 1.0,
    partly_share: float = 0.0,
    comparison: Comparison = Comparison.AT_MOST,
) -> list[Judgement]:
    """Judge each of several cases, as :func:`judge` does one.

    Parameters
    ----------
    values
        ``(cases, rows)``.
    weights
        ``(rows,)``, the same in all cases.
    threshold, required_share, partly_share, comparison
        As in :func:`judge`.

    """
    total = float(weights.sum())
    if total <= 0:
        return [Judgement(VerdictWord.NOT_DECIDABLE, None, None, None)] * len(values)
    excess = np.where(
        np.isnan(values), np.inf, excess_over(values, threshold, comparison=comparison)
    )
    within = excess <= ROUNDING * max(abs(threshold), 1.0)
    shares = [float(weights[rows].sum()) / total for rows in within]
    turning = _rows_at_share(excess, weights / total, share=required_share)
    cases = np.arange(len(values))
    turning_excess, turning_value = excess[cases, turning], values[cases, turning]
    is_reached = np.isfinite(turning_excess)
    return [
        Judgement(
            verdict=_word(share, required_share=required_share, partly_share=partly_share),
            value=value if reached else None,
            margin=-over if reached else None,
            share=share,
        )
        for share, reached, value, over in zip(
            shares,
            is_reached.tolist(),
            turning_value.tolist(),
            turning_excess.tolist(),
            strict=True,
        )
    ]


def excess_over(values: FloatArray, threshold: float, *, comparison: Comparison) -> FloatArray:
    """Return how far each value is on the bad side of the threshold (negative: the good side)."""
    match comparison:
        case Comparison.AT_MOST:
            return values - threshold
        case Comparison.AT_LEAST:
            return threshold - values
        case Comparison.EQUAL:
            return np.abs(values - threshold)


def _rows_at_share(excess: FloatArray, weights: FloatArray, *, share: float) -> Int64Array:
    """Return where the rows of each case, taken from the best on, reach a share of the weight."""
    order = np.argsort(excess, axis=1, kind="stable")
    covered = np.cumsum(weights[order], axis=1)
    position = (covered < share - SHARE_TOLERANCE).sum(axis=1)
    last = np.minimum(position, excess.shape[1] - 1)
    return np.asarray(order[np.arange(len(order)), last], dtype=np.int64)


def _word(share: float, *, required_share: float, partly_share: float) -> VerdictWord:
    if share >= required_share - SHARE_TOLERANCE:
        return VerdictWord.MET
    if share > 0 and share >= partly_share - SHARE_TOLERANCE:
        return VerdictWord.PARTLY_MET
    return VerdictWord.NOT_MET
