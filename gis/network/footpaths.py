"""Changing trains: minutes inside a station and walks between stations."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from gis.catalogue.parameters import TravelParameters
from gis.catalogue.rail import NATIONAL, RailTables, Station
from gis.core.crs import distance_m
from gis.core.units import SECONDS_PER_MINUTE, travel_seconds

TIMED_TRANSFER = 2  # GTFS: takes at least min_transfer_time


def transfer_times(
    tables: RailTables, stations: Sequence[Station], parameters: TravelParameters
) -> pd.DataFrame:
    """Return the transfers of GTFS between stations.

    A change inside a station takes the parameter of its kind. Stations of different systems
    within the footpath limit, and the interchanges of the seeds, are joined by a walk: straight
    distance times detour at walking speed, on top of the parameter for the two kinds.

    Returns
    -------
    pandas.DataFrame
        ``from_stop_id, to_stop_id, transfer_type, min_transfer_time`` (seconds), both ways,
        sorted.

    """
    inside = [
        (station.id, station.id, _change_min(station, station, parameters) * 60.0)
        for station in stations
    ]
    named = {
        frozenset((interchange.from_id, interchange.to_id)) for interchange in tables.interchanges
    }
    near = [
        (one, other)
        for one, other in combinations(stations, 2)
        if frozenset((one.id, other.id)) in named
        or (one.system != other.system and _may_be_near(one, other))
    ]
    lengths = distance_m(
        np.array([one.lon for one, _ in near]),
        np.array([one.lat for one, _ in near]),
        np.array([other.lon for _, other in near]),
        np.array([other.lat for _, other in near]),
    )
    between = []
    for (one, other), straight_m in zip(near, lengths, strict=True):
        is_named = frozenset((one.id, other.id)) in named
        if is_named or straight_m <= tables.settings.footpath_limit_m:
            walk_s = travel_seconds(straight_m * parameters.access_detour, parameters.walk_kmh)
            seconds = _change_min(one, other, parameters) * SECONDS_PER_MINUTE + walk_s
            between += [(one.id, other.id, seconds), (other.id, one.id, seconds)]
    rows = sorted(inside + between)
    return pd.DataFrame(
        {
            "from_stop_id": [row[0] for row in rows],
            "to_stop_id": [row[1] for row in rows],
            "transfer_type": np.full(len(rows), TIMED_TRANSFER, dtype=np.int8),
            "min_transfer_time": np.rint([row[2] for row in rows]).astype(np.int32),
        }
    )


def _change_min(one: Station, other: Station, parameters: TravelParameters) -> float:
    national = (one.system == NATIONAL) + (other.system == NATIONAL)
    return (
        parameters.metro_transfer_min,
        parameters.rail_metro_transfer_min,
        parameters.rail_transfer_min,
    )[national]


def _may_be_near(one: Station, other: Station) -> bool:
    # A hundredth of a degree is more than 900 m here: a cheap sieve before geodesic distances.
    return abs(one.lon - other.lon) < 0.01 and abs(one.lat - other.lat) < 0.01  # noqa: PLR2004
