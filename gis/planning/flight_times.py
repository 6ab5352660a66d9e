"""Minutes of flights between fields and airports: great circle at cruising speed."""

import pandas as pd

from gis.core.units import MINUTES_PER_HOUR
from gis.planning.station_access import straight_distances_km


def flight_minutes(
    origins: pd.DataFrame, destinations: pd.DataFrame, *, speed_kmh: float, extra_minutes: float
) -> pd.DataFrame:
    """Return the flight time of every origin to every destination.

    Parameters
    ----------
    origins, destinations
        Points with ``id, lon, lat`` (WGS84).
    speed_kmh
        Cruising speed, more than 0.
    extra_minutes
        Take-off, climb and landing together.

    Returns
    -------
    DataFrame
        ``origin, destination, minutes``.

    """
    flights = straight_distances_km(origins, destinations)
    minutes = flights["minutes"] / speed_kmh * MINUTES_PER_HOUR + extra_minutes
    return flights.assign(minutes=minutes)
