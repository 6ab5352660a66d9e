"""Units, their conversions and the one reading of "within"."""

SECONDS_PER_MINUTE = 60.0
METRES_PER_KILOMETRE = 1000.0
SQUARE_METRES_PER_SQUARE_KILOMETRE = 1e6
DECISECONDS_PER_MINUTE = 600


def minutes_from_seconds(seconds: float) -> float:
    """Convert seconds to minutes."""
    return seconds / SECONDS_PER_MINUTE


def seconds_from_minutes(minutes: float) -> float:
    """Convert minutes to seconds."""
    return minutes * SECONDS_PER_MINUTE


def travel_seconds(length_m: float, speed_kmh: float) -> float:
    """Return the seconds needed for a length in metres at a speed in km/h."""
    return length_m / METRES_PER_KILOMETRE / speed_kmh * 3600.0


def is_within(minutes: float, threshold_minutes: float) -> bool:
    """Tell whether a time is within a threshold: exactly on it counts, a decisecond over does not.

    Both sides are rounded to whole deciseconds, the unit of the routing kernels, so that a sum of
    floating-point legs cannot miss its own threshold. NaN (unreachable) is never within.
    """
    if minutes != minutes:  # noqa: PLR0124 - NaN without importing numpy for one scalar
        return False
    return round(minutes * DECISECONDS_PER_MINUTE) <= round(
        threshold_minutes * DECISECONDS_PER_MINUTE
    )
