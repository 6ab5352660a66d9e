"""The border penalties of the product's own borders and pilot zones, as a layer."""

from collections.abc import Callable, Iterable, Mapping

import geopandas as gpd
import numpy as np

from gis.catalogue.parameters import TravelParameters
from gis.catalogue.roads import Terrain
from gis.core.schemas import Mode
from gis.network.model import Network
from gis.planning.border_cuts import border_cuts, border_places, cut_lines, with_lines, zone_cuts
from gis.planning.border_pairs import near_pairs
from gis.planning.border_penalty import border_penalties
from gis.planning.border_remarks import with_remarks

TRAVELS = ((Mode.CAR, False), (Mode.CAR, True))
DECIMALS = 3


def border_table(
    network: Network,
    *,
    cities: gpd.GeoDataFrame,
    townships: gpd.GeoDataFrame,
    zones: gpd.GeoDataFrame,
    terrain: Mapping[str, Terrain],
    parameters: TravelParameters,
    travels: Iterable[tuple[Mode, bool]] = TRAVELS,
    progress: Callable[[Mode, bool, int], None] | None = None,
) -> gpd.GeoDataFrame:
    """Return the penalty of every border of the study area and of every provincial pilot zone.

    Parameters
    ----------
    network
        Network of the year.
    cities, townships, zones
        Built layers, WGS84.
    terrain
        Township -> terrain.
    parameters
        Speeds, waits and windows.
    travels
        Means of travel, and whether in the peak.
    progress
        Called with the means of travel and the number of pairs before each is computed.

    Returns
    -------
    GeoDataFrame
        The columns of :func:`gis.planning.border_penalty.border_penalties`, rounded, with ``year``
        and remarks, and the lines of the borders (WGS84).

    """
    places = border_places(townships, terrain)
    cuts = (*border_cuts(cities, places, near_pairs(places)), *zone_cuts(zones))
    penalties = border_penalties(
        network, places, cuts, parameters=parameters, travels=travels, progress=progress
    )
    told = with_remarks(penalties)
    numbers = told.select_dtypes(np.floating).columns
    told[numbers] = told[numbers].round(DECIMALS)
    told.insert(4, "year", network.year)
    return with_lines(told, cut_lines(cuts, cities, townships))
