"""Roads of an OpenStreetMap extract as nodes and edges of a network."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gis.catalogue.osm_classes import FERRY, OsmTables, load_osm_tables
from gis.core.errors import InputError, Problem
from gis.core.units import METRES_PER_KILOMETRE
from gis.network.lines import EdgeLines, curve_order
from gis.network.osm.blobs import read_end
from gis.network.osm.parts import MAIN, Parts, find_parts, largest_dropped
from gis.network.osm.reader import E7, read_head
from gis.network.osm.speeds import RURAL, URBAN, dense_cells, landing_waits, travel_times
from gis.network.osm.tags import RoadTags
from gis.network.osm.topology import (
    Chains,
    Pieces,
    chain_vertices,
    join_pieces,
    lacking_nodes,
    split_ways,
)
from gis.network.osm.ways import Progress, Ways, clip_ways, read_ways

BoolArray = npt.NDArray[np.bool_]
Int64Array = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

LENGTH_DECIMALS = 1
TIME_DECIMALS = 1
JUNCTION_ARMS = 3
MANY_WAYS = 8_000  # a town: turn restrictions, bus lines and boundaries are relations there
NODE_KINDS = ("ring", "end", "change", "junction")  # by the number of arms, three and more alike
# What has to be alike on both sides of a node of two for one edge to go on through it.
MATTERING = ("osm_class", "limit_kmh", "bridge", "tunnel", "enterable", "walkable", "toll")


@dataclass(frozen=True, slots=True, eq=False)
class OsmRoads:
    """Roads of an extract.

    Parameters
    ----------
    nodes
        ``node_id`` (row number), ``lon, lat`` (WGS84), ``kind`` (junction, end, change of
        attributes, ring), ``name_zh`` (empty) and ``part`` (0 main part, 1, 2, … islands).
    edges
        ``edge_id, source, target`` (node ids), ``road_id`` (``W`` and the id of the longest way),
        ``road_class`` (the value of ``highway``, or ferry), ``terrain`` (urban or rural),
        ``length_m, free_flow_s, peak_s, forward, backward, enterable, walkable, name_zh,
        limit_kmh`` (NaN where untagged), ``lanes`` (0 where unknown), ``bridge, tunnel, toll``.
        One-way edges lead forward. Times are 0 where only people on foot may go.
    lines
        Lines of the edges, from source to target.
    report
        What was left out, ignored, doubtful or apart: plain data for the manifest.

    """

    nodes: pd.DataFrame
    edges: pd.DataFrame
    lines: EdgeLines
    report: Mapping[str, Any]


def osm_roads(
    pbf: Path,
    *,
    clip: shapely.Geometry | None = None,
    walk: bool = False,
    join_unlike: bool = False,
    tables: OsmTables | None = None,
    progress: Progress | None = None,
) -> OsmRoads:
    """Return the roads of an extract.

    Ways are split where they meet; nodes of two are joined away where nothing that matters
    changes; parts that cars cannot both reach and leave are dropped or kept as islands, and
    reported either way. Turn restrictions are counted and ignored.

    Parameters
    ----------
    pbf
        The extract (.osm.pbf).
    clip
        Area in WGS84; ways with a node in it are kept whole. All when left out.
    walk
        Whether ways are kept that only people on foot may use: edges with neither direction.
    join_unlike
        Whether nodes of two are joined away even where class, limit or structure change: fewer
        edges, with the attributes of their longest piece and exact times.
    tables
        Classes and speeds; the product's own by default.
    progress
        Told a line from time to time.

    Raises
    ------
    InputError
        If the file cannot be read, or no connected roads are left.

    """
    tell = progress or (lambda _: None)
    known = tables or load_osm_tables()
    head = read_head(pbf)
    ways = read_ways(pbf, known, walk=walk, progress=tell)
    if clip is not None:
        ways = clip_ways(ways, clip)
        if not len(ways.way_id):
            raise InputError([Problem(str(pbf), "error.osm_clip_empty")])
    pieces, doubles = split_ways(ways)
    tell(f"{pieces.count:,} pieces between junctions …")
    lon, lat = (ways.lon_lat_e7 / E7).T
    parts = find_parts(pieces, node_count=len(lon), island_km=known.parameters.island_km)
    if not (pieces.forward | pieces.backward)[parts.kept].any():
        raise InputError([Problem(str(pbf), "error.osm_no_cars")])
    report = {
        "data_date": head.date,
        "ways": len(ways.way_id),
        "left_out_ways": dict(ways.left),
        "values_not_used": dict(ways.faults),
        "turn_restrictions_ignored": ways.restrictions,
        "drawn_twice": doubles,
        "cut_at_missing_nodes": lacking_nodes(ways),
        **_end_report(pbf, len(ways.way_id)),
        "islands_km": np.round(parts.island_km, 1).tolist(),
        "dropped_parts": len(parts.dropped_km),
        "dropped_km": round(float(parts.dropped_km.sum()), 1),
        "dropped_largest": largest_dropped(parts, pieces, lon=lon, lat=lat),
    }
    way_m = np.bincount(pieces.way, pieces.length_m, len(ways.way_id)).astype(np.float64)
    kept = pieces.taken(parts.kept)
    alike = np.zeros(kept.count, dtype=np.int64) if join_unlike else _alike(ways)[kept.way]
    chains = join_pieces(kept, alike=alike, node_count=len(lon))
    tell(f"{len(chains.first) - 1:,} edges …")
    values = _piece_values(ways, kept, way_m=way_m, lon=lon, lat=lat, tables=known)
    edges = _edges(ways, kept, chains, values, tables=known)
    return _numbered(ways, edges, kept, chains, parts, report=report)


def _end_report(pbf: Path, ways: int) -> dict[str, bool]:
    """Return whether the file may have been cut exactly between two blobs."""
    end = read_end(pbf)
    ends_full = end is not None and end.is_full
    # Small or picked extracts may well be without.
    lacks = end is not None and not end.has_relations and ways >= MANY_WAYS
    return {"ends_full": ends_full, "no_relations": lacks and not ends_full}


def _alike(ways: Ways) -> Int64Array:
    """Return a number for each way, the same for ways of one make."""
    makes = [repr(tuple(getattr(road, name) for name in MATTERING)) for road in ways.kinds]
    _, number = np.unique(makes, return_inverse=True)
    return np.asarray(number, dtype=np.int64)[ways.kind]


def _piece_values(
    ways: Ways,
    pieces: Pieces,
    *,
    way_m: FloatArray,
    lon: FloatArray,
    lat: FloatArray,
    tables: OsmTables,
) -> pd.DataFrame:
    """Return what is summed along chains: ``length_m, free_flow_s, peak_s, urban_m``."""
    cars = pieces.forward | pieces.backward
    arms = np.bincount(
        np.concatenate([pieces.source[cars], pieces.target[cars]]), minlength=len(lon)
    )
    junctions = np.flatnonzero(arms >= JUNCTION_ARMS)
    dense = dense_cells(lon[junctions], lat[junctions], tables.parameters)
    middle = pieces.node[(pieces.start + pieces.stop) // 2]
    is_urban = dense.contain(lon[middle], lat[middle])
    free_flow_s, peak_s = travel_times(
        pieces.length_m,
        kind=ways.kind[pieces.way],
        kinds=ways.kinds,
        is_urban=is_urban,
        way_m=way_m[pieces.way],
        tables=tables,
    )
    return pd.DataFrame(
        {
            "length_m": pieces.length_m,
            "free_flow_s": free_flow_s,
            "peak_s": peak_s,
            "urban_m": np.where(is_urban, pieces.length_m, 0.0),
        }
    )


def _edges(
    ways: Ways, pieces: Pieces, chains: Chains, values: pd.DataFrame, *, tables: OsmTables
) -> pd.DataFrame:
    """Return one row a chain, ends as rows of the ways' positions, in the order of the chains."""
    piece, first = chains.piece, chains.first[:-1]
    last = chains.first[1:] - 1
    sums = {name: np.add.reduceat(values[name].to_numpy()[piece], first) for name in values}
    chain = np.repeat(np.arange(len(first)), np.diff(chains.first))
    longest = _first_of_each(chain, piece, -pieces.length_m[piece])
    name = ways.name[pieces.way]
    named = _first_of_each(chain, piece, np.where(name[piece] > 0, -pieces.length_m[piece], 1.0))
    kind = ways.kind[pieces.way[longest]]
    flipped = chains.flipped[first]
    source = np.where(flipped, pieces.target[piece[first]], pieces.source[piece[first]])
    turned = chains.flipped[last]
    target = np.where(turned, pieces.source[piece[last]], pieces.target[piece[last]])
    forward, backward = pieces.forward[piece[first]], pieces.backward[piece[first]]
    along, against = np.where(flipped, [backward, forward], [forward, backward])
    is_ferry = _of_kinds(ways.kinds, "osm_class")[kind] == FERRY
    wait_s = landing_waits(source, target, is_ferry, tables.parameters)
    edges = pd.DataFrame(
        {
            "source": source,
            "target": target,
            "way": ways.way_id[pieces.way[longest]],
            "road_class": _category(_of_kinds(ways.kinds, "osm_class"), kind),
            "terrain": _category(
                np.array([RURAL, URBAN]), (sums["urban_m"] * 2 >= sums["length_m"]).astype(np.int8)
            ),
            "length_m": np.round(sums["length_m"], LENGTH_DECIMALS),
            "free_flow_s": np.round(sums["free_flow_s"] + wait_s, TIME_DECIMALS),
            "peak_s": np.round(sums["peak_s"] + wait_s, TIME_DECIMALS),
            "forward": along,
            "backward": against,
            "name_zh": _category(np.array(ways.names, dtype=object), name[named]),
        }
    )
    for column in ("enterable", "walkable", "limit_kmh", "lanes", "bridge", "tunnel", "toll"):
        edges[column] = _of_kinds(ways.kinds, column)[kind]
    return edges


