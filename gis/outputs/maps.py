"""Layers as the browser map needs them: few columns, one file a layer, names apart.

A built layer carries everything that a planner may ask; the map needs names, what decides the
symbol and the years between which a thing exists. Lines and areas stay whole, since the map cuts
and simplifies them by zoom itself; what is prepared here is what it cannot do alone: which points
carry the names at which zoom, the year in a written date, the hue of a zone by its pilot zone.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping

import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry import mapping

LABEL_COLUMNS = ("kind", "rank", "name_zh", "name_en", "hue", "geometry")
INDEXED = ("places", "townships", "stations", "zones", "projects", "cities", "counties")
COORDINATE_DECIMALS = 5
SHORE_DEGREES = 0.006  # about 600 m, within the accuracy of shore and borders
ALONGSIDE_DEGREES = 0.0004
SEATS = (("centre_lon", "centre_lat"), ("seat_lon", "seat_lat"))
REST = "其他"  # a remainder of a province is no name to print
PILOT_ZONE = "pilot_zone"
PROVINCIAL = "provincial"
BLOCK = "block"
PILOT_LEVELS = (PILOT_ZONE, BLOCK, "start_area")
OPENED_AND_UNDATED = 0
MODE_HUES = {
    "rail": "rail", "hub": "rail",
    "road": "road", "bus": "road", "corridor": "road",
    "waterway": "water", "port": "water", "water_works": "water",
    "air": "air",
}  # fmt: skip

Layers = Mapping[str, gpd.GeoDataFrame]


def map_layers(layers: Layers) -> dict[str, gpd.GeoDataFrame]:
    """Return the layers of the browser map.

    Parameters
    ----------
    layers
        Built layers by name, WGS84. A layer that is not there leaves its map layer out.

    Returns
    -------
    dict
        Map layer name -> features, WGS84, with only the columns that the map reads.

    """
    builders: dict[str, tuple[str, Callable[[gpd.GeoDataFrame], gpd.GeoDataFrame]]] = {
        "context": ("context", _named),
        "land": ("coast", _bare),
        "waters": ("waters", _waters),
        "townships": ("townships", _named),
        "zones": ("zones", _zones),
        "corridors": ("corridors", _named),
        "projects": ("projects", _projects),
        "roads": ("roads", _roads),
        "rail": ("rail_lines", _rail),
        "stations": ("stations", _stations),
    }
    prepared = {
        name: build(layers[source])
        for name, (source, build) in builders.items()
        if source in layers
    }
    prepared["labels"] = label_points(layers)
    if {"coast", "cities", "counties"} <= set(layers):
        prepared["home"] = _home(layers["coast"], layers["cities"])
        prepared["borders"] = border_lines(layers["coast"], layers["cities"], layers["counties"])
    return prepared


def label_points(layers: Layers) -> gpd.GeoDataFrame:
    """Return the points that carry the names of areas.

    Parameters
    ----------
    layers
        Built layers by name, WGS84.

    Returns
    -------
    GeoDataFrame
        ``kind`` (city, county, town, outside, water, zone, block), ``rank`` (lower is placed
        first), both names and the ``hue`` of a zone; WGS84.

    """
    parts: list[pd.DataFrame] = []
    if "cities" in layers:
        cities = _short_named(layers["cities"])
        inside = cities[cities["in_study_area"].astype(bool)]
        outside = cities[~cities["in_study_area"].astype(bool)]
        parts += [
            _labels(inside, "city", rank=1),
            _labels(outside, "outside", rank=3),
        ]
    if "counties" in layers:
        parts.append(_labels(layers["counties"], "county", rank=4))
    if "townships" in layers:
        parts.append(_labels(layers["townships"], "town", rank=7))
    if "context" in layers:
        neighbours = _short_named(layers["context"])
        unnamed = neighbours["name_zh"].str.contains(REST, regex=False)
        parts.append(_labels(neighbours[~unnamed], "outside", rank=3))
    if "waters" in layers:
        parts.append(_water_labels(layers["waters"]))
    if "zones" in layers:
        zones = _zones(layers["zones"])
        areas = zones[
            (zones["group"] == "pilot") & zones.geometry.geom_type.isin(["Polygon", "MultiPolygon"])
        ]
        parts += [
            _labels(areas[areas["level"] == PILOT_ZONE], "zone", rank=2),
            _labels(areas[areas["level"] == BLOCK], "block", rank=2),
        ]
    columns = list(LABEL_COLUMNS)
    if not parts:
        return gpd.GeoDataFrame({name: [] for name in columns}, geometry="geometry", crs=4326)
    merged = pd.concat([part.reindex(columns=columns) for part in parts], ignore_index=True)
    return gpd.GeoDataFrame(merged, geometry="geometry", crs=4326)


def border_lines(
    coast: gpd.GeoDataFrame, cities: gpd.GeoDataFrame, counties: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """Return the borders on land, once each: what runs along the shore is no border to draw.

    Parameters
    ----------
    coast, cities, counties
        Built layers, WGS84.

    Returns
    -------
    GeoDataFrame
        ``kind`` city or county; WGS84.

    """
    inland = shapely.buffer(shapely.union_all(coast.geometry.values), -SHORE_DEGREES)
    of_cities = shapely.union_all(shapely.boundary(cities.geometry.values))
    of_counties = shapely.union_all(shapely.boundary(counties.geometry.values))
    beside_cities = shapely.buffer(of_cities, ALONGSIDE_DEGREES)
    lines = {
        "city": shapely.intersection(of_cities, inland),
        "county": shapely.intersection(shapely.difference(of_counties, beside_cities), inland),
    }
    merged = [shapely.line_merge(line) for line in lines.values()]
    return gpd.GeoDataFrame({"kind": list(lines)}, geometry=merged, crs=4326)


def name_index(layers: Layers) -> list[tuple[str, str, str, float, float]]:
    """Return what can be searched by name.

    Parameters
    ----------
    layers
        Built layers by name, WGS84.

    Returns
    -------
    list
        ``(layer, name_zh, name_en, longitude, latitude)`` of every named feature, areas and lines
        at a point on them; each name once a layer.

    """
    entries: dict[tuple[str, str, str], tuple[float, float]] = {}
    for layer in INDEXED:
        if layer not in layers:
            continue
        frame = layers[layer]
        points = anchors(frame)
        rows = zip(frame["name_zh"], frame["name_en"], points.x, points.y, strict=True)
        for name_zh, name_en, lon, lat in rows:
            if name_zh:
                key = (layer, str(name_zh), _text_or_blank(name_en))
                entries.setdefault(key, (_rounded(lon), _rounded(lat)))
    return [(*key, *at) for key, at in entries.items()]


def anchors(frame: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """Return the point that stands for each feature: centre or seat if there is one.

    Parameters
    ----------
    frame
        Features in WGS84.

    """
    inside = frame.geometry.representative_point()
    for lon_column, lat_column in SEATS:
        if lon_column in frame.columns:
            lon, lat = pd.to_numeric(frame[lon_column]), pd.to_numeric(frame[lat_column])
            seats = gpd.GeoSeries(gpd.points_from_xy(lon, lat), index=frame.index, crs=4326)
            return seats.where(lon.notna(), inside)
    return inside


def feature_collection(frame: gpd.GeoDataFrame) -> str:
    """Return a frame as compact GeoJSON text; what is missing or empty is left out.

    Parameters
    ----------
    frame
        Features in WGS84.

    """
    shapes = frame.geometry.to_numpy()
    frame = frame[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    columns = [name for name in frame.columns if name != frame.geometry.name]
    records = frame[columns].to_dict("records")
    features = [
        {
            "type": "Feature",
            "properties": {
                str(name): value for name, value in record.items() if _is_present(value)
            },
            "geometry": _rounded_geometry(mapping(geometry)),
        }
        for record, geometry in zip(records, frame.geometry, strict=True)
    ]
    collection = {"type": "FeatureCollection", "features": features}
    return json.dumps(collection, ensure_ascii=False, separators=(",", ":"), default=_plain)


def first_year(written: object) -> int | None:
    """Return the first year named in a written date such as ``2025-06`` or ``target end 2027``."""
    found = re.search(r"(?:19|20)\d\d", str(written or ""))
    return int(found.group()) if found else None


# Layer by layer ------------------------------------------------------------------------------


def _bare(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return frame[[frame.geometry.name]]


def _home(coast: gpd.GeoDataFrame, cities: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the land of the province, which stands out from that of its neighbours."""
    land = shapely.union_all(coast.geometry.values)
    province = shapely.union_all(cities.geometry.values)
    return gpd.GeoDataFrame(geometry=[shapely.intersection(land, province)], crs=4326)


