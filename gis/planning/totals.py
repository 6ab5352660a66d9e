"""Readings whose value is one number: kilometres of lines, parts of a network, shared stations."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from gis.catalogue.goals import PlaceKind, PlaceSet, Reading
from gis.network.model import Network
from gis.planning.connectivity import (
    linked_in_order,
    linked_within,
    missing_links,
    parts_of,
    sharing_catchments,
)
from gis.planning.grounds import NO_STATISTIC, Grounds, Measured, statistics_of, total_of
from gis.planning.interchanges import shared_stations, through_trips
from gis.planning.line_length import open_line_lengths
from gis.planning.pair_times import pair_times
from gis.planning.place_sets import resolve_places
from gis.planning.verdict import Evidence

FloatArray = npt.NDArray[np.float64]


def measure_length(reading: Reading, grounds: Grounds, *, year: int) -> Measured:
    """Return the kilometres of rail lines open in a year, line by line."""
    lines = open_line_lengths(grounds.rail_lines, grounds.book.areas, reading=reading, year=year)
    names = lines[["line_id", "name_zh", "name_en", "length_km"]].itertuples(index=False)
    rows = tuple(_line_row(*map(str, name[:3]), value=float(name[3])) for name in names)
    return total_of({NO_STATISTIC: float(lines["length_km"].sum())}, rows=rows)


def measure_parts(reading: Reading, grounds: Grounds, *, year: int) -> Measured:
    """Return into how many parts places fall, and the journeys that would join them.

    With the pairing ``each`` catchments are asked to overlap: some township is within
    ``catchment_min`` of both centres. With ``all_pairs`` places are linked by journeys that keep
    ``catchment_min``, with ``consecutive`` only to the next one in the order given.
    """
    network = grounds.networks[year]
    places = _places(reading.origins, grounds)
    limit_min = reading.catchment_min or 0.0
    values, rows = {}, []
    for statistic in statistics_of(reading):
        between = _minutes(reading, grounds, network, (places, places), statistic)
        match reading.pairing.value:
            case "all_pairs":
                linked = linked_within(between, limit_min=limit_min)
            case "consecutive":
                linked = linked_in_order(between, limit_min=limit_min)
            case _:
                everywhere = grounds.book.points[PlaceKind.TOWNSHIPS]
                reach = _minutes(reading, grounds, network, (places, everywhere), statistic)
                linked = sharing_catchments(reach, limit_min=limit_min)
        part = parts_of(linked)
        values[statistic] = float(part.max(initial=0) + 1) if len(places) else 0.0
        if statistic in {reading.decisive_statistic, NO_STATISTIC}:
            links = missing_links(between, part)
            rows = [_link_row(places, *link) for link in links.itertuples(index=False)]
    return total_of(values, rows=tuple(rows))


def measure_shared_stations(reading: Reading, grounds: Grounds, *, year: int) -> Measured:
    """Return how many stations two metro systems share."""
    feed = grounds.networks[year].feed
    pairs = shared_stations(feed, *_two_systems(reading, grounds))
    stations = grounds.book.points[PlaceKind.STATIONS].set_index("id")
    rows = tuple(
        Evidence(
            origin=one,
            destination=other,
            origin_zh=str(stations["name_zh"].get(one, one)),
            origin_en=str(stations["name_en"].get(one, one)),
            destination_zh=str(stations["name_zh"].get(other, other)),
            destination_en=str(stations["name_en"].get(other, other)),
            minutes=1.0,
            is_within=True,
            people=None,
        )
        for one, other in zip(pairs["origin"], pairs["destination"], strict=True)
    )
    # Two stops of the one system at the same stop of the other are one place.
    count = min(pairs["origin"].nunique(), pairs["destination"].nunique())
    return total_of({NO_STATISTIC: float(count)}, rows=rows)


def measure_through_services(reading: Reading, grounds: Grounds, *, year: int) -> Measured:
    """Return how many trains a day run through from one metro system into another."""
    feed = grounds.networks[year].feed
    trips = through_trips(feed, *_two_systems(reading, grounds))
    lines = trips["route_id"].astype(str).value_counts().sort_index()
    routes = feed.routes.set_index("route_id")["route_long_name"].to_dict()
    rows = tuple(
        _line_row(str(line), str(routes[line]), str(routes[line]), value=float(count))
        for line, count in lines.items()
    )
    return total_of({NO_STATISTIC: float(len(trips))}, rows=rows)


def _two_systems(reading: Reading, grounds: Grounds) -> tuple[pd.Series, pd.Series]:
    own, other = (_places(ends, grounds)["id"] for ends in (reading.origins, reading.destinations))
    return own, other


def _places(place_set: PlaceSet | None, grounds: Grounds) -> pd.DataFrame:
    if place_set is None:
        raise ValueError("a computable reading has its places")  # the schema asks for them
    return resolve_places(place_set, grounds.book)


def _minutes(
    reading: Reading,
    grounds: Grounds,
    network: Network,
    ends: tuple[pd.DataFrame, pd.DataFrame],
    statistic: str,
) -> FloatArray:
    """Return ``(origins, destinations)`` minutes of one statistic."""
    origins, destinations = ends
    times = pair_times(
        network,
        origins=origins,
        destinations=destinations,
        reading=reading,
        parameters=grounds.parameters,
    )
    if statistic != NO_STATISTIC:
        times = times[times["statistic"] == statistic]
    table = times.set_index(["origin", "destination"])["minutes"].unstack()  # noqa: PD010
    wanted = table.reindex(index=origins["id"], columns=destinations["id"])
    return wanted.to_numpy(dtype=np.float64)


def _line_row(line: str, name_zh: str, name_en: str, *, value: float) -> Evidence:
    return Evidence(
        origin=line,
        destination="",
        origin_zh=name_zh,
        origin_en=name_en,
        destination_zh="",
        destination_en="",
        minutes=value,
        is_within=True,
        people=None,
    )


def _link_row(places: pd.DataFrame, origin: int, destination: int, minutes: float) -> Evidence:
    """Return the journey that would join a part to the rest, too long as it is."""
    ends = [places.iloc[int(row)] if row >= 0 else None for row in (origin, destination)]
    names = [
        ("", "", "") if end is None else (end["id"], end["name_zh"], end["name_en"]) for end in ends
    ]
    (start, start_zh, start_en), (end_id, end_zh, end_en) = names
    return Evidence(
        origin=str(start),
        destination=str(end_id),
        origin_zh=str(start_zh),
        origin_en=str(start_en),
        destination_zh=str(end_zh),
        destination_en=str(end_en),
        minutes=None if np.isnan(minutes) else float(minutes),
        is_within=False,
        people=None,
        is_counted=False,
    )
