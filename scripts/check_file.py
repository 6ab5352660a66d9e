"""检查规划人员的文件能否使用：编码、坐标系、图形、坐标是否为 GCJ-02 / Check a planner's file.

点按名称与已知车站、乡镇驻地、地名比对；线须用 --roads 给出坐标可靠的道路文件来比对。
Points are compared by name with known places; lines with the roads given by --roads.
"""

import argparse
import sys
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from gis.access.uploads import check_upload
from gis.core.cli import run
from gis.core.errors import Problem, collected, raise_problems
from gis.core.text import text
from gis.core.vectors import read_vector
from gis.layers.known_places import known_places


def main() -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "files",
        type=Path,
        nargs="+",
        metavar="FILE",
        help="含 id,lon,lat 的 CSV，或矢量文件 / CSV with id,lon,lat or a vector file",
    )
    parser.add_argument(
        "--roads",
        type=Path,
        metavar="FILE",
        help="坐标可靠的道路文件，用来比对线 / roads known to be right, to compare lines with",
    )
    return run(parser, check)


def check(options: argparse.Namespace) -> None:
    """Check every file and tell what the sound ones hold."""
    problems: list[Problem] = []
    roads = None
    if options.roads is not None:
        roads = collected(problems, partial(read_vector, options.roads, checked=False))
    known = known_places()
    for path in options.files:
        found = collected(problems, partial(check_upload, path, known=known, roads=roads))
        if found is None:
            continue
        fields = {
            "file": path.name,
            "count": found.count,
            "crs": found.crs,
            "kinds": ", ".join(found.kinds),
            "columns": ", ".join(found.columns) or "—",
        }
        print(text("upload.sound", language=options.lang, **fields))
        if found.has_lines and options.roads is None:
            print(text("upload.lines_unchecked", language=options.lang, file=path.name))
    raise_problems(problems)


if __name__ == "__main__":
    sys.exit(main())
