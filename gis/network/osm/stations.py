"""Stations from an extract: of railways, metros and trams, each once."""

from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.spatial import KDTree

from gis.core.crs import GEOGRAPHIC, metric_system, metric_xy
from gis.network.osm.objects import names_of, read_places

STATION_COLUMNS = ("osm_id", "name_zh", "name_en", "kind", "geometry")
TAGS = (("railway", "station"), ("railway", "halt"), ("railway", "tram_stop"))
SAME_NAMED_M = 600.0
SAME_NAMELESS_M = 300.0
STATION_SUFFIX = "站"

_METRO = frozenset({"subway", "light_rail", "monorail"})
_CLOSED = ("disused", "abandoned", "razed")


def osm_stations(pbf: Path) -> gpd.GeoDataFrame:
    """Return the stations of an extract.

    A station is often written several times: as a node, as its building or grounds, as one node a
    line. Of those of one kind and name within 600 m the first in the order nodes, ways, relations
    stays; a nameless one stays only if none of its kind is within 300 m.

    Returns
    -------
    GeoDataFrame
        ``osm_id, name_zh, name_en, kind`` (``rail``, ``metro`` or ``tram``) and points (WGS84).
        Names have lost a final 站.

    Raises
    ------
    InputError
        If the file cannot be read to its end.

    """
    rows = []
    for thing in read_places(pbf, TAGS).found:
        if any(thing.tags.get(word) == "yes" for word in _CLOSED):
            continue
        name_zh, name_en = names_of(thing.tags)
        point = shapely.point_on_surface(thing.shape)
        rows.append(
            (thing.osm_id, bare_name(name_zh), bare_name(name_en), _kind(thing.tags), point)
        )
    frame = pd.DataFrame(rows, columns=list(STATION_COLUMNS))
    stations = gpd.GeoDataFrame(frame, geometry="geometry", crs=GEOGRAPHIC)
    return stations[_is_first(stations)].reset_index(drop=True)


def bare_name(name: str) -> str:
    """Return the name of a station without a final 站."""
    is_suffixed = len(name) > len(STATION_SUFFIX) and name.endswith(STATION_SUFFIX)
    return name.removesuffix(STATION_SUFFIX) if is_suffixed else name


def _kind(tags: Mapping[str, str]) -> str:
    if tags.get("station") in _METRO or any(tags.get(word) == "yes" for word in _METRO):
        return "metro"
    is_tram = tags["railway"] == "tram_stop" or tags.get("station") == "tram"
    return "tram" if is_tram else "rail"


def _is_first(stations: gpd.GeoDataFrame) -> np.ndarray:
    is_first = np.ones(len(stations), dtype=bool)
    if stations.empty:
        return is_first
    lon, lat = stations.geometry.get_coordinates().to_numpy().T
    tree = KDTree(np.column_stack(metric_xy(lon, lat, metric_system(lon, lat))))
    kind, name = stations["kind"].to_numpy(), stations["name_zh"].to_numpy()
    for first, second in sorted(tree.query_pairs(SAME_NAMED_M)):
        is_same = kind[first] == kind[second] and name[first] == name[second] != ""
        if is_same and is_first[first]:
            is_first[second] = False
    is_nameless = name == ""
    for first, second in sorted(tree.query_pairs(SAME_NAMELESS_M)):
        if kind[first] != kind[second] or not (is_first[first] and is_first[second]):
            continue
        if is_nameless[second]:
            is_first[second] = False
        elif is_nameless[first]:
            is_first[first] = False
    return is_first