def _named(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return _columns(frame, "id", "name_zh", "name_en")


def _waters(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return _columns(frame, "name_zh", "name_en", "kind")


def _zones(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Tell the provincial pilot zones, each in its hue, from everything else with an area."""
    zones = _columns(frame, "id", "name_zh", "name_en", "level", "basis", "certainty")
    parents = dict(zip(frame["id"], frame["parent_id"], strict=True))
    # Pilot zones that cities or counties set up inside a provincial one are drawn with the rest.
    of_province = (frame["level"] != PILOT_ZONE) | (frame["tier"] == PROVINCIAL)
    is_pilot = (frame["level"] == PILOT_ZONE) & of_province
    hues = {zone: position for position, zone in enumerate(sorted(frame.loc[is_pilot, "id"]))}
    roots = [_root(zone, parents) for zone in frame["id"]]
    below = pd.Series([root in hues for root in roots], index=frame.index)
    in_pilot = frame["level"].isin(PILOT_LEVELS) & below & of_province
    areas = frame.geometry.geom_type.isin(["Polygon", "MultiPolygon"])
    # A pilot zone is the union of its blocks: fill the blocks, or the zone that has none.
    with_blocks = set(frame.loc[areas & (frame["level"] == BLOCK), "parent_id"])
    zones["hue"] = [hues.get(root, len(hues)) for root in roots]
    zones["group"] = in_pilot.map({True: "pilot", False: "other"})
    zones["fill"] = areas & in_pilot & ~frame["id"].isin(with_blocks)
    return zones


def _root(zone: str, parents: Mapping[str, str]) -> str:
    seen = {zone}
    parent = _text_or_blank(parents.get(zone))
    while parent and parent not in seen:
        seen.add(parent)
        zone, parent = parent, _text_or_blank(parents.get(parent))
    return zone


def _projects(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    projects = _columns(frame, "id", "name_zh", "name_en", "mode", "status", "certainty")
    dates = frame["opened_or_target"] if "opened_or_target" in frame else [None] * len(frame)
    projects["hue"] = [MODE_HUES.get(str(mode), "other") for mode in projects.pop("mode")]
    projects["opened"] = _openings(dates, projects["status"])
    return projects.rename(columns={"status": "state"})


def _roads(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    roads = _columns(frame, "name_zh", "name_en", "road_class", "ref")
    return _with_years(roads, frame)


def _rail(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return _with_years(_columns(frame, "name_zh", "name_en", "mode", "status"), frame)


def _stations(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    stations = _columns(frame, "id", "name_zh", "name_en", "kind", "status")
    stations["opened"] = _openings(frame["opened_date"], stations["status"])
    return stations


def _with_years(prepared: gpd.GeoDataFrame, frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    opened = _years(frame["opened_year"])
    closed = _years(frame["closed_year"]) if "closed_year" in frame else None
    return prepared.assign(opened=opened, closed=closed)


def _years(written: pd.Series) -> pd.Series:
    """Give whole years or None, as objects so that a missing one does not make decimals."""
    return pd.Series([first_year(year) for year in written], index=written.index, dtype=object)


def _openings(dates: Iterable[object], states: pd.Series) -> pd.Series:
    years = [_opening(first_year(date), state) for date, state in zip(dates, states, strict=True)]
    return pd.Series(years, index=states.index, dtype=object)


def _opening(year: int | None, state: str) -> int | None:
    """Year from which a thing is drawn as open; one that is open without a date always was."""
    if state == "open":
        return OPENED_AND_UNDATED if year is None else year
    return year if state in {"under_construction", "planned", "partly_open"} else None


def _columns(frame: gpd.GeoDataFrame, *names: str) -> gpd.GeoDataFrame:
    kept = [name for name in names if name in frame.columns]
    return frame[[*kept, frame.geometry.name]].copy()


def _labels(frame: gpd.GeoDataFrame, kind: str, *, rank: int) -> pd.DataFrame:
    kept = [name for name in ("name_zh", "name_en", "hue") if name in frame.columns]
    return pd.DataFrame(frame[kept]).assign(kind=kind, rank=rank, geometry=anchors(frame))


def _short_named(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Call a city by its name alone, as maps do: 杭州 for 杭州市."""
    return frame.assign(
        name_zh=frame["name_zh"].str.removesuffix("市"),
        name_en=frame["name_en"].str.removesuffix(" City"),
    )


def _water_labels(frame: gpd.GeoDataFrame) -> pd.DataFrame:
    """Name each water once, at its largest piece."""
    named = frame[frame["name_zh"].astype(bool)]
    sizes = named.geometry.envelope.bounds
    span = (sizes["maxx"] - sizes["minx"]) * (sizes["maxy"] - sizes["miny"])
    largest = named.loc[span.groupby(named["name_zh"]).idxmax().sort_values()]
    return _labels(largest, "water", rank=5)


# GeoJSON -------------------------------------------------------------------------------------


def _rounded(degrees: float) -> float:
    return round(float(degrees), COORDINATE_DECIMALS)


def _rounded_geometry(geometry: Mapping[str, object]) -> dict[str, object]:
    return {"type": geometry["type"], "coordinates": _rounded_all(geometry["coordinates"])}


def _rounded_all(coordinates: object) -> object:
    if isinstance(coordinates, float | int):
        return _rounded(coordinates)
    assert isinstance(coordinates, Iterable)  # noqa: S101 - nested tuples of numbers
    return [_rounded_all(part) for part in coordinates]


def _is_present(value: object) -> bool:
    return value is not None and value != "" and value == value  # noqa: PLR0124 - drops NaN


def _text_or_blank(value: object) -> str:
    return value if isinstance(value, str) else ""


def _plain(value: object) -> object:
    """Give JSON the plain value of a NumPy scalar."""
    item = getattr(value, "item", None)
    if item is None:
        raise TypeError(f"{type(value).__name__} has no place in GeoJSON")
    return item()
