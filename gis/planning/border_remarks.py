"""What must be said with the penalty of a border."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from gis.core.schemas import Mode
from gis.core.text import Language, text
from gis.planning.border_penalty import LEAST_PAIRS, LEAST_REACHED, TERMS

_LEAST_SHARE = 0.05  # what is less need not be said


def with_remarks(penalties: pd.DataFrame) -> pd.DataFrame:
    """Return penalties with ``remarks_zh`` and ``remarks_en``.

    Parameters
    ----------
    penalties
        From :func:`gis.planning.border_penalty.border_penalties`.

    """
    rows = penalties.to_dict("records")
    return penalties.assign(
        remarks_zh=["".join(remarks(row, language="zh")) for row in rows],
        remarks_en=[" ".join(remarks(row, language="en")) for row in rows],
    )


def remarks(row: Mapping[Any, Any], *, language: Language) -> list[str]:
    """Return the remarks on one row of the penalties, one sentence each.

    Parameters
    ----------
    row
        A row of :func:`gis.planning.border_penalty.border_penalties`.
    language
        ``zh`` or ``en``.

    """
    said: list[tuple[str, dict[str, object]]] = []
    if np.isnan(row["ratio"]):
        said.append(("few", _too_few(row)))
    elif row["ratio_low"] <= 1.0 <= row["ratio_high"]:
        said.append(("not_apart", {}))
    if row["over_water"] >= _LEAST_SHARE:
        said.append(("water", {"share": f"{row['over_water']:.0%}"}))
        if not np.isnan(row["ratio_dry"]):
            said.append(("dry", {"ratio": f"{row['ratio_dry']:.2f}"}))
    if row["assumed_km"] > 0:
        said.append(("assumed", {"share": f"{row['assumed_km']:.0%}"}))
    if row["assumed_across"]:
        said.append(("unknown", {"count": row["assumed_across"]}))
        if not np.isnan(row["ratio_known"]):
            said.append(("known", {"ratio": f"{row['ratio_known']:.2f}"}))
    if row["mode"] == Mode.TRANSIT.value:
        across = _share(row["reached_across"], row["pairs_across"])
        within = _share(row["reached_within"], row["pairs_within"])
        said.append(("transit", {"across": across, "within": within}))
    return [text(f"border.remark.{key}", language=language, **fields) for key, fields in said]


def _too_few(row: Mapping[Any, Any]) -> dict[str, object]:
    """Return the numbers of pairs, and how many there would have to be."""
    return {
        "across": row["reached_across"],
        "within": row["reached_within"],
        "pairs_across": row["pairs_across"],
        "pairs_within": row["pairs_within"],
        "terms": TERMS,
        "least": LEAST_PAIRS,
        "reached": f"{LEAST_REACHED:.0%}",
    }


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "0%"
