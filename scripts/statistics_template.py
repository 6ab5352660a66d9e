"""生成统计数值填报模板 / Write the table into which official figures are filled.

填好年份、数值、来源和日期后交给 check_goals.py --statistics；留空的行不读。 / Fill in year, value,
source and date and give it to check_goals.py --statistics; rows left blank are skipped.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from gis.catalogue.goals import load_goals
from gis.catalogue.statistics_upload import statistics_template
from gis.core.cli import run
from gis.core.files import written_aside


def main() -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="输出 CSV / output")
    return run(parser, write)


def write(options: argparse.Namespace) -> None:
    """Write the template."""
    content = statistics_template(load_goals(), language=options.lang)
    with written_aside(options.out) as aside:
        # Excel knows UTF-8 by its mark.
        aside.write_text(content, encoding="utf-8-sig", newline="")


if __name__ == "__main__":
    sys.exit(main())
