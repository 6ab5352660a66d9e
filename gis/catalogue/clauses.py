"""Where in a document a row stands: the columns that every table of clauses shares."""

from pydantic import Field

from gis.catalogue.tables import KeyWords, Row, Text, TextList
from gis.core.schemas import Basis, Certainty


class ClauseRow(Row):
    """Base of rows that come from a clause of a document.

    Parameters
    ----------
    id
        Unique in its table.
    name_zh, name_en
        Names in our own words.
    document_id
        Document that names it; empty only for context that no document names.
    clause_heading
        Heading under which the clause stands.
    clause_certainty
        How sure the heading is; headings were assigned by theme where the page was not at hand.
    key_words
        At most 30 characters of the text.
    basis, certainty
        Named in the document or inferred, and how sure the row is.

    """

    id: Text
    name_zh: Text
    name_en: Text
    document_id: str = Field(default="", pattern="^(D-[0-9]{3})?$")
    clause_heading: str = ""
    clause_certainty: Certainty = Certainty.LOW
    key_words: KeyWords = ""
    basis: Basis
    certainty: Certainty


class LinkedRow(ClauseRow):
    """Base of rows that name zones and projects.

    Parameters
    ----------
    zone_ids, project_ids
        Rows of the other tables about the same thing.

    """

    zone_ids: TextList = ()
    project_ids: TextList = ()
