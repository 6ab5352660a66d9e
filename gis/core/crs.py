"""Coordinate systems: the only place that transforms between them.

Storage is WGS84. Lengths and areas are geodesic; buffers and grids use one equal-area system for
the whole study area, because a single 3-degree zone (EPSG:4549 holds 118.5-121.5 E) would leave
out Ningbo and Zhoushan. Networks elsewhere use the same projection around their own middle.
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Geod, Transformer

from gis.core.errors import InputError, Problem

GEOGRAPHIC = "EPSG:4326"
CGCS2000 = "EPSG:4490"
_STUDY_LON, _STUDY_LAT = 120.7, 30.2
_EQUAL_AREA = "+proj=laea +lat_0={lat:g} +lon_0={lon:g} +datum=WGS84 +units=m +no_defs"
METRIC = _EQUAL_AREA.format(lat=_STUDY_LAT, lon=_STUDY_LON)
STUDY_RADIUS_M = 300_000.0  # the study area, and what lies next to it
GEOD = Geod(ellps="WGS84")

# What planners ask for: CGCS2000 in degrees, and its 3-degree zones by their central meridian.
HANDOVER_EPSG = (4490, 4549, 4550)
CENTRAL_MERIDIANS: Mapping[int, float] = MappingProxyType({4549: 120.0, 4550: 123.0})
ZONE_HALF_WIDTH_DEGREES = 1.5

FloatArray = npt.NDArray[np.float64]


def to_geographic(frame: gpd.GeoDataFrame, *, where: str) -> gpd.GeoDataFrame:
    """Return the frame in WGS84.

    Raises
    ------
    InputError
        If the frame has no CRS: a guess would be silent and up to hundreds of metres wrong.

    """
    if frame.crs is None:
        raise InputError([Problem(where, "error.crs_missing")])
    return frame.to_crs(GEOGRAPHIC)


def metric_system(lon: FloatArray, lat: FloatArray) -> str:
    """Return the metric equal-area system for places: the study area's, or one of their own.

    Places whose bounds come within 300 km of the middle of the study area use its system. Others
    use the azimuthal equal-area projection (Snyder, Map Projections: a working manual, 1987,
    chapter 24) around their mean, in whole degrees: at the distance ``d`` from there lengths are
    off by ``d² / 8R²`` at most, 0.02 % at 250 km and 0.3 % at 1,000 km.

    Parameters
    ----------
    lon, lat
        ``(places,)`` degrees, WGS84; not on both sides of the 180th meridian.

    Returns
    -------
    str
        The system as PROJ writes it; that of the study area for no places at all.

    """
    if not len(lon):
        return METRIC
    nearest_lon = np.clip(_STUDY_LON, np.min(lon), np.max(lon))
    nearest_lat = np.clip(_STUDY_LAT, np.min(lat), np.max(lat))
    if GEOD.inv(_STUDY_LON, _STUDY_LAT, nearest_lon, nearest_lat)[2] <= STUDY_RADIUS_M:
        return METRIC
    middle_lon, middle_lat = round(float(np.mean(lon))), round(float(np.mean(lat)))
    return _EQUAL_AREA.format(lat=middle_lat, lon=middle_lon)


def to_metric(frame: gpd.GeoDataFrame, system: str = METRIC) -> gpd.GeoDataFrame:
    """Return the frame in a metric equal-area system, that of the study area by default."""
    return frame.to_crs(system)


def metric_xy(
    lon: FloatArray, lat: FloatArray, system: str = METRIC
) -> tuple[FloatArray, FloatArray]:
    """Return points in WGS84 in a metric equal-area system: metres to the east and north."""
    x, y = _transformer(GEOGRAPHIC, system).transform(lon, lat)
    return np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)


@cache
def _transformer(source: str, target: str) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)


def bounds_in(
    bounds: tuple[float, float, float, float], *, system: str
) -> tuple[float, float, float, float]:
    """Return the bounds in a system of an area given by west, south, east, north in WGS84."""
    transformer = _transformer(GEOGRAPHIC, system)
    west, south, east, north = transformer.transform_bounds(*bounds, densify_pts=33)
    return west, south, east, north


def xy_between(
    x: FloatArray, y: FloatArray, *, source: str, target: str
) -> tuple[FloatArray, FloatArray]:
    """Return points of one system in another, both eastward first."""
    if source == target:
        return x, y
    x_there, y_there = _transformer(source, target).transform(x, y)
    return np.asarray(x_there, dtype=np.float64), np.asarray(y_there, dtype=np.float64)


def from_metric(geometry: gpd.GeoSeries, system: str = METRIC) -> gpd.GeoSeries:
    """Return geometry of a metric system, labelled or not, in WGS84."""
    return geometry.set_crs(system, allow_override=True).to_crs(GEOGRAPHIC)


def centres(geometry: gpd.GeoSeries) -> gpd.GeoSeries:
    """Return the centroids, taken in the equal-area system, of geometry in WGS84."""
    return geometry.to_crs(METRIC).centroid.to_crs(GEOGRAPHIC)


def to_handover(frame: gpd.GeoDataFrame, *, epsg: int) -> gpd.GeoDataFrame:
    """Return a frame in the system it is handed over in, one of :data:`HANDOVER_EPSG`."""
    return frame.to_crs(epsg=epsg)


def to_raster_system(frame: gpd.GeoDataFrame, *, wkt: str) -> gpd.GeoDataFrame:
    """Return a frame in the system of a raster, given as WKT, to lay it over the cells."""
    return frame.to_crs(wkt)


def zone_distortion(bounds: tuple[float, float, float, float], *, epsg: int) -> float:
    """Return the largest stretch of lengths, as a share, of an area in a 3-degree zone.

    Parameters
    ----------
    bounds
        West, south, east, north in degrees.
    epsg
        One of :data:`HANDOVER_EPSG`; degrees are not stretched.

    Notes
    -----
    On a transverse Mercator of scale 1 a length at the distance ``d`` from the central meridian
    grows by ``d² / 2R²`` (Snyder, Map Projections: a working manual, 1987, chapter 8).

    """
    if epsg not in CENTRAL_MERIDIANS:
        return 0.0
    west, south, east, _ = bounds
    farthest = max(abs(side - CENTRAL_MERIDIANS[epsg]) for side in (west, east))
    across = np.deg2rad(farthest) * np.cos(np.deg2rad(south))
    return float(across**2 / 2)


def length_m(geometry: gpd.GeoSeries) -> FloatArray:
    """Return geodesic lengths in metres of lines in WGS84."""
    return np.array([GEOD.geometry_length(line) for line in geometry], dtype=np.float64)


def area_km2(geometry: gpd.GeoSeries) -> FloatArray:
    """Return geodesic areas in km2 of polygons in WGS84, whatever their orientation."""
    return np.array(
        [
            abs(GEOD.geometry_area_perimeter(shapely.orient_polygons(shape))[0]) / 1e6
            for shape in geometry
        ],
        dtype=np.float64,
    )


def distance_m(
    lon: FloatArray, lat: FloatArray, lon_to: FloatArray, lat_to: FloatArray
) -> FloatArray:
    """Return geodesic distances in metres between points in WGS84, elementwise."""
    return np.asarray(GEOD.inv(lon, lat, lon_to, lat_to)[2], dtype=np.float64)
