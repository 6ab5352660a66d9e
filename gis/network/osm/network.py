"""The network of an OpenStreetMap extract: its roads, services of the year, and a hierarchy."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gis.catalogue.osm_classes import load_osm_tables
from gis.catalogue.parameters import load_parameters
from gis.core.errors import InputError, Problem
from gis.core.paths import layers_dir, seeds_dir
from gis.core.provenance import make_manifest
from gis.layers.read import read_layer
from gis.network.build import (
    FIRST_YEAR,
    LAST_YEAR,
    assemble_network,
    network_inputs,
    trains_of,
    without_trips,
)
from gis.network.gtfs import Feed
from gis.network.model import Network
from gis.network.osm.points import osm_points
from gis.network.osm.roads import osm_roads
from gis.network.osm.ways import Progress
from gis.network.road_topology import road_hierarchy
from gis.network.service_days import service_date_text


def build_osm_network(
    pbf: Path,
    *,
    year: int,
    clip: shapely.Geometry | None = None,
    walk: bool = False,
    feed: Feed | None = None,
    feed_file: Path | None = None,
    seeds: Path | None = None,
    layers: Path | None = None,
    progress: Progress | None = None,
) -> Network:
    """Return the network of an extract.

    An extract knows the roads of its own date only, whatever the year. The year chooses the
    product's trains, which are taken, with its waters, where the roads touch the study area. Other
    networks have no water, which the report says: straight ways off their roads may cross it.

    Parameters
    ----------
    pbf
        The extract (.osm.pbf).
    year
        Year of the network, 2015 to 2040.
    clip
        Area in WGS84: roads with a node in it are kept whole, points of service inside it.
    walk
        Whether ways are kept that only people on foot may use.
    feed, feed_file
        Public transport to use instead of the product's trains, and the file it came from.
    seeds, layers
        Folders of the seed tables and the built layers; the product's own by default.
    progress
        Told a line from time to time.

    Raises
    ------
    InputError
        If the extract cannot be read or has no roads, or there is no network of the year.

    """
    seeds_folder, layers_folder = seeds or seeds_dir(), layers or layers_dir()
    if not FIRST_YEAR <= year <= LAST_YEAR:
        years = {"year": year, "first": FIRST_YEAR, "last": LAST_YEAR}
        raise InputError([Problem("--year", "error.network_year", years)])
    tell = progress or (lambda _: None)
    roads = osm_roads(
        pbf, clip=clip, walk=walk, tables=load_osm_tables(seeds_folder), progress=tell
    )
    tell("points of service …")
    points = osm_points(pbf, clip=clip)
    is_home = touches(roads.nodes, read_layer("counties", layers=layers_folder))
    tell("hierarchy …")
    hierarchy = road_hierarchy(roads.nodes, roads.edges)
    tell("stations …")
    is_own_timetable = feed is not None
    if feed is None:
        feed = trains_of(seeds_folder, year=year)
        feed = feed if is_home else without_trips(feed)
    inputs = [pbf, *network_inputs(seeds=seeds_folder, layers=layers_folder)]
    settings = {
        "source": "osm",
        "year": year,
        "walk": walk,
        "clip": None if clip is None else np.round(shapely.bounds(clip), 5).tolist(),
        "service_date": service_date_text(feed),
        "own_timetable": is_own_timetable,
        "osm": {**roads.report, "no_waters": not is_home},
    }
    return assemble_network(
        year=year,
        nodes=roads.nodes,
        edges=roads.edges,
        lines=roads.lines,
        feed=feed,
        water=read_layer("waters", layers=layers_folder) if is_home else None,
        parameters=load_parameters(seeds_folder),
        manifest=make_manifest(
            inputs if feed_file is None else [*inputs, feed_file], settings=settings
        ),
        points=points,
        hierarchy=hierarchy,
    )


def touches(nodes: pd.DataFrame, counties: gpd.GeoDataFrame) -> bool:
    """Tell whether a node lies within the bounds of the counties of the study area."""
    west, south, east, north = counties[counties["in_study_area"]].total_bounds
    lon, lat = nodes["lon"], nodes["lat"]
    return bool((lon.between(west, east) & lat.between(south, north)).any())
