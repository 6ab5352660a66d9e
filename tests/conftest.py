"""Fixtures shared by all tests."""

import os
import sys
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import settings

# No deadline: a busy machine is no fault of the code. The same examples in every run.
settings.register_profile("atlas", deadline=None, derandomize=True)
settings.load_profile("atlas")


@pytest.fixture(scope="session")
def reference_dir() -> Path:
    """Give the folder of reference data, or skip: it is no part of the product."""
    default = Path(__file__).resolve().parents[2] / "shared" / "reference"
    folder = Path(os.environ.get("ATLAS_REFERENCE", default))
    if not folder.is_dir():
        pytest.skip(f"no reference data at {folder} (set ATLAS_REFERENCE)")
    return folder


@pytest.fixture
def plain_main(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let new processes start: they run the main module anew.

    Tests of the app put a page of theirs in its place.
    """
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))
