"""``start.py`` and ``test.py`` as a user runs them, up to the point where they would install."""

import ast
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.bootstrap import python_version

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "scripts"
BOOTSTRAP = sorted((SCRIPTS / "bootstrap").glob("*.py"))
ENTRIES = [SCRIPTS / "start.py", SCRIPTS / "test.py"]


def imported_packages(path: Path) -> Iterator[str]:
    """Yield the top-level name of every absolute import of a file, wherever it stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name.split(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield str(node.module).split(".")[0]


@pytest.mark.parametrize("path", [*ENTRIES, *BOOTSTRAP], ids=lambda path: path.name)
def test_set_up_needs_only_the_standard_library(path: Path) -> None:
    foreign = set(imported_packages(path)) - set(sys.stdlib_module_names) - {"bootstrap"}
    assert not foreign


@pytest.mark.parametrize(
    "path", [*ENTRIES, SCRIPTS / "bootstrap" / "python_version.py"], ids=lambda path: path.name
)
def test_old_pythons_can_read_the_version_check(path: Path) -> None:
    ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 6))


@pytest.mark.parametrize("version", [(3, 11), (3, 12), (3, 13)])
def test_supported_pythons_pass(version: tuple[int, int]) -> None:
    assert python_version.problem(version) == ""


@pytest.mark.parametrize("version", [(2, 7), (3, 10), (3, 14), (4, 0)])
def test_other_pythons_are_refused_with_one_to_install(
    version: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    line = python_version.problem(version)
    assert f"{version[0]}.{version[1]}" in line
    assert "install Python 3.12" in line


def run(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a script of the project with the running Python."""
    return subprocess.run(
        [sys.executable, SCRIPTS / script, *arguments],
        check=False,
        capture_output=True,
        encoding="utf-8",
        env={"PYTHONUTF8": "1"},
        timeout=60,
    )


@pytest.mark.parametrize("script", ["start.py", "test.py"])
@pytest.mark.parametrize("exists", [True, False])
def test_bad_wheelhouse_is_one_line_and_exit_code_2(
    script: str, *, exists: bool, tmp_path: Path
) -> None:
    folder = tmp_path / "wheels"
    if exists:
        folder.mkdir()
    port = ["--port", str(free_port())] if script == "start.py" else []
    result = run(script, *port, "--wheelhouse", str(folder))
    assert result.returncode == 2
    assert result.stdout == ""
    [line] = result.stderr.splitlines()
    assert str(folder) in line


def test_busy_port_is_one_line_and_exit_code_2() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        result = run("start.py", "--port", str(port))
    assert result.returncode == 2
    [line] = result.stderr.splitlines()
    assert str(port) in line
    assert "--port" in line


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http"])
def test_impossible_port_is_refused(port: str) -> None:
    result = run("start.py", f"--port={port}")
    assert result.returncode == 2
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("script", ["start.py", "test.py", "pin_requirements.py"])
def test_help_says_what_the_command_does(script: str) -> None:
    result = run(script, "--help")
    assert result.returncode == 0
    assert script in result.stdout


def free_port() -> int:
    """Return a port nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
