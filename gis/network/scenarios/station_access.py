"""Quicker or slower ways by car to and from railway stations."""

from dataclasses import dataclass, replace

from gis.core.errors import Problem
from gis.network.scenarios.case import Case

_FIELDS = {
    "parking_min": "parking_min",
    "drop_off_min": "drop_off_min",
    "exit_min": "station_exit_min",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StationAccess:
    """Access to and egress from railway stations by car takes more or less time.

    Only ways that end or begin at a station change, not drives from door to door; parking is the
    same at both, as in the parameters.

    Parameters
    ----------
    drive_factor
        Factor on the minutes of every drive to or from a station.
    parking_min, drop_off_min, exit_min
        Minutes to park, to be picked up, and from the train to the street.

    """

    drive_factor: float | None = None
    parking_min: float | None = None
    drop_off_min: float | None = None
    exit_min: float | None = None

    def problems(self, case: Case, *, where: str) -> list[Problem]:  # noqa: ARG002
        """Return nothing: every network has ways to its stations."""
        return []

    def apply(self, case: Case) -> Case:
        """Return the case with the other access."""
        given = {
            field: float(value)
            for name, field in _FIELDS.items()
            if (value := getattr(self, name)) is not None
        }
        if self.drive_factor is not None:
            given["station_drive_factor"] = case.parameters.station_drive_factor * self.drive_factor
        return replace(case, parameters=replace(case.parameters, **given))
