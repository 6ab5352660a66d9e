"""The projects layer: works of the documents as lines and points."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

from gis.catalogue.projects import Project, ProjectMode, ProjectShape
from gis.catalogue.tables import Waypoint
from gis.core.crs import GEOGRAPHIC, length_m, to_geographic, to_metric
from gis.core.schemas import FEATURE_COLUMNS, Certainty, Method, Status
from gis.core.units import METRES_PER_KILOMETRE

Lines = npt.NDArray[np.object_]
Coordinates = npt.NDArray[np.float64]

SOURCE = "SRC-PROJECT-SKETCH"
ACCURACY_M = {
    Certainty.HIGH: 1500,
    Certainty.MEDIUM: 3000,
    Certainty.LOW: 5000,
    Certainty.GUESS: 10000,
}
POINT_ACCURACY_M = {
    Certainty.HIGH: 1000,
    Certainty.MEDIUM: 2500,
    Certainty.LOW: 5000,
    Certainty.GUESS: 10000,
}
# A station within this distance of a line lies on it; its coordinate and the line are both exact
# to a few hundred metres, and planned stations to about 1 km.
ON_LINE_M = 1200.0
# A railway between two of its stations is at most this much longer than the straight line; a
# larger factor means that the two stations lie on different branches.
LARGEST_DETOUR = 1.5
RAIL_SUBMODES = frozenset({"hsr", "mixed", "intercity", "metro", "suburban"})
BUILT = frozenset({Status.OPEN, Status.PARTLY_OPEN, Status.UNDER_CONSTRUCTION})
NEW_LINE = frozenset({"new", "study"})
COLUMNS = (
    *FEATURE_COLUMNS,
    "mode",
    "submode",
    "kind",
    "opened_year",
    "target_year",
    "opened_or_target",
    "certainty",
    "status_certainty",
    "basis",
    "length_km",
    "drawn_km",
    "design_kmh",
    "city_ids",
    "document_id",
    "document_ids",
    "other_ids",
    "passes",
    "note",
)


def build_projects(
    projects: Sequence[Project], rail_lines: gpd.GeoDataFrame | None = None
) -> gpd.GeoDataFrame:
    """Draw the projects in the order of their stations, junctions or places.

    Lines run straight between waypoints; a rail project follows a railway of ``rail_lines``
    wherever two consecutive stations lie on it. A project that is another name of a second one is
    not drawn again: its id stands in ``other_ids`` of that one. Programmes without a place have
    no feature.

    Parameters
    ----------
    projects
        Project cards.
    rail_lines
        The rail lines layer (WGS84), if it is at hand.

    Returns
    -------
    GeoDataFrame
        Columns :data:`COLUMNS`, in WGS84: LineString, Point or MultiPoint, in the order of the
        cards. ``length_km`` is the published length, ``drawn_km`` that of the sketch.

    """
    drawn = [item for item in projects if item.counts and item.shape is not ProjectShape.NONE]
    others: dict[str, list[str]] = {}
    for item in projects:
        if item.same_as:
            others.setdefault(item.same_as, []).append(item.id)
    tracks = _tracks(rail_lines)
    geometry = [_geometry(item, tracks) for item in drawn]
    rows = [_row(item, others.get(item.id, [])) for item in drawn]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    frame = frame.astype({"opened_year": "Int64", "target_year": "Int64", "design_kmh": "Int64"})
    layer = gpd.GeoDataFrame(frame, geometry=geometry, crs=GEOGRAPHIC)
    lengths_km = pd.Series(length_m(layer.geometry) / METRES_PER_KILOMETRE, index=layer.index)
    layer["drawn_km"] = lengths_km.round(1).where(layer.geom_type == "LineString")
    return layer


def _row(project: Project, others: Sequence[str]) -> dict[str, object]:
    accuracy = ACCURACY_M if project.shape is ProjectShape.LINE else POINT_ACCURACY_M
    return {
        "id": project.id,
        "name_zh": project.name_zh,
        "name_en": project.name_en,
        "source_id": SOURCE,
        "method": Method.SKETCHED.value,
        "accuracy_m": accuracy[project.certainty],
        "status": project.status.value,
        "mode": project.mode.value,
        "submode": project.submode,
        "kind": project.kind,
        "opened_year": project.opened_year,
        "target_year": project.target_year,
        "opened_or_target": project.timing_zh,
        "certainty": project.certainty.value,
        "status_certainty": project.status_certainty.value,
        "basis": project.basis.value,
        "length_km": project.length_km,
        "drawn_km": float("nan"),
        "design_kmh": project.design_kmh,
        "city_ids": ";".join(project.city_ids),
        "document_id": project.document_id,
        "document_ids": ";".join(project.document_ids),
        "other_ids": ";".join(others),
        "passes": " — ".join(point.name for point in project.waypoints),
        "note": project.decision_zh,
    }


def _geometry(project: Project, tracks: "_Tracks") -> BaseGeometry:
    points = [(point.lon, point.lat) for point in project.waypoints]
    if project.shape is ProjectShape.POINTS:
        return shapely.Point(points[0]) if len(points) == 1 else shapely.MultiPoint(points)
    if project.mode is not ProjectMode.RAIL or project.submode not in RAIL_SUBMODES:
        return shapely.LineString(points)
    is_idea = project.status not in BUILT and project.kind in NEW_LINE
    lines = tracks.future if is_idea else np.concatenate([tracks.open, tracks.future])
    return _along(project.waypoints, lines)


@dataclass(frozen=True, slots=True)
class _Tracks:
    """Railways as metric lines, each the joined pieces of one railway.

    A line that is only an idea must not be drawn on the railway it is to relieve, hence the two.
    """

    open: Lines
    future: Lines


def _tracks(rail_lines: gpd.GeoDataFrame | None) -> _Tracks:
    if rail_lines is None:
        return _Tracks(np.empty(0, dtype=object), np.empty(0, dtype=object))
    metric = to_metric(rail_lines[["line_id", "status", "geometry"]])
    is_open = metric["status"] == Status.OPEN.value
    return _Tracks(_joined(metric[is_open]), _joined(metric[~is_open]))


def _joined(pieces: gpd.GeoDataFrame) -> Lines:
    if pieces.empty:
        return np.empty(0, dtype=object)
    railways = pieces.dissolve("line_id", sort=True).geometry.to_numpy()
    return np.asarray(shapely.get_parts(shapely.line_merge(railways)))


def _along(waypoints: Sequence[Waypoint], lines: Lines) -> BaseGeometry:
    stops = gpd.GeoDataFrame(
        geometry=[shapely.Point(point.lon, point.lat) for point in waypoints], crs=GEOGRAPHIC
    )
    metric = to_metric(stops)
    points = shapely.get_coordinates(metric.geometry.to_numpy())
    coordinates = [points[:1]]
    coordinates += [_hop(start, end, lines) for start, end in pairwise(points)]
    path = shapely.LineString(np.concatenate(coordinates))
    drawn = gpd.GeoDataFrame(geometry=[path], crs=metric.crs)
    return shapely.remove_repeated_points(to_geographic(drawn, where=SOURCE).geometry.iloc[0])


def _hop(start: Coordinates, end: Coordinates, lines: Lines) -> Coordinates:
    """Return the points after ``start`` up to ``end``, along the nearest line both lie on."""
    begin, finish = shapely.Point(start), shapely.Point(end)
    off = np.maximum(shapely.distance(lines, begin), shapely.distance(lines, finish))
    for number in np.argsort(off, kind="stable"):
        if off[number] > ON_LINE_M:
            break
        track = lines[number]
        positions = track.project(begin), track.project(finish)
        length = abs(positions[1] - positions[0])
        if 0 < length <= begin.distance(finish) * LARGEST_DETOUR:
            return np.asarray(shapely.get_coordinates(substring(track, *positions))[1:])
    return end[None, :]
