"""Building every layer from the tables and the hand-digitised geometry."""

from pathlib import Path

import geopandas as gpd
import shapely

from gis.catalogue.areas import load_population, load_township_kinds, load_townships
from gis.catalogue.places import load_places, load_zone_places
from gis.catalogue.projects import load_projects
from gis.catalogue.rail import load_rail_tables
from gis.catalogue.registers import load_corridors
from gis.catalogue.roads import load_roads
from gis.catalogue.zones import load_zone_townships, load_zones
from gis.core.paths import layers_dir, seeds_dir
from gis.layers.areas import build_areas
from gis.layers.corridors import build_corridors
from gis.layers.imported import mark_imported
from gis.layers.places import build_places
from gis.layers.projects import build_projects
from gis.layers.rail import build_rail_lines, build_stations
from gis.layers.read import DIGITISED, read_digitised
from gis.layers.roads import build_roads
from gis.layers.townships import build_townships
from gis.layers.waters import build_waters
from gis.layers.write import write_layer
from gis.layers.zones import AREAS_FILE, ZoneTables, build_zones


def build_layers(
    *,
    seeds: Path | None = None,
    digitised: Path | None = None,
    county_shapes: gpd.GeoDataFrame | None = None,
) -> dict[str, gpd.GeoDataFrame]:
    """Return all layers by name, in the order in which they build on each other.

    Parameters
    ----------
    seeds
        Folder of the tables; the product's own by default.
    digitised
        Folder of the hand-digitised geometry; the product's own by default.
    county_shapes
        ``county_id`` and areas (WGS84) of every county from an extract of OpenStreetMap, to build
        all areas on instead of the digitised borders.

    Raises
    ------
    InputError
        If a table or a digitised file is missing or faulty.

    """
    tables = seeds or seeds_dir()
    drawn = digitised or layers_dir() / DIGITISED
    areas = build_areas(seeds=tables, digitised=drawn, county_shapes=county_shapes)
    areas = areas if county_shapes is None else mark_imported(areas)
    water = build_waters(areas, digitised=drawn)
    seats = load_townships(tables)
    townships = build_townships(
        seats,
        load_township_kinds(tables),
        areas.counties,
        {count.code: count.population for count in load_population(tables)},
    )
    rail = load_rail_tables(tables)
    rail_lines = build_rail_lines(tables=rail)
    corridors = load_corridors(tables)
    return {
        "counties": areas.counties,
        "cities": areas.cities,
        "context": areas.context,
        "coast": water.coast,
        "waters": water.waters,
        "townships": townships,
        "places": build_places(load_places(tables), areas.counties),
        "zones": build_zones(
            ZoneTables(
                zones=load_zones(tables),
                members=load_zone_townships(tables),
                places=load_zone_places(tables),
                corridors=corridors,
                areas=read_digitised(AREAS_FILE, digitised=drawn),
            ),
            townships,
            shapely.union_all(water.coast.geometry.to_numpy()),
        ),
        "corridors": build_corridors(corridors),
        "projects": build_projects(load_projects(tables), rail_lines),
        "roads": build_roads(
            load_roads(tables), seats={seat.id: (seat.lon, seat.lat) for seat in seats}
        ),
        "rail_lines": rail_lines,
        "stations": build_stations(tables=rail),
    }


def write_layers(built: dict[str, gpd.GeoDataFrame], *, layers: Path | None = None) -> list[Path]:
    """Write layers, one GeoJSON file each, and return the files.

    Raises
    ------
    InputError
        If the folder cannot be written.

    """
    folder = layers or layers_dir()
    paths = []
    for name, frame in built.items():
        path = folder / f"{name}.geojson"
        write_layer(frame, path)
        paths.append(path)
    return paths
