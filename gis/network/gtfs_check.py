"""What is wrong with a GTFS feed: every fault at once, with its file, row and remedy.

Works on the files as they are written, one frame of strings a file; the index of a row plus two is
its line in the file.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice

import numpy as np
import numpy.typing as npt
import pandas as pd

from gis.core.errors import Problem
from gis.network.feed import DOOR_COLUMNS
from gis.network.service_days import DAYS

Tables = Mapping[str, pd.DataFrame]
BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float64]

REQUIRED_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "agency": ("agency_name", "agency_url", "agency_timezone"),
    "stops": ("stop_id", "stop_name", "stop_lat", "stop_lon"),
    "routes": ("route_id", "route_type"),
    "trips": ("route_id", "service_id", "trip_id"),
    "stop_times": ("trip_id", "arrival_time", "departure_time", "stop_id", "stop_sequence"),
    "calendar": ("service_id", *DAYS, "start_date", "end_date"),
    "calendar_dates": ("service_id", "date", "exception_type"),
    "transfers": ("from_stop_id", "to_stop_id", "transfer_type"),
    "frequencies": ("trip_id", "start_time", "end_time", "headway_secs"),
    "feed_info": ("feed_publisher_name", "feed_publisher_url", "feed_lang"),
}
NEEDED_FILES = ("agency", "stops", "routes", "trips", "stop_times")
CALENDARS = ("calendar", "calendar_dates")
STOP_OR_STATION = ("", "0", "1", "2")  # location types that need coordinates
TIMED_TRANSFER = "2"
ROWS_SHOWN = 50  # of one fault in one file; the rest is counted
MAX_DEPARTURES = 20_000  # that one row of frequencies.txt may stand for

_TIME = re.compile(r"^\s*(\d{1,3}):([0-5]\d):([0-5]\d)\s*$")
_WHOLE_NUMBER = r"[0-9]{1,9}"


def check_tables(tables: Tables, where: str) -> list[Problem]:
    """Return the problems of a feed given as its files.

    Parameters
    ----------
    tables
        File name without ``.txt`` -> frame of strings, empty where blank.
    where
        What a user would call the feed, usually its file.

    """
    structure = list(_missing(tables, where))
    if structure:
        return structure
    checks: tuple[Callable[[Tables], Iterator[_Fault]], ...] = (
        _agencies,
        _ids,
        _stops,
        _routes,
        _references,
        _stop_times,
        _service_days,
        _transfers,
        _frequencies,
    )
    return [problem for check in checks for fault in check(tables) for problem in fault.at(where)]


def seconds_of_times(times: pd.Series) -> FloatArray:
    """Return seconds after midnight of ``H:MM:SS``, NaN where blank or wrong; hours may pass 24."""
    codes, written = pd.factorize(times)
    parsed = np.array([_seconds(str(text)) for text in written], dtype=np.float64)
    return parsed[codes]


class _Fault:
    """Rows of one file with the same fault."""

    def __init__(
        self,
        file: str,
        key: str,
        rows: Iterable[int],
        fields: Iterable[Mapping[str, object]] | None = None,
    ) -> None:
        self.file, self.key, self.rows = file, key, list(rows)
        self.fields = list(fields) if fields is not None else [{}] * len(self.rows)

    def at(self, where: str) -> Iterator[Problem]:
        """Give a problem for each row, the last one with the number of rows not shown."""
        for row, fields in islice(zip(self.rows, self.fields, strict=True), ROWS_SHOWN):
            yield Problem(f"{where} {self.file}.txt row {row + 2}", self.key, fields)
        if len(self.rows) > ROWS_SHOWN:
            count = {"count": len(self.rows) - ROWS_SHOWN}
            yield Problem(f"{where} {self.file}.txt", "error.gtfs_more", count)


def _missing(tables: Tables, where: str) -> Iterator[Problem]:
    for file in NEEDED_FILES:
        if file not in tables:
            yield Problem(f"{where} {file}.txt", "error.gtfs_file_missing")
        elif tables[file].empty:
            yield Problem(f"{where} {file}.txt", "error.gtfs_file_empty")
    if not any(file in tables for file in CALENDARS):
        yield Problem(f"{where} calendar.txt", "error.gtfs_calendar_missing")
    for file, table in tables.items():
        present = ", ".join(table.columns)
        for column in REQUIRED_COLUMNS.get(file, ()):
            if column not in table.columns:
                fields = {"column": column, "present": present}
                yield Problem(f"{where} {file}.txt", "error.column_missing", fields)


def _agencies(tables: Tables) -> Iterator[_Fault]:
    # All clock times of a feed are those of one zone; by its rules the agencies share it.
    table = tables["agency"]
    other = table["agency_timezone"] != table["agency_timezone"].iloc[0]
    shown = table.assign(first=table["agency_timezone"].iloc[0])
    yield _rows("agency", "error.gtfs_timezones", shown, other, ("agency_timezone", "first"))


def _ids(tables: Tables) -> Iterator[_Fault]:
    for file, column in (
        ("stops", "stop_id"),
        ("routes", "route_id"),
        ("trips", "trip_id"),
        ("calendar", "service_id"),
    ):
        if file not in tables:
            continue
        ids = tables[file][column]
        yield _rows(file, "error.cell_empty", tables[file], ids == "", ())
        repeated = (ids.duplicated() & (ids != "")).to_numpy()
        first = ids.drop_duplicates().reset_index().set_index(column)["index"]
        shown = [
            {"id": identifier, "first": f"{file}.txt row {first[identifier] + 2}"}
            for identifier in ids[repeated].iloc[: ROWS_SHOWN + 1]
        ]
        shown += [{}] * (int(repeated.sum()) - len(shown))
        yield _Fault(file, "error.id_duplicate", np.flatnonzero(repeated), shown)


def _stops(tables: Tables) -> Iterator[_Fault]:
    stops = tables["stops"]
    kinds = stops.get("location_type", pd.Series("", index=stops.index))
    needs = kinds.isin(STOP_OR_STATION) | stops["stop_id"].isin(tables["stop_times"]["stop_id"])
    blank = (stops["stop_lat"] == "") | (stops["stop_lon"] == "")
    yield _rows("stops", "error.gtfs_stop_without_coordinates", stops, needs & blank, ("stop_id",))
    lat = pd.to_numeric(stops["stop_lat"], errors="coerce")
    lon = pd.to_numeric(stops["stop_lon"], errors="coerce")
    on_earth = (lat.abs() <= 90) & (lon.abs() <= 180) & ~((lat == 0) & (lon == 0))  # noqa: PLR2004
    wrong = needs & ~blank & ~on_earth
    columns = ("stop_id", "stop_lat", "stop_lon")
    yield _rows("stops", "error.gtfs_coordinates_wrong", stops, wrong, columns)


def _routes(tables: Tables) -> Iterator[_Fault]:
    table = tables["routes"]
    wrong = ~table["route_type"].str.fullmatch(r"[0-9]{1,4}")
    yield _rows("routes", "error.gtfs_route_type_wrong", table, wrong, ("route_type",))


def _references(tables: Tables) -> Iterator[_Fault]:
    services = set().union(*(tables[file]["service_id"] for file in CALENDARS if file in tables))
    trips = set(tables["trips"]["trip_id"])
    stops = set(tables["stops"]["stop_id"])
    references = [
        ("trips", "route_id", set(tables["routes"]["route_id"]), "routes"),
        ("trips", "service_id", services, "calendar"),
        ("stop_times", "trip_id", trips, "trips"),
        ("stop_times", "stop_id", stops, "stops"),
        ("frequencies", "trip_id", trips, "trips"),
        ("transfers", "from_stop_id", stops | {""}, "stops"),
        ("transfers", "to_stop_id", stops | {""}, "stops"),
        ("stops", "parent_station", stops | {""}, "stops"),
    ]
    if "agency_id" in tables["agency"].columns:
        agencies = set(tables["agency"]["agency_id"]) | {""}
        references.append(("routes", "agency_id", agencies, "agency"))
    for file, column, known, table in references:
        if file not in tables or column not in tables[file].columns:
            continue
        ids = tables[file][column]
        unknown = (~ids.isin(known)).to_numpy()
        fields = ({"id": identifier, "table": f"{table}.txt"} for identifier in ids[unknown])
        yield _Fault(file, "error.id_unknown", np.flatnonzero(unknown), fields)


def _stop_times(tables: Tables) -> Iterator[_Fault]:
    table = tables["stop_times"]
    whole = table["stop_sequence"].str.fullmatch(_WHOLE_NUMBER)
    shown = ("stop_sequence",)
    yield _rows("stop_times", "error.gtfs_sequence_wrong", table, ~whole, shown)
    arrival = seconds_of_times(table["arrival_time"])
    departure = seconds_of_times(table["departure_time"])
    for column, seconds in (("arrival_time", arrival), ("departure_time", departure)):
        yield _wrong_times("stop_times", table, column, seconds)
    order = pd.DataFrame(
        {
            "row": np.arange(len(table)),
            "trip": table["trip_id"].to_numpy(),
            "sequence": pd.to_numeric(table["stop_sequence"].where(whole)).to_numpy(),
            "arrival": np.where(np.isnan(arrival), departure, arrival),
            "departure": np.where(np.isnan(departure), arrival, departure),
        }
    ).dropna(subset=["sequence"])
    repeated = order.loc[order.duplicated(["trip", "sequence"]), "row"].to_numpy()
    fields = (
        {"trip": table["trip_id"].iloc[row], "sequence": table["stop_sequence"].iloc[row]}
        for row in repeated
    )
    yield _Fault("stop_times", "error.gtfs_sequence_twice", repeated, fields)
    order = order.sort_values(["trip", "sequence"], kind="stable")
    ends = ~(order["trip"].duplicated() & order["trip"].duplicated(keep="last"))
    timeless = (ends & order["arrival"].isna()).to_numpy()
    yield _trip_rows("error.gtfs_end_without_time", table, order["row"].to_numpy()[timeless])
    timed = order.dropna(subset=["arrival"])
    earlier = timed.groupby("trip", sort=False)["departure"].shift()
    backwards = (timed["departure"] < timed["arrival"]) | (timed["arrival"] < earlier)
    rows = np.sort(timed.loc[backwards, "row"].to_numpy())
    yield _trip_rows("error.gtfs_time_backwards", table, rows)
    for column in DOOR_COLUMNS:
        if column in table.columns:
            kinds = table[column].str.strip()
            rows = np.flatnonzero(~kinds.isin(["", "0", "1", "2", "3"]))
            values = ({"column": column, "value": value} for value in kinds.iloc[rows])
            yield _Fault("stop_times", "error.gtfs_door_wrong", rows, values)


def _service_days(tables: Tables) -> Iterator[_Fault]:
    for file, columns in (("calendar", ("start_date", "end_date")), ("calendar_dates", ("date",))):
        for column in columns if file in tables else ():
            table = tables[file]
            days = pd.to_datetime(table[column], format="%Y%m%d", errors="coerce")
            fields = ({"value": value} for value in table.loc[days.isna(), column])
            rows = np.flatnonzero(days.isna())
            yield _Fault(file, "error.gtfs_date_wrong", rows, fields)
    if "calendar" in tables:
        table = tables["calendar"]
        for day in DAYS:
            wrong = ~table[day].isin(["0", "1"])
            fields = ({"column": day, "value": value} for value in table.loc[wrong, day])
            yield _Fault("calendar", "error.gtfs_day_wrong", np.flatnonzero(wrong), fields)
    if "calendar_dates" in tables:
        table = tables["calendar_dates"]
        wrong = ~table["exception_type"].isin(["1", "2"])
        key = "error.gtfs_exception_wrong"
        yield _rows("calendar_dates", key, table, wrong, ("exception_type",))


def _transfers(tables: Tables) -> Iterator[_Fault]:
    if "transfers" not in tables:
        return
    table = tables["transfers"]
    seconds = table.get("min_transfer_time", pd.Series("", index=table.index))
    timed = table["transfer_type"] == TIMED_TRANSFER
    wrong = timed & ~seconds.str.fullmatch(_WHOLE_NUMBER)
    shown = table.assign(min_transfer_time=seconds)
    yield _rows("transfers", "error.gtfs_transfer_wrong", shown, wrong, ("min_transfer_time",))


def _frequencies(tables: Tables) -> Iterator[_Fault]:
    if "frequencies" not in tables:
        return
    table = tables["frequencies"]
    start = seconds_of_times(table["start_time"])
    end = seconds_of_times(table["end_time"])
    for column, seconds in (("start_time", start), ("end_time", end)):
        yield _wrong_times("frequencies", table, column, seconds, blank_allowed=False)
    whole = table["headway_secs"].str.fullmatch(_WHOLE_NUMBER)
    headway = pd.to_numeric(table["headway_secs"].where(whole))
    wrong = ~(headway > 0) | (end <= start) | (end - start > MAX_DEPARTURES * headway)
    shown = ("headway_secs", "start_time", "end_time")
    yield _rows("frequencies", "error.gtfs_frequency_wrong", table, wrong, shown)
    exact = table.get("exact_times", pd.Series("", index=table.index)).str.strip()
    wrong = ~exact.isin(["", "0", "1"])
    written = table.assign(exact_times=exact)
    yield _rows("frequencies", "error.gtfs_exact_times_wrong", written, wrong, ("exact_times",))
    order = np.lexsort((start, table["trip_id"].to_numpy(dtype=str)))
    trip = table["trip_id"].to_numpy()[order]
    early = (trip[1:] == trip[:-1]) & (start[order][1:] < end[order][:-1])
    rows = np.sort(order[1:][early])
    fields = ({"trip": table["trip_id"].iloc[row]} for row in rows)
    yield _Fault("frequencies", "error.gtfs_frequencies_overlap", rows, fields)


def _wrong_times(
    file: str, table: pd.DataFrame, column: str, seconds: FloatArray, *, blank_allowed: bool = True
) -> _Fault:
    wrong = np.isnan(seconds)
    if blank_allowed:
        wrong &= (table[column].str.strip() != "").to_numpy()
    fields = ({"column": column, "value": value} for value in table.loc[wrong, column])
    return _Fault(file, "error.gtfs_time_wrong", np.flatnonzero(wrong), fields)


def _rows(
    file: str, key: str, table: pd.DataFrame, wrong: "pd.Series[bool]", shown: tuple[str, ...]
) -> _Fault:
    rows = np.flatnonzero(wrong)
    fields = table.loc[wrong.to_numpy(), list(shown)].to_dict("records")
    return _Fault(
        file, key, rows, [{str(name): cell for name, cell in row.items()} for row in fields]
    )


def _trip_rows(key: str, table: pd.DataFrame, rows: npt.NDArray[np.int64]) -> _Fault:
    return _Fault("stop_times", key, rows, ({"trip": table["trip_id"].iloc[row]} for row in rows))


def _seconds(text: str) -> float:
    found = _TIME.match(text)
    if not found:
        return np.nan
    hours, minutes, seconds = (int(part) for part in found.groups())
    return float(hours * 3600 + minutes * 60 + seconds)
