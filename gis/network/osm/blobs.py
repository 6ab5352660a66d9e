"""The outer shape of a PBF file: blobs one after the other, each with its length.

A download that broke off ends inside a blob. Stepping from length to length finds that in
milliseconds, before any of the minutes that reading the data takes. One that broke off exactly
between two blobs looks whole, but for its last blob: writers fill a blob to some number of objects
of one kind before they begin the next, and the last one is full by chance only (:func:`read_end`).
Format: https://wiki.openstreetmap.org/wiki/PBF_Format (lengths big-endian; the head of a blob is a
protocol buffer whose field 1 is its type and field 3 the length of its data).
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

HEAD_TYPE = b"OSMHeader"
DATA_TYPE = b"OSMData"

_LENGTH_BYTES = 4
_LONGEST_HEAD = 64 * 1024  # by the format
_TYPE_FIELD, _DATASIZE_FIELD = 1, 3
_RAW_FIELD, _ZLIB_FIELD = 1, 3  # of a blob
_GROUP_FIELD = 2  # of a block
_NODES, _DENSE_NODES, _WAYS, _RELATIONS = 1, 2, 3, 4  # of a group
_IDS_FIELD = 1  # of dense nodes
_LEAST_FULL = 1_000  # objects; what fills a blob is several thousand
_VARINT, _BYTES = 0, 2  # wire types of protocol buffers
_MORE, _SEVEN_BITS = 0x80, 0x7F


def count_blobs(path: Path) -> int:
    """Return the number of whole blobs of data in a PBF file.

    Raises
    ------
    ValueError
        If the file does not begin like a PBF.
    EOFError
        If it ends inside a blob, or a length in it is nonsense.

    """
    size = path.stat().st_size
    count = -1  # the head of the file is no data
    with path.open("rb") as stream:
        while stream.tell() < size:
            try:
                kind, length = _head(stream)
            except (EOFError, IndexError) as error:
                if count < 0:
                    raise ValueError("no PBF") from error
                raise EOFError("the file ends inside the head of a blob") from error
            if count < 0 and kind != HEAD_TYPE:
                raise ValueError("no PBF")
            if stream.tell() + length > size:
                raise EOFError("the file ends inside a blob")
            stream.seek(length, 1)
            count += 1
    return count


@dataclass(frozen=True, slots=True)
class FileEnd:
    """How a PBF file ends.

    Parameters
    ----------
    is_full
        Whether the last blob holds as many objects as the first, which nearly always means that
        there were more.
    has_relations
        Whether relations stand in the last blob, as they do in whole files that are sorted.

    """

    is_full: bool
    has_relations: bool


def read_end(path: Path) -> FileEnd | None:
    """Return how a PBF file, known to be whole blobs, ends.

    Nothing is known of files of fewer than two blobs of data, or packed in other ways than zlib.
    """
    starts: list[tuple[int, int]] = []
    size = path.stat().st_size
    with path.open("rb") as stream:
        while stream.tell() < size:
            _, length = _head(stream)
            starts = [*starts[:2], (stream.tell(), length)]
            stream.seek(length, 1)
        blocks = []
        for start, length in starts[1:]:  # the first one is the head of the file
            stream.seek(start)
            blocks.append(_counts(_exactly(stream, length)))
    if len(blocks) < 2:  # noqa: PLR2004
        return None
    first, last = blocks
    if not first or not last:
        return None
    full, held = sum(first.values()), sum(last.values())
    return FileEnd(is_full=full == held >= _LEAST_FULL, has_relations=_RELATIONS in last)


def _counts(blob: bytes) -> dict[int, int]:
    """Return how many objects of each kind a blob holds, nothing where it cannot be unpacked."""
    parts = dict(_parts(blob))
    content = parts.get(_RAW_FIELD)
    if content is None and _ZLIB_FIELD in parts:
        content = zlib.decompress(parts[_ZLIB_FIELD])
    counts: dict[int, int] = {}
    for number, group in _parts(content or b""):
        for kind, objects in _parts(group) if number == _GROUP_FIELD else ():
            count = 1
            if kind == _DENSE_NODES:
                ids = next(values for field, values in _parts(objects) if field == _IDS_FIELD)
                count = sum(byte < _MORE for byte in ids)
            if kind in {_NODES, _DENSE_NODES, _WAYS, _RELATIONS}:
                counts[kind] = counts.get(kind, 0) + count
    return counts


def _parts(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Give the fields of bytes of a protocol buffer."""
    at = 0
    while at < len(content):
        field, at = _varint(content, at)
        value, at = _varint(content, at)
        if field & 7 == _BYTES:
            yield field >> 3, content[at : at + value]
            at += value


def _head(stream: BinaryIO) -> tuple[bytes, int]:
    """Return type and length of data of the blob at the position of a stream, and pass its head."""
    length = int.from_bytes(_exactly(stream, _LENGTH_BYTES), "big")
    if not 0 < length <= _LONGEST_HEAD:
        raise EOFError("no length of a head")
    content = _exactly(stream, length)
    kind, datasize, at = b"", -1, 0
    while at < length:
        field, at = _varint(content, at)
        number, wire = field >> 3, field & 7
        value, at = _varint(content, at)
        if wire == _BYTES:
            start, at = at, at + value
            kind = content[start:at] if number == _TYPE_FIELD else kind
        elif wire != _VARINT:
            raise EOFError("no head of a blob")
        elif number == _DATASIZE_FIELD:
            datasize = value
    if datasize < 0:
        raise EOFError("no length of data")
    return kind, datasize


def _exactly(stream: BinaryIO, count: int) -> bytes:
    content = stream.read(count)
    if len(content) < count:
        raise EOFError("the file ends")
    return content


def _varint(content: bytes, at: int) -> tuple[int, int]:
    """Return a number of variable length and the place behind it."""
    value = shift = 0
    while content[at] & _MORE:
        value |= (content[at] & _SEVEN_BITS) << shift
        shift += 7
        at += 1
    return value | content[at] << shift, at + 1
