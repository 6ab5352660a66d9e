"""From the files of a checked GTFS feed to the frames of a feed."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from gis.core.errors import InputError, Problem
from gis.network.feed import (
    DOOR_COLUMNS,
    FORBIDDEN_TRANSFER,
    POSSIBLE_TRANSFER,
    TIMED_TRANSFER,
    Feed,
    open_doors,
)
from gis.network.gtfs_check import seconds_of_times
from gis.network.service_days import DATE_FORMAT, DAYS, ordinary_day

Tables = Mapping[str, pd.DataFrame]
PLATFORM = ("", "0")
POSSIBLE_TRANSFERS = ("", "0", "1", "2")
_PRECEDENCE = {TIMED_TRANSFER: 0, POSSIBLE_TRANSFER: 1, FORBIDDEN_TRANSFER: 2}
PARTICULAR_TRANSFER = ("from_route_id", "to_route_id", "from_trip_id", "to_trip_id")


def feed_from_tables(tables: Tables, *, where: str) -> Feed:
    """Return the feed of checked files (see :func:`gis.network.gtfs.read_gtfs`).

    Parameters
    ----------
    tables
        File name without ``.txt`` -> frame of strings, without problems.
    where
        What a user would call the feed, usually its file.

    Raises
    ------
    InputError
        If no trip has two stops, or no service ever runs.

    """
    if not tables["stop_times"]["trip_id"].duplicated().any():
        raise InputError([Problem(f"{where} stop_times.txt", "error.gtfs_no_trips")])
    running = _running_days(tables) if _has_exceptions(tables) else None
    if running is not None and running.empty:
        raise InputError([Problem(f"{where} calendar_dates.txt", "error.gtfs_no_days")])
    stops, station_of = _stops(tables)
    trips, stop_times = _trips(tables, station_of)
    agency, routes = _routes(tables["agency"], tables["routes"])
    return Feed(
        agency=agency,
        stops=stops,
        routes=routes,
        trips=trips,
        stop_times=stop_times,
        calendar=(
            _typed_calendar(tables["calendar"]) if running is None else _calendar(running, trips)
        ),
        transfers=_transfers(tables, station_of),
        feed_info=_feed_info(tables, agency),
    )


def _stops(tables: Tables) -> tuple[pd.DataFrame, Mapping[str, str]]:
    table = tables["stops"]
    kinds = table.get("location_type", pd.Series("", index=table.index))
    parents = table.get("parent_station", pd.Series("", index=table.index))
    own = table["stop_id"]
    parent_of = dict(zip(own, own.where(parents == "", parents), strict=True))
    # A boarding area lies in a platform, a platform in a station.
    station_of = {stop_id: parent_of[parent_of[stop_id]] for stop_id in own}
    served = own[kinds.isin(PLATFORM) | own.isin(tables["stop_times"]["stop_id"])]
    used = {station_of[stop_id] for stop_id in served}
    frame = table[own.isin(used)].reset_index(drop=True)
    return frame.assign(
        stop_lat=pd.to_numeric(frame["stop_lat"]), stop_lon=pd.to_numeric(frame["stop_lon"])
    ), station_of


def _routes(agencies: pd.DataFrame, table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    routes = table.assign(route_type=pd.to_numeric(table["route_type"]).astype(np.int16))
    for column in ("route_short_name", "route_long_name"):
        if column not in routes.columns:
            routes[column] = ""
    if "agency_id" not in agencies.columns:
        # A feed of one agency may leave its id out.
        return agencies.assign(agency_id=""), routes.assign(agency_id="")
    if "agency_id" not in routes.columns:
        routes["agency_id"] = agencies["agency_id"].iloc[0]
    return agencies.copy(), routes


def _trips(tables: Tables, station_of: Mapping[str, str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    table = tables["stop_times"]
    order = {trip_id: number for number, trip_id in enumerate(tables["trips"]["trip_id"])}
    times = pd.DataFrame(
        {
            "trip": table["trip_id"].map(order).to_numpy(),
            "stop_sequence": pd.to_numeric(table["stop_sequence"]).to_numpy(dtype=np.int32),
            "stop_id": table["stop_id"].map(station_of).to_numpy(),
            "arrival": seconds_of_times(table["arrival_time"]),
            "departure": seconds_of_times(table["departure_time"]),
            **_doors(table),
        }
    ).sort_values(["trip", "stop_sequence"], kind="stable", ignore_index=True)
    sizes = times.groupby("trip")["trip"].transform("size")
    times = _with_all_times(times[sizes > 1].reset_index(drop=True))
    trips = tables["trips"].iloc[times["trip"].unique()].reset_index(drop=True)
    times["trip"] = pd.factorize(times["trip"])[0]
    if "direction_id" in trips.columns:
        trips["direction_id"] = (trips["direction_id"] == "1").astype(np.int8)
    else:
        trips["direction_id"] = np.int8(0)
    if "frequencies" in tables and not tables["frequencies"].empty:
        trips, times = _written_out(trips, times, tables["frequencies"])
    return trips, pd.DataFrame(
        {
            "trip_id": pd.Categorical.from_codes(
                times["trip"].to_numpy(), categories=pd.Index(trips["trip_id"].to_numpy())
            ),
            "stop_sequence": times["stop_sequence"].astype(np.int32),
            "stop_id": pd.Categorical(times["stop_id"]),
            "arrival_s": times["arrival"].round().astype(np.int32),
            "departure_s": times["departure"].round().astype(np.int32),
            **{name: times[name] for name in DOOR_COLUMNS if name in times.columns},
        }
    )


def _doors(table: pd.DataFrame) -> dict[str, npt.NDArray[np.int8]]:
    """Return who may board and alight, nothing where everybody may everywhere."""
    blank = pd.Series("", index=table.index)
    kinds = {
        name: pd.to_numeric(table.get(name, blank).str.strip().replace("", "0")).to_numpy(np.int8)
        for name in DOOR_COLUMNS
    }
    return {} if np.stack(open_doors(pd.DataFrame(kinds))).all() else kinds


def _with_all_times(times: pd.DataFrame) -> pd.DataFrame:
    # One of two times stands for both; stops without any lie evenly between their neighbours.
    arrival = times["arrival"].fillna(times["departure"])
    departure = times["departure"].fillna(times["arrival"])
    row = np.arange(len(times), dtype=np.float64)
    known = arrival.notna().to_numpy()
    if not known.all():
        before = pd.Series(np.where(known, row, np.nan)).ffill().to_numpy(dtype=np.int64)
        after = pd.Series(np.where(known, row, np.nan)).bfill().to_numpy(dtype=np.int64)
        left, right = departure.to_numpy()[before], arrival.to_numpy()[after]
        share = np.divide(row - before, after - before, where=~known, out=np.zeros(len(row)))
        between = left + share * (right - left)
        arrival = arrival.where(known, between)
        departure = departure.where(known, between)
    return times.assign(arrival=arrival, departure=departure)


def _written_out(
    trips: pd.DataFrame, times: pd.DataFrame, frequencies: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    numbers = {trip_id: number for number, trip_id in enumerate(trips["trip_id"])}
    start = seconds_of_times(frequencies["start_time"])
    end = seconds_of_times(frequencies["end_time"])
    headway = pd.to_numeric(frequencies["headway_secs"]).to_numpy(dtype=np.float64)
    departures: dict[int, set[float]] = {}
    for trip_id, first, last, step in zip(frequencies["trip_id"], start, end, headway, strict=True):
        if trip_id in numbers:
            departures.setdefault(numbers[trip_id], set()).update(np.arange(first, last, step))
    new_trips: list[pd.DataFrame] = []
    new_times: list[pd.DataFrame] = []
    made = 0
    for number, rows in times.groupby("trip", sort=True):
        trip = trips.iloc[[int(str(number))]]
        leaves = departures.get(int(str(number)))
        shifts = (
            [0.0] if leaves is None else [at - rows["departure"].iloc[0] for at in sorted(leaves)]
        )
        count = len(shifts)
        copies = trip.loc[trip.index.repeat(count)].reset_index(drop=True)
        if leaves is not None:
            copies["trip_id"] += [f"@{round(at)}" for at in sorted(leaves)]
        shift = np.repeat(shifts, len(rows))
        block = pd.concat([rows] * count, ignore_index=True)
        new_times.append(
            block.assign(
                trip=made + np.repeat(np.arange(count), len(rows)),
                arrival=block["arrival"] + shift,
                departure=block["departure"] + shift,
            )
        )
        new_trips.append(copies)
        made += count
    return pd.concat(new_trips, ignore_index=True), pd.concat(new_times, ignore_index=True)


def _has_exceptions(tables: Tables) -> bool:
    return "calendar" not in tables or not tables.get("calendar_dates", pd.DataFrame()).empty


def _calendar(running: pd.DataFrame, trips: pd.DataFrame) -> pd.DataFrame:
    """Return the week around the day that stands for the timetable."""
    trips_of = trips["service_id"].value_counts()
    day = ordinary_day(running["day"], running["service_id"].map(trips_of).fillna(0))
    start = running["day"].min() if day is None else day
    monday = start - pd.Timedelta(days=start.day_of_week)
    sunday = monday + pd.Timedelta(days=len(DAYS) - 1)
    in_week = running[running["day"].between(monday, sunday)]
    flags = pd.crosstab(in_week["service_id"], in_week["day"].dt.day_of_week).clip(upper=1)
    services = pd.Index(trips["service_id"].unique(), name="service_id")
    frame = flags.reindex(index=services, columns=range(len(DAYS)), fill_value=0)
    frame.columns = pd.Index(DAYS)
    return (
        frame.astype(np.int8)
        .reset_index()
        .assign(start_date=monday.strftime(DATE_FORMAT), end_date=sunday.strftime(DATE_FORMAT))
    )


def _typed_calendar(table: pd.DataFrame) -> pd.DataFrame:
    return table.astype(dict.fromkeys(DAYS, np.int8))


def _running_days(tables: Tables) -> pd.DataFrame:
    parts = []
    if "calendar" in tables:
        for row in _typed_calendar(tables["calendar"]).to_dict("records"):
            days = pd.date_range(str(row["start_date"]), str(row["end_date"]))
            runs = np.array([row[day] for day in DAYS], dtype=np.bool_)[days.day_of_week]
            parts.append(pd.DataFrame({"service_id": row["service_id"], "day": days[runs]}))
    exceptions = tables["calendar_dates"]
    dates = pd.DataFrame(
        {
            "service_id": exceptions["service_id"],
            "day": pd.to_datetime(exceptions["date"], format="%Y%m%d"),
        }
    )
    added = exceptions["exception_type"] == "1"
    regular = pd.concat([*parts, dates[added]], ignore_index=True).drop_duplicates()
    marked = regular.merge(dates[~added], how="left", indicator=True)
    return marked.loc[marked["_merge"] == "left_only", ["service_id", "day"]]


def _transfers(tables: Tables, station_of: Mapping[str, str]) -> pd.DataFrame:
    table = tables.get("transfers")
    if table is None:
        table = pd.DataFrame(columns=["from_stop_id", "to_stop_id", "transfer_type"], dtype=str)
    general = (table["from_stop_id"] != "") & (table["to_stop_id"] != "")
    # Rows for single lines and trips say nothing about the stops as such.
    general &= ~is_particular(table)
    starts, ends = (table[name].map(station_of) for name in ("from_stop_id", "to_stop_id"))
    forbidden = table["transfer_type"] == str(FORBIDDEN_TRANSFER)
    # That two platforms are too far from each other does not forbid changing at the station.
    forbidden &= (starts != ends) | (table["from_stop_id"] == table["to_stop_id"])
    kept = general & (forbidden | table["transfer_type"].isin(POSSIBLE_TRANSFERS))
    given = table.get("min_transfer_time", pd.Series("", index=table.index))
    seconds = pd.to_numeric(given, errors="coerce").where(~forbidden)
    kinds = pd.Series(POSSIBLE_TRANSFER, index=table.index).where(seconds.isna(), TIMED_TRANSFER)
    kinds = kinds.where(~forbidden, FORBIDDEN_TRANSFER)
    frame = pd.DataFrame(
        {
            "from_stop_id": starts[kept],
            "to_stop_id": ends[kept],
            "transfer_type": kinds[kept].astype(np.int8),
            "min_transfer_time": seconds[kept].fillna(0).astype(np.int32),
        }
    )
    # Platforms have been merged: what is possible for one of them is possible for the station,
    # and the longest of their changes holds for it.
    frame["order"] = frame["transfer_type"].map(_PRECEDENCE)
    frame = frame.sort_values(
        ["from_stop_id", "to_stop_id", "order", "min_transfer_time"],
        ascending=[True, True, True, False],
    ).drop(columns="order")
    return frame.drop_duplicates(["from_stop_id", "to_stop_id"]).reset_index(drop=True)


def is_particular(transfers: pd.DataFrame) -> "pd.Series[bool]":
    """Return which rows of ``transfers.txt`` are about single lines or trips."""
    names = [name for name in PARTICULAR_TRANSFER if name in transfers.columns]
    return (transfers[names] != "").any(axis=1)


def _feed_info(tables: Tables, agency: pd.DataFrame) -> pd.DataFrame:
    given = tables.get("feed_info")
    info = (
        given.iloc[:1].reset_index(drop=True)
        if given is not None and not given.empty
        else pd.DataFrame(
            {
                "feed_publisher_name": agency["agency_name"].iloc[:1],
                "feed_publisher_url": agency["agency_url"].iloc[:1],
                "feed_lang": ["und"],
            }
        )
    )
    return info if "feed_version" in info.columns else info.assign(feed_version="")
