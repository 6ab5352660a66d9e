"""Fetching an extract of OpenStreetMap: taken up after a break, checked, then moved into place.

What is fetched grows in ``NAME.osm.pbf.part`` beside the file it will be; ``.part.json`` holds
which version of the server's file it is. Nothing takes the final name before its length and its
published MD5 agree. The MD5 guards against broken transfers; HTTPS guards against forgery.
"""

import hashlib
import http.client
import json
import re
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from gis.core.errors import InputError, Problem
from gis.core.files import require_writable

CHUNK_BYTES = 1 << 18
LARGEST_BYTES = 20_000_000_000
LARGEST_CHECKSUM_BYTES = 4096
CHECKSUM_SUFFIX = ".md5"
LONGEST_WAIT_S = 60.0
AGENT = "pilot-zone-atlas"

FileProgress = Callable[[int, int | None], None]

_FILE_NAME = re.compile(r"\w[\w.-]{0,200}\.osm\.pbf")
_MD5 = re.compile(rb"\s*([0-9a-fA-F]{32})\b")
_CONTENT_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+)")
_PARTIAL, _RANGE_REFUSED = 206, 416
_SERVER_FAULTS = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for a server, and how often to try again.

    Parameters
    ----------
    timeout_s
        Seconds without a byte after which a connection counts as broken.
    tries
        Connections made at most.
    contact_tries
        Times in a row that a server that cannot be reached at all is called.
    wait_s
        Seconds before the second try; doubled each time, up to a minute.

    """

    timeout_s: float = 30.0
    tries: int = 8
    contact_tries: int = 3
    wait_s: float = 2.0


@dataclass(frozen=True, slots=True)
class _Version:
    """Which file of the server a part belongs to."""

    address: str
    validator: str  # strong ETag or date of change: what If-Range takes
    size: int | None


class _BrokenOffError(Exception):
    """A transfer that may be tried again."""


class _OutOfReachError(_BrokenOffError):
    """A server that did not answer at all."""


class _RefusedError(Exception):
    """A server that answered with a fault."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status


def fetch_extract(
    address: str,
    folder: Path,
    *,
    overwrite: bool = False,
    progress: FileProgress | None = None,
    patience: Patience | None = None,
) -> Path:
    """Fetch an extract with its checksum and return where it lies.

    Parameters
    ----------
    address
        ``http(s)://…/NAME.osm.pbf``; the MD5 is expected at the same address plus ``.md5``.
    folder
        Where to put it; made if need be.
    overwrite
        Whether a file of the name may be replaced.
    progress
        Called with the bytes there are and the bytes there will be (None: not told).
    patience
        Timeouts and tries.

    Raises
    ------
    InputError
        If the file is there already, cannot be written, the server cannot be reached, does not
        have it or gives another one than it published. Only a part that can be taken up is left.

    """
    target = folder / file_name(address)
    if target.exists() and not overwrite:
        raise InputError([Problem(str(target), "error.osm_file_exists")])
    require_writable(target)
    folder.mkdir(parents=True, exist_ok=True)
    patience = patience or Patience()
    part = part_path(target)
    try:
        _fetch_whole(address, part, progress=progress, patience=patience)
        digest = _published_md5(address, target, patience=patience)
    except OSError as error:
        reason = {"reason": error.strerror or str(error)}
        raise InputError([Problem(str(part), "error.output_unwritable", reason)]) from error
    if _md5(part) != digest:
        _forget(part)
        raise InputError([Problem(address, "error.osm_checksum_wrong", {"name": target.name})])
    part.replace(target)
    _forget(part)
    return target


