"""What an extract holds for the layers, read at once, with what it lacks."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from gis.catalogue.areas import AdminUnit, Level, load_admin_units
from gis.catalogue.tables import EAST, NORTH, SOUTH, WEST
from gis.core.errors import InputError, Problem
from gis.layers.imported import Imported
from gis.network.osm.areas import COUNTY_LEVEL, generalised, match_counties, osm_areas, overlapping
from gis.network.osm.places import osm_places
from gis.network.osm.rail_lines import osm_rail_lines
from gis.network.osm.stations import osm_stations


@dataclass(frozen=True, slots=True, eq=False)
class LayerRead:
    """What was read for the layers.

    Parameters
    ----------
    imported
        For :func:`gis.layers.imported.swap_layers`.
    counties_missing
        Names of counties of ours that the extract lacks; with any, none is taken.
    counties_overlapping
        Names of counties that overlap in the extract; with any, none is taken.
    areas_incomplete
        Names of areas of county level whose border the extract holds in part only.

    """

    imported: Imported
    counties_missing: tuple[str, ...]
    counties_overlapping: tuple[str, ...]
    areas_incomplete: tuple[str, ...]


def read_layers(pbf: Path, *, seeds: Path | None = None) -> LayerRead:
    """Return counties, places, stations and rail lines of an extract within the region.

    Parameters
    ----------
    pbf
        The extract.
    seeds
        Folder of the tables; the product's own by default.

    Raises
    ------
    InputError
        If the extract or a table cannot be read, or the extract holds nothing of the region.

    """
    units = home_counties(load_admin_units(seeds))
    places = _in_region(osm_places(pbf))
    stations = _in_region(osm_stations(pbf))
    lines = _in_region(osm_rail_lines(pbf))
    areas = osm_areas(pbf, levels=[COUNTY_LEVEL])
    match = match_counties(areas.areas, units)
    if match.shapes.empty and places.empty and stations.empty and lines.empty:
        raise InputError([Problem(str(pbf), "error.osm_nothing_here")])
    names = {unit.code: unit.name_zh for unit in units}
    overlaps = tuple(f"{names[one]}—{names[other]}" for one, other in overlapping(match.shapes))
    is_whole = not (match.missing or overlaps)
    imported = Imported(
        county_shapes=generalised(match.shapes[["county_id", "geometry"]]) if is_whole else None,
        places=places,
        stations=stations,
        rail_lines=lines,
    )
    return LayerRead(imported, match.missing, overlaps, areas.incomplete)


def home_counties(units: Sequence[AdminUnit]) -> tuple[AdminUnit, ...]:
    """Return the counties of the provinces that the study area lies in: those of the layer."""
    parent = {unit.code: unit.parent_code for unit in units}
    counties = [unit for unit in units if unit.level is Level.COUNTY]
    home = {parent[unit.parent_code] for unit in counties if unit.in_study_area}
    return tuple(unit for unit in counties if parent[unit.parent_code] in home)


def _in_region(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    west, south, east, north = shapely.bounds(frame.geometry.to_numpy()).T
    is_in = (west >= WEST) & (south >= SOUTH) & (east <= EAST) & (north <= NORTH)
    return frame[np.asarray(is_in, dtype=bool)].reset_index(drop=True)
