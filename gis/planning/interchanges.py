"""Where two public transport systems meet: walks and waits, shared stations, through trains."""

import pandas as pd

from gis.core.units import SECONDS_PER_MINUTE
from gis.network.gtfs import Feed


def interchange_minutes(
    feed: Feed, stations: pd.DataFrame, *, window_min: tuple[float, float]
) -> pd.DataFrame:
    """Return walk and mean wait from one system to another where they meet.

    From a train one takes the metro as it comes: half its mean headway in the window comes on top
    of the walk. Towards a train one leaves in time for it; what that takes is the walk and the
    boarding buffer, which are asked elsewhere. So each change counts towards the system that is
    boarded without a timetable; of several lines the one waited for least.

    Parameters
    ----------
    feed
        Public transport; ``transfers`` with ``min_transfer_time`` in seconds.
    stations
        ``id, kind`` of the stations asked for.
    window_min
        Departures that make up the headway, minutes after midnight, the end not included.

    Returns
    -------
    DataFrame
        ``origin, destination`` (station left, station boarded), ``minutes``; NaN where nothing
        departs in the window.

    """
    kind = stations.set_index("id")["kind"]
    transfers = feed.transfers
    pairs = pd.DataFrame(
        {
            "origin": transfers["from_stop_id"].astype(str),
            "destination": transfers["to_stop_id"].astype(str),
            "walk_min": transfers["min_transfer_time"] / SECONDS_PER_MINUTE,
        }
    )
    pairs = pairs[pairs["origin"].isin(kind.index) & pairs["destination"].isin(kind.index)]
    left, boarded = pairs["origin"].map(kind), pairs["destination"].map(kind)
    pairs = pairs[(left != boarded) & (boarded != "rail")]
    served = set(feed.stop_times["stop_id"].astype(str))
    pairs = pairs[pairs["origin"].isin(served) & pairs["destination"].isin(served)]
    headway = headways_min(feed, window_min=window_min).groupby("stop_id")["headway_min"].min()
    wait_min = pairs["destination"].map(headway) / 2.0
    table = pairs.assign(minutes=pairs["walk_min"] + wait_min)
    columns = ["origin", "destination", "minutes"]
    return table[columns].sort_values(columns[:2], ignore_index=True)


def headways_min(feed: Feed, *, window_min: tuple[float, float]) -> pd.DataFrame:
    """Return the mean headway of every line and direction at every stop.

    Parameters
    ----------
    feed
        Public transport.
    window_min
        Departures that count, minutes after midnight, the end not included.

    Returns
    -------
    DataFrame
        ``stop_id, route_id, direction_id, headway_min``: the window's length over its departures.

    """
    departures = feed.stop_times.merge(
        feed.trips[["trip_id", "route_id", "direction_id"]], on="trip_id"
    )
    minute = departures["departure_s"] / SECONDS_PER_MINUTE
    last = departures.groupby("trip_id")["stop_sequence"].transform("max")
    counted = departures[
        minute.between(*window_min, inclusive="left") & (departures["stop_sequence"] < last)
    ]
    keys = ["stop_id", "route_id", "direction_id"]
    count = counted.groupby(keys, observed=True).size().rename("departures").reset_index()
    length_min = window_min[1] - window_min[0]
    table = count.assign(
        stop_id=count["stop_id"].astype(str), headway_min=length_min / count["departures"]
    )
    return table[[*keys, "headway_min"]]


