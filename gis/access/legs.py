"""A journey told leg by leg, as evidence for its minutes."""

from typing import Any

from gis.access.services import Services
from gis.core.schemas import Mode
from gis.core.units import METRES_PER_KILOMETRE, minutes_from_seconds
from gis.routing.connection_scan import Onward, rides

Leg = dict[str, Any]

WALK, WAIT, CHANGE = "walk", "wait", "change"


def make_leg(mode: str, start: str, end: str, seconds: float, **details: object) -> Leg:
    """Return one leg: ``mode, from, to, minutes, line`` and further details."""
    return {
        "mode": mode,
        "from": start,
        "to": end,
        "minutes": minutes_from_seconds(float(seconds)),
        "line": "",
        **details,
    }


def ride_legs(services: Services, onward: Onward, connection: int) -> list[Leg]:
    """Return the rides of a journey and the changes between them.

    Parameters
    ----------
    services
        Public transport.
    onward
        The scan the journey was found in.
    connection
        The connection boarded first.

    """
    timetable, names = services.timetable, services.names
    legs: list[Leg] = []
    previous: int | None = None
    for first, last in rides(timetable, onward, connection):
        start, end = int(timetable.from_stop[first]), int(timetable.to_stop[last])
        departure, arrival = int(timetable.departure_s[first]), int(timetable.arrival_s[last])
        if previous is not None:
            waited = departure - int(timetable.arrival_s[previous])
            place = names[timetable.to_stop[previous]]
            legs.append(make_leg(CHANGE, place, names[start], waited))
        trip, times_s = int(timetable.trip[first]), (departure, arrival)
        legs.append(_ride(services, trip, stops=(start, end), times_s=times_s))
        previous = last
    return legs


def direct_leg(services: Services, first_call: int, last_call: int) -> Leg:
    """Return the ride from one call of a trip to a later one of it."""
    trip = int(services.call_trip[first_call])
    stops = int(services.call_stop[first_call]), int(services.call_stop[last_call])
    times_s = (
        int(services.call_departure_s[first_call]),
        int(services.call_arrival_s[last_call]),
    )
    return _ride(services, trip, stops=stops, times_s=times_s)


def access_leg(start: str, end: str, seconds: float, metres: float, *, by_car: bool) -> Leg:
    """Return the way to or from a stop."""
    mode = Mode.CAR.value if by_car else WALK
    return make_leg(mode, start, end, seconds, distance_km=metres / METRES_PER_KILOMETRE)


def clock(seconds: float) -> str:
    """Return seconds after midnight as HH:MM, above 24:00 past midnight."""
    minutes = round(seconds / 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _ride(
    services: Services, trip: int, *, stops: tuple[int, int], times_s: tuple[int, int]
) -> Leg:
    names = services.names
    return make_leg(
        str(services.trip_kind[trip]),
        names[stops[0]],
        names[stops[1]],
        times_s[1] - times_s[0],
        line=str(services.trip_line[trip]),
        departure=clock(times_s[0]),
        arrival=clock(times_s[1]),
    )
