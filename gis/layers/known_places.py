"""Places whose position is known, to recognise by name the datum of planners' points."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gis.core.crs import distance_m
from gis.core.errors import Problem
from gis.core.schemas import Certainty
from gis.layers.datum import point_problems
from gis.layers.read import read_layer

GOOD_TO_M = 300.0
SAME_PLACE_M = 500.0
STATION = "站"


def known_places(*, layers: Path | None = None) -> pd.DataFrame:
    """Return named places good to about 300 m: stations, township seats, exact places.

    Parameters
    ----------
    layers
        Folder of the built layers; the product's own by default.

    Returns
    -------
    pandas.DataFrame
        ``name, lon, lat`` (WGS84); a name stands once, and only if all that bear it are close to
        each other. Stations stand with and without 站.

    Raises
    ------
    InputError
        If a layer is missing or cannot be read.

    """
    stations = read_layer("stations", layers=layers)
    places = read_layer("places", layers=layers)
    townships = read_layer("townships", layers=layers)
    seats = townships[townships["seat_certainty"] == Certainty.HIGH]
    found = [
        _named(stations, stations["name_zh"]),
        _named(stations, stations["name_zh"] + STATION),
        _named(places[places["accuracy_m"] <= GOOD_TO_M]),
        pd.DataFrame(
            {"name": seats["name_zh"], "lon": seats["seat_lon"], "lat": seats["seat_lat"]}
        ),
    ]
    return _one_place_a_name(pd.concat(found, ignore_index=True))


def name_problems(points: pd.DataFrame, known: pd.DataFrame, *, where: str) -> list[Problem]:
    """Return the problem of places in GCJ-02, recognised by their names, or none.

    Parameters
    ----------
    points
        ``id, lon, lat`` as labelled WGS84 and, if they have names, ``name_zh``; otherwise the ids
        are looked up.
    known
        Places from :func:`known_places`.
    where
        The file the points come from.

    """
    column = "name_zh" if "name_zh" in points.columns else "id"
    named = points[["lon", "lat"]].assign(name=points[column].astype(str).str.strip())
    return point_problems(named, known, where=where)


def _named(frame: gpd.GeoDataFrame, names: pd.Series | None = None) -> pd.DataFrame:
    shapes = frame.geometry.to_numpy()
    columns = {"lon": shapely.get_x(shapes), "lat": shapely.get_y(shapes)}
    return pd.DataFrame({"name": frame["name_zh"] if names is None else names, **columns})


def _one_place_a_name(places: pd.DataFrame) -> pd.DataFrame:
    first = places.drop_duplicates("name").set_index("name")
    there = first.loc[places["name"]]
    apart_m = distance_m(
        *(
            frame[column].to_numpy(dtype=np.float64)
            for frame in (places, there)
            for column in ("lon", "lat")
        )
    )
    scattered = places["name"][apart_m > SAME_PLACE_M]
    return first[~first.index.isin(scattered)].reset_index()
