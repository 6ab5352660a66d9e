"""Compiled kernels are used again, and made anew when what they were made from changes."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gis.core.kernel_cache import sources_of
from gis.core.paths import project_root

ONE = """
import numba

SHARE = {share}

@numba.njit(cache=True)
def part(whole):
    return whole * SHARE
"""
TWO = """
import numba

from gis.routing.one import (
    part,
)

@numba.njit(cache=True)
def twice(whole):
    return part(part(whole))
"""
ASK = """
from gis.routing.two import twice
print(twice(8.0), sum(twice.stats.cache_hits.values()))
"""


@pytest.fixture
def product(tmp_path: Path) -> Path:
    """Give a product of two kernels, one of which calls the other."""
    (tmp_path / "gis" / "core").mkdir(parents=True)
    (tmp_path / "gis" / "routing").mkdir()
    for name in ("__init__.py", "core/__init__.py", "core/kernel_cache.py"):
        shutil.copy(project_root() / "gis" / name, tmp_path / "gis" / name)
    (tmp_path / "gis" / "routing" / "__init__.py").touch()
    (tmp_path / "gis" / "routing" / "one.py").write_text(ONE.format(share=0.5))
    (tmp_path / "gis" / "routing" / "two.py").write_text(TWO)
    return tmp_path


def answer(product: Path) -> list[float]:
    run = [sys.executable, "-c", ASK]
    said = subprocess.run(run, cwd=product, capture_output=True, text=True, check=True).stdout
    return [float(word) for word in said.split()]


def test_kernels_are_kept_until_one_they_call_changes(product: Path) -> None:
    assert answer(product) == [2.0, 0]
    assert answer(product) == [2.0, 1]
    (product / "gis" / "routing" / "one.py").write_text(ONE.format(share=3.0))
    assert answer(product) == [72.0, 0]


def test_all_modules_below_a_kernel_are_known() -> None:
    root = project_root()
    names = {
        path.relative_to(root).as_posix()
        for path in sources_of(root / "gis" / "routing" / "sweep.py", root)
    }
    assert {"gis/routing/sweep.py", "gis/routing/lanes.py", "gis/routing/hierarchy.py"} <= names
    assert {name.split("/")[1] for name in names} <= {"routing", "core"}
