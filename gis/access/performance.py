"""Accessibility, proximity and transport performance, as the European Commission measures them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gis.access.measures import cumulative_opportunities

FloatArray = npt.NDArray[np.float64]

# Dijkstra, Poelman, Ackermans (2019): a drive of 90 minutes against a circle of 120 km.
EU_REACH_MIN = 90.0
EU_NEARBY_KM = 120.0


@dataclass(frozen=True, slots=True, eq=False)
class TransportPerformance:
    """The three indicators of the regional transport studies of the European Commission.

    Parameters
    ----------
    accessibility
        People that can be reached within the time, an origin.
    proximity
        People that live within the distance as the crow flies, an origin.
    performance
        Accessibility for 100 people of proximity; NaN where nobody lives nearby. More than 100
        where the network leads beyond the circle.

    """

    accessibility: FloatArray
    proximity: FloatArray
    performance: FloatArray


def transport_performance(
    minutes: FloatArray,
    straight_km: FloatArray,
    people: FloatArray,
    *,
    limit_min: float = EU_REACH_MIN,
    nearby_km: float = EU_NEARBY_KM,
) -> TransportPerformance:
    """Return accessible people, nearby people and their ratio.

    ``accessibility_i = Σ_j P_j [t_ij ≤ 90 min]``, ``proximity_i = Σ_j P_j [d_ij ≤ 120 km]``,
    ``performance_i = 100 × accessibility_i / proximity_i``. For a region take
    :func:`gis.access.measures.mean_by_area` of each of the three.

    Parameters
    ----------
    minutes
        Travel times, origins × destinations; NaN where unreachable. The place itself is among
        the destinations, at 0 minutes.
    straight_km
        Straight distances in km, same shape, none missing.
    people
        ``P_j`` at each destination, none negative.
    limit_min, nearby_km
        Minutes and kilometres; exactly on them is within.

    Raises
    ------
    ValueError
        If shapes do not fit, a distance is missing, or a weight or limit is negative.

    References
    ----------
    Dijkstra, Poelman, Ackermans (2019), Road transport performance in Europe, European Commission,
    Regional and Urban Policy working paper 01/2019. Poelman, Dijkstra, Ackermans (2020), Rail
    transport performance in Europe, working paper 03/2020.

    """
    if straight_km.shape != minutes.shape or np.isnan(straight_km).any():
        raise ValueError("straight_km must have the shape of minutes and no gaps")
    accessible = cumulative_opportunities(minutes, people, limit_min=limit_min)
    nearby = cumulative_opportunities(straight_km, people, limit_min=nearby_km)
    ratio = np.divide(accessible, nearby, out=np.full(len(nearby), np.nan), where=nearby > 0)
    return TransportPerformance(accessible, nearby, 100.0 * ratio)
