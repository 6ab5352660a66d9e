"""The map of a page: what every map shows, with the answers of the page drawn on it."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from app_map.component import MapRequest
from app_pages import data
from app_pages.session import base_path, current_view, go
from app_pages.view import View
from app_pages.words import map_words
from gis.core.schemas import YEARS

LIMITS = (117.3, 27.3, 123.6, 32.6)


def map_request(view: View, answers: Mapping[str, Any], *, asks: bool = True) -> MapRequest:
    """Return what the map of a page shows.

    Parameters
    ----------
    view
        Language, year, layers and camera.
    answers
        What the page draws on it.
    asks
        Whether a click asks how far one gets from there.

    """
    return MapRequest(
        assets=data.assets(base_path()),
        strings=map_words(view.language),
        language=view.language,
        years=YEARS,
        state={
            "year": view.year,
            "mode": view.mode,
            "minutes": list(view.minutes),
            "on": list(view.on),
            "seq": view.seq,
        },
        bounds=data.STUDY_AREA,
        limits=LIMITS,
        at=view.at if asks else None,
        camera=view.camera,
        answers=answers,
        asks=asks,
    )


def take_change(key: str) -> None:
    """Take what the reader changed on a map into the address."""
    message = st.session_state[key].view
    if message:
        go(current_view().changed_on_map(message))


def feature(kind: str, coordinates: Any, properties: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ANN401
    """Return a GeoJSON feature."""
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": dict(properties), "geometry": geometry}


def collection(features: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a GeoJSON collection."""
    return {"type": "FeatureCollection", "features": features}
