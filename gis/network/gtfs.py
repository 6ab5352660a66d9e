"""Reading and writing GTFS files (gtfs.org/schedule/reference).

Only the files a network needs are read; shapes, fares and translations are passed over.
"""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import pandas as pd

from gis.core.errors import InputError, Problem, raise_problems
from gis.core.files import ENCODINGS, written_aside
from gis.core.text import Language, text
from gis.network.feed import DOOR_COLUMNS, Feed, direct_run_minutes
from gis.network.gtfs_check import REQUIRED_COLUMNS, check_tables
from gis.network.gtfs_frames import feed_from_tables, is_particular

__all__ = ["Feed", "check_gtfs", "direct_run_minutes", "read_gtfs", "write_gtfs"]

MAX_FEED_MB = 1000  # all files together, unpacked: a province with its buses has about 500
FILES = (
    "agency",
    "stops",
    "routes",
    "trips",
    "stop_times",
    "calendar",
    "transfers",
    "feed_info",
)
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip can hold: no clock in the file


def read_gtfs(path: Path) -> Feed:
    """Read a feed from a zip file.

    Platforms are merged into their parent station. Trips given by headways
    (``frequencies.txt``) are written out one by one, from the start of each period to before its
    end, whether the times are exact or not; trips with clock times stay beside them. Blank times
    between timed stops are filled in evenly. Where service days have exceptions, or
    ``calendar_dates.txt`` alone says when trips run, the calendar is that of the week around the
    ordinary working day with the most trips (:func:`gis.network.service_days.ordinary_day`).
    Trips with fewer than two stops are left out. Where ``pickup_type`` or ``drop_off_type`` is 1
    nobody boards or alights (:func:`gis.network.feed.open_doors`). Walks between stops that
    ``transfers.txt`` does not list are added by :func:`gis.network.footpaths.with_footpaths`.

    Parameters
    ----------
    path
        Zip file with the text files at its top or together in one folder; UTF-8 or GB18030.

    Returns
    -------
    Feed
        Frames with the types :class:`~gis.network.feed.Feed` states.

    Raises
    ------
    InputError
        With every problem: no zip file, missing files or columns, stops without coordinates,
        unknown ids, times that go backwards, and more, each with its row.

    """
    tables = _read_tables(path)
    raise_problems(check_tables(tables, path.name))
    return feed_from_tables(tables, where=path.name)


def gtfs_remarks(path: Path, *, language: Language = "zh") -> list[str]:
    """Return a line for each thing that a feed, known to be readable, says and nobody uses.

    Parameters
    ----------
    path
        Zip file that :func:`read_gtfs` reads.
    language
        Of the lines.

    """
    tables = _read_tables(path, only=frozenset({"trips", "transfers"}))
    trips = tables["trips"]
    block = trips.get("block_id", pd.Series("", index=trips.index))
    counts = {"blocks": int((block.duplicated(keep=False) & (block != "")).sum())}
    if "transfers" in tables:
        counts["transfers"] = int(is_particular(tables["transfers"]).sum())
    return [
        text(f"gtfs.remark.{name}", language=language, count=count)
        for name, count in counts.items()
        if count
    ]


def write_gtfs(feed: Feed, path: Path) -> None:
    """Write a feed to a zip file, whole or not at all; the same feed gives the same bytes.

    Raises
    ------
    InputError
        If the place cannot be written.

    """
    with (
        written_aside(path) as aside,
        zipfile.ZipFile(aside, "w", compression=zipfile.ZIP_DEFLATED) as archive,
    ):
        for name, table in feed_tables(feed).items():
            entry = zipfile.ZipInfo(f"{name}.txt", _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, table.to_csv(index=False, lineterminator="\n"))


def check_gtfs(feed: Feed, where: str) -> list[Problem]:
    """Return the problems of a feed held as frames; empty when it is valid.

    Parameters
    ----------
    feed
        The feed.
    where
        What a user would call it, usually its file.

    """
    tables = {
        name: table.astype(str).fillna("").reset_index(drop=True)
        for name, table in feed_tables(feed).items()
    }
    return check_tables(tables, where)


