"""The zones layer: pilot zones, blocks, start areas, platforms, belts and partner places."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from gis.catalogue.places import ZonePlace
from gis.catalogue.registers import Corridor
from gis.catalogue.zones import Zone, ZoneLevel, ZoneTownship
from gis.core.crs import GEOGRAPHIC, area_km2, to_geographic, to_metric
from gis.core.errors import Problem, raise_problems
from gis.core.schemas import FEATURE_COLUMNS, Basis, Certainty, Method
from gis.layers.townships import CURRENT, GRID_DEGREES

AREAS_FILE = "zone_areas"
SHAPE_SOURCE = "SRC-ZONE-SHAPE"
DIGITISED_SOURCE = "SRC-ZONE-DIGITISED"
POINT_SOURCE = "SRC-ZONE-POINT"
BAND_SOURCE = "SRC-CORRIDOR-SKETCH"
UNION_ACCURACY_M = 3000.0
BAND_ACCURACY_M = 5000.0
POINT_ACCURACY_M = 2500.0
AREA_DIMENSION = 2
ROLE_AREA, ROLE_OUTLINE, ROLE_WITHIN, ROLE_SEA = "area", "outline", "within", "sea"
COLUMNS = (
    *FEATURE_COLUMNS,
    "level",
    "tier",
    "parent_id",
    "city_ids",
    "basis",
    "certainty",
    "area_km2",
    "land_km2",
    "stated_area_km2",
    "population",
    "township_ids",
    "township_ids_inferred",
    "note",
)
# From the surest to the least sure.
_CERTAINTIES = tuple(Certainty)


@dataclass(frozen=True, slots=True)
class ZoneTables:
    """The tables a zone's shape is made from.

    Parameters
    ----------
    zones, members, places, corridors
        Rows of the catalogue. ``township_id`` of a member is a township, county or city.
    areas
        Digitised polygons (WGS84) with ``zone_id``, ``role`` and ``accuracy_m``. The role tells
        how to read one: ``area`` is the zone itself; ``outline`` is the shore of the members,
        who all belong to the zone; ``within`` is the part of the members, or of the parent, that
        lies inside; ``sea`` is what is not land.

    """

    zones: Sequence[Zone]
    members: Sequence[ZoneTownship]
    places: Sequence[ZonePlace]
    corridors: Sequence[Corridor]
    areas: gpd.GeoDataFrame


@dataclass(frozen=True, slots=True)
class _Shape:
    geometry: BaseGeometry
    source_id: str
    method: Method
    accuracy_m: float
    basis: Basis
    certainty: Certainty
    named: tuple[str, ...] = ()
    inferred: tuple[str, ...] = ()
    whole: bool = True


def build_zones(
    tables: ZoneTables, townships: gpd.GeoDataFrame, land: BaseGeometry | None = None
) -> gpd.GeoDataFrame:
    """Give every zone that can be located a shape.

    The first that applies: a digitised area; the union of the member townships; the band of a
    corridor of the same thing; several places; the union of its blocks; a single point. Zones
    that nobody located have no feature: a made-up point would look like knowledge.

    Parameters
    ----------
    tables
        Catalogue rows and digitised areas.
    townships
        The townships layer.
    land
        Land (WGS84), which a zone of the sea leaves out; the townships when not given.

    Returns
    -------
    GeoDataFrame
        Columns :data:`COLUMNS`, polygons or points in WGS84, in the order of the zones table.
        ``basis`` and ``certainty`` are those of the extent, not of the name. ``area_km2`` (water
        included) and ``land_km2`` are missing for points. ``population`` is given only for zones
        of whole townships, and for none with members outside the province.

    Raises
    ------
    InputError
        If a member is no township, county or city; every one is named.

    """
    land = townships.geometry.union_all() if land is None else land
    expand = _expander(townships)
    raise_problems(_unknown_members(tables, townships))
    shapes: dict[str, _Shape] = {}
    makers: tuple[Callable[[Zone], _Shape | None], ...] = (
        lambda zone: _digitised(zone, tables.areas),
        lambda zone: _sea(zone, tables.areas, land),
        lambda zone: _union(zone, tables.members, expand, townships),
        lambda zone: _band(zone, tables.corridors),
        lambda zone: _points(zone, tables.places),
        lambda zone: _blocks(zone, tables.zones, shapes),
        lambda zone: _part_of_parent(zone, tables.areas, shapes),
        _point,
    )
    # Children need their parent (start areas) and parents their children (zones made of blocks):
    # blocks come first, then the rest.
    order = sorted(tables.zones, key=lambda zone: zone.level is not ZoneLevel.BLOCK)
    for zone in order:
        found = (shape for maker in makers if (shape := maker(zone)) is not None)
        shape = next(found, None)
        if shape is not None:
            shapes[zone.id] = _cut(shape, zone, tables.areas)
    located = [zone for zone in tables.zones if zone.id in shapes]
    people = townships.set_index("id")["population"]
    rows = [_row(zone, shapes[zone.id], people) for zone in located]
    frame = pd.DataFrame(rows, columns=list(COLUMNS)).astype({"population": "Int64"})
    geometry = [shapes[zone.id].geometry for zone in located]
    layer = gpd.GeoDataFrame(frame, geometry=geometry, crs=GEOGRAPHIC)
    surface = layer.geom_type.isin(["Polygon", "MultiPolygon"])
    layer["area_km2"] = pd.Series(area_km2(layer.geometry), index=layer.index).round(1)
    on_land = gpd.GeoSeries(
        [shapely.intersection(shape, land) for shape in layer[surface].geometry], crs=GEOGRAPHIC
    )
    layer["land_km2"] = pd.Series(area_km2(on_land), index=layer.index[surface]).round(1)
    layer.loc[~surface, "area_km2"] = float("nan")
    return layer


def _row(zone: Zone, shape: _Shape, people: "pd.Series[int]") -> dict[str, object]:
    members = sorted({*shape.named, *shape.inferred})
    count = people.loc[members].sum(skipna=False) if members and shape.whole else pd.NA
    return {
        "id": zone.id,
        "name_zh": zone.name_zh,
        "name_en": zone.name_en,
        "source_id": shape.source_id,
        "method": shape.method.value,
        "accuracy_m": shape.accuracy_m,
        "status": CURRENT,
        "level": zone.level.value,
        "tier": zone.tier.value,
        "parent_id": zone.parent_id,
        "city_ids": ";".join(zone.city_ids),
        "basis": shape.basis.value,
        "certainty": shape.certainty.value,
        "area_km2": float("nan"),
        "land_km2": float("nan"),
        "stated_area_km2": zone.area_km2,
        "population": count,
        "township_ids": ";".join(members),
        "township_ids_inferred": ";".join(sorted(shape.inferred)),
        "note": zone.note_zh,
    }


def _digitised(zone: Zone, areas: gpd.GeoDataFrame) -> _Shape | None:
    own = areas[(areas["zone_id"] == zone.id) & (areas["role"] == ROLE_AREA)]
    if own.empty:
        return None
    return _drawn(own.geometry.union_all(), own)


def _sea(zone: Zone, areas: gpd.GeoDataFrame, land: BaseGeometry) -> _Shape | None:
    own = areas[(areas["zone_id"] == zone.id) & (areas["role"] == ROLE_SEA)]
    if own.empty:
        return None
    return _drawn(_on_grid(shapely.difference(own.geometry.union_all(), land)), own)


def _drawn(geometry: BaseGeometry, own: gpd.GeoDataFrame) -> _Shape:
    return _Shape(
        geometry=geometry,
        source_id=DIGITISED_SOURCE,
        method=Method.SKETCHED,
        accuracy_m=float(own["accuracy_m"].max()),
        basis=Basis.INFERRED,
        certainty=Certainty.GUESS,
    )


def _union(
    zone: Zone,
    members: Iterable[ZoneTownship],
    expand: Callable[[str], tuple[str, ...]],
    townships: gpd.GeoDataFrame,
) -> _Shape | None:
    own = [member for member in members if member.zone_id == zone.id]
    whole = all(expand(member.township_id) for member in own)
    by_basis: dict[Basis, list[str]] = {Basis.NAMED: [], Basis.INFERRED: []}
    for member in own:
        by_basis[member.basis] += expand(member.township_id)
    ids = {*by_basis[Basis.NAMED], *by_basis[Basis.INFERRED]}
    if not ids:
        return None
    return _Shape(
        geometry=_united(townships[townships["id"].isin(ids)].geometry),
        source_id=SHAPE_SOURCE,
        method=Method.DERIVED,
        accuracy_m=UNION_ACCURACY_M,
        basis=Basis.INFERRED if by_basis[Basis.INFERRED] else Basis.NAMED,
        certainty=_least(member.certainty for member in own),
        named=tuple(by_basis[Basis.NAMED]),
        inferred=tuple(by_basis[Basis.INFERRED]),
        whole=whole,
    )


def _band(zone: Zone, corridors: Iterable[Corridor]) -> _Shape | None:
    own = [corridor for corridor in corridors if zone.id in corridor.zone_ids]
    if not own or zone.level not in _BANDS:
        return None
    lines = gpd.GeoDataFrame(
        {"width_km": [corridor.width_km for corridor in own]},
        geometry=[_line(corridor) for corridor in own],
        crs=GEOGRAPHIC,
    )
    banded = lines.dropna(subset="width_km")
    if banded.empty:
        geometry = lines.geometry.union_all()
    else:
        flat = to_metric(banded)
        flat["geometry"] = flat.buffer(flat["width_km"] * 500.0, quad_segs=4)
        geometry = _on_grid(to_geographic(flat, where=zone.id).geometry.union_all())
    return _Shape(
        geometry=geometry,
        source_id=BAND_SOURCE,
        method=Method.SKETCHED,
        accuracy_m=BAND_ACCURACY_M,
        basis=Basis.INFERRED,
        certainty=_least(corridor.certainty for corridor in own),
    )


def _points(zone: Zone, places: Iterable[ZonePlace]) -> _Shape | None:
    own = [place for place in places if place.zone_id == zone.id]
    if not own:
        return None
    return _Shape(
        geometry=shapely.MultiPoint([(place.lon, place.lat) for place in own]),
        source_id=POINT_SOURCE,
        method=Method.SKETCHED,
        accuracy_m=zone.accuracy_m or POINT_ACCURACY_M,
        basis=Basis.INFERRED,
        certainty=_least(place.certainty for place in own),
    )


def _blocks(zone: Zone, zones: Iterable[Zone], shapes: Mapping[str, _Shape]) -> _Shape | None:
    parts = [
        shapes[child.id]
        for child in zones
        if child.parent_id == zone.id and child.level is ZoneLevel.BLOCK and child.id in shapes
    ]
    if zone.level is not ZoneLevel.PILOT_ZONE or not parts:
        return None
    drawn = any(part.source_id == DIGITISED_SOURCE for part in parts)
    inferred = any(part.basis is Basis.INFERRED for part in parts)
    return _Shape(
        geometry=_united([part.geometry for part in parts]),
        source_id=SHAPE_SOURCE,
        method=Method.DERIVED,
        accuracy_m=max(part.accuracy_m for part in parts) if drawn else UNION_ACCURACY_M,
        basis=Basis.INFERRED if inferred else Basis.NAMED,
        certainty=_least(part.certainty for part in parts),
        named=tuple(member for part in parts for member in part.named),
        inferred=tuple(member for part in parts for member in part.inferred),
    )


def _part_of_parent(
    zone: Zone, areas: gpd.GeoDataFrame, shapes: Mapping[str, _Shape]
) -> _Shape | None:
    own = areas[(areas["zone_id"] == zone.id) & (areas["role"] == ROLE_WITHIN)]
    if own.empty or zone.parent_id not in shapes:
        return None
    return _drawn(_common(own.geometry.union_all(), shapes[zone.parent_id].geometry), own)


def _point(zone: Zone) -> _Shape | None:
    if zone.lon is None or zone.lat is None:
        return None
    return _Shape(
        geometry=shapely.Point(zone.lon, zone.lat),
        source_id=POINT_SOURCE,
        method=Method.SKETCHED,
        accuracy_m=zone.accuracy_m or POINT_ACCURACY_M,
        basis=Basis.INFERRED,
        certainty=Certainty.LOW
        if (zone.accuracy_m or 0.0) <= POINT_ACCURACY_M
        else Certainty.GUESS,
    )


def _cut(shape: _Shape, zone: Zone, areas: gpd.GeoDataFrame) -> _Shape:
    """Return a union of members cut to the polygon drawn for the zone, if there is one."""
    own = areas[(areas["zone_id"] == zone.id) & areas["role"].isin([ROLE_WITHIN, ROLE_OUTLINE])]
    if own.empty or shape.source_id != SHAPE_SOURCE:
        return shape
    return replace(
        shape,
        geometry=_common(shape.geometry, own.geometry.union_all()),
        source_id=DIGITISED_SOURCE,
        method=Method.SKETCHED,
        accuracy_m=float(own["accuracy_m"].max()),
        whole=bool((own["role"] == ROLE_OUTLINE).all()),
    )


_BANDS = frozenset(
    {
        ZoneLevel.CORRIDOR_BELT,
        ZoneLevel.ECO_CULTURE,
        ZoneLevel.PLATFORM,
        ZoneLevel.METRO_REGION,
        ZoneLevel.PARTNER_PLACE,
    }
)


def _line(corridor: Corridor) -> BaseGeometry:
    return shapely.LineString([(point.lon, point.lat) for point in corridor.control_points])


def _united(areas: Iterable[BaseGeometry]) -> BaseGeometry:
    return shapely.normalize(shapely.union_all(list(areas), grid_size=GRID_DEGREES))


def _common(first: BaseGeometry, second: BaseGeometry) -> BaseGeometry:
    """Return the area that two areas share, without the points and lines where they only touch."""
    parts = shapely.get_parts(shapely.intersection(first, second))
    return _on_grid(shapely.union_all(parts[shapely.get_dimensions(parts) == AREA_DIMENSION]))


def _on_grid(geometry: BaseGeometry) -> BaseGeometry:
    return shapely.normalize(shapely.set_precision(geometry, GRID_DEGREES))


def _least(certainties: Iterable[Certainty]) -> Certainty:
    return max(certainties, key=_CERTAINTIES.index)


def _expander(townships: gpd.GeoDataFrame) -> Callable[[str], tuple[str, ...]]:
    """Return a function from the code of a township, county or city to its townships."""
    known: dict[str, tuple[str, ...]] = {}
    for column in ("id", "county_id", "city_id"):
        groups = townships.groupby(column)["id"]
        known |= {str(code): tuple(ids) for code, ids in groups}
    return lambda code: known.get(code, ())


def _unknown_members(tables: ZoneTables, townships: gpd.GeoDataFrame) -> list[Problem]:
    known = {*townships["id"], *townships["county_id"], *townships["city_id"]}
    zones = {zone.id for zone in tables.zones}
    rows = [(member.zone_id, member.township_id) for member in tables.members]
    provinces = {str(city)[:2] for city in townships["city_id"]}
    # A member in another province has no area here (上海 in a metropolitan region): no fault.
    missing = [
        Problem(f"zone_townships.csv {zone_id}", "error.area_unknown", {"id": code})
        for zone_id, code in rows
        if code not in known and code.removeprefix("T")[:2] in provinces
    ]
    lost = [
        Problem("zone_townships.csv", "error.id_unknown", {"id": zone_id, "table": "zones.csv"})
        for zone_id in sorted({zone_id for zone_id, _ in rows} - zones)
    ]
    return missing + lost
