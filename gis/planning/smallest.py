"""The smallest size of a change that meets a reading, found by trying sizes.

Sizes have three digits. The search keeps a size that does not meet the reading below one that
does, and closes in by interpolating their margins (regula falsi), with steps away from an end that
does not move (as in the Illinois method; Dowell and Jarratt, "A modified regula falsi method",
BIT 11, 1971) and halving where margins do not tell.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

LESS = 0.99  # of a change that is the smallest: a hundredth less must not do
_DIGITS = 3
_DECADES = 4  # from the largest size down
_ROUNDS = 3  # for readings that a larger change may meet worse
_STRETCH = 4


@dataclass(frozen=True, slots=True)
class Trial:
    """What a size of a change gives.

    Parameters
    ----------
    size
        The size.
    is_met
        Whether the reading is met.
    value
        Value on which the verdict turns, None where that is unreachable.
    margin
        How far the value is on the good side of the threshold, None without a value.

    """

    size: float
    is_met: bool
    value: float | None
    margin: float | None


@dataclass(frozen=True, slots=True)
class Smallest:
    """The outcome of a search.

    Parameters
    ----------
    found
        The smallest size that meets the reading; None where not even the largest does.
    farthest
        The largest size.
    is_tight
        Whether one hundredth less does not meet the reading.
    trials
        How many sizes were tried.

    """

    found: Trial | None
    farthest: Trial
    is_tight: bool
    trials: int


def sizes_until(high: float, *, whole: bool = False) -> FloatArray:
    """Return the sizes that are tried: whole numbers, or numbers of three digits, ascending.

    Parameters
    ----------
    high
        The largest; it is among them.
    whole
        Whether only whole numbers make sense.

    """
    if whole:
        return np.arange(1, int(high) + 1, dtype=np.float64)
    top = int(np.floor(np.log10(high)))
    mantissas = np.arange(10 ** (_DIGITS - 1), 10**_DIGITS)
    sizes = [
        np.round(mantissas * 10.0 ** (decade - _DIGITS + 1), _DIGITS - 1 - decade)
        for decade in range(top - _DECADES + 1, top + 1)
    ]
    every = np.concatenate(sizes)
    return np.append(every[every < high], [high])


def smallest_size(
    attempt: Callable[[float], Trial], before: Trial, *, high: float, whole: bool = False
) -> Smallest:
    """Return the smallest size of a change that meets a reading.

    Where a larger change may meet the reading worse, the size found is the smallest of those that
    the search came across; all sizes tried below it did not do.

    Parameters
    ----------
    attempt
        What a size gives.
    before
        What no change gives: the reading is not met.
    high
        The largest size.
    whole
        Whether only whole numbers make sense.

    """
    sizes = sizes_until(high, whole=whole)
    tried: dict[float, Trial] = {}

    def at(size: float) -> Trial:
        if size not in tried:
            tried[size] = attempt(size)
        return tried[size]

    farthest = at(float(sizes[-1]))
    if not farthest.is_met:
        return Smallest(None, farthest, is_tight=False, trials=len(tried))
    place, is_tight = len(sizes) - 1, False
    for _ in range(_ROUNDS):
        place = _closed_in(at, before, sizes, place)
        size = float(sizes[place])
        is_tight = whole or not at(size * LESS).is_met
        if is_tight:
            break
        # Less is enough after all: go on from the next size below that does.
        below = int(np.searchsorted(sizes, size * LESS, side="right")) - 1
        if below < 0 or not at(float(sizes[below])).is_met:
            break
        place = below
    return Smallest(at(float(sizes[place])), farthest, is_tight=is_tight, trials=len(tried))


def _closed_in(at: Callable[[float], Trial], before: Trial, sizes: FloatArray, place: int) -> int:
    """Return the place of a size that does, right above one that does not."""
    low, high = -1, place
    misses, meets = before, at(float(sizes[place]))
    streak = 0  # trials in a row that met (negative: missed)
    while high - low > 1:
        row = _between(sizes, (low, high), (misses, meets))
        if abs(streak) > 1:
            step = _STRETCH ** (abs(streak) - 1)
            row = high - step if streak > 0 else low + step
            if step > (high - low) // 2:
                row = (low + high) // 2
        row = min(max(row, low + 1), high - 1)
        trial = at(float(sizes[row]))
        if trial.is_met:
            high, meets = row, trial
            streak = max(streak, 0) + 1
        else:
            low, misses = row, trial
            streak = min(streak, 0) - 1
    return high


def _between(sizes: FloatArray, ends: tuple[int, int], trials: tuple[Trial, Trial]) -> int:
    """Return the row of the size at which the margin would be nothing if it grew evenly."""
    low, high = ends
    misses, meets = trials
    if misses.margin is None or meets.margin is None or meets.margin <= misses.margin:
        return (low + high) // 2
    share = -misses.margin / (meets.margin - misses.margin)
    size = misses.size + share * (meets.size - misses.size)
    return int(np.searchsorted(sizes, size))
