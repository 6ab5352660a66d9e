"""The rail feed of a year: all trains of the tables, as GTFS frames.

Running minutes and numbers of trains are facts or marked estimates; clock times are made up by
:mod:`gis.network.departures`, so every trip carries the mark ``synthetic``.
"""

from collections.abc import Mapping, Sequence
from operator import itemgetter
from pathlib import Path

import numpy as np
import pandas as pd

from gis.catalogue.parameters import TravelParameters, load_parameters
from gis.catalogue.rail import NATIONAL, RailTables, first_year, load_rail_tables, runs_in
from gis.core.errors import InputError, Problem
from gis.core.provenance import PRODUCT_VERSION
from gis.core.schemas import Status
from gis.core.units import SECONDS_PER_MINUTE
from gis.network.departures import spread_departures, timed_run
from gis.network.footpaths import transfer_times
from gis.network.gtfs import Feed
from gis.network.metro import Trains, metro_trains

SERVICE_ID = "daily"
SYNTHETIC = "1"  # text, as columns beyond the standard come back from a file
RAILWAY, METRO, TRAM = 2, 1, 0  # route types of GTFS
BASE_YEAR = 2023  # the timetable that all patterns without a later opening come from
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def rail_feed(
    seeds: Path | None = None,
    *,
    year: int,
    parameters: TravelParameters | None = None,
    early: frozenset[str] = frozenset(),
) -> Feed:
    """Return the trains of a year, national railways and metro lines together.

    The network of a year is the state at its end (:func:`gis.catalogue.rail.runs_in`). The
    national trains are those of September 2023 as far as their lines were open, with trains added
    for the lines opened or to be opened since; nothing of 2023 is taken off when a new line opens.

    Parameters
    ----------
    seeds
        Folder of the seed tables; the product's own by default.
    year
        Year of the network.
    parameters
        Dwell, transfer times, walking speed and the service day; those of the seeds by default.
    early
        Stopping patterns and metro lines that run whatever their year.

    Raises
    ------
    InputError
        If a table has problems, or the year lies before the first one with trains.

    """
    tables = load_rail_tables(seeds)
    travel = parameters or load_parameters(seeds)
    first_year = tables.settings.first_year
    if year < first_year:
        fields = {"year": year, "first_year": first_year}
        raise InputError([Problem("--year", "error.rail_year_unknown", fields)])
    trains = [
        *national_trains(tables, travel, year=year, early=early),
        *metro_trains(tables, year=year, early=early),
    ]
    return assemble_feed(tables, travel, trains, year=year)


def national_trains(
    tables: RailTables,
    parameters: TravelParameters,
    *,
    year: int,
    early: frozenset[str] = frozenset(),
) -> list[Trains]:
    """Return the trains of the national railways in a year, with patterns that are early."""
    names = tables.stations_by_name()
    dwell_s = parameters.dwell_min * SECONDS_PER_MINUTE
    data_date = tables.settings.data_date
    ways: list[tuple[str, str, int, str]] = []
    runs = []
    certainties = []
    running = [
        (first_year(pattern.opened_date, pattern.status, data_date=data_date) or 0, pattern)
        for pattern in tables.patterns
        if pattern.id in early
        or runs_in(pattern.opened_date, pattern.status, year=year, data_date=data_date)
    ]
    # By the year they start in, so that a train keeps its time when later lines open.
    for stage, pattern in sorted(running, key=itemgetter(0)):
        stops = [names[NATIONAL, name].id for name in pattern.stations]
        run_s = [minutes * SECONDS_PER_MINUTE for minutes in pattern.run_minutes]
        for back in (False, True) if pattern.both_ways else (False,):
            step = -1 if back else 1
            ends = sorted((stops[0], stops[-1]))
            direction = int(stops[::step][0] != ends[0])
            suffix = f"-{int(back)}" if pattern.both_ways else ""
            line = "-".join([pattern.train_class, *ends])
            ways.append((pattern.id + suffix, line, direction, pattern.id))
            runs.append(
                timed_run(
                    stops[::step],
                    run_s[::step],
                    dwell_s=dwell_s,
                    trains=pattern.trains_per_day,
                    stage=stage,
                )
            )
            certainties.append(pattern.certainty)
    departures = spread_departures(
        runs,
        start_s=round(parameters.service_start_min * SECONDS_PER_MINUTE),
        end_s=round(parameters.service_end_min * SECONDS_PER_MINUTE),
    )
    return [
        Trains(pattern_id, line, direction, run, times, certainty)
        for (pattern_id, line, direction, _), run, times, certainty in zip(
            ways, runs, departures, certainties, strict=True
        )
    ]


