"""总览: the map with the scorecard, a goal or a place beside it."""

import json
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from app_map.component import MapRequest, atlas_map
from app_pages import data
from app_pages.fragments import VERDICT_HUES
from app_pages.goal_panel import reading_in_force, show_goal
from app_pages.place import PlaceAnswer, place_answer, show_place
from app_pages.scorecard import show_scorecard
from app_pages.session import current_view, go
from app_pages.stage import collection, feature, map_request, take_change
from app_pages.view import View
from app_pages.words import say
from gis.core.errors import InputError
from gis.outputs.maps import feature_collection

MAP_KEY = "atlas"
PAIRS_DRAWN = 12


def show() -> None:
    """Draw the page."""
    view = current_view()
    verdicts = data.verdicts(of_every_goal=bool(view.goal))
    with st.container(key="stage"):
        left, right = st.columns([3, 1], gap=None)
        panel = right.container(key="panel")
        with panel:  # the map tells a click only: a link or another network asks, too
            place = _answer(view)
        with left, st.container(key="map"):
            request = _request(view, verdicts, place)
            atlas_map(request, key=MAP_KEY, on_change=partial(take_change, MAP_KEY))
        with panel:
            _show_panel(view, verdicts, place)
    # The page is on screen by now; the first click shall not wait for the network to load.
    if data.can_answer(view):
        data.network_in_force(view)


def _show_panel(
    view: View, verdicts: data.Verdicts | None, place: PlaceAnswer | InputError | None
) -> None:
    if view.at is not None:
        close = say("place.close", view.language)
        st.button(f"← {close}", key="clear", on_click=_clear_place)
        show_place(view, place)
    if verdicts is None:
        st.html(f"<h1>{say('score.none', view.language)}</h1>")
        st.html(f'<p class="soft">{say("score.none.remedy", view.language)}</p>')
    elif view.goal in data.goals():
        back = say("goal.back", view.language)
        st.button(f"← {back}", key="back", on_click=_open_goal, args=("",))
        show_goal(view, data.goals()[view.goal], verdicts)
    else:
        show_scorecard(view, verdicts, on_open=_open_goal)


# Controls ------------------------------------------------------------------------------------


def _open_goal(identifier: str) -> None:
    go(replace(current_view(), goal=identifier, reading="", at=None))


def _clear_place() -> None:
    go(replace(current_view(), at=None))


# Data for the map ----------------------------------------------------------------------------


def _answer(view: View) -> PlaceAnswer | InputError | None:
    if view.at is None or not data.can_answer(view):
        return None
    try:
        with st.spinner(say("map.busy", view.language)):
            return place_answer(view)
    except InputError as error:
        return error


def _request(
    view: View, verdicts: data.Verdicts | None, place: PlaceAnswer | InputError | None
) -> MapRequest:
    answers: dict[str, Any] = {}
    if isinstance(place, PlaceAnswer):
        answers["isochrones"] = json.loads(feature_collection(place.reach))
    if verdicts is not None and view.goal in data.goals():
        answers |= _pairs(view, verdicts)
    return map_request(view, answers)


def _pairs(view: View, verdicts: data.Verdicts) -> dict[str, Any]:
    """Return the worst pairs of the goal as lines with their minutes, and their ends."""
    goal = data.goals()[view.goal]
    reading = reading_in_force(goal, view)
    record = verdicts.decisive(year=view.year, goal=goal.id, reading=reading.id)
    lines: list[dict[str, Any]] = []
    middles: list[dict[str, Any]] = []
    ends: dict[str, dict[str, Any]] = {}
    evidence = [] if record is None else record["evidence"][:PAIRS_DRAWN]
    for row in (row for row in evidence if row.get("counted", True)):
        points = [data.located(row["origin"]), data.located(row["destination"])]
        if points[0] is None or points[1] is None:
            continue
        track = [[point.x, point.y] for point in points if point is not None]
        word = "met" if row["within"] else "not met"
        value = "" if row["minutes"] is None else f"{row['minutes']:.0f}"
        drawn = {"colour": VERDICT_HUES[word], "label": value}
        lines.append(feature("LineString", track, drawn))
        middles.append(
            feature("Point", [sum(axis) / 2 for axis in zip(*track, strict=True)], drawn)
        )
        for end, at in zip(("origin", "destination"), track, strict=True):
            names = {f"name_{code}": row[f"{end}_{code}"] for code in ("zh", "en")}
            ends[row[end]] = feature("Point", at, names)
    if not lines:
        return {}
    lon, lat = zip(*(end["geometry"]["coordinates"] for end in ends.values()), strict=True)
    key = f"{goal.id} {reading.id}"
    return {
        "pairs": collection(lines),
        "pairMiddles": collection(middles),
        "pairEnds": collection(list(ends.values())),
        "view": {"key": key, "bounds": [[min(lon), min(lat)], [max(lon), max(lat)]]},
    }
