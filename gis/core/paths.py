"""Where the product keeps its own data."""

from hashlib import sha256
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


def build_dir_of(layers: Path) -> Path:
    """Return the folder of files derived from layers: :func:`build_dir` for the product's own.

    Files of other layers go to a folder of their own below it, named by where the layers are:
    what is shown of the product's own, and long runs on them, are not overwritten.
    """
    where = layers.resolve()
    if where == layers_dir():
        return build_dir()
    return build_dir() / "other" / f"{where.name}-{sha256(str(where).encode()).hexdigest()[:8]}"
