"""Run by QGIS's own Python: open the project inside a GeoPackage, tell what is in it, draw it.

Usage: python open_in_qgis.py FILE.gpkg PROJECT IMAGE.png
"""

import json
import sys

from qgis.core import (
    QgsApplication,
    QgsLayoutExporter,
    QgsLayoutItemMap,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsProject,
)
from qgis.PyQt.QtCore import QSize


def main() -> None:
    """Print one line of JSON."""
    file, name, image = sys.argv[1:]
    application = QgsApplication([], False)  # noqa: FBT003 - takes no keyword
    application.initQgis()
    project = QgsProject.instance()
    is_read = project.read(f"geopackage:{file}?projectName={name}")
    root = project.layerTreeRoot()
    layout = project.layoutManager().layouts()[0]
    sheet = next(item for item in layout.items() if isinstance(item, QgsLayoutItemMap))
    settings = QgsMapSettings()
    settings.setLayers([one for one in root.layerOrder() if root.findLayer(one).isVisible()])
    settings.setDestinationCrs(project.crs())
    settings.setExtent(sheet.extent())
    settings.setOutputSize(QSize(600, 500))
    settings.setBackgroundColor(project.backgroundColor())
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    drawn = job.renderedImage()
    drawn.save(image)
    colours = {drawn.pixel(x, y) for x in range(0, 600, 3) for y in range(0, 500, 3)}
    sheet_image = image.replace(".png", "-sheet.png")
    options = QgsLayoutExporter.ImageExportSettings()
    options.dpi = 40
    options.generateWorldFile = False
    exported = QgsLayoutExporter(layout).exportToImage(sheet_image, options)
    found = {
        "read": is_read,
        "crs": project.crs().authid(),
        "groups": [group.name() for group in root.children()],
        "layers": {
            layer.name(): {
                "valid": layer.isValid(),
                "table": layer.source().split("layername=")[1].split("|")[0],
                "count": layer.featureCount(),
                "crs": layer.crs().authid(),
                "styled": bool(layer.renderer()) and layer.renderer().type() != "nullSymbol",
                "labelled": layer.labelsEnabled(),
                "columns": {one.name(): one.displayName() for one in layer.fields()},
            }
            for layer in project.mapLayers().values()
        },
        "order": [layer.name() for layer in root.layerOrder()],
        "colours": len(colours),
        "errors": [error.message for error in job.errors()],
        "exported": exported == QgsLayoutExporter.Success,
    }
    sys.stdout.write("ATLAS " + json.dumps(found, ensure_ascii=False) + "\n")
    project.clear()
    application.exitQgis()


main()
