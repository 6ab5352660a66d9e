"""Sharing out census totals to the parts of a county."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from gis.catalogue.areas import Township, TownshipKind
from gis.core.errors import Problem, raise_problems


def township_population(
    townships: Sequence[Township],
    kinds: Sequence[TownshipKind],
    totals: Mapping[str, int],
) -> pd.Series:
    """Share out the population of each county to its townships.

    A township with a published figure has that. The others share what is left of the county's
    total: each weighs its villages and residents' communities times the people weight of its
    kind. The parts add up to the total exactly. They are estimates: the census publishes
    township figures only in a volume that is not freely available.

    Parameters
    ----------
    townships
        All townships of the counties in ``totals``.
    kinds
        Weights of the kinds of townships.
    totals
        County code -> people.

    Returns
    -------
    Series
        People as nullable integers, indexed by township id; missing for a county without total.

    Raises
    ------
    InputError
        If the published figures of a county exceed its total.

    """
    weights = {kind.kind: kind.people_weight for kind in kinds}
    frame = pd.DataFrame(
        {
            "county_id": [township.county_id for township in townships],
            "weight": [township.villages * weights[township.kind] for township in townships],
            "people": pd.array(
                [township.published_population for township in townships], dtype="Int64"
            ),
        },
        index=pd.Index([township.id for township in townships], name="id"),
    )
    counted = frame[frame["county_id"].isin(totals)]
    published = counted.groupby("county_id")["people"].sum()
    raise_problems(
        Problem(f"townships of {county_id}", "error.published_exceeds_total", {"total": total})
        for county_id, total in totals.items()
        if county_id in published.index and published[county_id] > total
    )
    people = counted["people"].reindex(frame.index).rename("population")
    open_ones = counted[counted["people"].isna()]
    for county_id, members in open_ones.groupby("county_id"):
        rest = totals[str(county_id)] - int(published[county_id])
        people.loc[members.index] = share_out(rest, members["weight"])
    return people


def share_out(total: int, weights: "pd.Series[float]") -> "pd.Series[int]":
    """Share out a whole number by weights so that the parts are whole and add up to it.

    The largest-remainder method (Hamilton): every part gets its quota rounded down, and the units
    left over go to the largest remainders; of equal remainders the first in order wins.

    Parameters
    ----------
    total
        What is shared out, not negative.
    weights
        Weight of each part, not negative, with a positive sum.

    Raises
    ------
    ValueError
        If a weight is negative or all are zero.

    """
    if (weights < 0).any() or weights.sum() <= 0:
        raise ValueError("weights must not be negative and must have a positive sum")
    quotas = total * (weights.to_numpy(dtype=float) / weights.sum())
    parts = np.floor(quotas).astype(np.int64)
    order = np.argsort(-(quotas - parts), kind="stable")
    left = total - int(parts.sum())
    parts[order[:left]] += 1
    return pd.Series(parts, index=weights.index)
