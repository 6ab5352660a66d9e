"""Make ``.venv`` once, and again only when Python or the pins have changed.

A stamp in ``.venv`` records what was installed. It is written last, so an environment without one
is half-made and built anew.
"""

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from .console import SetupError, say, step
from .packages import check_wheelhouse, clean_settings, install

STAMP = "atlas-setup.json"
NEEDED_GB = 2.0
# The development pins hold all run-time pins at the same versions.
COVERS = {"runtime": ("runtime",), "dev": ("dev", "runtime")}

MakeVenv = Callable[[Path], None]
Install = Callable[..., None]


@dataclass(frozen=True)
class Stamp:
    """What an environment was made with.

    Parameters
    ----------
    python
        Version of its Python, such as ``3.11``.
    installed
        SHA-256 of each requirements file whose pins it holds, by the file's stem.

    """

    python: str
    installed: dict[str, str] = field(default_factory=dict)


def ensure(
    root: Path,
    pins: str,
    *,
    wheelhouse: Path | None = None,
    make_venv: MakeVenv | None = None,
    install_packages: Install = install,
) -> Path:
    """Return the interpreter of an environment that holds the pinned packages.

    Parameters
    ----------
    root
        Folder of the project.
    pins
        ``runtime`` or ``dev``: the stem of a file in ``requirements``.
    wheelhouse
        Folder of wheels to install from without a network.
    make_venv, install_packages
        What does the work; tests put in quicker ones.

    Raises
    ------
    SetupError
        If it cannot be made; an environment that was complete before stays as it was.

    """
    check_wheelhouse(wheelhouse)
    venv = root / ".venv"
    if is_ready(root, pins):
        return interpreter(venv)
    with _alone(root / ".venv.lock"):
        if is_ready(root, pins):  # made by the one we waited for
            return interpreter(venv)

        def fill() -> None:
            requirements = root / "requirements" / f"{pins}.txt"
            log = root / "build" / "setup.log"
            install_packages(interpreter(venv), requirements, wheelhouse=wheelhouse, log=log)
            write_stamp(venv, Stamp(running_version(), _hashes(root, COVERS[pins])))

        if _usable(venv):
            with _unstamped(venv):
                fill()
        else:
            with _replaced(venv):
                (make_venv or create)(venv)
                link_project(venv, root)
                fill()
    return interpreter(venv)


def is_ready(root: Path, pins: str) -> bool:
    """Tell whether ``.venv`` works and holds the pins as they are now."""
    venv = root / ".venv"
    stamp = read_stamp(venv)
    wanted = _hashes(root, (pins,))[pins]
    return stamp is not None and stamp.installed.get(pins) == wanted and _usable(venv)


def running_version() -> str:
    """Return the running Python's version as ``major.minor``."""
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def interpreter(venv: Path) -> Path:
    """Return the path of an environment's Python."""
    return venv / "Scripts" / "python.exe" if os.name == "nt" else venv / "bin" / "python"


def create(venv: Path) -> None:
    """Make an empty environment with pip.

    Raises
    ------
    SetupError
        If this Python cannot make one or the disk is too full.

    """
    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        message = (
            "此 Python 缺少 venv 模块 / this Python lacks the venv module: 请安装 / install "
            f"python{running_version()}-venv (Debian, Ubuntu)"
        )
        raise SetupError(message)
    free_gb = shutil.disk_usage(venv.parent).free / 1e9
    if free_gb < NEEDED_GB:
        message = (
            f"磁盘空间不足 / not enough disk space: 需要 / needed {NEEDED_GB:.0f} GB, "
            f"剩余 / free {free_gb:.1f} GB ({venv.parent})"
        )
        raise SetupError(message)
    import venv as standard_venv

    title = f"创建 Python {running_version()} 环境 .venv / making .venv"
    with step(title):
        try:
            standard_venv.create(venv, with_pip=True, symlinks=os.name != "nt")
        except subprocess.CalledProcessError as error:
            message = f"无法在 .venv 中安装 pip / cannot put pip into .venv: {error}"
            raise SetupError(message) from error


def link_project(venv: Path, root: Path) -> None:
    """Let the environment import ``gis`` from any folder, also after the project has moved."""
    [packages] = [venv / "Lib"] if os.name == "nt" else (venv / "lib").glob("python3*")
    packages /= "site-packages"
    (packages / "pilot_zone_atlas.pth").write_text(
        os.path.relpath(root, packages) + "\n", encoding="utf-8"
    )


def read_stamp(venv: Path) -> Stamp | None:
    """Return what an environment was made with, or nothing if it was never finished."""
    try:
        content = json.loads((venv / STAMP).read_text(encoding="utf-8"))
        return Stamp(python=content["python"], installed=dict(content["installed"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_stamp(venv: Path, stamp: Stamp) -> None:
    """Record what an environment holds."""
    aside = venv / f"{STAMP}.part"
    aside.write_text(json.dumps(asdict(stamp), indent=1) + "\n", encoding="utf-8")
    aside.replace(venv / STAMP)


def _hashes(root: Path, pins: tuple[str, ...]) -> dict[str, str]:
    """Return the SHA-256 of requirements files by stem."""
    files = {name: root / "requirements" / f"{name}.txt" for name in pins}
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()}


def _usable(venv: Path) -> bool:
    """Tell whether an environment was finished and its Python runs in the running version."""
    stamp = read_stamp(venv)
    if stamp is None or stamp.python != running_version():
        return False
    try:
        answer = subprocess.run(
            [interpreter(venv), "-I", "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
            capture_output=True,
            check=True,
            env=clean_settings(),
            text=True,
            timeout=30,
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return answer.stdout.strip() == running_version()


@contextmanager
def _unstamped(venv: Path) -> Iterator[None]:
    """Take the stamp away while packages change; bring it back if pip refuses to change them."""
    stamp = venv / STAMP
    before = stamp.read_bytes()
    stamp.unlink()
    try:
        yield
    except SetupError:
        stamp.write_bytes(before)
        raise


@contextmanager
def _replaced(venv: Path) -> Iterator[None]:
    """Clear the way for a new environment and bring a finished old one back if making it fails."""
    if venv.exists() and not (venv / "pyvenv.cfg").exists() and any(venv.iterdir()):
        message = f"{venv} 不是 Python 环境, 请移走 / is not a Python environment: move it away"
        raise SetupError(message)
    before = venv.with_name(".venv-before")
    shutil.rmtree(before, ignore_errors=True)
    if read_stamp(venv):
        say("  现有 .venv 不适用, 重建 / the present .venv does not fit and is made anew")
        venv.rename(before)
    elif venv.exists():
        say("  上次安装未完成, 重来 / the last set-up was not finished and starts again")
        shutil.rmtree(venv)
    try:
        yield
    except BaseException:
        shutil.rmtree(venv, ignore_errors=True)
        if before.exists():
            before.rename(venv)
        raise
    shutil.rmtree(before, ignore_errors=True)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Wait until no other set-up works on the same folder; the system frees the lock on exit."""
    with path.open("a+b") as handle:
        if not _lock(handle.fileno()):
            say("  等待另一个安装过程 / waiting for another set-up of this folder")
            while not _lock(handle.fileno(), wait=True):
                pass
        yield


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int, *, wait: bool = False) -> bool:
        """Try to lock a file (for ten seconds when waiting)."""
        try:
            msvcrt.locking(descriptor, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock(descriptor: int, *, wait: bool = False) -> bool:
        """Try to lock a file, or wait for the lock."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            return False
        return True
