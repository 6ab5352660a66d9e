"""Land: limits less the water along the shore, with the islands."""

import numpy as np
import pytest
import shapely

from gis.layers.land import land_area

LIMITS = shapely.box(120.0, 30.0, 120.4, 30.2)


def test_water_along_the_shore_is_no_land_but_an_island_in_it_is() -> None:
    shore = shapely.box(120.2, 29.9, 120.5, 30.3)
    island = shapely.box(120.3, 30.1, 120.32, 30.12)
    land = land_area(LIMITS, np.array([shore]), np.array([island]))
    assert land.area == pytest.approx(0.2 * 0.2 + 0.02 * 0.02)
    assert len(shapely.get_parts(land)) == 2


def test_crumbs_left_to_seaward_are_dropped() -> None:
    shore = shapely.box(120.2, 29.9, 120.399, 30.3).union(shapely.box(120.2, 30.002, 120.5, 30.3))
    land = land_area(LIMITS, np.array([shore]), np.array([], dtype=object))
    assert len(shapely.get_parts(land)) == 1
    assert land.area == pytest.approx(0.04)
