"""The record of a verdict: the keys of the interface, rounding, languages."""

import json
from dataclasses import replace

from gis.core.schemas import Basis, Certainty, VerdictWord
from gis.planning.verdict import Evidence, Verdict, verdict_record

INTERFACE = (  # what other programs rely on; further keys may stand beside them
    "goal",
    "reading",
    "statistic",
    "year",
    "value",
    "unit",
    "threshold",
    "comparison",
    "verdict",
    "margin",
    "population_share",
    "probability",
    "document",
    "clause",
    "basis",
    "caveats",
    "evidence",
)
OF_EVIDENCE = ("origin", "destination", "minutes", "legs")
ROW = Evidence(
    origin="P",
    destination="Q",
    origin_zh="甲",
    origin_en="A",
    destination_zh="乙",
    destination_en="B",
    minutes=33.33333,
    is_within=False,
    people=12,
    legs=({"mode": "rail", "from": "甲", "to": "乙", "minutes": 33.33333, "line": "G1"},),
)
VERDICT = Verdict(
    goal="G-T01",
    reading="A",
    statistic="fastest",
    year=2023,
    value=33.33333,
    unit="min",
    threshold=30.0,
    comparison="<=",
    verdict=VerdictWord.PARTLY_MET,
    margin=-3.33333,
    decisive=True,
    share=2 / 3,
    required_share=1.0,
    population_share=0.123456,
    pairs=3,
    document="D-002",
    clause="主要目标",
    key_words="半小时交通圈",
    basis=Basis.INFERRED,
    certainty=Certainty.MEDIUM,
    caveats_zh=("甲",),
    caveats_en=("a",),
    evidence=(ROW,),
)


def test_the_keys_of_the_interface_are_there() -> None:
    record = verdict_record(VERDICT)
    assert set(INTERFACE) <= record.keys()
    assert record.keys() - set(INTERFACE) == {
        "decisive",
        "share",
        "required_share",
        "pairs",
        "key_words",
        "certainty",
        "caveats_zh",
        "caveats_en",
        "draws",
        "value_low",
        "value_high",
        "hinges",
    }
    (row,) = record["evidence"]
    assert set(OF_EVIDENCE) <= row.keys()
    names = {f"{end}_{language}" for end in ("origin", "destination") for language in ("zh", "en")}
    assert row.keys() - set(OF_EVIDENCE) == names | {"within", "counted", "people"}


def test_numbers_are_rounded_and_words_are_plain() -> None:
    record = verdict_record(VERDICT)
    assert (record["value"], record["margin"]) == (33.33, -3.33)
    assert (record["share"], record["population_share"]) == (0.6667, 0.1235)
    assert (record["verdict"], record["basis"]) == ("partly met", "inferred")
    assert record["evidence"][0]["minutes"] == 33.33
    assert json.loads(json.dumps(record, allow_nan=False)) == record


def test_minus_nothing_is_nothing() -> None:
    record = verdict_record(replace(VERDICT, margin=-0.001))
    assert str(record["margin"]) == "0.0"


def test_what_is_not_known_is_null() -> None:
    unknown = replace(VERDICT, value=None, margin=None, share=None, threshold=None, evidence=())
    record = verdict_record(unknown)
    assert [record[key] for key in ("value", "margin", "share", "threshold", "probability")] == (
        [None] * 5
    )
    assert record["evidence"] == []


def test_remarks_are_in_the_language_asked_for_and_in_both() -> None:
    assert verdict_record(VERDICT)["caveats"] == ["甲"]
    english = verdict_record(VERDICT, language="en")
    assert english["caveats"] == ["a"]
    assert (english["caveats_zh"], english["caveats_en"]) == (["甲"], ["a"])
