"""Points of service from an extract: schools, hospitals, bus stops, and where they are."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from gis.catalogue.osm_points import PointRule, load_osm_points
from gis.network.osm.objects import OsmObject, names_of, read_places

POINT_COLUMNS = ("point_id", "kind", "name_zh", "lon", "lat")


def osm_points(
    pbf: Path,
    *,
    clip: shapely.Geometry | None = None,
    rules: Sequence[PointRule] | None = None,
) -> pd.DataFrame:
    """Return the points of service of an extract.

    An area stands for a point inside it. A node inside an area of the same kind, of the same
    name or where one has none, is the same service and left out. What fits no rule is no service;
    what fits several is of the first kind.

    Parameters
    ----------
    pbf
        The extract.
    clip
        Area (WGS84); points outside are left out.
    rules
        Tags of each kind; ``seeds/osm_points.csv`` by default.

    Returns
    -------
    pandas.DataFrame
        ``point_id, kind, name_zh, lon, lat`` (WGS84), nodes, ways, relations by number.
        ``name_zh`` is empty for what has no name.

    Raises
    ------
    InputError
        If the file or the table of rules cannot be read.

    """
    chosen = load_osm_points() if rules is None else tuple(rules)
    tags = sorted({rule.tags[0] for rule in chosen})
    services = [
        (kind, thing) for thing in read_places(pbf, tags).found if (kind := _kind(thing, chosen))
    ]
    kinds = [kind for kind, _ in services]
    things = [thing for _, thing in services]
    shapes = np.array([thing.shape for thing in things], dtype=object)
    points = shapely.point_on_surface(shapes)
    frame = pd.DataFrame(
        {
            "point_id": pd.Series([thing.osm_id for thing in things], dtype=object),
            "kind": pd.Series(kinds, dtype=object),
            "name_zh": pd.Series([names_of(thing.tags)[0] for thing in things], dtype=object),
            "lon": shapely.get_x(points),
            "lat": shapely.get_y(points),
        }
    )
    is_kept = ~_is_said_twice(frame, shapes)
    if clip is not None:
        is_kept &= shapely.covers(clip, points)
    return frame.loc[is_kept, list(POINT_COLUMNS)].reset_index(drop=True)


def _kind(thing: OsmObject, rules: Sequence[PointRule]) -> str:
    return next((rule.kind.value for rule in rules if rule.fits(thing.tags)), "")


def _is_said_twice(frame: pd.DataFrame, shapes: np.ndarray) -> np.ndarray:
    """Tell which rows are nodes inside an area that stands for the same service."""
    is_area = shapely.get_dimensions(shapes) == 2  # noqa: PLR2004 - areas have two
    nodes, areas = np.flatnonzero(~is_area), np.flatnonzero(is_area)
    tree = shapely.STRtree(shapes[areas])
    inner, outer = tree.query(shapes[nodes], predicate="covered_by")
    inner, outer = nodes[inner], areas[outer]
    kind, name = frame["kind"].to_numpy(), frame["name_zh"].to_numpy()
    is_same = (kind[inner] == kind[outer]) & (
        (name[inner] == name[outer]) | (name[inner] == "") | (name[outer] == "")
    )
    is_twice = np.zeros(len(frame), dtype=bool)
    is_twice[inner[is_same]] = True
    return is_twice
