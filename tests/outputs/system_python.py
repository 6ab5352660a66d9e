"""The system's own Python, where it brings GDAL's tools or QGIS."""

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

CANDIDATES = ("/usr/bin/python3", "python3")


@cache
def python_with(module: str) -> str | None:
    """Return a Python that has a module, or None."""
    for name in CANDIDATES:
        python = shutil.which(name)
        if python and run_python(python, "-c", f"import {module}").returncode == 0:
            return python
    return None


def need(module: str, package: str) -> str:
    """Return a Python that has a module, or skip the test and say what to install."""
    python = python_with(module)
    if python is None:
        pytest.skip(f"no Python with {module} (Debian: apt-get install {package})")
    return python


def run_python(
    python: str, *arguments: str | Path, cwd: Path | None = None
) -> "subprocess.CompletedProcess[str]":
    """Run another Python without a screen and without this environment's paths."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    quiet = {"QT_QPA_PLATFORM": "offscreen", "XDG_RUNTIME_DIR": str(cwd or "/tmp")}  # noqa: S108 - Qt only looks at it
    return subprocess.run(
        [python, *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        cwd=cwd,
        env=kept | quiet | {"PYTHONUTF8": "1"},
        timeout=180,
    )
