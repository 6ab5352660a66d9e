"""Population of townships from a raster of people (WorldPop, GHSL), scaled to the census.

A cell that a border cuts is divided by area: it is taken as ``parts × parts`` equal pieces, each
going whole, with its share of the people, to the township in which its centre lies. The default
of four places a border to an eighth of a cell, far finer than the borders are known. The counts
are then scaled so that every county has its census total exactly.
"""

import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import rasterio
import shapely
from rasterio import Affine
from rasterio.errors import NotGeoreferencedWarning, RasterioError
from rasterio.features import rasterize
from rasterio.windows import Window

from gis.core.crs import to_raster_system
from gis.core.errors import InputError, Problem, raise_problems
from gis.layers.population import share_out

FloatArray = npt.NDArray[np.float64]

PARTS = 4
BLOCK = 512  # cells a side read at once
SHARE_DIGITS = 4
# Rasters of people are themselves fitted to censuses, and the years between two of them move a
# county by some tens of per cent: a factor of two is another unit, another subject or a gap.
FAR_TIMES = 2.0
FAR_MOVED = 0.5  # more than half of a county elsewhere is another place rather than another way


@dataclass(frozen=True, slots=True, eq=False)
class RasterCount:
    """People of a raster in each area.

    Parameters
    ----------
    people
        People by the raster, unscaled, indexed by area id; 0 where no cell has data.
    outside
        People in no area.
    covered
        Whether an area lies wholly within the extent of the raster, indexed alike.
    touched
        Whether an area has at least a part within the extent.
    crs
        CRS of the raster, for messages.

    """

    people: "pd.Series[float]"
    outside: float
    covered: "pd.Series[bool]"
    touched: "pd.Series[bool]"
    crs: str


def count_people(path: Path, areas: gpd.GeoDataFrame, *, parts: int = PARTS) -> RasterCount:
    """Return how many people of a raster live in each area.

    Parameters
    ----------
    path
        Raster of one band with people in each cell, in any CRS; no-data and NaN are nobody.
    areas
        Polygons (WGS84) with ``id`` that do not overlap.
    parts
        Into how many parts each side of a cell is cut where borders cross it.

    Raises
    ------
    InputError
        If the raster cannot be read, has no CRS or several bands, or has negative cells.

    """
    where = str(path)
    if not path.is_file():
        raise InputError([Problem(where, "error.file_missing")])
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)  # told as a missing CRS
            raster = rasterio.open(path)
        with raster:
            raise_problems(_faults(raster, where))
            return _counted(raster, areas, parts=parts, where=where)
    except RasterioError as error:
        raise InputError([Problem(where, "error.unreadable", {"reason": str(error)})]) from error


def raster_population(
    count: RasterCount,
    townships: pd.DataFrame,
    totals: Mapping[str, int],
    *,
    where: str,
    names: Mapping[str, str] | None = None,
) -> "pd.Series[int]":
    """Share out the census total of each county by the people of a raster.

    Parameters
    ----------
    count
        People of the raster in each township.
    townships
        ``id, county_id``.
    totals
        County code -> people of the census.
    where
        The raster, for messages.
    names
        County code -> name, for messages; by default the code.

    Returns
    -------
    Series
        People as nullable integers that add up to the total of each county exactly, indexed by
        township id; missing for a county that has no total or lies wholly outside the raster.
        Published figures of single townships are not used: the way stands for itself.

    Raises
    ------
    InputError
        If the raster covers no county, one only in part, or has nobody in one (all at once).

    """
    people = pd.Series(pd.NA, index=pd.Index(townships["id"], name="id"), dtype="Int64")
    problems: list[Problem] = []
    is_anywhere = False
    for county, members in townships.groupby("county_id"):
        total = totals.get(str(county))
        ids = members["id"].to_numpy()
        if total is None or not count.touched[ids].any():
            continue
        is_anywhere = True
        weights = count.people[ids]
        name = (names or {}).get(str(county), str(county))
        if not count.covered[ids].all():
            problems.append(Problem(where, "error.raster_partial", {"county": name}))
        elif total > 0 and weights.sum() <= 0:
            fields = {"county": name, "total": total}
            problems.append(Problem(where, "error.raster_county_empty", fields))
        else:
            people[ids] = share_out(total, weights) if total else 0
    if not is_anywhere:
        problems.append(Problem(where, "error.raster_elsewhere", {"crs": count.crs}))
    raise_problems(problems)
    return people.rename("population")


