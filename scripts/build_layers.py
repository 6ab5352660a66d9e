"""由各表和数字化图形生成全部图层，或检查图层 / Build all layers, or check them.

检查时不写任何文件，一次报告全部问题。 / A check writes nothing and reports every problem at once.
--osm 用 OSM 数据替换地名、车站、铁路和县市界，写入另一目录，不动自带图层。
/ --osm swaps in places, stations, rail lines and borders of an OSM extract, in another folder.
"""

import argparse
import sys
from dataclasses import asdict
from pathlib import Path

from geopandas import GeoDataFrame

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from gis.core.cli import run
from gis.core.errors import InputError, Problem, raise_problems
from gis.core.files import require_writable
from gis.core.paths import layers_dir, seeds_dir
from gis.core.text import text
from gis.layers.build import build_layers, write_layers
from gis.layers.check import check_layers
from gis.layers.imported import imported_counties, swap_layers
from gis.layers.read import DIGITISED
from gis.layers.schema import LAYER_SCHEMAS
from gis.network.osm.layers import read_layers

SHOWN = 8


def main() -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--check",
        action="store_true",
        help="只检查图层，不生成 / check the layers instead of building them",
    )
    parser.add_argument(
        "--seeds", type=Path, default=seeds_dir(), metavar="DIR", help="各表所在目录 / tables"
    )
    parser.add_argument(
        "--layers",
        type=Path,
        default=layers_dir(),
        metavar="DIR",
        help="图层目录，其下 digitised 为数字化图形；检查改过的副本时指向副本 / layers, with "
        "digitised below; for a check, a changed copy will do",
    )
    parser.add_argument(
        "--osm", type=Path, metavar="FILE", help="OSM 数据（.osm.pbf）/ an OSM extract"
    )
    parser.add_argument(
        "--replace-own",
        action="store_true",
        help="允许 --osm 覆盖自带图层 / let --osm overwrite the product's own layers",
    )
    return run(parser, build)


def build(options: argparse.Namespace) -> None:
    """Build the layers and write them, or check those that are there."""
    if options.check:
        check(options)
        return
    drawn = drawn_folder(options.layers)
    if options.osm is None:
        built = build_layers(seeds=options.seeds, digitised=drawn)
    else:
        built = build_with_osm(options, drawn)
    for path in write_layers(built, layers=options.layers):
        print(f"{path.name} {path.stat().st_size / 1e3:.0f} kB", file=sys.stderr)
    if options.osm is not None:
        say("osm.layers.written", options, folder=options.layers)


def build_with_osm(options: argparse.Namespace, drawn: Path) -> dict[str, GeoDataFrame]:
    """Build the layers with what an extract holds, and say what came from where."""
    if options.layers.resolve() == layers_dir() and not options.replace_own:
        raise InputError([Problem(str(options.layers), "error.osm_own_layers")])
    require_writable(options.layers / "counties.geojson")
    say("osm.layers.start", options, path=options.osm)
    read = read_layers(options.osm, seeds=options.seeds)
    for names, key in (
        (read.counties_missing, "osm.layers.counties_kept"),
        (read.counties_overlapping, "osm.layers.counties_overlap"),
        (read.areas_incomplete, "osm.layers.incomplete"),
    ):
        if names:
            shown = "、".join(names[:SHOWN]) + ("……" if len(names) > SHOWN else "")
            say(key, options, count=len(names), names=shown)
    built = build_layers(
        seeds=options.seeds, digitised=drawn, county_shapes=read.imported.county_shapes
    )
    layers, counts = swap_layers(built, read.imported)
    for name, count in counts.items():
        layer = text(f"layer.title.{name}", language=options.lang)
        say("osm.layers.count", options, layer=layer, **asdict(count))
    return layers


def drawn_folder(layers: Path) -> Path:
    """Return the digitised geometry of a folder of layers, or the product's own."""
    own = layers / DIGITISED
    return own if own.is_dir() else layers_dir() / DIGITISED


def say(key: str, options: argparse.Namespace, **fields: object) -> None:
    """Print a message of the catalogue on stderr."""
    print(text(key, language=options.lang, **fields), file=sys.stderr)


def check(options: argparse.Namespace) -> None:
    """Report every problem of the layers."""
    print(text("layers.check.start", language=options.lang), file=sys.stderr)
    try:
        expected = build_layers(
            seeds=options.seeds,
            digitised=drawn_folder(options.layers),
            county_shapes=imported_counties(options.layers),
        )
    except InputError as error:
        tables, expected = list(error.problems), None
    else:
        tables = []
    found = check_layers(
        layers=options.layers,
        seeds=options.seeds,
        expected=expected,
        is_own=options.layers.resolve() == layers_dir(),
    )
    raise_problems({problem.line(): problem for problem in [*tables, *found]}.values())
    count = len(LAYER_SCHEMAS)
    print(text("layers.check.sound", language=options.lang, count=count), file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
