"""Build the network of a year from the sketch roads and the rail feed."""

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from gis.catalogue.parameters import TravelParameters, load_parameters
from gis.catalogue.rail import load_feed_settings
from gis.core.crs import METRIC, metric_system
from gis.core.errors import InputError, Problem, raise_problems
from gis.core.paths import layers_dir, seeds_dir
from gis.core.provenance import Manifest, make_manifest
from gis.layers.read import read_layer
from gis.network.gtfs import Feed
from gis.network.lines import EdgeLines, edge_lines
from gis.network.model import (
    STATION_LINK_COLUMNS,
    Network,
    check_network,
    empty_points,
    empty_water,
)
from gis.network.rail import rail_feed
from gis.network.service_days import service_date_text
from gis.network.sketch import sketch_roads
from gis.network.snap import make_access_index, tile_water, ways_to_nodes, ways_to_roads
from gis.routing.hierarchy import Hierarchy

FIRST_YEAR = 2015  # roads are dated from here on
LAST_YEAR = 2040  # beyond it no document plans

# Roads that are entered and left at their ends only: junctions, bridge ends, terminals.
CLOSED_CLASSES = frozenset({"motorway", "expressway", "bridge", "tunnel", "ferry"})


def build_network(
    *,
    year: int,
    seeds: Path | None = None,
    layers: Path | None = None,
    feed: Feed | None = None,
    early: frozenset[str] = frozenset(),
) -> Network:
    """Return the network of a year: sketch roads, rail services and links between them.

    Parameters
    ----------
    year
        The year whose open roads and lines are in it, 2015 to 2040. Before the first year of the
        rail tables there are roads only.
    seeds, layers
        Folders of the seed tables and the built layers; the product's own by default.
    feed
        Another feed to use instead of the product's trains of the year.
    early
        Roads, stopping patterns and metro lines that are open whatever their year.

    Raises
    ------
    InputError
        If there is no network of the year, or a table or layer is missing or faulty.

    """
    seeds_folder, layers_folder = seeds or seeds_dir(), layers or layers_dir()
    if not FIRST_YEAR <= year <= LAST_YEAR:
        years = {"year": year, "first": FIRST_YEAR, "last": LAST_YEAR}
        raise InputError([Problem("--year", "error.network_year", years)])
    roads = sketch_roads(year=year, seeds=seeds_folder, layers=layers_folder, early=early)
    inputs = network_inputs(seeds=seeds_folder, layers=layers_folder)
    settings: dict[str, object] = {"source": "sketch", "year": year}
    if feed is not None:
        settings |= {"service_date": service_date_text(feed), "own_timetable": True}
    return assemble_network(
        year=year,
        nodes=roads.nodes,
        edges=roads.edges,
        feed=trains_of(seeds_folder, year=year, early=early) if feed is None else feed,
        water=read_layer("waters", layers=layers_folder),
        parameters=load_parameters(seeds_folder),
        manifest=make_manifest(inputs, settings=settings),
    )


def trains_of(seeds: Path, *, year: int, early: frozenset[str] = frozenset()) -> Feed:
    """Return the product's trains of a year; none before the first year of the rail tables."""
    first_year = load_feed_settings(seeds).first_year
    feed = rail_feed(seeds, year=max(year, first_year), early=early)
    return feed if year >= first_year else without_trips(feed)


def without_trips(feed: Feed) -> Feed:
    """Return a feed in which nothing stops and nothing runs."""
    names = ("stops", "routes", "trips", "stop_times", "transfers")
    return replace(feed, **{name: getattr(feed, name).iloc[:0] for name in names})


def network_inputs(*, seeds: Path | None = None, layers: Path | None = None) -> list[Path]:
    """Return the files that networks are built from; any change calls for a new build."""
    tables = sorted(path for path in (seeds or seeds_dir()).rglob("*") if path.is_file())
    return [*tables, (layers or layers_dir()) / "waters.geojson"]


