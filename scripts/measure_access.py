"""按发表的可达性指标计算各镇街、县、市和先行区 / Measure the access of townships and areas.

指标和参数见 seeds/access_measures.yaml；结果为四张表和一个 GeoPackage。 / The measures are set in
seeds/access_measures.yaml; writes four tables and a GeoPackage.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from gis.catalogue.access_measures import load_access_measures
from gis.catalogue.areas import load_admin_units
from gis.catalogue.parameters import load_parameters
from gis.core.cli import run
from gis.core.errors import Problem, raise_problems
from gis.core.files import written_aside
from gis.core.schemas import Mode
from gis.core.text import text
from gis.core.vectors import write_geopackage
from gis.layers.read import read_layer
from gis.network.network_file import load_network
from gis.pipeline import PLACE_LAYERS
from gis.planning.access_layers import access_tables, on_the_map
from gis.planning.place_sets import make_place_book

TABLES = ("townships", "counties", "cities", "zones")
GEOPACKAGE = "access.gpkg"


def main() -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--network", type=Path, required=True, metavar="FILE", help="路网文件 / network file"
    )
    parser.add_argument(
        "--mode",
        choices=[mode.value for mode in Mode],
        default=Mode.CAR.value,
        help="出行方式，默认 car；公共交通较慢 / car by default; public transport takes longer",
    )
    parser.add_argument("--peak", action="store_true", help="早高峰 / in the morning peak")
    parser.add_argument(
        "--folder", type=Path, required=True, metavar="DIR", help="输出目录 / folder of the results"
    )
    return run(parser, measure)


def measure(options: argparse.Namespace) -> None:
    """Measure access and write tables and layers."""
    if options.folder.is_file():
        raise_problems([Problem(str(options.folder), "error.output_no_folder")])
    measures = load_access_measures()
    network = load_network(options.network)
    layers = {name: read_layer(name) for name in PLACE_LAYERS}
    tables = access_tables(
        network,
        layers,
        make_place_book(layers, load_admin_units()),
        measures,
        parameters=load_parameters(),
        mode=Mode(options.mode),
        peak=options.peak,
        progress=lambda origins, destinations: print(
            text(
                "measures.matrix",
                language=options.lang,
                origins=origins,
                destinations=destinations,
                mode=text(f"border.mode.{options.mode}", language=options.lang),
            ),
            file=sys.stderr,
        ),
    )
    for name in TABLES:
        with written_aside(options.folder / f"{name}.csv") as aside:
            tables[name].to_csv(aside, index=False, encoding="utf-8-sig", lineterminator="\n")
    drawn = {name: on_the_map(tables[name], layers[name]) for name in TABLES}
    write_geopackage(drawn, options.folder / GEOPACKAGE)
    counts = {name: len(tables[name]) for name in TABLES}
    fields = {"folder": options.folder, "geopackage": GEOPACKAGE, **counts}
    print(text("measures.written", language=options.lang, **fields), file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
