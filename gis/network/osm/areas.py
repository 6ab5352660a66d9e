"""Administrative areas from an extract, matched to the counties of our tables."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gis.catalogue.areas import AdminUnit, Level
from gis.core.crs import GEOGRAPHIC
from gis.layers.topology import overlap_problems
from gis.network.osm.objects import OsmObject, names_of, read_areas

AREA_COLUMNS = ("osm_id", "name_zh", "name_en", "admin_level", "code", "geometry")
# In China 4 is a province, 5 a city of several counties, 6 a county, 8 a township.
COUNTY_LEVEL = 6
LEVELS = (4, 5, COUNTY_LEVEL, 8)
# Where the official code is written, the key for China first.
CODE_KEYS = ("ref:admin:CN", "ref:admin:CN:mca", "ref:admin:CN:nbs", "ref")
SIMPLER_DEGREES = 3e-4  # about thirty metres, well below what a border drawn in OSM is good for
CLEANED_KM2 = 1.0  # overlap of two counties that is put down to a border drawn twice
GRID_DEGREES = 1e-5  # what the layer files keep

_CODE = re.compile(r"(\d{6})(?:0{3}|0{6})?")


@dataclass(frozen=True, slots=True, eq=False)
class OsmAreas:
    """Administrative areas of an extract.

    Parameters
    ----------
    areas
        ``osm_id, name_zh, name_en, admin_level, code`` (six digits, or empty) and areas (WGS84).
    incomplete
        Names (or ids) of relations whose members the extract does not all hold, or that do not
        close.

    """

    areas: gpd.GeoDataFrame
    incomplete: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class CountyMatch:
    """Counties of our tables found in an extract.

    Parameters
    ----------
    shapes
        ``county_id, osm_id`` and areas (WGS84), in the order of the codes.
    missing
        Names of the counties not found.

    """

    shapes: gpd.GeoDataFrame
    missing: tuple[str, ...]


def osm_areas(pbf: Path, *, levels: Collection[int] = LEVELS) -> OsmAreas:
    """Return the administrative areas of an extract.

    Parameters
    ----------
    pbf
        The extract.
    levels
        Values of ``admin_level`` wanted.

    Raises
    ------
    InputError
        If the file cannot be read to its end.

    """
    tags = [("admin_level", str(level)) for level in levels]
    read = read_areas(pbf, tags)
    rows = [
        (
            thing.osm_id,
            *names_of(thing.tags),
            int(thing.tags["admin_level"]),
            _code(thing),
            thing.shape,
        )
        for thing in read.found
        if thing.tags.get("boundary") == "administrative"
    ]
    frame = pd.DataFrame(rows, columns=list(AREA_COLUMNS)).astype({"admin_level": int})
    areas = gpd.GeoDataFrame(frame, geometry="geometry", crs=GEOGRAPHIC)
    return OsmAreas(areas, tuple(name or osm_id for osm_id, name in read.incomplete))


def match_counties(areas: gpd.GeoDataFrame, units: Iterable[AdminUnit]) -> CountyMatch:
    """Find the counties of our tables among areas of county level.

    A county is the area that holds its seat and has its code or, where it has none, its Chinese
    name. A seat outside means that one of the two is wrong, so such an area is not taken.

    Parameters
    ----------
    areas
        As from :func:`osm_areas`.
    units
        Administrative units; only counties are looked for.

    """
    candidates = areas[areas["admin_level"] == COUNTY_LEVEL].reset_index(drop=True)
    found: list[tuple[str, str, shapely.Geometry]] = []
    missing: list[str] = []
    for unit in sorted(units, key=lambda unit: unit.code):
        if unit.level is not Level.COUNTY:
            continue
        is_coded = candidates["code"] == unit.code
        is_named = (candidates["code"] == "") & (candidates["name_zh"] == unit.name_zh)
        seat = shapely.Point(unit.seat_lon, unit.seat_lat)
        rows = np.flatnonzero((is_coded | is_named) & candidates.geometry.covers(seat))
        if len(rows):
            area = candidates.iloc[rows[0]]
            found.append((unit.code, area["osm_id"], area["geometry"]))
        else:
            missing.append(unit.name_zh)
    frame = pd.DataFrame(found, columns=["county_id", "osm_id", "geometry"])
    shapes = gpd.GeoDataFrame(frame, geometry="geometry", crs=GEOGRAPHIC)
    return CountyMatch(shapes, tuple(missing))


def overlapping(shapes: gpd.GeoDataFrame) -> tuple[tuple[str, str], ...]:
    """Return ids of pairs of counties that overlap by more than a border drawn twice would.

    Parameters
    ----------
    shapes
        ``county_id`` and areas (WGS84).

    """
    areas = shapes.rename(columns={"county_id": "id"})
    found = overlap_problems(areas, where="", least_km2=CLEANED_KM2)
    return tuple((problem.where.strip(), str(problem.fields["other"])) for problem in found)


def generalised(shapes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return areas with fewer points and borders that are shared exactly.

    Small overlaps go to the neighbour with the longest common border.

    References
    ----------
    Visvalingam, Whyatt (1993), Line generalisation by repeated elimination of points; on a
    coverage: GEOS ``CoverageCleaner`` and ``CoverageSimplifier``.

    """
    areas = shapes.geometry.to_numpy()
    if not shapely.coverage_is_valid(areas):
        areas = shapely.coverage_clean(areas)  # type: ignore[attr-defined] # stubs end at 2.1
    areas = shapely.coverage_simplify(areas, SIMPLER_DEGREES)
    areas = shapely.normalize(shapely.set_precision(areas, GRID_DEGREES))
    return shapes.set_geometry(areas, crs=GEOGRAPHIC)


def _code(thing: OsmObject) -> str:
    for key in CODE_KEYS:
        found = _CODE.fullmatch(thing.tags.get(key, ""))
        if found:
            return found[1]
    return ""