def assemble_feed(
    tables: RailTables, parameters: TravelParameters, trains: Sequence[Trains], *, year: int
) -> Feed:
    """Return the frames of a feed from trains with their departures."""
    used = sorted({stop for group in trains for stop in group.run.stops})
    stations = {station.id: station for station in tables.stations}
    served = [stations[stop_id] for stop_id in used]
    stops = pd.DataFrame(
        {
            "stop_id": used,
            "stop_name": [station.name_zh for station in served],
            "stop_name_en": [station.name_en for station in served],
            "stop_lat": [station.lat for station in served],
            "stop_lon": [station.lon for station in served],
            "kind": [station.kind for station in served],
        }
    )
    routes = _routes(tables, trains)
    trips, stop_times = _timetable(trains, used)
    trips["trip_headsign"] = trips["last_stop"].map(
        {station.id: station.name_zh for station in served}
    )
    agencies = [system for system in tables.systems if system.id in set(routes["agency_id"])]
    return Feed(
        agency=pd.DataFrame(
            {
                "agency_id": [system.id for system in agencies],
                "agency_name": [system.name_zh for system in agencies],
                "agency_name_en": [system.name_en for system in agencies],
                "agency_url": [system.url for system in agencies],
                "agency_timezone": "Asia/Shanghai",
                "agency_lang": "zh",
            }
        ),
        stops=stops,
        routes=routes,
        trips=trips.drop(columns="last_stop"),
        stop_times=stop_times,
        calendar=pd.DataFrame(
            {"service_id": [SERVICE_ID]}
            | {day: np.array([1], dtype=np.int8) for day in DAYS}
            | {"start_date": [f"{year}0101"], "end_date": [f"{year}1231"]}
        ),
        transfers=transfer_times(tables, served, parameters),
        feed_info=pd.DataFrame(
            {
                "feed_publisher_name": ["先行区一张图 Pilot-Zone Atlas"],
                "feed_publisher_url": ["https://gtfs.org/"],
                "feed_lang": ["zh"],
                "feed_start_date": [f"{year}0101"],
                "feed_end_date": [f"{year}1231"],
                "feed_version": [f"{PRODUCT_VERSION}-{year}"],
                "synthetic": [SYNTHETIC],
            }
        ),
    )


def feed_caveats(year: int, *, tables: RailTables) -> tuple[str, ...]:
    """Return the keys of the texts that say how far the feed of a year can be trusted."""
    data_date = tables.settings.data_date
    before = year < min(data_date.year, BASE_YEAR)
    added = any(
        pattern.status is not Status.OPEN
        and runs_in(pattern.opened_date, pattern.status, year=year, data_date=data_date)
        for pattern in tables.patterns
    )
    keys = ["caveat.rail_synthetic"]
    if before:
        keys.append("caveat.rail_before_base")
    if year > BASE_YEAR:
        keys.append("caveat.rail_after_base")
    if added:
        keys.append("caveat.rail_targets")
    return tuple(keys)


def _routes(tables: RailTables, trains: Sequence[Trains]) -> pd.DataFrame:
    lines = {line.line_id: line for line in tables.metro_lines}
    names = {station.id: station for station in tables.stations}
    types = {"rail": RAILWAY, "metro": METRO, "tram": TRAM}
    kinds = {system.id: types[system.kind] for system in tables.systems}
    rows: list[Mapping[str, object]] = []
    for line_id in sorted({group.line for group in trains}):
        if line_id in lines:
            line = lines[line_id]
            rows.append(
                {
                    "route_id": line_id,
                    "agency_id": line.system,
                    "route_short_name": line.short_name_zh,
                    "route_long_name": line.name_zh,
                    "route_long_name_en": line.name_en,
                    "route_type": RAILWAY if line.mode == "suburban" else kinds[line.system],
                }
            )
        else:
            train_class, one, other = line_id.split("-")
            rows.append(
                {
                    "route_id": line_id,
                    "agency_id": NATIONAL,
                    "route_short_name": train_class,
                    "route_long_name": f"{names[one].name_zh}—{names[other].name_zh}",
                    "route_long_name_en": f"{names[one].name_en}–{names[other].name_en}",
                    "route_type": RAILWAY,
                }
            )
    frame = pd.DataFrame(rows)
    return frame.astype({"route_type": np.int16})


def _timetable(
    trains: Sequence[Trains], stop_ids: Sequence[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    number_of = {stop_id: number for number, stop_id in enumerate(stop_ids)}
    trip_ids: list[str] = []
    columns: dict[str, list[object]] = {
        name: [] for name in ("route_id", "direction_id", "last_stop", "pattern_id", "certainty")
    }
    stops, sequences, arrivals, departures, counts = [], [], [], [], []
    for group in trains:
        size, trips = len(group.run.stops), len(group.departures_s)
        trip_ids += [f"{group.pattern_id}-{number + 1:03d}" for number in range(trips)]
        for name, value in (
            ("route_id", group.line),
            ("direction_id", group.direction),
            ("last_stop", group.run.stops[-1]),
            ("pattern_id", group.pattern_id),
            ("certainty", group.certainty.value),
        ):
            columns[name] += [value] * trips
        codes = np.array([number_of[stop] for stop in group.run.stops], dtype=np.int32)
        stops.append(np.tile(codes, trips))
        sequences.append(np.tile(np.arange(1, size + 1, dtype=np.int32), trips))
        arrivals.append(np.add.outer(group.departures_s, group.run.arrival_s).ravel())
        departures.append(np.add.outer(group.departures_s, group.run.departure_s).ravel())
        counts.append(np.full(trips, size))
    frame = pd.DataFrame(
        {
            "route_id": columns["route_id"],
            "service_id": SERVICE_ID,
            "trip_id": trip_ids,
            "direction_id": np.array(columns["direction_id"], dtype=np.int8),
            "last_stop": columns["last_stop"],
            "pattern_id": columns["pattern_id"],
            "synthetic": SYNTHETIC,
            "certainty": columns["certainty"],
        }
    )
    trip_codes = np.repeat(np.arange(len(trip_ids)), np.concatenate(counts))
    stop_times = pd.DataFrame(
        {
            "trip_id": pd.Categorical.from_codes(trip_codes, categories=pd.Index(trip_ids)),
            "stop_sequence": np.concatenate(sequences),
            "stop_id": pd.Categorical.from_codes(
                np.concatenate(stops), categories=pd.Index(stop_ids)
            ),
            "arrival_s": np.concatenate(arrivals).astype(np.int32),
            "departure_s": np.concatenate(departures).astype(np.int32),
        }
    )
    return frame, stop_times