def shared_stations(feed: Feed, own: pd.Series, other: pd.Series) -> pd.DataFrame:
    """Return where the system of some stations meets that of others.

    A system is what one agency runs. Stops joined by a transfer, or served by both, are shared,
    wherever the border runs.

    Parameters
    ----------
    feed
        Public transport.
    own, other
        Ids of stations that tell the two systems; an agency of the first is none of the second.

    Returns
    -------
    DataFrame
        ``origin, destination``: stops of the one and of the other system.

    """
    first, second = (_stops_of(feed, names) for names in _two_agencies(feed, own, other))
    transfers = feed.transfers
    near = pd.DataFrame(
        {
            "origin": transfers["from_stop_id"].astype(str),
            "destination": transfers["to_stop_id"].astype(str),
        }
    )
    both = sorted(first & second)
    same = pd.DataFrame({"origin": both, "destination": both}, dtype=str)
    joined = near[near["origin"].isin(first) & near["destination"].isin(second)]
    found: pd.DataFrame = pd.concat([joined, same]).drop_duplicates()
    return found.sort_values(["origin", "destination"], ignore_index=True)


def through_trips(feed: Feed, own: pd.Series, other: pd.Series) -> pd.DataFrame:
    """Return the trips of either of two systems that go on into the other.

    Such a trip calls at two stations of the other system or more, a stop joined to one by a
    transfer counting as that station, and at one of them at the very stop of the other system. A
    stop belongs to the system whose trips call there most.

    Parameters
    ----------
    feed
        Public transport.
    own, other
        As for :func:`shared_stations`.

    Returns
    -------
    DataFrame
        ``trip_id, route_id``.

    """
    agencies = _two_agencies(feed, own, other)
    every_call = _calls(feed)
    counts = every_call.groupby(["stop", "agency"]).size().reset_index(name="calls")
    counts = counts.sort_values(["calls", "agency"], ascending=[False, True])
    home = counts.drop_duplicates("stop").set_index("stop")["agency"]
    found: set[str] = set()
    for names, others in (agencies, agencies[::-1]):
        theirs = frozenset(home.index[home.isin(others)])
        calls = every_call[every_call["agency"].isin(names)]
        joined = feed.transfers[feed.transfers["to_stop_id"].astype(str).isin(theirs)]
        station = dict(
            zip(joined["from_stop_id"].astype(str), joined["to_stop_id"].astype(str), strict=True)
        ) | {stop: stop for stop in theirs}
        there = calls.assign(station=calls["stop"].map(station)).dropna(subset=["station"])
        stations = there.groupby("trip")["station"].nunique()
        at_stop = set(there.loc[there["stop"].isin(theirs), "trip"])
        found |= set(stations.index[stations > 1]) & at_stop
    rows = feed.trips["trip_id"].isin(found)
    return feed.trips.loc[rows, ["trip_id", "route_id"]].reset_index(drop=True)


def _calls(feed: Feed) -> pd.DataFrame:
    """Return ``trip, stop, agency`` of every call."""
    agency = feed.trips["route_id"].map(feed.routes.set_index("route_id")["agency_id"])
    by_trip = pd.Series(agency.to_numpy(), index=feed.trips["trip_id"])
    return pd.DataFrame(
        {
            "trip": feed.stop_times["trip_id"],
            "stop": feed.stop_times["stop_id"].astype(str),
            "agency": feed.stop_times["trip_id"].map(by_trip),
        }
    )


def _two_agencies(
    feed: Feed, own: pd.Series, other: pd.Series
) -> tuple[frozenset[str], frozenset[str]]:
    """Return the agencies of the one and of the other system; railways are neither."""
    calls = _calls(feed).drop_duplicates(["stop", "agency"])
    urban = {agency for agency in calls["agency"].unique() if _is_urban(feed, agency)}
    mine = frozenset(calls.loc[calls["stop"].isin(own), "agency"]) & urban
    theirs = frozenset(calls.loc[calls["stop"].isin(other), "agency"]) & urban
    return mine, theirs - mine


def _stops_of(feed: Feed, agencies: frozenset[str]) -> frozenset[str]:
    calls = _calls(feed)
    return frozenset(calls.loc[calls["agency"].isin(agencies), "stop"])


def _is_urban(feed: Feed, agency: str) -> bool:
    types = feed.routes.loc[feed.routes["agency_id"] == agency, "route_type"].astype(int)
    return bool(types.isin([0, 1]).any())
