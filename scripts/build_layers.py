"""由各表和数字化图形生成全部图层，或检查图层 / Build all layers, or check them.

检查时不写任何文件，一次报告全部问题。 / A check writes nothing and reports every problem at once.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from gis.core.cli import run
from gis.core.errors import InputError, raise_problems
from gis.core.paths import layers_dir, seeds_dir
from gis.core.text import text
from gis.layers.build import build_layers, write_layers
from gis.layers.check import check_layers
from gis.layers.read import DIGITISED
from gis.layers.schema import LAYER_SCHEMAS


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
    return run(parser, build)


def build(options: argparse.Namespace) -> None:
    """Build the layers and write them, or check those that are there."""
    if options.check:
        check(options)
        return
    built = build_layers(seeds=options.seeds, digitised=options.layers / DIGITISED)
    for path in write_layers(built, layers=options.layers):
        print(f"{path.name} {path.stat().st_size / 1e3:.0f} kB", file=sys.stderr)


def check(options: argparse.Namespace) -> None:
    """Report every problem of the layers."""
    print(text("layers.check.start", language=options.lang), file=sys.stderr)
    drawn = options.layers / DIGITISED
    try:
        expected = build_layers(
            seeds=options.seeds, digitised=drawn if drawn.is_dir() else layers_dir() / DIGITISED
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
