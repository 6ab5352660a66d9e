"""Changing trains: minutes inside a station and walks between stations."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.spatial import cKDTree

from gis.catalogue.parameters import TravelParameters
from gis.catalogue.rail import NATIONAL, RailTables, Station
from gis.core.crs import distance_m
from gis.core.units import SECONDS_PER_MINUTE, travel_seconds
from gis.network.feed import TIMED_TRANSFER, Feed

FloatArray = npt.NDArray[np.float64]
Int64Array = npt.NDArray[np.int64]

FOOTPATH_LIMIT_M = 400.0  # as for the product's own stations: about six minutes with detours
_EARTH_M = 6_371_000.0
_SIEVE = 1.01  # the Earth is no sphere: candidates are measured again


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


def with_footpaths(
    feed: Feed, parameters: TravelParameters, *, limit_m: float = FOOTPATH_LIMIT_M
) -> Feed:
    """Return a feed with walks between near stops added to its transfers.

    Most feeds list no transfers, and few all. Stops with trips whose straight distance is within
    the limit are joined both ways (:func:`change_seconds`), unless the feed says itself whether
    and how one changes between them.

    Parameters
    ----------
    feed
        The feed.
    parameters
        Least time to change, walking speed and detour.
    limit_m
        Longest straight distance, metres.

    """
    served = feed.stops["stop_id"].isin(feed.stop_times["stop_id"].unique())
    stops = feed.stops[served].reset_index(drop=True)
    near = _near_pairs(stops, limit_m=limit_m)
    start, end = np.concatenate([near, near[:, ::-1]]).T
    ids = stops["stop_id"].astype(str).to_numpy(dtype=object)
    added = pd.DataFrame(
        {
            "from_stop_id": ids[start],
            "to_stop_id": ids[end],
            "transfer_type": np.full(len(start), TIMED_TRANSFER, dtype=np.int8),
            "min_transfer_time": change_seconds(stops, start, end, parameters).astype(np.int32),
        }
    )
    transfers = pd.concat([feed.transfers, added], ignore_index=True)
    names = ["from_stop_id", "to_stop_id"]
    transfers = transfers.drop_duplicates(names).sort_values(names, ignore_index=True)
    return replace(feed, transfers=transfers)


def change_seconds(
    stops: pd.DataFrame, start: Int64Array, end: Int64Array, parameters: TravelParameters
) -> FloatArray:
    """Return the seconds to change from stops to others, whole.

    The least time to change between lines, and the walk: straight distance times detour at
    walking speed.

    Parameters
    ----------
    stops
        ``stop_lon, stop_lat``.
    start, end
        ``(changes,)`` rows of the stops.
    parameters
        Least time to change, walking speed and detour.

    """
    lon, lat = _lon_lat(stops)
    walk_m = distance_m(lon[start], lat[start], lon[end], lat[end]) * parameters.access_detour
    walk_s = travel_seconds(1.0, parameters.walk_kmh) * walk_m
    return np.rint(parameters.metro_transfer_min * SECONDS_PER_MINUTE + walk_s)


def _near_pairs(stops: pd.DataFrame, *, limit_m: float) -> Int64Array:
    """Return ``(pairs, 2)`` rows of stops within a straight distance, anywhere on Earth."""
    lon, lat = _lon_lat(stops)
    if not len(stops):
        return np.empty((0, 2), dtype=np.int64)
    angles = np.radians(np.stack([lon, lat]))
    on_sphere = np.stack(
        [
            np.cos(angles[1]) * np.cos(angles[0]),
            np.cos(angles[1]) * np.sin(angles[0]),
            np.sin(angles[1]),
        ],
        axis=1,
    )
    tree = cKDTree(_EARTH_M * on_sphere)
    pairs = tree.query_pairs(_SIEVE * limit_m, output_type="ndarray").astype(np.int64)
    one, other = pairs.T
    within = distance_m(lon[one], lat[one], lon[other], lat[other]) <= limit_m
    return pairs[within]


def _lon_lat(stops: pd.DataFrame) -> tuple[FloatArray, FloatArray]:
    return (
        stops["stop_lon"].to_numpy(dtype=np.float64),
        stops["stop_lat"].to_numpy(dtype=np.float64),
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
