"""The print layout of the embedded project: A3 across, map, legend, scale bar and remarks."""

from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from gis.outputs.qgis_symbols import FONTS

NAME = "A3 横版"
PAGE_MM = (420.0, 297.0)
MAP_MM = (10.0, 22.0, 308.0, 265.0)
LEGEND_MM = (324.0, 22.0)
SCALE_BAR_MM = (324.0, 252.0)
REMARK_MM = (324.0, 270.0, 88.0, 18.0)
NORTH_MM = (392.0, 246.0, 12.0, 16.0)
SEGMENT_KM = 25.0
REMARK = (
    "界线、范围和线位均为示意，不作行政界线、用地或定线依据。"
    "来源与精度见“资料来源”表及各要素 source_id、accuracy_m。"
)

Bounds = tuple[float, float, float, float]
_MAP_ID = "{00000000-0000-4000-8000-000000000001}"
# Types of layout items as QGIS numbers them.
_PAGE, _MAP, _PICTURE, _LABEL, _LEGEND, _SCALE_BAR = 65638, 65639, 65640, 65641, 65642, 65646
_LEGEND_FONTS = (("title", 12), ("group", 10), ("subgroup", 9), ("symbol", 8), ("symbolLabel", 8))


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """A layer in the legend, by its id in the project."""

    layer_id: str
    title: str


def add_layout(
    root: ET.Element, *, title: str, bounds: Bounds, legend: Iterable[LegendEntry]
) -> None:
    """Add the layout to a project.

    Parameters
    ----------
    root
        The project.
    title
        Heading of the sheet.
    bounds
        West, south, east, north to show at least, in the CRS of the map.
    legend
        Layers of the legend, from top to bottom.

    """
    layout = ET.SubElement(
        ET.SubElement(root, "Layouts"), "Layout", name=NAME, units="mm", printResolution="300"
    )
    pages = ET.SubElement(layout, "PageCollection")
    _item(pages, _PAGE, (0.0, 0.0, *PAGE_MM), number=0)
    sheet = _item(layout, _MAP, MAP_MM, number=1, frame="true", background="true")
    west, south, east, north = _fitted(bounds)
    ET.SubElement(
        sheet,
        "Extent",
        xmin=f"{west:.6f}",
        ymin=f"{south:.6f}",
        xmax=f"{east:.6f}",
        ymax=f"{north:.6f}",
    )
    _add_label(layout, title, (10.0, 7.0, 308.0, 13.0), size_pt=22, number=2, is_bold=True)
    _add_legend(layout, legend)
    _add_scale_bar(layout)
    _item(
        layout,
        _PICTURE,
        NORTH_MM,
        number=5,
        file=":/images/north_arrows/layout_default_north_arrow.svg",
        mode="2",
    )
    _add_label(layout, REMARK, REMARK_MM, size_pt=7, number=6)


def _fitted(bounds: Bounds) -> Bounds:
    """Return bounds widened to the proportions of the map on the sheet."""
    west, south, east, north = bounds
    _, _, width, height = MAP_MM
    scale = max((east - west) / width, (north - south) / height)
    across, up = scale * width / 2, scale * height / 2
    middle_x, middle_y = (west + east) / 2, (south + north) / 2
    return middle_x - across, middle_y - up, middle_x + across, middle_y + up


def _item(
    parent: ET.Element,
    kind: int,
    place: tuple[float, float, float, float],
    *,
    number: int,
    **attributes: str,
) -> ET.Element:
    left, top, width, height = place
    identifier = f"{_MAP_ID[:-2]}{number}}}"
    common = {
        "type": str(kind),
        "uuid": identifier,
        "templateUuid": identifier,
        "position": f"{left:g},{top:g},mm",
        "positionOnPage": f"{left:g},{top:g},mm",
        "size": f"{width:g},{height:g},mm",
        "referencePoint": "0",
        "zValue": str(number),
        "visibility": "1",
        "opacity": "1",
        "frame": "false",
        "background": "false",
        "outlineWidthM": "0.2,mm",
    }
    return ET.SubElement(parent, "LayoutItem", attrib=common | attributes)


def _font(size_pt: int, *, is_bold: bool = False) -> str:
    return f"{FONTS[0]},{size_pt},-1,5,{75 if is_bold else 50},0,0,0,0,0"


def _add_label(
    layout: ET.Element,
    content: str,
    place: tuple[float, float, float, float],
    *,
    size_pt: int,
    number: int,
    is_bold: bool = False,
) -> None:
    label = _item(
        layout, _LABEL, place, number=number, labelText=content, htmlState="0", valign="32"
    )
    style = "Bold" if is_bold else "Regular"
    ET.SubElement(label, "LabelFont", description=_font(size_pt, is_bold=is_bold), style=style)
    ET.SubElement(label, "FontColor", red="35", green="39", blue="46", alpha="255")


def _add_legend(layout: ET.Element, entries: Iterable[LegendEntry]) -> None:
    legend = _item(
        layout,
        _LEGEND,
        (*LEGEND_MM, 88.0, 200.0),
        number=3,
        title="图例",
        resizeToContents="1",
        symbolWidth="6",
        symbolHeight="3",
        boxSpace="0",
        columnCount="1",
        wrapChar="",
        fontColor="#23272e",
    )
    styles = ET.SubElement(legend, "styles")
    for name, size_pt in _LEGEND_FONTS:
        style = ET.SubElement(styles, "style", name=name, alignment="1", marginTop="1.5")
        style.set("marginLeft", "2" if name == "symbolLabel" else "0")
        font = _font(size_pt, is_bold=name in {"title", "subgroup"})
        ET.SubElement(style, "styleFont", description=font, style="")
    tree = ET.SubElement(legend, "layer-tree-group")
    for entry in entries:
        ET.SubElement(
            tree,
            "layer-tree-layer",
            id=entry.layer_id,
            name=entry.title,
            providerKey="ogr",
            checked="Qt::Checked",
            expanded="1",
        )


def _add_scale_bar(layout: ET.Element) -> None:
    bar = _item(
        layout,
        _SCALE_BAR,
        (*SCALE_BAR_MM, 66.0, 12.0),
        number=4,
        style="Single Box",
        unitType="km",
        unitLabel="km",
        numMapUnitsPerScaleBarUnit="1",
        numUnitsPerSegment=f"{SEGMENT_KM:g}",
        numSegments="2",
        numSegmentsLeft="0",
        height="2",
        labelBarSpace="1.5",
        boxContentSpace="1",
        segmentSizeMode="0",
        outlineWidth="0.2",
        mapUuid=_MAP_ID,
    )
    properties = ET.SubElement(bar, "text-style", fontSize="8", fontSizeUnit="Point")
    properties.set("fontFamily", FONTS[0])
    properties.set("textColor", "35,39,46,255")
