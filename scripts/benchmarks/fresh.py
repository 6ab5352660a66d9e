"""What is measured in a process of its own: an import with its memory, and a first answer.

python -m scripts.benchmarks.fresh import EXTRACT NETWORK
python -m scripts.benchmarks.fresh isochrone NETWORK
"""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from scripts.benchmarks.memory import peak_gib

MINUTES = (30.0, 60.0)
YEAR = 2026


def in_new_process(*arguments: object) -> dict[str, float]:
    """Return the figures that a new process finds.

    Raises
    ------
    RuntimeError
        With the last line the process wrote, if it failed.

    """
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-m", "scripts.benchmarks.fresh", *map(str, arguments)]
    done = subprocess.run(command, cwd=root, capture_output=True, encoding="utf-8", check=False)
    if done.returncode != 0:
        raise RuntimeError((done.stderr.strip().splitlines() or ["?"])[-1])
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def import_extract(extract: Path, out: Path) -> dict[str, float]:
    """Build the network of an extract, with its hierarchy, and write it."""
    from gis.network.network_file import save_network
    from gis.network.osm.network import build_osm_network

    start = time.perf_counter()
    network = build_osm_network(extract, year=YEAR)
    built_s = time.perf_counter() - start
    save_network(network, out)
    return {
        "seconds": time.perf_counter() - start,
        "built_s": built_s,
        "peak_gib": peak_gib(),
        "nodes": len(network.nodes),
        "edges": len(network.edges),
        "size_mb": out.stat().st_size / 1e6,
    }


def first_isochrone(path: Path) -> dict[str, float]:
    """Load a network and ask for one isochrone, then for another."""
    from gis.access.isochrones import isochrones
    from gis.catalogue.parameters import load_parameters
    from gis.network.network_file import load_network

    parameters = load_parameters()
    start = time.perf_counter()
    network = load_network(path)
    loaded_s = time.perf_counter() - start
    places = network.nodes.iloc[[len(network.nodes) // 2, len(network.nodes) // 3]]
    asked = []
    for lon, lat in zip(places["lon"], places["lat"], strict=True):
        start = time.perf_counter()
        isochrones(network, lon, lat, parameters=parameters, minutes=MINUTES)
        asked.append(time.perf_counter() - start)
    return {"load_s": loaded_s, "first_s": asked[0], "second_s": asked[1], "peak_gib": peak_gib()}


def main() -> int:
    """Measure and print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", choices=("import", "isochrone"))
    parser.add_argument("files", type=Path, nargs="+")
    options = parser.parse_args()
    work: dict[str, Any] = {"import": import_extract, "isochrone": first_isochrone}
    print(json.dumps(work[options.work](*options.files)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