def compare_townships(
    townships: pd.DataFrame, people: "pd.Series[int]", count: RasterCount
) -> pd.DataFrame:
    """Return both ways of sharing out people side by side, one row a township.

    Parameters
    ----------
    townships
        ``id, name_zh, name_en, county_id, city_id, population`` (by villages and communities).
    people
        Population by the raster, indexed by id.
    count
        The raster's own counts.

    Returns
    -------
    DataFrame
        ``id, name_zh, name_en, county_id, city_id, people_villages, people_raster, difference,
        difference_share, raster_count`` in the order of ``townships``. ``difference`` is raster
        less villages, its share is of the people by villages.

    """
    table = townships[["id", "name_zh", "name_en", "county_id", "city_id"]].reset_index(drop=True)
    villages = townships["population"].astype("Int64").reset_index(drop=True)
    raster = people.reindex(table["id"]).reset_index(drop=True)
    difference = raster - villages
    base = villages.where(villages > 0).astype("Float64")
    return table.assign(
        people_villages=villages,
        people_raster=raster,
        difference=difference,
        difference_share=(difference / base).round(SHARE_DIGITS),
        raster_count=count.people.reindex(table["id"]).round(1).to_numpy(),
    )


def compare_counties(table: pd.DataFrame, totals: Mapping[str, int]) -> pd.DataFrame:
    """Return how far the two ways differ in each county.

    Parameters
    ----------
    table
        From :func:`compare_townships`.
    totals
        County code -> people of the census.

    Returns
    -------
    DataFrame
        ``county_id, census, raster_count, raster_ratio, moved, moved_share, township_id,
        township_zh, township_en, difference``, one row a county that has both, in the order of
        the codes. ``raster_ratio`` is the raster's count over the census; ``moved`` the people
        whom the other way puts into another township (half the sum of the differences, the index
        of dissimilarity); the township is the one that differs most.

    References
    ----------
    Duncan, Duncan (1955), A methodological analysis of segregation indexes, American Sociological
    Review 20, 210-217.

    """
    compared = table.dropna(subset=["difference"])
    rows = []
    for county, members in compared.groupby("county_id"):
        census = totals[str(county)]
        moved = int(members["difference"].abs().sum()) // 2  # what one gains, another loses
        counted = float(members["raster_count"].sum())
        gaps = members["difference"].abs().to_numpy(dtype=np.float64)
        worst = members.iloc[int(gaps.argmax())]
        rows.append(
            {
                "county_id": str(county),
                "census": census,
                "raster_count": round(counted, 1),
                "raster_ratio": round(counted / census, SHARE_DIGITS) if census else None,
                "moved": moved,
                "moved_share": round(moved / census, SHARE_DIGITS) if census else None,
                "township_id": worst["id"],
                "township_zh": worst["name_zh"],
                "township_en": worst["name_en"],
                "difference": int(worst["difference"]),
            }
        )
    return pd.DataFrame(rows, columns=list(_COUNTY_COLUMNS))


@dataclass(frozen=True, slots=True)
class FarFromCensus:
    """Where a raster is too far from the census to be taken without a look at it.

    Parameters
    ----------
    ratio
        People of the raster over those of the census in all counties that have both, if it is
        more than :data:`FAR_TIMES` or less than one over it; else None.
    odd
        Codes of the counties whose own ratio is as far from the median of all counties, which
        tells a part without data from a raster in another unit.
    moved
        Codes of the counties of which more than :data:`FAR_MOVED` live in other townships.

    """

    ratio: float | None
    odd: tuple[str, ...]
    moved: tuple[str, ...]


def far_from_census(counties: pd.DataFrame) -> FarFromCensus:
    """Return where a raster is wildly different from the census.

    Parameters
    ----------
    counties
        From :func:`compare_counties`.

    """
    known = counties[counties["census"] > 0]
    if known.empty:
        return FarFromCensus(None, (), ())
    ratio = float(known["raster_count"].sum() / known["census"].sum())
    ratios = known["raster_count"] / known["census"]
    is_odd = _is_far(ratios / ratios.median())
    is_moved = known["moved_share"].astype("float64") > FAR_MOVED
    return FarFromCensus(
        ratio if _is_far(pd.Series([ratio])).any() else None,
        tuple(known.loc[is_odd, "county_id"]),
        tuple(known.loc[is_moved, "county_id"]),
    )


