"""GTFS feeds as frames: the one form in which public transport enters a network.

A feed read from a file and a feed made by the product have the same columns and types, so that
what follows cannot tell them apart.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from gis.core.units import SECONDS_PER_MINUTE

POSSIBLE_TRANSFER, TIMED_TRANSFER, FORBIDDEN_TRANSFER = 0, 2, 3  # as GTFS numbers them
DOOR_COLUMNS = ("pickup_type", "drop_off_type")
_DOORS_CLOSED = 1

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Feed:
    """A public transport feed after the GTFS reference (gtfs.org/schedule/reference).

    Each frame has the columns of the file of the same name. Columns beyond the standard are kept.

    Parameters
    ----------
    agency
        ``agency_id, agency_name, agency_url, agency_timezone``.
    stops
        ``stop_id, stop_name, stop_lat, stop_lon`` (float64, WGS84). Feeds of the product add
        ``stop_name_en`` and ``kind`` (``rail``, ``metro`` or ``tram``).
    routes
        ``route_id, agency_id, route_short_name, route_long_name, route_type``.
    trips
        ``route_id, service_id, trip_id, direction_id``; one row a trip, in the order of
        ``stop_times``. Feeds of the product add ``pattern_id``, ``synthetic`` and ``certainty``.
    stop_times
        ``trip_id, stop_id`` (categorical), ``stop_sequence`` (int32), ``arrival_s, departure_s``
        (int32 seconds after midnight of the service day, above 86,400 past midnight). Sorted by
        trip and sequence; a trip's rows follow each other. Feeds in which one may not board, or
        not alight, at some calls add ``pickup_type, drop_off_type`` (int8, see :func:`open_doors`).
    calendar
        ``service_id, monday ... sunday`` (int8), ``start_date, end_date`` (YYYYMMDD strings).
    transfers
        ``from_stop_id, to_stop_id, transfer_type, min_transfer_time`` (int32 seconds); a row with
        equal stops is the time to change trains at that stop. Type 0 says that one may change but
        not how long it takes, type 3 that one may not.
    feed_info
        ``feed_publisher_name, feed_publisher_url, feed_lang, feed_version``; one row.

    """

    agency: pd.DataFrame
    stops: pd.DataFrame
    routes: pd.DataFrame
    trips: pd.DataFrame
    stop_times: pd.DataFrame
    calendar: pd.DataFrame
    transfers: pd.DataFrame
    feed_info: pd.DataFrame


def open_doors(stop_times: pd.DataFrame) -> tuple[BoolArray, BoolArray]:
    """Return ``(calls,)`` at which calls people may board, and at which they may alight.

    Only where ``pickup_type`` or ``drop_off_type`` is 1 they may not. Stops on demand, by telephone
    (2) or by telling the driver (3), count as stops: who lives there can use them.
    """
    boards, alights = (
        stop_times[name].to_numpy() != _DOORS_CLOSED
        if name in stop_times.columns
        else np.ones(len(stop_times), dtype=np.bool_)
        for name in DOOR_COLUMNS
    )
    return boards, alights


def direct_run_minutes(
    feed: Feed, origin_stop: str, destination_stop: str, *, both_directions: bool = False
) -> npt.NDArray[np.float64]:
    """Return the minutes of every trip that runs from one stop to another without a change.

    Parameters
    ----------
    feed
        The feed.
    origin_stop, destination_stop
        Ids of the stops; minutes run from departure at the first to arrival at the second.
    both_directions
        Whether to add the trips from the second stop to the first.

    Returns
    -------
    numpy.ndarray
        One number a trip, sorted; empty when no trip serves both.

    """
    times = feed.stop_times
    columns = ["trip_id", "stop_sequence", "arrival_s", "departure_s"]
    boards, alights = open_doors(times)
    from_rows = times.loc[(times["stop_id"] == origin_stop) & boards, columns]
    to_rows = times.loc[(times["stop_id"] == destination_stop) & alights, columns]
    pairs = from_rows.merge(to_rows, on="trip_id", suffixes=("_from", "_to"))
    ahead = pairs.loc[pairs["stop_sequence_from"] < pairs["stop_sequence_to"]]
    runs_s = (ahead["arrival_s_to"] - ahead["departure_s_from"]).groupby(
        ahead["trip_id"], observed=True
    )
    minutes = runs_s.min().to_numpy(dtype=np.float64) / SECONDS_PER_MINUTE
    if both_directions:
        back = direct_run_minutes(feed, destination_stop, origin_stop)
        minutes = np.concatenate([minutes, back])
    return np.sort(minutes)
