"""Where the product keeps its own data."""

from pathlib import Path


def project_root() -> Path:
    """Return the folder that holds ``gis``, ``seeds`` and ``layers``."""
    return Path(__file__).resolve().parents[2]


def seeds_dir() -> Path:
    """Return the folder of the catalogue and source tables."""
    return project_root() / "seeds"


def layers_dir() -> Path:
    """Return the folder of the built layers; hand-digitised geometry is in ``digitised`` below."""
    return project_root() / "layers"


def build_dir() -> Path:
    """Return the folder of derived files that git ignores: networks, verdicts, caches."""
    return project_root() / "build"
