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
from gis.core.units import DECISECONDS_PER_MINUTE

FloatArray = npt.NDArray[np.float64]
SHARE_TOLERANCE = 1e-9


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
        Bound of the reading; exactly on it is within (compared in steps of 1/600 unit, a decisecond
        when the unit is minutes).
    required_share
        Share of weight that must be within, over 0 and up to 1.
    partly_share
        Smallest share still called partly met; a share of 0 never is.
    comparison
        At most for times and distances, at least for lengths and counts.

    """
    total = float(weights.sum())
    if total <= 0:
        return Judgement(VerdictWord.NOT_DECIDABLE, None, None, None)
    sign = -1.0 if comparison is Comparison.AT_LEAST else 1.0
    badness = np.where(np.isnan(values), np.inf, sign * values)
    within = np.round(badness * DECISECONDS_PER_MINUTE) <= round(
        sign * threshold * DECISECONDS_PER_MINUTE
    )
    share = float(weights[within].sum()) / total
    value = _value_at_share(badness, weights / total, share=required_share)
    return Judgement(
        verdict=_word(share, required_share=required_share, partly_share=partly_share),
        value=sign * value if value is not None else None,
        margin=sign * threshold - value if value is not None else None,
        share=share,
    )


def _value_at_share(badness: FloatArray, weights: FloatArray, *, share: float) -> float | None:
    order = np.argsort(badness, kind="stable")
    covered = np.cumsum(weights[order])
    position = int(np.searchsorted(covered, share - SHARE_TOLERANCE))
    value = float(badness[order[min(position, len(order) - 1)]])
    return value if np.isfinite(value) else None


def _word(share: float, *, required_share: float, partly_share: float) -> VerdictWord:
    if share >= required_share - SHARE_TOLERANCE:
        return VerdictWord.MET
    if share > 0 and share >= partly_share - SHARE_TOLERANCE:
        return VerdictWord.PARTLY_MET
    return VerdictWord.NOT_MET
