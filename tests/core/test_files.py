"""Tables in the two encodings planners use; files whole or not at all."""

from pathlib import Path

import pytest

from gis.core.errors import InputError
from gis.core.files import read_table, require_writable, write_text, written_aside


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_chinese_table_reads_in_every_usual_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "乡镇.csv"
    path.write_bytes("id,名称\n1, 瓜沥镇 \n".encode(encoding))
    frame = read_table(path)
    assert frame.to_dict("records") == [{"id": "1", "名称": "瓜沥镇"}]


def test_all_missing_columns_are_named_at_once(tmp_path: Path) -> None:
    path = tmp_path / "points.csv"
    path.write_text("id\n1\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_table(path, columns=("id", "lon", "lat"))
    lines = [problem.line(language="en") for problem in caught.value.problems]
    assert len(lines) == 2
    assert "column lon is missing" in lines[0]
    assert "column lat is missing" in lines[1]


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.csv: file not found"):
        read_table(tmp_path / "nowhere.csv")


def test_empty_table_is_an_input_error(tmp_path: Path) -> None:
    path = tmp_path / "empty.csv"
    path.write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be read"):
        read_table(path)


def test_bytes_in_no_known_encoding_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "image.csv"
    path.write_bytes(b"\xff\xff\xff\xff")
    with pytest.raises(InputError, match="neither UTF-8 nor GB18030"):
        read_table(path)


def test_failed_write_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "out.txt"
    write_text(path, "old")
    with pytest.raises(RuntimeError):
        break_off_while_writing(path)
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def break_off_while_writing(path: Path) -> None:
    with written_aside(path) as aside:
        aside.write_text("half", encoding="utf-8")
        raise RuntimeError


def test_unwritable_output_is_one_clear_problem(tmp_path: Path) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="is not inside a folder"):
        write_text(blocker / "below" / "out.txt", "text")


def test_output_that_cannot_be_written_is_told_before_any_work(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    require_writable(tmp_path / "new" / "folder" / "out.txt")
    with pytest.raises(InputError, match="not inside a folder"):
        require_writable(tmp_path / "file" / "out.txt")
    with pytest.raises(InputError, match="is a folder"):
        require_writable(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
