"""Rasters read back as they were, lie in the file as a reader at a distance needs, and are styled.

Times are those from A on the drawn network, with a river north of the road from A to B.
"""

import json
import struct
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely

from gis.access.time_surface import TimeSurface, travel_time_surface
from gis.core.crs import GEOGRAPHIC, METRIC, to_metric, xy_between
from gis.core.errors import InputError
from gis.core.provenance import manifest_digest
from gis.core.schemas import Mode, Statistic
from gis.network.model import Network
from gis.outputs.qgis_rasters import TIME_RAMP
from gis.outputs.raster_grid import RasterGrid, grid_over
from gis.outputs.raster_tags import time_tags
from gis.outputs.rasters import (
    BLOCK,
    NO_DATA,
    NOT_REACHED,
    REACHED,
    WATER,
    time_bands,
    write_time_raster,
)
from tests.drawn_network import NODES, PARAMETERS, drawn_network
from tests.outputs.system_python import need, run_python

AREA = (119.9, 29.85, 120.4, 30.1)
RIVER = gpd.GeoDataFrame(
    {"kind": ["river"]}, geometry=[shapely.box(119.8, 30.008, 120.5, 30.016)], crs=GEOGRAPHIC
)
PLACES = pd.DataFrame({"id": ["A"], "name_zh": ["甲"], "lon": [120.0], "lat": [30.0]})
LIMIT = 30.0


@pytest.fixture(scope="module")
def network() -> Network:
    return drawn_network(water=RIVER)


@pytest.fixture(scope="module")
def surface(network: Network) -> TimeSurface:
    return travel_time_surface(network, PLACES, parameters=PARAMETERS, limit_min=LIMIT)


def write(path: Path, network: Network, surface: TimeSurface, grid: RasterGrid) -> None:
    tags = time_tags(
        network,
        PLACES,
        grid,
        mode=Mode.CAR,
        statistic=Statistic.MEDIAN,
        peak=False,
        limit_min=LIMIT,
    )
    minutes, ground = time_bands(surface, grid, network.water)
    write_time_raster(path, minutes, ground, grid, tags=tags)


@pytest.fixture(scope="module")
def raster(
    tmp_path_factory: pytest.TempPathFactory, network: Network, surface: TimeSurface
) -> Path:
    path = tmp_path_factory.mktemp("rasters") / "时间.tif"
    write(path, network, surface, grid_over(AREA, metric_system=METRIC, cell_m=50.0))
    return path


def test_values_are_those_of_the_surface_and_water_has_none(
    raster: Path, surface: TimeSurface, network: Network
) -> None:
    with rasterio.open(raster) as read:
        minutes, ground = read.read()
        rows, columns = np.indices(minutes.shape)
        left, top = read.bounds.left, read.bounds.top
        assert read.nodata == NO_DATA
        assert read.crs == rasterio.crs.CRS.from_string(METRIC)
    x, y = left + (columns + 0.5) * 50.0, top - (rows + 0.5) * 50.0
    lon, lat = xy_between(x, y, source=METRIC, target=GEOGRAPHIC)
    wet = shapely.contains_xy(to_metric(network.water).geometry.union_all(), x, y)
    assert wet.any()
    assert (minutes[wet] == NO_DATA).all()
    assert (ground[wet] == WATER).all()
    time_ds = surface.at(x, y)
    reached = ~wet & (time_ds <= LIMIT * 600)
    assert (ground[reached] == REACHED).all()
    assert (minutes[reached] == np.float32(time_ds[reached] / 600)).all()
    rest = ~wet & ~reached
    assert (minutes[rest] == NO_DATA).all()
    assert (ground[rest] == NOT_REACHED).all()
    near_b = np.hypot(lon - NODES["B"][0], lat - NODES["B"][1]).argmin()
    assert minutes.flat[near_b] == pytest.approx(10.5, abs=0.5)


@pytest.mark.parametrize("epsg", [4490, 4549, 4550])
def test_other_systems_hold_the_same_times_where_they_lie(
    tmp_path: Path, network: Network, surface: TimeSurface, epsg: int
) -> None:
    write(tmp_path / "a.tif", network, surface, grid_over(AREA, metric_system=METRIC, epsg=epsg))
    with rasterio.open(tmp_path / "a.tif") as read:
        minutes, ground = read.read()
        assert read.crs.to_epsg() == epsg
        row, column = (axis[::400] for axis in np.nonzero(ground == REACHED))
        x, y = (np.array(axis) for axis in read.xy(row, column))
    there = xy_between(x, y, source=f"EPSG:{epsg}", target=METRIC)
    assert len(x) > 5
    assert minutes[row, column] == pytest.approx(surface.at(*there) / 600)


def test_it_says_what_it_is_of(raster: Path, network: Network) -> None:
    with rasterio.open(raster) as read:
        tags = read.tags()
        assert read.descriptions == ("出行时间（分钟）", "地面类别")
        assert read.units[0] == "分钟"
        assert "水域" in read.tags(2)["VALUES"]
    assert tags["TITLE"] == "出行时间面：小客车，平峰"
    assert tags["PLACES"] == "甲 120.00000,30.00000"
    assert (tags["MODE"], tags["YEAR"], tags["LIMIT_MINUTES"]) == ("car", "2026", "30")
    assert "STATISTIC" not in tags
    assert tags["NETWORK_SHA256"] == manifest_digest(network.manifest)
    assert tags["NETWORK_SOURCE"] == "drawn"
    assert "cell 50" in tags["GRID"]


