"""Near places on both sides of a municipal border, and inside the two cities beside it."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from gis.access.road_shares import known_road_shares
from gis.access.travel_times import travel_times
from gis.catalogue.parameters import TravelParameters
from gis.core.crs import distance_m, metric_xy
from gis.core.schemas import Definition, Mode, Statistic
from gis.core.units import METRES_PER_KILOMETRE
from gis.network.model import Network

Int64Array = npt.NDArray[np.int64]

BAND_KM = (3.0, 25.0)
_STRETCH = 1.01  # the metric system is equal in area: lengths may be off by less than this


@dataclass(frozen=True, slots=True)
class Cut:
    """A border between two cities, or the part of one at a pilot zone.

    Parameters
    ----------
    id
        ``<city>-<city>`` with the smaller code first, or the id of the zone.
    name_zh, name_en
        Names.
    city_ids
        The two cities.
    members
        Townships of the zone; empty for a whole border.

    """

    id: str
    name_zh: str
    name_en: str
    city_ids: tuple[str, str]
    members: frozenset[str] = frozenset()


def near_pairs(places: pd.DataFrame, *, band_km: tuple[float, float] = BAND_KM) -> pd.DataFrame:
    """Return the unordered pairs of places whose straight distance lies in a band.

    Parameters
    ----------
    places
        ``lon, lat`` (WGS84).
    band_km
        Shortest and longest distance, both in.

    Returns
    -------
    DataFrame
        ``origin, destination`` (rows of the places, the smaller first) and ``straight_km``, sorted.

    """
    lon, lat = (places[name].to_numpy(dtype=np.float64) for name in ("lon", "lat"))
    low_km, high_km = band_km
    tree = cKDTree(np.column_stack(metric_xy(lon, lat)))
    found = tree.query_pairs(high_km * METRES_PER_KILOMETRE * _STRETCH, output_type="ndarray")
    first, second = np.sort(found, axis=1).T
    straight_km = distance_m(lon[first], lat[first], lon[second], lat[second])
    pairs = pd.DataFrame(
        {
            "origin": first,
            "destination": second,
            "straight_km": straight_km / METRES_PER_KILOMETRE,
        }
    )
    kept = pairs["straight_km"].between(low_km, high_km)
    return pairs[kept].sort_values(["origin", "destination"], ignore_index=True)


def pairs_of_cut(places: pd.DataFrame, pairs: pd.DataFrame, cut: Cut) -> pd.DataFrame:
    """Return the pairs that tell the penalty of a border.

    Across are the pairs with an end in each city, at a zone those with a member among them.
    Inside are the pairs of the same places, both in one city: nobody farther from the border than
    the band reaches takes part.

    Parameters
    ----------
    places
        ``id, city_id``.
    pairs
        From :func:`near_pairs`, with any more columns.
    cut
        The border.

    Returns
    -------
    DataFrame
        The pairs that count, with ``across``.

    """
    city = places["city_id"].to_numpy()
    is_member = places["id"].isin(cut.members).to_numpy()
    first, second = (pairs[end].to_numpy() for end in ("origin", "destination"))
    inside = np.isin(city, cut.city_ids)
    both = inside[first] & inside[second]
    across = both & (city[first] != city[second])
    if cut.members:
        across &= is_member[first] | is_member[second]
    takes_part = np.zeros(len(places), dtype=np.bool_)
    takes_part[first[across]] = takes_part[second[across]] = True
    within = both & (city[first] == city[second]) & takes_part[first] & takes_part[second]
    counted: pd.DataFrame = pairs.assign(across=across).loc[across | within]
    return counted.reset_index(drop=True)


def needed_pairs(places: pd.DataFrame, pairs: pd.DataFrame, cuts: Iterable[Cut]) -> pd.DataFrame:
    """Return the pairs that any of some borders needs."""
    wanted = [pairs_of_cut(places, pairs, cut)[["origin", "destination"]] for cut in cuts]
    if not wanted:
        return pairs.iloc[:0]
    once = pd.concat(wanted).drop_duplicates()
    return pairs.merge(once, on=["origin", "destination"], how="inner")


def with_times(
    network: Network,
    places: pd.DataFrame,
    pairs: pd.DataFrame,
    *,
    parameters: TravelParameters,
    mode: Mode,
    peak: bool,
) -> pd.DataFrame:
    """Return pairs with what travelling between them takes, the mean of there and back.

    Parameters
    ----------
    network
        The network.
    places
        ``id, lon, lat`` (WGS84).
    pairs
        ``origin, destination`` (rows of the places).
    parameters
        Speeds, waits and windows.
    mode
        By car from seat to seat without parking, or by public transport from door to door, the
        median over the departures of the window.
    peak
        Whether in the morning peak.

    Returns
    -------
    DataFrame
        The pairs with ``minutes`` and ``road_km`` (NaN where there is no way both ways),
        ``known_share`` of the length of a drive there on roads that are not assumed (NaN by public
        transport) and ``over_water``: whether the straight line crosses water.

    """
    rows = np.unique(pairs[["origin", "destination"]].to_numpy(dtype=np.int64))
    chosen = places.iloc[rows]
    table = travel_times(
        network,
        chosen[["id", "lon", "lat"]],
        chosen[["id", "lon", "lat"]],
        mode=mode,
        parameters=parameters,
        definition=Definition.DOOR_TO_DOOR,
        statistics=(Statistic.MEDIAN,),
        peak=peak,
    )
    ends = np.searchsorted(rows, pairs[["origin", "destination"]].to_numpy(dtype=np.int64))
    both_ways = {
        name: _there_and_back(table[column].to_numpy(dtype=np.float64), ends, len(rows))
        for name, column in (("minutes", "minutes"), ("road_km", "distance_km"))
    }
    share = np.full(len(pairs), np.nan)
    if mode is Mode.CAR:
        share = known_road_shares(network, chosen, ends, parameters=parameters, peak=peak)
    return pairs.assign(
        **both_ways, known_share=share, over_water=_over_water(network, chosen, ends)
    )


def _there_and_back(
    values: npt.NDArray[np.float64], ends: Int64Array, count: int
) -> npt.NDArray[np.float64]:
    matrix = values.reshape(count, count)
    mean = (matrix[ends[:, 0], ends[:, 1]] + matrix[ends[:, 1], ends[:, 0]]) / 2.0
    return np.asarray(mean, dtype=np.float64)


def _over_water(network: Network, places: pd.DataFrame, ends: Int64Array) -> npt.NDArray[np.bool_]:
    spots = places[["lon", "lat"]].to_numpy(dtype=np.float64)
    lines = np.atleast_1d(np.asarray(shapely.linestrings(spots[ends])))
    wet = np.zeros(len(lines), dtype=np.bool_)
    tiles = network.water.sindex.query(lines, predicate="intersects")
    wet[tiles[0]] = True
    return wet
