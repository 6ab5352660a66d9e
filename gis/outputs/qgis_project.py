"""The QGIS project inside the hand-over: every layer styled, named in Chinese, grouped by theme.

A GeoPackage keeps a project in the table ``qgis_projects`` as the hexadecimal text of a zipped
``.qgs``; QGIS lists it below the file. A layer of areas, lines and points needs one entry for each
kind of geometry, for QGIS shows one kind at a time.
"""

import io
import json
import sqlite3
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pyproj

from gis.core.text import strings, text
from gis.outputs.qgis_layout import LegendEntry, add_layout
from gis.outputs.qgis_styles import QGIS_VERSION, SEA
from gis.outputs.qgis_symbols import Shape, add_style, rgba
from gis.outputs.qgis_views import DRAWING_ORDER, Group, View, project_groups

PROJECT_NAME = "先行区一张图"
NO_CLOCK = "2000-01-01T00:00:00"
_DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
_BASE_MAP = ("waters", "coast", "context")
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
_WKB: dict[Shape, str] = {
    "Polygon": "MultiPolygon",
    "Line": "MultiLineString",
    "Point": "MultiPoint",
}

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Scene:
    """What the project opens with.

    Parameters
    ----------
    file_name
        Name of the GeoPackage: layers are found by it, next to the project.
    tables
        Layers and tables that it holds, and their columns; the project shows those.
    column_names
        Chinese names of columns that the catalogue of strings does not name.
    layer_epsg
        CRS of the layers.
    map_epsg
        CRS of the map: metres, for a map in degrees looks squat.
    bounds
        West, south, east, north of the first view, in the CRS of the map.

    """

    file_name: str
    tables: Mapping[str, Sequence[str]]
    column_names: Mapping[str, str]
    layer_epsg: int
    map_epsg: int
    bounds: Bounds


def embed_project(path: Path, scene: Scene) -> None:
    """Write the project into a finished GeoPackage.

    Raises
    ------
    sqlite3.Error
        If the file cannot be written, or is no GeoPackage.

    """
    content = _zipped(project_xml(scene))
    about = json.dumps({"last_modified_time": NO_CLOCK, "last_modified_user": ""})
    connection = sqlite3.connect(path)
    try:
        with connection:
            connection.execute(
                "CREATE TABLE qgis_projects(name TEXT PRIMARY KEY, metadata BLOB, content BLOB)"
            )
            connection.execute(
                "INSERT INTO qgis_projects VALUES (?, ?, ?)", (PROJECT_NAME, about, content.hex())
            )
    finally:
        connection.close()


def project_xml(scene: Scene) -> str:
    """Return the project as the XML of a ``.qgs`` file."""
    groups = [
        replace(group, views=tuple(view for view in group.views if view.table in scene.tables))
        for group in project_groups()
    ]
    views = {view.name: view for group in groups for view in group.views}
    order = [views[name] for name in DRAWING_ORDER if name in views]
    root = ET.Element("qgis", projectname=PROJECT_NAME, version=QGIS_VERSION)
    _text(root, "title", PROJECT_NAME)
    _add_crs(ET.SubElement(root, "projectCrs"), scene.map_epsg)
    _add_tree(root, groups, order, scene.file_name)
    _add_canvas(root, scene)
    layers = ET.SubElement(root, "projectlayers")
    for view in views.values():
        _add_layer(layers, view, scene)
    ids = ET.SubElement(root, "layerorder")
    for view in order:
        ET.SubElement(ids, "layer", id=view.layer_id)
    _add_properties(root)
    legend = [
        LegendEntry(view.layer_id, view.title)
        for view in views.values()
        if view.shape is not None and view.is_shown and view.name not in _BASE_MAP
    ]
    add_layout(root, title=PROJECT_NAME, bounds=scene.bounds, legend=legend)
    return _DOCTYPE + ET.tostring(root, encoding="unicode")


