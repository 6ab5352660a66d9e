"""Measures of townships and areas on the drawn network, whose drives are known by heart.

By car, with 4 minutes of parking, A is 14 min from B, 24 from C, 10 from D, 22 from E and 28 from
F. People: A 100, B 300, C 600, D 50, E 0, F 20. C is in city 330600, the others in 330100.
"""

import numpy as np
import pandas as pd
import pytest

from gis.catalogue.access_measures import AccessMeasure
from gis.core.schemas import Mode
from gis.planning.access_tables import area_access, township_access
from tests.drawn_network import PARAMETERS
from tests.planning.drawn_goals import book, network


def measure(kind: str, **changes: object) -> AccessMeasure:
    fields: dict[str, object] = {
        "id": kind,
        "name_zh": "指标",
        "name_en": "measure",
        "kind": kind,
        "unit": "people",
        "source": "paper",
    }
    return AccessMeasure.model_validate(fields | changes)


CENTRES = {"kind": "city_centres", "ids": ["C", "F"]}
MEASURES = (
    measure("cumulative_opportunities", limit_min=15),
    measure("gravity", half_min=14),
    measure("potential", exponent=1, least_min=10),
    measure("cost_to_closest", destinations={"kind": "city_centres", "ids": ["C", "F"]}),
    measure(
        "cost_to_closest",
        id="second",
        destinations={"kind": "city_centres", "ids": ["C", "F"]},
        nearest=2,
    ),
    measure("dual_access", amount=1000),
    measure("weighted_average_travel_time", unreached_min=60),
    measure("reached_share"),
    measure("daily_accessibility", limit_min=20),
    measure("accessibility", limit_min=15, nearby_km=10),
    measure("proximity", limit_min=15, nearby_km=10),
    measure("performance", limit_min=15, nearby_km=10),
    measure(
        "enhanced_two_step_catchment",
        destinations={"kind": "stations", "types": ["rail"]},
        zones=[[12, 1.0], [20, 0.5]],
        per_people=1000,
    ),
)


@pytest.fixture(scope="module")
def townships() -> pd.DataFrame:
    return township_access(network(), book(), MEASURES, parameters=PARAMETERS, mode=Mode.CAR)


def test_each_township_has_every_measure(townships: pd.DataFrame) -> None:
    assert townships["id"].tolist() == list("ABCDEF")
    found = townships.set_index("id").loc["A"]
    drive = 0.01  # a road may be a few metres longer than its edge says
    assert found["cumulative_opportunities"] == 100 + 300 + 50
    assert found["gravity"] == pytest.approx(
        100 + 150 + 600 * 2 ** (-24 / 14) + 50 * 2 ** (-10 / 14) + 20 / 4, rel=drive
    )
    assert found["potential"] == pytest.approx(10 + 300 / 14 + 25 + 5 + 20 / 28, rel=drive)
    assert found["cost_to_closest"] == pytest.approx(24, rel=drive)
    assert found["second"] == pytest.approx(28, rel=drive)
    assert found["dual_access"] == pytest.approx(24, rel=drive)
    assert found["weighted_average_travel_time"] == pytest.approx(
        (300 * 14 + 600 * 24 + 50 * 10 + 20 * 28) / 1070, rel=drive
    )
    assert found["reached_share"] == 1
    assert found["daily_accessibility"] == 450
    # Within 10 km of A live A, B (9.65 km) and D (6.7 km).
    assert (found["accessibility"], found["proximity"], found["performance"]) == (450, 450, 100)


def test_stations_without_trains_supply_nothing_and_people_compete_for_the_others(
    townships: pd.DataFrame,
) -> None:
    # P is at A, Q at C; Z, at E, is served by no train. For P compete A (4 min, 100 people),
    # D (10, 50) and half of B (14, 300); for Q C (4, 600), F (8, 20) and half of B. Nobody lives
    # in E (18).
    found = townships.set_index("id")["enhanced_two_step_catchment"]
    at_p, at_q = 1000 / (100 + 50 + 150), 1000 / (600 + 20 + 150)
    assert found.to_dict() == pytest.approx(
        {"A": at_p, "B": (at_p + at_q) / 2, "C": at_q, "D": at_p, "E": at_q / 2, "F": at_q}
    )


def test_a_place_without_people_is_measured_and_nobodys_destination(
    townships: pd.DataFrame,
) -> None:
    found = townships.set_index("id").loc["E"]
    assert found["population"] == 0
    assert found["cumulative_opportunities"] == 300 + 20  # B 12, F 14; C is 18 + … away, D 16


def test_areas_have_the_mean_of_their_people(townships: pd.DataFrame) -> None:
    areas = area_access(townships, MEASURES, {"AB": ["A", "B"], "E": ["E"], "none": []})
    values = townships.set_index("id")["cumulative_opportunities"]
    first = areas.set_index("id").loc["AB"]
    mean = (100 * values["A"] + 300 * values["B"]) / 400
    assert first["population"] == 400
    assert first["cumulative_opportunities"] == pytest.approx(mean)
    lower, share = min(values["A"], values["B"]) / mean, 0.25
    assert first["cumulative_opportunities_gini"] == pytest.approx(share - share * lower)
    assert first["cost_to_closest_reached"] == 1
    # An hour stands for what is out of reach: there is always an average.
    assert "weighted_average_travel_time_reached" not in areas.columns
    assert "cost_to_closest_gini" not in areas.columns
    nobody = areas.set_index("id").loc[["E", "none"]]
    assert nobody["cumulative_opportunities"].isna().all()
    assert nobody["population"].tolist() == [0, 0]


def test_what_cannot_be_reached_leaves_a_mean_time_open_and_says_for_whom(
    townships: pd.DataFrame,
) -> None:
    cut_off = townships.copy()
    cut_off.loc[cut_off["id"] == "A", "cost_to_closest"] = np.nan
    (row,) = area_access(cut_off, MEASURES, {"AB": ["A", "B"]}).to_dict("records")
    assert np.isnan(row["cost_to_closest"])
    assert row["cost_to_closest_reached"] == 0.75
