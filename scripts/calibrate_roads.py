"""Compare the sketch roads of 2015 with the real roads of Hangzhou.

Road distances of quickest paths between all township seats of the Hangzhou municipality, on the
sketch and on the reference. Seats are split into a calibration and a hold-out part by a stated
seed; tables are fitted to pairs of calibration seats only, and the figures of pairs of two
hold-out seats are the answer.

The reference has motorways to county roads but not the two lowest classes of its source. A seat
therefore reaches any open road within REACH_M over streets that are missing there; the figures
for the nearest road only are given too.
"""

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import cKDTree

from gis.core.cli import run
from gis.core.crs import GEOGRAPHIC, METRIC, length_m
from gis.core.errors import InputError, Problem
from gis.core.files import write_text
from gis.core.paths import seeds_dir
from gis.core.units import METRES_PER_KILOMETRE
from gis.layers.read import read_layer
from gis.network.local_links import Barrier
from gis.network.sketch import SketchRoads, load_seats, sketch_roads

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

YEAR = 2015
CITY = "330100"
SPLIT_SEED = 2015
HOLD_OUT_SHARE = 0.3
REFERENCE_FILE = "hangzhou_roads_2015/hangzhou_roads_5layers_wgs84.gpkg"
CLASS_KMH = {"highway": 95.0, "fast_road": 60.0, "national": 55.0, "province": 50.0}
COUNTY_ROAD = "downtown"  # the layer's own name for county roads
CLASS_KMH[COUNTY_ROAD] = 38.0
OPEN_ACCESS = ("national", "province", COUNTY_ROAD)
REACH_M = 2000.0
STREET_CIRCUITY = 1.3
STREET_KMH = 25.0
BANDS_KM = (0, 5, 10, 20, 40, 80, 160, 400)


@dataclass(frozen=True, slots=True)
class Roads:
    """An undirected road graph: metric node positions, edges with metres and seconds."""

    points: FloatArray
    ends: IntArray
    length_m: FloatArray
    seconds: FloatArray


def reference_roads(path: Path) -> tuple[Roads, IntArray]:
    """Return the reference as a graph, and the nodes that seats may be joined to."""
    if not path.is_file():
        raise InputError([Problem(str(path), "error.file_missing")])
    frame = gpd.read_file(path)
    coordinates = shapely.get_coordinates(frame.geometry.to_numpy())
    counts = shapely.get_num_coordinates(frame.geometry.to_numpy())
    last = np.cumsum(counts) - 1
    first = last - counts + 1
    both = np.round(np.concatenate([coordinates[first], coordinates[last]]), 6)
    nodes, number = np.unique(both, axis=0, return_inverse=True)
    ends = number.reshape(2, -1).T.astype(np.int64)
    metres = length_m(frame.geometry)
    kmh = frame["layer"].map(CLASS_KMH).to_numpy(float)
    points = gpd.GeoSeries.from_xy(nodes[:, 0], nodes[:, 1], crs=frame.crs).to_crs(METRIC)
    roads = Roads(shapely.get_coordinates(points.to_numpy()), ends, metres, metres / kmh * 3.6)
    _, component = connected_components(_matrix(roads, roads.seconds), directed=False)
    main = component == np.bincount(component).argmax()
    local = np.unique(ends[frame["layer"].isin(OPEN_ACCESS).to_numpy()])
    return roads, local[main[local]]


def sketch_graph(roads: SketchRoads) -> Roads:
    """Return the sketch as a graph of the same kind."""
    nodes, edges = roads.nodes, roads.edges
    points = gpd.GeoSeries.from_xy(nodes["lon"], nodes["lat"], crs=edges.crs).to_crs(METRIC)
    return Roads(
        shapely.get_coordinates(points.to_numpy()),
        edges[["source", "target"]].to_numpy(np.int64),
        edges["length_m"].to_numpy(float),
        edges["free_flow_s"].to_numpy(float),
    )


