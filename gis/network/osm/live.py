"""Roads of a small area as OpenStreetMap has them now, fetched by osmnx.

osmnx asks a public Overpass server, which is slow, shared and not for whole cities: an area is
bounded, and larger ones come from an extract (``scripts/fetch_osm.py --region``). What is fetched
is written as a small extract, so that the same rules make roads of it as of a large one. Ferries
and turn restrictions are not fetched.
"""

import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import osmium
import shapely
from osmium.osm import mutable

from gis.catalogue.osm_classes import OsmTables
from gis.core.crs import GEOD
from gis.core.errors import InputError, Problem
from gis.core.files import written_aside
from gis.core.units import SQUARE_METRES_PER_SQUARE_KILOMETRE
from gis.network.osm.objects import clean
from gis.network.osm.roads import OsmRoads, osm_roads
from gis.network.osm.tags import RELEVANT_KEYS

Box = tuple[float, float, float, float]
FetchGraph = Callable[[Box], Any]

LARGEST_KM2 = 400.0
MOST_NODES = 500_000
TIMEOUT_S = 60
NAME_KEYS = ("name", "name:zh", "name:en")
_OFFLINE = "scripts/fetch_osm.py --region zhejiang"


def live_roads(
    box: Box, *, fetch: FetchGraph | None = None, tables: OsmTables | None = None
) -> OsmRoads:
    """Return the roads of a small area as they are now.

    Parameters
    ----------
    box
        West, south, east, north in degrees, at most 400 km².
    fetch
        What gives the unsimplified osmnx graph of a box; a public server by default.
    tables
        Classes and speeds; the product's own by default.

    Raises
    ------
    InputError
        If the box is none or too large, the server cannot be reached or has no roads there.

    """
    with tempfile.TemporaryDirectory() as folder:
        path = write_live_extract(box, Path(folder) / "live.osm.pbf", fetch=fetch)
        return osm_roads(path, tables=tables)


def write_live_extract(box: Box, path: Path, *, fetch: FetchGraph | None = None) -> Path:
    """Write the roads of a small area as an extract and return its path.

    Raises
    ------
    InputError
        As :func:`live_roads`, or if the file cannot be written.

    """
    check_box(box)
    graph = (fetch or fetch_graph)(box)
    if len(graph) > MOST_NODES:
        fields = {"count": len(graph), "limit": MOST_NODES}
        raise InputError([Problem(_name(box), "error.osm_live_many", fields)])
    with (
        written_aside(path) as aside,
        osmium.SimpleWriter(str(aside), overwrite=True) as writer,
    ):
        for number, place in sorted(graph.nodes(data=True)):
            where = (float(place["x"]), float(place["y"]))
            writer.add_node(mutable.Node(id=number, location=where, version=1))
        for number, corners, tags in graph_ways(graph):
            writer.add_way(mutable.Way(id=number, nodes=corners, tags=tags, version=1))
    return path


def check_box(box: Box) -> None:
    """Raise unless a box lies on the globe, has an inside and is small enough.

    Raises
    ------
    InputError
        With what is wrong and what to do.

    """
    west, south, east, north = box
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):  # noqa: PLR2004 - the globe
        raise InputError([Problem(_name(box), "error.osm_box")])
    area_m2, _ = GEOD.geometry_area_perimeter(shapely.orient_polygons(shapely.box(*box)))
    area_km2 = abs(area_m2) / SQUARE_METRES_PER_SQUARE_KILOMETRE
    if area_km2 > LARGEST_KM2:
        fields = {"km2": round(area_km2), "limit_km2": round(LARGEST_KM2), "instead": _OFFLINE}
        raise InputError([Problem(_name(box), "error.osm_live_large", fields)])


def fetch_graph(box: Box) -> Any:  # noqa: ANN401 - networkx has no types
    """Return the unsimplified osmnx graph of all roads and paths in a box, from a public server.

    Raises
    ------
    InputError
        If the server cannot be reached, refuses, or has no roads there.

    """
    import osmnx
    import requests
    from osmnx._errors import InsufficientResponseError

    with _settings(osmnx.settings):
        try:
            return osmnx.graph.graph_from_bbox(
                box, network_type="all", simplify=False, retain_all=True, truncate_by_edge=True
            )
        except InsufficientResponseError as error:
            raise InputError([Problem(_name(box), "error.osm_live_empty")]) from error
        except (requests.exceptions.RequestException, OSError, ValueError) as error:
            fields = {"reason": type(error).__name__, "instead": _OFFLINE}
            raise InputError([Problem(_name(box), "error.osm_live_offline", fields)]) from error


def graph_ways(graph: Any) -> Iterator[tuple[int, list[int], dict[str, str]]]:  # noqa: ANN401
    """Give number, nodes and tags of the ways that an unsimplified graph was made of.

    A way is given in the order it was drawn in, or against it where it is one-way backwards; one
    that was cut by the box in several pieces.
    """
    pairs: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    tags: dict[int, dict[str, str]] = {}
    for source, target, data in graph.edges(data=True):
        if data.get("reversed"):
            continue
        number = int(data["osmid"])
        pairs[number].append((source, target))
        tags.setdefault(number, _tags(data))
    for number in sorted(pairs):
        for corners in _chains(sorted(pairs[number])):
            yield number, corners, tags[number]


def _chains(pairs: Iterable[tuple[int, int]]) -> Iterator[list[int]]:
    """Give the node lists of paths that use every pair once."""
    onward: defaultdict[int, list[int]] = defaultdict(list)
    arrivals: defaultdict[int, int] = defaultdict(int)
    for source, target in pairs:
        onward[source].append(target)
        arrivals[target] += 1
    first = sorted(onward, key=lambda node: (arrivals[node] >= len(onward[node]), node))
    for start in first:
        while onward[start]:
            corners = [start]
            while onward[corners[-1]]:
                corners.append(onward[corners[-1]].pop(0))
            yield corners


def _tags(data: Mapping[str, Any]) -> dict[str, str]:
    # osmnx turns oneway into a truth and turns ways that are one-way backwards around.
    words = {
        key: clean(str(data[key]))
        for key in sorted({*RELEVANT_KEYS, *NAME_KEYS} - {"oneway"})
        if key in data
    }
    return {**words, "oneway": "yes"} if data.get("oneway") is True else words


@contextmanager
def _settings(settings: Any) -> Iterator[None]:  # noqa: ANN401 - a module
    """Set osmnx as needed here and as it was before afterwards."""
    wanted = {
        "use_cache": False,  # its folder would appear wherever the planner is
        "requests_timeout": TIMEOUT_S,
        "overpass_rate_limit": False,  # asks first how long to wait; offline it waits a minute
        "doh_url_template": None,  # names are looked up as everywhere else
        "useful_tags_way": sorted({*RELEVANT_KEYS, *NAME_KEYS}),
    }
    before = {name: getattr(settings, name) for name in wanted}
    try:
        for name, value in wanted.items():
            setattr(settings, name, value)
        yield
    finally:
        for name, value in before.items():
            setattr(settings, name, value)


def _name(box: Box) -> str:
    return ",".join(f"{side:g}" for side in box)
