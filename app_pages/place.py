"""The answer to a click: how far one gets from there, and how long to the six centres."""

from dataclasses import dataclass
from html import escape
from typing import Any

import geopandas as gpd
import pandas as pd
import streamlit as st

from app_pages import data, fragments
from app_pages.view import View
from app_pages.words import Language, say
from gis.core.errors import InputError, raise_problems
from gis.core.schemas import Definition, Mode, Statistic
from gis.core.text import text
from gis.outputs import phrases

KEPT_ANSWERS = 64


@dataclass(frozen=True, slots=True)
class PlaceAnswer:
    """What is known about a place that the reader clicked.

    Parameters
    ----------
    reach
        ``minutes, mode, geometry`` of the isochrones, WGS84; the larger first, so that the smaller
        is drawn on top.
    centres
        ``id, name_zh, name_en, minutes`` of the six city centres, nearest first.
    people
        Limit in minutes -> people of the townships whose seat is within.

    """

    reach: gpd.GeoDataFrame
    centres: pd.DataFrame
    people: dict[int, int]


@st.cache_data(show_spinner=False, max_entries=KEPT_ANSWERS)
def place_answer(
    year: int, lon: float, lat: float, mode: str, minutes: tuple[int, ...]
) -> PlaceAnswer:
    """Compute the answer for a place.

    Parameters
    ----------
    year
        Year of the network.
    lon, lat
        The place, degrees WGS84.
    mode
        ``car`` or ``transit``.
    minutes
        Limits of the isochrones.

    Raises
    ------
    InputError
        If there is no network of the year, or the place is in the sea or far from any road.

    """
    from gis.access.isochrones import isochrones
    from gis.access.points import check_points
    from gis.access.travel_times import travel_times

    network = data.network(year)
    parameters = data.parameters()
    here = pd.DataFrame({"id": ["here"], "lon": [lon], "lat": [lat]})
    raise_problems(check_points(here, network, where=""))
    reach = isochrones(
        network, lon, lat, minutes=minutes, mode=Mode(mode), parameters=parameters
    ).sort_values("minutes", ascending=False, ignore_index=True)
    cities = data.six_cities()
    times = travel_times(
        network,
        here,
        cities[["id", "lon", "lat"]],
        mode=Mode(mode),
        definition=Definition.DOOR_TO_DOOR,
        statistics=(Statistic.MEDIAN,),
        parameters=parameters,
    )
    centres = cities.merge(times[["destination", "minutes"]], left_on="id", right_on="destination")
    return PlaceAnswer(
        reach,
        centres.sort_values("minutes", ignore_index=True)[["id", "name_zh", "name_en", "minutes"]],
        _people_within(reach),
    )


def show_place(view: View, answer: PlaceAnswer | InputError | None) -> None:
    """Draw the card of the place, or what is wrong with it.

    Parameters
    ----------
    view
        Language, year, means of travel and the place.
    answer
        The answer, the problems with the place, or None where the year has no network.

    """
    language = view.language
    lon, lat = view.at or (0.0, 0.0)
    name = place_name(lon, lat, language)
    title = escape(say("place.title", language, name=name))
    where = f'<p class="soft">{lat:.4f}°N {lon:.4f}°E</p>'
    if not isinstance(answer, PlaceAnswer):
        failed = escape(say("error.place", language))
        reasons = fragments.bullets(
            (say("error.no_network", language, year=view.year),)
            if answer is None
            else (text(p.key, language=language, **p.fields) for p in answer.problems)
        )
        st.html(f'<div class="place"><h1>{title}</h1>{where}<p>{failed}</p>{reasons}</div>')
        return
    reached = "".join(_reached(limit, count, language) for limit, count in answer.people.items())
    centres = _centres(answer.centres, view)
    about = f'<p class="soft">{escape(say("place.people.about", language))}</p>' if reached else ""
    if view.mode == "transit":
        about += f'<p class="soft">{escape(say("place.rail.about", language))}</p>'
    st.html(
        f'<div class="place"><h1>{title}</h1>{where}'
        f'<div class="reached">{reached}</div>{about}{centres}</div>'
    )


def _reached(limit: int, count: int, language: Language) -> str:
    within = escape(say("place.within", language, minutes=limit))
    return (
        f'<div><i class="chip m{limit}"></i><small>{within}</small>'
        f"<b>{escape(fragments.people(count, language))}</b></div>"
    )


def place_name(lon: float, lat: float, language: Language) -> str:
    """Return county and township of a place, or "here"."""
    township = data.township_at(lon, lat)
    if township is None:
        return say("place.here", language)
    if language == "en":
        parts = [township["name_en"], township.get("county_en", "")]
        return ", ".join(part for part in parts if part)
    return f"{township.get('county_zh', '')}{township['name_zh']}"


def _centres(centres: pd.DataFrame, view: View) -> str:
    language = view.language
    title = say(f"place.centres.{view.mode}", language)
    cells = "".join(
        f"<span>{escape(_short(row[f'name_{language}']))}</span><b>{_minutes(row, language)}</b>"
        for row in centres.to_dict("records")
    )
    return f'<p class="soft">{escape(title)}</p><div class="centres">{cells}</div>'


def _minutes(row: dict[Any, Any], language: Language) -> str:
    minutes = None if pd.isna(row["minutes"]) else float(row["minutes"])
    return escape(phrases.amount(minutes, "min", language))


def _short(name: str) -> str:
    """Call a city by its name alone."""
    return name.removesuffix("市").removesuffix(" City")


def _people_within(reach: gpd.GeoDataFrame) -> dict[int, int]:
    """Count the people of the townships whose seat an isochrone covers."""
    if "townships" not in data.layers():
        return {}
    townships = data.layers()["townships"]
    seats = gpd.GeoSeries(
        gpd.points_from_xy(townships["seat_lon"], townships["seat_lat"]),
        index=townships.index,
        crs=4326,
    )
    return {
        int(row.minutes): int(townships.loc[seats.within(row.geometry), "population"].sum())
        for row in reach.sort_values("minutes").itertuples()
    }
