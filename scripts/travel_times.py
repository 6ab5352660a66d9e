"""计算出行时间表 / Compute a table of travel times between places."""

import argparse
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import pandas as pd

from gis.access.batches import BATCH, read_scheduler, travel_times_in_batches
from gis.access.points import check_points, read_points
from gis.catalogue.parameters import load_parameters
from gis.core.cli import run
from gis.core.errors import InputError, Problem, collected
from gis.core.files import written_aside
from gis.core.schemas import Definition, Mode, Statistic
from gis.layers.known_places import known_places, name_problems
from gis.network.model import Network
from gis.network.network_file import load_network

SUFFIXES = (".csv", ".parquet")
TOLD = 20
MINUTE_DECIMALS, KILOMETRE_DECIMALS = 3, 3


def main() -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--network", type=Path, required=True, metavar="FILE", help="路网文件")
    for name, chinese in (("origins", "起点"), ("destinations", "终点")):
        parser.add_argument(
            f"--{name}",
            type=Path,
            required=True,
            metavar="FILE",
            help=f"{chinese}：id,lon,lat 的 CSV 或矢量文件 / CSV with id,lon,lat or a vector file",
        )
    parser.add_argument("--mode", choices=[mode.value for mode in Mode], required=True)
    parser.add_argument(
        "--definition",
        choices=[definition.value for definition in Definition],
        default=Definition.DOOR_TO_DOOR.value,
        help="公共交通的时间口径 / which part of a journey by public transport counts",
    )
    parser.add_argument(
        "--statistic",
        choices=[statistic.value for statistic in Statistic],
        action="append",
        help="统计量，可多次给出，默认 median / may be repeated",
    )
    parser.add_argument(
        "--peak", action="store_true", help="早高峰 / peak road times and morning departures"
    )
    parser.add_argument(
        "--parts",
        action="store_true",
        help="另列乘车次数及接驳、候车、乘车、离站分钟 / add the number of rides and the minutes "
        "of access, waiting, riding and egress",
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help="输出 .csv 或 .parquet / output"
    )
    parser.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="用 Dask 分批计算：local、local:进程数，或调度器地址 tcp://主机:8786。"
        "Dask 在机器间传送程序，只可用可信的调度器和内网 / compute batches of origins by Dask: "
        "local, local:PROCESSES, or the address of a scheduler. Dask sends programs between "
        "machines: use only schedulers and networks you trust",
    )
    parser.add_argument(
        "--batch",
        type=int,
        default=BATCH,
        metavar="N",
        help=f"每批起点数，默认 {BATCH} / origins a batch, with --scheduler",
    )
    return run(parser, compute)


def compute(options: argparse.Namespace) -> None:
    """Compute and write the table."""
    network, origins, destinations = read_inputs(options)
    print(f"{len(origins)} × {len(destinations)} …", file=sys.stderr)
    table = travel_times_in_batches(
        network,
        origins,
        destinations,
        mode=Mode(options.mode),
        parameters=load_parameters(),
        definition=Definition(options.definition),
        statistics=[Statistic(name) for name in options.statistic or [Statistic.MEDIAN.value]],
        peak=options.peak,
        with_parts=options.parts,
        scheduler=None if options.scheduler is None else read_scheduler(options.scheduler),
        batch=options.batch,
        on_progress=teller(),
    )
    decimals = {name: MINUTE_DECIMALS for name in table if name.endswith("_min")}
    decimals |= {"minutes": MINUTE_DECIMALS, "distance_km": KILOMETRE_DECIMALS}
    if options.parts:
        table["rides"] = table["rides"].astype("Int64")
    write_table(table.round(decimals), options.out)


def teller() -> Callable[[int, int], None]:
    """Return a function that tells how many origins are done, in about twenty lines at most."""
    told = 0

    def tell(done: int, total: int) -> None:
        nonlocal told
        if done == total or (done - told) * TOLD >= total:
            told = done
            print(f"{done}/{total}", file=sys.stderr)

    return tell


def read_inputs(options: argparse.Namespace) -> tuple[Network, pd.DataFrame, pd.DataFrame]:
    """Read the network and both files of places, and raise the problems of all together."""
    problems: list[Problem] = []
    if options.out.suffix.lower() not in SUFFIXES:
        problems.append(Problem(str(options.out), "error.table_suffix"))
    if options.scheduler is not None:
        collected(problems, lambda: read_scheduler(options.scheduler))
    network = collected(problems, lambda: load_network(options.network))
    checks = [partial(check_names, known_places())]
    frames = []
    for path in (options.origins, options.destinations):
        points = collected(problems, partial(read_points, path, checks=checks))
        frames.append(pd.DataFrame() if points is None else points)
        if network is not None and points is not None:
            problems += check_points(points, network, where=str(path))
    if network is None or problems:
        raise InputError(problems)
    return network, frames[0], frames[1]


def check_names(known: pd.DataFrame, points: pd.DataFrame, where: str) -> list[Problem]:
    """Return the problem of points whose names show that they are in GCJ-02."""
    return name_problems(points, known, where=where)


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV in UTF-8 or as Parquet."""
    with written_aside(path) as aside:
        if path.suffix.lower() == ".csv":
            table.to_csv(aside, index=False, encoding="utf-8", lineterminator="\n")
        else:
            table.to_parquet(aside, index=False)


if __name__ == "__main__":
    sys.exit(main())
