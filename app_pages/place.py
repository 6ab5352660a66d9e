"""The answer to a click: how far one gets from there, and how long to the six centres."""

import io
import tempfile
import zipfile
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
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
SURFACE_LIMIT_MIN = 120


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


def place_answer(view: View) -> PlaceAnswer:
    """Return the answer for the place of a view, by its means of travel and network.

    Raises
    ------
    InputError
        If there is no network, or the place is in the sea or far from any road.

    """
    lon, lat = view.at or (0.0, 0.0)
    asked = replace(View(), year=view.year, network=view.network, mode=view.mode)
    return _place_answer(asked, data.network_version(view), lon, lat, view.minutes)


@st.cache_data(show_spinner=False, max_entries=KEPT_ANSWERS)
def _place_answer(
    view: View, version: data.FileVersion, lon: float, lat: float, minutes: tuple[int, ...]
) -> PlaceAnswer:
    del version  # part of the key: a replaced network answers anew
    from gis.access.isochrones import isochrones
    from gis.access.points import check_points
    from gis.access.travel_times import travel_times

    network = data.network_in_force(view)
    parameters = data.parameters()
    here = pd.DataFrame({"id": ["here"], "lon": [lon], "lat": [lat]})
    raise_problems(check_points(here, network, where=""))
    reach = isochrones(
        network, lon, lat, minutes=minutes, mode=Mode(view.mode), parameters=parameters
    ).sort_values("minutes", ascending=False, ignore_index=True)
    cities = data.six_cities()
    times = travel_times(
        network,
        here,
        cities[["id", "lon", "lat"]],
        mode=Mode(view.mode),
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
    if view.network:
        here = say("networks.here", language, name=view.network)
        about = f'<p class="soft">{escape(here)}</p>{about}'
    if view.mode == "transit":
        about += f'<p class="soft">{escape(say("place.rail.about", language))}</p>'
    st.html(
        f'<div class="place"><h1>{title}</h1>{where}'
        f'<div class="reached">{reached}</div>{about}{centres}</div>'
    )
    st.download_button(
        say("place.surface", language, limit=SURFACE_LIMIT_MIN),
        data=lambda: surface_zip(view),
        file_name=f"travel_times_{view.mode}_{view.network or view.year}.zip",
        mime="application/zip",
        on_click="ignore",
        key="surface",
        help=say("place.surface.about", language, limit=SURFACE_LIMIT_MIN),
    )


def surface_zip(view: View) -> bytes:
    """Return the travel times from the place of a view as a GeoTIFF with its QGIS style, zipped.

    The grid is that over the study area, so that the rasters of all places fit together.
    """
    from gis.access.time_surface import travel_time_surface
    from gis.outputs.raster_grid import grid_over
    from gis.outputs.raster_tags import time_tags
    from gis.outputs.rasters import time_bands, write_time_raster

    network, mode = data.network_in_force(view), Mode(view.mode)
    lon, lat = view.at or (0.0, 0.0)
    name = place_name(lon, lat, "zh")
    places = pd.DataFrame({"id": ["here"], "name_zh": [name], "lon": [lon], "lat": [lat]})
    surface = travel_time_surface(
        network, places, parameters=data.parameters(), limit_min=SURFACE_LIMIT_MIN, mode=mode
    )
    cities = data.layers()["cities"]
    west, south, east, north = cities[cities["in_study_area"].astype(bool)].total_bounds.tolist()
    grid = grid_over((west, south, east, north), metric_system=network.metric_system)
    minutes, ground = time_bands(surface, grid, network.water)
    tags = time_tags(
        network,
        places,
        grid,
        mode=mode,
        statistic=Statistic.MEDIAN,
        peak=False,
        limit_min=SURFACE_LIMIT_MIN,
    )
    packed = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(packed, "w") as archive:
        path = Path(folder) / "travel_times.tif"
        write_time_raster(path, minutes, ground, grid, tags=tags)
        for part in (path, path.with_suffix(".qml")):
            archive.write(part, part.name)
    return packed.getvalue()


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
