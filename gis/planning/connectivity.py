"""Into how many parts a set of places falls when only short journeys hold it together."""

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]


def linked_within(minutes: FloatArray, *, limit_min: float) -> BoolArray:
    """Return which places are linked: the quicker of the two ways keeps the limit.

    Parameters
    ----------
    minutes
        ``(places, places)`` travel times, NaN where unreachable.
    limit_min
        Longest journey that still links.

    """
    quicker = np.fmin(minutes, minutes.T)
    return np.asarray(quicker <= limit_min, dtype=np.bool_)


def linked_in_order(minutes: FloatArray, *, limit_min: float) -> BoolArray:
    """Return which places are linked to the next one of their order; others are not asked."""
    linked = linked_within(minutes, limit_min=limit_min)
    count = len(minutes)
    apart = np.abs(np.subtract.outer(np.arange(count), np.arange(count)))
    return np.asarray(linked & (apart == 1), dtype=np.bool_)


def sharing_catchments(minutes: FloatArray, *, limit_min: float) -> BoolArray:
    """Return which catchments overlap: somewhere is within the limit of both centres.

    Parameters
    ----------
    minutes
        ``(centres, everywhere)`` travel times from the centres, NaN where unreachable.
    limit_min
        Reach of a catchment.

    """
    inside = np.asarray(minutes <= limit_min, dtype=np.int64)
    return np.asarray(inside @ inside.T > 0, dtype=np.bool_)


def parts_of(linked: BoolArray) -> IntArray:
    """Return the part of each place, 0 for that of most places; equal ones as they come.

    Parameters
    ----------
    linked
        ``(places, places)`` which places are linked; one way is enough.

    """
    count, labels = connected_components(coo_array(linked), directed=False)
    size = np.bincount(labels, minlength=count)
    first = np.array([np.flatnonzero(labels == label)[0] for label in range(count)], dtype=int)
    rank = np.empty(count, dtype=np.int64)
    rank[np.lexsort((first, -size))] = np.arange(count)
    return rank[labels]


def missing_links(minutes: FloatArray, part: IntArray) -> pd.DataFrame:
    """Return for each part but the main one the quickest journey to a place outside it.

    Parameters
    ----------
    minutes
        ``(places, places)`` travel times, NaN where unreachable.
    part
        ``(places,)`` as :func:`parts_of` gives it.

    Returns
    -------
    DataFrame
        ``origin, destination`` (rows of the places), ``minutes``; the quickest first. A part from
        which nothing else is reached leads nowhere (destination -1, minutes NaN).

    """
    quicker = np.fmin(minutes, minutes.T)
    rows = []
    for number in range(1, int(part.max(initial=0)) + 1):
        own = np.flatnonzero(part == number)
        others = np.flatnonzero(part != number)
        between = quicker[np.ix_(own, others)]
        if np.isnan(between).all():
            rows.append((int(own[0]), -1, np.nan))
            continue
        row, column = np.unravel_index(np.nanargmin(between), between.shape)
        rows.append((int(own[row]), int(others[column]), float(between[row, column])))
    table = pd.DataFrame(rows, columns=["origin", "destination", "minutes"])
    return table.sort_values(["minutes", "origin"], ignore_index=True)
