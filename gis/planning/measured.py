"""Values of a reading in a year: every counted pair, before it is judged."""

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from gis.catalogue.goals import Measure, Pairing, PlaceSet, Reading
from gis.catalogue.parameters import TravelParameters
from gis.catalogue.zones import Zone
from gis.network.model import Network
from gis.planning.caveats import Remark, missing_remarks
from gis.planning.line_length import open_line_lengths
from gis.planning.pair_times import pair_times, reading_points
from gis.planning.pairs import counted_pairs
from gis.planning.place_sets import PlaceBook
from gis.planning.station_access import direct_services, straight_distances_km

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

    """

    networks: Mapping[int, Network]
    book: PlaceBook
    rail_lines: gpd.GeoDataFrame
    zones: tuple[Zone, ...]
    parameters: TravelParameters
    current_year: int


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """Values of a reading in a year.

    Parameters
    ----------
    pairs
        ``origin, destination, statistic, minutes, people, weight``; the value is in the unit of
        the reading, whatever it is, and NaN where unreachable.
    points
        Ids as index; ``name_zh, name_en, lon, lat`` and, for stations, ``stop_id``.
    lines
        ``line_id, name_zh, name_en, length_km`` that make up a length; empty otherwise.
    also
        Pairs that are shown but not counted, with the columns of ``pairs``.
    remarks
        What to know about the values.

    """

    pairs: pd.DataFrame
    points: pd.DataFrame
    lines: pd.DataFrame
    also: pd.DataFrame
    remarks: tuple[Remark, ...] = ()


def statistics_of(reading: Reading) -> tuple[str, ...]:
    """Return the statistics of a reading; one stand-in where its measure has none."""
    return tuple(statistic.value for statistic in reading.statistics) or (NO_STATISTIC,)


def decisive_statistic_of(reading: Reading) -> str:
    """Return the statistic the verdict hangs on."""
    return reading.decisive_statistic.value if reading.decisive_statistic else NO_STATISTIC


def measure(reading: Reading, grounds: Grounds, *, year: int) -> Measured:
    """Return the values of a computable reading in a year.

    Parameters
    ----------
    reading
        One of the measures travel time, distance, direct service or network length.
    grounds
        Networks and layers.
    year
        One of the years of the networks.

    """
    if reading.measure is Measure.NETWORK_LENGTH:
        return _measure_length(reading, grounds, year)
    network = grounds.networks[year]
    origins = _ends(reading.origins, grounds, network)
    destinations = origins
    if reading.pairing is not Pairing.ALL_PAIRS and reading.destinations is not None:
        destinations = _ends(reading.destinations, grounds, network)
    values, pairing = _values(reading, grounds, network, origins, destinations)
    pairs = counted_pairs(
        values,
        origins=origins.everyone,
        destinations=destinations.everyone,
        pairing=pairing,
        weighting=reading.weighting,
    )
    points = pd.concat([origins.everyone, destinations.everyone])
    also = pairs.iloc[:0]
    if reading.also_report is not None:
        shown = _ends(reading.also_report, grounds, network)
        also = _shown_pairs(reading, grounds, network, origins, shown)
        points = pd.concat([points, shown.everyone])
    points = points.drop_duplicates("id")
    missing = pd.concat([origins.missing, destinations.missing])
    return Measured(
        pairs=pairs,
        points=points.set_index("id")[[*POINT_COLUMNS, *_stop_column(points)]],
        lines=_no_lines(),
        also=also,
        remarks=tuple(missing_remarks(missing, year=year)),
    )


def _shown_pairs(
    reading: Reading, grounds: Grounds, network: Network, origins: "_Ends", shown: "_Ends"
) -> pd.DataFrame:
    """Return every origin with every place that is only reported."""
    values, _ = _values(reading, grounds, network, origins, shown)
    return counted_pairs(
        values,
        origins=origins.everyone,
        destinations=shown.everyone,
        pairing=Pairing.EACH,
        weighting=reading.weighting,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Ends:
    """One side of the pairs.

    "Any station" means the stations there are; one asked for by name counts even where it is
    missing.
    """

    present: pd.DataFrame
    missing: pd.DataFrame

    @property
    def everyone(self) -> pd.DataFrame:
        return pd.concat([self.present, self.missing], ignore_index=True)


def _ends(place_set: PlaceSet | None, grounds: Grounds, network: Network) -> _Ends:
    if place_set is None:
        raise ValueError("a computable reading has origins")  # the schema of readings asks for them
    present, missing = reading_points(place_set, grounds.book, network)
    return _Ends(present, missing if place_set.ids else missing.iloc[:0])


def _values(
    reading: Reading, grounds: Grounds, network: Network, origins: _Ends, destinations: _Ends
) -> tuple[pd.DataFrame, Pairing]:
    """Return the values of all pairs, and the pairing still to be applied to them."""
    if reading.measure is Measure.DISTANCE:
        distances = straight_distances_km(origins.present, destinations.present)
        values = distances.assign(statistic=NO_STATISTIC)
        return _with_every_pair(values, origins, destinations, reading), reading.pairing
    if reading.measure is Measure.DIRECT_SERVICE:
        services = direct_services(
            origins.present,
            destinations.present,
            network.feed,
            zone_cities={zone.id: zone.city_ids for zone in grounds.zones},
            catchment_km=reading.catchment_km or 0.0,
        )
        return services.assign(statistic=NO_STATISTIC), Pairing.EACH
    times = pair_times(
        network,
        origins=origins.present,
        destinations=destinations.present,
        reading=reading,
        parameters=grounds.parameters,
    )
    return _with_every_pair(times, origins, destinations, reading), reading.pairing


def _with_every_pair(
    times: pd.DataFrame, origins: _Ends, destinations: _Ends, reading: Reading
) -> pd.DataFrame:
    """Add a row without a time for each pair with an end off the network."""
    every = (
        pd.DataFrame({"origin": origins.everyone["id"]})
        .merge(pd.DataFrame({"destination": destinations.everyone["id"]}), how="cross")
        .merge(pd.DataFrame({"statistic": statistics_of(reading)}), how="cross")
    )
    return every.merge(times, on=["origin", "destination", "statistic"], how="left")


def _measure_length(reading: Reading, grounds: Grounds, year: int) -> Measured:
    lines = open_line_lengths(grounds.rail_lines, grounds.book.areas, reading=reading, year=year)
    total = {
        "origin": "",
        "destination": "",
        "statistic": NO_STATISTIC,
        "minutes": float(lines["length_km"].sum()),
        "people": np.nan,
        "weight": 1.0,
    }
    points = pd.DataFrame(columns=[*POINT_COLUMNS])
    pairs = pd.DataFrame([total])
    return Measured(pairs=pairs, points=points, lines=lines, also=pairs.iloc[:0])


def _stop_column(points: pd.DataFrame) -> list[str]:
    return ["stop_id"] if "stop_id" in points.columns else []


def _no_lines() -> pd.DataFrame:
    return pd.DataFrame(columns=["line_id", "name_zh", "name_en", "length_km"])
