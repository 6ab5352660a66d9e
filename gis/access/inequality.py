"""How unequally access is spread over people: Gini, Palma and Theil.

All take the access of places (more is better) and the people who live there. Access must be a
number for everybody: a place from which nothing can be reached has an access of 0 and counts,
while a missing value (NaN, as of a time to something unreachable) is refused where people live,
because leaving it out would make the worst served vanish. Places without people do not count.
The result is NaN where there are no people or nobody has any access.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

PALMA_TOP, PALMA_BOTTOM = 0.1, 0.4
NOTHING = 1e-12  # share of all access that is none but for rounding


def gini(access: FloatArray, people: FloatArray) -> float:
    """Return the Gini index: ``Σ_i Σ_j p_i p_j |x_i - x_j| / 2μ`` with shares of people ``p``.

    Parameters
    ----------
    access
        ``x_i``: access of each place, none negative.
    people
        People of each place, none negative.

    Returns
    -------
    float
        From 0 (all alike) towards 1 (one person has all); the same in any unit of access.

    Raises
    ------
    ValueError
        If shapes do not fit, or a value is negative or missing.

    References
    ----------
    Gini (1912), Variabilità e mutabilità. For access: Lucas, van Wee, Maat (2016), A method to
    evaluate equitable accessibility, Transportation 43, 473-490.

    """
    values, share = _checked(access, people)
    mean = float(values @ share)
    if not mean > 0:
        return float("nan")
    order = np.argsort(values, kind="stable")
    held = np.cumsum((values * share)[order]) / mean
    # Twice the area between the Lorenz curve and the diagonal, by trapezoids.
    below = np.concatenate([[0.0], held[:-1]]) + held
    return max(0.0, float(1.0 - share[order] @ below))


def palma_ratio(access: FloatArray, people: FloatArray) -> float:
    """Return the access of the best served tenth over that of the worst served four tenths.

    ``(share of all access that the 10 % of people with most of it hold) / (share that the 40 %
    with least hold)``; a place on the line between two groups is divided.

    Parameters
    ----------
    access
        Access of each place, none negative.
    people
        People of each place, none negative.

    Returns
    -------
    float
        0.25 when all are alike, more the less equal; infinite where the worst served four tenths
        have none. (Where papers compare the two groups' means instead, theirs is four times this.)

    Raises
    ------
    ValueError
        If shapes do not fit, or a value is negative or missing.

    References
    ----------
    Palma (2011), Homogeneous middles vs. heterogeneous tails, and the end of the 'inverted-U',
    Development and Change 42, 87-153.

    """
    values, share = _checked(access, people)
    mean = float(values @ share)
    if not mean > 0:
        return float("nan")
    order = np.argsort(values, kind="stable")
    upto = np.concatenate([[0.0], np.cumsum(share[order])])
    held = np.concatenate([[0.0], np.cumsum((values * share)[order])]) / mean
    bottom, middle = np.interp([PALMA_BOTTOM, 1.0 - PALMA_TOP], upto, held)
    return float((held[-1] - middle) / bottom) if bottom > NOTHING else float("inf")


def theil(access: FloatArray, people: FloatArray) -> float:
    """Return Theil's T: ``Σ_i p_i (x_i / μ) ln(x_i / μ)`` with shares of people ``p``.

    Parameters
    ----------
    access
        ``x_i``: access of each place, none negative; nothing adds 0, the limit of ``x ln x``.
    people
        People of each place, none negative.

    Returns
    -------
    float
        From 0 (all alike) to the logarithm of the number of people (one person has all); the same
        in any unit of access.

    Raises
    ------
    ValueError
        If shapes do not fit, or a value is negative or missing.

    References
    ----------
    Theil (1967), Economics and information theory, ch. 4.

    """
    values, share = _checked(access, people)
    mean = float(values @ share)
    if not mean > 0:
        return float("nan")
    return max(0.0, float(share @ _times_log(values / mean)))


@dataclass(frozen=True, slots=True, eq=False)
class TheilParts:
    """Theil's T divided into what lies between groups and what lies within them.

    Parameters
    ----------
    total
        T of all people; the sum of ``between`` and of ``within`` times ``share``.
    between
        T if everybody had the mean of his group.
    within
        T of each group; NaN for a group without people or access.
    share
        Share of all access that each group holds: the weight of its ``within``.

    """

    total: float
    between: float
    within: FloatArray
    share: FloatArray


def theil_parts(access: FloatArray, people: FloatArray, groups: IntArray) -> TheilParts:
    """Divide Theil's T: ``T = Σ_g s_g T_g + Σ_g s_g ln(μ_g / μ)``.

    Parameters
    ----------
    access
        Access of each place, none negative.
    people
        People of each place, none negative.
    groups
        Number of the group (a county, a city) of each place, from 0 and without gaps.

    Raises
    ------
    ValueError
        If shapes do not fit, or a value is negative or missing.

    References
    ----------
    Shorrocks (1980), The class of additively decomposable inequality measures, Econometrica 48,
    613-625.

    """
    if groups.shape != people.shape or (groups < 0).any():
        raise ValueError("groups must have one number, from 0 on, a place")
    _checked(access, people)
    counted = people > 0
    number = int(groups.max(initial=-1)) + 1
    crowd, held = (
        np.bincount(groups[counted], weights=amount[counted], minlength=number).astype(np.float64)
        for amount in (people, people * access)
    )
    means = np.divide(held, crowd, out=np.zeros(number), where=crowd > 0)
    total = held.sum()
    return TheilParts(
        total=theil(access, people),
        between=theil(means, crowd),
        within=np.array([theil(access[groups == g], people[groups == g]) for g in range(number)]),
        share=held / total if total > 0 else np.full(number, np.nan),
    )


def _checked(access: FloatArray, people: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the access of the places where people live, and their shares of the people."""
    values = np.asarray(access, dtype=np.float64)
    weights = np.asarray(people, dtype=np.float64)
    if values.ndim != 1 or values.shape != weights.shape:
        raise ValueError("access and people must have one entry a place")
    if not (weights >= 0).all():
        raise ValueError("people must be numbers and none negative")
    counted = weights > 0
    if not (values[counted] >= 0).all():
        raise ValueError("access must be a number and not negative wherever people live")
    return values[counted], weights[counted] / max(weights.sum(), np.finfo(float).tiny)


def _times_log(ratio: FloatArray) -> FloatArray:
    return ratio * np.log(ratio, out=np.zeros_like(ratio), where=ratio > 0)
