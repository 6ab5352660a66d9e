"""The network of one year: roads, rail services, the links between them, and its file.

A network is frozen: building, loading and changing it give a new one. Its file is one zip of
parquet tables and a manifest; the same network gives the same bytes.
"""

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, cast

import geopandas as gpd
import numpy as np
import pandas as pd

from gis.core.crs import GEOGRAPHIC
from gis.core.errors import InputError, Problem, raise_problems
from gis.core.files import written_aside
from gis.core.provenance import Manifest
from gis.network.gtfs import Feed

FORMAT = "pilot-zone-atlas-network"
FORMAT_VERSION = 1

NODE_COLUMNS = ("node_id", "lon", "lat", "kind", "name_zh")
EDGE_COLUMNS = (
    "edge_id",
    "source",
    "target",
    "road_id",
    "road_class",
    "terrain",
    "length_m",
    "free_flow_s",
    "peak_s",
    "forward",
    "backward",
    "geometry",
)
STATION_LINK_COLUMNS = ("stop_id", "node", "length_m", "walk_s", "drive_s", "drive_peak_s")

# Roads that are entered and left at their ends only: junctions, bridge ends, terminals.
CLOSED_CLASSES = frozenset({"motorway", "expressway", "bridge", "tunnel", "ferry"})

_MANIFEST = "manifest.json"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip can hold: no clock in the file


def empty_water() -> gpd.GeoDataFrame:
    """Return water of nowhere: every straight line can be walked."""
    return gpd.GeoDataFrame({"kind": pd.Series(dtype=str)}, geometry=[], crs=GEOGRAPHIC)


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """Roads and public transport of one year.

    Parameters
    ----------
    year
        The year whose open roads and lines are in the network.
    nodes
        ``node_id`` (equal to the row number), ``lon, lat`` (WGS84), ``kind, name_zh``.
    edges
        ``edge_id, source, target`` (node ids), ``road_id, road_class, terrain, length_m,
        free_flow_s, peak_s`` (seconds for the whole edge), ``forward, backward`` (which ways it
        may be driven) and the line from source to target in WGS84.
    feed
        Public transport of the year.
    station_links
        ``stop_id, node, length_m, walk_s, drive_s, drive_peak_s``: ways between a stop and
        road nodes, some of the length along an edge.
    manifest
        What the network was built from.
    water
        ``kind`` and the areas in WGS84 that nobody crosses except on an edge.

    """

    year: int
    nodes: pd.DataFrame
    edges: gpd.GeoDataFrame
    feed: Feed
    station_links: pd.DataFrame
    manifest: Manifest
    water: gpd.GeoDataFrame = field(default_factory=empty_water)


def check_network(network: Network, *, where: str) -> list[Problem]:
    """Return what is wrong with the frames of a network; an empty list when nothing is.

    Parameters
    ----------
    network
        The network.
    where
        What a user would call it, usually its file.

    """
    problems = [
        Problem(f"{where} {name}", "error.network_column_missing", {"column": column})
        for name, frame, columns in (
            ("nodes", network.nodes, NODE_COLUMNS),
            ("edges", network.edges, EDGE_COLUMNS),
            ("station_links", network.station_links, STATION_LINK_COLUMNS),
        )
        for column in columns
        if column not in frame.columns
    ]
    if problems:
        return problems
    nodes, edges, links = network.nodes, network.edges, network.station_links
    numbered = nodes["node_id"].to_numpy() == range(len(nodes))
    known = np.isin(edges[["source", "target"]].to_numpy(), nodes["node_id"].to_numpy())
    impedance = edges[["length_m", "free_flow_s", "peak_s"]]
    faults = {
        "node_id": int((~numbered).sum()),
        "source/target": int((~known.all(axis=1)).sum()),
        "length_m/free_flow_s/peak_s": int((~(impedance >= 0).all(axis=1)).sum()),
        "node": int((~links["node"].isin(nodes["node_id"])).sum()),
        "stop_id": int((~links["stop_id"].isin(network.feed.stops["stop_id"])).sum()),
    }
    return [
        Problem(where, "error.network_rows_invalid", {"column": column, "count": count})
        for column, count in faults.items()
        if count
    ]


