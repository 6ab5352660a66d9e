"""数据: what can be taken away, where it comes from, how sure it is, what went into the run."""

import tempfile
from collections.abc import Iterable
from html import escape
from pathlib import Path

import geopandas as gpd
import pandas as pd
import streamlit as st

from app_pages import data, fragments
from app_pages.indicators import show_indicators
from app_pages.session import current_view
from app_pages.verdict_files import unit_word, verdicts_csv, verdicts_json
from app_pages.view import View
from app_pages.words import Language, say
from gis.catalogue.accuracies import Accuracy, load_accuracies
from gis.catalogue.sources import Source, load_sources
from gis.core.errors import InputError
from gis.core.paths import layers_dir
from gis.core.schemas import Method
from gis.core.text import text

LIST_HEIGHT = 260
SAID_OF_SOURCES = {
    "本项目": "us",
    "随本项目": "own",
    "own work": "own",
    "not stated": "unstated",
    "OpenStreetMap 贡献者": "osm",
    "OpenStreetMap contributors": "osm",
    "ODbL": "odbl",
}
SURE = ("roads", "rail", "areas", "future")


def show() -> None:
    """Draw the page."""
    view = current_view()
    language = view.language
    with st.container(key="sheet"):
        st.html(f"<h1>{escape(say('data.title', language))}</h1>")
        left, right = st.columns([2, 3], gap="large")
        with left:
            st.html(f"<h2>{escape(say('data.downloads', language))}</h2>")
            _downloads(view)
        with right:
            st.html(
                f"<h2>{escape(say('data.sure', language))}</h2>"
                + fragments.bullets(say(f"sure.{part}", language) for part in SURE)
                + f"<h2>{escape(say('data.accuracy', language))}</h2>"
                + _accuracy(data.layers(), language)
            )
        show_indicators(view)
        st.html(
            f"<h2>{escape(say('accuracies.title', language))}</h2>"
            f'<p class="soft">{escape(say("accuracies.lead", language))}</p>'
        )
        with st.container(key="accuracies", height=LIST_HEIGHT, border=False):
            st.html(_accuracies(load_accuracies(), language))
        st.html(
            f"<h2>{escape(say('data.sources', language))}</h2>" + _sources(load_sources(), language)
        )
        verdicts = data.kept_verdicts()
        if verdicts is not None:
            st.html(
                f"<h2>{escape(say('data.manifest', language))}</h2>"
                + fragments.facts(
                    (name, str(digest)[:12]) for name, digest in verdicts.manifest["inputs"].items()
                )
            )


# Downloads -----------------------------------------------------------------------------------


def _downloads(view: View) -> None:
    language = view.language
    _geopackage(language)
    verdicts = data.kept_verdicts()  # what a session uploads is not of the run that is traced
    if verdicts is not None:
        st.download_button(
            say("data.verdicts.json", language),
            data=lambda: verdicts_json(verdicts),
            file_name="verdicts.json",
            mime="application/json",
            on_click="ignore",
            key="verdicts_json",
        )
        st.download_button(
            say("data.verdicts.csv", language),
            data=lambda: verdicts_csv(verdicts.records, language=language),
            file_name="verdicts.csv",
            mime="text/csv",
            on_click="ignore",
            key="verdicts_csv",
        )
    if data.has_network(view.year):
        st.download_button(
            say("data.gtfs", language, year=view.year),
            data=lambda: _gtfs(view.year),
            file_name=f"gtfs_{view.year}.zip",
            mime="application/zip",
            on_click="ignore",
        )
    names = sorted(data.layers())
    name = st.selectbox(
        say("data.layers.pick", language),
        names,
        format_func=lambda layer: layer_title(layer, language),
        key="picked_layer",
    )
    st.download_button(
        say("data.layer", language, name=layer_title(name, language)),
        data=(layers_dir() / f"{name}.geojson").read_bytes,
        file_name=f"{name}.geojson",
        mime="application/geo+json",
        on_click="ignore",
    )


