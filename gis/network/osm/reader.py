"""Streaming from an OSM extract (.osm.pbf): objects by key, positions of nodes, facts of its head.

Reading is done by pyosmium. Objects pass one at a time; positions come as arrays, so that an
extract with tens of millions of nodes needs little memory. What cannot be read is told as one
:class:`~gis.core.errors.InputError`, wherever in the file the fault lies.
"""

import errno
import gzip
import os
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import osmium
from osmium import filter as osmium_filter
from osmium import index as osmium_index
from osmium import io as osmium_io
from osmium import osm as osmium_osm

from gis.core.errors import InputError, Problem
from gis.network.osm.blobs import count_blobs

Int32Array = npt.NDArray[np.int32]
Int64Array = npt.NDArray[np.int64]

NODES = osmium_osm.NODE
WAYS = osmium_osm.WAY
RELATIONS = osmium_osm.RELATION

NOWHERE = np.int32(2**31 - 1)  # libosmium's coordinate of a node that the file does not hold
E7 = 1e7  # coordinates are whole ten-millionths of a degree

_HEAD_BYTES = 64
_XML_MARKS = (b"<?xml", b"<osm", b"\xef\xbb\xbf<")
_GZIP_MARK = b"\x1f\x8b"
_LOCATION = np.dtype([("id", np.int64), ("lon", np.int32), ("lat", np.int32)])
_ESCAPED = re.compile(r"%([0-9a-f]{1,6})%")
_BLOCK = 1 << 24  # nodes looked through at a time


@dataclass(frozen=True, slots=True)
class PbfHead:
    """What an extract says of itself.

    Parameters
    ----------
    date
        Day the data are of, ``YYYY-MM-DD``; empty when the file does not say.
    program
        What wrote the file.

    """

    date: str
    program: str


def read_head(path: Path) -> PbfHead:
    """Return the head of an extract, having checked that it is one.

    Raises
    ------
    InputError
        If the file is missing, empty, no PBF or cut short.

    """
    check_is_pbf(path)
    try:
        with osmium_io.Reader(_pbf(path), osmium_osm.NOTHING) as reader:
            head = reader.header()
            date = head.get("osmosis_replication_timestamp", "") or head.get("timestamp", "")
            return PbfHead(date=date[: len("2026-01-01")], program=head.get("generator", ""))
    except (RuntimeError, OSError) as error:
        raise _unreadable(path, error) from error


def check_is_pbf(path: Path) -> None:
    """Refuse what is no whole PBF, whatever the name of the file, before anything is read from it.

    Raises
    ------
    InputError
        If the file is missing, empty, of another format or cut short.

    """
    if not path.is_file():
        raise InputError([Problem(str(path), "error.file_missing")])
    with path.open("rb") as stream:
        head = stream.read(_HEAD_BYTES)
    if not head:
        raise InputError([Problem(str(path), "error.osm_empty")])
    is_packed = head.startswith(_GZIP_MARK)
    head = _unpacked(path) if is_packed else head
    if head.lstrip().startswith(_XML_MARKS):
        raise InputError([Problem(str(path), "error.osm_xml")])
    try:
        blobs = 0 if is_packed else count_blobs(path)
    except EOFError as error:
        raise _unreadable(path, error) from error
    except ValueError as error:
        raise InputError([Problem(str(path), "error.osm_not_pbf")]) from error
    if not blobs:
        raise InputError(
            [Problem(str(path), "error.osm_not_pbf" if is_packed else "error.osm_empty")]
        )


def told(path: Path, objects: osmium.FileProcessor) -> Iterator[Any]:
    """Give what a processor of pyosmium gives, with its faults told as problems of the file.

    Raises
    ------
    InputError
        If the file cannot be read to its end.

    """
    try:
        yield from objects
    except (RuntimeError, OSError) as error:
        raise _unreadable(path, error) from error


def text_lines(
    path: Path, *, kinds: osmium_osm.osm_entity_bits, keys: tuple[str, ...]
) -> Iterator[bytes]:
    """Give objects of an extract with one of some keys as lines of text, in the format OPL.

    libosmium picks the objects and writes them to a temporary file: for the vertices of millions
    of ways that is ten times as fast as a Python object for each. Format:
    https://osmcode.org/opl-file-format (one object a line, one blank between fields).

    Raises
    ------
    InputError
        If the file cannot be read to its end.

    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        text = Path(folder) / "objects.opl"
        try:
            with (
                osmium_io.Reader(_pbf(path), kinds) as reader,
                osmium.SimpleWriter(str(text)) as writer,
            ):
                osmium.apply(reader, osmium_filter.KeyFilter(*keys), writer)
        except (RuntimeError, OSError) as error:
            raise _unreadable(path, error) from error
        with text.open("rb") as lines:
            yield from lines


def plain_text(value: bytes) -> str:
    """Return a value of the format OPL as it was before some characters became ``%hex%``."""
    return _ESCAPED.sub(lambda code: chr(int(code[1], 16)), value.decode())


def node_positions(path: Path, ids: Int64Array) -> Int32Array:
    """Return where nodes are.

    Parameters
    ----------
    path
        The extract.
    ids
        ``(nodes,)`` ids of nodes, ascending.

    Returns
    -------
    numpy.ndarray
        ``(nodes, 2)`` longitude and latitude in ten-millionths of a degree (WGS84); ``NOWHERE``
        for nodes that the file does not hold.

    Raises
    ------
    InputError
        If the file cannot be read to its end.

    """
    found = np.full((len(ids), 2), NOWHERE, dtype=np.int32)
    for block in position_blocks(path):
        row = np.searchsorted(ids, block["id"])
        row[row == len(ids)] = 0
        wanted = np.flatnonzero(ids[row] == block["id"]) if len(ids) else row[:0]
        found[row[wanted], 0] = block["lon"][wanted]
        found[row[wanted], 1] = block["lat"][wanted]
    return found


def position_blocks(path: Path) -> Iterator[npt.NDArray[np.void]]:
    """Give all nodes of an extract that have a position, in blocks.

    Yields
    ------
    numpy.ndarray
        ``id, lon, lat``, the latter in ten-millionths of a degree (WGS84).

    Raises
    ------
    InputError
        If the file cannot be read to its end.

    Notes
    -----
    libosmium writes all positions to a temporary file of 16 bytes a node without a step in
    Python, forty times as fast as asking each node.

    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        table = Path(folder) / "positions"
        try:
            locations = osmium_index.create_map(f"sparse_file_array,{table}")
            with osmium_io.Reader(_pbf(path), NODES) as reader:
                osmium.apply(reader, osmium.NodeLocationsForWays(locations))
            del locations  # closes the file
        except (RuntimeError, OSError) as error:
            raise _unreadable(path, error) from error
        with table.open("rb") as stream_of_nodes:
            while len(block := np.fromfile(stream_of_nodes, dtype=_LOCATION, count=_BLOCK)):
                yield block[block["lon"] != NOWHERE]


def _pbf(path: Path) -> osmium_io.File:
    return osmium_io.File(str(path), "pbf")


def _unpacked(path: Path) -> bytes:
    try:
        with gzip.open(path) as packed:
            return packed.read(_HEAD_BYTES)
    except (OSError, EOFError):
        return b""


def _unreadable(path: Path, error: Exception) -> InputError:
    reason = " ".join(str(error).split())
    if getattr(error, "errno", None) == errno.ENOSPC or os.strerror(errno.ENOSPC) in reason:
        return InputError([Problem(tempfile.gettempdir(), "error.output_disk_full")])
    return InputError([Problem(str(path), "error.osm_damaged", {"reason": reason})])
