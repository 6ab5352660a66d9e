"""Conversions of units."""

from gis.core.units import travel_seconds


def test_thirty_kilometres_at_sixty_take_half_an_hour() -> None:
    assert travel_seconds(30_000, 60) == 1800
