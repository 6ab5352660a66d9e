"""Counties made from digitised border arcs.

The digitised source is topological: ``borders.geojson`` holds one line for each piece of border
between two junctions, with the county on its left and on its right (empty: outside the province),
and ``islands.geojson`` holds the islands as rings. A border that two counties share is stored
once, so counties built from the arcs fit without gaps or overlaps whatever the generalisation.

Control points lie on a grid of 0.01 degrees (islands: 0.005). For each arc they were chosen so
that the area between the drawn line and a public county map of 2024 plus a price for each point is
least, closer near township seats and bridge ends, which must stay on their side. Islands below
0.8 km2 (3 km2 outside the six cities) without a seat or a landing are left out. The outer arcs are
the administrative limit, which runs through the water in Hangzhou Bay and in the bays of Ningbo and
Taizhou; the shore is a matter of :mod:`gis.layers.land`.
"""

import geopandas as gpd
import numpy as np
import shapely

from gis.core.crs import GEOGRAPHIC
from gis.core.errors import Problem, raise_problems

BORDERS_FILE = "borders"
ISLANDS_FILE = "islands"


def county_shapes(
    borders: gpd.GeoDataFrame,
    islands: gpd.GeoDataFrame,
) -> gpd.GeoDataFrame:
    """Polygonise arcs into counties and add the islands.

    Parameters
    ----------
    borders
        Lines with ``id``, ``left_id`` and ``right_id``.
    islands
        Polygons with ``county_id``.

    Returns
    -------
    GeoDataFrame
        ``county_id`` and geometry (WGS84), one row a county in the order of the codes.

    Raises
    ------
    InputError
        If the arcs of a county do not close; every such county is named.

    """
    ids = sorted({*borders["left_id"], *borders["right_id"], *islands["county_id"]} - {""})
    shapes: list[shapely.Geometry] = []
    problems: list[Problem] = []
    for county_id in ids:
        own = borders[(borders["left_id"] == county_id) | (borders["right_id"] == county_id)]
        lines = own.geometry.to_numpy()
        if not _closes(lines):
            problems.append(Problem(f"{BORDERS_FILE}: {county_id}", "error.border_open"))
            continue
        rings = islands.loc[islands["county_id"] == county_id].geometry.to_numpy()
        mainland = shapely.build_area(shapely.geometrycollections(lines))
        shapes.append(shapely.normalize(shapely.union_all([mainland, *rings])))
    raise_problems(problems)
    return gpd.GeoDataFrame({"county_id": ids}, geometry=shapes, crs=GEOGRAPHIC)


def _closes(lines: np.ndarray) -> bool:
    """Tell whether every end of a line meets another end, so that the lines bound areas."""
    if len(lines) == 0:
        return True
    ends = np.concatenate(
        [
            shapely.get_coordinates(shapely.get_point(lines, 0)),
            shapely.get_coordinates(shapely.get_point(lines, -1)),
        ]
    )
    _, counts = np.unique(ends, axis=0, return_counts=True)
    return bool((counts % 2 == 0).all())
