"""计算等时圈 / Compute the areas within travel times of a point."""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
import pandas as pd

from gis.access.isochrones import MAX_MINUTES, isochrones
from gis.access.points import check_points, coordinate_problems
from gis.catalogue.parameters import load_parameters
from gis.core.cli import run
from gis.core.errors import InputError, Problem, raise_problems
from gis.core.schemas import Mode, Statistic
from gis.core.vectors import write_geopackage
from gis.network.network_file import load_network


def main() -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--network", type=Path, required=True, metavar="FILE", help="路网文件")
    parser.add_argument(
        "--at", required=True, metavar="LON,LAT", help="起点经纬度（WGS84） / the point"
    )
    parser.add_argument(
        "--minutes", default="30,60", metavar="M,M", help="分钟数，默认 30,60 / travel times"
    )
    parser.add_argument("--mode", choices=[mode.value for mode in Mode], default=Mode.CAR.value)
    parser.add_argument(
        "--statistic",
        choices=[statistic.value for statistic in Statistic],
        default=Statistic.MEDIAN.value,
        help="公共交通取哪一班 / which journey by public transport counts",
    )
    parser.add_argument(
        "--peak", action="store_true", help="早高峰 / peak road times and morning departures"
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FILE.gpkg", help="输出 / output"
    )
    return run(parser, compute)


def compute(options: argparse.Namespace) -> None:
    """Compute and write the areas."""
    point, minutes = read_options(options)
    network = load_network(options.network)
    raise_problems(check_points(point, network, where="--at"))
    areas = isochrones(
        network,
        float(point["lon"].iloc[0]),
        float(point["lat"].iloc[0]),
        parameters=load_parameters(),
        minutes=minutes,
        mode=Mode(options.mode),
        peak=options.peak,
        statistic=Statistic(options.statistic),
    )
    write_geopackage({"isochrones": areas}, options.out)


def read_options(options: argparse.Namespace) -> tuple[pd.DataFrame, list[float]]:
    """Return the point and the travel times, or raise all problems of the options."""
    problems = []
    if options.out.suffix.lower() != ".gpkg":
        problems.append(Problem(str(options.out), "error.suffix_gpkg"))
    lon_lat = numbers(options.at)
    if len(lon_lat) == 2:  # noqa: PLR2004 - longitude and latitude
        problems += coordinate_problems(*lon_lat, where="--at")
    else:
        problems.append(Problem("--at", "error.option_coordinates", {"value": options.at}))
    minutes = numbers(options.minutes)
    if not minutes or min(minutes) <= 0 or max(minutes) > MAX_MINUTES:
        fields = {"value": options.minutes, "limit": f"{MAX_MINUTES:g}"}
        problems.append(Problem("--minutes", "error.option_minutes", fields))
    if problems:
        raise InputError(problems)
    return pd.DataFrame({"id": [options.at], "lon": lon_lat[:1], "lat": lon_lat[1:]}), minutes


def numbers(written: str) -> list[float]:
    """Return the finite numbers of a list with commas, or none if one is not a number."""
    try:
        values = [float(part) for part in written.split(",")]
    except ValueError:
        return []
    return values if np.isfinite(values).all() else []


if __name__ == "__main__":
    sys.exit(main())
