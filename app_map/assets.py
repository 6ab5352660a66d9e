"""What the browser fetches from this machine: the map library, our own scripts, the layers.

Streamlit serves the ``static`` folder beside ``app.py``. Everything below ``static/vendor`` is put
there at start-up from the installed wheel, from this package and from the layers, in folders named
by their content, so that a browser never keeps an old file; git ignores them.
"""

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from importlib.util import find_spec
from pathlib import Path

import geopandas as gpd

from gis.core.files import write_text, written_aside
from gis.outputs.maps import feature_collection, map_layers, name_index

LIBRARY_FILES = ("maplibre-gl.js", "maplibre-gl.css")
VENDOR = "vendor"
DIGEST_LETTERS = 12
SERVED_AT = "/app/static"


@dataclass(frozen=True, slots=True)
class Assets:
    """Addresses on this machine, each beginning with a slash.

    Parameters
    ----------
    scripts
        Folder of the map library and our own scripts and styles.
    layers
        Map layer name -> address of its GeoJSON.
    index
        Address of the list of searchable names.

    """

    scripts: str
    layers: Mapping[str, str]
    index: str


def publish_scripts(static: Path, *, base: str = "") -> str:
    """Put the map library and our own scripts into the static folder.

    Parameters
    ----------
    static
        The folder that Streamlit serves.
    base
        Path below which the app is served, as in ``server.baseUrlPath``.

    Returns
    -------
    str
        Address of the folder.

    """
    files = {name: (library_folder() / name).read_bytes() for name in LIBRARY_FILES}
    for entry in resources.files("app_map").joinpath("web").iterdir():
        if entry.name.endswith((".js", ".css")):
            files[entry.name] = entry.read_bytes()
    folder = f"map-{_digest(files)}"
    _publish(static / VENDOR / folder, files)
    return f"{base}{SERVED_AT}/{VENDOR}/{folder}"


def publish_layers(
    static: Path, layers: Mapping[str, gpd.GeoDataFrame], *, scripts: str, base: str = ""
) -> Assets:
    """Write the layers of the map and the index of names into the static folder.

    Parameters
    ----------
    static
        The folder that Streamlit serves.
    layers
        Built layers by name, WGS84.
    scripts
        Address given by :func:`publish_scripts`.
    base
        Path below which the app is served.

    """
    prepared = map_layers(layers)
    files = {
        f"{name}.geojson": feature_collection(frame).encode() for name, frame in prepared.items()
    }
    index = json.dumps(name_index(layers), ensure_ascii=False, separators=(",", ":"))
    files["index.json"] = index.encode()
    folder = f"layers-{_digest(files)}"
    _publish(static / VENDOR / folder, files)
    address = f"{base}{SERVED_AT}/{VENDOR}/{folder}"
    return Assets(
        scripts=scripts,
        layers={name: f"{address}/{name}.geojson" for name in prepared},
        index=f"{address}/index.json",
    )


def library_folder() -> Path:
    """Return the folder of the installed wheel that holds MapLibre GL JS and its style sheet.

    Raises
    ------
    ModuleNotFoundError
        If the ``maplibre`` package is not installed.

    """
    # The package itself is not imported: only its plain files are wanted.
    found = find_spec("maplibre")
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError("maplibre is not installed: run python scripts/start.py")
    return Path(found.submodule_search_locations[0]) / "srcjs"


def _publish(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write a folder of files once; older folders of the same kind go."""
    complete = folder / "complete"
    if complete.is_file():
        return
    kind = folder.name.partition("-")[0]
    for older in folder.parent.glob(f"{kind}-*"):
        shutil.rmtree(older, ignore_errors=True)
    for name, content in files.items():
        with written_aside(folder / name) as aside:
            aside.write_bytes(content)
    write_text(complete, "")


def _digest(files: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(name.encode() + b"\0" + files[name] + b"\0")
    return digest.hexdigest()[:DIGEST_LETTERS]
