"""Tables of the hand-over: verdicts, sources and the run manifest as flat rows."""

import json
from collections.abc import Iterable

import pandas as pd

from gis.catalogue.sources import Source
from gis.core.provenance import Manifest
from gis.core.text import text
from gis.planning.verdict import Verdict, verdict_record

LISTS = ("caveats_zh", "caveats_en", "evidence")


def verdict_table(verdicts: Iterable[Verdict]) -> pd.DataFrame:
    """Return one row a verdict; remarks and evidence as JSON text, the word in both languages."""
    rows = []
    for verdict in verdicts:
        record = verdict_record(verdict)
        word = record["verdict"]
        del record["caveats"]
        for name in LISTS:
            record[name] = json.dumps(record[name], ensure_ascii=False)
        rows.append(record | {"verdict_zh": text(f"verdict.{word}")})
    return pd.DataFrame(rows)


def source_table(sources: Iterable[Source]) -> pd.DataFrame:
    """Return one row a source."""
    return pd.DataFrame([source.model_dump(mode="json") for source in sources])


def manifest_table(manifest: Manifest) -> pd.DataFrame:
    """Return the manifest as rows of ``part, key, value``."""
    rows = [("product", "version", manifest.product_version)]
    rows += [("input", name, digest) for name, digest in manifest.inputs.items()]
    rows += [
        ("setting", name, json.dumps(value, ensure_ascii=False, sort_keys=True))
        for name, value in manifest.settings.items()
    ]
    return pd.DataFrame(rows, columns=["part", "key", "value"])
