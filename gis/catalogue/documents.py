"""The policy documents the atlas measures (``seeds/documents.yaml``)."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import Field

from gis.catalogue.tables import Row, Text, Year, read_entries
from gis.core.paths import seeds_dir
from gis.core.schemas import Certainty

FILE_NAME = "documents.yaml"


class DocumentKind(StrEnum):
    """What sort of paper a document is, and so how binding it is."""

    GUIDELINE = "guideline"
    PLAN = "plan"
    STUDY = "study"


class Document(Row):
    """A policy document.

    Parameters
    ----------
    id
        ``D-000`` … ``D-004``.
    title_zh, title_en, short_zh, short_en
        Full title and the short name shown on screen.
    kind
        Guideline, plan or study; a study states no obligations.
    issuer_zh, issuer_en, number
        Who issued it, and the document number where it has one.
    issued
        Date or year of issue as far as known, ISO 8601.
    horizon_year
        Year its general goals aim at.
    certainty
        How sure title, issuer and date are.
    note_zh, note_en
        What to know before citing it.

    """

    id: str = Field(pattern="^D-[0-9]{3}$")
    title_zh: Text
    title_en: Text
    short_zh: Text
    short_en: Text
    kind: DocumentKind
    issuer_zh: Text
    issuer_en: Text
    number: str = ""
    issued: str = Field(pattern="^[0-9]{4}(-[0-9]{2}){0,2}$")
    horizon_year: Year
    certainty: Certainty
    note_zh: Text
    note_en: Text


def load_documents(seeds: Path | None = None) -> tuple[Document, ...]:
    """Return all documents.

    Parameters
    ----------
    seeds
        Folder of the seed tables; the product's own by default.

    Raises
    ------
    InputError
        With every problem of the file.

    """
    path = (seeds or seeds_dir()) / FILE_NAME
    return read_entries(path, Document, list_key="documents", place=_place)


def _place(entry: Mapping[str, Any], path: Sequence[int | str]) -> str:
    words = [f"document {entry.get('id', '?')}"]
    if path:
        words.append("field " + ".".join(str(part) for part in path))
    return " ".join(words)
