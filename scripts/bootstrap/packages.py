"""Install hash-pinned wheels with pip and say in one line why that failed."""

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .console import SetupError, step

# A wheel brings its own data files; another program's settings would send it to foreign ones.
FOREIGN_SETTINGS = ("GDAL_DATA", "GDAL_DRIVER_PATH", "PROJ_DATA", "PROJ_LIB")
PYTHON_SETTINGS = ("PYTHONHOME", "PYTHONPATH")

FETCHED = re.compile(
    r"^\s*(?:Downloading|Using cached|Processing) \S+\.whl(?!\S)(?: \(([\d.]+) (kB|MB)\))?"
)
MEGABYTES = {"kB": 1e-3, "MB": 1.0}


def clean_settings() -> dict[str, str]:
    """Return the environment variables without those that misdirect the packages of ``.venv``."""
    unwanted = {*FOREIGN_SETTINGS, *PYTHON_SETTINGS}
    return {name: value for name, value in os.environ.items() if name not in unwanted}


def check_wheelhouse(folder: Path | None) -> None:
    """Raise :class:`SetupError` if a wheelhouse is named that holds no wheels."""
    if folder is None:
        return
    if not folder.is_dir():
        message = f"找不到离线包目录 / no such wheelhouse folder: {folder}"
        raise SetupError(message)
    if not any(folder.glob("*.whl")):
        message = (
            f"离线包目录中没有 .whl 文件 / no .whl files in the wheelhouse: {folder} "
            "(在联网机器上制作 / make it on a machine with a network: "
            f"pip download -r requirements/runtime.txt -d {folder.name})"
        )
        raise SetupError(message)


def install(python: Path, requirements: Path, *, wheelhouse: Path | None, log: Path) -> None:
    """Install the pinned wheels of a requirements file.

    Parameters
    ----------
    python
        Interpreter of the environment to install into.
    requirements
        File with one exact version a package and the hashes of its wheels.
    wheelhouse
        Folder of wheels to use instead of a package index.
    log
        File that takes all that pip says.

    Raises
    ------
    SetupError
        If pip fails, with the cause and the remedy.

    """
    pins = sum("==" in line for line in requirements.read_text(encoding="utf-8").splitlines())
    fetched = Fetched(pins)
    log.parent.mkdir(parents=True, exist_ok=True)
    with (
        step(f"安装约 {pins} 个程序包 / installing about {pins} packages", state=fetched.state),
        log.open("w", encoding="utf-8") as record,
        subprocess.Popen(
            _command(python, requirements, wheelhouse),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            env={**clean_settings(), "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1", "PIP_USER": "0"},
        ) as pip,
    ):
        try:
            for line in pip.stdout or ():
                record.write(line)
                fetched.read(line)
        except BaseException:
            pip.kill()  # it must not go on filling an environment that is being taken away
            raise
        if pip.wait() != 0:
            record.flush()
            raise SetupError(
                explain(log.read_text(encoding="utf-8"), wheelhouse=wheelhouse, log=log)
            )
    _compile(python)


@dataclass
class Fetched:
    """How far pip is, read from its lines."""

    pins: int
    wheels: int = 0
    size_mb: float = 0.0
    unpacking: bool = False

    def read(self, line: str) -> None:
        """Take in one line of pip."""
        match = FETCHED.match(line)
        if match:
            self.wheels += 1
            self.size_mb += float(match[1] or 0) * MEGABYTES[match[2] or "MB"]
        self.unpacking = self.unpacking or line.startswith("Installing collected packages")

    def state(self) -> str:
        """Return how far pip is in a few words."""
        got = f"{self.wheels}/{self.pins}, {self.size_mb:.0f} MB"
        if self.unpacking:
            return f"正在解包 / unpacking ({got})"
        return f"已取得 / fetched {got}"


def explain(output: str, *, wheelhouse: Path | None, log: Path) -> str:
    """Return one line that says why pip failed and what to do about it.

    Parameters
    ----------
    output
        All that pip printed.
    wheelhouse
        Folder of wheels that was used, if any.
    log
        Where the whole output is kept.

    """
    if re.search(r"No space left|Errno 28|not enough space", output):
        return "磁盘已满 / the disk is full: 请腾出 2 GB 后重试 / free 2 GB and run this again"
    if "DO NOT MATCH THE HASHES" in output:
        return (
            "安装包与锁定的校验值不符 / a package does not match its pinned hash: "
            "请更换镜像或重做离线包目录 / use another mirror or make the wheelhouse anew"
        )
    lacking = re.search(r"No matching distribution found for (\S+)", output)
    if wheelhouse and lacking:
        return (
            f"离线包目录缺少适合本机的 {lacking[1]} / the wheelhouse lacks {lacking[1]} for this "
            f"system: {wheelhouse}"
        )
    if re.search(
        r"connection broken|Connection(?:Error| refused| reset)|getaddrinfo|Max retries|"
        r"ProxyError|SSLError|[Tt]imed? ?out|unreachable|name resolution",
        output,
    ):
        return (
            "无法连接程序包仓库 / cannot reach the package index: 请检查网络或代理, "
            "或用 --wheelhouse 目录 离线安装 / check the network or proxy, "
            "or install offline with --wheelhouse DIR"
        )
    if lacking:
        return (
            f"没有适合本机的 {lacking[1]} / the package index has no wheel of {lacking[1]} for "
            "this system: 请改用 64 位 Python 3.12 / use a 64-bit Python 3.12"
        )
    errors = [line for line in output.splitlines() if line.startswith("ERROR")]
    reason = errors[-1] if errors else "pip"
    return f"安装失败 / installation failed: {reason} (详见 / see {log})"


def _compile(python: Path) -> None:
    """Compile the installed modules on all cores; pip would do it on one."""
    where = "import sysconfig; print(sysconfig.get_path('purelib'))"
    with step("预编译 / compiling"):
        packages = subprocess.run(
            [python, "-c", where], check=True, capture_output=True, env=clean_settings(), text=True
        ).stdout.strip()
        # A package may carry a template that is no valid Python: what fails stays uncompiled.
        subprocess.run(
            [python, "-m", "compileall", "-q", "-j", "0", packages],
            check=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=clean_settings(),
        )


def _command(python: Path, requirements: Path, wheelhouse: Path | None) -> list[str]:
    """Return the pip command line."""
    source = ["--no-index", "--find-links", str(wheelhouse)] if wheelhouse else ["--retries", "2"]
    return [
        str(python),
        *("-m", "pip", "install", "--require-hashes", "--only-binary", ":all:"),
        *("--no-input", "--no-compile", "--disable-pip-version-check", "--progress-bar", "off"),
        *source,
        *("-r", str(requirements)),
    ]