def assemble_network(
    *,
    year: int,
    nodes: pd.DataFrame,
    edges: gpd.GeoDataFrame | pd.DataFrame,
    feed: Feed,
    parameters: TravelParameters,
    manifest: Manifest,
    lines: EdgeLines | None = None,
    water: gpd.GeoDataFrame | None = None,
    points: pd.DataFrame | None = None,
    hierarchy: Hierarchy | None = None,
) -> Network:
    """Return a network of given roads and services, with its stations tied to the roads.

    Parameters
    ----------
    year, nodes, feed, manifest, points, hierarchy
        As in :class:`Network`.
    edges
        As in :class:`Network`. Where nothing is said of them, motorways, expressways, bridges,
        tunnels and ferries are entered at their ends only, and no edge is walked along.
    parameters
        Speeds and detour between stops and roads.
    lines
        Lines of the edges; they may be left out when ``edges`` holds them as geometry in WGS84.
    water
        Areas that nobody crosses except on an edge, in WGS84; they are cut into tiles.

    Raises
    ------
    InputError
        If edges name nodes that are not there, or impedances are negative or missing.
    TypeError
        If there are no lines at all.

    """
    tiles = empty_water() if water is None else tile_water(water)
    table, drawn = split_edges(edges) if lines is None else (edges, lines)
    table = _with_access(table.reset_index(drop=True))
    system = metric_system(*(nodes[name].to_numpy(dtype=np.float64) for name in ("lon", "lat")))
    network = Network(
        year=year,
        nodes=nodes.reset_index(drop=True),
        edges=table,
        lines=drawn,
        feed=feed,
        station_links=station_links(
            table, drawn, tiles, feed, parameters=parameters, system=system
        ),
        manifest=manifest,
        water=tiles,
        points=empty_points() if points is None else points.reset_index(drop=True),
        hierarchy=hierarchy,
        metric_system=system,
    )
    raise_problems(check_network(network, where=f"network of {year}"))
    return network


def split_edges(edges: gpd.GeoDataFrame | pd.DataFrame) -> tuple[pd.DataFrame, EdgeLines]:
    """Return edges with geometry in WGS84 as a table without it, and their lines.

    Raises
    ------
    TypeError
        If they have no geometry.

    """
    if not isinstance(edges, gpd.GeoDataFrame):
        raise TypeError("edges without geometry need lines")
    return pd.DataFrame(edges.drop(columns=edges.geometry.name)), edge_lines(edges.geometry)


def _with_access(edges: pd.DataFrame) -> pd.DataFrame:
    columns = set(edges.columns)
    if "enterable" not in columns:
        edges = edges.assign(enterable=~edges["road_class"].isin(CLOSED_CLASSES).to_numpy())
    if "walkable" not in columns:
        edges = edges.assign(walkable=False)
    return edges


def station_links(
    edges: pd.DataFrame,
    lines: EdgeLines,
    water: gpd.GeoDataFrame,
    feed: Feed,
    *,
    parameters: TravelParameters,
    system: str = METRIC,
) -> pd.DataFrame:
    """Return the ways between stops and road nodes, the same both ways.

    Stops that no trip serves have none. A way leads straight to a near road without crossing
    water, then along that road to its ends. ``system`` is the metric system of the network.

    Returns
    -------
    pandas.DataFrame
        ``stop_id, node, length_m, walk_s, drive_s, drive_peak_s``.

    """
    is_served = feed.stops["stop_id"].isin(feed.stop_times["stop_id"].unique())
    stops = feed.stops[is_served].sort_values("stop_id")
    lon = stops["stop_lon"].to_numpy(dtype=np.float64)
    lat = stops["stop_lat"].to_numpy(dtype=np.float64)
    ways = ways_to_roads(make_access_index(edges, lines, water, system=system), lon, lat)
    links = ways_to_nodes(ways, edges, parameters, outbound=True)
    links["stop_id"] = stops["stop_id"].to_numpy()[links["place"].to_numpy()]
    return links[list(STATION_LINK_COLUMNS)]
