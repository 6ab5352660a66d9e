"""What stands in the tags of a raster of travel times: enough to trace and to repeat it."""

import pandas as pd

from gis.core.provenance import PRODUCT_VERSION, manifest_digest
from gis.core.schemas import Mode, Statistic
from gis.core.text import Language, text
from gis.network.model import Network
from gis.outputs.raster_grid import RasterGrid


def time_tags(
    network: Network,
    places: pd.DataFrame,
    grid: RasterGrid,
    *,
    mode: Mode,
    statistic: Statistic,
    peak: bool,
    limit_min: float,
) -> dict[str, str]:
    """Return the tags of a raster of travel times.

    Parameters
    ----------
    network
        The network: its year, source and digest.
    places
        ``id, lon, lat`` and, where known, ``name_zh``.
    grid
        The grid.
    mode, statistic, peak, limit_min
        What the times are; a drive has no statistic.

    """
    names = places["name_zh"] if "name_zh" in places.columns else places["id"]
    starts = zip(names, places["lon"], places["lat"], strict=True)
    chosen = "" if mode is Mode.CAR else statistic.value

    def said(key: str, language: Language) -> str:
        return text(
            f"raster.{key}",
            language=language,
            mode=text(f"raster.mode.{mode.value}", language=language),
            when=text("raster.peak" if peak else "raster.off_peak", language=language),
            statistic=text(f"raster.statistic.{chosen}", language=language) if chosen else "",
            limit=f"{limit_min:g}",
        )

    tags = {
        "TITLE": said("title", "zh"),
        "READING": said("reading", "zh"),
        "READING_EN": said("reading", "en"),
        "PLACES": "; ".join(f"{name} {lon:.5f},{lat:.5f}" for name, lon, lat in starts),
        "MODE": mode.value,
        "PEAK": "yes" if peak else "no",
        "LIMIT_MINUTES": f"{limit_min:g}",
        "YEAR": str(network.year),
        "NETWORK_SOURCE": str(network.manifest.settings.get("source", "")),
        "NETWORK_SHA256": manifest_digest(network.manifest),
        "GRID": f"{grid.system} cell {grid.cell:g} left {grid.left:g} top {grid.top:g}",
        "SOFTWARE": f"Pilot-Zone Atlas {PRODUCT_VERSION}",
    }
    return tags | {"STATISTIC": chosen} if chosen else tags
