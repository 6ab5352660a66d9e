"""The file of a network: one zip of tables, and of arrays that are mapped into memory.

The same network gives the same bytes. A foreign, damaged or older file is refused.
"""

import io
import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet

from gis.core.array_file import (
    Array,
    DamagedFileError,
    ForeignFileError,
    array_in,
    read_members,
    write_members,
)
from gis.core.crs import metric_system
from gis.core.errors import InputError, Problem, raise_problems
from gis.core.provenance import Manifest
from gis.network.gtfs import Feed
from gis.network.lines import EdgeLines, Int32Array, Int64Array
from gis.network.model import Network, check_network
from gis.routing.hierarchy_file import hierarchy_arrays, hierarchy_from_arrays

FORMAT = "pilot-zone-atlas-network"
FORMAT_VERSION = 2

_MANIFEST = "manifest.json"
_TABLES = ("nodes", "edges", "station_links", "water", "points")
_LINES = "lines"
_HIERARCHY = "hierarchy"
_LINE_TYPES = MappingProxyType({"first": np.int64, "lon_lat_e7": np.int32})
_THREADS = 2


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
        "tables": {name: len(frame) for name, frame in sorted(tables.items())},
        "has_hierarchy": network.hierarchy is not None,
        "manifest": network.manifest.as_dict(),
    }
    text = json.dumps(head, ensure_ascii=False, indent=1, sort_keys=True)
    members: dict[str, bytes | Array] = {_MANIFEST: text.encode()}
    for name, frame in sorted(tables.items()):
        members[f"{name}.parquet"] = _parquet(frame)
    for name in _LINE_TYPES:
        members[f"{_LINES}/{name}.npy"] = getattr(network.lines, name)
    if network.hierarchy is not None:
        for name, values in hierarchy_arrays(network.hierarchy).items():
            members[f"{_HIERARCHY}/{name}.npy"] = values
    write_members(path, members)


def load_network(path: Path) -> Network:
    """Read a network that :func:`save_network` wrote; large arrays stay in the file until used.

    Raises
    ------
    InputError
        If the file is missing, no network, of another version, or damaged.

    """
    if not path.is_file():
        raise InputError([Problem(str(path), "error.file_missing")])
    damaged = InputError([Problem(str(path), "error.network_damaged")])
    try:
        members = read_members(path)
    except ForeignFileError as error:
        raise InputError([Problem(str(path), "error.network_foreign")]) from error
    except (DamagedFileError, OSError) as error:
        raise damaged from error
    head = _read_head(members, path)
    try:
        network = _assemble(head, members)
        problems = check_network(network, where=str(path))
    except (KeyError, ValueError, TypeError, OSError) as error:
        raise damaged from error
    raise_problems(problems)
    return network


def _tables(network: Network) -> dict[str, pd.DataFrame]:
    feed = {f"feed_{part.name}": getattr(network.feed, part.name) for part in fields(Feed)}
    return {name: getattr(network, name) for name in _TABLES} | feed


def _parquet(frame: pd.DataFrame) -> bytes:
    content = io.BytesIO()
    frame.to_parquet(content, index=False, compression="zstd")
    return content.getvalue()


def _read_head(members: Mapping[str, memoryview], path: Path) -> Mapping[str, Any]:
    try:
        head = json.loads(bytes(members[_MANIFEST]))
    except (KeyError, ValueError) as error:
        raise InputError([Problem(str(path), "error.network_foreign")]) from error
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        raise InputError([Problem(str(path), "error.network_foreign")])
    if head.get("version") != FORMAT_VERSION:
        versions = {"found": head.get("version"), "expected": FORMAT_VERSION}
        raise InputError([Problem(str(path), "error.network_version", versions)])
    return head


def _assemble(head: Mapping[str, Any], members: Mapping[str, memoryview]) -> Network:
    names = [*_TABLES, *(f"feed_{part.name}" for part in fields(Feed))]
    with ThreadPoolExecutor(_THREADS) as pool:
        read = pool.map(lambda name: _frame(members, name, head["tables"][name]), names)
        frames = dict(zip(names, read, strict=True))
    lon, lat = (frames["nodes"][name].to_numpy(dtype=np.float64) for name in ("lon", "lat"))
    return Network(
        year=int(head["year"]),
        nodes=frames["nodes"],
        edges=frames["edges"],
        lines=_edge_lines(_arrays(members, _LINES)),
        feed=Feed(**{part.name: frames[f"feed_{part.name}"] for part in fields(Feed)}),
        station_links=frames["station_links"],
        manifest=Manifest(**head["manifest"]),
        water=cast("gpd.GeoDataFrame", frames["water"]),
        points=frames["points"],
        hierarchy=(
            hierarchy_from_arrays(_arrays(members, _HIERARCHY)) if head["has_hierarchy"] else None
        ),
        metric_system=metric_system(lon, lat),
    )


def _frame(members: Mapping[str, memoryview], name: str, count: int) -> pd.DataFrame:
    """Return a table, if it has as many rows as the head says."""
    content = pyarrow.BufferReader(pyarrow.py_buffer(members[f"{name}.parquet"]))
    if pyarrow.parquet.read_metadata(content).num_rows != count:
        raise DamagedFileError(name)
    content.seek(0)
    if name == "water":
        return gpd.read_parquet(content)
    return pd.read_parquet(content)


def _arrays(members: Mapping[str, memoryview], folder: str) -> dict[str, Array]:
    """Return the arrays of a folder by their names."""
    return {
        name.removeprefix(f"{folder}/").removesuffix(".npy"): array_in(member)
        for name, member in members.items()
        if name.startswith(f"{folder}/")
    }


def _edge_lines(arrays: Mapping[str, Array]) -> EdgeLines:
    for name, wanted in _LINE_TYPES.items():
        if arrays[name].dtype != wanted:
            raise DamagedFileError(name)
    first, lon_lat_e7 = arrays["first"], arrays["lon_lat_e7"]
    if first.ndim != 1 or not len(first) or lon_lat_e7.shape[1:] != (2,):
        raise DamagedFileError(_LINES)
    return EdgeLines(cast("Int64Array", first), cast("Int32Array", lon_lat_e7))
