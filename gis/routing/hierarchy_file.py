"""A hierarchy as named arrays, to be stored in a file and mapped from it.

The arrays of a mapped hierarchy stay in the file: what a search does not touch is never read.
Mapped read-only (``numpy.load(..., mmap_mode="r")``) or copy-on-write, they become read-only
views, as those of a hierarchy just built are, so that compiled kernels serve both unchanged.
"""

from collections.abc import Mapping
from dataclasses import fields

import numpy as np
import numpy.typing as npt

from gis.routing.hierarchy import Hierarchy, read_only

AnyArray = npt.NDArray[np.generic]

_TYPES: dict[str, type[np.generic]] = {
    "rank": np.int32,
    "node": np.int32,
    "parent": np.int32,
    "subtree_size": np.int32,
    "first_up": np.int64,
    "up_head": np.int32,
    "first_down": np.int64,
    "down_tail": np.int32,
    "down_link": np.int32,
    "arc_link": np.int32,
    "arc_is_up": np.bool_,
}


def hierarchy_arrays(hierarchy: Hierarchy) -> dict[str, AnyArray]:
    """Return the arrays of a hierarchy by name, in a fixed order."""
    return {field.name: getattr(hierarchy, field.name) for field in fields(hierarchy)}


def hierarchy_from_arrays(arrays: Mapping[str, AnyArray]) -> Hierarchy:
    """Return the hierarchy that arrays hold.

    Names, types, lengths and the bounds of rows are checked, which reads next to nothing of a
    mapped file; damage inside the arrays is for the file's checksums to find.

    Parameters
    ----------
    arrays
        What ``hierarchy_arrays`` gave, perhaps mapped from a file. Arrays that kernels cannot
        walk through as they are (not aligned, not in one piece) are copied.

    Raises
    ------
    ValueError
        If the arrays are not those of one hierarchy: says which and why.

    """
    missing = sorted(_TYPES.keys() - arrays.keys())
    if missing:
        raise ValueError(f"a hierarchy needs the arrays {', '.join(missing)}")
    for name, wanted in _TYPES.items():
        if arrays[name].dtype != wanted or arrays[name].ndim != 1:
            found = f"{arrays[name].dtype} in {arrays[name].ndim} dimensions"
            raise ValueError(f"{name} must be one row of {np.dtype(wanted)}: {found}")
    hierarchy = Hierarchy(**{name: _walkable(arrays[name]) for name in _TYPES})  # type: ignore[arg-type]
    _check_lengths(hierarchy)
    return hierarchy


def _walkable(array: AnyArray) -> AnyArray:
    """Return an array as a plain read-only one, aligned and in one piece."""
    return read_only(np.require(np.asarray(array), requirements=["C", "ALIGNED"]))


def _check_lengths(hierarchy: Hierarchy) -> None:
    nodes, links, arcs = hierarchy.node_count, hierarchy.link_count, len(hierarchy.arc_link)
    wanted = {
        "node": nodes,
        "parent": nodes,
        "subtree_size": nodes,
        "first_up": nodes + 1,
        "first_down": nodes + 1,
        "down_tail": links,
        "down_link": links,
        "arc_is_up": arcs,
    }
    for name, length in wanted.items():
        if len(getattr(hierarchy, name)) != length:
            found = len(getattr(hierarchy, name))
            raise ValueError(f"{name} must hold {length} numbers, as the other arrays say: {found}")
    for name in ("first_up", "first_down"):
        first = getattr(hierarchy, name)
        if first[0] != 0 or first[-1] != links:
            raise ValueError(f"{name} must lead from 0 to {links}: {first[0]} to {first[-1]}")
