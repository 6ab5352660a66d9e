"""Stations near a place, and the cities that trains from there reach without a change."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from gis.core.crs import distance_m
from gis.core.units import METRES_PER_KILOMETRE
from gis.network.gtfs import Feed


def straight_distances_km(origins: pd.DataFrame, destinations: pd.DataFrame) -> pd.DataFrame:
    """Return the geodesic distance of every origin to every destination.

    Parameters
    ----------
    origins, destinations
        Points with ``id, lon, lat`` (WGS84).

    Returns
    -------
    DataFrame
        ``origin, destination, minutes``: the column is named like that of times, so that pairs
        are counted alike; it holds kilometres.

    """
    pairs = origins[["id", "lon", "lat"]].merge(
        destinations[["id", "lon", "lat"]], how="cross", suffixes=("", "_to")
    )
    metres = distance_m(
        *(pairs[column].to_numpy(dtype=np.float64) for column in ("lon", "lat", "lon_to", "lat_to"))
    )
    return pd.DataFrame(
        {
            "origin": pairs["id"],
            "destination": pairs["id_to"],
            "minutes": metres / METRES_PER_KILOMETRE,
        }
    )


def direct_services(
    zones: pd.DataFrame,
    stations: pd.DataFrame,
    feed: Feed,
    *,
    zone_cities: Mapping[str, tuple[str, ...]],
    catchment_km: float,
) -> pd.DataFrame:
    """Return how many trains a day lead without change from each zone to its partner city.

    Parameters
    ----------
    zones
        Points with ``id, lon, lat`` (WGS84).
    stations
        Stations served in the year, with ``id, lon, lat, city_id``.
    feed
        The trains of the year.
    zone_cities
        Zone id -> cities of its pilot zone. A partner is any of them but the station's own.
    catchment_km
        Straight distance within which a station serves a zone.

    Returns
    -------
    DataFrame
        ``origin, destination, minutes``: the zone, the station with most direct trains (or ``""``
        where none has any) and their number a day, in the column pairs are counted by.

    """
    distances = straight_distances_km(zones, stations)
    near = distances[distances["minutes"] <= catchment_km]
    city = stations.set_index("id")["city_id"]
    reached = _cities_ahead(feed, city)
    rows = []
    for zone in zones["id"]:
        partners = set(zone_cities.get(zone, ()))
        counts = {
            station: sum(
                trips
                for there, trips in reached.get(station, {}).items()
                if there in partners and there != city[station]
            )
            for station in near.loc[near["origin"] == zone, "destination"]
        }
        best = max(counts, key=lambda station: (counts[station], station), default="")
        trips = counts.get(best, 0)
        rows.append({"origin": zone, "destination": best if trips else "", "minutes": float(trips)})
    return pd.DataFrame(rows, columns=["origin", "destination", "minutes"])


def _cities_ahead(feed: Feed, city: "pd.Series[str]") -> dict[str, dict[str, int]]:
    """Return, for each station, the cities its trains call at later and by how many trains."""
    times = feed.stop_times[["trip_id", "stop_id", "stop_sequence"]]
    calls = times.assign(city_id=times["stop_id"].astype(str).map(city).fillna(""))
    last_call = calls.groupby(["trip_id", "city_id"], observed=True)["stop_sequence"].max()
    ahead = calls[["trip_id", "stop_id", "stop_sequence"]].merge(
        last_call.rename("last_sequence").reset_index(), on="trip_id"
    )
    ahead = ahead[ahead["last_sequence"] > ahead["stop_sequence"]]
    counted = ahead.groupby(["stop_id", "city_id"], observed=True)["trip_id"].nunique()
    reached: dict[str, dict[str, int]] = {}
    table = counted.rename("trips").reset_index()
    columns = (table[name].tolist() for name in ("stop_id", "city_id", "trips"))
    for station, there, trips in zip(*columns, strict=True):
        reached.setdefault(str(station), {})[str(there)] = int(trips)
    return reached
