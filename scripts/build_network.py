"""生成某一年的道路与轨道网络文件 / Build the road and rail network of a year."""

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from gis.catalogue.parameters import load_parameters
from gis.catalogue.rail import load_feed_settings
from gis.core.cli import run
from gis.core.errors import InputError, Problem, raise_problems
from gis.layers.read import read_layer
from gis.network.build import build_network
from gis.network.footpaths import with_footpaths
from gis.network.gtfs import Feed, gtfs_remarks, read_gtfs
from gis.network.model import Network
from gis.network.network_file import save_network
from gis.network.osm.clip import STUDY_AREA, clip_area, read_box
from gis.network.osm.network import build_osm_network
from gis.network.osm.report import report_lines
from gis.network.service_days import service_date_text

OSM_OPTIONS = ("pbf", "clip", "buffer_km", "walk")


def main() -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--source",
        choices=("sketch", "osm"),
        required=True,
        help="道路来源：内置示意路网或 OSM / roads: the embedded sketch, or OSM",
    )
    parser.add_argument(
        "--pbf", type=Path, metavar="FILE", help="OSM 数据（.osm.pbf）/ OSM extract"
    )
    parser.add_argument(
        "--clip",
        metavar="AREA",
        help="裁剪 OSM 道路：study（研究区各县）或 西,南,东,北 / clip OSM roads to study (the "
        "counties of the study area) or WEST,SOUTH,EAST,NORTH",
    )
    parser.add_argument(
        "--buffer-km", type=float, metavar="KM", help="裁剪范围外扩 / widen the clipped area"
    )
    parser.add_argument(
        "--walk",
        action="store_true",
        default=None,
        help="也保留步行道、小路、台阶 / keep footways, paths and steps, too",
    )
    parser.add_argument("--gtfs", type=Path, metavar="FILE", help="另用的 GTFS / another GTFS feed")
    parser.add_argument(
        "--year",
        type=int,
        metavar="Y",
        help="年份，默认为数据截止年；OSM 只有数据当日的道路，年份只决定列车 / year whose open "
        "roads and lines are in the network, by default the year of the data; OSM knows the roads "
        "of its own date only, and the year chooses the trains",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="输出 / output")
    return run(parser, build)


def build(options: argparse.Namespace) -> None:
    """Build and write the network."""
    _check_options(options)
    feed = None
    if options.gtfs is not None:
        feed = with_footpaths(read_gtfs(options.gtfs), load_parameters())
    year = options.year or load_feed_settings().data_date.year
    print(f"network {year} …", file=sys.stderr)
    is_osm = options.source == "osm"
    network = _from_osm(options, year, feed) if is_osm else build_network(year=year, feed=feed)
    save_network(network, options.out)
    if is_osm:
        report = network.manifest.settings["osm"]
        print(*report_lines(report, language=options.lang), sep="\n", file=sys.stderr)
    if feed is not None:
        day = service_date_text(feed)
        print(f"{options.gtfs.name}: 采用 {day} 的班次 / trips of {day}", file=sys.stderr)
        for line in gtfs_remarks(options.gtfs, language=options.lang):
            print(line, file=sys.stderr)
    counts = f"{len(network.nodes):,} nodes, {len(network.edges):,} edges"
    print(f"{options.out}: {counts}, {len(network.feed.trips):,} trips", file=sys.stderr)


def _check_options(options: argparse.Namespace) -> None:
    """Refuse options of the other source, and a buffer around nothing."""
    given = [name for name in OSM_OPTIONS if getattr(options, name) is not None]
    if options.source == "sketch":
        raise_problems(
            Problem(f"--{name.replace('_', '-')}", "error.option_not_sketch") for name in given
        )
    elif options.pbf is None:
        raise InputError([Problem("--pbf", "error.option_osm_pbf")])
    elif options.buffer_km is not None and options.clip is None:
        raise InputError([Problem("--buffer-km", "error.option_buffer_alone")])


def _from_osm(options: argparse.Namespace, year: int, feed: Feed | None) -> Network:
    clip = None
    if options.clip is not None:
        if options.clip != STUDY_AREA and read_box(options.clip) is None:
            raise InputError([Problem(f"--clip {options.clip}", "error.osm_area")])
        clip = clip_area(
            options.clip, counties=read_layer("counties"), buffer_km=options.buffer_km or 0.0
        )
    start = time.monotonic()
    return build_osm_network(
        options.pbf,
        year=year,
        clip=clip,
        walk=bool(options.walk),
        feed=feed,
        feed_file=options.gtfs,
        progress=lambda line: print(f"{time.monotonic() - start:6.1f} s  {line}", file=sys.stderr),
    )


if __name__ == "__main__":
    sys.exit(main())