def check_extract(path: Path) -> None:
    """Check a file put in place by hand against the ``.md5`` file beside it.

    Raises
    ------
    InputError
        If one of the two is missing or they do not agree.

    """
    beside = path.with_name(path.name + CHECKSUM_SUFFIX)
    for file in (path, beside):
        if not file.is_file():
            raise InputError([Problem(str(file), "error.file_missing")])
    with beside.open("rb") as stream:
        found = _MD5.match(stream.read(LARGEST_CHECKSUM_BYTES))
    if found is None:
        raise InputError([Problem(str(beside), "error.osm_checksum_unreadable")])
    if _md5(path) != found[1].decode().lower():
        raise InputError(
            [Problem(str(path), "error.osm_checksum_wrong_here", {"checksum": beside.name})]
        )


def file_name(address: str) -> str:
    """Return the name of the file at an address.

    Raises
    ------
    InputError
        If the address is none of an extract: another scheme, or an odd file name.

    """
    parts = urlsplit(address)
    name = PurePosixPath(parts.path).name
    if parts.scheme not in {"http", "https"} or not _FILE_NAME.fullmatch(name):
        raise InputError([Problem(address, "error.osm_address")])
    return name


def part_path(target: Path) -> Path:
    """Return where a file grows until it is whole."""
    return target.with_name(target.name + ".part")


def _fetch_whole(
    address: str, part: Path, *, progress: FileProgress | None, patience: Patience
) -> None:
    unanswered = 0
    for number in range(patience.tries):
        if number:
            time.sleep(min(patience.wait_s * 2 ** (number - 1), LONGEST_WAIT_S))
        try:
            _fetch_on(address, part, progress=progress, timeout_s=patience.timeout_s)
        except _BrokenOffError as error:
            reason = str(error)
            unanswered = unanswered + 1 if isinstance(error, _OutOfReachError) else 0
            if unanswered == patience.contact_tries:
                break
        else:
            return
    raise InputError([_unreachable(address, part, reason)])


def _fetch_on(address: str, part: Path, *, progress: FileProgress | None, timeout_s: float) -> None:
    """Take up a part, or begin it, and read to the end of the server's file."""
    version = _read_version(part, address)
    start = part.stat().st_size if version else 0
    if version and version.size == start:
        return
    headers = {"Range": f"bytes={start}-", "If-Range": version.validator} if version else {}
    try:
        with _open(address, headers, timeout_s=timeout_s) as answer:
            start, size = _extent(answer, start)
            _require_room(part, address, start, size)
            _write_version(part, _Version(address, _validator(answer), size))
            _append(answer, part, start=start, size=size, progress=progress)
    except _RefusedError as error:
        if error.status == _RANGE_REFUSED:
            _forget(part)
        if error.status in {*_SERVER_FAULTS, _RANGE_REFUSED}:
            raise _BrokenOffError(str(error)) from error
        fields = {"status": error.status}
        raise InputError([Problem(address, "error.osm_refused", fields)]) from error


def _append(
    answer: http.client.HTTPResponse,
    part: Path,
    *,
    start: int,
    size: int | None,
    progress: FileProgress | None,
) -> None:
    done = start
    with part.open("r+b" if start else "wb") as stream:
        stream.seek(start)
        stream.truncate()
        while chunk := _read(answer):
            stream.write(chunk)
            done += len(chunk)
            if done > (size or LARGEST_BYTES):
                raise _BrokenOffError(f"{done} > {size or LARGEST_BYTES} bytes")
            if progress is not None:
                progress(done, size)
    if size is not None and done < size:
        raise _BrokenOffError(f"{done} < {size} bytes")


def _read(answer: http.client.HTTPResponse) -> bytes:
    try:
        return answer.read(CHUNK_BYTES)
    except (http.client.HTTPException, OSError) as error:
        raise _BrokenOffError(str(error) or type(error).__name__) from error


def _extent(answer: http.client.HTTPResponse, start: int) -> tuple[int, int | None]:
    """Return where the answer begins and how large the whole file is."""
    if answer.status == _PARTIAL:
        found = _CONTENT_RANGE.fullmatch(answer.headers.get("Content-Range", ""))
        if found is None or int(found[1]) != start:
            raise _BrokenOffError("Content-Range")
        return start, int(found[2])
    length = answer.headers.get("Content-Length", "")
    return 0, int(length) if length.isdecimal() else None


