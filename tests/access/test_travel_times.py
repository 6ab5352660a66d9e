"""Travel times worked by hand on the drawn network, by car and by train."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.access.journeys import pick, picked_in_groups
from gis.access.travel_times import travel_times
from gis.core.errors import InputError
from gis.core.schemas import Definition, Mode, Statistic
from gis.network.model import Network
from tests.drawn_network import NODES, PARAMETERS, drawn_feed, drawn_network

ALL = (Statistic.FASTEST, Statistic.MEDIAN, Statistic.P90)
WINDOW = (420.0, 480.0)  # twelve wanted departures, 07:00 to 07:55

STOPS = {
    "P": (*NODES["A"], "rail"),
    "Q": (*NODES["C"], "rail"),
    "R": (120.20, 30.05, "rail"),
    "M": (*NODES["D"], "metro"),
    "N": (*NODES["E"], "metro"),
}
TRIPS = {
    # P to Q: a fast train in 20 minutes and a slow one in 40, in turn; back in 30 once.
    "G1/1": [("P", "08:00"), ("Q", "08:20")],
    "D1/1": [("P", "08:30"), ("Q", "09:10")],
    "G1/2": [("P", "09:00"), ("Q", "09:20")],
    "G2/1": [("Q", "10:00"), ("P", "10:30")],
    # P to R with a change at Q.
    "K1/1": [("Q", "08:30"), ("R", "08:50")],
    "K1/2": [("Q", "09:25"), ("R", "09:45")],
    **{f"L1/{n}": [("M", f"07:{n}0"), ("N", f"07:{n}8")] for n in range(6)},
}


@pytest.fixture(scope="module")
def network() -> Network:
    return drawn_network(drawn_feed(TRIPS, stops=STOPS))


def places(*names: str) -> pd.DataFrame:
    rows = [(name, *NODES[name]) for name in names]
    return pd.DataFrame(rows, columns=["id", "lon", "lat"])


def car_minutes(network: Network, start: str, end: str, *, peak: bool = False) -> float:
    table = travel_times(
        network, places(start), places(end), mode=Mode.CAR, parameters=PARAMETERS, peak=peak
    )
    return float(table["minutes"].item())


def transit(network: Network, start: pd.DataFrame, end: pd.DataFrame, **options: object) -> dict:
    table = travel_times(
        network,
        start,
        end,
        mode=Mode.TRANSIT,
        parameters=PARAMETERS,
        statistics=ALL,
        with_legs=True,
        **options,
    )
    return {row.statistic: row for row in table.itertuples()}


def test_drives_by_hand(network: Network) -> None:
    # A-B 10, B-C 10 on the motorway, C-F 4; the ferry way A-D-E-F is 6 + 12 + 10.
    assert car_minutes(network, "A", "C") == pytest.approx(20, abs=0.01)
    assert car_minutes(network, "A", "F") == pytest.approx(24, abs=0.01)
    assert car_minutes(network, "D", "F") == pytest.approx(22, abs=0.01)
    assert car_minutes(network, "E", "E") == 0
    assert car_minutes(network, "A", "F", peak=True) == pytest.approx(48, abs=0.01)


def test_the_shorter_list_is_searched_from_with_the_same_result(network: Network) -> None:
    names = tuple(NODES)
    whole = travel_times(
        network, places(*names), places(*names), mode=Mode.CAR, parameters=PARAMETERS
    ).set_index(["origin", "destination"])
    for end in names:
        part = travel_times(
            network, places(*names), places(end), mode=Mode.CAR, parameters=PARAMETERS
        ).set_index(["origin", "destination"])
        difference = part["minutes"] - whole.loc[part.index, "minutes"]
        assert difference.abs().max() < 1e-6
        assert (part["distance_km"] - whole.loc[part.index, "distance_km"]).abs().max() < 1e-6


def test_drives_obey_the_triangle_inequality(network: Network) -> None:
    table = travel_times(
        network, places(*NODES), places(*NODES), mode=Mode.CAR, parameters=PARAMETERS
    )
    minutes = table["minutes"].to_numpy().reshape(6, 6)
    detour = (minutes[:, :, None] + minutes[None, :, :]).min(axis=1)
    assert (minutes <= detour + 1e-6).all()


def test_the_road_distance_is_that_of_the_quickest_way(network: Network) -> None:
    table = travel_times(network, places("A"), places("F"), mode=Mode.CAR, parameters=PARAMETERS)
    assert table["distance_km"].item() == pytest.approx(34, abs=0.01)


def test_car_legs_add_up(network: Network) -> None:
    table = travel_times(
        network,
        places("A"),
        places("F"),
        mode=Mode.CAR,
        parameters=PARAMETERS,
        terminal_minutes=5,
        with_legs=True,
    )
    legs = table["legs"].item()
    assert [leg["line"] for leg in legs] == ["AB", "BC", "CF"]
    assert sum(leg["minutes"] for leg in legs) + 5 == pytest.approx(table["minutes"].item())


def test_the_way_to_the_road_counts(network: Network) -> None:
    # 0.01 degrees north of A is 1.109 km: 2.2 minutes at 30 km/h.
    place = pd.DataFrame({"id": ["x"], "lon": [120.0], "lat": [30.01]})
    table = travel_times(network, place, places("B"), mode=Mode.CAR, parameters=PARAMETERS)
    assert table["minutes"].item() == pytest.approx(12.2, abs=0.1)
    assert table["distance_km"].item() == pytest.approx(11.1, abs=0.1)


def test_near_places_drive_straight_to_each_other(network: Network) -> None:
    place = pd.DataFrame({"id": ["x", "y"], "lon": [120.05, 120.06], "lat": [30.02, 30.02]})
    table = travel_times(
        network, place.iloc[:1], place.iloc[1:], mode=Mode.CAR, parameters=PARAMETERS
    )
    assert table["distance_km"].item() == pytest.approx(0.965, abs=0.01)
    assert table["minutes"].item() == pytest.approx(1.93, abs=0.02)


def test_in_vehicle_counts_direct_trains_both_ways(network: Network) -> None:
    # P-Q 20, 40, 20 and Q-P 30: nearest ranks of 20 20 30 40.
    found = transit(network, places("A"), places("C"), definition=Definition.IN_VEHICLE)
    assert [found[one.value].minutes for one in ALL] == [20, 20, 40]
    assert found["fastest"].legs[0]["line"] == "G1"
    back = transit(network, places("C"), places("A"), definition=Definition.IN_VEHICLE)
    assert [back[one.value].minutes for one in ALL] == [20, 20, 40]


def test_in_vehicle_needs_a_direct_train(network: Network) -> None:
    end = pd.DataFrame({"id": ["r"], "lon": [120.2], "lat": [30.05]})
    found = transit(network, places("A"), end, definition=Definition.IN_VEHICLE)
    assert np.isnan(found["fastest"].minutes)
    assert found["fastest"].legs == []


def test_station_to_station_changes_trains(network: Network) -> None:
    # 08:00-08:20, change 8 minutes, 08:30-08:50 is 50 minutes. Leaving 08:30 (slow) or 09:00
    # catches 09:25 only by the slow train (09:10): 09:00-09:20 + 8 > 09:25. 08:30-09:45 is 75.
    end = pd.DataFrame({"id": ["r"], "lon": [120.2], "lat": [30.05]})
    found = transit(network, places("A"), end, definition=Definition.STATION_TO_STATION)
    assert [found[one.value].minutes for one in ALL] == [50, 50, 75]
    assert [leg["mode"] for leg in found["fastest"].legs] == ["rail", "change", "rail"]
    assert sum(leg["minutes"] for leg in found["p90"].legs) == pytest.approx(75)


def test_journeys_that_another_beats_do_not_count(network: Network) -> None:
    # The slow train 08:30-09:10 is not beaten: the next fast one arrives 09:20.
    found = transit(network, places("A"), places("C"), definition=Definition.STATION_TO_STATION)
    assert [found[one.value].minutes for one in ALL] == [20, 20, 40]
    beaten = TRIPS | {"G1/3": [("P", "08:35"), ("Q", "08:55")]}
    faster = drawn_network(drawn_feed(beaten, stops=STOPS))
    found = transit(faster, places("A"), places("C"), definition=Definition.STATION_TO_STATION)
    assert [found[one.value].minutes for one in ALL] == [20, 20, 20]


def test_a_named_station_stands_for_the_place(network: Network) -> None:
    start = places("C").assign(stop_id="P")
    found = transit(network, start, places("C"), definition=Definition.IN_VEHICLE)
    assert found["fastest"].minutes == 20
    assert found["fastest"].legs[0]["from"] == "P站"


def test_door_to_door_leaves_as_late_as_the_train_allows(network: Network) -> None:
    # From B: 10 minutes to P and 4 to park, 10 before departure: leave 07:36 for 08:00. At Q
    # 5 minutes to the street, and the door is there: 08:25, after 49 minutes. Next the slow
    # train: leave 08:06, arrive 09:15, 69 minutes.
    # Wanted 07:00 to 07:35 (eight) take the first, 07:40 to 07:55 (four) the second.
    found = transit(network, places("B"), places("C"), window_min=WINDOW)
    assert [found[one.value].minutes for one in ALL] == pytest.approx([49, 49, 69], abs=0.05)
    legs = found["fastest"].legs
    assert [leg["mode"] for leg in legs] == ["car", "wait", "rail", "walk", "walk"]
    assert [leg["minutes"] for leg in legs] == pytest.approx([14, 10, 20, 5, 0], abs=0.05)


def test_legs_add_up_to_the_minutes(network: Network) -> None:
    for row in transit(network, places("B"), places("F"), window_min=WINDOW).values():
        assert sum(leg["minutes"] for leg in row.legs) == pytest.approx(row.minutes)


def test_the_parts_of_a_journey_by_hand(network: Network) -> None:
    # To P 14, the buffer 10, aboard 20, at Q 5 to the street and 5 on to F by taxi.
    row = transit(network, places("B"), places("F"), window_min=WINDOW, with_parts=True)["fastest"]
    parts = [row.access_min, row.waiting_min, row.riding_min, row.egress_min]
    assert parts == pytest.approx([14, 10, 20, 10], abs=0.05)
    assert row.rides == 1


def test_changes_are_rides_and_waits(network: Network) -> None:
    # 08:00-08:20, 08:30-08:50: two rides of 20 minutes, ten between them.
    end = pd.DataFrame({"id": ["r"], "lon": [120.2], "lat": [30.05]})
    options = {"definition": Definition.STATION_TO_STATION, "with_parts": True}
    row = transit(network, places("A"), end, **options)["fastest"]
    assert [row.rides, row.access_min, row.waiting_min, row.riding_min] == [2, 0, 10, 40]


@pytest.mark.parametrize("definition", list(Definition))
@pytest.mark.parametrize("mode", list(Mode))
def test_parts_add_up_to_the_minutes(network: Network, mode: Mode, definition: Definition) -> None:
    names = places(*NODES)
    near = pd.DataFrame({"id": ["x"], "lon": [120.0], "lat": [30.005]})
    table = travel_times(
        network,
        pd.concat([names, near]),
        names,
        mode=mode,
        definition=definition,
        statistics=ALL,
        parameters=PARAMETERS,
        window_min=WINDOW,
        with_parts=True,
    )
    minutes = table[["access_min", "waiting_min", "riding_min", "egress_min"]]
    reached = table["minutes"].notna()
    assert reached.any()
    assert (minutes[reached] >= 0).all(axis=None)
    assert (minutes.sum(axis=1) - table["minutes"])[reached].abs().max() < 1e-9
    assert (minutes.isna().all(axis=1) == ~reached).all()
    assert (table["rides"].isna() == ~reached).all()
    without = travel_times(
        network,
        pd.concat([names, near]),
        names,
        mode=mode,
        definition=definition,
        statistics=ALL,
        parameters=PARAMETERS,
        window_min=WINDOW,
    )
    pd.testing.assert_frame_equal(table[without.columns], without)


def test_the_far_end_takes_a_taxi(network: Network) -> None:
    # As to C, then 4 minutes to F and 1 to be picked up.
    found = transit(network, places("B"), places("F"), window_min=WINDOW)
    assert found["fastest"].minutes == pytest.approx(54, abs=0.05)
    assert found["fastest"].legs[-1]["mode"] == "car"


def test_peak_slows_the_way_to_the_station(network: Network) -> None:
    found = transit(network, places("B"), places("C"), window_min=WINDOW, peak=True)
    assert found["fastest"].minutes == pytest.approx(59, abs=0.05)


def test_the_metro_is_waited_for_half_its_headway(network: Network) -> None:
    # At D: 2 minutes to the platform, 5 of waiting, 8 aboard, 1 to the street.
    found = transit(network, places("D"), places("E"), window_min=(430.0, 465.0))
    assert [found[one.value].minutes for one in ALL] == pytest.approx([16, 16, 16], abs=0.01)


def test_without_a_journey_in_time_there_is_none(network: Network) -> None:
    found = transit(network, places("B"), places("C"), window_min=(330.0, 390.0))
    # 07:36 is within two hours of 05:40 to 06:25, ten of twelve wanted departures.
    assert found["fastest"].minutes == pytest.approx(49, abs=0.05)
    assert found["median"].minutes == pytest.approx(49, abs=0.05)
    assert np.isnan(found["p90"].minutes)
    assert found["p90"].legs == []


def test_a_station_out_of_reach_is_not_reached() -> None:
    # Z lies off all roads, 150 km from the drawing: its trains are known, but lead to no place.
    stops = STOPS | {"Z": (121.5, 31.0, "rail")}
    trips = {"G9/1": [("P", "08:00"), ("Z", "09:00"), ("Q", "10:00")]}
    network = drawn_network(drawn_feed(trips, stops=stops))
    there = pd.DataFrame({"id": ["z"], "lon": [121.5], "lat": [31.0]})
    walked = transit(network, places("B"), there, window_min=WINDOW)
    assert walked["fastest"].minutes == pytest.approx(14 + 10 + 60 + 5, abs=0.05)
    beside = there.assign(lon=121.6)
    assert np.isnan(transit(network, places("B"), beside, window_min=WINDOW)["fastest"].minutes)
    through = transit(network, places("B"), places("C"), window_min=WINDOW)
    assert through["fastest"].minutes == pytest.approx(14 + 10 + 120 + 5, abs=0.05)


def test_near_places_are_walked_between(network: Network) -> None:
    here = pd.DataFrame({"id": ["x"], "lon": [120.0], "lat": [30.005]})
    found = transit(network, here, places("A"), window_min=WINDOW)
    assert found["median"].minutes == pytest.approx(5.54, abs=0.02)  # 554 m at 6 km/h
    assert [leg["mode"] for leg in found["median"].legs] == ["walk"]


def test_origins_never_vanish(network: Network) -> None:
    far = pd.DataFrame({"id": ["far", "B"], "lon": [125.0, 120.1], "lat": [30.0, 30.0]})
    for mode in Mode:
        table = travel_times(
            network, far, places("C", "F"), mode=mode, parameters=PARAMETERS, window_min=WINDOW
        )
        assert table["origin"].tolist() == ["far", "far", "B", "B"]
        assert table["minutes"].isna().tolist() == [True, True, False, False]


def test_public_transport_needs_trains() -> None:
    for mode in (Mode.TRANSIT, Mode.BEST):
        with pytest.raises(InputError) as caught:
            travel_times(
                drawn_network(), places("A"), places("C"), mode=mode, parameters=PARAMETERS
            )
        assert [problem.key for problem in caught.value.problems] == ["error.network_no_trains"]


def test_best_is_the_quicker_of_both(network: Network) -> None:
    table = travel_times(
        network,
        places("B", "D"),
        places("C", "E"),
        mode=Mode.BEST,
        parameters=PARAMETERS,
        window_min=WINDOW,
        terminal_minutes=3,
    )
    minutes = table.set_index(["origin", "destination"])["minutes"]
    assert minutes["B", "C"] == pytest.approx(13, abs=0.01)  # by car, terminal included
    assert set(table["mode"]) == {"best"}
    assert minutes["D", "E"] == pytest.approx(15, abs=0.01)


def test_picks_are_nearest_ranks_of_real_journeys() -> None:
    times = np.array([40.0, 10.0, np.nan, 30.0, 20.0])
    assert times[pick(times, Statistic.FASTEST)] == 10
    assert times[pick(times, Statistic.MEDIAN)] == 30
    assert pick(times, Statistic.P90) == -1
    assert pick(np.array([]), Statistic.FASTEST) == -1
    assert pick(np.arange(10.0), Statistic.P90) == 8


@given(st.lists(st.lists(st.integers(0, 9).map(float) | st.just(np.nan), max_size=6), max_size=4))
def test_picks_in_groups_are_those_of_each_group(groups: list[list[float]]) -> None:
    statistics = list(Statistic)
    first = np.cumsum([0, *map(len, groups)])
    found = picked_in_groups(
        np.array([one for group in groups for one in group], dtype=float), first, statistics
    )
    assert found.shape == (len(groups), len(statistics))
    for durations, picked in zip(groups, found, strict=True):
        rows = [pick(np.array(durations), statistic) for statistic in statistics]
        wanted = [durations[row] if row >= 0 else np.nan for row in rows]
        assert np.array_equal(picked, wanted, equal_nan=True)