def path_lengths(roads: Roads, places: IntArray) -> FloatArray:
    """Return the lengths in metres of the quickest paths between places (node numbers)."""
    quickest = _matrix(roads, roads.seconds)
    lengths = _matrix(roads, roads.length_m, keep_quickest=roads.seconds)
    seconds, before = dijkstra(quickest, directed=False, indices=places, return_predecessors=True)
    table = np.full((len(places), len(places)), np.nan)
    for row in range(len(places)):
        reached = np.flatnonzero(before[row] >= 0)
        reached = reached[np.argsort(seconds[row, reached], kind="stable")]
        steps = np.asarray(
            lengths[
                np.minimum(before[row, reached], reached), np.maximum(before[row, reached], reached)
            ]
        ).ravel()
        total = np.full(len(roads.points), np.nan)
        total[places[row]] = 0.0
        for node, previous, step in zip(
            reached.tolist(), before[row, reached].tolist(), steps.tolist(), strict=True
        ):
            total[node] = total[previous] + step
        table[row] = total[places]
    return table


def _matrix(
    roads: Roads, values: FloatArray, *, keep_quickest: FloatArray | None = None
) -> csr_array:
    """Return the upper triangle of the graph's matrix; of parallel edges the quickest counts."""
    key = roads.seconds if keep_quickest is None else keep_quickest
    low, high = roads.ends.min(axis=1), roads.ends.max(axis=1)
    order = np.lexsort((key, high, low))
    order = order[low[order] != high[order]]
    pairs = np.stack([low[order], high[order]], axis=1)
    _, first = np.unique(pairs, axis=0, return_index=True)
    chosen = order[first]
    count = len(roads.points)
    return csr_array((values[chosen], (low[chosen], high[chosen])), shape=(count, count))


def split_seats(count: int) -> npt.NDArray[np.bool_]:
    """Return which of the seats, in the order of their ids, are held out."""
    order = np.random.default_rng(SPLIT_SEED).permutation(count)
    held = np.zeros(count, dtype=np.bool_)
    held[order[: round(count * HOLD_OUT_SHARE)]] = True
    return held


def join_places(
    roads: Roads, open_nodes: IntArray, places: FloatArray, *, reach_m: float, water: Barrier
) -> tuple[Roads, IntArray]:
    """Return the graph with the places as nodes, joined to open roads, and their node numbers.

    Each place is joined to every open node within ``reach_m`` that no water separates from it,
    and at least to the nearest.
    """
    tree = cKDTree(roads.points[open_nodes])
    nearest_m, nearest = tree.query(places)
    near = [
        np.array(tree.query_ball_point(place, max(reach_m, distance)) or [index])
        for place, distance, index in zip(places, nearest_m, nearest, strict=True)
    ]
    owner = np.repeat(np.arange(len(places)), [len(found) for found in near])
    node = open_nodes[np.concatenate(near)]
    kept = ~water.crossed(places[owner], roads.points[node]) | (node == open_nodes[nearest[owner]])
    owner, node = owner[kept], node[kept]
    metres = np.hypot(*(places[owner] - roads.points[node]).T) * STREET_CIRCUITY
    numbers = len(roads.points) + np.arange(len(places))
    joined = Roads(
        np.concatenate([roads.points, places]),
        np.concatenate([roads.ends, np.stack([numbers[owner], node], axis=1)]),
        np.concatenate([roads.length_m, metres]),
        np.concatenate([roads.seconds, metres / STREET_KMH * 3.6]),
    )
    return joined, numbers


