"""判断各项目标是否成立 / Judge the goals of the documents: verdicts as JSON."""

import argparse
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from gis.core.cli import run
from gis.core.schemas import YEARS
from gis.core.text import text
from gis.pipeline import RunConfig, write_results
from gis.pipeline import run as run_pipeline


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
        help="只判断这些目标，可多次给出；默认为重点目标 / only these goals, may be repeated; "
        "the headline goals by default",
    )
    parser.add_argument(
        "--all", action="store_true", help="判断目录中的全部目标 / judge every goal"
    )
    parser.add_argument("--json", type=Path, required=True, metavar="FILE", help="输出 / output")
    return run(parser, check)


def check(options: argparse.Namespace) -> None:
    """Judge the goals and write the verdicts."""
    config = RunConfig(
        years=tuple(options.year) or YEARS,
        networks=tuple(options.network),
        goals=tuple(options.goal),
        every_goal=options.all,
    )
    results = run_pipeline(config, progress=lambda line: print(line, file=sys.stderr))
    write_results(results, options.json)
    words = Counter(verdict.verdict for verdict in results.verdicts if verdict.decisive)
    for word, count in words.items():
        print(f"{text(f'verdict.{word.value}', language=options.lang)} {count}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
