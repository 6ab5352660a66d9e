import errno
import gzip
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import osmium
import pytest
from hypothesis import given
from hypothesis import strategies as st
from osmium.osm.mutable import Node, Relation, Way

from gis.core.errors import InputError
from gis.network.osm.blobs import FileEnd, count_blobs, read_end
from gis.network.osm.reader import (
    NOWHERE,
    WAYS,
    node_positions,
    plain_text,
    read_head,
    text_lines,
    told,
)
from tests.network.osm.drawn_osm import write_pbf

NODES = {"A": (0, 0), "B": (1, 0), "C": (2, 0.5), "D": (3, 1)}
WAYS_DRAWN = [("ABC", {"highway": "primary"}), ("CD", {"railway": "rail"}), ("AD", {})]


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    return write_pbf(tmp_path / "drawn.osm.pbf", nodes=NODES, ways=WAYS_DRAWN, missing="D")


def end_is_seen(path: Path, blobs: int) -> bool:
    try:
        return not 0 < count_blobs(path) < blobs
    except (ValueError, EOFError):
        return True


def reasons(path: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_head(path)
    return [problem.key for problem in caught.value.problems]


def test_objects_with_a_key_come_as_lines(extract: Path) -> None:
    lines = list(text_lines(extract, kinds=WAYS, keys=("highway",)))
    assert [line.split(b" ")[0] for line in lines] == [b"w101"]
    assert lines[0].rstrip().split(b" ")[-2:] == [b"Thighway=primary", b"Nn1,n2,n3"]
    both = list(text_lines(extract, kinds=WAYS, keys=("highway", "railway")))
    assert [line.split(b" ")[0] for line in both] == [b"w101", b"w102"]


@given(
    st.text(
        st.characters(codec="utf-8", max_codepoint=0x3FFFF, exclude_characters="\0"), max_size=20
    )
)
def test_any_text_comes_back_from_a_line(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        ways = [("AB", {"highway": "primary", "name": text})]
        path = write_pbf(Path(folder) / "named.osm.pbf", nodes=NODES, ways=ways)
        (line,) = text_lines(path, kinds=WAYS, keys=("highway",))
    tags = dict(tag.split(b"=") for tag in line.rstrip(b"\n").split(b" ")[-2][1:].split(b","))
    assert plain_text(tags[b"name"]) == text


def test_positions_are_whole_parts_of_a_degree_and_missing_nodes_nowhere(extract: Path) -> None:
    ids = np.array([2, 3, 4, 99], dtype=np.int64)
    expected = [[1_200_100_000, 300_000_000], [1_200_200_000, 300_050_000], [NOWHERE] * 2]
    assert node_positions(extract, ids).tolist() == [*expected, [NOWHERE] * 2]
    assert node_positions(extract, ids[:0]).shape == (0, 2)


def test_the_head_of_an_extract_is_read(extract: Path) -> None:
    head = read_head(extract)
    assert head.date == ""
    assert head.program.startswith("libosmium")


def test_files_of_other_formats_are_refused_by_content(tmp_path: Path, extract: Path) -> None:
    xml = b'<?xml version="1.0"?><osm version="0.6"></osm>'
    contents = {
        b"": "error.osm_empty",
        b"id,lon,lat\n": "error.osm_not_pbf",
        xml: "error.osm_xml",
        gzip.compress(xml): "error.osm_xml",
        gzip.compress(extract.read_bytes()): "error.osm_not_pbf",
        b"\x1f\x8bcut": "error.osm_not_pbf",
        bytes(1000): "error.osm_not_pbf",
    }
    for content, key in contents.items():
        path = tmp_path / "other.osm.pbf"
        path.write_bytes(content)
        assert reasons(path) == [key]
    assert reasons(tmp_path / "none.osm.pbf") == ["error.file_missing"]


def test_a_cut_file_is_told_wherever_it_was_cut(extract: Path) -> None:
    content = extract.read_bytes()
    blobs = count_blobs(extract)
    told = []
    for end in range(1, len(content)):
        extract.write_bytes(content[:end])
        told += reasons(extract) if end_is_seen(extract, blobs) else []
    assert told.count("error.osm_damaged") > 0.9 * len(content)
    assert set(told) <= {"error.osm_damaged", "error.osm_not_pbf", "error.osm_empty"}
    assert len(told) == len(content) - blobs  # between blobs a cut cannot be seen
    extract.write_bytes(content[:-1])
    with pytest.raises(InputError, match="cut short or damaged"):
        list(text_lines(extract, kinds=WAYS, keys=("highway",)))
    with pytest.raises(InputError, match="cut short or damaged"):
        node_positions(extract, np.array([1], dtype=np.int64))


def big_extract(path: Path) -> list[int]:
    """Write 16,001 nodes, a way and a relation; return where the blobs of data end."""
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for number in range(1, 16_002):
            writer.add_node(Node(id=number, location=(120.0, 30.0)))
        writer.add_way(Way(id=1, nodes=[1, 2], tags={"highway": "primary"}))
        writer.add_relation(Relation(id=1, members=[("w", 1, "")], tags={"type": "route"}))
    content, at, ends = path.read_bytes(), 0, []
    while at < len(content):
        at += 4 + int.from_bytes(content[at : at + 4], "big")
        # The length of data is the last field of the head, seven bits a byte, the least first.
        field = content.rindex(b"\x18", 0, at) + 1
        at += sum((byte & 127) << 7 * place for place, byte in enumerate(content[field:at]))
        ends.append(at)
    return ends[1:]


def test_a_cut_between_full_blobs_is_seen_by_the_last_one(tmp_path: Path) -> None:
    path = tmp_path / "big.osm.pbf"
    ends = big_extract(path)
    assert read_end(path) == FileEnd(is_full=False, has_relations=True)
    content = path.read_bytes()
    found = []
    for end in ends:
        path.write_bytes(content[:end])
        found.append(read_end(path))
    # Nodes in two full blobs and one of a single node; then the way; then the relation.
    assert found == [
        None,
        FileEnd(is_full=True, has_relations=False),
        FileEnd(is_full=False, has_relations=False),
        FileEnd(is_full=False, has_relations=False),
        FileEnd(is_full=False, has_relations=True),
    ]


def test_a_small_file_is_never_called_full(extract: Path) -> None:
    end = read_end(extract)
    assert end is not None
    assert not end.is_full


def test_a_spoilt_block_is_told(extract: Path) -> None:
    content = bytearray(extract.read_bytes())
    content[-40:-20] = bytes(20)
    extract.write_bytes(bytes(content))
    with pytest.raises(InputError, match="cut short or damaged"):
        list(text_lines(extract, kinds=WAYS, keys=("highway",)))


@pytest.mark.parametrize(
    "fault", [OSError(errno.ENOSPC, "full"), RuntimeError("write: " + os.strerror(errno.ENOSPC))]
)
def test_a_full_disk_is_told_as_such(extract: Path, fault: Exception) -> None:
    class Full:
        def __iter__(self) -> Iterator[object]:
            raise fault

    with pytest.raises(InputError) as caught:
        list(told(extract, Full()))  # type: ignore[arg-type]
    assert [problem.key for problem in caught.value.problems] == ["error.output_disk_full"]