def _is_far(ratios: "pd.Series[float]") -> "pd.Series[bool]":
    return ~ratios.between(1 / FAR_TIMES, FAR_TIMES)


_COUNTY_COLUMNS = (
    "county_id",
    "census",
    "raster_count",
    "raster_ratio",
    "moved",
    "moved_share",
    "township_id",
    "township_zh",
    "township_en",
    "difference",
)


def _faults(raster: rasterio.DatasetReader, where: str) -> list[Problem]:
    problems = []
    if raster.crs is None:
        problems.append(Problem(where, "error.crs_missing"))
    if raster.count != 1:
        problems.append(Problem(where, "error.raster_bands", {"bands": raster.count}))
    return problems


def _counted(
    raster: rasterio.DatasetReader, areas: gpd.GeoDataFrame, *, parts: int, where: str
) -> RasterCount:
    shapes = to_raster_system(areas[["id", "geometry"]], wkt=raster.crs.to_wkt())
    polygons = shapes.geometry.to_numpy()
    tree = shapely.STRtree(polygons)
    sums = np.zeros(len(polygons) + 1)  # row 0 is outside
    negative, least = 0, 0.0
    for window in _windows(raster):
        cells = raster.read(1, window=window, masked=True).astype(np.float64)
        people = np.nan_to_num(cells.filled(0.0), nan=0.0)
        negative += int((people < 0).sum())
        least = min(least, float(people.min(initial=0.0)))
        if people.any():
            owners = _owners(raster, window, polygons, tree, parts=parts)
            pieces = people.repeat(parts, axis=0).repeat(parts, axis=1) / parts**2
            sums += np.bincount(owners.ravel(), weights=pieces.ravel(), minlength=len(sums))
    if negative:
        fields = {"cells": negative, "least": f"{least:g}"}
        raise InputError([Problem(where, "error.raster_negative", fields)])
    extent = _outline(raster.transform, (raster.height, raster.width))
    index = pd.Index(areas["id"], name="id")
    return RasterCount(
        people=pd.Series(sums[1:], index=index),
        outside=float(sums[0]),
        covered=pd.Series(shapely.covers(extent, polygons), index=index),
        touched=pd.Series(shapely.intersects(extent, polygons), index=index),
        crs=raster.crs.to_string(),
    )


def _windows(raster: rasterio.DatasetReader) -> Iterator[Window]:
    for top in range(0, raster.height, BLOCK):
        for left in range(0, raster.width, BLOCK):
            height, width = min(BLOCK, raster.height - top), min(BLOCK, raster.width - left)
            yield Window(left, top, width, height)


def _owners(
    raster: rasterio.DatasetReader,
    window: Window,
    polygons: npt.NDArray[np.object_],
    tree: shapely.STRtree,
    *,
    parts: int,
) -> npt.NDArray[np.int32]:
    """Return the row of the area, from 1, of each piece of the cells of a window; 0 for none."""
    shape = (int(window.height) * parts, int(window.width) * parts)
    transform = _pieces(raster.transform, window, parts)
    near = np.sort(tree.query(_outline(transform, shape)))
    if not len(near):
        return np.zeros(shape, dtype=np.int32)
    owners: npt.NDArray[np.int32] = rasterize(
        [(polygons[row], int(row) + 1) for row in near],
        out_shape=shape,
        transform=transform,
        fill=0,
        dtype="int32",
    )
    return owners


def _pieces(transform: Affine, window: Window, parts: int) -> Affine:
    """Return the transform of the pieces of the cells of a window.

    Written out, because Affine's product warns in some versions and is missing in others.
    """
    a, b, c, d, e, f = transform[:6]
    x, y = window.col_off, window.row_off
    return Affine(a / parts, b / parts, a * x + b * y + c, d / parts, e / parts, d * x + e * y + f)


def _outline(transform: Affine, shape: tuple[int, int]) -> shapely.Polygon:
    """Return the outline of rows and columns of cells, which may be turned."""
    a, b, c, d, e, f = transform[:6]
    rows, columns = shape
    corners = ((0, 0), (columns, 0), (columns, rows), (0, rows))
    return shapely.Polygon([(a * x + b * y + c, d * x + e * y + f) for x, y in corners])
