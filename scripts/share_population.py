"""按人口栅格分摊各县普查人口到镇街，并与按村社数分摊比较 / Share out people by a raster.

各县合计与普查完全一致；跨界栅格按面积分给各镇街。所得表可交给 check_goals.py --people。 / Totals of
counties equal the census exactly; a cell cut by a border is divided by area. The table can be
given to check_goals.py --people.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import pandas as pd

from gis.catalogue.areas import county_totals, load_admin_units
from gis.core.cli import run
from gis.core.files import require_writable, written_aside
from gis.core.paths import layers_dir, seeds_dir
from gis.core.text import Language, text
from gis.layers.population_raster import (
    FAR_MOVED,
    FAR_TIMES,
    RasterCount,
    compare_counties,
    compare_townships,
    count_people,
    far_from_census,
    raster_population,
)
from gis.layers.read import read_layer

NAMES_SHOWN = 8
FEW_TIMES = 0.1


def main() -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--raster",
        type=Path,
        required=True,
        metavar="FILE",
        help="每格人数的单波段栅格（WorldPop、GHSL 等） / raster of people in each cell",
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help="各镇街比较表 CSV / townships"
    )
    parser.add_argument(
        "--counties", type=Path, metavar="FILE", help="各县比较表 CSV，可不写 / counties, optional"
    )
    parser.add_argument(
        "--seeds", type=Path, default=seeds_dir(), metavar="DIR", help="各表所在目录 / tables"
    )
    parser.add_argument(
        "--layers", type=Path, default=layers_dir(), metavar="DIR", help="图层目录 / layers"
    )
    return run(parser, share)


def share(options: argparse.Namespace) -> None:
    """Share out the people, compare the two ways and write the tables."""
    if options.counties is not None:
        require_writable(options.counties)
    townships = read_layer("townships", layers=options.layers)
    totals = county_totals(options.seeds)
    count = count_people(options.raster, townships)
    units = load_admin_units(options.seeds)
    names = {unit.code: getattr(unit, f"name_{options.lang}") for unit in units}
    people = raster_population(count, townships, totals, where=str(options.raster), names=names)
    table = compare_townships(townships, people, count)
    counties = compare_counties(table, totals)
    write_table(table, options.out)
    if options.counties is not None:
        write_table(counties, options.counties)
    report(counties, count, len(totals), names, options.lang)


def report(
    counties: pd.DataFrame,
    count: RasterCount,
    expected: int,
    names: dict[str, str],
    language: Language,
) -> None:
    """Tell how far the two ways differ, county by county, and what is too far to be true."""
    for row in counties.to_dict("records"):
        line = text(
            "population.county",
            language=language,
            county=names[row["county_id"]],
            census=row["census"],
            ratio=_times(row["raster_count"] / row["census"]),
            share=f"{row['moved_share']:.1%}",
            township=row[f"township_{language}"],
            difference=f"{row['difference']:+d}",
        )
        print(line, file=sys.stderr)
    missing = expected - len(counties)
    if missing:
        print(text("population.uncovered", language=language, count=missing), file=sys.stderr)
    outside = round(count.outside)
    print(text("population.outside", language=language, people=outside), file=sys.stderr)
    for line in warnings(counties, names, language):
        print(line, file=sys.stderr)


def warnings(counties: pd.DataFrame, names: dict[str, str], language: Language) -> list[str]:
    """Return a line for each way in which the raster is too far from the census."""
    far = far_from_census(counties)
    lines = []
    if far.ratio is not None:
        lines.append(text("population.far.ratio", language=language, ratio=_times(far.ratio)))
    limits = {"odd": {"times": f"{FAR_TIMES:g}"}, "moved": {"share": f"{FAR_MOVED:.0%}"}}
    separator = ", " if language == "en" else "、"
    for kind, codes in (("odd", far.odd), ("moved", far.moved)):
        if codes:
            shown = [names[code] for code in codes[:NAMES_SHOWN]]
            more = " …" if len(codes) > NAMES_SHOWN else ""
            fields = {"count": len(codes), "names": separator.join(shown) + more, **limits[kind]}
            lines.append(text(f"population.far.{kind}", language=language, **fields))
    return lines


def _times(ratio: float) -> str:
    """Write how many times as many, also where it is a thousandth."""
    return f"{ratio:,.2f}" if ratio >= FEW_TIMES else f"{ratio:.2g}"


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV in UTF-8 with the mark by which Excel knows it."""
    with written_aside(path) as aside:
        table.to_csv(aside, index=False, encoding="utf-8-sig", lineterminator="\n")


if __name__ == "__main__":
    sys.exit(main())
