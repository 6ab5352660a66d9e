"""Which network answers: that of the year, or one of the reader's own, chosen in the title bar."""

import hashlib
import re
from dataclasses import replace
from html import escape
from pathlib import Path

import streamlit as st

from app_pages import data, fragments
from app_pages.session import current_view, go
from app_pages.view import View
from app_pages.words import Language, say
from gis.core.errors import InputError, Problem, raise_problems
from gis.core.files import written_aside
from gis.core.paths import project_root
from gis.network.network_file import load_network

PICKED, FAULTS, TAKEN = "picked_network", "network_faults", "network_taken"
LIMIT_MB = 500
MEGABYTE = 2**20
DIGEST_LETTERS = 6


def name_in_force(view: View) -> str:
    """Return what the title bar calls the network that answers."""
    if view.network:
        return say("in_force.own", view.language, name=view.network)
    return say("in_force.network", view.language, year=view.year)


def show_choice(view: View) -> None:
    """Draw the choice of a network, the upload, and what is known about the one in force.

    Parameters
    ----------
    view
        Language, year and the network in force.

    """
    language = view.language
    names = ("", *data.own_names())
    st.selectbox(
        say("networks.pick", language),
        names,
        index=names.index(view.network),
        format_func=lambda name: name or say("networks.of_year", language, year=view.year),
        # A key of its own for each answer: else the widget would keep what it showed.
        key=(picker := f"{PICKED}_{view.network}_{view.year}_{language}_{len(names)}"),
        on_change=_pick,
        args=(picker,),
    )
    if view.network:
        st.html(_about(view))
    uploaded = st.file_uploader(
        say("networks.upload", language, limit=LIMIT_MB),
        type="zip",
        max_upload_size=LIMIT_MB,
        key="network_upload",
    )
    if uploaded is None:
        if st.session_state.pop(TAKEN, None) is not None:
            st.session_state.pop(FAULTS, None)
    elif st.session_state.get(TAKEN) != uploaded.file_id:
        st.session_state[TAKEN] = uploaded.file_id
        with st.spinner(say("networks.reading", language)):
            name = take(uploaded.name, uploaded.getvalue())
        if name:
            go(replace(view, network=name))
            st.rerun()
    faults: tuple[Problem, ...] = st.session_state.get(FAULTS, ())
    if faults:
        lines = [problem.line(language=language) for problem in faults]
        st.html("".join(f'<p class="fault">{escape(line)}</p>' for line in lines))
    folder = data.own_path("").parent
    if folder.is_relative_to(project_root()):
        folder = folder.relative_to(project_root())
    st.html(f'<p class="soft">{escape(say("networks.note", language, folder=folder))}</p>')


def take(name: str, content: bytes) -> str:
    """Keep an uploaded network under a name of its own, or keep what is wrong with it.

    Parameters
    ----------
    name
        Name of the file as the reader knows it.
    content
        Its bytes.

    Returns
    -------
    str
        The name under which it is offered; empty if it cannot be used.

    """
    st.session_state.pop(FAULTS, None)
    digest = hashlib.sha256(content).hexdigest()[:DIGEST_LETTERS]
    stem = re.sub(r"[^\w-]+", "_", Path(name).stem) or "network"
    kept = f"{stem}-{digest}"
    try:
        if len(content) > LIMIT_MB * MEGABYTE:
            sizes = {"size_mb": round(len(content) / MEGABYTE), "limit_mb": LIMIT_MB}
            raise_problems([Problem(name, "error.file_too_large", sizes)])
        with written_aside(data.own_path(kept)) as aside:
            aside.write_bytes(content)
            _check(aside, name)
    except InputError as error:
        st.session_state[FAULTS] = error.problems[:1]
        return ""
    return kept


def _check(path: Path, name: str) -> None:
    """Refuse a file that is no network of this product, or of elsewhere, by the reader's name."""
    try:
        data.check_is_here(load_network(path), where=name)
    except InputError as error:
        raise InputError(
            Problem(problem.where.replace(str(path), name), problem.key, problem.fields)
            for problem in error.problems
        ) from error


def _pick(key: str) -> None:
    go(replace(current_view(), network=st.session_state[key]))


def _about(view: View) -> str:
    """Return what a network holds, or why it cannot be used."""
    language: Language = view.language
    try:
        network = data.own_network(view.network)
    except InputError as error:
        return fragments.bullets(problem.line(language=language) for problem in error.problems)
    said = say(
        "networks.about",
        language,
        year=network.year,
        nodes=f"{len(network.nodes):,}",
        edges=f"{len(network.edges):,}",
        trips=f"{len(network.feed.trips):,}",
    )
    return f'<p class="soft">{escape(said)}</p>'
