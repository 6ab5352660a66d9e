"""Layers with what an extract of OpenStreetMap holds in place of what the tables give.

A feature of ours that the extract has, by its name and place, keeps its id and takes the position
of the extract; a feature that it lacks stays as it is; what only the extract has is added under an
id that begins with ``OSM-``. Every feature tells its source, so nothing is mixed unseen, and what
refers to our ids still finds them. Counties are taken all or none, because borders of two sources
would not meet.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.spatial import KDTree

from gis.core.crs import GEOGRAPHIC, metric_xy
from gis.core.errors import InputError
from gis.layers.areas import Areas
from gis.layers.import_marks import (
    IMPORT_SOURCE,
    IntArray,
    SwapCount,
    joined,
    marked,
    new_features,
)
from gis.layers.import_tracks import swap_rail_lines
from gis.layers.places import nearest_county
from gis.layers.read import read_layer

PLACE_ACCURACY_M, STATION_ACCURACY_M, BORDER_ACCURACY_M = 300, 100, 200

SAME_PLACE_M = 5000.0
SAME_STATION_M = 3000.0


@dataclass(frozen=True, slots=True, eq=False)
class Imported:
    """What was read from an extract, all in WGS84.

    Parameters
    ----------
    county_shapes
        ``county_id`` and areas of every county; None when the extract does not hold them all.
    places
        ``osm_id, name_zh, name_en, kind, place, population`` and points.
    stations
        ``osm_id, name_zh, name_en, kind`` and points; without name is not shown.
    rail_lines
        ``osm_id, name_zh, name_en, mode, status, opened_year, max_kmh`` and lines, one row a way.

    """

    county_shapes: gpd.GeoDataFrame | None
    places: gpd.GeoDataFrame
    stations: gpd.GeoDataFrame
    rail_lines: gpd.GeoDataFrame


def imported_counties(layers: Path) -> gpd.GeoDataFrame | None:
    """Return the county shapes of a folder of layers that came from an extract, None otherwise.

    What cannot be read counts as none; the check of the layers tells why.
    """
    try:
        counties = read_layer("counties", layers=layers)
    except InputError:
        return None
    has_columns = {"id", "source_id"} <= set(counties.columns)
    if not has_columns or not (counties["source_id"] == IMPORT_SOURCE).all():
        return None
    return counties.rename(columns={"id": "county_id"})[["county_id", "geometry"]]


def mark_imported(areas: Areas) -> Areas:
    """Return areas whose counties came from the extract, marked so."""
    return replace(
        areas,
        counties=marked(areas.counties, accuracy_m=BORDER_ACCURACY_M),
        cities=marked(areas.cities, accuracy_m=BORDER_ACCURACY_M),
    )


def swap_layers(
    built: Mapping[str, gpd.GeoDataFrame], imported: Imported
) -> tuple[dict[str, gpd.GeoDataFrame], dict[str, SwapCount]]:
    """Return the layers with places, stations and rail lines of an extract, and what changed.

    Parameters
    ----------
    built
        The layers as built, on the counties of the extract where it holds them all.
    imported
        What was read from the extract.

    """
    places, place_count = swap_places(built["places"], imported.places, built["counties"])
    stations, station_count = swap_stations(built["stations"], imported.stations, built["counties"])
    lines, line_count = swap_rail_lines(built["rail_lines"], imported.rail_lines)
    layers = {**built, "places": places, "stations": stations, "rail_lines": lines}
    counts = {"places": place_count, "stations": station_count, "rail_lines": line_count}
    for name in ("counties", "cities"):
        rows = len(built[name])
        taken = 0 if imported.county_shapes is None else rows
        counts[name] = SwapCount(replaced=taken, kept=rows - taken, added=0)
    return layers, counts


def swap_places(
    own: gpd.GeoDataFrame, found: gpd.GeoDataFrame, counties: gpd.GeoDataFrame
) -> tuple[gpd.GeoDataFrame, SwapCount]:
    """Return the places with the settlements of an extract.

    Parameters
    ----------
    own
        The layer ``places``.
    found
        Settlements of the extract.
    counties
        Areas (WGS84) with ``id`` and ``city_id``, to locate the settlements.

    """
    mine, theirs = _pairs(own, found, own["name_zh"], found["name_zh"], within_m=SAME_PLACE_M)
    moved = _moved(own, found, mine, theirs, accuracy_m=PLACE_ACCURACY_M)
    rest = found.drop(index=found.index[theirs])
    added = new_features(rest, accuracy_m=PLACE_ACCURACY_M).assign(
        kind=rest["kind"].to_numpy(), same_as="", note=rest["place"].to_numpy()
    )
    both = joined(moved, added, own)
    population = np.full(len(both), np.nan)
    population[mine] = found["population"].astype(float).to_numpy()[theirs]
    population[len(own) :] = rest["population"].astype(float).to_numpy()
    both["population"] = pd.array(population, dtype="Int64")
    county = nearest_county(both, counties)
    city = county.map(counties.set_index("id")["city_id"]).fillna("")
    is_agreed = (both["city_id"].fillna("") == city) | (both["city_id"].fillna("") == "")
    both["county_id"] = county.where(is_agreed, "")
    both["city_id"] = city.where(is_agreed, both["city_id"])
    return both, SwapCount(len(mine), len(own) - len(mine), len(rest))


def swap_stations(
    own: gpd.GeoDataFrame, found: gpd.GeoDataFrame, counties: gpd.GeoDataFrame
) -> tuple[gpd.GeoDataFrame, SwapCount]:
    """Return the stations with those of an extract; names and kinds must agree."""
    named = found[found["name_zh"] != ""].reset_index(drop=True)
    mine, theirs = _pairs(
        own,
        named,
        own["kind"] + " " + own["name_zh"],
        named["kind"] + " " + named["name_zh"],
        within_m=SAME_STATION_M,
    )
    moved = _moved(own, named, mine, theirs, accuracy_m=STATION_ACCURACY_M)
    rest = named.drop(index=named.index[theirs])
    county = nearest_county(rest, counties)
    added = new_features(rest, accuracy_m=STATION_ACCURACY_M).assign(
        kind=rest["kind"].to_numpy(),
        city_id=county.map(counties.set_index("id")["city_id"]).fillna("").to_numpy(),
        aliases="",
        system="",
        opened_date="",
        lines="",
        line_ids="",
    )
    both = joined(moved, added, own)
    return both, SwapCount(len(mine), len(own) - len(mine), len(rest))


def _pairs(
    own: gpd.GeoDataFrame,
    found: gpd.GeoDataFrame,
    own_names: pd.Series,
    found_names: pd.Series,
    *,
    within_m: float,
) -> tuple[IntArray, IntArray]:
    """Return rows of the two that are of one name and near each other, each at most once."""
    if own.empty or found.empty:
        return np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp)
    mine, theirs = own_names.to_numpy(), found_names.to_numpy()
    here, there = KDTree(_metric_points(own)), KDTree(_metric_points(found))
    near = here.sparse_distance_matrix(there, within_m, output_type="ndarray")
    candidates = [
        (away, row, other) for row, other, away in near.tolist() if mine[row] == theirs[other]
    ]
    taken: dict[int, int] = {}
    used: set[int] = set()
    for _, row, other in sorted(candidates):
        if row not in taken and other not in used:
            taken[row] = other
            used.add(other)
    rows = sorted(taken)
    return np.array(rows, dtype=np.intp), np.array([taken[row] for row in rows], dtype=np.intp)


def _moved(
    own: gpd.GeoDataFrame,
    found: gpd.GeoDataFrame,
    mine: IntArray,
    theirs: IntArray,
    *,
    accuracy_m: float,
) -> gpd.GeoDataFrame:
    shapes = own.geometry.to_numpy().copy()
    shapes[mine] = found.geometry.to_numpy()[theirs]
    return marked(own.set_geometry(shapes, crs=GEOGRAPHIC), mine, accuracy_m=accuracy_m)


def _metric_points(frame: gpd.GeoDataFrame) -> npt.NDArray[np.float64]:
    lon, lat = frame.geometry.get_coordinates().to_numpy().T
    return np.column_stack(metric_xy(lon, lat))
