"""Networks and feeds drawn by hand, small enough to work out every time on paper.

::

    A --10 km-- B ==20 km== C          -- trunk, 60 km/h: 1 km a minute (peak: 2 minutes)
    |           |           |          == motorway, 120 km/h: 2 km a minute
   6 km       8 km        4 km         ~~ ferry, 12 km/h
    |           |           |
    D --12 km-- E ~~ 2 km ~~F          A lies at 120.0 E, 30.0 N; one km is one km on the map

Edges are straight, so a road's length is its distance; the drawing's legs are not to scale
north-south, which times do not care about.
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gis.catalogue.parameters import TravelParameters
from gis.core.crs import GEOGRAPHIC
from gis.core.provenance import Manifest
from gis.network.build import assemble_network
from gis.network.gtfs import Feed
from gis.network.model import Network

PARAMETERS = TravelParameters(
    boarding_buffer_min=10,
    metro_boarding_min=2,
    station_exit_min=5,
    metro_exit_min=1,
    rail_transfer_min=8,
    metro_transfer_min=3,
    rail_metro_transfer_min=6,
    dwell_min=2,
    walk_kmh=6,
    access_detour=1.0,
    max_walk_min=20,
    max_access_min=60,
    local_drive_kmh=30,
    max_off_network_km=3,
    longest_wait_min=120,
    parking_min=4,
    drop_off_min=1,
    peak_factor=2.0,
    peak_start_min=420,
    peak_end_min=480,
    off_peak_start_min=600,
    off_peak_end_min=660,
    departure_step_min=5,
    service_start_min=360,
    service_end_min=1380,
)
MANIFEST = Manifest("test", {}, {"source": "drawn"})

NODES = {
    "A": (120.00, 30.00),
    "B": (120.10, 30.00),
    "C": (120.30, 30.00),
    "D": (120.00, 29.94),
    "E": (120.10, 29.92),
    "F": (120.30, 29.96),
}
EDGES = (  # from, to, class, km, minutes
    ("A", "B", "trunk", 10, 10),
    ("B", "C", "motorway", 20, 10),
    ("A", "D", "trunk", 6, 6),
    ("B", "E", "trunk", 8, 8),
    ("C", "F", "trunk", 4, 4),
    ("D", "E", "trunk", 12, 12),
    ("E", "F", "ferry", 2, 10),
)


def drawn_edges() -> gpd.GeoDataFrame:
    names = list(NODES)
    return gpd.GeoDataFrame(
        {
            "edge_id": [f"{a}{b}" for a, b, *_ in EDGES],
            "source": [names.index(a) for a, *_ in EDGES],
            "target": [names.index(b) for _, b, *_ in EDGES],
            "road_id": [f"{a}{b}" for a, b, *_ in EDGES],
            "road_class": [kind for _, _, kind, *_ in EDGES],
            "terrain": "plain",
            "length_m": [km * 1000.0 for *_, km, _ in EDGES],
            "free_flow_s": [minutes * 60.0 for *_, minutes in EDGES],
            "peak_s": [minutes * 120.0 for *_, minutes in EDGES],
            "forward": True,
            "backward": True,
        },
        geometry=[shapely.LineString([NODES[a], NODES[b]]) for a, b, *_ in EDGES],
        crs=GEOGRAPHIC,
    )


def drawn_nodes() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "node_id": np.arange(len(NODES)),
            "lon": [lon for lon, _ in NODES.values()],
            "lat": [lat for _, lat in NODES.values()],
            "kind": "junction",
            "name_zh": list(NODES),
        }
    )


def drawn_feed(
    trips: dict[str, list[tuple[str, str]]] | None = None,
    *,
    stops: dict[str, tuple[float, float, str]] | None = None,
    transfers: dict[tuple[str, str], float] | None = None,
) -> Feed:
    """Make a feed.

    ``trips``: "route/trip" -> [(stop, "HH:MM" or "arrive-leave"), ...]; ``stops``: id -> lon, lat,
    kind; ``transfers``: (from, to) -> minutes. The kind of a route is that of its first stop.
    """
    stops = stops or {}
    trips = trips or {}
    rows = [
        (trip, stop, sequence, _seconds(clock.split("-")[0]), _seconds(clock.split("-")[-1]))
        for trip, calls in trips.items()
        for sequence, (stop, clock) in enumerate(calls)
    ]
    route_kinds = {trip.split("/")[0]: stops[calls[0][0]][2] for trip, calls in trips.items()}
    types = {"rail": 2, "metro": 1, "tram": 0}
    stop_times = pd.DataFrame(
        rows, columns=["trip_id", "stop_id", "stop_sequence", "arrival_s", "departure_s"]
    ).astype({"stop_sequence": np.int32, "arrival_s": np.int32, "departure_s": np.int32})
    return Feed(
        agency=pd.DataFrame(
            {
                "agency_id": ["X"],
                "agency_name": ["X"],
                "agency_url": ["https://example.org"],
                "agency_timezone": ["Asia/Shanghai"],
            }
        ),
        stops=pd.DataFrame(
            {
                "stop_id": list(stops),
                "stop_name": [f"{name}站" for name in stops],
                "stop_lat": [lat for _, lat, _ in stops.values()],
                "stop_lon": [lon for lon, _, _ in stops.values()],
                "kind": [kind for *_, kind in stops.values()],
            }
        ),
        routes=pd.DataFrame(
            {
                "route_id": list(route_kinds),
                "agency_id": "X",
                "route_short_name": list(route_kinds),
                "route_long_name": list(route_kinds),
                "route_type": [types[kind] for kind in route_kinds.values()],
            }
        ),
        trips=pd.DataFrame(
            {
                "route_id": [trip.split("/")[0] for trip in trips],
                "service_id": "daily",
                "trip_id": list(trips),
                "direction_id": 0,
            }
        ),
        stop_times=stop_times.astype({"trip_id": "category", "stop_id": "category"}),
        calendar=pd.DataFrame(
            {
                "service_id": ["daily"],
                **{day: np.array([1], dtype=np.int8) for day in _DAYS},
                "start_date": ["20260101"],
                "end_date": ["20261231"],
            }
        ),
        transfers=pd.DataFrame(
            {
                "from_stop_id": [pair[0] for pair in transfers or {}],
                "to_stop_id": [pair[1] for pair in transfers or {}],
                "transfer_type": 2,
                "min_transfer_time": np.array(
                    [round(60 * minutes) for minutes in (transfers or {}).values()], dtype=np.int32
                ),
            }
        ),
        feed_info=pd.DataFrame(
            {
                "feed_publisher_name": ["X"],
                "feed_publisher_url": ["https://example.org"],
                "feed_lang": ["zh"],
                "feed_version": ["1"],
            }
        ),
    )


def drawn_network(feed: Feed | None = None, *, water: gpd.GeoDataFrame | None = None) -> Network:
    return assemble_network(
        year=2026,
        nodes=drawn_nodes(),
        edges=drawn_edges(),
        feed=feed or drawn_feed(),
        parameters=PARAMETERS,
        manifest=MANIFEST,
        water=water,
    )


_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _seconds(clock: str) -> int:
    hours, minutes = clock.split(":")
    return 3600 * int(hours) + 60 * int(minutes)
