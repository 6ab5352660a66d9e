"""Travel times between places, by car or by public transport, as one long table."""

from collections.abc import Sequence

import pandas as pd

from gis.access.roads import drives
from gis.catalogue.parameters import TravelParameters
from gis.core.schemas import Definition, Mode, Statistic
from gis.core.units import METRES_PER_KILOMETRE, SECONDS_PER_MINUTE
from gis.network.model import Network

COLUMNS = ("origin", "destination", "mode", "definition", "statistic", "minutes", "distance_km")


def travel_times(
    network: Network,
    origins: pd.DataFrame,
    destinations: pd.DataFrame,
    *,
    mode: Mode,
    parameters: TravelParameters,
    statistics: Sequence[Statistic] = (Statistic.MEDIAN,),
    peak: bool = False,
    terminal_minutes: float = 0.0,
    with_legs: bool = False,
) -> pd.DataFrame:
    """Return drives."""
    table = drives(
        network, origins, destinations, parameters=parameters, peak=peak, with_legs=with_legs
    )
    pairs = pd.MultiIndex.from_product([origins["id"], destinations["id"]]).to_frame(index=False)
    pairs.columns = ["origin", "destination"]
    pairs["mode"] = mode.value
    pairs["definition"] = Definition.DOOR_TO_DOOR.value
    pairs["minutes"] = table.seconds.ravel() / SECONDS_PER_MINUTE + terminal_minutes
    pairs["distance_km"] = table.metres.ravel() / METRES_PER_KILOMETRE
    return pairs
