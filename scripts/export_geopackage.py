"""导出全部图层、结论和来源为一个 GeoPackage / Hand over layers, verdicts and sources."""

import argparse
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from gis.catalogue.goals import load_goals
from gis.catalogue.sources import load_sources
from gis.core.cli import run
from gis.core.crs import CENTRAL_MERIDIANS, HANDOVER_EPSG, zone_distortion
from gis.core.errors import InputError, Problem
from gis.core.text import text
from gis.layers.read import read_layer
from gis.outputs.geopackage import LAYERS, export_geopackage
from gis.outputs.tables import handover_tables
from gis.pipeline import RunConfig, ready_records


def main() -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.gpkg")
    parser.add_argument(
        "--crs",
        type=int,
        choices=HANDOVER_EPSG,
        default=HANDOVER_EPSG[0],
        help="坐标系 EPSG 代码 / EPSG code of the coordinates",
    )
    return run(parser, export)


def export(options: argparse.Namespace) -> None:
    """Write the GeoPackage."""
    if options.out.suffix.lower() != ".gpkg":
        raise InputError([Problem(str(options.out), "error.suffix_gpkg")])
    layers = {name: read_layer(name) for name in LAYERS}
    content = ready_records(RunConfig(), progress=lambda line: print(line, file=sys.stderr))
    if options.crs in CENTRAL_MERIDIANS:
        bounds = np.asarray(layers["counties"].total_bounds)
        west, south, east, north = (float(side) for side in bounds)
        stretch = zone_distortion((west, south, east, north), epsg=options.crs)
        fields = {
            "epsg": options.crs,
            "meridian": CENTRAL_MERIDIANS[options.crs],
            "west": round(west, 1),
            "east": round(east, 1),
            "stretch_m": round(stretch * 1000, 1),
        }
        print(text("handover.zone_cost", language=options.lang, **fields), file=sys.stderr)
    export_geopackage(
        options.out,
        layers=layers,
        tables=handover_tables(content, goals=load_goals(), sources=load_sources()),
        epsg=options.crs,
    )
    print(f"{options.out} {options.out.stat().st_size / 1e6:.1f} MB", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
