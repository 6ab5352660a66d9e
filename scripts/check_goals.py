"""判断各项目标是否成立 / Judge the goals of the documents: verdicts as JSON."""

import argparse
import os
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from gis.core.cli import run, tell
from gis.core.errors import Problem, raise_problems
from gis.core.paths import build_dir_of, layers_dir
from gis.core.schemas import YEARS
from gis.core.text import text
from gis.network.network_file import load_network
from gis.pipeline import DEFAULT_SEED, RunConfig, write_results
from gis.pipeline import run as run_pipeline

MOST_DRAWS = 100_000
MOST_PROCESSES = 8  # each takes seconds to start and some hundred megabytes


def main() -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--network",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="路网文件，可多次给出；默认用各年自有路网 / network file, may be repeated",
    )
    parser.add_argument(
        "--year",
        type=int,
        action="append",
        default=[],
        metavar="Y",
        help=f"年份，可多次给出；默认 {', '.join(map(str, YEARS))} / year, may be repeated",
    )
    parser.add_argument(
        "--goal",
        action="append",
        default=[],
        metavar="ID",
        help="只判断这些目标，可多次给出；默认判断目录中全部目标 / only these goals, may be "
        "repeated; every goal of the catalogue by default",
    )
    parser.add_argument(
        "--headline",
        action="store_true",
        help="只判断总览页的重点目标，较快；不与 --goal 同用 / only the headline goals, which is "
        "quicker; not together with --goal",
    )
    parser.add_argument(
        "--statistics",
        type=Path,
        metavar="FILE",
        help="官方统计数值表 CSV，模板由 statistics_template.py 生成 / official figures, in the "
        "template that statistics_template.py writes",
    )
    parser.add_argument(
        "--people",
        type=Path,
        metavar="FILE",
        help="镇街人口表 CSV，由 share_population.py 生成 / people of townships by a raster, as "
        "share_population.py writes them",
    )
    parser.add_argument(
        "--scenario",
        type=Path,
        metavar="FILE",
        help="情景文件 YAML：先按其中的变更修改路网，再判断 / scenario in YAML: its changes are "
        "applied to the networks before judging",
    )
    parser.add_argument(
        "--gaps",
        action="store_true",
        help="对未达成的读法，搜索最少改变哪一项即可达成（较慢） / search the least change of one "
        "lever that would meet readings that are not met (slow)",
    )
    parser.add_argument(
        "--draws",
        type=int,
        default=0,
        metavar="N",
        help="随机抽样次数，用于算判定成立的把握，建议 1000；默认不算 / draws of random errors for "
        "the probability that verdicts hold, 1000 advised; none by default",
    )
    parser.add_argument(
        "--seed",
        type=int,
        default=DEFAULT_SEED,
        metavar="N",
        help=f"抽样种子，默认 {DEFAULT_SEED} / seed of the draws",
    )
    parser.add_argument(
        "--layers", type=Path, default=layers_dir(), metavar="DIR", help="图层目录 / layers"
    )
    parser.add_argument("--json", type=Path, required=True, metavar="FILE", help="输出 / output")
    return run(parser, check)


def check(options: argparse.Namespace) -> None:
    """Judge the goals and write the verdicts."""
    problems = []
    if options.goal and options.headline:
        problems.append(Problem("--headline", "error.headline_and_goal"))
    if not 0 <= options.draws <= MOST_DRAWS:
        fields = {"value": options.draws, "most": MOST_DRAWS}
        problems.append(Problem("--draws", "error.draws", fields))
    raise_problems(problems)
    config = RunConfig(
        years=tuple(options.year) or YEARS,
        networks=tuple(networks_of_years(options.network, options.year)),
        goals=tuple(options.goal),
        every_goal=not (options.goal or options.headline),
        statistics=options.statistics,
        draws=options.draws,
        seed=options.seed,
        processes=min(os.cpu_count() or 1, MOST_PROCESSES),
        people=options.people,
        scenario=options.scenario,
        gaps=options.gaps,
        layers=options.layers,
        build=build_dir_of(options.layers),
    )
    results = run_pipeline(config, progress=lambda step: tell(step, options.lang))
    write_results(results, options.json)
    words = Counter(verdict.verdict for verdict in results.verdicts if verdict.decisive)
    for word, count in words.items():
        print(f"{text(f'verdict.{word.value}', language=options.lang)} {count}", file=sys.stderr)


def networks_of_years(files: list[Path], years: list[int]) -> list[Path]:
    """Return the network files of the years asked for; all of them when none is.

    Raises
    ------
    InputError
        If no file is of a year that was asked for.

    """
    if not files or not years:
        return files
    year_of = {file: load_network(file).year for file in files}
    present = ", ".join(str(year) for year in sorted(year_of.values()))
    raise_problems(
        Problem("--year", "error.no_network_for_year", {"year": year, "present": present})
        for year in years
        if year not in year_of.values()
    )
    return [file for file in files if year_of[file] in years]


if __name__ == "__main__":
    sys.exit(main())
