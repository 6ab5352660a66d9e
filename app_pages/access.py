"""可达性: measures of access as a shaded map and a table, and what it costs to cross borders."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from html import escape
from typing import Any

import streamlit as st

from app_map.component import atlas_map
from app_pages import access_panel, borders_panel, data, fragments, measured
from app_pages.session import current_view, go
from app_pages.stage import map_request, take_change
from app_pages.view import LEVELS, SCOPES, TOPICS, View
from app_pages.words import Language, say
from gis.core.errors import InputError

MAP_KEY = "atlas_access"
LARGEST_SHARE = 1.0
Compute = Callable[..., None]


def show() -> None:
    """Draw the page."""
    view = current_view()
    with st.container(key="stage"):
        left, right = st.columns([3, 1], gap=None)
        with left, st.container(key="map"):
            request = map_request(view, _answers(view), asks=False)
            atlas_map(request, key=MAP_KEY, on_change=partial(take_change, MAP_KEY))
        with right, st.container(key="panel"):
            _choose(view, "topic", TOPICS, label="page.access")
            if view.topic == "borders":
                _show_borders(view)
            else:
                _show_measures(view)


def reading(view: View) -> str:
    """Return the reading in force on this page, in words."""
    language = view.language
    if view.topic == "borders":
        return borders_panel.travel(view)
    name = access_panel.measure_name(access_panel.measure_in_force(view), language)
    return say("in_force.access", language, name=name, travel=access_panel.travel(view))


def _answers(view: View) -> Mapping[str, Any]:
    if view.topic == "borders":
        penalties = measured.borders_of(view)
        return {} if penalties is None else borders_panel.answers(penalties, view)
    tables = measured.access_of(view)
    return {} if tables is None else access_panel.answers(tables, view)


def _show_measures(view: View) -> None:
    language = view.language
    names = {
        identifier: access_panel.measure_name(measure, language)
        for identifier, measure in measured.measures().items()
    }
    chosen = access_panel.measure_in_force(view).id
    st.selectbox(
        say("access.pick", language),
        list(names),
        index=list(names).index(chosen),
        format_func=names.__getitem__,
        # A key of its own for each answer: else the widget would keep what it showed.
        key=(picker := f"measure_{chosen}_{language}"),
        label_visibility="collapsed",
        on_change=_take,
        args=("measure", picker),
    )
    _choose(view, "level", LEVELS, label="access.level")
    _choose_time(view)
    tables = measured.access_of(view)
    if tables is None:
        _offer(view, measured.compute_access, "access.compute", travel=access_panel.travel(view))
    else:
        access_panel.show(tables, view)


def _show_borders(view: View) -> None:
    _choose(view, "scope", SCOPES, label="access.scope")
    _choose_time(view)
    penalties = measured.borders_of(view)
    if penalties is None:
        travel = borders_panel.travel(view)
        _offer(view, measured.compute_borders, "borders.compute", travel=travel)
    else:
        borders_panel.show(penalties, view)


def _choose(view: View, field: str, options: Sequence[str], *, label: str) -> None:
    """Draw a row of options of which one is in force, kept in the address."""
    language: Language = view.language
    chosen = getattr(view, field)
    st.segmented_control(
        say(label, language),
        list(options),
        default=chosen,
        required=True,
        format_func=lambda option: say(f"access.{field}.{option}", language),
        key=(switch := f"{field}_{chosen}_{language}"),
        label_visibility="collapsed",
        on_change=_take,
        args=(field, switch),
    )


def _choose_time(view: View) -> None:
    language = view.language
    st.segmented_control(
        say("access.when", language),
        [False, True],
        default=view.peak,
        required=True,
        format_func=lambda peak: say(f"access.when.{'peak' if peak else 'off_peak'}", language),
        key=(switch := f"peak_{view.peak}_{language}"),
        label_visibility="collapsed",
        on_change=_take,
        args=("peak", switch),
    )


def _take(field: str, key: str) -> None:
    go(replace(current_view(), **{field: st.session_state[key]}))


def _offer(view: View, compute: Compute, label: str, *, travel: str) -> None:
    """Say that nothing is computed yet, and compute it when the reader asks."""
    language = view.language
    if not data.can_answer(view):
        line = say("access.no_network", language, year=view.year)
        st.html(f'<p class="soft">{escape(line)}</p>')
        return
    network = view.network or say("in_force.network", language, year=view.year)
    line = say("access.missing", language, network=network, travel=travel)
    st.html(f"<p>{escape(line)}</p>")
    label = "access.compute.own" if view.network else label
    if not st.button(say(label, language), key="compute_access", type="primary"):
        return
    bar = st.progress(0.0, text=say("work.starting", language))
    try:
        compute(
            view, progress=lambda share, text: bar.progress(min(share, LARGEST_SHARE), text=text)
        )
    except InputError as error:
        bar.empty()
        st.html(fragments.bullets(problem.line(language=language) for problem in error.problems))
        return
    st.rerun()
