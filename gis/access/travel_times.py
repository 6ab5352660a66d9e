"""Travel times between places, by car or by public transport, as one long table.

Definitions
-----------
*Car*: the quickest drive by road, free-flow or peak, with the ways between the places and the
roads. Parking or the like is what ``terminal_minutes`` adds. There is one drive, whatever the
statistic and the definition.

*Public transport, in vehicle*: minutes from departure at the one station to arrival at the other
aboard one train, over all direct trains of the day, there and back: a time circle is a statement
about two cities.

*Public transport, station to station*: minutes from the departure of the first vehicle at the one
station to the arrival of the last at the other, changes included, over all journeys of the day
that no other beats by leaving later and arriving no later (the Pareto set), each counted once.

*Public transport, door to door*: minutes from leaving the one place to being at the other.
Passengers who take a train know the timetable: they leave as late as they can to be at the station
a boarding buffer before departure. Metro and tram are boarded at random, so half the headway comes
on top (:func:`gis.access.services.make_services`). For every wanted departure in the window, one
each ``departure_step_min``, a passenger takes the journey that leaves next and is not beaten by a
later one; waiting at home for it is not travel, but when nothing leaves within
``longest_wait_min`` there is no journey. The statistic is taken over the wanted departures. Near
places are walked between where that is quicker.

For the two station definitions a place stands for its nearest railway station with trains, or for
the station its ``stop_id`` names. Statistics are nearest-rank
(:func:`gis.access.journeys.pick`): each is the time of a real journey, told in ``legs``.
"""

from collections.abc import Sequence

import pandas as pd

from gis.access.roads import drives
from gis.access.transit_times import PART_COLUMNS, door_to_door_times, station_times
from gis.catalogue.parameters import TravelParameters
from gis.core.schemas import Definition, Mode, Statistic
from gis.core.units import METRES_PER_KILOMETRE, SECONDS_PER_MINUTE
from gis.network.model import Network, check_has_trains

COLUMNS = ("origin", "destination", "mode", "definition", "statistic", "minutes", "distance_km")


def travel_times(
    network: Network,
    origins: pd.DataFrame,
    destinations: pd.DataFrame,
    *,
    mode: Mode,
    parameters: TravelParameters,
    definition: Definition = Definition.DOOR_TO_DOOR,
    statistics: Sequence[Statistic] = (Statistic.MEDIAN,),
    peak: bool = False,
    window_min: tuple[float, float] | None = None,
    terminal_minutes: float = 0.0,
    with_parts: bool = False,
    with_legs: bool = False,
) -> pd.DataFrame:
    """Return the travel time from every origin to every destination.

    Parameters
    ----------
    network
        The network.
    origins, destinations
        ``id, lon, lat`` (WGS84); optionally ``stop_id`` for the station a place stands for.
    mode
        ``car``, ``transit``, or ``best``: the quicker of the two for each statistic.
    parameters
        Buffers, changes, speeds and windows.
    definition
        Which part of a journey by public transport counts (see the module).
    statistics
        Which of the journeys to report.
    peak
        Peak road times, and the morning window of departures instead of the off-peak one.
    window_min
        Another departure window, minutes after midnight, its end not included.
    terminal_minutes
        Minutes added to every drive, for parking or being set down.
    with_parts
        Whether to tell what the minutes are made of.
    with_legs
        Whether to tell the journeys leg by leg.

    Returns
    -------
    pandas.DataFrame
        ``origin, destination, mode, definition, statistic, minutes, distance_km`` and, if asked
        for, parts and legs; one row an origin, destination and statistic, in this order. NaN
        where there is no journey. Parts are ``rides`` (vehicles boarded) and minutes that add up
        to ``minutes``: ``access_min`` to the first stop, ``waiting_min`` before vehicles, changes
        on foot included, ``riding_min`` aboard and ``egress_min`` from the last vehicle. A walk
        without any vehicle is access, a drive by car riding without rides. ``legs`` are dicts
        with ``mode, from, to, minutes, line``.

    Raises
    ------
    InputError
        If public transport is asked for on a network that has none.

    """
    if mode is not Mode.CAR:
        check_has_trains(network)
    if mode is Mode.BEST:
        single = {
            each: travel_times(
                network,
                origins,
                destinations,
                mode=each,
                parameters=parameters,
                definition=definition,
                statistics=statistics,
                peak=peak,
                window_min=window_min,
                terminal_minutes=terminal_minutes,
                with_parts=with_parts,
                with_legs=with_legs,
            )
            for each in (Mode.CAR, Mode.TRANSIT)
        }
        return _quicker(single[Mode.CAR], single[Mode.TRANSIT])
    if mode is Mode.CAR:
        table = _car_times(
            network,
            origins,
            destinations,
            parameters=parameters,
            statistics=statistics,
            peak=peak,
            terminal_minutes=terminal_minutes,
            with_legs=with_legs,
        )
        if with_parts:
            table = _with_drives_as_parts(table)
    elif definition is Definition.DOOR_TO_DOOR:
        table = door_to_door_times(
            network,
            origins,
            destinations,
            parameters=parameters,
            statistics=statistics,
            peak=peak,
            window_min=window_min or departure_window_min(parameters, peak=peak),
            with_parts=with_parts,
            with_legs=with_legs,
        )
    else:
        table = station_times(
            network,
            origins,
            destinations,
            parameters=parameters,
            definition=definition,
            statistics=statistics,
            window_min=window_min,
            with_parts=with_parts,
            with_legs=with_legs,
        )
    table["mode"], table["definition"] = mode.value, definition.value
    parts = PART_COLUMNS if with_parts else ()
    return table[[*COLUMNS, *parts, *(["legs"] if with_legs else [])]]


