"""先行区: what each pilot zone is made of, and what of it the documents name."""

from dataclasses import replace
from html import escape

import geopandas as gpd
import pandas as pd
import streamlit as st

from app_pages import data, fragments
from app_pages.goal_panel import document_title
from app_pages.session import current_view, page
from app_pages.view import View
from app_pages.words import Language, say
from gis.catalogue.zones import Tier, Zone, ZoneLevel, load_zones

COLUMNS = 2
CAMERA_ZOOM = 9.4
PARTS = (ZoneLevel.BLOCK, ZoneLevel.START_AREA)


def show() -> None:
    """Draw the page."""
    view = current_view()
    with st.container(key="sheet"):
        st.html(
            f"<h1>{escape(say('zones.title', view.language))}</h1>"
            f'<p class="soft">{escape(say("zones.lead", view.language))}</p>'
        )
        drawn = _drawn_zones()
        zones = _zones()
        pilots = [zone for zone in zones if zone.tier is Tier.PROVINCIAL]
        columns = st.columns(COLUMNS, gap="large")
        for position, pilot in enumerate(pilots):
            with columns[position % COLUMNS], st.container(key=f"zone_{pilot.id}"):
                parts = [z for z in zones if z.parent_id == pilot.id and z.level in PARTS]
                st.html(_card(pilot, parts, drawn, view.language))
                _map_link(pilot, drawn, view)
        others = [zone for zone in zones if zone.tier in {Tier.ENCOURAGED, Tier.MUNICIPAL}]
        st.html(_others(others, drawn, view.language))


@st.cache_resource(show_spinner=False)
def _zones() -> tuple[Zone, ...]:
    return load_zones()


def _drawn_zones() -> gpd.GeoDataFrame:
    layers = data.layers()
    return layers["zones"].set_index("id") if "zones" in layers else gpd.GeoDataFrame()


def _card(pilot: Zone, parts: list[Zone], drawn: gpd.GeoDataFrame, language: Language) -> str:
    name = pilot.name_en if language == "en" else pilot.name_zh
    role = pilot.role_en if language == "en" else pilot.role_zh
    rows = [_part_row(zone, drawn, language) for zone in (pilot, *parts)]
    heads = ("zones.parts", "zones.area", "zones.people", "zones.members", "zones.basis")
    header = [escape(say(head, language)) for head in heads]
    named = dict.fromkeys(zone.members_named for zone in parts if zone.members_named)
    members = say("zones.named_members", language, members="；".join(named)) if named else ""
    return (
        f'<h2>{escape(name)}</h2><p class="soft">{escape(role)}</p>'
        f"{fragments.table(header, rows, numeric=(1, 2, 3))}"
        f'<p class="soft after">{escape(members)}</p>'
        f'<p class="soft">{escape(document_title(pilot.document_id, language))}</p>'
    )


def _others(others: list[Zone], drawn: gpd.GeoDataFrame, language: Language) -> str:
    heads = ("zones.others", "zones.area", "zones.people", "zones.members", "zones.basis")
    header = [*(escape(say(head, language)) for head in heads), escape(say("zones.tier", language))]
    rows = [
        [
            *_part_row(zone, drawn, language),
            escape(say(f"zones.tier.{zone.tier.value}", language)),
        ]
        for zone in others
    ]
    return fragments.table(header, rows, numeric=(1, 2, 3))


def _part_row(zone: Zone, drawn: gpd.GeoDataFrame, language: Language) -> list[str]:
    name = escape(zone.name_en if language == "en" else zone.name_zh)
    if zone.id not in drawn.index or drawn.geometry[zone.id].geom_type == "Point":
        return [name, "—", "—", "—", escape(say("zones.unknown", language))]
    feature = drawn.loc[zone.id]
    members = [part for part in str(feature["township_ids"]).split(";") if part]
    area = say("zones.area.value", language, value=f"{float(feature['area_km2']):,.0f}")
    population = feature["population"]
    return [
        name,
        escape(area),
        "—" if pd.isna(population) else escape(fragments.people(float(population), language)),
        str(len(members)) if members else "—",
        escape(say(f"basis.{feature['basis']}", language)),
    ]


def _map_link(pilot: Zone, drawn: gpd.GeoDataFrame, view: View) -> None:
    """Offer the map at the zone."""
    if pilot.id not in drawn.index:
        return
    point = drawn.geometry[pilot.id].representative_point()
    camera = (round(point.x, 4), round(point.y, 4), CAMERA_ZOOM)
    there = replace(view, camera=camera, goal="", at=None, on=tuple({*view.on, "zones"}))
    label = say("zones.on_map", view.language)
    st.page_link(page("overview"), label=f"{label} →", query_params=there.to_query())
