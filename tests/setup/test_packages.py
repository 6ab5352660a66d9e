"""What set-up says when pip fails, and how it reads pip's progress."""

from pathlib import Path

import pytest

from scripts.bootstrap.packages import Fetched, clean_settings, explain, install

NO_NETWORK = """\
Collecting shapely==2.2.0
WARNING: Retrying (Retry(total=0, connect=None)) after connection broken by \
'NewConnectionError(': Failed to establish a new connection')': /simple/shapely/
ERROR: Could not find a version that satisfies the requirement shapely==2.2.0 (from versions: none)
ERROR: No matching distribution found for shapely==2.2.0
"""
NO_WHEEL = """\
ERROR: Could not find a version that satisfies the requirement shapely==2.2.0 (from versions: none)
ERROR: No matching distribution found for shapely==2.2.0
"""
WRONG_HASH = "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.\n"
DISK_FULL = (
    "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device"
)


@pytest.mark.parametrize(
    ("output", "offline", "remedy"),
    [
        (NO_NETWORK, False, "--wheelhouse"),
        (NO_WHEEL, False, "64-bit"),
        (NO_WHEEL, True, "the wheelhouse lacks shapely==2.2.0"),
        (WRONG_HASH, False, "another mirror"),
        (DISK_FULL, False, "free 2 GB"),
        ("ERROR: something new\n", False, "something new"),
        ("", False, "setup.log"),
    ],
)
def test_failure_is_one_line_with_its_remedy(output: str, *, offline: bool, remedy: str) -> None:
    line = explain(output, wheelhouse=Path("wheels") if offline else None, log=Path("setup.log"))
    assert remedy in line
    assert "\n" not in line


def test_progress_counts_wheels_and_megabytes() -> None:
    fetched = Fetched(pins=3)
    fetched.read("Collecting numpy==2.4.6 (from -r requirements/runtime.txt (line 7))\n")
    fetched.read("  Downloading numpy-2.4.6-cp311-cp311-linux.whl.metadata (6.6 kB)\n")
    assert fetched.wheels == 0
    fetched.read("Downloading numpy-2.4.6-cp311-cp311-linux.whl (16.5 MB)\n")
    fetched.read("Using cached six-1.17-py3-none-any.whl (500 kB)\n")
    fetched.read("Processing ./wheelhouse/click-8.5.1-py3-none-any.whl (from -r runtime.txt)\n")
    assert fetched.wheels == 3
    assert fetched.size_mb == pytest.approx(17.0)
    assert "3/3" in fetched.state()
    assert "unpacking" not in fetched.state()
    fetched.read("Installing collected packages: numpy, six, click\n")
    assert "unpacking" in fetched.state()


def test_foreign_gis_settings_do_not_reach_the_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROJ_LIB", "elsewhere")
    monkeypatch.setenv("PYTHONHOME", "elsewhere")
    monkeypatch.setenv("ATLAS_LANG", "en")
    settings = clean_settings()
    assert "PROJ_LIB" not in settings
    assert "PYTHONHOME" not in settings
    assert settings["ATLAS_LANG"] == "en"


def test_pip_is_run_with_hashes_and_wheels_only(tmp_path: Path) -> None:
    # echo stands in for Python: what it prints is the command line
    echo = tmp_path / "echo"
    echo.write_text('#!/bin/sh\necho "$@"\n', encoding="ascii")
    echo.chmod(0o755)
    pins = tmp_path / "runtime.txt"
    pins.write_text("shapely==2.2.0\n", encoding="ascii")
    log = tmp_path / "setup.log"
    install(echo, pins, wheelhouse=tmp_path / "wheels", log=log)
    said = log.read_text(encoding="utf-8")
    assert "--require-hashes --only-binary :all:" in said
    assert f"--no-index --find-links {tmp_path / 'wheels'} -r {pins}" in said
