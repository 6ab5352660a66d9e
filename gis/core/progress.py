"""What long work says on its way, in the language of whoever listens."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gis.core.text import Language, text


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the work.

    Parameters
    ----------
    key
        Key of its message in the string catalogue.
    fields
        What the message names; where that differs by language, language -> name.

    """

    key: str
    fields: Mapping[str, object]

    def words(self, language: Language) -> str:
        """Return the step as a line."""
        named = {
            name: value[language] if isinstance(value, Mapping) else value
            for name, value in self.fields.items()
        }
        return text(self.key, language=language, **named)


Progress = Callable[[Step], None]


def step(key: str, **fields: object) -> Step:
    """Return a step, by its key and what its message names."""
    return Step(key, fields)
