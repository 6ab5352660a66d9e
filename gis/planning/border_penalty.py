"""How much longer the same distance takes across a municipal border than inside a city.

The estimator is the border dummy of Engel and Rogers, after McCallum: over near pairs of places on
both sides of a border and inside the two cities,

    log t = a + b log d + c · (ends in each kind of terrain) + g · across,

where ``t`` is the time, ``d`` the straight distance and ``across`` 1 for a pair with an end in each
city. The penalty is the ratio ``exp(g)``: how many times longer the way across takes than one of
the same length through the same terrain inside. Both groups are pairs of the same places, those
with a partner across the border, so that what is particular to a place counts in both.

Pairs that share a place are not independent. The interval therefore comes from a bootstrap that
draws places, in each city apart, and weighs a pair by the product of the draws of its two ends
(Owen's pigeonhole bootstrap); it is the central 95 % of the draws.

References
----------
McCallum (1995), National borders matter: Canada-U.S. regional trade patterns, American Economic
Review 85, 615-623.
Engel, Rogers (1996), How wide is the border?, American Economic Review 86, 1112-1125.
Owen (2007), The pigeonhole bootstrap, Annals of Applied Statistics 1, 386-411.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from gis.catalogue.parameters import TravelParameters
from gis.catalogue.roads import Terrain
from gis.core.schemas import Mode
from gis.network.model import Network
from gis.planning.border_pairs import Cut, near_pairs, needed_pairs, pairs_of_cut, with_times

FloatArray = npt.NDArray[np.float64]
Int64Array = npt.NDArray[np.int64]

DRAWS = 1000
RANDOM_SEED = 20260701
INTERVAL = (2.5, 97.5)
TERMS = 2 + len(Terrain)  # border, constant, distance, terrain but the plain
LEAST_PAIRS = 2 * TERMS  # across and inside: fewer do not tell a border from its surroundings
LEAST_REACHED = 0.5  # of the pairs: where fewer can travel, those that can are no sample
_CHUNK = 128


@dataclass(frozen=True, slots=True)
class Effect:
    """The border effect: the ratio, and the ends of its interval; NaN where not to be told."""

    ratio: float
    low: float
    high: float


UNTOLD = Effect(np.nan, np.nan, np.nan)


def border_penalties(
    network: Network,
    places: pd.DataFrame,
    cuts: Sequence[Cut],
    *,
    parameters: TravelParameters,
    travels: Iterable[tuple[Mode, bool]] = ((Mode.CAR, False), (Mode.CAR, True)),
    draws: int = DRAWS,
    random_seed: int = RANDOM_SEED,
    progress: Callable[[Mode, bool, int], None] | None = None,
) -> pd.DataFrame:
    """Return the penalty of every border and zone.

    Parameters
    ----------
    network
        The network.
    places
        Township seats ``id, lon, lat`` (WGS84), ``city_id, terrain``.
    cuts
        The borders and zones.
    parameters
        Speeds, waits and windows.
    travels
        Means of travel, and whether in the peak.
    draws, random_seed
        Of the bootstrap.
    progress
        Called with the means of travel and the number of pairs before each is computed.

    Returns
    -------
    DataFrame
        One row a cut and means of travel: ``id, kind`` (border or zone), ``name_zh, name_en,
        mode, peak``; ``pairs_across, pairs_within`` and how many of them are ``reached_across,
        reached_within``; ``minutes_across``, the mean of the pairs across; ``ratio, ratio_low,
        ratio_high``, the penalty and its interval; ``penalty_min, penalty_min_low,
        penalty_min_high``, what of the mean minutes is due to it; ``detour_ratio``, the same
        regression on the length of the drive; ``over_water``, the share of pairs across whose
        straight line crosses water, and ``ratio_dry`` without such pairs; ``assumed_across``, how
        many of the pairs across use no known road, ``assumed_km``, the share of their length on
        assumed links, and ``ratio_known`` without pairs that use no known road. NaN where pairs
        are too few.

    """
    near = near_pairs(places)
    wanted = needed_pairs(places, near, cuts)
    rows = []
    for mode, peak in travels:
        if progress is not None:
            progress(mode, peak, len(wanted))
        timed = with_times(network, places, wanted, parameters=parameters, mode=mode, peak=peak)
        for cut in cuts:
            pairs = pairs_of_cut(places, timed, cut)
            found = penalty_of_pairs(places, pairs, draws=draws, random_seed=random_seed)
            kind = "zone" if cut.members else "border"
            names = {"id": cut.id, "kind": kind, "name_zh": cut.name_zh, "name_en": cut.name_en}
            rows.append({**names, "mode": mode.value, "peak": peak, **found})
    return pd.DataFrame(rows)


def penalty_of_pairs(
    places: pd.DataFrame,
    pairs: pd.DataFrame,
    *,
    draws: int = DRAWS,
    random_seed: int = RANDOM_SEED,
) -> dict[str, float | int]:
    """Return the figures of one border, as :func:`border_penalties` lists them.

    Parameters
    ----------
    places
        ``city_id, terrain``.
    pairs
        ``origin, destination`` (rows of the places), ``straight_km, across, minutes, road_km,
        known_share, over_water``.
    draws, random_seed
        Of the bootstrap.

    """
    across = pairs["across"].to_numpy(dtype=np.bool_)
    reached = pairs["minutes"].notna().to_numpy()
    of_border = pairs[across & reached]
    mean_min = float(of_border["minutes"].mean()) if len(of_border) else np.nan
    no_known = pairs["known_share"].eq(0.0)
    length_km = of_border["road_km"] * of_border["known_share"].notna()
    assumed_km = float((of_border["known_share"].rsub(1.0) * of_border["road_km"]).sum())
    effect = (
        border_effect(places, pairs, pairs["minutes"], draws=draws, random_seed=random_seed)
        if _is_sample(across, reached)
        else UNTOLD
    )

    def ratio(values: pd.Series, kept: pd.Series) -> float:
        chosen = kept.to_numpy(dtype=np.bool_) & values.notna().to_numpy()
        if not _is_sample(across[kept.to_numpy(dtype=np.bool_)], reached[kept.to_numpy()]):
            return np.nan
        return border_effect(places, pairs[chosen], values[chosen], draws=0).ratio

    everything = pd.Series(data=True, index=pairs.index)
    has_roads = bool(of_border["known_share"].notna().any())
    return {
        "pairs_across": int(across.sum()),
        "pairs_within": int((~across).sum()),
        "reached_across": int((across & reached).sum()),
        "reached_within": int((~across & reached).sum()),
        "minutes_across": mean_min,
        "ratio": effect.ratio,
        "ratio_low": effect.low,
        "ratio_high": effect.high,
        "penalty_min": mean_min * (1.0 - 1.0 / effect.ratio),
        "penalty_min_low": mean_min * (1.0 - 1.0 / effect.low),
        "penalty_min_high": mean_min * (1.0 - 1.0 / effect.high),
        "detour_ratio": ratio(pairs["road_km"], everything) if has_roads else np.nan,
        "over_water": float(pairs.loc[across, "over_water"].mean()) if across.any() else np.nan,
        "ratio_dry": ratio(pairs["minutes"], ~pairs["over_water"].astype(bool)),
        "assumed_across": int((across & no_known.to_numpy()).sum()),
        "assumed_km": assumed_km / float(length_km.sum()) if has_roads else np.nan,
        "ratio_known": ratio(pairs["minutes"], ~no_known) if has_roads else np.nan,
    }


def border_effect(
    places: pd.DataFrame,
    pairs: pd.DataFrame,
    values: "pd.Series[float]",
    *,
    draws: int = DRAWS,
    random_seed: int = RANDOM_SEED,
) -> Effect:
    """Return how many times larger values are across a border than inside, all else alike.

    Parameters
    ----------
    places
        ``city_id, terrain``.
    pairs
        ``origin, destination`` (rows of the places), ``straight_km, across``.
    values
        Times or lengths of the pairs; those that are missing or 0 do not count.
    draws, random_seed
        Of the bootstrap; without draws there is no interval.

    """
    numbers = values.to_numpy(dtype=np.float64)
    kept = np.isfinite(numbers) & (numbers > 0)
    ends = pairs.loc[kept, ["origin", "destination"]].to_numpy(dtype=np.int64)
    across = pairs.loc[kept, "across"].to_numpy(dtype=np.float64)
    rows, local = np.unique(ends, return_inverse=True)
    local = local.reshape(ends.shape)
    terms = np.column_stack(
        [
            across,
            np.ones(len(across)),
            np.log(pairs.loc[kept, "straight_km"].to_numpy(dtype=np.float64)),
            _rough_ends(places["terrain"].to_numpy()[rows], local),
        ]
    )
    logs = np.log(numbers[kept])
    told = _coefficients(np.ones((1, len(logs))), terms, logs)
    if not np.isfinite(told[0]):
        return UNTOLD
    if not draws:
        return Effect(float(np.exp(told[0])), np.nan, np.nan)
    chosen = _draws(places["city_id"].to_numpy()[rows], count=draws, random_seed=random_seed)
    drawn = np.concatenate(
        [
            _coefficients(part[:, local[:, 0]] * part[:, local[:, 1]], terms, logs)
            for part in np.array_split(chosen, max(draws // _CHUNK, 1))
        ]
    )
    low, high = np.nanpercentile(drawn, INTERVAL)
    return Effect(float(np.exp(told[0])), float(np.exp(low)), float(np.exp(high)))


def _is_sample(across: npt.NDArray[np.bool_], reached: npt.NDArray[np.bool_]) -> bool:
    """Tell whether enough pairs of each kind can travel to stand for all of them."""
    for group in (across, ~across):
        travelling = int((group & reached).sum())
        if travelling < LEAST_PAIRS or travelling < LEAST_REACHED * int(group.sum()):
            return False
    return True


def _rough_ends(terrain: npt.NDArray[np.object_], ends: Int64Array) -> FloatArray:
    """Return how many ends of each pair lie in each kind of terrain but the plain."""
    columns = [
        (terrain[ends] == kind.value).sum(axis=1, dtype=np.float64)
        for kind in Terrain
        if kind is not Terrain.PLAIN
    ]
    return np.column_stack(columns)


def _draws(city: npt.NDArray[np.object_], *, count: int, random_seed: int) -> FloatArray:
    """Return ``(draws, places)``: how often each place is drawn, with replacement in its city."""
    generator = np.random.default_rng(random_seed)
    drawn = np.empty((count, len(city)))
    for one in np.unique(city.astype(str)):
        own = np.flatnonzero(city == one)
        even = np.full(len(own), 1.0 / len(own))
        drawn[:, own] = generator.multinomial(len(own), even, size=count)
    return drawn


def _coefficients(weight: FloatArray, terms: FloatArray, logs: FloatArray) -> FloatArray:
    """Return the coefficient of the first term in each weighted regression, NaN where not told."""
    count = terms.shape[1]
    products = (terms[:, :, None] * terms[:, None, :]).reshape(len(terms), -1)
    square = (weight @ products).reshape(-1, count, count)
    right = weight @ (terms * logs[:, None])
    inverse = np.linalg.pinv(square, rcond=1e-10, hermitian=True)
    found = np.einsum("dk,dk->d", inverse[:, 0, :], right)
    # The border is told from the rest only if it is not a mix of the other terms.
    is_told = np.einsum("dk,dk->d", inverse[:, 0, :], square[:, :, 0]) > 1.0 - 1e-6
    return np.where(is_told, found, np.nan)
