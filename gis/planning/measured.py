"""Values of a reading in a year: every counted pair, before it is judged."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

from gis.access.travel_times import departure_window_min
from gis.catalogue.goals import Measure, Pairing, PlaceKind, PlaceSet, Reading
from gis.network.model import Network
from gis.planning.caveats import missing_remarks
from gis.planning.detour import border_detours
from gis.planning.flight_times import flight_minutes
from gis.planning.grounds import NO_STATISTIC, POINT_COLUMNS, Grounds, Measured, statistics_of
from gis.planning.interchanges import interchange_minutes
from gis.planning.milestones import measure_milestones
from gis.planning.pair_times import pair_times, reading_points
from gis.planning.pairs import counted_pairs
from gis.planning.place_sets import PlaceBook
from gis.planning.service_access import measure_service_access
from gis.planning.station_access import direct_services, straight_distances_km
from gis.planning.totals import (
    measure_length,
    measure_parts,
    measure_shared_stations,
    measure_through_services,
)


class _Measurer(Protocol):
    def __call__(self, reading: Reading, grounds: Grounds, *, year: int) -> Measured: ...


_ALONE: Mapping[Measure, _Measurer] = {
    Measure.NETWORK_LENGTH: measure_length,
    Measure.CONNECTIVITY: measure_parts,
    Measure.SHARED_STATIONS: measure_shared_stations,
    Measure.THROUGH_SERVICES: measure_through_services,
    Measure.MILESTONE: measure_milestones,
    Measure.SERVICE_ACCESS: measure_service_access,
}


def measure(reading: Reading, grounds: Grounds, *, year: int) -> Measured:
    """Return the values of a computable reading in a year.

    Parameters
    ----------
    reading
        One that :func:`gis.planning.caveats.undecidable_remarks` has nothing against.
    grounds
        Networks and layers.
    year
        One of the years of the networks.

    """
    if reading.measure in _ALONE:
        return _ALONE[reading.measure](reading, grounds, year=year)
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
    if reading.measure is Measure.FLIGHT_TIME:
        flights = flight_minutes(
            origins.present,
            destinations.present,
            speed_kmh=reading.speed_kmh or np.nan,
            extra_minutes=reading.extra_minutes,
        )
        values = flights.assign(statistic=NO_STATISTIC)
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
    if reading.measure is Measure.DETOUR:
        factors = border_detours(
            network,
            origins.present,
            within_km=reading.catchment_km or 0.0,
            parameters=grounds.parameters,
        )
        return factors.assign(statistic=NO_STATISTIC), Pairing.EACH
    if reading.measure is Measure.TRANSFER_TIME:
        changes = interchange_minutes(
            network.feed,
            _with_kind(origins.present, grounds.book),
            window_min=departure_window_min(grounds.parameters, peak=reading.peak),
        )
        return changes.assign(statistic=NO_STATISTIC), Pairing.EACH
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
    """Add a row without a time for each pair with an end off the network, or with no end at all.

    Where no station of a kind is served, there is nowhere to go: that is not within, not undecided.
    """
    ends = destinations.everyone["id"].tolist() or [""]
    every = (
        pd.DataFrame({"origin": origins.everyone["id"]})
        .merge(pd.DataFrame({"destination": ends}), how="cross")
        .merge(pd.DataFrame({"statistic": statistics_of(reading)}), how="cross")
    )
    return every.merge(times, on=["origin", "destination", "statistic"], how="left")


def _stop_column(points: pd.DataFrame) -> list[str]:
    return ["stop_id"] if "stop_id" in points.columns else []


def _with_kind(stations: pd.DataFrame, book: PlaceBook) -> pd.DataFrame:
    kinds = book.points[PlaceKind.STATIONS].set_index("id")["kind"]
    return stations.assign(kind=stations["id"].map(kinds))