def _zipped(content: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        head = zipfile.ZipInfo("atlas.qgs", _ZIP_EPOCH)
        head.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(head, content)
    return packed.getvalue()


def _add_tree(
    root: ET.Element, groups: Iterable[Group], order: Sequence[View], file_name: str
) -> None:
    tree = ET.SubElement(root, "layer-tree-group")
    for group in groups:
        if not group.views:
            continue
        branch = ET.SubElement(
            tree,
            "layer-tree-group",
            name=group.title,
            checked="Qt::Checked",
            expanded=str(int(group.is_open)),
        )
        for view in group.views:
            ET.SubElement(
                branch,
                "layer-tree-layer",
                id=view.layer_id,
                name=view.title,
                source=view.source(file_name),
                providerKey="ogr",
                checked="Qt::Checked" if view.is_shown else "Qt::Unchecked",
                expanded="0",
            )
    custom = ET.SubElement(tree, "custom-order", enabled="1")
    for view in order:
        _text(custom, "item", view.layer_id)


def _add_canvas(root: ET.Element, scene: Scene) -> None:
    canvas = ET.SubElement(root, "mapcanvas", name="theMapCanvas", annotationsVisible="1")
    _text(canvas, "units", "meters")
    _add_extent(canvas, scene.bounds)
    _text(canvas, "rotation", "0")
    _add_crs(ET.SubElement(canvas, "destinationsrs"), scene.map_epsg)


def _add_layer(parent: ET.Element, view: View, scene: Scene) -> None:
    has_labels = view.style is not None and view.style.label is not None
    layer = ET.SubElement(
        parent,
        "maplayer",
        type="vector",
        geometry=view.shape or "No geometry",
        wkbType=_WKB[view.shape] if view.shape else "NoGeometry",
        labelsEnabled=str(int(has_labels)),
        simplifyDrawingHints="1",
        readOnly="0",
    )
    _text(layer, "id", view.layer_id)
    _text(layer, "datasource", view.source(scene.file_name))
    _text(layer, "layername", view.title)
    if view.shape is not None:
        _add_crs(ET.SubElement(layer, "srs"), scene.layer_epsg)
    provider = ET.SubElement(layer, "provider", encoding="UTF-8")
    provider.text = "ogr"
    if view.style is not None:
        add_style(layer, view.style)
        _text(layer, "previewExpression", '"name_zh"')
    aliases = ET.SubElement(layer, "aliases")
    for number, column in enumerate(scene.tables[view.table]):
        name = scene.column_names.get(column) or _alias(column)
        ET.SubElement(aliases, "alias", field=column, index=str(number), name=name)


def _alias(column: str) -> str:
    """Return the Chinese name of a column, also of one such as ``value_2027``, or nothing."""
    if (key := f"column.{column}") in strings():
        return text(key)
    stem, _, year = column.rpartition("_")
    if year.isdecimal() and (key := f"column.{stem}") in strings():
        return text("column.of_year", name=text(key), year=year)
    return ""


def _add_crs(parent: ET.Element, epsg: int) -> None:
    crs = pyproj.CRS.from_epsg(epsg)
    system = ET.SubElement(parent, "spatialrefsys")
    _text(system, "wkt", crs.to_wkt())
    _text(system, "srid", str(epsg))
    _text(system, "authid", f"EPSG:{epsg}")
    _text(system, "description", crs.name)
    _text(system, "geographicflag", "true" if crs.is_geographic else "false")


def _add_extent(parent: ET.Element, bounds: Bounds) -> None:
    extent = ET.SubElement(parent, "extent")
    for name, value in zip(("xmin", "ymin", "xmax", "ymax"), bounds, strict=True):
        _text(extent, name, f"{value:.6f}")


def _add_properties(root: ET.Element) -> None:
    properties = ET.SubElement(root, "properties")
    paths = ET.SubElement(properties, "Paths")
    ET.SubElement(paths, "Absolute", type="bool").text = "false"
    projected = ET.SubElement(properties, "SpatialRefSys")
    ET.SubElement(projected, "ProjectionsEnabled", type="int").text = "1"
    gui = ET.SubElement(properties, "Gui")
    colours = zip(("Red", "Green", "Blue"), rgba(SEA).split(","), strict=False)
    for name, value in colours:
        ET.SubElement(gui, f"CanvasColor{name}Part", type="int").text = value
    measure = ET.SubElement(properties, "Measurement")
    ET.SubElement(measure, "DistanceUnits", type="QString").text = "kilometers"
    ET.SubElement(measure, "AreaUnits", type="QString").text = "km2"
    ellipsoid = ET.SubElement(properties, "Measure")
    ET.SubElement(ellipsoid, "Ellipsoid", type="QString").text = "EPSG:7024"


def _text(parent: ET.Element, tag: str, content: str) -> None:
    ET.SubElement(parent, tag).text = content
