"""Rail layers: lines of railways, metros and trams, and their stations.

Railways run straight between control points that lie 3 to 8 km apart; metro lines straight from
stop to stop. A feature is a piece of a line that opened on one day, so that the lines of a year
can be told apart.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby, pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
from shapely.geometry import LineString, Point

from gis.catalogue.rail import (
    NATIONAL,
    MetroLine,
    MetroStop,
    RailLine,
    RailTables,
    Station,
    first_year,
    last_day,
    load_rail_tables,
)
from gis.core.crs import GEOD, GEOGRAPHIC
from gis.core.schemas import FEATURE_COLUMNS, Certainty, Method, Status

LINE_COLUMNS = (
    *FEATURE_COLUMNS, "line_id", "mode", "system", "opened_date", "opened_year", "design_kmh",
    "length_km", "length_basis", "certainty", "geometry",
)  # fmt: skip
STATION_COLUMNS = (
    *FEATURE_COLUMNS, "aliases", "kind", "system", "city_id", "opened_date", "opened_year",
    "lines", "line_ids", "certainty", "geometry",
)  # fmt: skip

# How far a straight piece between two points of each certainty may lie off the real line.
LINE_ACCURACY_M = {
    Certainty.HIGH: 300,
    Certainty.MEDIUM: 600,
    Certainty.LOW: 1500,
    Certainty.GUESS: 4000,
}


def build_rail_lines(
    *, seeds: Path | None = None, tables: RailTables | None = None
) -> gpd.GeoDataFrame:
    """Build the lines of railways, metros and trams.

    Parameters
    ----------
    seeds
        Folder of the seed tables; the product's own by default.
    tables
        The tables, if they are at hand already.

    Returns
    -------
    GeoDataFrame
        One feature a piece with one opening date (WGS84). ``opened_year`` is the first year whose
        network holds it: the target for lines that are not open. ``length_km`` is the published
        length or, for pieces of a line, its share of it by drawn length; ``length_basis`` is
        ``published``, ``estimated`` or ``geometry``.

    Raises
    ------
    InputError
        With every problem of the tables.

    """
    rail = tables or load_rail_tables(seeds)
    rows = [_railway(line, rail) for line in rail.rail_lines]
    for line in rail.metro_lines:
        rows += _metro_pieces(line, rail)
    layer = gpd.GeoDataFrame(rows, geometry="geometry", crs=GEOGRAPHIC)[list(LINE_COLUMNS)]
    return layer.astype({"opened_year": int})


def build_stations(
    *, seeds: Path | None = None, tables: RailTables | None = None
) -> gpd.GeoDataFrame:
    """Build the stations; the same place is one station in each system that stops there.

    Parameters
    ----------
    seeds
        Folder of the seed tables; the product's own by default.
    tables
        The tables, if they are at hand already.

    Returns
    -------
    GeoDataFrame
        One point a station (WGS84); ``lines`` and ``line_ids`` are joined by ``;``. Old stations
        have no ``opened_year``.

    Raises
    ------
    InputError
        With every problem of the tables.

    """
    rail = tables or load_rail_tables(seeds)
    data_date = rail.settings.data_date
    served = _lines_of_stations(rail)
    rows = []
    for station in rail.stations:
        lines = served.get((station.system, station.name_zh), [])
        rows.append(
            {
                **_common(station, data_date),
                "aliases": ";".join(station.aliases),
                "method": (
                    Method.SKETCHED
                    if station.certainty in {Certainty.LOW, Certainty.GUESS}
                    else Method.SURVEYED_POINT
                ).value,
                "accuracy_m": station.accuracy_m,
                "kind": station.kind,
                "system": station.system,
                "city_id": station.city_id,
                "lines": ";".join(dict.fromkeys(name for _, name in lines)),
                "line_ids": ";".join(dict.fromkeys(line_id for line_id, _ in lines)),
                "geometry": Point(station.lon, station.lat),
            }
        )
    return gpd.GeoDataFrame(rows, geometry="geometry", crs=GEOGRAPHIC)[list(STATION_COLUMNS)]


def _common(row: RailLine | Station, data_date: date) -> dict[str, object]:
    return {
        "id": row.id,
        "name_zh": row.name_zh,
        "name_en": row.name_en,
        "source_id": row.source_id,
        "status": row.status.value,
        "opened_date": row.opened_date,
        "opened_year": _year(row.opened_date, row.status, data_date),
        "certainty": row.certainty.value,
    }


def _railway(line: RailLine, rail: RailTables) -> dict[str, object]:
    points = _railway_points(line, rail)
    shape = LineString([place for _, place, _ in points])
    drawn_km = GEOD.geometry_length(shape) / 1000.0
    worst = _worst([line.certainty, *(certainty for _, _, certainty in points)])
    return {
        **_common(line, rail.settings.data_date),
        "line_id": line.line_id,
        "mode": line.mode,
        "system": NATIONAL,
        "method": (Method.SKETCHED if worst is Certainty.GUESS else Method.DIGITISED).value,
        "accuracy_m": LINE_ACCURACY_M[worst],
        "design_kmh": line.design_kmh,
        "length_km": round(line.length_km or drawn_km, 2),
        "length_basis": line.length_basis,
        "geometry": shape,
    }


def _railway_points(
    line: RailLine, rail: RailTables
) -> list[tuple[str, tuple[float, float], Certainty]]:
    names = rail.stations_by_name()
    points = []
    for point in rail.shape_points:
        if point.line_id != line.line_id:
            continue
        place = (point.lon or 0.0, point.lat or 0.0)
        if point.station_zh:
            station = names[NATIONAL, point.station_zh]
            place = (station.lon, station.lat)
        points.append((point.station_zh, place, point.certainty))
    order = [name for name, _, _ in points]
    start = order.index(line.from_station) if line.from_station else 0
    end = order.index(line.to_station) if line.to_station else len(points) - 1
    return points[start : end + 1]


def _metro_pieces(line: MetroLine, rail: RailTables) -> list[dict[str, object]]:
    data_date = rail.settings.data_date
    names = rail.stations_by_name()
    stops = rail.stops_of(line.line_id)
    places = {
        stop.station_zh: (station.lon, station.lat)
        for stop in stops
        for station in [names[line.system, stop.station_zh]]
    }
    whole_km = GEOD.geometry_length(LineString(list(places.values()))) / 1000.0
    scale = line.length_km / whole_km if line.length_km else 1.0
    rows: list[dict[str, object]] = []
    for (opened, status), hops in groupby(pairwise(stops), key=_opening):
        chain = list(hops)
        on_piece = [chain[0][0], *(other for _, other in chain)]
        shape = LineString([places[stop.station_zh] for stop in on_piece])
        worst = _worst([line.certainty, *(stop.certainty for stop in on_piece)])
        rows.append(
            {
                "id": f"{line.line_id}-{len(rows) + 1}",
                "name_zh": line.name_zh,
                "name_en": line.name_en,
                "source_id": line.source_id,
                "method": Method.DERIVED.value,
                "accuracy_m": LINE_ACCURACY_M[_worst([worst, Certainty.MEDIUM])],
                "status": status.value,
                "line_id": line.line_id,
                "mode": line.mode,
                "system": line.system,
                "opened_date": opened,
                "opened_year": _year(opened, status, data_date),
                "design_kmh": line.design_kmh,
                "length_km": round(GEOD.geometry_length(shape) / 1000.0 * scale, 2),
                "length_basis": line.length_basis if line.length_km else "geometry",
                "certainty": worst.value,
                "geometry": shape,
            }
        )
    return rows


def _opening(hop: tuple[MetroStop, MetroStop]) -> tuple[str, Status]:
    # A hop opens with the later of its two stops.
    later = max(hop, key=lambda stop: (stop.status is not Status.OPEN, _day(stop.opened_date)))
    return later.opened_date, later.status


def _day(written: str) -> date:
    return last_day(written) or date.min


def _year(opened_date: str, status: Status, data_date: date) -> float:
    year = first_year(opened_date, status, data_date=data_date)
    return np.nan if year is None else float(year)


def _worst(certainties: Iterable[Certainty]) -> Certainty:
    return max(certainties, key=list(Certainty).index)


def _lines_of_stations(
    rail: RailTables,
) -> Mapping[tuple[str, str], Sequence[tuple[str, str]]]:
    served: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for railway in rail.rail_lines:
        for name, _, _ in _railway_points(railway, rail):
            if name:
                served.setdefault((NATIONAL, name), []).append((railway.line_id, railway.name_zh))
    metro = {line.line_id: line for line in rail.metro_lines}
    for stop in rail.metro_stops:
        line = metro[stop.line_id]
        served.setdefault((line.system, stop.station_zh), []).append((line.line_id, line.name_zh))
    return served
