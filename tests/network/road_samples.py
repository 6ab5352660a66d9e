"""Small road tables drawn by hand."""

from collections.abc import Iterable

import geopandas as gpd
import pandas as pd
import shapely

from gis.catalogue.roads import (
    RoadBarrier,
    RoadClass,
    RoadLine,
    RoadNode,
    RoadSpeed,
    RoadTables,
    Terrain,
)
from gis.core.crs import GEOGRAPHIC

# 0.1 degrees of longitude at 30 N, and of latitude, in metres.
EAST_M = 9649.1
NORTH_M = 11085.3


def speed(road: RoadClass, terrain: Terrain) -> RoadSpeed:
    """Give round numbers: motorway 100, others 50 km/h; half of it at peak; circuity 1.2."""
    return RoadSpeed(
        road_class=road,
        terrain=terrain,
        speed_kmh=100 if road is RoadClass.MOTORWAY else 50,
        peak_factor=0.5,
        circuity=1.2,
        source_id="SRC-TEST",
        certainty="high",
    )


def node(identifier: str, kind: str, lon: float, lat: float) -> RoadNode:
    return RoadNode(
        id=identifier,
        name_zh=identifier,
        kind=kind,
        lon=lon,
        lat=lat,
        source_id="SRC-TEST",
        certainty="high",
    )


def line(identifier: str, road_class: str, nodes: str, **columns: object) -> RoadLine:
    base: dict[str, object] = {
        "id": identifier,
        "name_zh": identifier,
        "name_en": identifier,
        "road_class": road_class,
        "nodes": nodes,
        "controlled": "no",
        "toll": "no",
        "status": "open",
        "source_id": "SRC-TEST",
        "certainty": "high",
    }
    return RoadLine.model_validate(base | columns)


def tables(
    *,
    nodes: Iterable[RoadNode] = (),
    lines: Iterable[RoadLine] = (),
    barriers: Iterable[RoadBarrier] = (),
    **parameters: float,
) -> RoadTables:
    return RoadTables(
        nodes=tuple(nodes),
        lines=tuple(lines),
        speeds={(road, ground): speed(road, ground) for road in RoadClass for ground in Terrain},
        terrain={},
        barriers=tuple(barriers),
        parameters={
            "ramp_m": 500.0,
            "ramp_s": 60.0,
            "design_speed_share": 0.9,
            "link_max_km": 30.0,
            "link_access_m": 0.0,
            "coincident_m": 60.0,
            "access_max_km": 12.0,
            "access_most": 4.0,
            **{f"beta_{ground}": 1.0 for ground in Terrain},
            **parameters,
        },
    )


def seats(**places: tuple[float, float]) -> pd.DataFrame:
    """Give a table of township seats from ``T1=(lon, lat)``."""
    return pd.DataFrame(
        [(name, name, lon, lat) for name, (lon, lat) in places.items()],
        columns=["id", "name_zh", "lon", "lat"],
    )


def water(*boxes: tuple[float, float, float, float], crossable: str = "no") -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"crossable": [crossable] * len(boxes)},
        geometry=[shapely.box(*box) for box in boxes],
        crs=GEOGRAPHIC,
    )
