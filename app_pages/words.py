"""Texts of the app in the language in force."""

from functools import cache
from typing import Literal

from gis.core.text import strings, text

Language = Literal["zh", "en"]
MAP_PREFIX = "app.map."


def say(key: str, language: Language, **fields: object) -> str:
    """Return ``app.<key>`` in a language, filled."""
    return text(f"app.{key}", language=language, **fields)


@cache
def map_words(language: Language) -> dict[str, str]:
    """Return all words of the map component, with the prefix cut off."""
    return {
        key.removeprefix(MAP_PREFIX): message[language]
        for key, message in strings().items()
        if key.startswith(MAP_PREFIX)
    }
