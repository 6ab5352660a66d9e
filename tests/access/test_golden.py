"""Times and areas on the product's own network of 2023, against figures known beforehand."""

import time

import pandas as pd
import pytest
import shapely

from gis.access.isochrones import isochrones
from gis.access.travel_times import travel_times
from gis.catalogue.parameters import TravelParameters, load_parameters
from gis.core.crs import area_km2
from gis.core.schemas import Definition, Mode, Statistic
from gis.network.build import build_network
from gis.network.model import Network

CENTRES = {"杭州": (120.1551, 30.2741), "宁波": (121.5503, 29.8739), "舟山": (122.1070, 30.0160)}

# Minutes by the timetable of September 2023, fastest and median.
RUNS = {
    ("杭州东", "绍兴北"): (18, 19),
    ("绍兴北", "宁波"): (33, 41),
    ("杭州东", "宁波"): (46, 60),
    ("绍兴北", "上海虹桥"): (66, 82),
}


@pytest.fixture(scope="module")
def network() -> Network:
    return build_network(year=2023)


@pytest.fixture(scope="module")
def parameters() -> TravelParameters:
    return load_parameters()


def centres(*names: str) -> pd.DataFrame:
    rows = [(name, *CENTRES[name]) for name in names]
    return pd.DataFrame(rows, columns=["id", "lon", "lat"])


@pytest.mark.parametrize(("pair", "wanted"), RUNS.items())
def test_trains_take_the_known_minutes(
    network: Network, parameters: TravelParameters, pair: tuple[str, str], wanted: tuple[int, int]
) -> None:
    stops = network.feed.stops[network.feed.stops["kind"] == "rail"].set_index("stop_name")
    origins, destinations = (
        pd.DataFrame(
            {
                "id": [name],
                "lon": [stops.loc[name, "stop_lon"]],
                "lat": [stops.loc[name, "stop_lat"]],
            }
        )
        for name in pair
    )
    table = travel_times(
        network,
        origins,
        destinations,
        mode=Mode.TRANSIT,
        definition=Definition.IN_VEHICLE,
        statistics=(Statistic.FASTEST, Statistic.MEDIAN),
        parameters=parameters,
    )
    assert table["minutes"].tolist() == pytest.approx(list(wanted), abs=1)


def test_hangzhou_to_ningbo_by_road(network: Network, parameters: TravelParameters) -> None:
    table = travel_times(
        network, centres("杭州"), centres("宁波"), mode=Mode.CAR, parameters=parameters
    )
    assert table["distance_km"].item() == pytest.approx(155, abs=12)


def test_door_to_door_takes_longer_than_the_train(
    network: Network, parameters: TravelParameters
) -> None:
    table = travel_times(
        network,
        centres("杭州"),
        centres("宁波"),
        mode=Mode.TRANSIT,
        statistics=tuple(Statistic),
        parameters=parameters,
        peak=True,
        with_legs=True,
    )
    minutes = table["minutes"].tolist()
    assert 46 + 15 < minutes[0] <= minutes[1] <= minutes[2] < 180
    for row in table.itertuples():
        assert sum(leg["minutes"] for leg in row.legs) == pytest.approx(row.minutes)


@pytest.mark.parametrize("mode", [Mode.CAR, Mode.TRANSIT])
@pytest.mark.parametrize("centre", list(CENTRES))
def test_isochrones_of_the_centres_are_nested_and_dry(
    network: Network, parameters: TravelParameters, mode: Mode, centre: str
) -> None:
    areas = isochrones(network, *CENTRES[centre], parameters=parameters, mode=mode)
    longer, shorter = areas.geometry
    assert shorter.difference(longer).area < 1e-10
    larger_km2, smaller_km2 = area_km2(areas.geometry)
    assert larger_km2 >= smaller_km2 > 0
    wet = shapely.intersection(network.water.geometry.to_numpy(), longer)
    assert shapely.area(wet).sum() < 1e-10


def test_a_click_takes_less_than_a_second(network: Network, parameters: TravelParameters) -> None:
    for mode in (Mode.CAR, Mode.TRANSIT):
        seconds = []
        for _ in range(3):  # the first prepares the network
            start = time.process_time()
            isochrones(network, *CENTRES["杭州"], parameters=parameters, mode=mode)
            seconds.append(time.process_time() - start)
        assert min(seconds) < 1.0
