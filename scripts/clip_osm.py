"""把 OSM 数据裁剪到研究范围 / Cut an OpenStreetMap extract to the study area.

跨界的道路整条保留，县界保持完整。 / Ways across the edge stay whole, and so do county borders.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from gis.core.cli import run
from gis.core.paths import layers_dir
from gis.core.text import text
from gis.layers.read import read_layer
from gis.network.osm.clip import STUDY_AREA, clip_area, clip_extract

BUFFER_KM = 20.0


def main() -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--pbf", type=Path, required=True, metavar="FILE", help="OSM 数据（.osm.pbf）/ an extract"
    )
    parser.add_argument(
        "--area",
        default=STUDY_AREA,
        metavar="AREA",
        help="study（研究范围）或 西,南,东,北 / study, or west,south,east,north",
    )
    parser.add_argument(
        "--buffer-km",
        type=float,
        default=BUFFER_KM,
        metavar="KM",
        help="向外扩的公里数 / kilometres beyond",
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help="输出（.osm.pbf）/ file to write"
    )
    parser.add_argument(
        "--layers", type=Path, default=layers_dir(), metavar="DIR", help="图层目录 / layers"
    )
    return run(parser, clip)


def clip(options: argparse.Namespace) -> None:
    """Cut the extract and say what was kept."""
    counties = read_layer("counties", layers=options.layers)
    area = clip_area(options.area, counties=counties, buffer_km=options.buffer_km)
    kept = clip_extract(options.pbf, options.out, area)
    fields = {
        "path": options.out,
        "size_mb": round(options.out.stat().st_size / 1e6, 1),
        "nodes": kept.nodes,
        "ways": kept.ways,
        "relations": kept.relations,
    }
    print(text("osm.clip.done", language=options.lang, **fields), file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
