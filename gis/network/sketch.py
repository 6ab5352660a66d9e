"""The embedded sketch road network of one year.

Digitised motorways, trunk roads, bridges, tunnels and ferries come from the tables; between
neighbouring places a local link is assumed where no water or ridge lies between. Motorways are
entered and left at toll stations only. Lengths are straight lengths times a circuity for class
and terrain, calibrated in ``scripts/calibrate_roads.py``.
"""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from gis.catalogue.roads import (
    NodeKind,
    RoadBarrier,
    RoadClass,
    RoadLine,
    RoadTables,
    Terrain,
    load_roads,
    open_lines,
)
from gis.core.crs import GEOGRAPHIC, distance_m, to_metric
from gis.core.errors import Problem, raise_problems
from gis.core.files import read_table
from gis.core.paths import layers_dir, seeds_dir
from gis.layers.read import read_layer
from gis.network.impedance import class_values, with_times
from gis.network.local_links import (
    Barrier,
    FloatArray,
    IntArray,
    access_links,
    joining_links,
    neighbour_links,
)

SEAT_KIND = "township"
LOCAL_KINDS = frozenset(
    {NodeKind.TRUNK_JUNCTION, NodeKind.BRIDGE_END, NodeKind.TUNNEL_END, NodeKind.FERRY_TERMINAL}
)
TERRAIN_RANK = {terrain: rank for rank, terrain in enumerate(Terrain)}
RANK_TERRAIN = tuple(Terrain)
LENGTH_DECIMALS = 1
# 南通: across the Yangtze and on no way between places of the study area.
CITIES_NOT_JOINED = ("320600",)
SECONDS_PER_MINUTE = 60.0


@dataclass(frozen=True, slots=True, eq=False)
class SketchRoads:
    """Roads of one year.

    Parameters
    ----------
    nodes
        ``node_id`` (row number), ``place_id`` (``T…`` township, ``RN…`` road node), ``lon, lat``
        (WGS84), ``kind, name_zh, terrain``.
    edges
        ``edge_id, source, target`` (node ids), ``road_id`` (``RL…`` or empty), ``road_class,
        terrain, length_m, free_flow_s, peak_s, forward, backward, assumed`` and the line in WGS84.

    """

    nodes: pd.DataFrame
    edges: gpd.GeoDataFrame


def sketch_roads(
    *,
    year: int,
    seeds: Path | None = None,
    layers: Path | None = None,
    early: frozenset[str] = frozenset(),
) -> SketchRoads:
    """Return the sketch roads of a year from the seed tables and the waters layer.

    Parameters
    ----------
    year
        Roads opened in this year or before are in; those being built join in their target year.
    seeds, layers
        Folders of the tables and of the built layers; the product's own when left out.
    early
        Ids of lines that are open whatever their year.

    Raises
    ------
    InputError
        With every fault of the tables, or of the layer.

    """
    folder = seeds or seeds_dir()
    return make_sketch(
        load_roads(folder),
        seats=load_seats(folder),
        year=year,
        waters=read_layer("waters", layers=layers or layers_dir()),
        early=early,
    )


def load_seats(seeds: Path) -> pd.DataFrame:
    """Return the seats that sketch roads join: ``id, name_zh, county_id, city_id, lon, lat``."""
    columns = ("id", "name_zh", "county_id", "city_id", "lon", "lat")
    seats = read_table(seeds / "townships.csv", columns=columns)[list(columns)]
    seats = seats[~seats["city_id"].isin(CITIES_NOT_JOINED)].reset_index(drop=True)
    return seats.astype({"lon": float, "lat": float})


def make_sketch(
    tables: RoadTables,
    *,
    seats: pd.DataFrame,
    year: int,
    waters: gpd.GeoDataFrame | None = None,
    early: frozenset[str] = frozenset(),
) -> SketchRoads:
    """Return the sketch roads open in a year.

    Parameters
    ----------
    tables
        The road tables.
    seats
        Township seats ``id, name_zh, lon, lat`` (WGS84).
    year
        Roads opened in this year or before are in; those being built join in their target year.
    waters
        Water areas in WGS84 with ``crossable``; local links do not cross those without ``yes``.
    early
        Ids of lines that are open whatever their year.

    Returns
    -------
    SketchRoads
        One connected component.

    Raises
    ------
    InputError
        If a line passes a township without a seat.

    """
    lines = open_lines(tables.lines, year=year, early=early)
    nodes = _nodes(tables, lines, seats)
    number = _numbers(tables, nodes)
    pieces = _line_pieces(lines, number)
    barrier = make_barrier(tables.barriers, waters=waters)
    points = _metric_points(nodes)
    openly = {number[name] for line in lines if line.controlled == "no" for name in line.nodes}
    local = _local_pieces(tables, nodes, points, openly=openly, pieces=pieces, barrier=barrier)
    pieces = pd.concat([pieces, local], ignore_index=True)
    joins = _joining_pieces(nodes, points, pieces, make_barrier((), waters=waters))
    edges = _edges(tables, nodes, pd.concat([pieces, joins], ignore_index=True))
    return SketchRoads(nodes=nodes, edges=edges)


