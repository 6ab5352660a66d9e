"""Run by QGIS's own Python: open a raster with the style beside it, tell how it is drawn.

Usage: python raster_in_qgis.py FILE.tif
"""

import json
import sys

from qgis.core import (
    QgsApplication,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsRasterLayer,
)
from qgis.PyQt.QtCore import QSize


def main() -> None:
    """Print one line of JSON."""
    application = QgsApplication([], False)  # noqa: FBT003 - takes no keyword
    application.initQgis()
    layer = QgsRasterLayer(sys.argv[1], "times")
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(layer.crs())
    settings.setExtent(layer.extent())
    settings.setOutputSize(QSize(400, 200))
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    drawn = job.renderedImage()
    shader = layer.renderer().shader().rasterShaderFunction()
    found = {
        "valid": layer.isValid(),
        "renderer": layer.renderer().type(),
        "labels": [item.label for item in shader.colorRampItemList()],
        "colours": len({drawn.pixel(x, y) for x in range(0, 400, 3) for y in range(0, 200, 3)}),
    }
    sys.stdout.write("ATLAS " + json.dumps(found, ensure_ascii=False) + "\n")
    sys.stdout.flush()
    application.exitQgis()


main()