def _geopackage(language: Language) -> None:
    made = st.session_state.get("geopackage")
    if made is None and st.button(say("data.geopackage.make", language), key="make_geopackage"):
        with st.spinner(say("data.geopackage.busy", language)):
            try:
                st.session_state["geopackage"] = made = _made_geopackage()
            except InputError as error:
                st.html(fragments.bullets(p.line(language=language) for p in error.problems))
    if made is not None:
        st.download_button(
            say("data.geopackage", language),
            data=made,
            file_name="pilot_zone_atlas.gpkg",
            mime="application/geopackage+sqlite3",
            on_click="ignore",
        )


def _made_geopackage() -> bytes:
    from gis.outputs.geopackage import export_geopackage
    from gis.outputs.tables import handover_tables
    from gis.pipeline import RunConfig, ready_records

    kept = data.kept_verdicts()  # what the pages show is what is handed over
    content = (
        ready_records(RunConfig(every_goal=True))
        if kept is None
        else {"manifest": kept.manifest, "verdicts": kept.records}
    )
    tables = handover_tables(content, goals=data.goals().values(), sources=load_sources())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "atlas.gpkg"
        export_geopackage(path, layers=data.layers(), tables=tables)
        return path.read_bytes()


def _gtfs(year: int) -> bytes:
    from gis.network.gtfs import write_gtfs

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "gtfs.zip"
        write_gtfs(data.network(year).feed, path)
        return path.read_bytes()


def layer_title(name: str, language: Language) -> str:
    """Return the title of a layer."""
    return text(f"layer.title.{name}", language=language)


# Tables --------------------------------------------------------------------------------------


def _accuracy(layers: dict[str, gpd.GeoDataFrame], language: Language) -> str:
    rows = []
    separator = ", " if language == "en" else "、"
    for name, frame in sorted(layers.items()):
        if "accuracy_m" not in frame.columns:
            continue
        methods = sorted(set(frame["method"]) & {method.value for method in Method})
        accuracy = pd.to_numeric(frame["accuracy_m"]).median()
        rows.append(
            [
                escape(layer_title(name, language)),
                f"{len(frame):,}",
                "—" if pd.isna(accuracy) else f"{accuracy:,.0f}",
                escape(separator.join(say(f"method.{method}", language) for method in methods)),
            ]
        )
    heads = ("data.layers.pick", "data.features", "data.accuracy.median", "data.method")
    header = [escape(say(head, language)) for head in heads]
    return fragments.table(header, rows, numeric=(1, 2))


def _accuracies(accuracies: Iterable[Accuracy], language: Language) -> str:
    """Return what verdicts are drawn from: each source of error with its range and reason."""
    rows = []
    for accuracy in accuracies:
        name, note = (
            (accuracy.name_en, accuracy.note_en)
            if language == "en"
            else (accuracy.name_zh, accuracy.note_zh)
        )
        ends = {field: f"{getattr(accuracy, field):g}" for field in ("sd", "low", "mode", "high")}
        said = say(f"accuracies.{accuracy.shape.value}", language, **ends)
        rows.append(
            [escape(cell) for cell in (name, said, unit_word(accuracy.unit, language), note)]
        )
    heads = ("input", "range", "unit", "reason")
    header = [escape(say(f"accuracies.{head}", language)) for head in heads]
    return fragments.table(header, rows)


def _sources(sources: Iterable[Source], language: Language) -> str:
    heads = ("title", "producer", "date", "licence")
    header = [escape(say(f"source.{head}", language)) for head in heads]
    rows = [
        [escape(_said_of_source(str(getattr(source, head)), language)) for head in heads]
        for source in sources
    ]
    return fragments.table(header, rows)


def _said_of_source(written: str, language: Language) -> str:
    """Return what the tables of sources repeat in the reader's language, all else as written."""
    said = SAID_OF_SOURCES.get(written)
    return written if said is None else say(f"source.said.{said}", language)