def test_the_reading_names_the_statistic_of_public_transport(network: Network) -> None:
    tags = time_tags(
        network,
        PLACES,
        grid_over(AREA, metric_system=METRIC),
        mode=Mode.TRANSIT,
        statistic=Statistic.P90,
        peak=True,
        limit_min=LIMIT,
    )
    assert "第90百分位" in tags["READING"]
    assert "90th percentile" in tags["READING_EN"]
    assert (tags["STATISTIC"], tags["PEAK"]) == ("p90", "yes")


@dataclass
class Directory:
    """Where a directory of a TIFF lies, and the width, tile width and first tile it tells."""

    at: int
    width: int
    tile: int
    data: int


def directories(path: Path) -> list[Directory]:
    """Return the directories of a little-endian TIFF in the order of their chain."""
    content = path.read_bytes()
    assert content[:4] == b"II*\0"
    found = []
    (at,) = struct.unpack_from("<I", content, 4)
    while at:
        (count,) = struct.unpack_from("<H", content, at)
        values = {}
        for entry in range(count):
            tag, kind, number, value = struct.unpack_from("<HHII", content, at + 2 + 12 * entry)
            if tag == 324 and number > 1:  # offsets of tiles, elsewhere
                (value,) = struct.unpack_from("<I", content, value)
            values[tag] = value & 0xFFFF if kind == 3 and number == 1 else value
        found.append(Directory(at, values[256], values[322], values[324]))
        (at,) = struct.unpack_from("<I", content, at + 2 + 12 * count)
    return found


def test_it_is_laid_out_for_reading_at_a_distance(raster: Path) -> None:
    chain = directories(raster)
    widths = [one.width for one in chain]
    assert len(chain) > 1
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] <= BLOCK
    assert all(one.tile == BLOCK for one in chain)
    assert [one.at for one in chain] == sorted(one.at for one in chain)
    assert max(one.at for one in chain) < min(one.data for one in chain)
    # The coarsest picture comes first, so that a first glance is one request.
    assert [one.data for one in chain] == sorted((one.data for one in chain), reverse=True)


def test_overviews_hold_values_of_the_whole_and_no_mixtures(raster: Path) -> None:
    with rasterio.open(raster) as read:
        values = set(np.unique(read.read(1)).tolist())
        factor = read.overviews(1)[-1]
    with rasterio.open(raster, overview_level=0) as coarse:
        assert set(np.unique(coarse.read(1)).tolist()) <= values
        assert set(np.unique(coarse.read(2)).tolist()) <= {WATER, REACHED, NOT_REACHED}
    assert factor >= 2


def test_gdal_calls_it_cloud_optimised(raster: Path) -> None:
    module = "osgeo_utils.samples.validate_cloud_optimized_geotiff"
    python = need(module, "python3-gdal")
    done = run_python(python, "-m", module, raster)
    assert "is a valid cloud optimized GeoTIFF" in done.stdout, done.stdout + done.stderr


def test_the_same_raster_has_the_same_bytes(
    raster: Path, tmp_path: Path, network: Network, surface: TimeSurface
) -> None:
    again = tmp_path / raster.name
    write(again, network, surface, grid_over(AREA, metric_system=METRIC, cell_m=50.0))
    assert again.read_bytes() == raster.read_bytes()
    assert again.with_suffix(".qml").read_bytes() == raster.with_suffix(".qml").read_bytes()


def test_the_style_has_the_colours_of_the_isochrones(raster: Path) -> None:
    style = ET.parse(raster.with_suffix(".qml"))  # noqa: S314 - our own
    items = [(item.get("value"), item.get("color")) for item in style.iter("item")]
    assert items[:-1] == [(str(limit), colour) for limit, colour in TIME_RAMP]
    assert items[-1][0] == "inf"
    app = (Path(__file__).parents[2] / "app_map" / "web" / "tokens.js").read_text(encoding="utf-8")
    ramp = app.split("TIME_RAMP = [")[1].split("];")[0]
    for limit, colour in TIME_RAMP[:5]:
        assert f'[{limit}, "{colour}"]' in ramp


@pytest.mark.qgis
def test_qgis_draws_it_in_classes(raster: Path, tmp_path: Path) -> None:
    python = need("qgis.core", "qgis python3-qgis")
    script = Path(__file__).with_name("raster_in_qgis.py")
    done = run_python(python, script, raster, cwd=tmp_path)
    lines = [line for line in done.stdout.splitlines() if line.startswith("ATLAS ")]
    assert lines, done.stdout + done.stderr
    found = json.loads(lines[0].removeprefix("ATLAS "))
    assert found["valid"]
    assert found["renderer"] == "singlebandpseudocolor"
    assert found["labels"][0] == "15 分钟内"
    assert found["colours"] >= 3


def test_a_place_that_cannot_be_written_leaves_nothing(
    tmp_path: Path, network: Network, surface: TimeSurface
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="not inside a folder"):
        write(tmp_path / "file" / "a.tif", network, surface, grid_over(AREA, metric_system=METRIC))
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
