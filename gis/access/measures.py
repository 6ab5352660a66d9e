"""Accessibility measures by their published names, on a matrix of travel times.

Every function takes ``minutes`` (origins × destinations, NaN = unreachable) and weights of the
destinations, and returns one value an origin. Two rules hold for all of them. Something that
cannot be reached counts as such: it adds nothing to what can be reached and leaves a time that
needs it NaN; it is never left out of a mean. A destination of weight 0 is no destination; with no
destination at all what can be reached is 0 and a time is NaN.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from gis.access.decay import Decay, power_decay, step_decay

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

# Luo and Qi (2009): three zones of a 30-minute catchment; upper bound in minutes, weight.
LUO_QI_ZONES = ((10.0, 1.0), (20.0, 0.68), (30.0, 0.22))
LUO_QI_STEEP_ZONES = ((10.0, 1.0), (20.0, 0.42), (30.0, 0.09))
# Törnqvist (1970): there and back in a day, four hours each way.
DAY_TRIP_MIN = 240.0
ROUNDING = 1e-9  # relative: sums of weights that should equal an amount may miss it by rounding


def cumulative_opportunities(
    minutes: FloatArray, opportunities: FloatArray, *, limit_min: float
) -> FloatArray:
    """Return the opportunities within a time: ``A_i = Σ_j O_j [t_ij ≤ limit]``.

    Parameters
    ----------
    minutes
        Travel times, origins × destinations; NaN where unreachable.
    opportunities
        ``O_j``: jobs, people, places … at each destination, none negative.
    limit_min
        Limit in minutes; exactly on it is within.

    Returns
    -------
    Array
        Opportunities an origin, 0 where none is within.

    Raises
    ------
    ValueError
        If shapes do not fit, or a weight or the limit is negative.

    References
    ----------
    Wachs, Kumagai (1973), Physical accessibility as a social indicator, Socio-Economic Planning
    Sciences 7, 437-456.

    """
    return gravity(
        minutes, opportunities, decay=lambda times: step_decay(times, limit_min=limit_min)
    )


def gravity(minutes: FloatArray, opportunities: FloatArray, *, decay: Decay) -> FloatArray:
    """Return the opportunities, each discounted by its time: ``A_i = Σ_j O_j f(t_ij)``.

    Parameters
    ----------
    minutes
        Travel times, origins × destinations; NaN where unreachable.
    opportunities
        ``O_j`` at each destination, none negative.
    decay
        ``f``, one of :mod:`gis.access.decay` with its parameters bound.

    Returns
    -------
    Array
        Discounted opportunities an origin, 0 where nothing is reachable.

    Raises
    ------
    ValueError
        If shapes do not fit or a weight is negative.

    References
    ----------
    Hansen (1959), How accessibility shapes land use, Journal of the American Institute of Planners
    25, 73-76.

    """
    times, weights = _checked(minutes, opportunities)
    return np.asarray(decay(times) @ weights, dtype=np.float64)


def potential(
    minutes: FloatArray, masses: FloatArray, *, exponent: float = 1.0, least_min: float
) -> FloatArray:
    """Return the potential: ``P_i = Σ_j M_j / t_ij ** exponent``.

    Parameters
    ----------
    minutes
        Travel times, origins × destinations; NaN where unreachable.
    masses
        ``M_j``: people or production at each destination, none negative.
    exponent
        Friction of distance, not negative; 1 in most studies of regions.
    least_min
        Shorter times count as this one, more than 0. It sets the weight of a place for itself
        (self-potential); say which was used.

    Returns
    -------
    Array
        Potential an origin, in masses a minute where the exponent is 1.

    Raises
    ------
    ValueError
        If shapes do not fit or a parameter or weight is out of range.

    References
    ----------
    Hansen (1959), as for :func:`gravity`. Keeble, Owens, Thompson (1982), Regional accessibility
    and economic potential in the European Community, Regional Studies 16, 419-432.

    """
    return gravity(
        minutes,
        masses,
        decay=lambda times: power_decay(times, exponent=exponent, least_min=least_min),
    )


def cost_to_closest(
    minutes: FloatArray, opportunities: FloatArray | None = None, *, nearest: int = 1
) -> FloatArray:
    """Return the time to the k-th nearest destination.

    Parameters
    ----------
    minutes
        Travel times, origins × destinations; NaN where unreachable.
    opportunities
        Weights; destinations of weight 0 do not count. None counts all alike.
    nearest
        ``k``, from 1.

    Returns
    -------
    Array
        Minutes an origin; NaN where fewer than ``k`` destinations are reachable.

    Raises
    ------
    ValueError
        If shapes do not fit, a weight is negative or ``nearest`` is below 1.

    References
    ----------
    Talen, Anselin (1998), Assessing spatial equity: an evaluation of measures of accessibility to
    public playgrounds, Environment and Planning A 30, 595-613 (minimum distance).

    """
    if nearest < 1:
        raise ValueError(f"nearest must be at least 1, not {nearest}")
    weights = np.ones(minutes.shape[-1]) if opportunities is None else opportunities
    times, weights = _checked(minutes, weights)
    return dual_access(times, np.sign(weights), amount=float(nearest))


def dual_access(minutes: FloatArray, opportunities: FloatArray, *, amount: float) -> FloatArray:
    """Return the time in which an amount can be reached: ``min {T: Σ_j O_j [t_ij ≤ T] ≥ amount}``.

    Parameters
    ----------
    minutes
        Travel times, origins × destinations; NaN where unreachable.
    opportunities
        ``O_j`` at each destination, none negative.
    amount
        Opportunities asked for, more than 0.

    Returns
    -------
    Array
        Minutes an origin; NaN where all that is reachable does not make up the amount. The dual
        of :func:`cumulative_opportunities`: within the minutes returned, the amount is reached.

    Raises
    ------
    ValueError
        If shapes do not fit, a weight is negative or the amount is not positive.

    References
    ----------
    Cui, Levinson (2020), Primal and dual access, Geographical Analysis 52, 452-474.

    """
    if not amount > 0:
        raise ValueError(f"amount must be more than 0, not {amount:g}")
    times, weights = _checked(minutes, opportunities)
    if times.shape[1] == 0:
        return np.full(times.shape[0], np.nan)
    order = np.argsort(times, axis=1, kind="stable")  # NaN goes last
    ordered = np.take_along_axis(times, order, axis=1)
    reached = np.where(np.isnan(ordered), 0.0, weights[order]).cumsum(axis=1)
    is_enough = reached >= amount * (1.0 - ROUNDING)
    first = is_enough.argmax(axis=1)
    found = ordered[np.arange(len(ordered)), first]
    return np.where(is_enough.any(axis=1), found, np.nan)


def enhanced_two_step_catchment(
    minutes: FloatArray,
    *,
    supply: FloatArray,
    demand: FloatArray,
    zones: Sequence[tuple[float, float]] = LUO_QI_ZONES,
) -> FloatArray:
    """Return supply for a head of demand by the enhanced two-step floating catchment area method.

    Step 1, at each supply: ``R_j = S_j / Σ_i P_i W(t_ij)`` over the demand in its catchment.
    Step 2, at each demand: ``A_i = Σ_j R_j W(t_ij)`` over the supplies in its catchment.
    ``W`` is the weight of the zone in which the time lies, 0 beyond the last (E2SFCA).

    Parameters
    ----------
    minutes
        Travel times, places of demand × places of supply; NaN where unreachable.
    supply
        ``S_j``: beds, doctors, places at each destination, none negative.
    demand
        ``P_i``: people at each origin, none negative.
    zones
        Upper bound in minutes (inclusive) and weight of each zone, the bounds rising and the
        weights falling or equal; those of Luo and Qi by default. One zone of weight 1 gives the
        two-step method (2SFCA).

    Returns
    -------
    Array
        Supply for a head, an origin; 0 where no supply is in the catchment. Demand times result
        adds up to the supplies that any demand can reach. A supply without demand in its
        catchment gives nothing.

    Raises
    ------
    ValueError
        If shapes or zones do not fit or a weight is negative.

    References
    ----------
    Luo, Qi (2009), An enhanced two-step floating catchment area (E2SFCA) method for measuring
    spatial accessibility to primary care physicians, Health & Place 15, 1100-1107.
    Luo, Wang (2003), Measures of spatial accessibility to health care in a GIS environment,
    Environment and Planning B 30, 865-884 (2SFCA).

    """
    times, offered = _checked(minutes, supply)
    _, people = _checked(times.T, demand)
    weights = _zone_weights(times, zones)
    competing = people @ weights
    ratio = np.divide(offered, competing, out=np.zeros_like(offered), where=competing > 0)
    return np.asarray(weights @ ratio, dtype=np.float64)


def weighted_average_travel_time(
    minutes: FloatArray, masses: FloatArray, *, unreached_min: float | None = None
) -> FloatArray:
    """Return the location indicator: ``L_i = Σ_j t_ij M_j / Σ_j M_j``.

    Parameters
    ----------
    minutes
        Travel times, origins × destinations; NaN where unreachable.
    masses
        ``M_j``: people or production at each destination, none negative.
    unreached_min
        Minutes that stand for a destination that cannot be reached. By default there are none,
        and an origin that misses one of them has no average.

    Returns
    -------
    Array
        Minutes an origin; NaN where a destination is unreachable (and no minutes stand for it) or
        no destination has weight.

    Raises
    ------
    ValueError
        If shapes do not fit or a weight is negative.

    References
    ----------
    Gutiérrez, González, Gómez (1996), The European high-speed train network: predicted effects on
    accessibility patterns, Journal of Transport Geography 4, 227-238.

    """
    times, weights = _checked(minutes, masses)
    counted = weights > 0
    if not counted.any():
        return np.full(times.shape[0], np.nan)
    kept = times[:, counted]
    if unreached_min is not None:
        kept = np.where(np.isnan(kept), unreached_min, kept)
    return np.asarray(kept @ weights[counted] / weights[counted].sum(), dtype=np.float64)


def reached_share(minutes: FloatArray, masses: FloatArray) -> FloatArray:
    """Return the share of the destinations' weight that can be reached at all, 0 to 1.

    It goes with measures that are NaN where something is out of reach. NaN where no destination
    has weight.

    Parameters
    ----------
    minutes
        Travel times, origins × destinations; NaN where unreachable.
    masses
        Weights of the destinations, none negative.

    Raises
    ------
    ValueError
        If shapes do not fit or a weight is negative.

    """
    times, weights = _checked(minutes, masses)
    total = weights.sum()
    if total <= 0:
        return np.full(times.shape[0], np.nan)
    return np.asarray(~np.isnan(times) @ weights / total, dtype=np.float64)


def daily_accessibility(
    minutes: FloatArray, people: FloatArray, *, limit_min: float = DAY_TRIP_MIN
) -> FloatArray:
    """Return the people who can be visited within a day: ``D_i = Σ_j P_j [t_ij ≤ 4 h]``.

    Parameters
    ----------
    minutes
        Travel times one way, origins × destinations; NaN where unreachable.
    people
        ``P_j`` at each destination, none negative.
    limit_min
        Longest way out in minutes; four hours leave a useful stay before the way back.

    Returns
    -------
    Array
        People an origin.

    Raises
    ------
    ValueError
        If shapes do not fit, or a weight or the limit is negative.

    References
    ----------
    Törnqvist (1970), Contact systems and regional development, Lund Studies in Geography B 35.
    Gutiérrez (2001), Location, economic potential and daily accessibility: an analysis of the
    accessibility impact of the high-speed line Madrid-Barcelona-French border, Journal of
    Transport Geography 9, 229-242.

    """
    return cumulative_opportunities(minutes, people, limit_min=limit_min)


def mean_by_area(
    values: FloatArray, people: FloatArray, areas: npt.NDArray[np.int64]
) -> FloatArray:
    """Return the mean of a measure in each area, weighted by people: ``Σ P_i A_i / Σ P_i``.

    Parameters
    ----------
    values
        Measure of each origin. NaN (a time to something unreachable) makes the mean of its area
        NaN where people live there.
    people
        ``P_i`` of each origin, none negative.
    areas
        Number of the area of each origin, from 0 and without gaps; below 0 for no area.

    Returns
    -------
    Array
        One value an area; NaN where nobody lives.

    Raises
    ------
    ValueError
        If shapes do not fit or a weight is negative.

    """
    if not values.shape == people.shape == areas.shape:
        raise ValueError("values, people and areas must have one entry an origin")
    if not (people >= 0).all():
        raise ValueError("weights must be numbers and none negative")
    counted = (people > 0) & (areas >= 0)
    number = int(areas.max(initial=-1)) + 1
    total = np.bincount(areas[counted], weights=people[counted], minlength=number)
    summed = np.bincount(areas[counted], weights=(people * values)[counted], minlength=number)
    means = np.full(number, np.nan)
    np.divide(summed, total, out=means, where=total > 0)
    return means


def _zone_weights(times: FloatArray, zones: Sequence[tuple[float, float]]) -> FloatArray:
    bounds = np.array([bound for bound, _ in zones], dtype=np.float64)
    weights = np.array([weight for _, weight in zones], dtype=np.float64)
    if not (len(bounds) and (np.diff(bounds) > 0).all() and bounds[0] >= 0):
        raise ValueError("bounds of the zones must rise")
    if not ((np.diff(weights) <= 0).all() and weights[-1] >= 0):
        raise ValueError("weights of the zones must not rise or be negative")
    zone = np.searchsorted(bounds, times, side="left")  # NaN sorts behind every bound
    return np.asarray(np.append(weights, 0.0)[zone], dtype=np.float64)


def _checked(minutes: FloatArray, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return a matrix and the weights of its columns as floats, if they fit."""
    times = np.asarray(minutes, dtype=np.float64)
    checked = np.asarray(weights, dtype=np.float64)
    if times.ndim != 2 or checked.shape != times.shape[1:]:  # noqa: PLR2004 - a matrix
        shapes = f"{times.shape} and {checked.shape}"
        raise ValueError(f"minutes must be origins × destinations, one weight each, not {shapes}")
    if not (checked >= 0).all():
        raise ValueError("weights must be numbers and none negative")
    return times, checked
