"""Other waits, walks and windows."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from gis.catalogue.parameters import TravelParameters
from gis.core.errors import Problem
from gis.network.scenarios.case import Case

# Built into networks, or changed by a change of its own.
BUILT_IN = frozenset(
    {
        "access_detour",
        "dwell_min",
        "metro_transfer_min",
        "peak_factor",
        "rail_metro_transfer_min",
        "rail_transfer_min",
    }
)
_NEVER_ZERO = frozenset(
    {"departure_step_min", "local_drive_kmh", "station_drive_factor", "walk_kmh"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterValues:
    """Travel parameters take other values.

    Parameters
    ----------
    values
        Name of a field of :class:`~gis.catalogue.parameters.TravelParameters` -> its value. Those
        that networks are built with cannot be changed afterwards.

    """

    values: Mapping[str, float]

    def problems(self, case: Case, *, where: str) -> list[Problem]:  # noqa: ARG002
        """Return unknown names, and values that a parameter cannot have."""
        known = sorted({field.name for field in fields(TravelParameters)} - BUILT_IN)
        unknown = [
            Problem(
                f"{where} field values",
                "error.not_a_choice",
                {"value": name, "expected": ", ".join(known)},
            )
            for name in self.values
            if name not in known
        ]
        zero = [
            Problem(
                f"{where} field values.{name}",
                "error.out_of_range",
                {"value": value, "limit": "> 0"},
            )
            for name, value in self.values.items()
            if name in _NEVER_ZERO and value <= 0
        ]
        return [*unknown, *zero]

    def apply(self, case: Case) -> Case:
        """Return the case with the other values."""
        return replace(case, parameters=replace(case.parameters, **dict(self.values)))
