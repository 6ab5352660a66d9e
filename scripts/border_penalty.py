"""跨市界出行比市内同距离多花多少时间 / Measure how much longer it takes to cross municipal borders.

按市界和先行区，比较直线 3–25 公里的跨界与市内镇街对；方法见 gis/planning/border_penalty.py。 /
Compares near pairs of townships across and inside, by border and pilot zone.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from gis.catalogue.parameters import load_parameters
from gis.catalogue.roads import load_roads
from gis.core.cli import run
from gis.core.errors import InputError, Problem
from gis.core.files import written_aside
from gis.core.schemas import Mode
from gis.core.text import text
from gis.core.vectors import write_geopackage
from gis.layers.read import read_layer
from gis.network.network_file import load_network
from gis.planning.border_table import TRAVELS, border_table

MODES = {"car": TRAVELS, "transit": ((Mode.TRANSIT, False), (Mode.TRANSIT, True))}
MODES["all"] = (*MODES["car"], *MODES["transit"])


def main() -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--network", type=Path, required=True, metavar="FILE", help="路网文件 / network file"
    )
    parser.add_argument(
        "--mode",
        choices=list(MODES),
        default="car",
        help="出行方式，均算平峰和早高峰；公共交通较慢 / means of travel, off-peak and peak",
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FILE.gpkg", help="输出图层 / layer to write"
    )
    parser.add_argument(
        "--csv", type=Path, metavar="FILE.csv", help="同一张表 / the same as a table"
    )
    return run(parser, measure)


def measure(options: argparse.Namespace) -> None:
    """Compute and write the penalties."""
    if options.out.suffix.lower() != ".gpkg":
        raise InputError([Problem(str(options.out), "error.suffix_gpkg")])
    drawn = border_table(
        load_network(options.network),
        cities=read_layer("cities"),
        townships=read_layer("townships"),
        zones=read_layer("zones"),
        terrain=load_roads().terrain,
        parameters=load_parameters(),
        travels=MODES[options.mode],
        progress=lambda mode, peak, pairs: print(
            text(
                "border.progress",
                language=options.lang,
                mode=text(f"border.mode.{mode.value}", language=options.lang),
                when=text("border.peak" if peak else "border.off_peak", language=options.lang),
                pairs=pairs,
            ),
            file=sys.stderr,
        ),
    )
    write_geopackage({"border_penalty": drawn}, options.out)
    if options.csv is not None:
        with written_aside(options.csv) as aside:
            table = drawn.drop(columns="geometry")
            table.to_csv(aside, index=False, encoding="utf-8-sig", lineterminator="\n")
    is_border = drawn["kind"] == "border"
    is_shown = (drawn["ratio_low"] > 1) | (drawn["ratio_high"] < 1)
    counts = {
        "rows": len(drawn),
        "borders": int(is_border.sum()),
        "zones": int((~is_border).sum()),
        "shown": int(is_shown.sum()),
    }
    written = text("border.written", language=options.lang, out=options.out, **counts)
    print(written, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
