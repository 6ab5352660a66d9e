"""What verdicts stand on, and the values they are judged by."""

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from gis.catalogue.goals import Reading
from gis.catalogue.parameters import TravelParameters
from gis.catalogue.projects import Project
from gis.catalogue.statistics_upload import StatisticValue
from gis.catalogue.zones import Zone
from gis.network.model import Network
from gis.planning.caveats import Remark
from gis.planning.place_sets import PlaceBook
from gis.planning.verdict import Evidence

POINT_COLUMNS = ("name_zh", "name_en", "lon", "lat")
NO_STATISTIC = "total"  # stands for the statistic of measures that have none


@dataclass(frozen=True, slots=True, eq=False)
class Grounds:
    """What verdicts stand on.

    Parameters
    ----------
    networks
        Year -> network.
    book
        Places that goals can name.
    rail_lines
        Layer of rail lines with their opening years.
    zones
        Zones of the catalogue.
    parameters
        Waits and walks.
    current_year
        Later years are marked as lying ahead.
    projects
        Project cards with their dates.
    statistics
        Official figures that were uploaded.
    people_table
        File that the people of townships are from; empty for the product's own.

    """

    networks: Mapping[int, Network]
    book: PlaceBook
    rail_lines: gpd.GeoDataFrame
    zones: tuple[Zone, ...]
    parameters: TravelParameters
    current_year: int
    projects: tuple[Project, ...] = ()
    statistics: tuple[StatisticValue, ...] = ()
    people_table: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """Values of a reading in a year.

    Parameters
    ----------
    pairs
        ``origin, destination, statistic, minutes, people, weight``; the value is in the unit of
        the reading, whatever it is, and NaN where unreachable. A total is one pair of nobody.
    points
        Ids as index; ``name_zh, name_en, lon, lat`` and, for stations, ``stop_id``.
    also
        Pairs that are shown but not counted, with the columns of ``pairs``.
    rows
        What a total is made of; empty where the pairs tell it.
    remarks
        What to know about the values.

    """

    pairs: pd.DataFrame
    points: pd.DataFrame
    also: pd.DataFrame
    rows: tuple[Evidence, ...] = ()
    remarks: tuple[Remark, ...] = ()


def statistics_of(reading: Reading) -> tuple[str, ...]:
    """Return the statistics of a reading; one stand-in where its measure has none."""
    return tuple(statistic.value for statistic in reading.statistics) or (NO_STATISTIC,)


def decisive_statistic_of(reading: Reading) -> str:
    """Return the statistic the verdict hangs on."""
    return reading.decisive_statistic.value if reading.decisive_statistic else NO_STATISTIC


def total_of(
    values: Mapping[str, float],
    *,
    rows: tuple[Evidence, ...] = (),
    remarks: tuple[Remark, ...] = (),
) -> Measured:
    """Return a measure that is one number a statistic.

    Parameters
    ----------
    values
        Statistic -> value in the unit of the reading.
    rows
        What the number is made of.
    remarks
        What to know about it.

    """
    pairs = pd.DataFrame(
        {
            "origin": "",
            "destination": "",
            "statistic": list(values),
            "minutes": np.array(list(values.values()), dtype=np.float64),
            "people": np.nan,
            "weight": 1.0,
        }
    )
    points = pd.DataFrame(columns=list(POINT_COLUMNS))
    return Measured(pairs=pairs, points=points, also=pairs.iloc[:0], rows=rows, remarks=remarks)
