"""Travel parameters: waits, walks and windows that turn a timetable into a journey.

Each value stands in ``seeds/parameters.yaml`` with its unit, a plausible range, and a source or a
stated assumption. Computing code takes the frozen :class:`TravelParameters`; what explains or
varies them takes the entries.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from gis.catalogue.tables import Row, Text, read_entries
from gis.core.errors import Problem, raise_problems
from gis.core.paths import seeds_dir
from gis.core.schemas import Certainty

FILE_NAME = "parameters.yaml"


class Parameter(Row):
    """One travel parameter with its range and where it comes from.

    Parameters
    ----------
    id
        Name of the field of :class:`TravelParameters`.
    name_zh, name_en
        Name shown to planners.
    value, low, high, unit
        Value used, and the range in which it plausibly lies (for the confidence of verdicts).
    source_id
        Row of the source tables; ``SRC-CAT-ASSUMPTION`` for an assumption.
    certainty
        How far to trust the value.
    varies
        Whether the value is an input that may be off, not a convention or a bound of the search.
    note_zh, note_en
        Source in words, or the assumption and its reason.

    """

    id: Text
    name_zh: Text
    name_en: Text
    value: float
    low: float
    high: float
    unit: Text
    source_id: Text
    certainty: Certainty
    varies: bool = True
    note_zh: Text
    note_en: Text

    @model_validator(mode="after")
    def _lies_in_range(self) -> Self:
        if not self.low <= self.value <= self.high:
            context = {"value": self.value, "low": self.low, "high": self.high}
            raise PydanticCustomError("error.parameter_range", "range", context)
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class TravelParameters:
    """Values of all travel parameters; units are in the names.

    Parameters
    ----------
    boarding_buffer_min
        Minutes between arriving at a railway station and the departure of the train.
    metro_boarding_min
        Minutes from the street to a metro or tram platform.
    station_exit_min, metro_exit_min
        Minutes from the train to the street.
    rail_transfer_min, metro_transfer_min, rail_metro_transfer_min
        Least minutes to change between trains, metro lines, or the two systems at one place.
    dwell_min
        Minutes a train stands at a stop when the timetable does not say.
    walk_kmh, access_detour
        Walking speed, and street length against the straight line.
    max_walk_min, max_access_min
        Longest walk, and longest drive, to or from a station.
    local_drive_kmh
        Speed by car off the roads of the network: village lanes, residential streets.
    max_off_network_km
        How far isochrones reach beyond the roads of the network.
    longest_wait_min
        A wanted departure with no journey that leaves within this counts as unserved.
    parking_min
        Minutes to park and walk at the end of a car journey, at each end where a car is left.
    drop_off_min
        Minutes to be set down at, or picked up from, a station.
    station_drive_factor
        Factor on the minutes by car to and from railway stations; scenarios change it.
    peak_factor
        Factor on free-flow road times in the peak where the road class states none.
    peak_start_min, peak_end_min, off_peak_start_min, off_peak_end_min
        Departure windows, minutes after midnight.
    departure_step_min
        Step between departures in a window.
    service_start_min, service_end_min
        The day over which station-to-station statistics count trains, minutes after midnight.

    """

    boarding_buffer_min: float
    metro_boarding_min: float
    station_exit_min: float
    metro_exit_min: float
    rail_transfer_min: float
    metro_transfer_min: float
    rail_metro_transfer_min: float
    dwell_min: float
    walk_kmh: float
    access_detour: float
    max_walk_min: float
    max_access_min: float
    local_drive_kmh: float
    max_off_network_km: float
    longest_wait_min: float
    parking_min: float
    drop_off_min: float
    peak_factor: float
    peak_start_min: float
    peak_end_min: float
    off_peak_start_min: float
    off_peak_end_min: float
    departure_step_min: float
    service_start_min: float
    service_end_min: float
    station_drive_factor: float = 1.0


def load_parameter_entries(seeds: Path | None = None) -> tuple[Parameter, ...]:
    """Return the entries of the file, with ranges and notes.

    Raises
    ------
    InputError
        With every problem: faulty, unknown or missing parameters.

    """
    path = (seeds or seeds_dir()) / FILE_NAME
    entries = read_entries(path, Parameter, list_key="parameters", place=_place)
    names = {field.name for field in fields(TravelParameters)}
    given = {entry.id for entry in entries}
    raise_problems(
        [
            *(
                Problem(f"{path.name} parameter {name}", "error.field_unknown")
                for name in sorted(given - names)
            ),
            *(
                Problem(path.name, "error.parameter_missing", {"id": name})
                for name in sorted(names - given)
            ),
        ]
    )
    return entries


def load_parameters(seeds: Path | None = None) -> TravelParameters:
    """Return the values of all travel parameters.

    Parameters
    ----------
    seeds
        Folder of the seed tables; the product's own by default.

    Raises
    ------
    InputError
        With every problem of the file.

    """
    return travel_parameters(load_parameter_entries(seeds))


def travel_parameters(entries: Iterable[Parameter]) -> TravelParameters:
    """Return the values of a full set of entries."""
    return TravelParameters(**{entry.id: entry.value for entry in entries})


def _place(entry: Mapping[str, Any], path: Sequence[int | str]) -> str:
    words = [f"parameter {entry.get('id', '?')}"]
    if path:
        words.append("field " + ".".join(str(part) for part in path))
    return " ".join(words)
