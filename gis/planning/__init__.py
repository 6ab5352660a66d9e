"""Goal verdicts: whether a clause holds, under which reading, for how many people."""