def _validator(answer: http.client.HTTPResponse) -> str:
    tag = answer.headers.get("ETag", "")
    return tag if tag.startswith('"') else answer.headers.get("Last-Modified", "")


def _require_room(part: Path, address: str, start: int, size: int | None) -> None:
    if size is None:
        return
    if size > LARGEST_BYTES:
        sizes = {"size_mb": round(size / 1e6), "limit_mb": round(LARGEST_BYTES / 1e6)}
        raise InputError([Problem(address, "error.file_too_large", sizes)])
    free = shutil.disk_usage(part.parent).free
    if size - start > free:
        sizes = {"need_mb": round((size - start) / 1e6), "free_mb": round(free / 1e6)}
        raise InputError([Problem(str(part.parent), "error.osm_no_room", sizes)])


def _published_md5(address: str, target: Path, *, patience: Patience) -> str:
    where = address + CHECKSUM_SUFFIX
    fields = {"name": target.name, "part": part_path(target).name}
    try:
        with _open(where, {}, timeout_s=patience.timeout_s) as answer:
            found = _MD5.match(_read_little(answer))
    except (_BrokenOffError, _RefusedError) as error:
        raise InputError([Problem(where, "error.osm_checksum_missing", fields)]) from error
    if found is None:
        raise InputError([Problem(where, "error.osm_checksum_missing", fields)])
    return found[1].decode().lower()


def _read_little(answer: http.client.HTTPResponse) -> bytes:
    try:
        return answer.read(LARGEST_CHECKSUM_BYTES)
    except (http.client.HTTPException, OSError) as error:
        raise _BrokenOffError(str(error)) from error


def _open(
    address: str, headers: Mapping[str, str], *, timeout_s: float
) -> http.client.HTTPResponse:
    """Open an address with the handlers of HTTP alone: no redirect leads to a local file."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler,
        urllib.request.UnknownHandler,
        urllib.request.HTTPHandler,
        urllib.request.HTTPSHandler,
        urllib.request.HTTPDefaultErrorHandler,
        urllib.request.HTTPRedirectHandler,
        urllib.request.HTTPErrorProcessor,
    ):
        opener.add_handler(handler())
    request = urllib.request.Request(  # noqa: S310 - the scheme was checked by file_name
        address, headers={"User-Agent": AGENT, **headers}
    )
    try:
        answer: http.client.HTTPResponse = opener.open(request, timeout=timeout_s)
    except urllib.error.HTTPError as error:
        error.close()
        raise _RefusedError(error.code) from error
    except (urllib.error.URLError, http.client.HTTPException, OSError) as error:
        reason = getattr(error, "reason", error)
        raise _OutOfReachError(str(reason) or type(error).__name__) from error
    return answer


def _unreachable(address: str, part: Path, reason: str) -> Problem:
    target = part.with_suffix("")
    has_part = part.is_file()
    fields = {
        "reason": reason,
        "checksum": address + CHECKSUM_SUFFIX,
        "folder": target.parent,
        "part": part.name,
        "done_mb": round(part.stat().st_size / 1e6, 1) if has_part else 0,
    }
    return Problem(address, "error.osm_broken_off" if has_part else "error.osm_offline", fields)


def _read_version(part: Path, address: str) -> _Version | None:
    """Return the version of a part that can be taken up, or None."""
    try:
        version = _Version(**json.loads(_version_path(part).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    can_go_on = version.address == address and version.validator and part.is_file()
    return version if can_go_on else None


def _write_version(part: Path, version: _Version) -> None:
    _version_path(part).write_text(json.dumps(asdict(version)), encoding="utf-8")


def _version_path(part: Path) -> Path:
    return part.with_name(part.name + ".json")


def _forget(part: Path) -> None:
    part.unlink(missing_ok=True)
    _version_path(part).unlink(missing_ok=True)


def _md5(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
