"""Fetching an extract from a server on this machine that behaves, breaks off, and misbehaves."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from gis.core.errors import InputError
from gis.network.osm.download import (
    Patience,
    check_extract,
    fetch_extract,
    file_name,
    part_path,
)

NAME = "made-up-latest.osm.pbf"
CONTENT = bytes(range(256)) * 4000  # 1.02 MB
MD5 = hashlib.md5(CONTENT, usedforsecurity=False).hexdigest()
QUICK = Patience(timeout_s=5, tries=2, wait_s=0.01)


@dataclass
class Site:
    """What the server does, and what it was asked."""

    content: bytes = CONTENT
    checksum: str | None = f"{MD5}  {NAME}\n"
    etag: str = '"one"'
    takes_ranges: bool = True
    statuses: list[int] = field(default_factory=list)  # answers before the good one
    cut_at: list[int] = field(default_factory=list)  # bytes after which an answer breaks off
    moved: str = ""
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    address: str = ""


def _handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wanted = self.headers.get("Range", "")
            site.asked.append((self.path, wanted, self.headers.get("If-Range", "")))
            if self.path.endswith(".md5"):
                self.answer(site.checksum)
            elif site.moved:
                self.send_response(302)
                self.send_header("Location", site.moved)
                self.end_headers()
            elif site.statuses:
                self.send_error(site.statuses.pop(0))
            else:
                self.give(wanted)

        def answer(self, words: str | None) -> None:
            if words is None:
                self.send_error(404)
                return
            self.send_response(200)
            self.end_headers()
            self.wfile.write(words.encode())

        def give(self, wanted: str) -> None:
            start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted else 0
            is_same = self.headers.get("If-Range") == site.etag
            start = start if site.takes_ranges and is_same else 0
            size = len(site.content)
            self.send_response(206 if start else 200)
            if start:
                self.send_header("Content-Range", f"bytes {start}-{size - 1}/{size}")
            self.send_header("Content-Length", str(size - start))
            self.send_header("ETag", site.etag)
            self.end_headers()
            end = site.cut_at.pop(0) if site.cut_at else size
            self.wfile.write(site.content[start:end])

        def log_message(self, *_: object) -> None:
            pass

    return Handler


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(made))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    made.address = f"http://127.0.0.1:{server.server_port}/asia/{NAME}"
    yield made
    server.shutdown()
    server.server_close()
    thread.join()


def fault(make: Callable[[], object]) -> tuple[str, str]:
    with pytest.raises(InputError) as caught:
        make()
    (problem,) = caught.value.problems
    return problem.key, problem.line()


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_whole_file_is_checked_and_put_in_place(site: Site, tmp_path: Path) -> None:
    told: list[tuple[int, int | None]] = []
    path = fetch_extract(
        site.address,
        tmp_path / "new",
        patience=QUICK,
        progress=lambda done, size: told.append((done, size)),
    )
    assert path == tmp_path / "new" / NAME
    assert path.read_bytes() == CONTENT
    assert files(path.parent) == [NAME]
    assert told[-1] == (len(CONTENT), len(CONTENT))
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_a_cut_is_taken_up_where_it_was(site: Site, tmp_path: Path) -> None:
    site.cut_at = [300_000]
    path = fetch_extract(site.address, tmp_path, patience=QUICK)
    assert path.read_bytes() == CONTENT
    first, second = site.asked[:2]
    assert first[1] == ""
    assert second[1:] == ("bytes=300000-", '"one"')


def test_a_second_run_goes_on_with_the_part(site: Site, tmp_path: Path) -> None:
    site.cut_at = [100_000, 300_000]
    key, line = fault(lambda: fetch_extract(site.address, tmp_path, patience=QUICK))
    assert key == "error.osm_broken_off"
    assert f"{NAME}.part" in line
    assert "0.3 MB" in line
    assert files(tmp_path) == [f"{NAME}.part", f"{NAME}.part.json"]
    fetch_extract(site.address, tmp_path, patience=QUICK)
    assert site.asked[-2][1] == "bytes=300000-"
    assert (tmp_path / NAME).read_bytes() == CONTENT


def test_a_server_without_ranges_begins_anew(site: Site, tmp_path: Path) -> None:
    site.takes_ranges = False
    site.cut_at = [300_000]
    assert fetch_extract(site.address, tmp_path, patience=QUICK).read_bytes() == CONTENT


def test_a_new_version_is_not_joined_to_an_old_part(site: Site, tmp_path: Path) -> None:
    site.cut_at = [300_000, 0]
    fault(lambda: fetch_extract(site.address, tmp_path, patience=QUICK))
    site.content = bytes(reversed(CONTENT))
    site.etag = '"two"'
    site.checksum = hashlib.md5(site.content, usedforsecurity=False).hexdigest()
    assert fetch_extract(site.address, tmp_path, patience=QUICK).read_bytes() == site.content


def test_a_busy_server_is_asked_again(site: Site, tmp_path: Path) -> None:
    site.statuses = [503]
    assert fetch_extract(site.address, tmp_path, patience=QUICK).exists()


def test_a_wrong_checksum_leaves_nothing(site: Site, tmp_path: Path) -> None:
    site.checksum = "0" * 32
    key, _ = fault(lambda: fetch_extract(site.address, tmp_path, patience=QUICK))
    assert key == "error.osm_checksum_wrong"
    assert files(tmp_path) == []


@pytest.mark.parametrize("checksum", [None, "<html>busy</html>"])
def test_without_a_checksum_the_next_run_only_checks(
    site: Site, tmp_path: Path, checksum: str | None
) -> None:
    site.checksum = checksum
    key, _ = fault(lambda: fetch_extract(site.address, tmp_path, patience=QUICK))
    assert key == "error.osm_checksum_missing"
    assert not (tmp_path / NAME).exists()
    asked = len(site.asked)
    site.checksum = MD5
    fetch_extract(site.address, tmp_path, patience=QUICK)
    assert [path for path, *_ in site.asked[asked:]] == [f"/asia/{NAME}.md5"]


def test_a_missing_file_is_told_at_once(site: Site, tmp_path: Path) -> None:
    site.statuses = [404, 404]
    key, line = fault(lambda: fetch_extract(site.address, tmp_path, patience=QUICK))
    assert key == "error.osm_refused"
    assert "404" in line
    assert len(site.asked) == 1
    assert files(tmp_path) == []


def test_a_redirect_to_a_local_file_is_refused(site: Site, tmp_path: Path) -> None:
    secret = tmp_path / "secret.osm.pbf"
    secret.write_bytes(b"secret")
    site.moved = secret.as_uri()
    fault(lambda: fetch_extract(site.address, tmp_path / "out", patience=QUICK))
    assert not list((tmp_path / "out").glob("*.pbf"))


def test_offline_says_what_to_do(tmp_path: Path) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as closed:
        address = f"http://127.0.0.1:{closed.server_port}/{NAME}"
    key, line = fault(lambda: fetch_extract(address, tmp_path, patience=QUICK))
    assert key == "error.osm_offline"
    assert all(words in line for words in (address, f"{address}.md5", str(tmp_path), "--check"))
    assert "\n" not in line
    assert files(tmp_path) == []


def test_a_server_out_of_reach_is_not_called_forever(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    waits: list[float] = []
    monkeypatch.setattr("gis.network.osm.download.time.sleep", waits.append)
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as closed:
        address = f"http://127.0.0.1:{closed.server_port}/{NAME}"
    fault(lambda: fetch_extract(address, tmp_path))
    assert waits == [2, 4]


def test_a_file_that_is_there_is_kept_unless_asked(site: Site, tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"old")
    key, _ = fault(lambda: fetch_extract(site.address, tmp_path, patience=QUICK))
    assert key == "error.osm_file_exists"
    assert site.asked == []
    assert (tmp_path / NAME).read_bytes() == b"old"
    fetch_extract(site.address, tmp_path, patience=QUICK, overwrite=True)
    assert (tmp_path / NAME).read_bytes() == CONTENT


def test_a_folder_that_is_a_file_is_told_before_anything_is_asked(
    site: Site, tmp_path: Path
) -> None:
    (tmp_path / "out").write_bytes(b"")
    key, _ = fault(lambda: fetch_extract(site.address, tmp_path / "out", patience=QUICK))
    assert key == "error.output_no_folder"
    assert site.asked == []


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/made-up.osm.pbf",
        "https://example.org/extract.zip",
        "https://example.org/%2e%2e/..osm.pbf/",
        "https://example.org/",
    ],
)
def test_only_extracts_by_http_have_a_name(address: str) -> None:
    assert fault(lambda: file_name(address))[0] == "error.osm_address"


def test_a_file_put_there_by_hand_is_checked(tmp_path: Path) -> None:
    path = tmp_path / NAME
    assert fault(lambda: check_extract(path))[0] == "error.file_missing"
    path.write_bytes(CONTENT)
    assert fault(lambda: check_extract(path))[0] == "error.file_missing"
    beside = tmp_path / f"{NAME}.md5"
    beside.write_text("no sum", encoding="utf-8")
    assert fault(lambda: check_extract(path))[0] == "error.osm_checksum_unreadable"
    beside.write_text("f" * 32, encoding="utf-8")
    assert fault(lambda: check_extract(path))[0] == "error.osm_checksum_wrong_here"
    beside.write_text(f"{MD5.upper()}  {NAME}\n", encoding="utf-8")
    check_extract(path)


def test_the_part_lies_beside_the_file() -> None:
    assert part_path(Path("a") / NAME) == Path("a") / f"{NAME}.part"
