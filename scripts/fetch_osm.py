"""下载 OpenStreetMap 分区数据，可断点续传 / Fetch an OpenStreetMap extract, resuming if cut off.

地区见 seeds/osm_regions.csv。网络不通时会写明手工下载的办法。--live 只取一小块现状道路。
/ Regions are in seeds/osm_regions.csv; without a network it says how to do it by hand. --live
fetches the present roads of a small area only.
"""

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from gis.catalogue.osm_regions import chosen_region, load_osm_regions
from gis.core.cli import run
from gis.core.errors import InputError, Problem
from gis.core.files import require_writable
from gis.core.paths import seeds_dir
from gis.core.text import Language, text
from gis.network.osm.clip import read_box
from gis.network.osm.download import FileProgress, check_extract, fetch_extract, file_name
from gis.network.osm.live import write_live_extract

LIVE_NAME = "live.osm.pbf"
STOPPED = 130
SECONDS_A_LINE = 2.0


def main() -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    wanted = parser.add_mutually_exclusive_group(required=True)
    wanted.add_argument("--region", metavar="NAME", help="地区，如 zhejiang / region to fetch")
    wanted.add_argument(
        "--live", metavar="BOX", help="西,南,东,北，至多400平方公里 / west,south,east,north"
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", dest="folder", help="存放目录 / folder"
    )
    parser.add_argument(
        "--overwrite", action="store_true", help="替换已有的文件 / replace a file that is there"
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="只核对手工放好的文件与其 .md5 / only check a file put there by hand",
    )
    parser.add_argument(
        "--seeds", type=Path, default=seeds_dir(), metavar="DIR", help="各表所在目录 / tables"
    )
    try:
        return run(parser, fetch)
    except KeyboardInterrupt:
        print(text("osm.fetch.stopped"), file=sys.stderr)
        return STOPPED


def fetch(options: argparse.Namespace) -> None:
    """Fetch the extract of a region or a small live area, or check the one that is there."""
    if options.live is not None:
        fetch_live(options)
        return
    region = chosen_region(options.region, load_osm_regions(options.seeds))
    path = options.folder / file_name(region.address)
    if options.check:
        check_extract(path)
    else:
        path = fetch_extract(
            region.address,
            options.folder,
            overwrite=options.overwrite,
            progress=_teller(options.lang),
        )
    _say_done("osm.fetch.done", path, options.lang)


def fetch_live(options: argparse.Namespace) -> None:
    """Fetch the present roads of a small area."""
    box = read_box(options.live)
    if box is None:
        raise InputError([Problem(f"--live {options.live}", "error.osm_box")])
    path = options.folder / LIVE_NAME
    if path.exists() and not options.overwrite:
        raise InputError([Problem(str(path), "error.osm_file_exists")])
    require_writable(path)
    _say_done("osm.live.done", write_live_extract(box, path), options.lang)


def _say_done(key: str, path: Path, language: Language) -> None:
    fields = {"path": path, "size_mb": round(path.stat().st_size / 1e6, 1)}
    print(text(key, language=language, **fields), file=sys.stderr)


def _teller(language: Language) -> FileProgress:
    """Return a progress that tells at most one line every two seconds."""
    told = time.monotonic()

    def tell(done: int, size: int | None) -> None:
        nonlocal told
        if time.monotonic() - told < SECONDS_A_LINE and done != size:
            return
        told = time.monotonic()
        share = f"{done / size:.0%}" if size else "?"
        whole = round(size / 1e6, 1) if size else "?"
        fields = {"done_mb": round(done / 1e6, 1), "size_mb": whole, "share": share}
        print(text("osm.fetch.progress", language=language, **fields), file=sys.stderr)

    return tell


if __name__ == "__main__":
    sys.exit(main())
