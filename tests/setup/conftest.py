"""A project folder whose environment is made by quick stand-ins."""

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from scripts.bootstrap import environment
from scripts.bootstrap.console import SetupError


@dataclass
class Maker:
    """Makes environments without pip and counts what it was asked to do."""

    root: Path
    made: int = 0
    installed: list[str] = field(default_factory=list)
    fails: bool = False

    def make_venv(self, venv: Path) -> None:
        """Make a folder whose Python is the running one."""
        self.made += 1
        python = environment.interpreter(venv)
        python.parent.mkdir(parents=True)
        python.symlink_to(sys.executable)
        (venv / "pyvenv.cfg").write_text("", encoding="ascii")
        packages = venv / ("Lib" if os.name == "nt" else "lib/python3.x") / "site-packages"
        packages.mkdir(parents=True)

    def install(
        self, python: Path, requirements: Path, *, wheelhouse: Path | None, log: Path
    ) -> None:
        """Note what was to be installed, or fail as pip would."""
        assert python.exists()
        assert log.is_relative_to(self.root)
        assert wheelhouse is None
        assert environment.read_stamp(self.root / ".venv") is None, "stamped before pip ended"
        if self.fails:
            message = "pip failed"
            raise SetupError(message)
        self.installed.append(requirements.stem)

    def ensure(self, pins: str) -> Path:
        """Set up the folder."""
        return environment.ensure(
            self.root, pins, make_venv=self.make_venv, install_packages=self.install
        )


@pytest.fixture
def maker(tmp_path: Path) -> Maker:
    """Give a project folder with two requirements files and nothing set up."""
    folder = tmp_path / "requirements"
    folder.mkdir()
    (folder / "runtime.txt").write_text("shapely==2.2.0\n", encoding="ascii")
    (folder / "dev.txt").write_text("shapely==2.2.0\npytest==9.2.0\n", encoding="ascii")
    return Maker(tmp_path)
