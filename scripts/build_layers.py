"""由各表和数字化图形生成全部图层 / Build all layers from the tables and digitised geometry."""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from gis.core.cli import run
from gis.core.paths import layers_dir, seeds_dir
from gis.layers.build import build_layers, write_layers
from gis.layers.read import DIGITISED


def main() -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--seeds", type=Path, default=seeds_dir(), metavar="DIR", help="各表所在目录 / tables"
    )
    parser.add_argument(
        "--layers",
        type=Path,
        default=layers_dir(),
        metavar="DIR",
        help="图层目录，其下 digitised 为数字化图形 / layers, with digitised below",
    )
    return run(parser, build)


def build(options: argparse.Namespace) -> None:
    """Build the layers and write them."""
    built = build_layers(seeds=options.seeds, digitised=options.layers / DIGITISED)
    for path in write_layers(built, layers=options.layers):
        print(f"{path.name} {path.stat().st_size / 1e3:.0f} kB", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
