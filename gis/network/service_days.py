"""Which trips of a feed run on which day, and the day that stands for the timetable.

Feeds of operators hold services of different seasons and weekdays side by side; all of them
together are no day's timetable. One date stands for it: an ordinary working day.
"""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pandas as pd

from gis.core.errors import InputError, Problem
from gis.network.feed import Feed

BoolArray = npt.NDArray[np.bool_]

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DATE_FORMAT = "%Y%m%d"
# Mondays and Fridays carry the weekend's travellers; the days between are the ordinary ones.
_ORDINARY = (1, 0, 0, 0, 1, 2, 2)


def ordinary_day(days: Iterable[pd.Timestamp], trips: Iterable[float]) -> pd.Timestamp | None:
    """Return the day that stands for a timetable, None when no trip ever runs.

    Tuesday to Thursday are preferred to Monday and Friday, and these to the weekend; of several
    the day with the most trips, then that of the week with the most, then the first.

    Parameters
    ----------
    days, trips
        Days and the trips that run on each; a day may come more than once.

    """
    count = pd.Series(list(trips), index=pd.DatetimeIndex(list(days)), dtype=np.float64)
    count = count.groupby(level=0).sum()
    count = count[count > 0]
    if count.empty:
        return None
    dates = pd.DatetimeIndex(count.index)
    monday = dates - pd.to_timedelta(dates.day_of_week, unit="D")
    in_week = count.groupby(monday).transform("sum").to_numpy()
    kind = np.array(_ORDINARY)[dates.day_of_week]
    best: pd.Timestamp = dates[np.lexsort((dates.to_numpy(), -in_week, -count.to_numpy(), kind))[0]]
    return best


def service_date(feed: Feed) -> pd.Timestamp | None:
    """Return the date that stands for the timetable of a feed (:func:`ordinary_day`)."""
    calendar = feed.calendar
    # Between the first and last days of services only the weekday matters: a week after each
    # such day shows every timetable there is.
    starts = pd.to_datetime(calendar["start_date"], format=DATE_FORMAT)
    ends = pd.to_datetime(calendar["end_date"], format=DATE_FORMAT)
    changes = pd.DatetimeIndex([*starts, *(ends + pd.Timedelta(days=1))]).unique().sort_values()
    week = pd.to_timedelta(np.arange(len(DAYS)), unit="D")
    days = pd.DatetimeIndex([day for change in changes for day in change + week]).unique()
    trips = calendar["service_id"].map(feed.trips["service_id"].value_counts()).fillna(0)
    return ordinary_day(days, (trips[services_on(calendar, day)].sum() for day in days))


def service_date_text(feed: Feed) -> str:
    """Return the date that stands for the timetable, ``YYYY-MM-DD``; empty without trips."""
    day = service_date(feed)
    return "" if day is None else day.strftime("%Y-%m-%d")


def services_on(calendar: pd.DataFrame, day: pd.Timestamp) -> BoolArray:
    """Return ``(services,)`` whether each row of a calendar runs on a day."""
    date = day.strftime(DATE_FORMAT)
    within = (calendar["start_date"].astype(str) <= date) & (calendar["end_date"] >= date)
    runs = calendar[DAYS[day.day_of_week]] == 1
    return (within & runs).to_numpy(dtype=np.bool_)


def trips_on(feed: Feed, day: pd.Timestamp) -> BoolArray:
    """Return ``(trips,)`` whether each trip of a feed starts on a service day."""
    running = feed.calendar.loc[services_on(feed.calendar, day), "service_id"]
    return feed.trips["service_id"].isin(running).to_numpy(dtype=np.bool_)


def stated_date(feed: Feed, date: str, *, where: str) -> pd.Timestamp:
    """Return a date that a user named.

    Parameters
    ----------
    feed
        The feed.
    date
        ``YYYYMMDD`` or ``YYYY-MM-DD``.
    where
        What the user would call the place where the date stands.

    Raises
    ------
    InputError
        If it is no date, or no trip runs on it; the message names the days with trips.

    """
    day = pd.to_datetime(date.replace("-", ""), format=DATE_FORMAT, errors="coerce")
    if pd.isna(day):
        raise InputError([Problem(where, "error.gtfs_date_wrong", {"value": date})])
    if not trips_on(feed, day).any():
        calendar = feed.calendar
        fields = {
            "date": date,
            "first": str(calendar["start_date"].min()),
            "last": str(calendar["end_date"].max()),
        }
        raise InputError([Problem(where, "error.gtfs_nothing_on_date", fields)])
    return day
