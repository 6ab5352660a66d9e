"""What every script shares: language, exit codes and one line per problem on stderr."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from gis.core.errors import InputError
from gis.core.files import require_writable
from gis.core.progress import Step
from gis.core.text import Language

BAD_INPUT = 2
OUTPUTS = ("out", "json")  # the options that name a file to write


def tell(done: Step, language: Language) -> None:
    """Write a step of the work to stderr."""
    sys.stderr.write(done.words(language) + "\n")


def run(
    parser: argparse.ArgumentParser,
    command: Callable[[argparse.Namespace], None],
    *,
    arguments: Sequence[str] | None = None,
) -> int:
    """Parse the arguments, run the command and return the exit code.

    ``--lang`` (``zh`` by default, or the variable ``ATLAS_LANG``) chooses the language of messages.
    Outputs that cannot be written are told before any work is done. An :class:`InputError`
    becomes one line per problem on stderr and exit code 2.
    """
    default = "en" if os.environ.get("ATLAS_LANG") == "en" else "zh"
    parser.add_argument("--lang", choices=("zh", "en"), default=default, help="语言 / language")
    options = parser.parse_args(arguments)
    try:
        for name in OUTPUTS:
            if isinstance(path := getattr(options, name, None), Path):
                require_writable(path)
        command(options)
    except InputError as error:
        for problem in error.problems:
            sys.stderr.write(problem.line(language=options.lang) + "\n")
        return BAD_INPUT
    return 0