def feed_tables(feed: Feed) -> dict[str, pd.DataFrame]:
    """Return the files of a feed, with clock times as GTFS writes them."""
    tables = {name: getattr(feed, name) for name in FILES}
    times = feed.stop_times
    tables["stop_times"] = pd.DataFrame(
        {
            "trip_id": times["trip_id"],
            "arrival_time": _clock(times["arrival_s"]),
            "departure_time": _clock(times["departure_s"]),
            "stop_id": times["stop_id"],
            "stop_sequence": times["stop_sequence"],
            **{name: times[name] for name in DOOR_COLUMNS if name in times.columns},
        }
    )
    return tables


def _clock(seconds: pd.Series) -> "pd.Categorical[str]":
    codes, values = pd.factorize(seconds.to_numpy(), sort=True)
    written = [f"{s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}" for s in values.tolist()]
    return pd.Categorical.from_codes(codes, categories=pd.Index(written))


def _read_tables(path: Path, *, only: frozenset[str] | None = None) -> dict[str, pd.DataFrame]:
    if not path.is_file():
        raise InputError([Problem(str(path), "error.file_missing")])
    try:
        with zipfile.ZipFile(path) as archive:
            members = _members(archive, path)
            contents = {
                name: _bounded(archive, entry, path)
                for name, entry in members.items()
                if only is None or name in only
            }
    except (zipfile.BadZipFile, EOFError, OSError, RuntimeError, NotImplementedError) as error:
        raise InputError([Problem(path.name, "error.gtfs_not_a_zip")]) from error
    problems: list[Problem] = []
    tables: dict[str, pd.DataFrame] = {}
    for name, content in contents.items():
        try:
            tables[name] = _table(name, content)
        except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
            reason = {"reason": " ".join(str(error).split())}
            problems.append(Problem(f"{path.name} {name}.txt", "error.unreadable", reason))
    raise_problems(problems)
    return tables


def _members(archive: zipfile.ZipFile, path: Path) -> Mapping[str, zipfile.ZipInfo]:
    known = {
        entry: PurePosixPath(entry.filename)
        for entry in archive.infolist()
        if PurePosixPath(entry.filename).suffix == ".txt"
        and PurePosixPath(entry.filename).stem in REQUIRED_COLUMNS
        and not PurePosixPath(entry.filename).parts[0].startswith("__MACOSX")
    }
    folders = sorted({str(place.parent) for place in known.values()})
    if len(folders) > 1:
        names = {"folders": ", ".join(folders)}
        raise InputError([Problem(path.name, "error.gtfs_several_folders", names)])
    size_mb = sum(entry.file_size for entry in known) / 1e6
    if size_mb > MAX_FEED_MB:
        raise InputError([_too_large(path, size_mb)])
    return {place.stem: entry for entry, place in known.items()}


def _bounded(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, path: Path) -> bytes:
    # The sizes in a zip's directory are claims; unpacking stops at the claim plus one byte.
    with archive.open(entry) as stream:
        content = stream.read(entry.file_size + 1)
    if len(content) > entry.file_size:
        raise InputError([_too_large(path, len(content) / 1e6)])
    return content


def _too_large(path: Path, size_mb: float) -> Problem:
    sizes = {"size_mb": round(size_mb), "limit_mb": MAX_FEED_MB}
    return Problem(path.name, "error.file_too_large", sizes)


def _table(name: str, content: bytes) -> pd.DataFrame:
    read = ""
    for encoding in ENCODINGS:
        try:
            read = content.decode(encoding)
            break
        except UnicodeDecodeError:
            if encoding == ENCODINGS[-1]:
                raise
    frame = pd.read_csv(io.StringIO(read), dtype=str, keep_default_na=False, na_values=[])
    frame.columns = frame.columns.str.strip()
    key_columns = [column for column in REQUIRED_COLUMNS[name] if column in frame.columns]
    return frame.assign(**{column: frame[column].str.strip() for column in key_columns})
