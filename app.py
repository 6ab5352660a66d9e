"""先行区一张图: the app. Run it with ``python scripts/start.py``."""

from dataclasses import replace
from html import escape
from pathlib import Path

import streamlit as st

from app_pages import access, data, downloads, fragments, goals, networks, overview, zones
from app_pages.goal_panel import reading_in_force
from app_pages.session import current_view, go, remember_pages
from app_pages.view import View
from app_pages.words import say
from gis.core.errors import InputError

PAGES = (
    ("overview", overview.show),
    ("goals", goals.show),
    ("zones", zones.show),
    ("access", access.show),
    ("data", downloads.show),
)
ICON = Path(__file__).parent / "app_pages" / "icon.svg"
STYLE = Path(__file__).parent / "app_pages" / "style.css"


def main() -> None:
    """Draw the title bar and the page that the address names."""
    language = current_view().language
    st.set_page_config(page_title=say("name", language), layout="wide", page_icon=str(ICON))
    upload = say("upload.button", language)
    style = STYLE.read_text(encoding="utf-8")
    st.html(f'<style>:root {{ --upload: "{upload}"; }}\n{style}</style>')
    pages = {
        name: st.Page(
            show, title=say(f"page.{name}", language), url_path=name, default=name == "overview"
        )
        for name, show in PAGES
    }
    page = st.navigation(list(pages.values()), position="hidden")
    remember_pages(pages)
    _title_bar(pages, page)
    try:
        page.run()
    except InputError as error:
        st.html(fragments.bullets(problem.line(language=language) for problem in error.problems))


def _title_bar(pages: dict[str, st.Page], open_page: st.Page) -> None:
    view = current_view()
    name, subtitle = (escape(say(key, view.language)) for key in ("name", "subtitle"))
    with st.container(key="bar", horizontal=True):
        brand = f'<div class="brand"><i class="mark"></i><b>{name}</b><span>{subtitle}</span></div>'
        st.html(brand, width="content")
        for key, page in pages.items():
            on = "on" if page.title == open_page.title else "off"
            with st.container(key=f"nav_{on}_{key}", width="content"):
                st.page_link(page, query_params=view.to_query())
        on_access = open_page.title == pages["access"].title
        reading = escape(access.reading(view) if on_access else _reading_in_force(view))
        st.html(f'<div class="in-force" title="{reading}">{reading}</div>')
        with st.popover(networks.name_in_force(view), key="network"):
            networks.show_choice(view)
        other = say("language.other", view.language)
        st.button(other, key="language", on_click=_switch_language)


def _reading_in_force(view: View) -> str:
    if view.network:
        return say("in_force.own.verdicts", view.language, year=view.year)
    goal = data.goals().get(view.goal)
    if goal is None:
        return say("in_force.main", view.language)
    reading = reading_in_force(goal, view)
    name = reading.name_en if view.language == "en" else reading.name_zh
    return say("in_force.reading", view.language, reading=reading.id, name=name)


def _switch_language() -> None:
    view = current_view()
    go(replace(view, language="zh" if view.language == "en" else "en"))


main()