def _numbered(
    ways: Ways,
    edges: pd.DataFrame,
    pieces: Pieces,
    chains: Chains,
    parts: Parts,
    *,
    report: Mapping[str, Any],
) -> OsmRoads:
    """Return the roads with nodes numbered along a curve, one-way edges forward."""
    first, vertex = chain_vertices(pieces, chains)
    turned = (~edges["forward"] & edges["backward"]).to_numpy()
    rows = np.unique(edges[["source", "target"]].to_numpy())
    lon, lat = (ways.lon_lat_e7[rows] / E7).T
    rows = rows[curve_order(lon, lat)]
    number = np.empty(len(ways.lon_lat_e7), dtype=np.int32)
    number[rows] = np.arange(len(rows))
    ends = number[edges[["source", "target"]].to_numpy()]
    ends[turned] = ends[turned, ::-1]
    order = np.lexsort((edges["way"], ends[:, 1], ends[:, 0]))
    edges = edges.assign(
        source=ends[:, 0],
        target=ends[:, 1],
        forward=edges["forward"] | turned,
        backward=edges["backward"] & ~turned,
    ).iloc[order]
    edges.insert(0, "edge_id", np.arange(len(edges), dtype=np.int32))
    edges.insert(3, "road_id", "W" + edges.pop("way").astype(str))
    lines = _lines(ways, first, vertex, turned=turned, order=order)
    arms = np.bincount(ends.ravel(), minlength=len(rows))
    lon, lat = (ways.lon_lat_e7[rows] / E7).T
    nodes = pd.DataFrame(
        {
            "node_id": np.arange(len(rows), dtype=np.int32),
            "lon": lon,
            "lat": lat,
            "kind": _category(np.array(NODE_KINDS), np.minimum(arms, JUNCTION_ARMS)),
            "name_zh": _category(np.array([""]), np.zeros(len(rows), dtype=np.int8)),
            "part": np.maximum(parts.node_part[rows], MAIN),
        }
    )
    counts = {
        "nodes": len(nodes),
        "edges": len(edges),
        "road_km": round(float(edges["length_m"].sum()) / METRES_PER_KILOMETRE, 1),
        "urban_share": round(
            float(edges["length_m"][edges["terrain"] == URBAN].sum() / edges["length_m"].sum()), 3
        ),
    }
    return OsmRoads(nodes, edges.reset_index(drop=True), lines, {**report, **counts})


