"""Distance decay: how much an opportunity counts that is so many minutes away.

Every function takes minutes of any shape (NaN = unreachable) and returns weights of that shape,
never negative, 0 where unreachable, and never rising with the minutes. Parameters that make a
function rise are refused.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
Decay = Callable[[FloatArray], FloatArray]


def step_decay(minutes: FloatArray, *, limit_min: float) -> FloatArray:
    """Return 1 up to and including a limit, 0 beyond it.

    Parameters
    ----------
    minutes
        Travel times; NaN where unreachable.
    limit_min
        Limit in minutes, not negative.

    Returns
    -------
    Array
        Weights 0 or 1.

    Raises
    ------
    ValueError
        If the limit is negative.

    References
    ----------
    Ingram (1971), The concept of accessibility: a search for an operational form, Regional
    Studies 5, 101-107.

    """
    _require("limit_min", limit_min, least=0.0)
    with np.errstate(invalid="ignore"):
        return np.asarray(minutes <= limit_min, dtype=np.float64)


def exponential_decay(minutes: FloatArray, *, half_min: float) -> FloatArray:
    """Return ``exp(-βt)`` with ``β = ln 2 / half_min``.

    Parameters
    ----------
    minutes
        Travel times ``t``; NaN where unreachable.
    half_min
        Minutes after which the weight has halved, more than 0. A decay given as β per minute has
        ``half_min = ln 2 / β``.

    Returns
    -------
    Array
        Weights from 1 at 0 minutes down to 0; every further ``half_min`` halves them.

    Raises
    ------
    ValueError
        If ``half_min`` is not positive.

    References
    ----------
    Wilson (1971), A family of spatial interaction models, and associated developments, Environment
    and Planning 3, 1-32.

    """
    _require("half_min", half_min, above=0.0)
    return _reached(np.exp2(-minutes / half_min))


def power_decay(minutes: FloatArray, *, exponent: float, least_min: float) -> FloatArray:
    """Return ``max(t, least_min) ** -exponent``.

    Parameters
    ----------
    minutes
        Travel times ``t``; NaN where unreachable.
    exponent
        Not negative, without unit; 0 counts everything that can be reached alike.
    least_min
        Shorter times count as this one, more than 0: the power has no bound at 0 minutes, so that
        the place itself would outweigh all others.

    Returns
    -------
    Array
        Weights up to ``least_min ** -exponent``. Doubling a time divides its weight by
        ``2 ** exponent``, whatever the time.

    Raises
    ------
    ValueError
        If a parameter is out of range.

    References
    ----------
    Hansen (1959), How accessibility shapes land use, Journal of the American Institute of Planners
    25, 73-76.

    """
    _require("exponent", exponent, least=0.0)
    _require("least_min", least_min, above=0.0)
    return _reached(np.maximum(minutes, least_min) ** -exponent)


def gaussian_decay(minutes: FloatArray, *, sigma_min: float) -> FloatArray:
    """Return ``exp(-t² / 2σ²)``.

    Parameters
    ----------
    minutes
        Travel times ``t``; NaN where unreachable.
    sigma_min
        Standard deviation ``σ`` in minutes, more than 0.

    Returns
    -------
    Array
        Weights from 1 at 0 minutes down to 0; 0.607 at σ, where the curve is steepest.

    Raises
    ------
    ValueError
        If ``sigma_min`` is not positive.

    References
    ----------
    Ingram (1971), The concept of accessibility: a search for an operational form, Regional
    Studies 5, 101-107.

    """
    _require("sigma_min", sigma_min, above=0.0)
    return _reached(np.exp(-0.5 * (minutes / sigma_min) ** 2))


def log_logistic_decay(minutes: FloatArray, *, median_min: float, steepness: float) -> FloatArray:
    """Return ``1 / (1 + (t / median) ** steepness)``.

    Parameters
    ----------
    minutes
        Travel times ``t``; NaN where unreachable.
    median_min
        Minutes at which the weight is a half, more than 0.
    steepness
        More than 0, without unit: the slope of the log odds of the weight over the log of time.

    Returns
    -------
    Array
        Weights from 1 at 0 minutes down to 0; 0.5 at the median whatever the steepness.

    Raises
    ------
    ValueError
        If a parameter is not positive.

    References
    ----------
    Geurs, Ritsema van Eck (2001), Accessibility measures: review and applications, RIVM report
    408505 006, ch. 4 (written there with ``a + b ln t`` in the exponent).

    """
    _require("median_min", median_min, above=0.0)
    _require("steepness", steepness, above=0.0)
    return _reached(1.0 / (1.0 + (minutes / median_min) ** steepness))


def _reached(weights: FloatArray) -> FloatArray:
    return np.nan_to_num(np.asarray(weights, dtype=np.float64), nan=0.0)


def _require(
    name: str, value: float, *, least: float | None = None, above: float | None = None
) -> None:
    if least is not None and not value >= least:
        raise ValueError(f"{name} must be at least {least:g}, not {value:g}")
    if above is not None and not value > above:
        raise ValueError(f"{name} must be more than {above:g}, not {value:g}")
