"""Zips of arrays: back as they were, aligned, mapped, and any damage noticed."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.core.array_file import (
    ALIGNMENT,
    MAPPED_BYTES,
    DamagedFileError,
    ForeignFileError,
    array_in,
    read_members,
    write_members,
)

LARGE = np.arange(MAPPED_BYTES // 4, dtype=np.int32)
MEMBERS: Mapping[str, bytes | np.ndarray] = {
    "head.json": b"{}",
    "large.npy": LARGE,
    "folder/pairs.npy": np.array([[1, 2], [3, 4]], dtype=np.int64).T,
    "empty.npy": np.empty((0, 2), dtype=np.float64),
    "flags.npy": np.array([True, False]),
}


@pytest.fixture
def written(tmp_path: Path) -> Path:
    write_members(tmp_path / "a.zip", MEMBERS)
    return tmp_path / "a.zip"


def test_members_come_back_as_they_were(written: Path) -> None:
    members = read_members(written)
    assert list(members) == list(MEMBERS)
    assert bytes(members["head.json"]) == b"{}"
    for name, wanted in MEMBERS.items():
        if isinstance(wanted, np.ndarray):
            found = array_in(members[name])
            assert found.dtype == wanted.dtype
            assert found.shape == wanted.shape
            assert (found == wanted).all()
            assert np.load(io.BytesIO(members[name])).tolist() == wanted.tolist()


def test_arrays_are_aligned_and_large_ones_stay_in_the_file(written: Path) -> None:
    members = read_members(written)
    large = array_in(members["large.npy"])
    assert large.ctypes.data % ALIGNMENT == 0
    assert not large.flags.owndata
    assert array_in(members["flags.npy"]).flags.owndata
    with zipfile.ZipFile(written) as archive:  # any program can read it
        assert archive.testzip() is None
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}


def test_changing_a_mapped_array_never_reaches_the_file(written: Path) -> None:
    before = written.read_bytes()
    array_in(read_members(written)["large.npy"])[:] = 7
    assert written.read_bytes() == before


def test_the_same_members_give_the_same_bytes(written: Path, tmp_path: Path) -> None:
    write_members(tmp_path / "b.zip", MEMBERS)
    assert (tmp_path / "b.zip").read_bytes() == written.read_bytes()


@given(st.data())
def test_no_flipped_byte_of_the_content_goes_unnoticed(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("flipped")
    small = {name: content for name, content in MEMBERS.items() if name != "large.npy"}
    write_members(folder / "a.zip", small)
    content = bytearray((folder / "a.zip").read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] ^= 1 << data.draw(st.integers(0, 7))
    (folder / "b.zip").write_bytes(content)
    try:
        members = read_members(folder / "b.zip")
        found = {
            name: member.tobytes() if name == "head.json" else array_in(member).tolist()
            for name, member in members.items()
        }
    except (ForeignFileError, DamagedFileError):
        return
    # Names, dates and other such fields are not guarded: then the content is the same.
    wanted = [
        content if isinstance(content, bytes) else content.tolist() for content in small.values()
    ]
    assert all(one in wanted for one in found.values())


@pytest.mark.parametrize("share", [0.0, 0.2, 0.6, 0.99, 0.9999])
def test_a_file_cut_short_is_foreign(written: Path, share: float) -> None:
    content = written.read_bytes()
    written.write_bytes(content[: int(share * len(content))])
    with pytest.raises(ForeignFileError):
        read_members(written)


def test_a_compressed_zip_is_foreign(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb", bytes(10**6))
    with pytest.raises(ForeignFileError):
        read_members(tmp_path / "a.zip")


def header(descr: str, shape: str) -> memoryview:
    text = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}}}".encode()
    return memoryview(b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + bytes(8))


def test_a_small_header_is_read() -> None:
    assert array_in(header("<i4", "(2,)")).tolist() == [0, 0]


@pytest.mark.parametrize(
    ("descr", "shape"),
    [
        ("<i4", "(3,)"),  # more than there is
        ("<i4", "(1,)"),  # less
        ("<i4", "(1000000000000, 1000000000000)"),
        ("<i4", "(-1, -2)"),
        ("<i4", "'many'"),
        ("|O", "(1,)"),  # objects would be unpickled
        ("<U2", "(1,)"),
        ("<i4", "(2,"),
    ],
)
def test_false_sizes_and_kinds_are_damage(descr: str, shape: str) -> None:
    with pytest.raises(DamagedFileError):
        array_in(header(descr, shape))


def test_what_is_no_array_is_damage() -> None:
    for content in (b"", b"\x93NUMPY", b"\x93NUMPY\x03\x00" + bytes(100), bytes(200)):
        with pytest.raises(DamagedFileError):
            array_in(memoryview(content))
