from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.catalogue.tables import (
    KEY_WORDS_LIMIT,
    KeyWords,
    Lon,
    Route,
    Row,
    Text,
    TextList,
    Waypoint,
    Year,
    read_entries,
    read_rows,
    read_yaml,
    repeated,
    unknown_ids,
)
from gis.core.errors import InputError
from gis.core.schemas import Status


class Line(Row):
    id: Text
    status: Status
    year: Year | None = None
    lon: Lon | None = None
    key_words: KeyWords = ""
    members: TextList = ()
    route: Route = ()
    toll: bool = False


HEADER = "id,status,year,lon,key_words,members,route,toll\n"


def write(folder: Path, text: str, *, name: str = "lines.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def problems_of(path: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_rows(path, Line)
    return [problem.line(language="en") for problem in caught.value.problems]


def test_cells_become_typed_values(tmp_path: Path) -> None:
    text = HEADER + "A,open,2024,120.5,半小时,X; Y ;,甲:120.1,true\n"
    path = write(tmp_path, text.replace("甲:120.1", '"甲:120.1,30.2 | 乙(丙:丁):121,30"'))
    (row,) = read_rows(path, Line)
    assert row.status is Status.OPEN
    assert row.year == 2024
    assert row.members == ("X", "Y")
    assert row.route == (
        Waypoint(name="甲", lon=120.1, lat=30.2),
        Waypoint(name="乙(丙:丁)", lon=121.0, lat=30.0),
    )
    assert row.toll


def test_an_empty_cell_is_the_default(tmp_path: Path) -> None:
    (row,) = read_rows(write(tmp_path, HEADER + "A,open,,,,,,\n"), Line)
    assert row.year is None
    assert row.members == ()


def test_a_table_saved_as_gbk_opens(tmp_path: Path) -> None:
    path = write(tmp_path, HEADER + "甲,open,,,断头路,,,\n", encoding="gbk")
    assert read_rows(path, Line)[0].key_words == "断头路"


def test_every_fault_of_a_table_is_reported_with_row_and_column(tmp_path: Path) -> None:
    rows = [
        ",open,,,,,,",
        "B,opened,,,,,,",
        "C,open,soon,,,,,",
        "D,open,2024.5,,,,,",
        "E,open,,30.2,,,,",
        f"F,open,,,{'字' * (KEY_WORDS_LIMIT + 1)},,,",
        'G,open,,,,,"甲:30.2,120.1",',
        "H,open,,,,,甲 120.1 30.2,",
        "I,open,,,,,,maybe",
        "J,open,1800,,,,,",
    ]
    lines = problems_of(write(tmp_path, HEADER + "\n".join(rows) + "\n"))
    assert [line.split(":")[0] for line in lines] == [
        "lines.csv row 2 column id",
        "lines.csv row 3 column status",
        "lines.csv row 4 column year",
        "lines.csv row 5 column year",
        "lines.csv row 6 column lon",
        "lines.csv row 7 column key_words",
        "lines.csv row 8 column route",
        "lines.csv row 9 column route",
        "lines.csv row 10 column toll",
        "lines.csv row 11 column year",
    ]
    assert "choose from: open, partly_open" in lines[1]
    assert "not a whole number" in lines[2]
    assert "out of range (≥ 116.0)" in lines[4]
    assert "31 characters, more than 30" in lines[5]
    assert "swapped" in lines[6]
    assert "name:lon,lat" in lines[7]


def test_unknown_and_missing_columns_are_named(tmp_path: Path) -> None:
    assert problems_of(write(tmp_path, "id,status,colour\nA,open,red\n")) == [
        "lines.csv column colour: is not a known field. Check the spelling or remove it."
    ]
    (line,) = problems_of(write(tmp_path, "id,year\nA,2024\n"))
    assert "column status is missing" in line


def test_a_repeated_id_names_both_rows(tmp_path: Path) -> None:
    (line,) = problems_of(write(tmp_path, HEADER + "A,open,,,,,,\nA,open,,,,,,\n"))
    assert line.startswith("lines.csv row 3: id A is used twice, first at lines.csv row 2")


def test_messages_are_in_chinese_too(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_rows(write(tmp_path, HEADER + "A,通车,,,,,,\n"), Line)
    assert "“通车”不是允许的值" in caught.value.problems[0].line(language="zh")


def test_a_missing_table_is_one_line(tmp_path: Path) -> None:
    (line,) = problems_of(tmp_path / "lines.csv")
    assert "file not found" in line


def test_yaml_words_stay_words(tmp_path: Path) -> None:
    path = write(tmp_path, "lines:\n  - {id: no, status: open, toll: true}\n", name="lines.yaml")
    (row,) = read_entries(path, Line, list_key="lines", place=lambda entry, _: str(entry["id"]))
    assert row.id == "no"
    assert row.toll


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("lines: [", "not valid YAML"),
        ("lines: 3", "must be a list"),
        ("[]", "must be a list"),
        ("lines: [3]", "must be of the form"),
        ("lines: []\nextra: 1", "extra: is not a known field"),
        ("lines:\n  - {id: ' A', status: open}", "begins or ends with a blank"),
        ("lines:\n  - {id: 3, status: open}", "is not text"),
        ("lines:\n  - {id: A, status: open, members: 3}", "must be a list"),
        ("lines:\n  - {id: A}", "status: is missing"),
        ("lines:\n  - {id: A, status: open, lon: west}", "is not a number"),
    ],
)
def test_yaml_faults_are_told(tmp_path: Path, text: str, part: str) -> None:
    path = write(tmp_path, text, name="lines.yaml")
    with pytest.raises(InputError) as caught:
        read_entries(
            path, Line, list_key="lines", place=lambda _, path: "line " + ".".join(map(str, path))
        )
    (problem,) = caught.value.problems
    assert part in problem.line(language="en")
    assert "lines.yaml" in problem.where


def test_a_date_in_yaml_stays_a_date(tmp_path: Path) -> None:
    assert "2026" in str(read_yaml(write(tmp_path, "a: 2026-11-22", name="a.yaml")))


@given(st.lists(st.sampled_from("ABCDE"), max_size=12))
def test_a_repeat_is_told_for_every_row_but_the_first_of_its_id(ids: list[str]) -> None:
    found = repeated(ids, [f"row {number}" for number in range(len(ids))])
    assert len(found) == len(ids) - len(set(ids))


@given(st.sets(st.sampled_from("ABCDE")), st.lists(st.sampled_from("ABCDE")))
def test_unknown_ids_are_those_not_in_the_table(known: set[str], wanted: list[str]) -> None:
    found = unknown_ids([("here", [*wanted, ""])], known=known, table="t.csv")
    assert [problem.fields["id"] for problem in found] == [i for i in wanted if i not in known]


@given(
    st.lists(
        st.tuples(
            st.text(
                alphabet=st.characters(codec="utf-8", exclude_characters="|,", categories=("L",)),
                min_size=1,
            ),
            st.floats(116, 124).map(lambda value: round(value, 4)),
            st.floats(26, 34).map(lambda value: round(value, 4)),
        ),
        max_size=5,
    )
)
def test_a_route_reads_back_as_written(points: list[tuple[str, float, float]]) -> None:
    text = " | ".join(f"{name}:{lon},{lat}" for name, lon, lat in points)
    row = Line.model_validate({"id": "A", "status": "open", "route": text})
    assert [(point.name, point.lon, point.lat) for point in row.route] == points
