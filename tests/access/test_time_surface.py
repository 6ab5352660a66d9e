"""The surface of times says what isochrones say, cell by cell."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from gis.access.fields import CELL_M
from gis.access.isochrones import isochrones
from gis.access.time_surface import TimeSurface, travel_time_surface
from gis.core.crs import GEOGRAPHIC, METRIC, metric_xy, to_metric
from gis.core.schemas import Mode
from gis.core.units import DECISECONDS_PER_MINUTE
from gis.network.model import Network
from gis.routing.graph import UNREACHED
from tests.drawn_network import NODES, PARAMETERS, drawn_feed, drawn_network

STOPS = {"P": (*NODES["A"], "rail"), "Q": (*NODES["C"], "rail")}
TRIPS = {f"G1/{n}": [("P", f"{n:02d}:30"), ("Q", f"{n:02d}:50")] for n in range(6, 20)}
RIVER = gpd.GeoDataFrame(
    {"kind": ["river"]}, geometry=[shapely.box(119.9, 30.008, 120.5, 30.016)], crs=GEOGRAPHIC
)


@pytest.fixture(scope="module")
def network() -> Network:
    return drawn_network(drawn_feed(TRIPS, stops=STOPS), water=RIVER)


def places(*names: str) -> pd.DataFrame:
    return pd.DataFrame([NODES[name] for name in names], columns=["lon", "lat"])


def surface(network: Network, *names: str, mode: Mode = Mode.CAR) -> TimeSurface:
    return travel_time_surface(
        network, places(*names), parameters=PARAMETERS, limit_min=60, mode=mode
    )


def centres(found: TimeSurface) -> tuple[np.ndarray, np.ndarray]:
    rows, columns = found.time_ds.shape
    across = found.left + (np.arange(columns) + 0.5) * CELL_M
    down = found.top - (np.arange(rows) + 0.5) * CELL_M
    x, y = np.meshgrid(across, down)
    return x, y


@pytest.mark.parametrize("mode", [Mode.CAR, Mode.TRANSIT, Mode.BEST])
@pytest.mark.parametrize("minutes", [8.0, 14.0, 45.0])
def test_cells_within_a_time_are_those_with_their_centre_in_the_isochrone(
    network: Network, mode: Mode, minutes: float
) -> None:
    found = surface(network, "A", mode=mode)
    areas = isochrones(
        network, *NODES["A"], parameters=PARAMETERS, minutes=(minutes, 60), mode=mode
    )
    metric = to_metric(areas).geometry.iloc[1]
    x, y = centres(found)
    inside = shapely.contains_xy(metric, x, y)
    wet = shapely.contains_xy(to_metric(RIVER).geometry.item(), x, y)
    within = found.time_ds <= minutes * DECISECONDS_PER_MINUTE
    assert within.sum() > 5
    # Where surfaces are joined the border may run through a centre.
    assert (inside != (within & ~wet)).mean() < 1e-4
    area = (within & ~wet).sum() * CELL_M**2
    assert abs(area - metric.area) < metric.length * CELL_M


def test_the_nearest_of_several_places_counts(network: Network) -> None:
    both = surface(network, "A", "C")
    x, y = centres(both)
    single = [surface(network, name).at(x, y) for name in ("A", "C")]
    assert (both.time_ds == np.minimum(*single)).all()
    assert (single[0] != single[1]).any()


def test_a_place_has_the_time_of_its_cell_and_beyond_there_is_none(network: Network) -> None:
    found = surface(network, "A")
    x, y = metric_xy(*np.array([NODES["A"], NODES["B"], (121.5, 30.0)]).T)
    here, b, far = (found.at(x, y) / DECISECONDS_PER_MINUTE).tolist()
    cell = CELL_M / 500.0  # minutes at 30 km/h
    assert 0 < here < 2 * cell
    assert 10.0 <= b < 10.0 + 2 * cell
    assert far == UNREACHED / DECISECONDS_PER_MINUTE
    assert found.time_ds[found.time_ds != UNREACHED].max() <= 60 * DECISECONDS_PER_MINUTE
    assert found.system == METRIC
    assert (found.left % CELL_M, found.top % CELL_M) == (0.0, 0.0)


def test_far_from_all_roads_nothing_is_reached(network: Network) -> None:
    nowhere = pd.DataFrame({"lon": [122.0], "lat": [31.0]})
    found = travel_time_surface(network, nowhere, parameters=PARAMETERS, limit_min=30)
    assert found.time_ds.size == 0
    assert found.at(np.zeros(2), np.zeros(2)).tolist() == [UNREACHED] * 2
