"""Remarks that go with a verdict: why it cannot be decided, and what to know before quoting it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import pandas as pd

from gis.catalogue.goals import Measure, PlaceKind, Reading
from gis.core.schemas import Definition, Mode
from gis.core.text import Language, text
from gis.network.rail import BASE_YEAR

COMPUTED_MEASURES = frozenset(
    {
        Measure.TRAVEL_TIME,
        Measure.DISTANCE,
        Measure.DETOUR,
        Measure.DIRECT_SERVICE,
        Measure.SERVICE_ACCESS,
        Measure.TRANSFER_TIME,
        Measure.NETWORK_LENGTH,
        Measure.CONNECTIVITY,
        Measure.SHARED_STATIONS,
        Measure.THROUGH_SERVICES,
        Measure.COMBINATION,
        Measure.FLIGHT_TIME,
        Measure.MILESTONE,
        Measure.STATISTIC,
    }
)
# What does not depend on the network of a year.
_OFF_NETWORK = frozenset({Measure.FLIGHT_TIME, Measure.MILESTONE, Measure.STATISTIC})
# What cannot be asked of roads alone, whatever the means of travel.
_OF_TRAINS = frozenset(
    {
        Measure.DIRECT_SERVICE,
        Measure.SHARED_STATIONS,
        Measure.THROUGH_SERVICES,
        Measure.TRANSFER_TIME,
    }
)


@dataclass(frozen=True, slots=True)
class Remark:
    """A message of the string catalogue, with the fields that fill it in each language."""

    key: str
    fields_zh: Mapping[str, object] = field(default_factory=dict)
    fields_en: Mapping[str, object] = field(default_factory=dict)

    def sentence(self, language: Language) -> str:
        """Return the remark in a language."""
        fields = self.fields_en if language == "en" else self.fields_zh
        return text(self.key, language=language, **fields)


def undecidable_remarks(
    reading: Reading, *, year: int, has_trains: bool = True, has_data: bool = False
) -> list[Remark]:
    """Return why a reading cannot be decided on the network of a year; empty when it can.

    Parameters
    ----------
    reading
        The reading.
    year
        Year of the network.
    has_trains
        Whether the network has any.
    has_data
        Whether the data that a reading needs are at hand: its official figure was uploaded, or
        the network has its points of service.

    """
    not_computed = []
    if reading.measure not in COMPUTED_MEASURES:
        name = f"measure.{reading.measure}"
        not_computed = [_named("verdict.caveat.measure_not_computed", measure=name)]
    if reading.needs_zh and not has_data:
        needs = [
            Remark("verdict.caveat.needs", {"data": zh}, {"data": en})
            for zh, en in zip(reading.needs_zh, reading.needs_en, strict=True)
        ]
        # Data alone would not decide what is not computed; a checklist is gone through by people.
        return needs if reading.measure is Measure.CHECKLIST else needs + not_computed
    if reading.threshold is None:
        return [Remark("verdict.caveat.no_threshold")]
    if not_computed:
        return not_computed
    if reading.first_year is not None and year < reading.first_year:
        return [_same("verdict.caveat.first_year", year=reading.first_year)]
    if not has_trains and _asks_for_trains(reading):
        return [_same("verdict.caveat.no_trains", year=year)]
    return []


def _asks_for_trains(reading: Reading) -> bool:
    """Tell whether roads alone cannot decide: a station is one only where trains call."""
    ends = (reading.origins, reading.destinations)
    to_stations = any(end is not None and end.kind is PlaceKind.STATIONS for end in ends)
    by_train = reading.mode in {Mode.TRANSIT, Mode.BEST}
    return reading.measure in _OF_TRAINS or by_train or to_stations


def missing_remarks(missing: pd.DataFrame, *, year: int) -> list[Remark]:
    """Return a remark that names the places off the network of a year, if there are any.

    Parameters
    ----------
    missing
        ``id, name_zh, name_en``.
    year
        The year.

    """
    if missing.empty:
        return []
    names = missing.drop_duplicates("id")
    return [
        Remark(
            "verdict.caveat.not_on_network",
            {"year": year, "names": "、".join(names["name_zh"])},
            {"year": year, "names": ", ".join(names["name_en"])},
        )
    ]


def general_remarks(
    reading: Reading,
    *,
    statistic: str,
    decisive: str,
    year: int,
    current_year: int,
    settings: Mapping[str, object] = MappingProxyType({}),
) -> list[Remark]:
    """Return the remarks that follow from how and for when a value was computed.

    Parameters
    ----------
    reading
        The reading.
    statistic, decisive
        The statistic judged, and the one the reading hangs on.
    year, current_year
        Year of the verdict, and the one after which years lie ahead.
    settings
        How the network was made (its manifest): a planner's own roads and timetables are not
        called the product's.

    """
    own_day = settings.get("service_date") if settings.get("own_timetable") else None
    remarks = []
    if statistic != decisive:
        name = f"statistic.{decisive}"
        remarks.append(_named("verdict.caveat.statistic_not_decisive", statistic=name))
    is_timed = reading.measure in {Measure.TRAVEL_TIME, Measure.CONNECTIVITY}
    runs_trains = reading.measure in {Measure.DIRECT_SERVICE, Measure.TRANSFER_TIME}
    if runs_trains or (is_timed and reading.mode is not Mode.CAR):
        if own_day:
            remarks.append(_same("verdict.caveat.own_timetable", day=own_day))
        else:
            remarks.append(Remark("verdict.caveat.synthetic_timetable"))
        if year < BASE_YEAR and not own_day:
            remarks.append(_same("verdict.caveat.past_pattern", year=year))
        if is_timed and reading.definition is Definition.IN_VEHICLE:
            remarks.append(Remark("verdict.caveat.both_ways"))
        if is_timed and reading.definition is Definition.DOOR_TO_DOOR:
            remarks.append(Remark("verdict.caveat.spread_departures"))
    drives = reading.mode is not Mode.TRANSIT or reading.definition is Definition.DOOR_TO_DOOR
    if reading.measure is Measure.DETOUR or (is_timed and drives):
        is_osm = settings.get("source") == "osm"
        remarks.append(Remark(f"verdict.caveat.{'osm' if is_osm else 'sketch'}_roads"))
    if year > current_year and reading.measure not in _OFF_NETWORK:
        remarks.append(_same("verdict.caveat.future_year", year=year))
    return remarks


def _same(key: str, **fields: object) -> Remark:
    return Remark(key, fields, fields)


def _named(key: str, **names: str) -> Remark:
    """Return a remark whose fields are messages themselves."""
    return Remark(
        key,
        {field: text(name) for field, name in names.items()},
        {field: text(name, language="en") for field, name in names.items()},
    )
