"""先行区: what each pilot zone is made of, and what of it the documents name."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from html import escape
from typing import Any

import geopandas as gpd
import pandas as pd
import streamlit as st

from app_pages import data, fragments
from app_pages.goal_panel import document_title
from app_pages.session import current_view, page
from app_pages.view import View
from app_pages.words import Language, say
from gis.catalogue.clauses import LinkedRow
from gis.catalogue.projects import Project, load_projects
from gis.catalogue.registers import load_corridors, load_demonstration_projects, load_tasks
from gis.catalogue.zones import Tier, Zone, ZoneLevel, load_zones

COLUMNS = 2
CAMERA_ZOOM = 9.4
FEW = 8  # townships that are listed without a click
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
                family = (pilot, *parts)
                _show_members(family, drawn, view.language)
                _show_register(family, view.language)
                _map_link(pilot, drawn, view)
        others = [zone for zone in zones if zone.tier in {Tier.ENCOURAGED, Tier.MUNICIPAL}]
        st.html(_others(others, drawn, view.language))


@st.cache_resource(show_spinner=False)
def _zones() -> tuple[Zone, ...]:
    return load_zones()


@st.cache_resource(show_spinner=False)
def _register() -> tuple[tuple[str, tuple[LinkedRow, ...]], ...]:
    return (
        ("tasks", load_tasks()),
        ("corridors", load_corridors()),
        ("demonstrations", load_demonstration_projects()),
    )


@st.cache_resource(show_spinner=False)
def _projects() -> dict[str, Project]:
    return {project.id: project for project in load_projects()}


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
    feature = drawn.loc[[zone.id]].to_dict("records")[0]
    members = member_ids(feature["township_ids"])
    return [
        name,
        _area(feature, language),
        _population(feature, language),
        str(len(members)) if members else "—",
        escape(say(f"basis.{feature['basis']}", language)),
    ]


def _area(feature: Mapping[Hashable, Any], language: Language) -> str:
    area = escape(say("zones.area.value", language, value=f"{float(feature['area_km2']):,.0f}"))
    stated = feature.get("stated_area_km2")
    if stated is None or pd.isna(stated):
        return area
    said = say("zones.area.stated", language, value=f"{float(stated):,g}")
    return f'{area}<br><small class="soft">{escape(said)}</small>'


def _population(feature: Mapping[Hashable, Any], language: Language) -> str:
    population = feature["population"]
    if pd.isna(population):
        return "—"
    count = fragments.people(float(population), language)
    return f"{escape(count)} {_guess(language)}"


def _guess(language: Language) -> str:
    return f'<small class="soft">{escape(say("certainty.guess", language))}</small>'


# Members and register ------------------------------------------------------------------------


def member_ids(written: object) -> list[str]:
    """Return the ids of a list in a layer, each once."""
    parts = written.split(";") if isinstance(written, str) else []
    return list(dict.fromkeys(part for part in parts if part))


def _show_members(zones: Sequence[Zone], drawn: gpd.GeoDataFrame, language: Language) -> None:
    """List the townships of every zone, those that a document names first."""
    shown = [zone for zone in zones[1:] if _members(zone, drawn)] or list(zones[:1])
    listed = [(zone, _members(zone, drawn)) for zone in shown]
    count = len({identifier for _, members in listed for identifier, _ in members})
    if not count:
        return
    parts = [
        f"<p><b>{escape(zone.name_en if language == 'en' else zone.name_zh)}</b><br>"
        f"{_member_names(members, language)}</p>"
        for zone, members in listed
    ]
    with st.expander(say("zones.members.list", language, count=count), expanded=count <= FEW):
        st.html("".join(parts))


def _members(zone: Zone, drawn: gpd.GeoDataFrame) -> list[tuple[str, bool]]:
    """Return the townships of a zone and whether each is inferred, the named ones first."""
    if zone.id not in drawn.index:
        return []
    feature = drawn.loc[zone.id]
    inferred = set(member_ids(feature["township_ids_inferred"]))
    members = [(each, each in inferred) for each in member_ids(feature["township_ids"])]
    return sorted(members, key=lambda member: member[1])


def _member_names(members: Iterable[tuple[str, bool]], language: Language) -> str:
    names = _township_names(language)
    separator = ", " if language == "en" else "、"
    return separator.join(
        escape(names.get(identifier, identifier)) + (f" {_guess(language)}" if inferred else "")
        for identifier, inferred in members
    )


def _township_names(language: Language) -> dict[str, str]:
    if "townships" not in data.layers():
        return {}
    townships = data.layers()["townships"]
    return dict(zip(townships["id"], townships[f"name_{language}"], strict=True))


def _show_register(zones: Sequence[Zone], language: Language) -> None:
    """List the tasks, corridors and projects that name a zone, those for it alone first."""
    own = {zone.id for zone in zones}
    for kind, rows in _register():
        naming = [row for row in rows if own & set(row.zone_ids)]
        if not naming:
            continue
        alone = [row for row in naming if set(row.zone_ids) <= own]
        shared = [row for row in naming if row not in alone]
        label = say(f"zones.{kind}", language, count=len(naming))
        with st.expander(label):
            st.html(
                _register_part("zones.alone", alone, language)
                + _register_part("zones.shared", shared, language)
            )


def _register_part(heading: str, rows: Sequence[LinkedRow], language: Language) -> str:
    if not rows:
        return ""
    items = [_register_line(row, language) for row in rows]
    title = escape(say(heading, language, count=len(rows)))
    return f'<p class="soft">{title}</p>{fragments.bullets(items)}'


def _register_line(row: LinkedRow, language: Language) -> str:
    """Write the name of a row and the projects it is about."""
    name = row.name_en if language == "en" else row.name_zh
    known = [_projects()[identifier] for identifier in row.project_ids if identifier in _projects()]
    if not known:
        return name
    separator = ", " if language == "en" else "、"
    projects = separator.join(p.name_en if language == "en" else p.name_zh for p in known)
    return say("zones.line", language, name=name, projects=projects)


def _map_link(pilot: Zone, drawn: gpd.GeoDataFrame, view: View) -> None:
    """Offer the map at the zone."""
    if pilot.id not in drawn.index:
        return
    point = drawn.geometry[pilot.id].representative_point()
    camera = (round(point.x, 4), round(point.y, 4), CAMERA_ZOOM)
    there = replace(view, camera=camera, goal="", at=None, on=tuple({*view.on, "zones"}))
    label = say("zones.on_map", view.language)
    st.page_link(page("overview"), label=f"{label} →", query_params=there.to_query())
