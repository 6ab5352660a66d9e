"""把重点目标的结论写进 README 的表 / Write the verdicts on the headline goals into README."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from gis.catalogue.goals import load_goals
from gis.core.cli import run
from gis.core.errors import InputError, Problem, raise_problems
from gis.core.files import read_text, write_text
from gis.core.paths import project_root
from gis.core.text import Language
from gis.outputs.headline_table import headline_table, with_table

PAGES: tuple[tuple[str, Language], ...] = (("README.md", "en"), ("README.zh.md", "zh"))


def main() -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--json",
        dest="verdicts",
        type=Path,
        required=True,
        metavar="FILE",
        help="check_goals.py --json 的输出 / what check_goals.py --json writes",
    )
    parser.add_argument(
        "--folder",
        type=Path,
        default=project_root(),
        metavar="DIR",
        help="README 所在文件夹 / folder of the READMEs",
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="只检查表格是否与文件一致 / only tell whether the tables are those of the file",
    )
    return run(parser, write)


def write(options: argparse.Namespace) -> None:
    """Write both tables, or tell which of them is out of date."""
    records = _records(options.verdicts)
    goals = load_goals()
    changed: dict[Path, str] = {}
    for name, language in PAGES:
        page = read_text(options.folder / name)
        table = headline_table(goals, records, language=language)
        wanted = with_table(page, table, file=name)
        if wanted != page:
            changed[options.folder / name] = wanted
    if options.check:
        fields = {"json": options.verdicts}
        raise_problems(Problem(path.name, "error.table_outdated", fields) for path in changed)
        return
    for path, content in changed.items():
        write_text(path, content)
        print(path.name, file=sys.stderr)


def _records(path: Path) -> list[dict[str, Any]]:
    """Return the records of a file of verdicts.

    Raises
    ------
    InputError
        If it is missing or none.

    """
    try:
        content = json.loads(read_text(path))
    except ValueError as error:
        if isinstance(error, InputError):
            raise
        raise InputError([Problem(str(path), "error.no_verdicts")]) from error
    records = content.get("verdicts") if isinstance(content, dict) else None
    keys = {"goal", "reading", "year", "decisive", "verdict", "value", "share", "unit", "margin"}
    is_whole = isinstance(records, list) and all(
        isinstance(record, dict) and keys <= record.keys() for record in records
    )
    if not is_whole:
        raise InputError([Problem(str(path), "error.no_verdicts")])
    return list(records)


if __name__ == "__main__":
    sys.exit(main())
