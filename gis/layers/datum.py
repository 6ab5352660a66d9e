"""The datum guard: recognises GCJ-02 coordinates that are labelled WGS84.

A label cannot be trusted, so coordinates are compared with what is known: points that carry the
name of a known place, lines that should lie on known roads. Data are accused only when undoing
the shift of GCJ-02 brings them clearly nearer; nothing is ever converted silently.
"""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gis.core.crs import GEOGRAPHIC, distance_m, to_metric
from gis.core.datum import gcj02_to_wgs84
from gis.core.errors import Problem

FloatArray = npt.NDArray[np.float64]

NEAR_M = 3_000.0  # farther apart, two points of the same name are two places
LEAST_SHIFT_M = 300.0  # GCJ-02 moves points of the study area by 400 to 600 m
LEAST_MATCHES = 3
CLEARLY_NEARER = 0.5
ON_ROAD_M = 20.0
LEAST_GAIN = 1.5
LEAST_ON_ROAD = 0.05
SAMPLE = 5_000


@dataclass(frozen=True, slots=True)
class DatumEvidence:
    """How well data fit as labelled, and after undoing the shift of GCJ-02.

    Parameters
    ----------
    as_labelled, shifted_back
        Median metres to known places, or share of vertices on known roads.
    count
        Places or vertices compared.
    is_gcj02
        Whether the data are clearly in GCJ-02.

    """

    as_labelled: float
    shifted_back: float
    count: int
    is_gcj02: bool


def compare_points(points: pd.DataFrame, known: pd.DataFrame) -> DatumEvidence:
    """Compare named points with known places of the same name.

    Parameters
    ----------
    points
        ``name, lon, lat`` as labelled WGS84.
    known
        ``name, lon, lat`` in WGS84, good to about 300 m. Names of several places are not used.

    """
    unique = known.drop_duplicates("name", keep=False)
    pairs = points.merge(unique, on="name", suffixes=("", "_known"))
    lon, lat, lon_known, lat_known = (
        pairs[column].to_numpy(dtype=np.float64)
        for column in ("lon", "lat", "lon_known", "lat_known")
    )
    before = distance_m(lon, lat, lon_known, lat_known)
    after = distance_m(*gcj02_to_wgs84(lon, lat), lon_known, lat_known)
    near = before < NEAR_M
    if near.sum() < LEAST_MATCHES:
        return DatumEvidence(np.nan, np.nan, int(near.sum()), is_gcj02=False)
    as_labelled, shifted_back = float(np.median(before[near])), float(np.median(after[near]))
    return DatumEvidence(
        as_labelled,
        shifted_back,
        int(near.sum()),
        is_gcj02=as_labelled > LEAST_SHIFT_M and shifted_back < CLEARLY_NEARER * as_labelled,
    )


def compare_lines(lines: gpd.GeoDataFrame, roads: gpd.GeoDataFrame) -> DatumEvidence:
    """Compare lines with known roads that cover at least part of them.

    Parameters
    ----------
    lines
        Lines labelled WGS84.
    roads
        Roads in WGS84, good to about 10 m. A sketch network is too coarse.

    """
    vertices = shapely.get_coordinates(lines.geometry.to_numpy())
    step = max(1, len(vertices) // SAMPLE)
    lon, lat = vertices[::step].T
    tree = shapely.STRtree(to_metric(roads[["geometry"]]).geometry.to_numpy())
    as_labelled = _share_on(tree, lon, lat)
    shifted_back = _share_on(tree, *gcj02_to_wgs84(lon, lat))
    return DatumEvidence(
        as_labelled,
        shifted_back,
        len(lon),
        is_gcj02=shifted_back >= LEAST_ON_ROAD and shifted_back > LEAST_GAIN * as_labelled,
    )


def point_problems(points: pd.DataFrame, known: pd.DataFrame, *, where: str) -> list[Problem]:
    """Return the problem of named points in GCJ-02, or none; frames as :func:`compare_points`."""
    found = compare_points(points, known)
    if not found.is_gcj02:
        return []
    fields = {
        "count": found.count,
        "before_m": round(found.as_labelled),
        "after_m": round(found.shifted_back),
    }
    return [Problem(where, "error.gcj02_points", fields)]


def line_problems(lines: gpd.GeoDataFrame, roads: gpd.GeoDataFrame, *, where: str) -> list[Problem]:
    """Return the problem of lines in GCJ-02, or none; frames as :func:`compare_lines`."""
    found = compare_lines(lines, roads)
    if not found.is_gcj02:
        return []
    shares = (f"{share:.0%}" for share in (found.as_labelled, found.shifted_back))
    fields = dict(zip(("before", "after"), shares, strict=True), count=found.count)
    return [Problem(where, "error.gcj02_lines", fields)]


def _share_on(tree: shapely.STRtree, lon: FloatArray, lat: FloatArray) -> float:
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs=GEOGRAPHIC)
    metric = to_metric(points).geometry.to_numpy()
    found = tree.query(metric, predicate="dwithin", distance=ON_ROAD_M)[0]
    return len(np.unique(found)) / max(len(lon), 1)
