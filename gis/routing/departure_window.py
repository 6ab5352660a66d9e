"""Windows of wanted departures, and what passengers do until they leave."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

Int64Array = npt.NDArray[np.int64]


class Waiting(StrEnum):
    """When a journey begins for those who want to leave at a given minute.

    ``chosen``: passengers know the timetable. They take the journey that arrives first of those
    that leave at the wanted minute or later, and leave for it as late as they can; until then
    they are not travelling. ``counted``: they leave at the wanted minute, and every wait counts.
    """

    CHOSEN = "chosen"
    COUNTED = "counted"


@dataclass(frozen=True, slots=True)
class Window:
    """Wanted departures.

    Parameters
    ----------
    start_s
        The first, seconds after midnight.
    count
        How many.
    step_s
        Seconds from one to the next.
    waiting
        When a journey begins.
    longest_wait_s
        With ``chosen`` waiting, a wanted departure after which nothing leaves within this is
        unserved; the passengers choose among departures at every step up to then.
    longest_s
        Journeys that board a vehicle this long after leaving, or later, are left out.

    """

    start_s: int
    count: int = 120
    step_s: int = 60
    waiting: Waiting = Waiting.CHOSEN
    longest_wait_s: int = 2 * 3600
    longest_s: int = 4 * 3600

    def wanted_s(self) -> Int64Array:
        """Return ``(count,)`` seconds after midnight of the wanted departures."""
        return self.start_s + self.step_s * np.arange(self.count, dtype=np.int64)

    def leaving_s(self) -> Int64Array:
        """Return the seconds after midnight at which passengers may leave."""
        longest_wait_s = self.longest_wait_s if self.waiting is Waiting.CHOSEN else 0
        count = self.count + longest_wait_s // self.step_s
        return self.start_s + self.step_s * np.arange(count, dtype=np.int64)
