"""Tables and arrays in one zip: arrays are stored plainly, so that they can be mapped into memory.

Every member is stored without compression (parquet compresses its own content), aligned to 64
bytes and guarded by the checksum of the zip. The same members give the same bytes.
"""

import io
import math
import mmap
import struct
import tokenize
import zipfile
import zlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from gis.core.files import written_aside

Array = npt.NDArray[np.generic]

ALIGNMENT = 64
MAPPED_BYTES = 2**20  # smaller arrays are copied: nothing then keeps the file open

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip can hold: no clock in the file
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_LOCAL_SIGNATURE = b"PK\x03\x04"
_ZIP64_BYTES = 20  # what a local header grows by when sizes are written with 64 bits
_PADDING = struct.Struct("<HH")
_PADDING_ID = 0xD935  # registered for padding that aligns members
_THREADS = 2


class ForeignFileError(ValueError):
    """A file that is no zip, or was packed by something else, or cut short."""


class DamagedFileError(ValueError):
    """A file whose content was changed."""


def write_members(path: Path, members: Mapping[str, bytes | Array]) -> None:
    """Write members to one file, whole or not at all.

    Parameters
    ----------
    path
        The file.
    members
        Name -> content, or array of numbers, which gets the name's suffix ``.npy`` as its format.

    Raises
    ------
    InputError
        If the place cannot be written.

    """
    with written_aside(path) as aside, zipfile.ZipFile(aside, "w") as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, _EPOCH)
            info.extra = _padding(archive.start_dir, name)
            # The room for long sizes is always taken, so that the place of the content is known.
            with archive.open(info, "w", force_zip64=True) as stream:
                if isinstance(content, bytes):
                    stream.write(content)
                    continue
                plain = np.ascontiguousarray(content)
                head = io.BytesIO()
                shape = {"descr": plain.dtype.str, "fortran_order": False, "shape": plain.shape}
                np.lib.format.write_array_header_1_0(head, shape)
                stream.write(head.getvalue())
                stream.write(plain.reshape(-1).view(np.uint8).data)


def read_members(path: Path) -> Mapping[str, memoryview]:
    """Return the checked members of a file by name, mapped into memory.

    Raises
    ------
    ForeignFileError
        If the file is no zip, or has compressed members.
    DamagedFileError
        If members do not lie in it, or a checksum does not fit.
    OSError
        If it cannot be read.

    """
    with path.open("rb") as stream:
        try:
            with zipfile.ZipFile(stream) as archive:
                infos = archive.infolist()
        except (zipfile.BadZipFile, EOFError, ValueError, struct.error, NotImplementedError) as no:
            raise ForeignFileError(str(no)) from no
        # A private copy: changes, if anyone made them, would never reach the file.
        content = memoryview(mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_COPY))
    members = {info.filename: _content(content, info) for info in infos}
    with ThreadPoolExecutor(_THREADS) as pool:
        sums = list(pool.map(zlib.crc32, members.values()))
    for info, found in zip(infos, sums, strict=True):
        if found != info.CRC:
            raise DamagedFileError(info.filename)
    return MappingProxyType(members)


def array_in(member: memoryview) -> Array:
    """Return the array of numbers a member holds, without copying a large one.

    Raises
    ------
    DamagedFileError
        If it is none, or of another size than it says.

    """
    head = io.BytesIO(member[:4096])
    try:
        if np.lib.format.read_magic(head) != (1, 0):
            raise DamagedFileError("version of an array")
        shape, fortran, dtype = np.lib.format.read_array_header_1_0(head)
    except (ValueError, TypeError, EOFError, SyntaxError, tokenize.TokenError) as no:
        raise DamagedFileError(str(no)) from no
    count = math.prod(shape)
    is_plain = dtype.kind in "biuf" and not fortran and min(shape, default=0) >= 0
    if not is_plain or head.tell() + count * dtype.itemsize != len(member):
        raise DamagedFileError("size of an array")
    values = np.frombuffer(member, dtype=dtype, count=count, offset=head.tell()).reshape(shape)
    return values if values.nbytes >= MAPPED_BYTES else values.copy()


def _padding(offset: int, name: str) -> bytes:
    """Return the extra field after which a member that begins at an offset is aligned."""
    before = offset + _LOCAL_HEADER.size + len(name.encode()) + _PADDING.size + _ZIP64_BYTES
    empty = -before % ALIGNMENT
    return _PADDING.pack(_PADDING_ID, empty) + bytes(empty)


def _content(file: memoryview, info: zipfile.ZipInfo) -> memoryview:
    """Return where the content of a member lies in a file."""
    start = info.header_offset
    if info.compress_type != zipfile.ZIP_STORED:
        raise ForeignFileError(info.filename)
    fits = info.compress_size == info.file_size <= len(file)
    if not fits or not 0 <= start <= len(file) - _LOCAL_HEADER.size:
        raise DamagedFileError(info.filename)
    signature, name_bytes, extra_bytes = _LOCAL_HEADER.unpack_from(file, start)
    begin = start + _LOCAL_HEADER.size + name_bytes + extra_bytes
    if signature != _LOCAL_SIGNATURE or begin > len(file) - info.file_size:
        raise DamagedFileError(info.filename)
    return file[begin : begin + info.file_size]
