"""GTFS files: what is read, what is refused and with which words, what is written."""

import io
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.core.errors import InputError
from gis.network import gtfs
from gis.network.feed import open_doors
from gis.network.gtfs import (
    Feed,
    check_gtfs,
    direct_run_minutes,
    gtfs_remarks,
    read_gtfs,
    write_gtfs,
)

# A -- B -- C, one trip at eight; times of B are not given.
FILES: Mapping[str, str] = {
    "agency": "agency_id,agency_name,agency_url,agency_timezone\nX,X,https://x.org/,Asia/Shanghai\n",
    "stops": "stop_id,stop_name,stop_lat,stop_lon\nA,甲,30,120\nB,乙,30.1,120\nC,丙,30.2,120\n",
    "routes": "route_id,agency_id,route_short_name,route_long_name,route_type\nR,X,1,1,2\n",
    "trips": "route_id,service_id,trip_id\nR,S,T\n",
    "stop_times": (
        "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
        "T,8:00:00,8:00:00,A,1\nT,,,B,5\nT,08:30:00,08:30:00,C,9\n"
    ),
    "calendar": (
        "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
        "S,1,1,1,1,1,0,0,20260101,20261231\n"
    ),
}


def make_zip(
    folder: Path, changes: Mapping[str, str | None] | None = None, *, inside: str = ""
) -> Path:
    path = folder / "feed.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in {**FILES, **(changes or {})}.items():
            if content is not None:
                archive.writestr(f"{inside}{name}.txt", content)
    return path


