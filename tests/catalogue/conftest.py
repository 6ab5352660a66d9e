"""A copy of the catalogue tables that a test may break."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from gis.core.paths import seeds_dir

Edit = Callable[[str, str, str], None]


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    """Give a folder with a copy of every seed table."""
    return Path(shutil.copytree(seeds_dir(), tmp_path / "seeds"))


@pytest.fixture
def edit(seeds: Path) -> Edit:
    """Give a function that replaces a text that stands exactly once in a copied table."""

    def replace(name: str, old: str, new: str) -> None:
        path = seeds / name
        content = path.read_text(encoding="utf-8")
        assert content.count(old) == 1, f"{old!r} stands {content.count(old)} times in {name}"
        path.write_text(content.replace(old, new), encoding="utf-8", newline="\n")

    return replace
