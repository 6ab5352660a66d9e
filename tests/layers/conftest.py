"""Small builders, and the product's own areas built once."""

from collections.abc import Callable

import geopandas as gpd
import pytest

from gis.catalogue.areas import Township, load_population, load_township_kinds, load_townships
from gis.core.paths import layers_dir, seeds_dir
from gis.layers.areas import build_areas
from gis.layers.townships import build_townships


@pytest.fixture
def make_township() -> Callable[..., Township]:
    """Give a function that makes a township near 120.7 E, 30.05 N."""

    def make(identifier: str, **columns: object) -> Township:
        base: dict[str, object] = {
            "id": identifier,
            "name_zh": f"{identifier}镇",
            "name_en": f"{identifier} Town",
            "kind": "town",
            "scope": "study",
            "county_id": "330999",
            "city_id": "330900",
            "villages": 1,
            "lon": 120.7,
            "lat": 30.05,
            "seat_certainty": "high",
            "source_id": "SRC-TEST",
        }
        return Township.model_validate(base | columns)

    return make


@pytest.fixture(scope="session")
def product_counties() -> gpd.GeoDataFrame:
    return build_areas(seeds=seeds_dir(), digitised=layers_dir() / "digitised").counties


@pytest.fixture(scope="session")
def product_townships(product_counties: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    totals = {count.code: count.population for count in load_population()}
    return build_townships(load_townships(), load_township_kinds(), product_counties, totals)
