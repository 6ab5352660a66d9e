"""Readings, goals and places drawn by hand on the network of :mod:`tests.drawn_network`.

::

    P ---20, 40, 20 min there, 30 back--- Q          P at A, Q at C: rail
    Z is a rail station that no train serves; it lies at E

Everything is in one city, 330100, but Q and C, which are in 330600.
"""

import geopandas as gpd
import pandas as pd
from shapely.geometry import LineString, box

from gis.catalogue.goals import Goal, PlaceKind, Reading
from gis.catalogue.zones import Zone
from gis.core.crs import GEOGRAPHIC
from gis.network.model import Network
from gis.planning.grounds import Grounds
from gis.planning.place_sets import PlaceBook
from tests.drawn_network import NODES, PARAMETERS, drawn_feed, drawn_network

STOPS = {"P": (*NODES["A"], "rail"), "Q": (*NODES["C"], "rail"), "Z": (*NODES["E"], "rail")}
TRIPS = {
    "G1/1": [("P", "08:00"), ("Q", "08:20")],
    "D1/1": [("P", "08:30"), ("Q", "09:10")],
    "G1/2": [("P", "09:00"), ("Q", "09:20")],
    "G2/1": [("Q", "10:00"), ("P", "10:30")],
}
PEOPLE = {"A": 100.0, "B": 300.0, "C": 600.0, "D": 50.0, "E": 0.0, "F": 20.0}
RAIL = {"kind": "stations", "types": ["rail"]}
IN_VEHICLE = {
    "measure": "travel_time",
    "mode": "transit",
    "definition": "in_vehicle",
    "statistics": ["fastest", "median", "p90"],
    "decisive_statistic": "fastest",
}
BY_CAR = {
    "measure": "travel_time",
    "mode": "car",
    "definition": "in_vehicle",
    "statistics": ["fastest"],
    "decisive_statistic": "fastest",
}


def reading(**changes: object) -> Reading:
    """Make a reading: P to Q by train within 30 minutes, unless told otherwise."""
    fields: dict[str, object] = {
        "id": "A",
        "name_zh": "读法",
        "name_en": "reading",
        **IN_VEHICLE,
        "origins": RAIL | {"ids": ["P"]},
        "destinations": RAIL | {"ids": ["Q"]},
        "threshold": 30,
        "unit": "min",
        "basis": "named",
        "certainty": "high",
    }
    return Reading.model_validate(fields | changes)


def goal(*readings: Reading, **changes: object) -> Goal:
    """Make a goal of the given readings."""
    fields: dict[str, object] = {
        "id": "G-T01",
        "kind": "time_circle",
        "document_id": "D-002",
        "clause_heading": "主要目标",
        "clause_certainty": "medium",
        "key_words": "半小时交通圈",
        "name_zh": "目标",
        "name_en": "goal",
        "subject_zh": "甲乙",
        "subject_en": "A and B",
        "unit": "min",
        "basis": "named",
        "certainty": "medium",
        "computable": "yes",
        "readings": readings or (reading(),),
    }
    return Goal.model_validate(fields | changes)


def places(*names: str) -> pd.DataFrame:
    """Give points at nodes of the drawing."""
    rows = [(name, *NODES[name]) for name in names]
    return pd.DataFrame(rows, columns=["id", "lon", "lat"])


def network(*, trips: dict[str, list[tuple[str, str]]] | None = None) -> Network:
    """Give the drawn network with its trains."""
    return drawn_network(drawn_feed(TRIPS if trips is None else trips, stops=STOPS))


def book() -> PlaceBook:
    """Give the nodes as townships and city centres, and the stations."""
    nodes = pd.DataFrame(
        {
            "id": list(NODES),
            "name_zh": [f"{name}镇" for name in NODES],
            "name_en": [f"{name} Town" for name in NODES],
            "lon": [lon for lon, _ in NODES.values()],
            "lat": [lat for _, lat in NODES.values()],
            "population": [PEOPLE[name] for name in NODES],
            "city_id": ["330600" if name == "C" else "330100" for name in NODES],
            "county_id": "330109",
        }
    )
    stations = pd.DataFrame(
        {
            "id": list(STOPS),
            "name_zh": [f"{name}站" for name in STOPS],
            "name_en": [f"{name} Station" for name in STOPS],
            "lon": [lon for lon, *_ in STOPS.values()],
            "lat": [lat for _, lat, _ in STOPS.values()],
            "population": float("nan"),
            "city_id": ["330100", "330600", "330100"],
            "kind": "rail",
        }
    )
    shapes = [box(119, 29, 120.25, 31), box(120.25, 29, 121, 31)]
    areas = gpd.GeoDataFrame({"id": ["330100", "330600"]}, geometry=shapes, crs=GEOGRAPHIC)
    points = dict.fromkeys(PlaceKind, nodes) | {PlaceKind.STATIONS: stations}
    return PlaceBook(points=points, areas=areas)


def lines() -> gpd.GeoDataFrame:
    """Give two metro lines inside 330100: 10 km opened in 2020, 5 km in 2026."""
    return gpd.GeoDataFrame(
        {
            "line_id": ["M1", "M2"],
            "name_zh": ["一号线", "二号线"],
            "name_en": ["Line 1", "Line 2"],
            "mode": "metro",
            "opened_year": [2020, 2026],
            "length_km": [10.0, 5.0],
        },
        geometry=[LineString([(120, 30), (120.1, 30)]), LineString([(120, 30), (120.05, 30)])],
        crs=GEOGRAPHIC,
    )


def grounds(*networks: Network, zones: tuple[Zone, ...] = ()) -> Grounds:
    """Give what verdicts stand on; years from 2027 on lie ahead."""
    of_years = {one.year: one for one in networks or (network(),)}
    return Grounds(
        networks=of_years,
        book=book(),
        rail_lines=lines(),
        zones=zones,
        parameters=PARAMETERS,
        current_year=2026,
    )
