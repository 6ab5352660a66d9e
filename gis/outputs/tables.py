"""Tables of the hand-over: verdicts, sources and the run manifest as flat rows."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from gis.catalogue.sources import Source
from gis.core.text import text

LISTS = ("caveats_zh", "caveats_en", "evidence")


def verdict_table(records: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Return one row a verdict; remarks and evidence as JSON text, the word in Chinese too.

    Parameters
    ----------
    records
        Verdicts as plain data, as in the JSON of ``check_goals``.

    """
    rows = []
    for record in records:
        flat = {name: value for name, value in record.items() if name != "caveats"}
        texts = {name: json.dumps(flat[name], ensure_ascii=False) for name in LISTS}
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