def compare(reference: Path, *, sketch: SketchRoads, waters: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return one row a pair of seats: straight, reference and sketch distance in kilometres."""
    seats = load_seats(seeds_dir())
    seats = seats[seats["city_id"] == CITY].sort_values("id").reset_index(drop=True)
    points = gpd.GeoSeries.from_xy(seats["lon"], seats["lat"], crs=GEOGRAPHIC).to_crs(METRIC)
    places = shapely.get_coordinates(points.to_numpy())
    roads, open_nodes = reference_roads(reference / REFERENCE_FILE)
    water = Barrier(tuple(shapely.get_parts(waters.to_crs(METRIC).geometry.to_numpy())))
    first, second = np.triu_indices(len(seats), k=1)
    real = {}
    for name, reach_m in (("reference_km", REACH_M), ("nearest_km", 0.0)):
        graph, numbers = join_places(roads, open_nodes, places, reach_m=reach_m, water=water)
        real[name] = path_lengths(graph, numbers)[first, second] / METRES_PER_KILOMETRE
    number = sketch.nodes.set_index("place_id")["node_id"]
    ours = path_lengths(sketch_graph(sketch), number[seats["id"]].to_numpy(np.int64))
    held = split_seats(len(seats))
    group = held[first].astype(int) + held[second]
    straight = np.hypot(*(places[first] - places[second]).T)
    pairs = pd.DataFrame(
        {
            "origin": seats["id"].to_numpy()[first],
            "destination": seats["id"].to_numpy()[second],
            "origin_county": seats["county_id"].to_numpy()[first],
            "destination_county": seats["county_id"].to_numpy()[second],
            "origin_zh": seats["name_zh"].to_numpy()[first],
            "destination_zh": seats["name_zh"].to_numpy()[second],
            "group": np.array(["calibration", "mixed", "hold_out"])[group],
            "straight_km": straight / METRES_PER_KILOMETRE,
            **real,
            "sketch_km": ours[first, second] / METRES_PER_KILOMETRE,
        }
    )
    return pairs.assign(
        error=pairs["sketch_km"] / pairs["reference_km"] - 1,
        error_nearest=pairs["sketch_km"] / pairs["nearest_km"] - 1,
    )


def figures(pairs: pd.DataFrame, *, column: str = "error") -> dict[str, float | int]:
    """Return the figures of a set of pairs; errors in per cent of the reference distance."""
    off = pairs[column].abs().to_numpy() * 100
    return {
        "pairs": len(pairs),
        "unreachable": int(np.isnan(off).sum()),
        "median_error": round(float(np.nanmedian(off)), 2),
        "p90_error": round(float(np.nanpercentile(off, 90)), 2),
        "bias": round(float(np.nanmedian(pairs[column])) * 100, 2),
    }


def report(pairs: pd.DataFrame) -> dict[str, object]:
    """Return figures by group, and of the hold-out pairs by distance and by county."""
    hold_out = pairs[pairs["group"] == "hold_out"]
    band = pd.cut(hold_out["reference_km"], BANDS_KM)
    county = pd.concat(
        [hold_out.assign(county=hold_out[f"{side}_county"]) for side in ("origin", "destination")]
    )
    return {
        "split_seed": SPLIT_SEED,
        "hold_out_share": HOLD_OUT_SHARE,
        "groups": {str(name): figures(rows) for name, rows in pairs.groupby("group")},
        "groups_nearest_road": {
            str(name): figures(rows, column="error_nearest")
            for name, rows in pairs.groupby("group")
        },
        "hold_out_by_km": {
            f"{interval.left:g}-{interval.right:g}": figures(rows)
            for interval, rows in hold_out.groupby(band, observed=True)
        },
        "hold_out_by_county": {str(name): figures(rows) for name, rows in county.groupby("county")},
    }


def make_parser() -> argparse.ArgumentParser:
    """Return the options of the script."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--reference", type=Path, required=True, help="folder of the reference data"
    )
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--pairs", type=Path, help="write all pairs here (CSV)")
    return parser


def command(options: argparse.Namespace) -> None:
    """Compare, print the figures and write what was asked for."""
    sketch = sketch_roads(year=YEAR)
    pairs = compare(options.reference, sketch=sketch, waters=read_layer("waters"))
    found = json.dumps(report(pairs), ensure_ascii=False, indent=1)
    print(found)
    if options.json:
        write_text(options.json, found + "\n")
    if options.pairs:
        write_text(options.pairs, pairs.round(4).to_csv(index=False))


if __name__ == "__main__":
    sys.exit(run(make_parser(), command))
