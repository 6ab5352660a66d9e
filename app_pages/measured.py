"""Access measures and border penalties, computed when the reader asks and kept while it runs."""

from collections.abc import Callable, Mapping
from typing import Any

import geopandas as gpd
import pandas as pd
import streamlit as st

from app_pages import data, runs
from app_pages.view import View
from app_pages.words import say
from gis.catalogue.access_measures import AccessMeasure, load_access_measures
from gis.core.schemas import Mode
from gis.core.text import text

KEPT_RUNS = 16
BOTH_TIMES = (False, True)  # off-peak and peak
WHOLE = "all"
Progress = Callable[[float, str], None]  # share done, and what is being done
Tables = Mapping[str, pd.DataFrame]


@st.cache_resource(show_spinner=False)
def measures() -> dict[str, AccessMeasure]:
    """Return the measures of the catalogue by id."""
    return {measure.id: measure for measure in load_access_measures()}


def access_of(view: View) -> Tables | None:
    """Return the tables of access for a view, or None before they are computed."""
    return _kept().get(_access_key(view))


def borders_of(view: View) -> gpd.GeoDataFrame | None:
    """Return the penalties of borders for a view, or None before they are computed."""
    return _kept().get(_borders_key(view))


def compute_access(view: View, *, progress: Progress) -> None:
    """Compute and keep the tables of access for a view.

    Parameters
    ----------
    view
        Network, means of travel and time of day.
    progress
        Called before each matrix of times with the share done and a line.

    Raises
    ------
    InputError
        If the network cannot be read, or has no trains and is asked for them.

    """
    from gis.planning.access_layers import access_tables

    asked = tuple(measures().values())
    matrices = 1 + sum(measure.destinations is not None for measure in asked)
    done = iter(range(matrices + 1))

    def tell(origins: int, destinations: int) -> None:
        fields = {"origins": f"{origins:,}", "destinations": f"{destinations:,}"}
        progress(next(done) / matrices, say("access.matrix", view.language, **fields))

    tables = access_tables(
        _network(view),
        data.layers(),
        runs.grounds().book,
        asked,
        parameters=data.parameters(),
        mode=Mode(view.mode),
        peak=view.peak,
        progress=tell,
    )
    _keep(_access_key(view), tables)


def compute_borders(view: View, *, progress: Progress) -> None:
    """Compute and keep the penalties of borders, off-peak and in the peak.

    Parameters
    ----------
    view
        Network and means of travel.
    progress
        Called before each time of day with the share done and a line.

    Raises
    ------
    InputError
        If the network cannot be read, or has no trains and is asked for them.

    """
    from gis.catalogue.roads import load_roads
    from gis.planning.border_table import border_table

    def tell(mode: Mode, peak: bool, pairs: int) -> None:  # noqa: FBT001 - as it is called
        fields = {
            "mode": text(f"border.mode.{mode.value}", language=view.language),
            "when": text("border.peak" if peak else "border.off_peak", language=view.language),
            "pairs": f"{pairs:,}",
        }
        progress(peak / len(BOTH_TIMES), say("borders.progress", view.language, **fields))

    layers = data.layers()
    table = border_table(
        _network(view),
        cities=layers["cities"],
        townships=layers["townships"],
        zones=layers["zones"],
        terrain=load_roads().terrain,
        parameters=data.parameters(),
        travels=[(Mode(view.mode), peak) for peak in BOTH_TIMES],
        progress=tell,
    )
    _keep(_borders_key(view), table)


def inequality_of_all(tables: Tables) -> pd.DataFrame:
    """Return how unequally each measure is spread over the people of all townships: one row."""
    from gis.planning.access_tables import area_access

    townships = tables["townships"]
    return area_access(townships, measures().values(), {WHOLE: townships["id"].tolist()})


def network_year(view: View) -> int:
    """Return the year of the network that answers."""
    return data.network_in_force(view).year if view.network else view.year


def _network(view: View) -> Any:  # noqa: ANN401 - a network
    from gis.network.model import check_has_trains

    network = data.network_in_force(view)
    if Mode(view.mode) is Mode.TRANSIT:
        check_has_trains(network)
    return network


def _access_key(view: View) -> tuple[object, ...]:
    return ("access", data.network_version(view), view.mode, view.peak)


def _borders_key(view: View) -> tuple[object, ...]:
    return ("borders", data.network_version(view), view.mode)


def _keep(key: tuple[object, ...], found: object) -> None:
    kept = _kept()
    kept[key] = found
    while len(kept) > KEPT_RUNS:
        kept.pop(next(iter(kept)), None)


@st.cache_resource(show_spinner=False)
def _kept() -> dict[tuple[object, ...], Any]:
    """Return what was computed, the oldest first; all sessions share it."""
    return {}