def lines(path: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_gtfs(path)
    return [problem.line(language="en") for problem in caught.value.problems]


def test_blank_times_lie_evenly_between_timed_stops(tmp_path: Path) -> None:
    feed = read_gtfs(make_zip(tmp_path))
    assert feed.stop_times["arrival_s"].tolist() == [28800, 29700, 30600]
    assert direct_run_minutes(feed, "A", "C").tolist() == [30.0]
    assert direct_run_minutes(feed, "C", "A").tolist() == []
    assert direct_run_minutes(feed, "C", "A", both_directions=True).tolist() == [30.0]


def test_one_blank_time_of_a_stop_is_the_other(tmp_path: Path) -> None:
    times = FILES["stop_times"].replace("T,,,B", "T,8:10:00,,B")
    feed = read_gtfs(make_zip(tmp_path, {"stop_times": times}))
    assert feed.stop_times["departure_s"].tolist() == [28800, 29400, 30600]


def test_times_past_midnight_count_on(tmp_path: Path) -> None:
    times = FILES["stop_times"].replace("08:30:00", "25:10:00")
    feed = read_gtfs(make_zip(tmp_path, {"stop_times": times}))
    assert feed.stop_times["arrival_s"].iloc[-1] == 25 * 3600 + 600


def test_files_in_one_folder_and_in_gbk_are_read(tmp_path: Path) -> None:
    path = tmp_path / "feed.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in FILES.items():
            archive.writestr(f"国铁/{name}.txt", content.encode("gb18030"))
    assert read_gtfs(path).stops["stop_name"].tolist() == ["甲", "乙", "丙"]


def test_headway_trips_are_written_out_one_by_one(tmp_path: Path) -> None:
    frequencies = "trip_id,start_time,end_time,headway_secs\nT,09:00:00,09:30:00,600\n"
    feed = read_gtfs(make_zip(tmp_path, {"frequencies": frequencies}))
    starts = feed.stop_times.loc[feed.stop_times["stop_id"] == "A", "departure_s"]
    assert starts.tolist() == [32400, 33000, 33600]
    assert feed.trips["trip_id"].tolist() == ["T@32400", "T@33000", "T@33600"]
    assert direct_run_minutes(feed, "A", "C").tolist() == [30.0] * 3


def test_headway_trips_stand_beside_those_with_clock_times(tmp_path: Path) -> None:
    trips = FILES["trips"] + "R,S,U\n"
    times = FILES["stop_times"] + "U,9:05:00,9:05:00,A,1\nU,9:30:00,9:30:00,C,2\n"
    frequencies = (
        "trip_id,start_time,end_time,headway_secs,exact_times\n"
        "T,09:00:00,09:20:00,600,0\nT,09:20:00,09:40:00,1200,1\n"
    )
    changes = {"trips": trips, "stop_times": times, "frequencies": frequencies}
    feed = read_gtfs(make_zip(tmp_path, changes))
    assert feed.trips["trip_id"].tolist() == ["T@32400", "T@33000", "T@33600", "U"]
    assert direct_run_minutes(feed, "A", "C").tolist() == [25.0, 30.0, 30.0, 30.0]


def test_changes_of_single_trips_say_nothing_about_stops(tmp_path: Path) -> None:
    transfers = (
        "from_stop_id,to_stop_id,transfer_type,min_transfer_time,from_trip_id\n"
        "A,B,3,,T\nB,C,0,,\nC,B,,120,\nC,C,3,,\n"
    )
    feed = read_gtfs(make_zip(tmp_path, {"transfers": transfers}))
    assert feed.transfers.to_numpy().tolist() == [
        ["B", "C", 0, 0],
        ["C", "B", 2, 120],
        ["C", "C", 3, 0],
    ]


def test_platforms_too_far_apart_do_not_forbid_changing_at_the_station(tmp_path: Path) -> None:
    stops = (
        "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station\n"
        "A,甲,30,120,0,P\nB,乙,30,120.001,0,P\nP,甲站,30,120,1,\nC,丙,30.2,120,,\n"
    )
    transfers = (
        "from_stop_id,to_stop_id,transfer_type,min_transfer_time\nA,B,3,\nA,C,3,\nB,C,2,60\n"
    )
    feed = read_gtfs(make_zip(tmp_path, {"stops": stops, "transfers": transfers}))
    assert feed.transfers.to_numpy().tolist() == [["P", "C", 2, 60]]


def test_platforms_become_their_station(tmp_path: Path) -> None:
    stops = (
        "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station\n"
        "A,甲,30,120,0,P\nP,甲站,30,120.001,1,\nD,门,,,3,P\nB,乙,30.1,120,,\nC,丙,30.2,120,,\n"
    )
    transfers = (
        "from_stop_id,to_stop_id,transfer_type,min_transfer_time\nA,A,2,60\nP,P,2,90\nA,B,3,\n"
    )
    feed = read_gtfs(make_zip(tmp_path, {"stops": stops, "transfers": transfers}))
    assert feed.stops["stop_id"].tolist() == ["P", "B", "C"]
    assert feed.stop_times["stop_id"].tolist() == ["P", "B", "C"]
    assert feed.transfers.to_numpy().tolist() == [["P", "B", 3, 0], ["P", "P", 2, 90]]


def test_calendar_dates_alone_give_the_busiest_week(tmp_path: Path) -> None:
    # 2026-11-23 is a Monday. One day in the first week, two in the second.
    dates = "service_id,date,exception_type\nS,20261118,1\nS,20261123,1\nS,20261125,1\n"
    feed = read_gtfs(make_zip(tmp_path, {"calendar": None, "calendar_dates": dates}))
    assert feed.calendar.iloc[0, 1:8].tolist() == [1, 0, 1, 0, 0, 0, 0]
    assert feed.calendar["start_date"].tolist() == ["20261123"]
    assert feed.calendar["end_date"].tolist() == ["20261129"]


def test_a_day_taken_off_does_not_change_the_busiest_week(tmp_path: Path) -> None:
    dates = "service_id,date,exception_type\nS,20260101,2\n"
    feed = read_gtfs(make_zip(tmp_path, {"calendar_dates": dates}))
    assert feed.calendar.iloc[0, 1:8].tolist() == [1, 1, 1, 1, 1, 0, 0]


def test_what_a_feed_says_and_nobody_uses_is_told(tmp_path: Path) -> None:
    path = make_zip(tmp_path)
    assert gtfs_remarks(path) == []
    trips = "route_id,service_id,trip_id,block_id\nR,S,T,1\nR,S,U,1\nR,S,V,\nR,S,W,\nR,S,X,2\n"
    transfers = (
        "from_stop_id,to_stop_id,from_trip_id,to_trip_id,transfer_type\n"
        "A,A,,,2\nA,A,T,U,4\nB,B,,T,5\n"
    )
    path = make_zip(tmp_path, {"trips": trips, "transfers": transfers})
    found = gtfs_remarks(path, language="en")
    assert [line.split(" ")[0] for line in found] == ["2", "2"]
    assert "block_id" in found[0]
    assert "transfers.txt" in found[1]


def test_a_trip_of_one_stop_is_left_out(tmp_path: Path) -> None:
    trips = FILES["trips"] + "R,S,U\n"
    times = FILES["stop_times"] + "U,9:00:00,9:00:00,A,1\n"
    feed = read_gtfs(make_zip(tmp_path, {"trips": trips, "stop_times": times}))
    assert feed.trips["trip_id"].tolist() == ["T"]


DOORS = (
    "trip_id,arrival_time,departure_time,stop_id,stop_sequence,pickup_type,drop_off_type\n"
    "T,8:00:00,8:00:00,A,1,0,1\nT,,,B,5,1,\nT,08:30:00,08:30:00,C,9, 2,3\n"
)


def test_closed_doors_are_read_and_written(tmp_path: Path) -> None:
    feed = read_gtfs(make_zip(tmp_path, {"stop_times": DOORS}))
    assert feed.stop_times["pickup_type"].tolist() == [0, 1, 2]
    assert feed.stop_times["drop_off_type"].tolist() == [1, 0, 3]
    boards, alights = open_doors(feed.stop_times)
    assert boards.tolist() == [True, False, True]
    assert alights.tolist() == [False, True, True]
    assert direct_run_minutes(feed, "A", "B").tolist() == [15.0]
    assert direct_run_minutes(feed, "B", "C").tolist() == []
    write_gtfs(feed, tmp_path / "written.zip")
    assert_same(read_gtfs(tmp_path / "written.zip"), feed)


def test_where_all_doors_open_nothing_is_said_of_them(tmp_path: Path) -> None:
    times = DOORS.replace(",0,1\n", ",0,0\n").replace(",1,\n", ",3,\n")
    feed = read_gtfs(make_zip(tmp_path, {"stop_times": times}))
    assert feed.stop_times.columns.tolist() == [
        "trip_id",
        "stop_sequence",
        "stop_id",
        "arrival_s",
        "departure_s",
    ]
    assert np.stack(open_doors(feed.stop_times)).all()


def test_trips_by_headway_keep_their_doors(tmp_path: Path) -> None:
    frequencies = "trip_id,start_time,end_time,headway_secs\nT,9:00:00,9:30:00,900\n"
    feed = read_gtfs(make_zip(tmp_path, {"stop_times": DOORS, "frequencies": frequencies}))
    assert feed.stop_times["pickup_type"].tolist() == [0, 1, 2] * 2


def test_every_fault_is_told_at_once_with_file_row_and_remedy(tmp_path: Path) -> None:
    path = make_zip(
        tmp_path,
        {
            "stops": FILES["stops"].replace("乙,30.1,120", "乙,,").replace("30.2,120", "120,30.2"),
            "trips": FILES["trips"].replace("R,S,T", "Q,S,T"),
            "stop_times": (
                "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
                "T,8:00:00,8:00:00,A,1\nT,8:20:00,8:10:00,B,2\nT,8:70:00,,Z,2\n"
            ),
        },
    )
    found = lines(path)
    assert found == [
        "feed.zip stops.txt row 3: stop B has no coordinates. Add stop_lat and stop_lon (WGS84).",
        (
            "feed.zip stops.txt row 4: stop C has invalid coordinates (lat 120, lon 30.2). "
            "Give WGS84 degrees, latitude and longitude not swapped."
        ),
        next(line for line in found if line.startswith("feed.zip trips.txt row 2:")),
        next(line for line in found if line.startswith("feed.zip stop_times.txt row 4: ")),
        (
            "feed.zip stop_times.txt row 4: arrival_time 8:70:00 is not H:MM:SS. Rewrite it "
            "(25:10:00 is ten past one the next morning)."
        ),
        (
            "feed.zip stop_times.txt row 4: trip T has stop_sequence 2 twice. "
            "Number its stops upwards."
        ),
        ("feed.zip stop_times.txt row 4: trip T has no time at its first or last stop. Add it."),
        (
            "feed.zip stop_times.txt row 3: the times of trip T go backwards here. Check times and "
            "order of stops (after midnight write 24:00:00 and more)."
        ),
    ]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"stops": None, "routes": None}, ["stops.txt: this file", "routes.txt: this file"]),
        ({"agency": FILES["agency"].splitlines()[0]}, ["agency.txt: this file has no rows"]),
        ({"calendar": None}, ["calendar.txt: neither calendar.txt"]),
        ({"stops": "stop_id,stop_name\nA,甲\n"}, ["column stop_lat", "column stop_lon"]),
        (
            {"calendar": FILES["calendar"].replace("20260101", "2026-1-1").replace("S,1", "S,x")},
            ["date 2026-1-1 is not YYYYMMDD", "monday is x"],
        ),
        (
            {"transfers": "from_stop_id,to_stop_id,transfer_type,min_transfer_time\nA,B,2,soon\n"},
            ["min_transfer_time soon"],
        ),
        (
            {"frequencies": "trip_id,start_time,end_time,headway_secs\nT,9:00:00,8:00:00,0\n"},
            ["every 0 s makes no sense"],
        ),
        (
            {"frequencies": "trip_id,start_time,end_time,headway_secs\nT,0:00:00,99:00:00,1\n"},
            ["every 1 s makes no sense"],
        ),
        (
            {
                "frequencies": "trip_id,start_time,end_time,headway_secs,exact_times\n"
                "T,9:00:00,10:00:00,600,2\nT,9:59:59,11:00:00,600,\n"
            },
            ["exact_times is 2", "row 3: the period of trip T overlaps"],
        ),
        ({"calendar_dates": "service_id,date,exception_type\nS,20260101,3\n"}, ["is 3 but must"]),
        (
            {
                "stop_times": "trip_id,arrival_time,departure_time,stop_id,stop_sequence,"
                "pickup_type,drop_off_type\nT,8:00:00,8:00:00,A,1,,no\nT,8:30:00,8:30:00,C,9,4,1\n"
            },
            ["row 3: pickup_type is 4", "row 2: drop_off_type is no"],
        ),
        ({"stops": FILES["stops"] + "A,甲,30,120\n"}, ["stops.txt row 5"]),
        (
            {"agency": FILES["agency"] + "Y,Y,https://y.org/,Asia/Tokyo\n"},
            ["agency.txt row 3: time zone Asia/Tokyo differs from Asia/Shanghai"],
        ),
    ],
)
def test_what_is_refused(
    tmp_path: Path, changes: Mapping[str, str | None], expected: list[str]
) -> None:
    found = lines(make_zip(tmp_path, changes))
    assert len(found) == len(expected)
    assert all(part in line for part, line in zip(expected, found, strict=True))


