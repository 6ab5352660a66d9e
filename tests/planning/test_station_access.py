"""Stations near a zone, and trains from there without a change."""

import pandas as pd
import pytest

from gis.network.gtfs import Feed
from gis.planning.station_access import direct_services, straight_distances_km

#   zone Z at 120.00;  stations P (120.00, Hangzhou), Q (120.03, Hangzhou), R (120.5, Shaoxing)
#   train 1: P -> R      train 2: Q -> P
ZONES = pd.DataFrame({"id": ["Z"], "lon": [120.0], "lat": [30.0]})
STATIONS = pd.DataFrame(
    {
        "id": ["P", "Q", "R"],
        "lon": [120.0, 120.03, 120.5],
        "lat": [30.0, 30.0, 30.0],
        "city_id": ["330100", "330100", "330600"],
    }
)
CITIES = {"Z": ("330100", "330600")}


def feed(trips: dict[str, list[str]]) -> Feed:
    rows = [
        (trip, stop, order, 3600 + 600 * order, 3600 + 600 * order)
        for trip, stops in trips.items()
        for order, stop in enumerate(stops)
    ]
    columns = ["trip_id", "stop_id", "stop_sequence", "arrival_s", "departure_s"]
    empty = pd.DataFrame()
    return Feed(
        agency=empty,
        stops=empty,
        routes=empty,
        trips=empty,
        stop_times=pd.DataFrame(rows, columns=columns),
        calendar=empty,
        transfers=empty,
        feed_info=empty,
    )


def test_distance_is_geodesic_kilometres() -> None:
    table = straight_distances_km(ZONES, STATIONS)
    assert table["minutes"].tolist() == pytest.approx([0.0, 2.894, 48.24], abs=0.02)


def test_trains_to_the_other_city_are_counted_from_the_best_near_station() -> None:
    trains = feed({"1": ["P", "R"], "2": ["Q", "P"], "3": ["P", "R"]})
    table = direct_services(ZONES, STATIONS, trains, zone_cities=CITIES, catchment_km=5)
    assert table.to_dict("records") == [{"origin": "Z", "destination": "P", "minutes": 2.0}]


def test_trains_that_come_from_the_partner_do_not_lead_there() -> None:
    table = direct_services(
        ZONES, STATIONS, feed({"1": ["R", "P"]}), zone_cities=CITIES, catchment_km=5
    )
    assert table["minutes"].tolist() == [0.0]


def test_zone_without_a_station_near_has_no_service() -> None:
    table = direct_services(
        ZONES.assign(lon=119.0),
        STATIONS,
        feed({"1": ["P", "R"]}),
        zone_cities=CITIES,
        catchment_km=5,
    )
    assert table["minutes"].tolist() == [0.0]
    assert table["destination"].tolist() == [""]