def _lines(
    ways: Ways,
    first: Int64Array,
    vertex: npt.NDArray[np.int32],
    *,
    turned: BoolArray,
    order: Int64Array,
) -> EdgeLines:
    size = np.diff(first)[order]
    starts = np.concatenate([[0], np.cumsum(size)])
    within = np.arange(starts[-1]) - np.repeat(starts[:-1], size)
    from_end = np.repeat(first[1:][order] - 1, size) - within
    from_start = np.repeat(first[:-1][order], size) + within
    at = np.where(np.repeat(turned[order], size), from_end, from_start)
    return EdgeLines(first=starts.astype(np.int64), lon_lat_e7=ways.lon_lat_e7[vertex[at]])


def _first_of_each(chain: Int64Array, piece: Int64Array, key: FloatArray) -> Int64Array:
    """Return the piece with the least key of each chain."""
    order = np.lexsort((piece, key, chain))
    return piece[order][np.flatnonzero(np.diff(chain[order], prepend=-1))]


def _of_kinds(kinds: tuple[RoadTags, ...], name: str) -> npt.NDArray[Any]:
    return np.array([getattr(road, name) for road in kinds])


def _category(words: npt.NDArray[Any], code: npt.NDArray[np.integer]) -> pd.Categorical:
    """Return the words of codes as a categorical of the words in use, in their order."""
    different, place = np.unique(words.astype(str), return_inverse=True)
    used, codes = np.unique(place[code], return_inverse=True)
    return pd.Categorical.from_codes(codes, categories=different[used])
