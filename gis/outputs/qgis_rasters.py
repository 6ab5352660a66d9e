"""How a raster of travel times looks in QGIS: the colours of the isochrones."""

from xml.etree import ElementTree as ET

from gis.core.text import text
from gis.outputs.qgis_symbols import rgba

QGIS_VERSION = "3.22.0"
# Light is near, as in the app's map; the last colour goes on to the limit.
TIME_RAMP = (
    (15, "#FDE725"),
    (30, "#A5DB36"),
    (45, "#4AC16D"),
    (60, "#1FA187"),
    (90, "#277F8E"),
    (120, "#365C8D"),
)
FARTHER = "#46327E"


def raster_qml() -> str:
    """Return the style of the band of minutes as the QML that QGIS reads."""
    classes = [
        (f"{limit}", colour, text("raster.class.within", limit=limit))
        for limit, colour in TIME_RAMP
    ]
    beyond = text("raster.class.beyond", limit=TIME_RAMP[-1][0])
    classes.append(("inf", FARTHER, beyond))
    root = ET.Element("qgis", version=QGIS_VERSION, styleCategories="Symbology")
    pipe = ET.SubElement(root, "pipe")
    renderer = ET.SubElement(
        pipe,
        "rasterrenderer",
        type="singlebandpseudocolor",
        band="1",
        opacity="0.75",
        alphaBand="-1",
        classificationMin="0",
        classificationMax=str(TIME_RAMP[-1][0]),
    )
    ET.SubElement(renderer, "rasterTransparency")
    shader = ET.SubElement(renderer, "rastershader")
    ramp = ET.SubElement(
        shader,
        "colorrampshader",
        colorRampType="DISCRETE",
        classificationMode="1",
        clip="0",
        minimumValue="0",
        maximumValue=str(TIME_RAMP[-1][0]),
    )
    stops = ":".join(f"{int(limit) / TIME_RAMP[-1][0]:g};{rgba(hue)}" for limit, hue in TIME_RAMP)
    ramp_of = ET.SubElement(ramp, "colorramp", type="gradient", name="[source]")
    options = ET.SubElement(ramp_of, "Option", type="Map")
    for key, value in (
        ("color1", rgba(TIME_RAMP[0][1])),
        ("color2", rgba(FARTHER)),
        ("discrete", "1"),
        ("rampType", "gradient"),
        ("stops", stops),
    ):
        ET.SubElement(options, "Option", type="QString", name=key, value=value)
    for value, colour, label in classes:
        ET.SubElement(ramp, "item", value=value, color=colour, label=label, alpha="255")
    ET.SubElement(pipe, "rasterresampler", maxOversampling="1")
    return "<!DOCTYPE qgis>\n" + ET.tostring(root, encoding="unicode") + "\n"
