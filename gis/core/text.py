"""The string catalogue: Chinese and English side by side in ``gis/core/strings/*.yaml``."""

from functools import cache
from importlib import resources
from typing import Literal

import yaml

Language = Literal["zh", "en"]


def text(key: str, *, language: Language = "zh", **fields: object) -> str:
    """Return one message, filled.

    Parameters
    ----------
    key
        Dotted key, for example ``error.file_missing``.
    language
        ``zh`` (default) or ``en``.
    fields
        Values for the ``{name}`` places of the message.

    Raises
    ------
    KeyError
        If the catalogue has no such key, or a field is missing.

    """
    return strings()[key][language].format(**fields)


@cache
def strings() -> dict[str, dict[str, str]]:
    """Return the whole catalogue: key -> language -> message."""
    merged: dict[str, dict[str, str]] = {}
    for entry in sorted(resources.files("gis.core").joinpath("strings").iterdir(), key=str):
        if entry.name.endswith(".yaml"):
            merged |= yaml.safe_load(entry.read_text(encoding="utf-8")) or {}
    return merged
