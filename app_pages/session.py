"""The view of this session: the address holds it, the session only numbers the messages."""

from dataclasses import replace

import streamlit as st

from app_pages import data
from app_pages.view import View

SEQUENCE = "map_sequence"
PAGES = "pages"


def current_view() -> View:
    """Return what the address says; a network that is not here is left out."""
    view = View.from_query(st.query_params.to_dict())
    network = view.network if view.network in data.own_names() else ""
    return replace(view, network=network, seq=st.session_state.get(SEQUENCE, 0))


def go(view: View) -> None:
    """Write a view into the address."""
    st.session_state[SEQUENCE] = view.seq
    st.query_params.from_dict(view.to_query())


def base_path() -> str:
    """Return the path below which the app is served, without a slash at its end."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}" if base else ""


def remember_pages(pages: dict[str, st.Page]) -> None:
    """Keep the pages of this run, so that pages can link to each other."""
    st.session_state[PAGES] = pages


def page(name: str) -> st.Page:
    """Return a page of this run by its name."""
    found: st.Page = st.session_state[PAGES][name]
    return found
