"""Fixtures shared by all tests."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def reference_dir() -> Path:
    """Give the folder of reference data, or skip: it is no part of the product."""
    default = Path(__file__).resolve().parents[2] / "shared" / "reference"
    folder = Path(os.environ.get("ATLAS_REFERENCE", default))
    if not folder.is_dir():
        pytest.skip(f"no reference data at {folder} (set ATLAS_REFERENCE)")
    return folder