def test_many_rows_with_one_fault_are_counted(tmp_path: Path) -> None:
    rows = "".join(f"N{number},站,,\n" for number in range(60))
    found = lines(make_zip(tmp_path, {"stops": FILES["stops"] + rows}))
    assert len(found) == 51
    assert found[-1] == "feed.zip stops.txt: 10 more rows have the same problem."


def test_no_zip_and_two_feeds_in_one_zip_are_refused(tmp_path: Path) -> None:
    text = tmp_path / "text.zip"
    text.write_text("stop_id")
    assert "no readable GTFS zip" in lines(text)[0]
    path = make_zip(tmp_path, inside="one/")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("two/stops.txt", FILES["stops"])
    assert "several feeds (one, two)" in lines(path)[0]
    assert "file not found" in lines(tmp_path / "none.zip")[0]


def test_a_zip_that_unpacks_beyond_the_limit_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gtfs, "MAX_FEED_MB", 0.0001)
    assert "more than the limit" in lines(make_zip(tmp_path))[0]


def test_a_cut_zip_is_refused(tmp_path: Path) -> None:
    path = make_zip(tmp_path)
    path.write_bytes(path.read_bytes()[:-100])
    assert "no readable GTFS zip" in lines(path)[0]


def test_written_and_read_again_is_the_same(tmp_path: Path) -> None:
    feed = read_gtfs(make_zip(tmp_path))
    first, second = tmp_path / "one.zip", tmp_path / "two.zip"
    write_gtfs(feed, first)
    write_gtfs(feed, second)
    assert first.read_bytes() == second.read_bytes()
    assert_same(read_gtfs(first), feed)


