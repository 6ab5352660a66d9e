"""How much longer the road is than the straight line between neighbours across a border."""

import numpy as np
import pandas as pd

from gis.access.travel_times import travel_times
from gis.catalogue.parameters import TravelParameters
from gis.core.schemas import Definition, Mode, Statistic
from gis.network.model import Network
from gis.planning.station_access import straight_distances_km


def neighbours_across_border(places: pd.DataFrame, *, within_km: float) -> pd.DataFrame:
    """Return unordered pairs of near places that belong to different cities.

    Parameters
    ----------
    places
        ``id, lon, lat`` (WGS84), ``city_id``.
    within_km
        Longest straight distance of neighbours.

    Returns
    -------
    DataFrame
        ``origin, destination, straight_km``, in the order of the places.

    """
    straight = straight_distances_km(places, places).rename(columns={"minutes": "straight_km"})
    place = {identifier: row for row, identifier in enumerate(places["id"])}
    city = places.set_index("id")["city_id"]
    first, second = straight["origin"].map(place), straight["destination"].map(place)
    parted = straight["origin"].map(city) != straight["destination"].map(city)
    near = straight["straight_km"].between(0.0, within_km, inclusive="right")
    return straight[(first < second) & parted & near].reset_index(drop=True)


def border_detours(
    network: Network, places: pd.DataFrame, *, within_km: float, parameters: TravelParameters
) -> pd.DataFrame:
    """Return the detour factor of every pair of neighbours across a border.

    The factor is the length of the quickest drive over the straight distance, the usual circuity
    (Levinson and El-Geneidy, "The minimum circuity frontier and the journey to work", Regional
    Science and Urban Economics 39, 2009).

    Parameters
    ----------
    network
        The network.
    places
        ``id, lon, lat`` (WGS84), ``city_id``.
    within_km
        Longest straight distance of neighbours.
    parameters
        Speeds off the network.

    Returns
    -------
    DataFrame
        ``origin, destination, minutes``: the factor stands in the column that pairs are judged
        by; NaN where no road leads.

    """
    pairs = neighbours_across_border(places, within_km=within_km)
    if pairs.empty:
        return pairs.assign(minutes=np.empty(0))[["origin", "destination", "minutes"]]
    drives = travel_times(
        network,
        places[places["id"].isin(pairs["origin"])],
        places[places["id"].isin(pairs["destination"])],
        mode=Mode.CAR,
        definition=Definition.IN_VEHICLE,
        statistics=(Statistic.FASTEST,),
        parameters=parameters,
    )
    lengths = pairs.merge(
        drives[["origin", "destination", "distance_km"]], on=["origin", "destination"], how="left"
    )
    factor = lengths["distance_km"] / lengths["straight_km"]
    return lengths.assign(minutes=factor)[["origin", "destination", "minutes"]]
