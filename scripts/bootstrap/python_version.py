"""Refuse a Python that the pinned packages have no wheels for.

Older interpreters (3.6 and up) must be able to read this file to say so: no newer syntax here.
"""

import shutil
import subprocess
import sys

OLDEST = (3, 11)
NEWEST = (3, 13)
BAD_INPUT = 2


def require_supported() -> None:
    """Leave with exit code 2 and one line unless the running Python is supported."""
    line = problem(sys.version_info[:2])
    if line:
        sys.stderr.write(line + "\n")
        sys.exit(BAD_INPUT)


def problem(version: "tuple[int, ...]") -> str:
    """Return one line that says which Python to use, or nothing if ``version`` is supported.

    Parameters
    ----------
    version
        Major and minor number of a Python.

    """
    if OLDEST <= version <= NEWEST:
        return ""
    running = ".".join(str(number) for number in version)
    remedy = _already_here() or (
        "请安装 Python 3.12 (3.11 至 3.13 均可, python.org) / "
        "install Python 3.12 (3.11 to 3.13 will do) from python.org"
    )
    return f"不支持 Python {running} / Python {running} is not supported: {remedy}"


def _already_here() -> str:
    """Return advice that names a supported Python on the search path, if there is one."""
    for minor in (12, 13, 11):
        name = f"python3.{minor}"
        # A shim may be found that starts nothing.
        if shutil.which(name) and subprocess.call([name, "-c", ""], stderr=subprocess.DEVNULL) == 0:
            return f"请改用本机的 {name} / run this with {name}, which is installed"
    return ""
