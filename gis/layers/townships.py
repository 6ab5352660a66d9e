"""Township areas: the surroundings of the township seats inside their county."""

from collections.abc import Mapping, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gis.catalogue.areas import Township, TownshipKind
from gis.core.crs import GEOGRAPHIC, to_geographic, to_metric
from gis.core.errors import Problem, raise_problems
from gis.core.schemas import Certainty, Method
from gis.layers.population import township_population

GRID_DEGREES = 1e-4
CURRENT = "current"
ACCURACY_M = {
    Certainty.HIGH: 3000,
    Certainty.MEDIUM: 3500,
    Certainty.LOW: 5000,
    Certainty.GUESS: 8000,
}
COLUMNS = (
    "id",
    "name_zh",
    "name_en",
    "source_id",
    "method",
    "accuracy_m",
    "status",
    "kind",
    "scope",
    "county_id",
    "city_id",
    "villages",
    "population",
    "seat_lon",
    "seat_lat",
    "seat_certainty",
    "former_names",
    "note",
)


def build_townships(
    townships: Sequence[Township],
    kinds: Sequence[TownshipKind],
    counties: gpd.GeoDataFrame,
    totals: Mapping[str, int],
) -> gpd.GeoDataFrame:
    """Divide counties among their townships.

    Each separate piece of land of a county is divided into the Thiessen polygons of the seats on
    it; a piece without a seat (an islet) goes whole to the township whose seat is nearest. The
    areas cover every county once and are exact on a grid of 0.0001 degrees, so neighbours share
    their vertices. They are indicative: no township border was surveyed.

    Parameters
    ----------
    townships
        Seats. Townships of counties that ``counties`` lacks (the neighbours) are left out.
    kinds
        Weights for sharing out the population.
    counties
        Polygons (WGS84) with ``id``.
    totals
        County code -> population.

    Returns
    -------
    GeoDataFrame
        One row a township in the order of the ids, columns :data:`COLUMNS` and polygons in WGS84.

    Raises
    ------
    InputError
        If a township gets no area or a county has no township; every one is named.

    References
    ----------
    Okabe, Boots, Sugihara, Chiu (2000), Spatial Tessellations, ch. 2.

    """
    shapes = dict(zip(counties["id"], to_metric(counties).geometry, strict=True))
    members = [item for item in townships if item.county_id in shapes]
    problems = [
        Problem(f"counties {county_id}", "error.county_without_township")
        for county_id in sorted(set(shapes) - {item.county_id for item in members})
    ]
    raise_problems(problems)
    areas = _covering(_cells(members, shapes))
    raise_problems(
        Problem(
            f"townships {item.id} {item.name_zh}",
            "error.township_without_area",
            {"county": item.county_id},
        )
        for item in members
        if item.id not in areas
    )
    people = township_population(members, kinds, totals)
    rows = [_row(item, people[item.id]) for item in sorted(members, key=lambda item: item.id)]
    frame = pd.DataFrame(rows, columns=list(COLUMNS)).astype({"population": "Int64"})
    geometry = [areas[identifier] for identifier in frame["id"]]
    return gpd.GeoDataFrame(frame, geometry=geometry, crs=GEOGRAPHIC)


def _row(township: Township, people: object) -> dict[str, object]:
    return {
        "id": township.id,
        "name_zh": township.name_zh,
        "name_en": township.name_en,
        "source_id": township.source_id,
        "method": Method.DERIVED.value,
        "accuracy_m": ACCURACY_M[township.seat_certainty],
        "status": CURRENT,
        "kind": township.kind,
        "scope": township.scope.value,
        "county_id": township.county_id,
        "city_id": township.city_id,
        "villages": township.villages,
        "population": people,
        "seat_lon": township.lon,
        "seat_lat": township.lat,
        "seat_certainty": township.seat_certainty.value,
        "former_names": ";".join(township.former_names),
        "note": township.note,
    }


def _cells(
    townships: Sequence[Township], shapes: Mapping[str, shapely.Geometry]
) -> gpd.GeoDataFrame:
    """Return raw areas (WGS84) with the id of their township, several rows for one township."""
    points = to_metric(_seat_points(townships))
    found = [
        _county_cells(points[points["county_id"] == county_id], shape)
        for county_id, shape in sorted(shapes.items())
    ]
    return to_geographic(pd.concat(found, ignore_index=True), where="townships")


def _seat_points(townships: Sequence[Township]) -> gpd.GeoDataFrame:
    rows = [
        (item.id, item.county_id, *point)
        for item in townships
        for point in ((item.lon, item.lat), *item.cell_points)
    ]
    frame = pd.DataFrame(rows, columns=["id", "county_id", "lon", "lat"])
    return gpd.GeoDataFrame(
        frame[["id", "county_id"]],
        geometry=gpd.points_from_xy(frame["lon"], frame["lat"], crs=GEOGRAPHIC),
    )


def _county_cells(seats: gpd.GeoDataFrame, shape: shapely.Geometry) -> gpd.GeoDataFrame:
    pieces = shapely.get_parts(shape)
    points = seats.geometry.to_numpy()
    ids = seats["id"].to_numpy()
    gaps = shapely.distance(points[:, None], pieces[None, :])
    # A seat on a generalised shore can lie just outside its county: the nearest piece is meant.
    home = gaps.argmin(axis=1)
    owners: list[str] = []
    areas: list[shapely.Geometry] = []
    for number, piece in enumerate(pieces):
        local = np.flatnonzero(home == number)
        if len(local) == 0:
            owners.append(str(ids[gaps[:, number].argmin()]))
            areas.append(piece)
            continue
        owners += list(ids[local])
        areas += _thiessen(points[local], piece)
    return gpd.GeoDataFrame({"id": owners}, geometry=areas, crs=seats.crs)


def _thiessen(points: np.ndarray, piece: shapely.Geometry) -> list[shapely.Geometry]:
    if len(points) == 1:
        return [piece]
    reach = shapely.box(*shapely.total_bounds([piece, *points]))
    diagram = shapely.voronoi_polygons(shapely.multipoints(points), extend_to=reach, ordered=True)
    return list(shapely.intersection(shapely.get_parts(diagram), piece))


def _covering(cells: gpd.GeoDataFrame) -> dict[str, shapely.Geometry]:
    """Return the areas on the grid with common vertices: township id -> area.

    The outlines are noded and rounded together and cut into faces; a face belongs to the cell
    that its inner point lies in. Rounding each cell by itself would leave slivers.
    """
    outlines = shapely.boundary(cells.geometry.to_numpy())
    lines = shapely.union_all(outlines, grid_size=GRID_DEGREES)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    inside = shapely.point_on_surface(faces)
    face_numbers, cell_numbers = cells.sindex.query(inside, predicate="within")
    owned = pd.DataFrame(
        {
            "id": cells["id"].to_numpy()[cell_numbers],
            "face": face_numbers,
        }
    ).drop_duplicates("face")
    return {
        str(identifier): shapely.normalize(
            shapely.coverage_union_all(faces[group["face"].to_numpy()])
        )
        for identifier, group in owned.groupby("id")
    }
