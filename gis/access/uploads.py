"""Files of planners, checked before they are used: everything that can be wrong with them."""

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gis.access.points import read_points
from gis.catalogue.tables import EAST, NORTH, SOUTH, WEST
from gis.core.crs import to_geographic
from gis.core.errors import Problem, raise_problems
from gis.core.vectors import (
    NAME_COLUMNS,
    crs_problems,
    feature_names,
    geometry_problems,
    is_vector,
    open_vector,
)
from gis.layers.datum import line_problems
from gis.layers.known_places import name_problems

LINES, POINTS = (1, 2, 5), (0, 4)


@dataclass(frozen=True, slots=True)
class Upload:
    """What a sound file holds.

    Parameters
    ----------
    count
        Places or features.
    crs
        CRS it is labelled with.
    kinds
        Kinds of geometry.
    columns
        Columns that tell something about the features.
    has_lines
        Whether there are lines, whose datum only known roads can tell.

    """

    count: int
    crs: str
    kinds: tuple[str, ...]
    columns: tuple[str, ...]
    has_lines: bool = False


def check_upload(
    path: Path, *, known: pd.DataFrame, roads: gpd.GeoDataFrame | None = None
) -> Upload:
    """Return what a file holds, if nothing is wrong with it.

    Parameters
    ----------
    path
        A CSV with ``id, lon, lat``, or a vector file.
    known
        Places by name, from :func:`gis.layers.known_places.known_places`.
    roads
        Known roads in WGS84 to compare lines with.

    Raises
    ------
    InputError
        With every problem: file, encoding, CRS, geometry, coordinates outside the region or in
        GCJ-02.

    """
    if not is_vector(path):
        return _check_table(path, known)
    where = str(path)
    frame = open_vector(path)
    raise_problems(crs_problems(frame, where=where))
    problems = geometry_problems(frame, where=where)
    crs = ":".join(frame.crs.to_authority() or (frame.crs.name,)) if frame.crs else ""
    frame = to_geographic(frame, where=where)
    problems += region_problems(frame, where=where)
    kinds = shapely.get_type_id(frame.geometry.to_numpy())
    named = [name for name in NAME_COLUMNS if name in frame.columns]
    points = frame[np.isin(kinds, POINTS)]
    for column in named if len(points) else []:
        problems += name_problems(_named(points, column), known, where=where)
    lines = frame[np.isin(kinds, LINES)]
    if roads is not None and len(lines):
        problems += line_problems(lines, roads, where=where)
    raise_problems(problems)
    return Upload(
        len(frame),
        crs,
        tuple(sorted(set(frame.geom_type.dropna()))),
        tuple(str(name) for name in frame.columns if name != frame.geometry.name),
        has_lines=len(lines) > 0,
    )


def region_problems(frame: gpd.GeoDataFrame, *, where: str) -> list[Problem]:
    """Return one problem for each feature (WGS84) outside the region."""
    bounds = shapely.bounds(frame.geometry.to_numpy())
    names = feature_names(frame)
    low, high = bounds[:, :2] < (WEST, SOUTH), bounds[:, 2:] > (EAST, NORTH)
    return [
        Problem(
            f"{where} {names[row]}",
            "error.outside_region",
            {"x": f"{bounds[row, 0]:.4f}", "y": f"{bounds[row, 1]:.4f}"},
        )
        for row in np.flatnonzero((low | high).any(axis=1)).tolist()
    ]


def _check_table(path: Path, known: pd.DataFrame) -> Upload:
    points = read_points(path, checks=[lambda rows, where: name_problems(rows, known, where=where)])
    places = gpd.GeoDataFrame(
        points[["id"]],
        geometry=gpd.points_from_xy(points["lon"], points["lat"]),
        crs="EPSG:4326",
    )
    raise_problems(region_problems(places, where=str(path)))
    return Upload(len(points), "EPSG:4326", ("Point",), tuple(points.columns))


def _named(points: gpd.GeoDataFrame, column: str) -> pd.DataFrame:
    shapes = shapely.centroid(points.geometry.to_numpy())
    return pd.DataFrame(
        {
            "name_zh": points[column].to_numpy(),
            "lon": shapely.get_x(shapes),
            "lat": shapely.get_y(shapes),
        }
    )