def make_barrier(rows: tuple[RoadBarrier, ...], *, waters: gpd.GeoDataFrame | None) -> Barrier:
    """Return what local links do not cross: ridge lines of the table, and water."""
    own = gpd.GeoSeries([shapely.LineString(row.points) for row in rows], crs=GEOGRAPHIC)
    frames = [gpd.GeoDataFrame(geometry=own)]
    if waters is not None:
        frames.append(waters.loc[waters["crossable"] != "yes", ["geometry"]])
    metric = [to_metric(frame).geometry for frame in frames if len(frame)]
    parts = [part for series in metric for part in shapely.get_parts(series.to_numpy())]
    return Barrier(tuple(parts))


def _nodes(tables: RoadTables, lines: tuple[RoadLine, ...], seats: pd.DataFrame) -> pd.DataFrame:
    """Return seats, then the road nodes of open lines that are not at a seat."""
    used = {name for line in lines for name in line.nodes}
    known = set(seats["id"])
    missing = sorted(name for name in used if name.startswith("T") and name not in known)
    raise_problems(
        Problem("road_lines.csv", "error.road_seat_unknown", {"id": name}) for name in missing
    )
    own = pd.DataFrame(
        {
            "place_id": seats["id"].to_numpy(str),
            "lon": seats["lon"].to_numpy(float),
            "lat": seats["lat"].to_numpy(float),
            "kind": SEAT_KIND,
            "name_zh": seats["name_zh"].to_numpy(str),
        }
    ).sort_values("place_id")
    road = pd.DataFrame(
        [
            (node.id, node.lon, node.lat, node.kind.value, node.name_zh)
            for node in tables.nodes
            if node.id in used
        ],
        columns=["place_id", "lon", "lat", "kind", "name_zh"],
    )
    road = road.astype(own.dtypes.to_dict())
    near, _ = _nearest_seat(own, road)
    road = road[near > tables.parameters["coincident_m"]]
    nodes = pd.concat([own, road], ignore_index=True)
    _, seat = _nearest_seat(own, nodes)
    ground = own["place_id"].map(lambda name: tables.terrain.get(name, Terrain.PLAIN)).to_numpy()
    nodes.insert(0, "node_id", np.arange(len(nodes)))
    return nodes.assign(terrain=[Terrain(name).value for name in ground[seat]])


def _nearest_seat(seats: pd.DataFrame, places: pd.DataFrame) -> tuple[FloatArray, IntArray]:
    distance, index = cKDTree(_metric_points(seats)).query(_metric_points(places))
    return np.asarray(distance, dtype=np.float64), np.asarray(index, dtype=np.int64)


def _metric_points(places: pd.DataFrame) -> FloatArray:
    points = gpd.GeoSeries.from_xy(places["lon"], places["lat"], crs=GEOGRAPHIC)
    metric = to_metric(gpd.GeoDataFrame(geometry=points)).geometry
    return shapely.get_coordinates(metric.to_numpy())


def _numbers(tables: RoadTables, nodes: pd.DataFrame) -> dict[str, int]:
    """Return the node number of every place id; road nodes at a seat have the seat's."""
    number = dict(zip(nodes["place_id"], nodes["node_id"].astype(int), strict=True))
    others = [node for node in tables.nodes if node.id not in number]
    if others:
        frame = pd.DataFrame([(node.lon, node.lat) for node in others], columns=["lon", "lat"])
        _, seat = _nearest_seat(nodes[nodes["kind"] == SEAT_KIND], frame)
        number |= {node.id: int(index) for node, index in zip(others, seat, strict=True)}
    return number


def _line_pieces(lines: tuple[RoadLine, ...], number: dict[str, int]) -> pd.DataFrame:
    """Return one row for each piece of a line between two of its nodes."""
    rows = [
        {
            "source": number[start],
            "target": number[end],
            "road_id": line.id,
            "road_class": line.road_class.value,
            "line_km": line.length_km,
            "limit_kmh": line.speed_kmh,
            "extra_s": line.wait_min * SECONDS_PER_MINUTE / (len(line.nodes) - 1),
            "assumed": False,
        }
        for line in lines
        for start, end in pairwise(line.nodes)
        if number[start] != number[end]
    ]
    columns = (
        *("source", "target", "road_id", "road_class", "line_km", "limit_kmh", "extra_s"),
        "assumed",
    )
    frame = pd.DataFrame(rows, columns=list(columns))
    return frame.astype({"line_km": float, "limit_kmh": float})


