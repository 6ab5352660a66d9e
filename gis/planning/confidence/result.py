"""How surely a verdict holds: what the draws say."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Input:
    """One input that verdicts may hang on."""

    id: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Hinge:
    """An input that a verdict hangs on, and the share of its variance that it explains."""

    input: Input
    share: float


@dataclass(frozen=True, slots=True)
class Confidence:
    """How surely a reading is met.

    Parameters
    ----------
    probability
        Share of the draws in which it is met.
    draws
        Number of draws.
    low, high
        Values at the 5th and the 95th percentile of the draws; None where unreachable.
    hinges
        The inputs it hangs on most, first the one that explains most.

    """

    probability: float
    draws: int
    low: float | None
    high: float | None
    hinges: tuple[Hinge, ...]
