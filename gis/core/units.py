"""Units and their conversions."""

SECONDS_PER_MINUTE = 60.0
MINUTES_PER_HOUR = 60.0
METRES_PER_KILOMETRE = 1000.0
PER_CENT = 100.0  # of one
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
