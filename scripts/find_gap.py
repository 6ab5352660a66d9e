"""未达成的读法最少改变多少才能达成 / How little must change for a reading that is not met."""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from gis.catalogue.scenarios import scenario_text
from gis.core.cli import run, tell
from gis.core.errors import InputError, Problem
from gis.core.files import require_writable, write_text
from gis.core.paths import build_dir_of, layers_dir
from gis.network.network_file import load_network
from gis.pipeline import RunConfig, write_gaps
from gis.pipeline import run as run_pipeline

DEFAULT_YEAR = 2023


def main() -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--goal", required=True, metavar="ID", help="目标编号 / id of the goal")
    parser.add_argument(
        "--reading",
        metavar="A",
        help="只看这一个读法；默认全部 / this reading only; all by default",
    )
    parser.add_argument(
        "--year",
        type=int,
        metavar="Y",
        help=f"年份，默认 {DEFAULT_YEAR} 或路网文件的年份 / year, by default {DEFAULT_YEAR} or "
        "that of the network file",
    )
    parser.add_argument(
        "--network",
        type=Path,
        metavar="FILE",
        help="路网文件；默认用该年自有路网 / network file; by default the product's own",
    )
    parser.add_argument(
        "--layers", type=Path, default=layers_dir(), metavar="DIR", help="图层目录 / layers"
    )
    parser.add_argument("--json", type=Path, required=True, metavar="FILE", help="输出 / output")
    parser.add_argument(
        "--scenario-out",
        type=Path,
        metavar="FILE",
        help="把最省的手段写成情景文件 YAML，可用于 check_goals.py --scenario / write the lever "
        "that takes least as a scenario for check_goals.py --scenario",
    )
    return run(parser, find)


def find(options: argparse.Namespace) -> None:
    """Search the levers and write what was found."""
    if options.scenario_out is not None:
        require_writable(options.scenario_out)
        if options.scenario_out.resolve() == options.json.resolve():
            raise InputError([Problem("--scenario-out", "error.gap_same_file")])
    year = DEFAULT_YEAR if options.year is None else options.year
    if options.network is not None:
        present = load_network(options.network).year
        if options.year not in {None, present}:
            fields = {"year": options.year, "present": present}
            raise InputError([Problem("--year", "error.no_network_for_year", fields)])
    config = RunConfig(
        years=(year,),
        networks=() if options.network is None else (options.network,),
        goals=(options.goal,),
        verdicts=False,
        gaps=True,
        readings=() if options.reading is None else (options.reading,),
        layers=options.layers,
        build=build_dir_of(options.layers),
    )
    results = run_pipeline(config, progress=lambda step: tell(step, options.lang))
    within = [gap for gap in results.gaps if gap.size is not None]
    if options.scenario_out is not None and not within:
        raise InputError([Problem("--scenario-out", "error.gap_none", {"goal": options.goal})])
    write_gaps(results, options.json)
    if options.scenario_out is not None:
        best = min(within, key=lambda gap: gap.effort)
        write_text(options.scenario_out, scenario_text(best.changes))


if __name__ == "__main__":
    sys.exit(main())
