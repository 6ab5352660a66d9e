"""Areas within a travel time of a point, by car or by public transport.

Along the roads of the network the reach is exact, parts of edges included. Off them one goes at
local speed (``local_drive_kmh``, or on foot), lengthened by the detour of streets, around water,
and no farther than ``max_off_network_km`` from a road that can be left there: motorways, bridges,
tunnels and ferries are left at their ends only. Times off the roads are computed on a grid whose
steps are never shorter than the way; the polygons lie inside what is so reached, and never cover
water.
"""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import shapely

from gis.access.contours import area_within
from gis.access.surfaces import Surface, surfaces_from
from gis.access.tiles import CELL_M
from gis.catalogue.parameters import TravelParameters
from gis.core.crs import to_geographic
from gis.core.schemas import Mode, Statistic
from gis.core.units import DECISECONDS_PER_MINUTE
from gis.network.model import Network

MAX_MINUTES = 240.0


def isochrones(
    network: Network,
    lon: float,
    lat: float,
    *,
    parameters: TravelParameters,
    minutes: Sequence[float] = (30.0, 60.0),
    mode: Mode = Mode.CAR,
    peak: bool = False,
    statistic: Statistic = Statistic.MEDIAN,
) -> gpd.GeoDataFrame:
    """Return the area within each of some travel times of a point.

    By public transport a stop counts with the statistic of its door-to-door times over the
    departure window (:mod:`gis.access.travel_times`); from there one walks, or takes a taxi from
    a railway station. By ``best`` an area is reached by either means.

    Parameters
    ----------
    network
        The network; its grid is prepared where it is first needed (:mod:`gis.access.fields`).
    lon, lat
        The point, WGS84.
    parameters
        Speeds, buffers and limits.
    minutes
        Travel times, up to 240.
    mode
        ``car``, ``transit`` or ``best``.
    peak
        Peak road times and morning departures.
    statistic
        Which of the journeys in the window counts; for public transport only.

    Returns
    -------
    geopandas.GeoDataFrame
        ``minutes, mode, geometry`` (WGS84), from the longest to the shortest; each area lies
        inside the ones before it and covers no water. An area is empty where nothing is reached.

    Raises
    ------
    ValueError
        If a travel time is not above 0, or beyond 240.

    """
    limits = sorted({float(limit) for limit in minutes})
    if not limits or limits[0] <= 0 or limits[-1] > MAX_MINUTES:
        raise ValueError(f"minutes must be above 0 and at most {MAX_MINUTES:g}, not {minutes}")
    surfaces = surfaces_from(
        network,
        lon,
        lat,
        parameters=parameters,
        limit_min=limits[-1],
        mode=mode,
        peak=peak,
        statistic=statistic,
    )
    parts = [_joined([_area(surface, limit) for surface in surfaces]) for limit in limits]
    columns = {"minutes": limits, "mode": mode.value}
    metric = gpd.GeoDataFrame(columns, geometry=parts, crs=network.metric_system)
    frame = to_geographic(metric, where="isochrones")
    areas: list[shapely.Geometry] = []
    for part in frame.geometry:
        # A shorter area is part of the longer one by definition. Borders on one surface share
        # their corners exactly; where surfaces were joined, rounding must not part them.
        areas.append(_joined([part, *areas[-1:]]) if len(surfaces) > 1 else part)
    dry = gpd.GeoSeries([_dry(network, area) for area in areas], crs=frame.crs)
    return frame.set_geometry(dry).iloc[::-1].reset_index(drop=True)


def _joined(areas: Sequence[shapely.Geometry]) -> shapely.Geometry:
    return areas[0] if len(areas) == 1 else shapely.union_all(areas)


def _area(surface: Surface, limit_min: float) -> shapely.Geometry:
    if not surface.time_ds.size:
        return shapely.MultiPolygon()
    # Half a cell's diagonal in hand: no point between centres is claimed that is farther off.
    return area_within(
        surface.time_ds,
        limit_ds=limit_min * DECISECONDS_PER_MINUTE - surface.in_hand_ds,
        step_ds=CELL_M * surface.metre_ds,
        left=surface.left,
        top=surface.top,
        cell_m=CELL_M,
    )


def _dry(network: Network, area: shapely.Geometry) -> shapely.MultiPolygon:
    """Return an area in WGS84 without the water in it."""
    tiles = network.water.sindex.query(area, predicate="intersects")
    water = shapely.union_all(network.water.geometry.to_numpy()[np.sort(tiles)])
    parts = shapely.get_parts(shapely.difference(area, water))
    return shapely.MultiPolygon([part for part in parts if part.geom_type == "Polygon"])
