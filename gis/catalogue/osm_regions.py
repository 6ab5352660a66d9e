"""Where extracts of OpenStreetMap are published: ``seeds/osm_regions.csv``."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from pydantic import Field

from gis.catalogue.tables import Row, Text, read_rows
from gis.core.errors import InputError, Problem
from gis.core.paths import seeds_dir

OSM_REGIONS_TABLE = "osm_regions.csv"


class OsmRegion(Row):
    """An area whose extract can be fetched.

    Parameters
    ----------
    id
        What ``--region`` takes.
    address
        Where the extract lies; its MD5 lies at the same address with ``.md5`` behind it.

    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z-]*$")]
    name_zh: Text
    name_en: Text
    address: Annotated[str, Field(pattern=r"^https?://[^\s?#]+/[\w.-]+\.osm\.pbf$")]
    source_id: Text
    note: str = ""


def load_osm_regions(seeds: Path | None = None) -> tuple[OsmRegion, ...]:
    """Read the regions.

    Raises
    ------
    InputError
        With every problem of the table.

    """
    return read_rows((seeds or seeds_dir()) / OSM_REGIONS_TABLE, OsmRegion)


def chosen_region(name: str, regions: Sequence[OsmRegion]) -> OsmRegion:
    """Return the region of an id or a Chinese name.

    Raises
    ------
    InputError
        If no region has it; the ids that there are are named.

    """
    for region in regions:
        if name in {region.id, region.name_zh}:
            return region
    present = ", ".join(region.id for region in regions)
    raise InputError([Problem(f"--region {name}", "error.osm_region", {"present": present})])