def test_check_of_frames_finds_what_a_file_would_show(tmp_path: Path) -> None:
    feed = read_gtfs(make_zip(tmp_path))
    assert check_gtfs(feed, "here") == []
    times = feed.stop_times.assign(arrival_s=[28800, 28700, 30600])
    broken = Feed(
        **{**{part.name: getattr(feed, part.name) for part in fields(Feed)}, "stop_times": times}
    )
    assert [problem.where for problem in check_gtfs(broken, "here")] == [
        "here stop_times.txt row 3"
    ]


@pytest.mark.reference
def test_a_real_feed_is_read_whole(reference_dir: Path) -> None:
    path = reference_dir / "newport_osm_gtfs" / "newport-20230613_gtfs.zip"
    feed = read_gtfs(path)
    assert len(feed.trips) == 176
    assert len(feed.stop_times) == 7765
    with zipfile.ZipFile(path) as archive:
        table = pd.read_csv(io.BytesIO(archive.read("stop_times.txt")), dtype=str)
    written = table.groupby("trip_id")["departure_time"].min()
    starts = feed.stop_times.groupby("trip_id", observed=True)["departure_s"].min()
    assert starts.loc[written.index].map(clock).tolist() == written.tolist()


def clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


EXTRA = {
    "calendar_dates": "service_id,date,exception_type\nS,20260105,2\nS,20260110,1\n",
    "transfers": "from_stop_id,to_stop_id,transfer_type,min_transfer_time\nA,A,2,60\nA,B,0,\n",
    "frequencies": "trip_id,start_time,end_time,headway_secs\nT,9:00:00,9:30:00,600\n",
}