def _local_pieces(
    tables: RoadTables,
    nodes: pd.DataFrame,
    points: FloatArray,
    *,
    openly: set[int],
    pieces: pd.DataFrame,
    barrier: Barrier,
) -> pd.DataFrame:
    """Return local links between open places and the ways to toll stations."""
    settings = tables.parameters
    kinds = nodes["kind"].to_numpy(str)
    local = np.array(
        [
            kind == SEAT_KIND or (kind in LOCAL_KINDS and node in openly)
            for node, kind in zip(nodes["node_id"], kinds, strict=True)
        ]
    )
    numbers = np.flatnonzero(local)
    beta = np.array([settings[f"beta_{ground}"] for ground in nodes["terrain"]])
    longest_m = settings["link_max_km"] * 1000
    pairs = neighbour_links(
        points[numbers], beta=beta[numbers], barrier=barrier, longest_m=longest_m
    )
    known = {frozenset(pair) for pair in zip(pieces["source"], pieces["target"], strict=True)}
    ways = [tuple(numbers[pair]) for pair in pairs if frozenset(numbers[pair]) not in known]
    gates = np.flatnonzero(kinds == NodeKind.TOLL_STATION.value)
    ramps = access_links(
        points[gates],
        points[numbers],
        barrier=barrier,
        longest_m=settings["access_max_km"] * 1000,
        most=int(settings["access_most"]),
    )
    rows = [(int(a), int(b), 0.0) for a, b in ways]
    rows += [(int(gates[gate]), int(numbers[place]), settings["ramp_s"]) for gate, place in ramps]
    frame = pd.DataFrame(rows, columns=["source", "target", "extra_s"])
    return frame.assign(
        road_id="",
        road_class=RoadClass.LINK.value,
        line_km=np.nan,
        limit_kmh=np.nan,
        assumed=True,
    )


def _joining_pieces(
    nodes: pd.DataFrame, points: FloatArray, pieces: pd.DataFrame, water: Barrier
) -> pd.DataFrame:
    """Return links, over water as ferries, that make one component of what is apart."""
    count = len(nodes)
    ends = (pieces["source"].to_numpy(), pieces["target"].to_numpy())
    graph = coo_array((np.ones(len(pieces)), ends), shape=(count, count))
    parts, component = connected_components(graph, directed=False)
    if parts == 1:
        return pieces.iloc[:0]
    pairs, blocked = joining_links(points, component.astype(np.int64), barrier=water)
    return pd.DataFrame(
        {
            "source": pairs[:, 0],
            "target": pairs[:, 1],
            "road_id": "",
            "road_class": np.where(blocked, RoadClass.FERRY.value, RoadClass.LINK.value),
            "line_km": np.nan,
            "limit_kmh": np.nan,
            "extra_s": np.where(blocked, ASSUMED_FERRY_WAIT_S, 0.0),
            "assumed": True,
        }
    )


ASSUMED_FERRY_WAIT_S = 3600.0


def _edges(tables: RoadTables, nodes: pd.DataFrame, pieces: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return the pieces with terrain, length, times and geometry, in a fixed order."""
    pieces = pieces.sort_values(["road_id", "source", "target"], kind="stable").reset_index(
        drop=True
    )
    start, end = (nodes.iloc[pieces[side]].reset_index(drop=True) for side in ("source", "target"))
    rank = np.maximum(*(side["terrain"].map(TERRAIN_RANK).to_numpy() for side in (start, end)))
    straight = distance_m(
        *(side[axis].to_numpy(float) for side in (start, end) for axis in ("lon", "lat"))
    )
    edges = pieces.assign(terrain=[RANK_TERRAIN[number].value for number in rank])
    bent = straight * class_values(edges, speeds=tables.speeds, value="circuity")
    line_straight = pd.Series(straight).groupby(edges["road_id"]).transform("sum")
    known = edges["line_km"].to_numpy() * 1000 * straight / line_straight.to_numpy()
    length = np.where(np.isnan(known), bent, known)
    local = (edges["road_class"] == RoadClass.LINK.value).to_numpy()
    ramps = local & (edges["extra_s"] > 0).to_numpy()
    length += np.where(local, tables.parameters["link_access_m"], 0.0)
    length += np.where(ramps, tables.parameters["ramp_m"], 0.0)
    edges["length_m"] = np.round(length, LENGTH_DECIMALS)
    edges = with_times(
        edges, speeds=tables.speeds, design_speed_share=tables.parameters["design_speed_share"]
    )
    lines = shapely.linestrings(
        np.stack([start[["lon", "lat"]].to_numpy(), end[["lon", "lat"]].to_numpy()], axis=1)
    )
    edges = edges.drop(columns=["line_km", "limit_kmh", "extra_s"]).assign(
        edge_id=np.arange(len(edges)), forward=True, backward=True
    )
    return gpd.GeoDataFrame(edges, geometry=lines, crs=GEOGRAPHIC)
