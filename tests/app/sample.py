"""Made-up verdicts of the right shape for tests of the pages; never part of the product."""

import csv
import io
import json
from pathlib import Path

from gis.catalogue.goals import Goal, Reading, load_goals
from gis.core.schemas import YEARS, VerdictWord
from gis.planning.grounds import statistics_of
from gis.planning.verdict import Evidence, Verdict, verdict_record

GOOD_YEAR = 2027
SHAOXING, HANGZHOU_EAST = "330600", "330100"
URBAN = {"年份": "2024", "数值": "74.2", "来源": "统计公报", "数据日期": "2025-03-01"}


def sample_verdicts(folder: Path) -> Path:
    """Write verdicts for every goal and reading: met from 2027 on, missed before.

    Parameters
    ----------
    folder
        Where ``verdicts.json`` goes.

    """
    verdicts = [
        verdict_record(_verdict(goal, reading, year))
        for goal in load_goals()
        for reading in goal.readings
        for year in YEARS
    ]
    manifest = {"product_version": "0", "inputs": {"seeds/goals.yaml": "00ff"}, "settings": {}}
    path = folder / "verdicts.json"
    content = {"manifest": manifest, "verdicts": verdicts}
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


def _verdict(goal: Goal, reading: Reading, year: int) -> Verdict:
    threshold = reading.threshold
    known = threshold is not None
    good = year >= GOOD_YEAR
    value = None if threshold is None else threshold * (0.8 if good else 1.25)
    word = VerdictWord.MET if good else VerdictWord.NOT_MET
    leg = {"mode": "transit", "from_zh": "绍兴北", "to_zh": "杭州东", "minutes": value}
    return Verdict(
        goal=goal.id,
        reading=reading.id,
        statistic=statistics_of(reading)[0],
        year=year,
        value=value,
        unit=reading.unit,
        threshold=threshold,
        comparison=reading.comparison.value,
        verdict=word if known else VerdictWord.NOT_DECIDABLE,
        margin=None if value is None or threshold is None else threshold - value,
        decisive=True,
        share=1.0 if good else 0.5,
        required_share=1.0,
        population_share=0.63 if known else None,
        pairs=2 if known else 0,
        document=goal.document_id,
        clause=goal.clause_heading,
        key_words=goal.key_words,
        basis=reading.basis,
        certainty=reading.certainty,
        caveats_zh=reading.caveats_zh,
        caveats_en=reading.caveats_en,
        evidence=(
            Evidence(
                SHAOXING, HANGZHOU_EAST, "绍兴北 <b>", "Shaoxing North <b>", "杭州东",
                "Hangzhou East", value, good, None, (leg,),
            ),
        )
        if known
        else (),
    )  # fmt: skip


def filled_template(template: bytes, **changes: str) -> bytes:
    """Return the template with a figure for G-I12/A, as Excel saves it in Chinese."""
    rows = list(csv.DictReader(io.StringIO(template.decode("utf-8-sig"))))
    for row in rows:
        if row["指标编号"] == "G-I12/A":
            row.update(URBAN | changes)
    written = io.StringIO()
    writer = csv.DictWriter(written, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue().encode("gbk")
