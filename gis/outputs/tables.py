"""Tables of the hand-over: verdicts, definition matrix, sources and run manifest as flat rows."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from gis.catalogue.goals import Goal
from gis.catalogue.sources import Source
from gis.core.text import text
from gis.outputs.definition_matrix import definition_matrix


def handover_tables(
    content: Mapping[str, Any], *, goals: Iterable[Goal], sources: Iterable[Source]
) -> dict[str, pd.DataFrame]:
    """Return all tables of the hand-over by name.

    Parameters
    ----------
    content
        Verdicts and manifest as plain data, as in the JSON of ``check_goals``.
    goals, sources
        Goals and sources of the catalogue.

    """
    records: Sequence[Mapping[str, Any]] = content["verdicts"]
    return {
        "verdicts": verdict_table(records),
        "definition_matrix": definition_matrix(goals, records),
        "sources": source_table(sources),
        "manifest": manifest_table(content["manifest"]),
    }


def verdict_table(records: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Return one row a verdict; what is a list as JSON text, the word in Chinese too.

    Parameters
    ----------
    records
        Verdicts as plain data, as in the JSON of ``check_goals``.

    """
    rows = []
    for record in records:
        flat = {name: value for name, value in record.items() if name != "caveats"}
        texts = {
            name: json.dumps(value, ensure_ascii=False)
            for name, value in flat.items()
            if isinstance(value, list)
        }
        rows.append(flat | texts | {"verdict_zh": text(f"verdict.{record['verdict']}")})
    return pd.DataFrame(rows)


def source_table(sources: Iterable[Source]) -> pd.DataFrame:
    """Return one row a source."""
    return pd.DataFrame([source.model_dump(mode="json") for source in sources])


def manifest_table(manifest: Mapping[str, Any]) -> pd.DataFrame:
    """Return the manifest of a run, as plain data, as rows of ``part, key, value``."""
    rows = [("product", "version", manifest["product_version"])]
    rows += [("input", name, digest) for name, digest in manifest["inputs"].items()]
    rows += [
        ("setting", name, json.dumps(value, ensure_ascii=False, sort_keys=True))
        for name, value in manifest["settings"].items()
    ]
    return pd.DataFrame(rows, columns=["part", "key", "value"])
