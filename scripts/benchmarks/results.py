"""What a comparison gave, what was wanted of it, and how both are told."""

import json
import os
import platform
import sys
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from statistics import median

from gis.core.files import written_aside

OFTEN = 5  # times the rounds: what is quick is measured more often


class Wanted(StrEnum):
    """How the product is compared with a peer."""

    AS_FAST = "at least so many times as fast as the peer"
    AS_LONG = "at most so many times the peer's time"
    MILLISECONDS = "at most so many milliseconds"
    GIBIBYTES = "at most so many GiB"


@dataclass(frozen=True, slots=True)
class Target:
    """What a comparison has to give.

    Parameters
    ----------
    wanted
        What is compared.
    value
        The bound.

    """

    wanted: Wanted
    value: float

    def text(self, peer: str) -> str:
        """Return the target in a few words."""
        match self.wanted:
            case Wanted.AS_FAST:
                return f"≥ {self.value:g} × {peer} speed"
            case Wanted.AS_LONG:
                return f"≤ {self.value:g} × {peer} time"
            case Wanted.MILLISECONDS:
                return f"≤ {self.value / 1000:g} s"
            case Wanted.GIBIBYTES:
                return f"≤ {self.value:g} GiB"


@dataclass(frozen=True, slots=True)
class Result:
    """One comparison, or one measurement with a bound.

    Parameters
    ----------
    name
        Which case it belongs to and what was measured.
    measured
        Median of the product: milliseconds, or GiB where the target says so.
    peer, peer_ms
        What it was compared with and its median.
    n
        How many of what one measurement holds, such as 32 origins.
    note
        What a reader must know.
    target
        What is wanted; None where the figure is only told.
    spread
        Quickest and slowest round of the product.

    """

    name: str
    measured: float
    peer: str = ""
    peer_ms: float | None = None
    n: int = 1
    note: str = ""
    target: Target | None = None
    spread: tuple[float, float] | None = None

    @property
    def ratio(self) -> float | None:
        """Return how many times as fast as the peer the product is."""
        return None if self.peer_ms is None else self.peer_ms / self.measured

    @property
    def holds(self) -> bool | None:
        """Tell whether the target is met; None without one."""
        if self.target is None:
            return None
        if self.target.wanted is Wanted.AS_FAST:
            return self.ratio is not None and self.ratio >= self.target.value
        if self.target.wanted is Wanted.AS_LONG:
            return self.ratio is not None and self.ratio * self.target.value >= 1
        return self.measured <= self.target.value

    @property
    def in_gibibytes(self) -> bool:
        """Tell whether memory was measured instead of time."""
        return self.target is not None and self.target.wanted is Wanted.GIBIBYTES

    def record(self) -> dict[str, object]:
        """Return the result as JSON holds it."""
        return {
            "name": self.name,
            "product_ms": None if self.in_gibibytes else _rounded(self.measured),
            **({"product_gib": _rounded(self.measured)} if self.in_gibibytes else {}),
            "product_range_ms": self.spread and [_rounded(one) for one in self.spread],
            "peer": self.peer or None,
            "peer_ms": _rounded(self.peer_ms),
            "ratio": _rounded(self.ratio),
            "n": self.n,
            "note": self.note,
            "target": self.target and self.target.text(self.peer),
            "holds": self.holds,
        }


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds of several rounds of the same work."""

    seconds: list[float] = field(default_factory=list)

    @property
    def median_ms(self) -> float:
        """Return the median in milliseconds."""
        return median(self.seconds) * 1000

    @property
    def spread_ms(self) -> tuple[float, float]:
        """Return the quickest and the slowest in milliseconds."""
        return min(self.seconds) * 1000, max(self.seconds) * 1000


def interleaved(rounds: int, **works: Callable[[], float]) -> dict[str, Times]:
    """Return the times of works done in turn, so that what else the machine does hits all alike.

    Parameters
    ----------
    rounds
        How often each is done.
    works
        Each does its work once and gives the seconds.

    """
    times = {name: Times() for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            times[name].seconds.append(work())
    return times


def machine() -> dict[str, object]:
    """Return what the figures depend on."""
    import numba
    import numpy as np
    import scipy

    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load_at_start": load,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "numba": numba.__version__,
    }


def write_json(path: Path, head: dict[str, object], results: Sequence[Result]) -> None:
    """Write machine, settings and results as JSON."""
    content = {**head, "results": [result.record() for result in results]}
    with written_aside(path) as aside:
        text = json.dumps(content, ensure_ascii=False, indent=1)
        aside.write_text(text + "\n", encoding="utf-8", newline="\n")


def print_row(cells: Sequence[str]) -> None:
    """Print one line of the table."""
    line = "  ".join(_padded(cell, width) for cell, width in zip(cells, WIDTHS, strict=True))
    sys.stdout.write(line.rstrip() + "\n")
    sys.stdout.flush()


WIDTHS = (34, 12, 16, 12, 9, 8, 30, 4, 1)
HEADINGS = ("项目", "本产品", "对照", "对照用时", "倍数", "数量", "目标", "达标", "说明")


def print_result(result: Result) -> None:
    """Print a result as a line of the table."""
    verdict = {True: "是", False: "否", None: ""}[result.holds]
    measured = f"{result.measured:.2f} GiB" if result.in_gibibytes else _time(result.measured)
    print_row(
        (
            result.name,
            measured,
            result.peer,
            _time(result.peer_ms),
            "" if result.ratio is None else f"{result.ratio:.3g} ×",
            str(result.n),
            "" if result.target is None else result.target.text(result.peer),
            verdict,
            result.note,
        )
    )


def _time(milliseconds: float | None) -> str:
    if milliseconds is None:
        return ""
    if milliseconds >= 10_000:  # noqa: PLR2004 - ten seconds
        return f"{milliseconds / 1000:.1f} s"
    return f"{milliseconds:.3g} ms" if milliseconds < 100 else f"{milliseconds:.0f} ms"  # noqa: PLR2004 - three digits


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.5g}")


def _padded(text: str, width: int) -> str:
    taken = sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
    return text + " " * max(width - taken, 0)


def _processor() -> str:
    about = Path("/proc/cpuinfo")
    if about.is_file():
        for line in about.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor()
