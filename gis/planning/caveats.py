"""Remarks that go with a verdict: why it cannot be decided, and what to know before quoting it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from gis.catalogue.goals import Measure, Reading
from gis.core.schemas import Definition, Mode
from gis.core.text import Language, text

TIMETABLE_YEAR = 2023  # the stopping patterns of the rail feed are of this year
COMPUTED_MEASURES = frozenset(
    {Measure.TRAVEL_TIME, Measure.DISTANCE, Measure.DIRECT_SERVICE, Measure.NETWORK_LENGTH}
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


def undecidable_remarks(reading: Reading, *, year: int) -> list[Remark]:
    """Return why a reading cannot be decided in a year; empty when it can."""
    if reading.needs_zh:
        return [
            Remark("verdict.caveat.needs", {"data": zh}, {"data": en})
            for zh, en in zip(reading.needs_zh, reading.needs_en, strict=True)
        ]
    if reading.threshold is None:
        return [Remark("verdict.caveat.no_threshold")]
    if reading.measure not in COMPUTED_MEASURES:
        return [_same("verdict.caveat.measure_not_computed", measure=reading.measure.value)]
    if reading.first_year is not None and year < reading.first_year:
        return [_same("verdict.caveat.first_year", year=reading.first_year)]
    return []


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
    reading: Reading, *, statistic: str, decisive: str, year: int, current_year: int
) -> list[Remark]:
    """Return the remarks that follow from how and for when a value was computed."""
    remarks = []
    if statistic != decisive:
        name = f"statistic.{decisive}"
        fields = ({"statistic": text(name)}, {"statistic": text(name, language="en")})
        remarks.append(Remark("verdict.caveat.statistic_not_decisive", *fields))
    if reading.measure is Measure.TRAVEL_TIME:
        if reading.mode is not Mode.CAR:
            remarks.append(Remark("verdict.caveat.synthetic_timetable"))
            if year < TIMETABLE_YEAR:
                remarks.append(Remark("verdict.caveat.past_pattern"))
        if reading.mode is Mode.CAR or reading.definition is Definition.DOOR_TO_DOOR:
            remarks.append(Remark("verdict.caveat.sketch_roads"))
    if year > current_year:
        remarks.append(_same("verdict.caveat.future_year", year=year))
    return remarks


def _same(key: str, **fields: object) -> Remark:
    return Remark(key, fields, fields)
