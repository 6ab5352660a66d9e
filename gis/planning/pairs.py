"""Which pairs of a table of times count under a pairing, and how much each weighs."""

import numpy as np
import pandas as pd

from gis.catalogue.goals import Pairing, Weighting

PAIR_COLUMNS = ("origin", "destination", "statistic", "minutes")


def counted_pairs(
    times: pd.DataFrame,
    *,
    origins: pd.DataFrame,
    destinations: pd.DataFrame,
    pairing: Pairing,
    weighting: Weighting,
) -> pd.DataFrame:
    """Return the pairs that a reading counts.

    Parameters
    ----------
    times
        ``origin, destination, statistic, minutes`` for every origin with every destination; NaN
        where unreachable.
    origins, destinations
        Points with ``id, population, city_id``. For ``all_pairs`` both are the same set.
    pairing
        Rule of the reading; ``partner`` is no rule for times.
    weighting
        Pairs alike, or people of the origins (of the destinations where each destination takes
        its best origin).

    Returns
    -------
    DataFrame
        ``origin, destination, statistic, minutes, people, weight``; unreachable pairs stay, with
        no id where any would have done. A place for which there is nobody to pair with, such as
        an origin of a city without a destination, stays as one that reaches nothing.

    """
    different = times[times["origin"] != times["destination"]]
    match pairing:
        case Pairing.NEAREST:
            kept = _best(different, ["origin", "statistic"], chosen="destination")
            kept = _with_lost(kept, times, origins, end="origin", other="destination")
        case Pairing.NEAREST_ORIGIN:
            kept = _best(different, ["destination", "statistic"], chosen="origin")
            kept = _with_lost(kept, times, destinations, end="destination", other="origin")
        case Pairing.ANY:
            kept = _best(different, ["statistic"])
        case Pairing.ALL_PAIRS:
            rank = {identifier: position for position, identifier in enumerate(origins["id"])}
            first, second = different["origin"].map(rank), different["destination"].map(rank)
            kept = different[first < second]
        case Pairing.OWN:
            city = origins.set_index("id")["city_id"]
            destination_city = destinations.set_index("id")["city_id"]
            own = times["origin"].map(city) == times["destination"].map(destination_city)
            kept = _with_lost(times[own], times, origins, end="origin", other="destination")
        case Pairing.EACH | Pairing.PARTNER:
            kept = different
    whose = ("destination", destinations)
    if pairing is not Pairing.NEAREST_ORIGIN:
        whose = ("origin", origins)
    people = kept[whose[0]].map(whose[1].set_index("id")["population"]).astype(float)
    weight = people.fillna(0.0) if weighting is Weighting.PEOPLE else np.ones(len(kept))
    return kept.assign(people=people, weight=weight).reset_index(drop=True)


def _best(times: pd.DataFrame, keys: list[str], *, chosen: str = "") -> pd.DataFrame:
    # Sorting keeps the row when every alternative is unreachable, where idxmin would not.
    ordered = times.sort_values("minutes", kind="stable", na_position="last")
    best = ordered.drop_duplicates(keys).sort_index()
    if chosen:
        best[chosen] = best[chosen].where(best["minutes"].notna(), "")
    return best


def _with_lost(
    kept: pd.DataFrame, times: pd.DataFrame, places: pd.DataFrame, *, end: str, other: str
) -> pd.DataFrame:
    """Add a row without a time for each place that no pair is kept of: nobody vanishes."""
    lost = places.loc[~places["id"].isin(kept[end]), ["id"]].rename(columns={"id": end})
    if lost.empty:
        return kept
    rows = lost.merge(times[["statistic"]].drop_duplicates(), how="cross")
    rows[other], rows["minutes"] = "", np.nan
    together: pd.DataFrame = pd.concat([kept, rows], ignore_index=True)
    return together
