"""Reading planners' tables and writing files whole or not at all."""

import errno
import io
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from gis.core.errors import InputError, Problem

MAX_TABLE_MB = 200
ENCODINGS = ("utf-8-sig", "gb18030")


@contextmanager
def written_aside(path: Path) -> Iterator[Path]:
    """Give a temporary path beside ``path`` and move it into place when the block succeeds.

    Raises
    ------
    InputError
        If the folder cannot be written; nothing is left behind.

    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".writing-") as folder:
            aside = Path(folder) / path.name
            yield aside
            aside.replace(path)
    except OSError as error:
        raise _unwritable(path, error) from error


def require_writable(path: Path) -> None:
    """Raise before any work is done if a file could not be written; nothing is left behind.

    Raises
    ------
    InputError
        If the path is a folder, or its folder cannot be made or written.

    """
    there = path.absolute()
    folder = next(parent for parent in there.parents if parent.exists())
    try:
        if there.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise _unwritable(path, error) from error


def write_text(path: Path, content: str) -> None:
    """Write text as UTF-8 with line feeds, whole or not at all."""
    with written_aside(path) as aside:
        aside.write_text(content, encoding="utf-8", newline="\n")


def read_text(path: Path, *, max_mb: int = MAX_TABLE_MB) -> str:
    """Return the text of a UTF-8 (with or without BOM) or GB18030 file.

    Raises
    ------
    InputError
        If the file is missing, too large or in another encoding.

    """
    if not path.is_file():
        raise InputError([Problem(str(path), "error.file_missing")])
    size_mb = path.stat().st_size / 1e6
    if size_mb > max_mb:
        sizes = {"size_mb": round(size_mb), "limit_mb": max_mb}
        raise InputError([Problem(str(path), "error.file_too_large", sizes)])
    content = path.read_bytes()
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError([Problem(str(path), "error.encoding")])


def read_table(path: Path, *, columns: tuple[str, ...] = ()) -> pd.DataFrame:
    """Read a CSV in UTF-8 or GB18030; every cell a stripped string, empty where blank.

    Parameters
    ----------
    path
        The CSV file, comma-separated with a header row.
    columns
        Columns that must be there.

    Raises
    ------
    InputError
        If the file cannot be read or lacks columns (all missing columns at once).

    """
    content = read_text(path)
    try:
        frame = pd.read_csv(io.StringIO(content), dtype=str, keep_default_na=False)
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise InputError(
            [Problem(str(path), "error.unreadable", {"reason": str(error)})]
        ) from error
    frame.columns = frame.columns.str.strip()
    present = ", ".join(frame.columns)
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise InputError(
            Problem(str(path), "error.column_missing", {"column": column, "present": present})
            for column in missing
        )
    for column in frame.columns:
        frame[column] = frame[column].str.strip()
    return frame


def _unwritable(path: Path, error: OSError) -> InputError:
    key = _UNWRITABLE.get(error.errno or 0, "error.output_unwritable")
    return InputError([Problem(str(path), key, {"reason": error.strerror or str(error)})])


_UNWRITABLE = {
    errno.EACCES: "error.output_forbidden",
    errno.EPERM: "error.output_forbidden",
    errno.EROFS: "error.output_forbidden",
    errno.EISDIR: "error.output_is_folder",
    errno.ENOTDIR: "error.output_no_folder",
    errno.EEXIST: "error.output_no_folder",
    errno.ENOSPC: "error.output_disk_full",
}
