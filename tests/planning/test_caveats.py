"""What a verdict warns of, in both languages."""

import pandas as pd
import pytest

from gis.catalogue.goals import Measure, Reading
from gis.core.text import strings
from gis.planning.caveats import (
    COMPUTED_MEASURES,
    Remark,
    general_remarks,
    missing_remarks,
    undecidable_remarks,
)
from tests.planning.drawn_goals import BY_CAR, reading

PREFIX = "verdict.caveat."
DOOR_TO_DOOR = reading(definition="door_to_door")
DIRECT = reading(
    measure="direct_service", pairing="partner", catchment_km=5, unit="services", comparison=">="
)


def keys(remarks: list[Remark]) -> list[str]:
    return [remark.key.removeprefix(PREFIX) for remark in remarks]


def remarks_of(asked: Reading, *, year: int = 2026, statistic: str = "fastest") -> list[str]:
    return keys(
        general_remarks(
            asked, statistic=statistic, decisive="fastest", year=year, current_year=2026
        )
    )


def test_data_that_are_missing_are_named_one_by_one() -> None:
    asked = reading(needs_zh=["客流", "航线"], needs_en=["passengers", "routes"])
    remarks = undecidable_remarks(asked, year=2026)
    assert [remark.sentence("zh") for remark in remarks] == ["缺少数据：客流。", "缺少数据：航线。"]
    assert remarks[0].sentence("en") == "Data missing: passengers."


def test_data_alone_do_not_decide_what_is_not_computed() -> None:
    needed = {"needs_zh": ("实测路网",), "needs_en": ("a surveyed network",)}
    gaps = reading().model_copy(update={"measure": Measure.BORDER_GAPS, **needed})
    assert keys(undecidable_remarks(gaps, year=2026)) == ["needs", "measure_not_computed"]
    checked = reading().model_copy(update={"measure": Measure.CHECKLIST, **needed})
    assert keys(undecidable_remarks(checked, year=2026)) == ["needs"]


def test_no_number_in_the_text_cannot_be_decided() -> None:
    assert keys(undecidable_remarks(reading(threshold=None), year=2026)) == ["no_threshold"]


@pytest.mark.parametrize("measure", sorted(set(Measure) - COMPUTED_MEASURES))
def test_measures_not_computed_are_named_in_both_languages(measure: Measure) -> None:
    asked = reading().model_copy(update={"measure": measure})
    (remark,) = undecidable_remarks(asked, year=2026)
    assert measure.value not in remark.sentence("zh")
    assert remark.sentence("zh") != remark.sentence("en")


def test_a_reading_is_not_judged_before_its_first_year() -> None:
    asked = reading(first_year=2027)
    (remark,) = undecidable_remarks(asked, year=2026)
    assert remark.sentence("zh") == "本读法自2027年起适用，此前不作判定。"
    assert undecidable_remarks(asked, year=2027) == []


@pytest.mark.parametrize("mode", ["transit", "best"])
def test_public_transport_cannot_be_judged_on_roads_alone(mode: str) -> None:
    assert keys(undecidable_remarks(reading(mode=mode), year=2026, has_trains=False)) == [
        "no_trains"
    ]
    towns = {"kind": "townships", "ids": ["A"]}
    by_road = reading(**BY_CAR, origins=towns, destinations=towns)
    assert undecidable_remarks(by_road, year=2026, has_trains=False) == []


@pytest.mark.parametrize(
    "measure", ["direct_service", "shared_stations", "through_services", "transfer_time"]
)
def test_what_is_asked_of_trains_cannot_be_judged_on_roads_alone(measure: str) -> None:
    asked = reading().model_copy(update={"measure": Measure(measure), "mode": None})
    assert keys(undecidable_remarks(asked, year=2026, has_trains=False)) == ["no_trains"]
    assert undecidable_remarks(asked, year=2026) == []


def test_a_planners_own_roads_and_trains_are_not_called_the_products() -> None:
    asked = reading(definition="door_to_door", mode="best")
    own = {"source": "osm", "service_date": "2026-03-02", "own_timetable": True}
    remarks = general_remarks(
        asked,
        statistic="fastest",
        decisive="fastest",
        year=2021,
        current_year=2026,
        settings=own,
    )
    assert keys(remarks) == ["own_timetable", "spread_departures", "osm_roads"]
    assert "2026-03-02" in remarks[0].sentence("zh")
    trains_of_the_product = own | {"own_timetable": False}
    first, *_ = general_remarks(
        asked,
        statistic="fastest",
        decisive="fastest",
        year=2026,
        current_year=2026,
        settings=trains_of_the_product,
    )
    assert keys([first]) == ["synthetic_timetable"]


def test_stations_are_none_on_roads_alone() -> None:
    to_station = reading(**BY_CAR)
    assert keys(undecidable_remarks(to_station, year=2026, has_trains=False)) == ["no_trains"]


def test_missing_places_are_named_once() -> None:
    lost = pd.DataFrame(
        {"id": ["Y", "Z", "Y"], "name_zh": ["乙", "丙", "乙"], "name_en": ["Y", "Z", "Y"]}
    )
    (remark,) = missing_remarks(lost, year=2023)
    assert remark.sentence("zh") == "2023年的线网中没有乙、丙，按不可达计入。"
    assert remark.sentence("en") == "Not on the network of 2023, counted as unreachable: Y, Z."
    assert missing_remarks(lost.iloc[:0], year=2023) == []


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (reading(), ["synthetic_timetable", "both_ways"]),
        (reading(definition="station_to_station"), ["synthetic_timetable"]),
        (DOOR_TO_DOOR, ["synthetic_timetable", "spread_departures", "sketch_roads"]),
        (reading(**BY_CAR), ["sketch_roads"]),
        (reading(mode="best"), ["synthetic_timetable", "both_ways", "sketch_roads"]),
        (DIRECT, ["synthetic_timetable"]),
        (reading(measure="distance", unit="km"), []),
    ],
)
def test_remarks_follow_from_what_was_computed(asked: Reading, expected: list[str]) -> None:
    assert remarks_of(asked) == expected


def test_years_before_the_timetable_and_years_ahead_are_marked() -> None:
    assert remarks_of(reading(), year=2021) == ["synthetic_timetable", "past_pattern", "both_ways"]
    assert remarks_of(reading(), year=2027)[-1] == "future_year"
    assert "future_year" not in remarks_of(reading(), year=2026)


def test_other_statistics_say_which_one_decides() -> None:
    (first, *_) = general_remarks(
        reading(), statistic="median", decisive="fastest", year=2026, current_year=2026
    )
    assert first.sentence("zh") == "仅供对照；本读法按最快值判定。"
    assert first.sentence("en") == "For comparison; this reading is decided on the fastest."


def test_every_remark_of_the_catalogue_is_in_both_languages_with_the_same_fields() -> None:
    own = {key: message for key, message in strings().items() if key.startswith("verdict.")}
    assert len(own) > 15
    for key, message in own.items():
        fields = {
            language: sorted(part.split("}")[0] for part in message[language].split("{")[1:])
            for language in ("zh", "en")
        }
        assert fields["zh"] == fields["en"], key
        assert any("\u4e00" <= letter <= "\u9fff" for letter in message["zh"]), key