def departure_window_min(parameters: TravelParameters, *, peak: bool) -> tuple[float, float]:
    """Return the departure window in minutes after midnight, its end not included."""
    if peak:
        return parameters.peak_start_min, parameters.peak_end_min
    return parameters.off_peak_start_min, parameters.off_peak_end_min


def _car_times(
    network: Network,
    origins: pd.DataFrame,
    destinations: pd.DataFrame,
    *,
    parameters: TravelParameters,
    statistics: Sequence[Statistic],
    peak: bool,
    terminal_minutes: float,
    with_legs: bool,
) -> pd.DataFrame:
    found = drives(
        network, origins, destinations, parameters=parameters, peak=peak, with_legs=with_legs
    )
    names = ["origin", "destination", "statistic"]
    table = pd.MultiIndex.from_product(
        [range(len(origins)), range(len(destinations)), [one.value for one in statistics]],
        names=names,
    ).to_frame(index=False)
    rows, columns = table["origin"].to_numpy(), table["destination"].to_numpy()
    table["minutes"] = found.seconds[rows, columns] / SECONDS_PER_MINUTE + terminal_minutes
    table["distance_km"] = found.metres[rows, columns] / METRES_PER_KILOMETRE
    if with_legs:
        pairs = zip(rows.tolist(), columns.tolist(), strict=True)
        table["legs"] = pd.Series([list(found.legs.get(pair, ())) for pair in pairs], dtype=object)
    table["origin"] = origins["id"].to_numpy()[rows]
    table["destination"] = destinations["id"].to_numpy()[columns]
    return table


def _with_drives_as_parts(table: pd.DataFrame) -> pd.DataFrame:
    nothing = table["minutes"].where(table["minutes"].isna(), 0.0)
    return table.assign(**dict.fromkeys(PART_COLUMNS, nothing)).assign(riding_min=table["minutes"])


def _quicker(car: pd.DataFrame, transit: pd.DataFrame) -> pd.DataFrame:
    by_car = (car["minutes"] <= transit["minutes"]) | transit["minutes"].isna()
    best = transit.copy()
    best.loc[by_car] = car.loc[by_car]
    best["mode"] = Mode.BEST.value
    return best
