"""Input problems, collected and raised together.

A :class:`Problem` names where it was found and which message of the string catalogue tells what
is wrong and what to do; the wording, in Chinese and in English, lives in ``gis/core/strings``.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from gis.core.text import Language, text

MadeT = TypeVar("MadeT")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with an input.

    Parameters
    ----------
    where
        File and row, layer and feature, or option: what a user searches for.
    key
        Key of the message in the string catalogue, starting with ``error.``.
    fields
        Values that fill the message.

    """

    where: str
    key: str
    fields: Mapping[str, object] = field(default_factory=dict)

    def line(self, *, language: Language = "zh") -> str:
        """Return the problem as one line: where, what, remedy."""
        place = _PLACE_WORDS.sub(lambda found: _place(found, language), self.where)
        message = text(self.key, language=language, **self.fields)
        return " ".join(f"{place}: {message}".split())


class AtlasError(Exception):
    """Base of everything the product raises on purpose."""


class InputError(AtlasError, ValueError):
    """Input that cannot be used; holds every problem found, not only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(problem.line(language="en") for problem in self.problems))


def raise_problems(problems: Iterable[Problem]) -> None:
    """Raise one :class:`InputError` with all problems, or return when there are none."""
    found = tuple(problems)
    if found:
        raise InputError(found)


def collected(problems: list[Problem], make: Callable[[], MadeT]) -> MadeT | None:
    """Return what a function makes, or add the problems of its :class:`InputError` and go on."""
    try:
        return make()
    except InputError as error:
        problems.extend(error.problems)
        return None


# Numbers of rows and features, names of columns and fields: said in the language of the reader.
_PLACE_WORDS = re.compile(r"(?<= )(?:(row|feature) (\d+)|(column|field) (\w+))\b")


def _place(found: re.Match[str], language: Language) -> str:
    word, name = found[1] or found[3], found[2] or found[4]
    return text(f"where.{word}", language=language, name=name)
