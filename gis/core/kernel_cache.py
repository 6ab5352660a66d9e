"""Machine code of kernels on disk: used again until any module it was made from changes.

Numba keeps compiled kernels beside their module and makes them anew when that file changes, but
not when another does whose kernels and constants are compiled into them. So their stamp here holds
all modules of the product that the file imports, directly or not. ``gis/__init__.py`` names these
locators before Numba is loaded.
"""

import hashlib
import re
from functools import cache
from pathlib import Path
from typing import Any

from numba.core.caching import InTreeCacheLocator, UserWideCacheLocator

_IMPORTS = re.compile(r"^from (gis(?:\.\w+)*) import (\([^)]*\)|[^\n]*)", re.MULTILINE)


def sources_of(path: Path, root: Path) -> list[Path]:
    """Return a module and all modules of the product that it imports, directly or not.

    Parameters
    ----------
    path
        The module.
    root
        Folder that holds the package ``gis``.

    Returns
    -------
    list of Path
        Sorted.

    """
    found: set[Path] = set()
    waiting = [path]
    while waiting:
        module = waiting.pop()
        if module not in found:
            found.add(module)
            waiting += _imported(module, root)
    return sorted(found)


@cache
def _imported(path: Path, root: Path) -> list[Path]:
    modules = []
    for package, names in _IMPORTS.findall(path.read_text(encoding="utf-8")):
        folder = root.joinpath(*package.split("."))
        named = [folder / f"{name}.py" for name in re.findall(r"\w+", names)]
        modules += [module for module in (folder.with_suffix(".py"), *named) if module.is_file()]
    return modules


@cache
def _digest(path: Path) -> bytes:
    return hashlib.sha256(path.read_bytes()).digest()


class _AllSources:
    """Adds the modules that a file imports to the stamp of its kernels."""

    _py_file: str

    def get_source_stamp(self) -> tuple[object, bytes]:
        """Return what the kernels in the file were made from."""
        root = Path(__file__).resolve().parents[2]
        digest = hashlib.sha256()
        path = Path(self._py_file).resolve()
        if path.is_relative_to(root / "gis"):
            for source in sources_of(path, root):
                digest.update(_digest(source))
        own: Any = super()
        return own.get_source_stamp(), digest.digest()


class InTree(_AllSources, InTreeCacheLocator):
    """Beside the module."""


class UserWide(_AllSources, UserWideCacheLocator):
    """Among the user's caches, where the folder of the module cannot be written."""
