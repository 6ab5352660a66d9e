"""The run manifest: what went in, so that a number can be traced and a run repeated."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from gis.core.paths import project_root

PRODUCT_VERSION = "0.2.0"
CODE = "gis"  # stands for the code among the inputs


@dataclass(frozen=True, slots=True)
class Manifest:
    """Inputs of a run. Holds no clock time, so that the same run gives the same bytes.

    Parameters
    ----------
    product_version
        Version of the product.
    inputs
        File name below the project (or the bare name of an outside file, with its folder's
        where two have the same) -> SHA-256.
    settings
        Options and parameters of the run, seeds of random choices included.

    """

    product_version: str
    inputs: Mapping[str, str]
    settings: Mapping[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return asdict(self)


def make_manifest(inputs: Iterable[Path], *, settings: Mapping[str, Any]) -> Manifest:
    """Return the manifest of a run over the given files, in the order of their names.

    The code itself is an input, too, under the name ``gis``: other code may give other results.
    """
    paths = {path.resolve() for path in inputs}
    bare = Counter(_shown_name(path) for path in paths)
    digests = {
        _shown_name(path, with_folder=bare[_shown_name(path)] > 1): file_digest(path)
        for path in paths
    }
    digests[CODE] = code_digest()
    return Manifest(PRODUCT_VERSION, dict(sorted(digests.items())), dict(settings))


def manifest_digest(manifest: Manifest) -> str:
    """Return one SHA-256 that stands for all that went into a run."""
    content = json.dumps(manifest.as_dict(), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


def code_digest() -> str:
    """Return one SHA-256 over the product's own modules and strings, by name and content."""
    digest = hashlib.sha256()
    root = project_root()
    for path in sorted((root / "gis").rglob("*")):
        if path.suffix in {".py", ".yaml"}:
            digest.update(path.relative_to(root).as_posix().encode() + b"\0")
            digest.update(path.read_bytes())
    return digest.hexdigest()


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _shown_name(path: Path, *, with_folder: bool = False) -> str:
    root = project_root()
    if path.is_relative_to(root):
        return path.relative_to(root).as_posix()
    return f"{path.parent.name}/{path.name}" if with_folder else path.name
