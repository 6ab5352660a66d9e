"""生成某一年的道路与轨道网络文件 / Build the road and rail network of a year."""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from gis.catalogue.rail import load_feed_settings
from gis.core.cli import run
from gis.core.errors import InputError, Problem
from gis.network.build import build_network
from gis.network.gtfs import read_gtfs
from gis.network.network_file import save_network


def main() -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--source",
        choices=("sketch", "osm"),
        required=True,
        help="道路来源：内置示意路网或 OSM / roads: the embedded sketch, or OSM",
    )
    parser.add_argument("--pbf", type=Path, metavar="FILE", help="OSM 数据 / OSM extract")
    parser.add_argument("--gtfs", type=Path, metavar="FILE", help="另用的 GTFS / another GTFS feed")
    parser.add_argument(
        "--year",
        type=int,
        metavar="Y",
        help="年份，默认为数据截止年 / year whose open roads and lines are in the network; by "
        "default the year of the data",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="输出 / output")
    return run(parser, build)


def build(options: argparse.Namespace) -> None:
    """Build and write the network."""
    if options.source == "osm":
        raise InputError([Problem("--source osm", "error.osm_later")])
    if options.pbf is not None:
        raise InputError([Problem("--pbf", "error.option_not_sketch")])
    feed = None if options.gtfs is None else read_gtfs(options.gtfs)
    year = options.year or load_feed_settings().data_date.year
    print(f"network {year} …", file=sys.stderr)
    network = build_network(year=year, feed=feed)
    save_network(network, options.out)
    counts = f"{len(network.nodes)} nodes, {len(network.edges)} edges"
    print(f"{options.out}: {counts}, {len(network.feed.trips)} trips", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