@settings(max_examples=60, deadline=None)
@given(
    file=st.sampled_from([*FILES, *EXTRA]),
    row=st.integers(0, 3),
    column=st.integers(0, 9),
    cell=st.sampled_from(["", "0", "-1", "nan", "inf", "1e400", "A", "T", "24:00:00", "99999999"])
    | st.text(st.characters(exclude_characters=',"\r\n', exclude_categories=["Cs"]), max_size=6),
)
def test_any_cell_changed_is_read_or_refused(file: str, row: int, column: int, cell: str) -> None:
    contents = {**FILES, **EXTRA}
    rows = [line.split(",") for line in contents[file].splitlines()]
    cells = rows[row % len(rows)]
    cells[column % len(cells)] = cell
    contents[file] = "\n".join(",".join(cells) for cells in rows) + "\n"
    with tempfile.TemporaryDirectory() as folder:
        try:
            feed = read_gtfs(make_zip(Path(folder), contents))
        except InputError as error:
            problems = [problem.line(language="zh") for problem in error.problems]
        else:
            problems = []
            assert check_gtfs(feed, "again") == []
    assert all(line.startswith("feed.zip") for line in problems)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"stop_times": "\n".join(FILES["stop_times"].splitlines()[:2])}, "no trip has two stops"),
        (
            {"calendar": None, "calendar_dates": EXTRA["calendar_dates"].replace(",1", ",2")},
            "no service ever runs",
        ),
    ],
)
def test_a_feed_without_trains_is_refused(
    tmp_path: Path, changes: Mapping[str, str | None], expected: str
) -> None:
    assert expected in lines(make_zip(tmp_path, changes))[0]


def assert_same(one: Feed, other: Feed) -> None:
    for part in fields(Feed):
        pd.testing.assert_frame_equal(getattr(one, part.name), getattr(other, part.name))
