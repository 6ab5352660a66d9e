"""The string catalogue: both languages, the same fields, no key used that it lacks."""

import re
import string
from pathlib import Path

import pytest

from gis.core.paths import project_root
from gis.core.text import strings, text

USED_KEY = re.compile(r"[\"'](error\.[a-z0-9_.]+)[\"']")


def fields(message: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(message) if name is not None}


def test_every_message_has_both_languages_with_the_same_fields() -> None:
    faults = [
        key
        for key, message in strings().items()
        if set(message) != {"zh", "en"} or fields(message["zh"]) != fields(message["en"])
    ]
    assert faults == []


def test_every_error_key_in_the_code_is_in_the_catalogue() -> None:
    used: set[str] = set()
    for folder in ("gis", "scripts"):
        for path in Path(project_root(), folder).rglob("*.py"):
            used |= set(USED_KEY.findall(path.read_text(encoding="utf-8")))
    assert used
    assert used - set(strings()) == set()


def test_unknown_key_is_an_error() -> None:
    with pytest.raises(KeyError):
        text("error.no_such_message")
