"""The grid of isochrones: tiles where they are needed, and the roads that pass their cells."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gis.access.fields import IsochroneField, cells_near, field_on
from gis.access.road_reach import RoadReach, drive_reach
from gis.access.tiles import CELL_M, TILE_M, tiles_between, tiles_of_roads
from gis.core.crs import METRIC, metric_xy
from gis.network.lines import PARTS_PER_DEGREE
from gis.network.model import Network
from gis.routing.graph import UNREACHED
from gis.routing.grid import earliest, spread
from tests.drawn_network import NODES, PARAMETERS, drawn_network


@pytest.fixture(scope="module")
def network() -> Network:
    return drawn_network()


def field_of(network: Network) -> IsochroneField:
    places = np.stack(metric_xy(*np.array(list(NODES.values())).T), axis=1)
    return field_on(network, tiles_between(places, places, margin_m=20_000.0))


def test_tiles_between_two_corners() -> None:
    low, high = np.array([[100.0, -100.0]]), np.array([[TILE_M + 100.0, 100.0]])
    assert tiles_between(low, high, margin_m=0) == {(0, -1), (0, 0), (1, -1), (1, 0)}
    assert len(tiles_between(low, high, margin_m=200.0)) == 6
    assert tiles_between(low[:0], high[:0], margin_m=200.0) == set()


degree = st.floats(-0.5, 0.5)


@given(st.lists(st.tuples(degree, degree, degree, degree), min_size=1, max_size=5))
def test_tiles_of_roads_hold_their_boxes(drawn: list[tuple[float, ...]]) -> None:
    corners = np.array(drawn).reshape(-1, 2, 2) + np.array([120.7, 30.2])
    box = np.concatenate([corners.min(axis=1), corners.max(axis=1)], axis=1)
    box_e7 = np.rint(box * PARTS_PER_DEGREE).astype(np.int32)
    tiles = tiles_of_roads(box_e7, margin_m=1_000.0, system=METRIC)
    for west, south, east, north in box_e7 / PARTS_PER_DEGREE:
        lon, lat = np.meshgrid(np.linspace(west, east, 9), np.linspace(south, north, 9))
        x, y = metric_xy(lon.ravel(), lat.ravel())
        for side in (-1_000.0, 0.0, 1_000.0):
            needed = np.floor(np.stack([x + side, y - side], axis=1) / TILE_M).astype(int)
            assert {(across, up) for across, up in needed.tolist()} <= tiles


def test_the_places_of_a_field_lie_on_their_edges(network: Network) -> None:
    field = field_of(network)
    lines = network.lines.metric_lines()
    places = shapely.line_interpolate_point(lines[field.edge], field.fraction, normalized=True)
    cell, offset_m = field.cell_of(shapely.get_x(places), shapely.get_y(places))
    assert (np.abs(cell - field.cell) == 0).mean() > 0.99  # but for places between two cells
    same = cell == field.cell
    assert offset_m[same] == pytest.approx(field.offset_m[same], abs=1e-6)
    road_m = earliest(field.dry.shape, field.cell, np.ceil(field.offset_m).astype(np.int32))
    assert (road_m == field.road_m).all()
    # Every edge that can be left, and no other, has places at least every half cell.
    count = np.bincount(field.edge, minlength=len(network.edges))
    wanted = np.where(
        network.edges["enterable"], np.ceil(shapely.length(lines) / (CELL_M / 2)) + 1, 0
    )
    assert count.tolist() == wanted.tolist()


def test_nothing_is_known_between_tiles_that_are_apart(network: Network) -> None:
    field = field_on(network, {(-9, -2), (-6, -3)})
    assert field.dry.shape == (64, 128)
    assert field.dry[:32, :32].all()
    assert field.dry[32:, 96:].all()
    assert field.dry.sum() == 2 * 32 * 32


def plain_times(reach: RoadReach, field: IsochroneField, metre_ds: float) -> np.ndarray:
    """Return what ``times_in_cells`` does without a limit, place by place."""
    times = np.full(field.dry.size, np.inf)
    for edge, fraction, cell, offset_m in zip(
        field.edge, field.fraction, field.cell, field.offset_m, strict=True
    ):
        ways = [np.inf]
        if reach.forward[edge]:
            ways.append(reach.source_ds[edge] + fraction * reach.whole_ds[edge])
        if reach.backward[edge]:
            ways.append(reach.target_ds[edge] + (1 - fraction) * reach.whole_ds[edge])
        for join in np.flatnonzero(reach.join_edge == edge):
            ahead = fraction - reach.join_fraction[join]
            if reach.forward[edge] if ahead >= 0 else reach.backward[edge]:
                ways.append(reach.join_ds[join] + abs(ahead) * reach.whole_ds[edge])
        times[cell] = min(times[cell], np.ceil(min(ways) + offset_m * metre_ds))
    return times.reshape(field.dry.shape)


@pytest.mark.parametrize("minutes", [3, 12, 60])
def test_times_in_cells_are_those_of_the_places(network: Network, minutes: float) -> None:
    field = field_of(network)
    reach = drive_reach(network, 120.05, 30.0, parameters=PARAMETERS)
    wanted = plain_times(reach, field, 1.2)
    found = reach.times_in_cells(field, metre_ds=1.2, limit_ds=minutes * 600)
    assert (found != UNREACHED).any()
    assert (found == np.where(wanted <= minutes * 600, wanted, UNREACHED)).all()


@settings(max_examples=60, deadline=None)
@given(
    arrays(np.bool_, (9, 8)),
    arrays(np.int32, (9, 8), elements=st.sampled_from([0, 90, 177, int(UNREACHED)])),
    st.integers(300, 1_200),
)
def test_cells_near_are_those_of_a_full_spread(
    dry: np.ndarray, start_m: np.ndarray, within_m: int
) -> None:
    full = spread(dry, start_m, step_ds=250, diagonal_ds=354, limit_ds=within_m - 250)
    assert (cells_near(dry, start_m, within_m=within_m) == (full != UNREACHED)).all()
