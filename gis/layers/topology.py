"""Whether areas that should cover each other exactly do so."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import shapely

from gis.core.crs import from_metric, to_metric
from gis.core.errors import Problem

SQUARE_KM = 1e6


def overlap_problems(areas: gpd.GeoDataFrame, *, where: str, least_km2: float) -> list[Problem]:
    """Return one problem for each pair of areas that overlap.

    Parameters
    ----------
    areas
        ``id`` and valid areas in WGS84.
    where
        The layer.
    least_km2
        Overlap that is still put down to rounded borders.

    """
    shapes = to_metric(areas[["geometry"]]).geometry.to_numpy()
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    once = first < second
    first, second = first[once], second[once]
    common = shapely.intersection(shapes[first], shapes[second])
    size_km2 = shapely.area(common) / SQUARE_KM
    ids = areas["id"].tolist()
    problems = []
    for pair in np.flatnonzero(size_km2 > least_km2):
        fields = {"other": ids[second[pair]], "km2": f"{size_km2[pair]:.2f}"}
        place = f"{where} {ids[first[pair]]}"
        problems.append(Problem(place, "error.areas_overlap", fields | _point(common[pair])))
    return problems


def cover_problems(
    parts: gpd.GeoDataFrame, wholes: gpd.GeoDataFrame, *, key: str, where: str, least_km2: float
) -> list[Problem]:
    """Return the gaps that parts leave in their wholes, and what of them lies outside.

    Parameters
    ----------
    parts
        ``id``, the id of the whole, and valid areas in WGS84.
    wholes
        ``id`` and valid areas in WGS84; those without any part are not looked at.
    key
        Column of the parts that names the whole.
    where
        The layer of the parts.
    least_km2
        Difference that is still put down to rounded borders.

    """
    whole_of = dict(
        zip(wholes["id"], to_metric(wholes[["geometry"]]).geometry.to_numpy(), strict=True)
    )
    metric = to_metric(parts[["geometry"]]).geometry.to_numpy()
    problems = []
    for identifier, rows in parts.reset_index(drop=True).groupby(key, sort=True).indices.items():
        whole = whole_of.get(identifier)
        if whole is None:
            continue
        union = shapely.union_all(metric[rows])
        missing, beyond = shapely.difference(whole, union), shapely.difference(union, whole)
        for rest, message in ((missing, "error.areas_gap"), (beyond, "error.areas_beyond")):
            pieces = _large(rest, least_km2)
            size_km2 = sum(shapely.area(pieces)) / SQUARE_KM
            if size_km2:
                fields = {"whole": identifier, "km2": f"{size_km2:.2f}"} | _point(pieces[0])
                problems.append(Problem(where, message, fields))
    return problems


def _large(shape: shapely.Geometry, least_km2: float) -> Sequence[shapely.Geometry]:
    """Return the pieces that matter, the largest first."""
    pieces = shapely.get_parts(shape)
    sizes = shapely.area(pieces) / SQUARE_KM
    order = np.argsort(-sizes, kind="stable")
    return [pieces[row] for row in order if sizes[row] > least_km2]


def _point(metric: shapely.Geometry) -> dict[str, object]:
    centre = from_metric(gpd.GeoSeries([shapely.point_on_surface(metric)]))
    return {"lon": round(float(centre.x.iloc[0]), 3), "lat": round(float(centre.y.iloc[0]), 3)}
