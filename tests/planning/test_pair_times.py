"""Minutes of pairs under the modes and definitions of a reading, worked on the drawn network.

::

    A --10 min-- B ==10 min== C --4 min-- F       P (rail) at A, Q (rail) at C
"""

import pandas as pd
import pytest

from gis.catalogue.goals import PlaceSet, Reading
from gis.network.model import Network
from gis.planning.pair_times import TERMINAL, pair_times, reading_points
from tests.drawn_network import PARAMETERS
from tests.planning.drawn_goals import BY_CAR, RAIL, book, network, places, reading


@pytest.fixture(scope="module")
def drawn() -> Network:
    return network()


def timed(drawn: Network, start: pd.DataFrame, end: pd.DataFrame, asked: Reading) -> pd.DataFrame:
    return pair_times(
        drawn,
        origins=start,
        destinations=end,
        reading=asked,
        parameters=PARAMETERS,
        with_legs=True,
    ).set_index("statistic")


def test_in_vehicle_by_car_is_the_drive_alone(drawn: Network) -> None:
    table = timed(drawn, places("A"), places("F"), reading(**BY_CAR))
    assert table.loc["fastest", "minutes"] == pytest.approx(24, abs=0.01)


def test_parking_is_added_to_whole_drives_only(drawn: Network) -> None:
    asked = reading(**BY_CAR | {"definition": "door_to_door"})
    whole = timed(drawn, places("A"), places("F"), asked).loc["fastest"]
    assert whole["minutes"] == pytest.approx(24 + PARAMETERS.parking_min, abs=0.01)
    assert whole["legs"][-1]["mode"] == TERMINAL
    assert whole["legs"][-1]["minutes"] == PARAMETERS.parking_min
    assert whole["legs"][-1]["from_zh"] == "停车等"


def test_extra_minutes_come_on_top_of_every_mode(drawn: Network) -> None:
    drive = reading(**BY_CAR, extra_minutes=5)
    assert timed(drawn, places("A"), places("F"), drive).loc["fastest", "minutes"] == (
        pytest.approx(29, abs=0.01)
    )
    ride = timed(drawn, places("A"), places("C"), reading(extra_minutes=5))
    assert ride["minutes"].tolist() == [25, 25, 45]


def test_peak_slows_the_drive(drawn: Network) -> None:
    table = timed(drawn, places("A"), places("F"), reading(**BY_CAR, peak=True))
    assert table.loc["fastest", "minutes"] == pytest.approx(48, abs=0.01)


def test_trains_there_and_back_make_the_statistics_of_a_pair(drawn: Network) -> None:
    # 20, 20, 30 (back), 40: the shortest, the second of four, the last.
    there = timed(drawn, places("A"), places("C"), reading())
    assert there["minutes"].to_dict() == {"fastest": 20, "median": 20, "p90": 40}
    back = timed(drawn, places("C"), places("A"), reading())
    assert back["minutes"].to_dict() == there["minutes"].to_dict()


def test_a_place_that_names_a_stop_stands_for_it(drawn: Network) -> None:
    start = places("F").assign(stop_id="P")  # nearest would be Q
    assert timed(drawn, start, places("C"), reading()).loc["fastest", "minutes"] == 20
    assert timed(drawn, places("F"), places("C"), reading()).loc["fastest", "minutes"] == 0


def test_best_is_the_car_where_it_is_quicker(drawn: Network) -> None:
    asked = reading(mode="best", definition="door_to_door")
    table = timed(drawn, places("A"), places("C"), asked)
    # Car 20 + 4 to park; train 10 before departure, 20 aboard, 5 out of the station.
    assert table["minutes"].tolist() == pytest.approx([24] * 3, abs=0.01)
    assert {leg["mode"] for leg in table.loc["median", "legs"]} == {"car", TERMINAL}


def test_best_is_the_train_where_roads_are_slow(drawn: Network) -> None:
    asked = reading(mode="best", definition="door_to_door", peak=True)
    table = timed(drawn, places("A"), places("C"), asked)
    # Car 40 + 4; the train of eight serves all who want to leave from seven to eight.
    assert table["minutes"].tolist() == pytest.approx([35] * 3, abs=0.05)
    assert "rail" in {leg["mode"] for leg in table.loc["median", "legs"]}


@pytest.mark.parametrize("mode", ["car", "transit", "best"])
@pytest.mark.parametrize("definition", ["in_vehicle", "station_to_station", "door_to_door"])
@pytest.mark.parametrize("peak", [False, True])
def test_legs_add_up_to_the_minutes(
    drawn: Network, mode: str, definition: str, *, peak: bool
) -> None:
    asked = reading(mode=mode, definition=definition, peak=peak, extra_minutes=3)
    for _, row in timed(drawn, places("A"), places("C"), asked).iterrows():
        if pd.isna(row["minutes"]):
            assert row["legs"] == []
        else:
            total = sum(leg["minutes"] for leg in row["legs"])
            assert total == pytest.approx(row["minutes"], abs=0.01)


def test_nothing_to_travel_between_gives_an_empty_table(drawn: Network) -> None:
    nowhere = places("A").iloc[:0]
    table = pair_times(
        drawn, origins=nowhere, destinations=nowhere, reading=reading(), parameters=PARAMETERS
    )
    assert table.columns.tolist() == ["origin", "destination", "statistic", "minutes", "legs"]
    assert table.empty


def test_stations_without_trains_are_told_apart(drawn: Network) -> None:
    asked = PlaceSet.model_validate(RAIL | {"ids": ["Z", "P"]})
    present, missing = reading_points(asked, book(), drawn)
    assert present[["id", "stop_id"]].to_numpy().tolist() == [["P", "P"]]
    assert missing["id"].tolist() == ["Z"]


def test_places_other_than_stations_are_always_there(drawn: Network) -> None:
    present, missing = reading_points(PlaceSet(kind="townships", ids=("A", "E")), book(), drawn)
    assert present["id"].tolist() == ["A", "E"]
    assert missing.empty
