"""What set-up says: Chinese first, then English, one line a fact."""

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

HEARTBEAT_S = 10.0


class SetupError(Exception):
    """Set-up cannot go on; the message is one line with the remedy."""


def prepare() -> None:
    """Make ready to talk and to be stopped.

    A console that lacks Chinese characters prints question marks instead of failing, and a request
    to end unwinds like Ctrl+C, so that nothing half-made stays.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def say(line: str) -> None:
    """Print a line at once, so that a log shows how far set-up is."""
    print(line, flush=True)


@contextmanager
def step(title: str, *, state: Callable[[], str] = str) -> Iterator[None]:
    """Say that a step starts, how far it is every few seconds, and how long it took.

    Parameters
    ----------
    title
        What is done, in Chinese and English.
    state
        Gives a short text on how far the step is.

    """
    say(f"» {title} …")
    started = time.monotonic()
    done = threading.Event()

    def heartbeat() -> None:
        while not done.wait(HEARTBEAT_S):
            say(f"  {time.monotonic() - started:.0f} s {state()}".rstrip())

    pulse = threading.Thread(target=heartbeat, daemon=True)
    pulse.start()
    try:
        yield
    finally:
        done.set()
        pulse.join()
    say(f"  完成 / done: {time.monotonic() - started:.1f} s")
