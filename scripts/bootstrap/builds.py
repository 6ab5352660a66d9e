"""Build what the app needs and git does not carry, when it is missing or its sources changed."""

import hashlib
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from .console import SetupError, step
from .packages import clean_settings


@dataclass(frozen=True)
class Build:
    """One thing to build.

    Parameters
    ----------
    title
        What it is, in Chinese and English.
    outputs
        Files that must be there, relative to the project.
    sources
        Files and folders it is made from; a change in them makes it stale. None: never stale.
    command
        Script and arguments that make it.

    """

    title: str
    outputs: tuple[str, ...]
    sources: tuple[str, ...]
    command: tuple[str, ...]

    def is_present(self, root: Path) -> bool:
        """Tell whether all outputs are there and made from the present sources."""
        if self.lacking(root):
            return False
        if not self.sources:
            return True
        note = self._note(root)
        return note.is_file() and note.read_text(encoding="ascii") == self._fingerprint(root)

    def lacking(self, root: Path) -> list[str]:
        """Return the outputs that are not there."""
        return [output for output in self.outputs if not (root / output).is_file()]

    def make(self, root: Path, python: Path) -> None:
        """Run the command.

        Raises
        ------
        SetupError
            If it fails; what it said stands above.

        """
        if self.sources:  # what older code or data left must not be taken for new
            for output in self.outputs:
                (root / output).unlink(missing_ok=True)
        with step(self.title):
            code = subprocess.run(
                [python, *self.command], cwd=root, env=clean_settings(), check=False
            ).returncode
            if code != 0:
                message = (
                    f"生成失败, 原因见上 / building failed, see above: {self.title} "
                    f"(python {' '.join(self.command)})"
                )
                raise SetupError(message)
        lacking = self.lacking(root)
        if lacking:
            message = f"{self.command[0]} 没有生成 {lacking[0]} / did not make {lacking[0]}"
            raise SetupError(message)
        if self.sources:
            note = self._note(root)
            note.parent.mkdir(parents=True, exist_ok=True)
            note.write_text(self._fingerprint(root), encoding="ascii")

    def _note(self, root: Path) -> Path:
        """Return the file that records which sources the outputs were made from."""
        return root / "build" / "made-from" / Path(self.outputs[0]).name

    def _fingerprint(self, root: Path) -> str:
        """Return a hash of the names and contents of all sources."""
        digest = hashlib.sha256(" ".join(self.command).encode())
        for path in sorted(_files(root / source for source in self.sources)):
            digest.update(path.relative_to(root).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()


YEARS = (2021, 2023, 2026, 2027, 2035)
PROGRAM = (
    *("seeds", "layers", "gis/core", "gis/catalogue", "gis/layers", "gis/network"),
    *("gis/routing", "gis/access", "gis/planning", "gis/pipeline.py"),
)
LAYERS = (
    *("cities", "coast", "context", "corridors", "counties", "places", "projects"),
    *("rail_lines", "roads", "stations", "townships", "waters", "zones"),
)
BUILDS = (
    Build(
        title="生成图层 / building the layers",
        outputs=tuple(f"layers/{name}.geojson" for name in LAYERS),
        sources=(),  # git carries the layers; they are built anew on purpose only
        command=("scripts/build_layers.py",),
    ),
    Build(
        title="生成各年路网并判断目标 / building the networks and judging the goals",
        outputs=("build/verdicts.json", *(f"build/networks/{year}.zip" for year in YEARS)),
        sources=PROGRAM,
        command=("scripts/check_goals.py", "--headline", "--json", "build/verdicts.json"),
    ),
    Build(
        title="备好首次点击 / making ready for the first click",
        outputs=("build/first_click.gpkg",),
        sources=PROGRAM,  # what it is for are the kernels that it leaves compiled
        command=(
            *("scripts/isochrones.py", "--network", "build/networks/2026.zip"),
            *("--at", "120.58,30.00", "--minutes", "30,60", "--mode", "best"),
            *("--out", "build/first_click.gpkg"),
        ),
    ),
)


def ensure(root: Path, python: Path, *, builds: Iterable[Build] = BUILDS) -> None:
    """Make whatever is missing or stale, in order.

    Parameters
    ----------
    root
        Folder of the project.
    python
        Interpreter that has the packages.
    builds
        What has to be there.

    Raises
    ------
    SetupError
        If a build fails.

    """
    for build in builds:
        if not build.is_present(root):
            build.make(root, python)


def _files(paths: Iterable[Path]) -> Iterable[Path]:
    """Yield the files below the paths, without what Python compiles."""
    for path in paths:
        if path.is_file():
            yield path
        else:
            yield from (
                inner
                for inner in path.rglob("*")
                if inner.is_file() and "__pycache__" not in inner.parts
            )
