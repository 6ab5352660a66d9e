"""Write the rail feed of a year as a GTFS zip file."""

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from gis.catalogue.rail import load_rail_tables
from gis.core.cli import run
from gis.core.errors import raise_problems
from gis.core.text import text
from gis.network.gtfs import check_gtfs, write_gtfs
from gis.network.rail import feed_caveats, rail_feed


def build(options: argparse.Namespace) -> None:
    """Build, check and write the feed, and say on stderr how far it can be trusted."""
    feed = rail_feed(year=options.year)
    raise_problems(check_gtfs(feed, options.out.name))
    write_gtfs(feed, options.out)
    counts = f"{len(feed.stops)} stops, {len(feed.trips)} trips, {len(feed.stop_times)} stop times"
    sys.stderr.write(f"{options.out}: {counts}\n")
    for key in feed_caveats(options.year, tables=load_rail_tables()):
        sys.stderr.write(text(key, language=options.lang) + "\n")


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--year", type=int, default=2026, help="year of the network (2026)")
    parser.add_argument("--out", type=Path, required=True, help="GTFS zip file to write")
    return run(parser, build)


if __name__ == "__main__":
    sys.exit(main())
