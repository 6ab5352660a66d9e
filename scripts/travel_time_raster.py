"""出行时间面：到各处要多少分钟 / Write travel times to everywhere as a raster.

输出云优化 GeoTIFF 和同名 QGIS 样式（.qml）；水域无数据。 / Writes a cloud-optimised GeoTIFF and its
QGIS style; water is no-data.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
import pandas as pd

from gis.access.isochrones import MAX_MINUTES
from gis.access.points import check_points, coordinate_problems, read_points
from gis.access.time_surface import travel_time_surface
from gis.catalogue.parameters import load_parameters
from gis.core.cli import run
from gis.core.crs import HANDOVER_EPSG, METRIC
from gis.core.errors import Problem, raise_problems
from gis.core.schemas import Mode, Statistic
from gis.layers.read import read_layer
from gis.network.model import Network
from gis.network.network_file import load_network
from gis.outputs.raster_grid import Bounds, grid_over
from gis.outputs.raster_tags import time_tags
from gis.outputs.rasters import time_bands, write_time_raster

SUFFIXES = (".tif", ".tiff")
DEFAULT_LIMIT = 120.0


def main() -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--network", type=Path, required=True, metavar="FILE", help="路网文件 / network file"
    )
    places = parser.add_mutually_exclusive_group(required=True)
    places.add_argument("--at", metavar="LON,LAT", help="起点经纬度（WGS84） / the place")
    places.add_argument(
        "--places", type=Path, metavar="FILE", help="起点表或图层，取最近者 / nearest of these"
    )
    places.add_argument(
        "--centres", action="store_true", help="六市中心，取最近者 / nearest of the six centres"
    )
    parser.add_argument("--mode", choices=[mode.value for mode in Mode], default=Mode.CAR.value)
    parser.add_argument(
        "--statistic",
        choices=[statistic.value for statistic in Statistic],
        default=Statistic.MEDIAN.value,
        help="公共交通取哪一班 / which journey by public transport counts",
    )
    parser.add_argument("--peak", action="store_true", help="早高峰 / in the morning peak")
    parser.add_argument(
        "--limit",
        type=float,
        default=DEFAULT_LIMIT,
        metavar="MINUTES",
        help="上限，默认 120 分钟 / minutes beyond which nothing is told",
    )
    parser.add_argument(
        "--crs",
        type=int,
        choices=HANDOVER_EPSG,
        help="坐标系 EPSG 代码，默认等积投影 / EPSG code, by default an equal-area system",
    )
    parser.add_argument(
        "--cell", type=float, default=250.0, metavar="M", help="像元边长，默认 250 米 / cell size"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.tif", help="输出 / output")
    return run(parser, write)


def write(options: argparse.Namespace) -> None:
    """Compute and write the raster."""
    problems = []
    if options.out.suffix.lower() not in SUFFIXES:
        problems.append(Problem(str(options.out), "error.suffix_tif"))
    if not 0 < options.limit <= MAX_MINUTES:
        fields = {"value": f"{options.limit:g}", "limit": f"{MAX_MINUTES:g}"}
        problems.append(Problem("--limit", "error.option_limit", fields))
    raise_problems(problems)
    places, where = places_of(options)
    network = load_network(options.network)
    raise_problems(check_points(places, network, where=where))
    grid = grid_over(
        area_of(network),
        metric_system=network.metric_system,
        epsg=options.crs,
        cell_m=options.cell,
    )
    mode, statistic = Mode(options.mode), Statistic(options.statistic)
    surface = travel_time_surface(
        network,
        places,
        parameters=load_parameters(),
        limit_min=options.limit,
        mode=mode,
        peak=options.peak,
        statistic=statistic,
    )
    minutes, ground = time_bands(surface, grid, network.water)
    tags = time_tags(
        network,
        places,
        grid,
        mode=mode,
        statistic=statistic,
        peak=options.peak,
        limit_min=options.limit,
    )
    write_time_raster(options.out, minutes, ground, grid, tags=tags)
    size = options.out.stat().st_size / 1e6
    print(f"{options.out} {grid.columns} × {grid.rows} {size:.1f} MB", file=sys.stderr)


def places_of(options: argparse.Namespace) -> tuple[pd.DataFrame, str]:
    """Return the places to start from, and what the user called them."""
    if options.places is not None:
        return read_points(options.places), str(options.places)
    if options.centres:
        cities = read_layer("cities")
        inside = cities[cities["in_study_area"].astype(bool)]
        columns = {"centre_lon": "lon", "centre_lat": "lat"}
        return inside[["id", "name_zh", *columns]].rename(columns=columns), "--centres"
    try:
        lon, lat = (float(part) for part in options.at.split(","))
    except ValueError:
        fields = {"value": options.at}
        raise_problems([Problem("--at", "error.option_coordinates", fields)])
    raise_problems(coordinate_problems(lon, lat, where="--at"))
    return pd.DataFrame({"id": [options.at], "lon": [lon], "lat": [lat]}), "--at"


def area_of(network: Network) -> Bounds:
    """Return the bounds of the study area, or of the roads of a network that lies elsewhere."""
    if network.metric_system == METRIC:
        cities = read_layer("cities")
        sides = cities[cities["in_study_area"].astype(bool)].total_bounds
    else:
        spots = network.nodes[["lon", "lat"]].to_numpy(dtype=np.float64)
        sides = np.concatenate([spots.min(axis=0), spots.max(axis=0)])
    west, south, east, north = sides.tolist()
    return west, south, east, north


if __name__ == "__main__":
    sys.exit(main())