def check_has_trains(network: Network) -> None:
    """Refuse a question about public transport where there is none.

    Raises
    ------
    InputError
        If no trip runs on the network.

    """
    if network.feed.trips.empty:
        raise InputError([Problem(f"network of {network.year}", "error.network_no_trains")])


def save_network(network: Network, path: Path) -> None:
    """Write a network to one file, whole or not at all.

    Raises
    ------
    InputError
        If the place cannot be written.

    """
    tables = _tables(network)
    head = {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "year": network.year,
        "tables": sorted(tables),
        "manifest": network.manifest.as_dict(),
    }
    with written_aside(path) as aside, zipfile.ZipFile(aside, "w") as archive:
        text = json.dumps(head, ensure_ascii=False, indent=1, sort_keys=True)
        archive.writestr(zipfile.ZipInfo(_MANIFEST, _EPOCH), text)
        for name, frame in sorted(tables.items()):
            content = io.BytesIO()
            frame.to_parquet(content, index=False, compression="zstd")
            archive.writestr(zipfile.ZipInfo(f"{name}.parquet", _EPOCH), content.getvalue())


def load_network(path: Path) -> Network:
    """Read a network that :func:`save_network` wrote.

    Raises
    ------
    InputError
        If the file is missing, no network, of another version, or damaged.

    """
    if not path.is_file():
        raise InputError([Problem(str(path), "error.file_missing")])
    try:
        with zipfile.ZipFile(path) as archive:
            head = _read_head(archive, path)
            frames = {name: _read_frame(archive, name) for name in head["tables"]}
            network = _assemble(head, frames)
    except InputError:
        raise
    except (zipfile.BadZipFile, EOFError) as error:
        raise InputError([Problem(str(path), "error.network_foreign")]) from error
    except (KeyError, ValueError, TypeError, OSError) as error:
        raise InputError([Problem(str(path), "error.network_damaged")]) from error
    raise_problems(check_network(network, where=str(path)))
    return network


def _tables(network: Network) -> dict[str, pd.DataFrame]:
    feed = {f"feed_{part.name}": getattr(network.feed, part.name) for part in fields(Feed)}
    own = {name: getattr(network, name) for name in ("nodes", "edges", "station_links", "water")}
    return own | feed


def _read_head(archive: zipfile.ZipFile, path: Path) -> Mapping[str, Any]:
    try:
        head = json.loads(archive.read(_MANIFEST))
    except (KeyError, ValueError) as error:
        raise InputError([Problem(str(path), "error.network_foreign")]) from error
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        raise InputError([Problem(str(path), "error.network_foreign")])
    if head.get("version") != FORMAT_VERSION:
        versions = {"found": head.get("version"), "expected": FORMAT_VERSION}
        raise InputError([Problem(str(path), "error.network_version", versions)])
    return head


def _read_frame(archive: zipfile.ZipFile, name: str) -> pd.DataFrame:
    content = io.BytesIO(archive.read(f"{name}.parquet"))
    if name in {"edges", "water"}:
        return gpd.read_parquet(content)  # type: ignore[arg-type] # takes any file object
    return pd.read_parquet(content)


def _assemble(head: Mapping[str, Any], frames: Mapping[str, pd.DataFrame]) -> Network:
    feed = Feed(**{part.name: frames[f"feed_{part.name}"] for part in fields(Feed)})
    return Network(
        year=int(head["year"]),
        nodes=frames["nodes"],
        edges=cast("gpd.GeoDataFrame", frames["edges"]),
        feed=feed,
        station_links=frames["station_links"],
        manifest=Manifest(**head["manifest"]),
        water=cast("gpd.GeoDataFrame", frames["water"]),
    )
