"""The Python side of the map: a frozen request in, the reader's changes out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

import streamlit as st

from app_map.assets import Assets

NAME = "atlas_map"


@dataclass(frozen=True, slots=True)
class MapRequest:
    """All that the map shows.

    Parameters
    ----------
    assets
        Addresses of scripts and layers.
    strings
        Key -> text in the language in force.
    language
        ``zh`` or ``en``.
    years
        Years with a network, ascending.
    state
        What the reader can change on the map: ``year``, ``mode``, ``minutes``, ``on`` (layers), and
        ``seq``, the number of the message that set it.
    bounds, limits
        West, south, east, north of the first view and of what can be reached, degrees.
    at
        Longitude and latitude of the place asked about.
    camera
        Longitude, latitude and zoom to start from instead of ``bounds``.
    answers
        GeoJSON to draw: ``isochrones``, ``pairs`` with their ``pairMiddles`` (labels) and
        ``pairEnds``, shaded ``areas``, ``cuts`` (borders) with their ``cutMiddles``; ``key``, the
        ``title`` and ``rows`` (``colour, text``, ``kind``) that explain them; and ``view``, the
        bounds to move to with a key that changes when the map shall move again.
    asks
        Whether a click asks about a place.

    """

    assets: Assets
    strings: Mapping[str, str]
    language: str
    years: Sequence[int]
    state: Mapping[str, Any]
    bounds: tuple[float, float, float, float]
    limits: tuple[float, float, float, float]
    at: tuple[float, float] | None = None
    camera: tuple[float, float, float] | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    asks: bool = True


def atlas_map(
    request: MapRequest, *, key: str, on_change: Callable[[], None]
) -> Mapping[str, Any] | None:
    """Draw the map and return what the reader has just changed.

    Parameters
    ----------
    request
        What to show.
    key
        Key of the element; the change is at ``st.session_state[key].view`` in the callback.
    on_change
        Called before the next run of the page when the reader changed something.

    """
    data = {
        "assets": request.assets.scripts,
        "layers": dict(request.assets.layers),
        "index": request.assets.index,
        "strings": dict(request.strings),
        "language": request.language,
        "years": list(request.years),
        "state": dict(request.state),
        "bounds": _corners(request.bounds),
        "limits": _corners(request.limits),
        "at": request.at,
        "camera": request.camera,
        "answers": dict(request.answers),
        "asks": request.asks,
    }
    result = _component()(data=data, key=key, on_view_change=on_change)
    change: Mapping[str, Any] | None = result.view
    return change


@cache
def _component() -> Callable[..., Any]:
    entry = resources.files("app_map").joinpath("web", "entry.js").read_text(encoding="utf-8")
    return st.components.v2.component(NAME, js=entry)


def _corners(bounds: tuple[float, float, float, float]) -> list[list[float]]:
    west, south, east, north = bounds
    return [[west, south], [east, north]]
