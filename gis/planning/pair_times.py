"""Minutes of every pair of a reading on the network of a year."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import pandas as pd

from gis.access.legs import make_leg
from gis.access.travel_times import travel_times
from gis.catalogue.goals import PlaceKind, PlaceSet, Reading
from gis.catalogue.parameters import TravelParameters
from gis.core.schemas import Definition, Mode, Statistic
from gis.core.text import text
from gis.core.units import seconds_from_minutes
from gis.network.model import Network
from gis.planning.place_sets import PlaceBook, resolve_places

KEYS = ["origin", "destination", "statistic"]
TERMINAL = "terminal"  # mode of the leg that stands for parking and the like


def reading_points(
    place_set: PlaceSet, book: PlaceBook, network: Network
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the points of a place set that are on the network of its year, and the others.

    Only stations can be off the network: those no trip of the year serves. A station stands for
    itself, whatever other station is nearer to its point (``stop_id``).
    """
    points = resolve_places(place_set, book)
    if place_set.kind is not PlaceKind.STATIONS:
        return points, points.iloc[:0]
    points = points.assign(stop_id=points["id"])
    served = points["id"].isin(_served_stops(network))
    return points[served].reset_index(drop=True), points[~served].reset_index(drop=True)


def pair_times(
    network: Network,
    *,
    origins: pd.DataFrame,
    destinations: pd.DataFrame,
    reading: Reading,
    parameters: TravelParameters,
    with_legs: bool = False,
) -> pd.DataFrame:
    """Return minutes of every origin with every destination.

    Parameters
    ----------
    network
        Network of the year.
    origins, destinations
        Points with ``id, lon, lat`` (WGS84).
    reading
        Mode, definition, statistics, peak and extra minutes.
    parameters
        Waits and walks.
    with_legs
        Whether to give the journeys leg by leg, at some cost in time.

    Returns
    -------
    DataFrame
        ``origin, destination, statistic, minutes, legs``; NaN where unreachable. With mode
        ``best`` each statistic is the smaller of car and public transport. The legs of a journey
        add up to its minutes: parking and extra minutes are a leg of their own.

    """
    if reading.mode is None or reading.definition is None or origins.empty or destinations.empty:
        return pd.DataFrame(columns=[*KEYS, "minutes", "legs"]).astype({"minutes": float})
    times = travel_times(
        network,
        origins,
        destinations,
        mode=reading.mode,
        definition=reading.definition,
        statistics=reading.statistics or (Statistic.FASTEST,),
        peak=reading.peak,
        terminal_minutes=terminal_minutes(reading, parameters),
        parameters=parameters,
        with_legs=with_legs,
    )
    times["minutes"] += reading.extra_minutes
    if with_legs:
        reached = times["minutes"].notna()
        whole = [
            _whole(legs, reading, parameters) if is_reached else []
            for legs, is_reached in zip(times["legs"], reached, strict=True)
        ]
        times["legs"] = pd.Series(whole, index=times.index, dtype=object)
    return times[[*KEYS, "minutes", *(["legs"] if with_legs else [])]]


def terminal_minutes(reading: Reading, parameters: TravelParameters) -> float:
    """Return what a drive takes beyond the driving: parking, when it goes from door to door."""
    is_whole_journey = reading.definition is Definition.DOOR_TO_DOOR
    return parameters.parking_min if is_whole_journey else 0.0


@lru_cache(maxsize=6)
def _served_stops(network: Network) -> frozenset[str]:
    """Return the stops at which a trip calls; every reading asks for them."""
    return frozenset(network.feed.stop_times["stop_id"].astype(str).unique())


def _whole(
    legs: Sequence[Mapping[str, Any]], reading: Reading, parameters: TravelParameters
) -> list[Mapping[str, Any]]:
    """Return the legs of a journey with what is added to its movements as a last leg."""
    is_drive = reading.mode is Mode.CAR or (
        bool(legs) and all(leg["mode"] == Mode.CAR.value for leg in legs)
    )
    added = reading.extra_minutes + is_drive * terminal_minutes(reading, parameters)
    if not added:
        return list(legs)
    names = {
        f"from_{language}": text("verdict.leg.terminal", language=language)
        for language in ("zh", "en")
    }
    return [*legs, make_leg(TERMINAL, "", "", seconds_from_minutes(added), **names)]
