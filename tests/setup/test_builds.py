"""What is built when, with ``touch``-like commands in place of the builders."""

import sys
from pathlib import Path

import pytest

from gis.core.schemas import YEARS
from scripts.bootstrap import builds
from scripts.bootstrap.builds import Build
from scripts.bootstrap.console import SetupError

PYTHON = Path(sys.executable)
WRITE = "import pathlib, sys; p = pathlib.Path(sys.argv[1]); p.open('a').write('x')"


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """Give a build that adds one letter to its output each time it runs."""
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "goals.csv").write_text("id\n", encoding="ascii")
    return Build("x", outputs=("net",), sources=("seeds",), command=("-c", WRITE, "net"))


def times_built(root: Path) -> int:
    return len((root / "net").read_text(encoding="ascii"))


def test_missing_output_is_built_once(build: Build, tmp_path: Path) -> None:
    builds.ensure(tmp_path, PYTHON, builds=[build])
    builds.ensure(tmp_path, PYTHON, builds=[build])
    assert times_built(tmp_path) == 1


@pytest.mark.parametrize("change", ["content", "new file", "name", "removed output"])
def test_stale_output_is_built_again(build: Build, tmp_path: Path, change: str) -> None:
    builds.ensure(tmp_path, PYTHON, builds=[build])
    source = tmp_path / "seeds" / "goals.csv"
    if change == "content":
        source.write_text("id,name\n", encoding="ascii")
    elif change == "new file":
        source.with_name("zones.csv").write_text("id\n", encoding="ascii")
    elif change == "name":
        source.rename(source.with_name("aims.csv"))
    else:
        (tmp_path / "net").unlink()
    assert not build.is_present(tmp_path)
    builds.ensure(tmp_path, PYTHON, builds=[build])
    assert build.is_present(tmp_path)


def test_python_caches_make_nothing_stale(build: Build, tmp_path: Path) -> None:
    builds.ensure(tmp_path, PYTHON, builds=[build])
    cache = tmp_path / "seeds" / "__pycache__"
    cache.mkdir()
    (cache / "x.pyc").write_bytes(b"x")
    assert build.is_present(tmp_path)


def test_failed_build_stops_and_is_tried_again(build: Build, tmp_path: Path) -> None:
    failing = Build("y", ("net",), ("seeds",), ("-c", WRITE + "; sys.exit(3)", "net"))
    with pytest.raises(SetupError, match="y"):
        builds.ensure(tmp_path, PYTHON, builds=[failing, build])
    assert times_built(tmp_path) == 1
    assert not failing.is_present(tmp_path)


def test_stale_output_is_gone_when_its_builder_starts(build: Build, tmp_path: Path) -> None:
    builds.ensure(tmp_path, PYTHON, builds=[build])
    (tmp_path / "seeds" / "goals.csv").write_text("id,name\n", encoding="ascii")
    builds.ensure(tmp_path, PYTHON, builds=[build])
    assert times_built(tmp_path) == 1  # a letter added to the old output would make two


def test_networks_of_all_years_are_built() -> None:
    networks = {f"build/networks/{year}.zip" for year in YEARS}
    assert networks <= set(builds.BUILDS[1].outputs)
    assert builds.YEARS == YEARS


def test_builder_that_makes_nothing_is_named(tmp_path: Path) -> None:
    idle = Build("y", outputs=("net",), sources=(), command=("-c", "pass"))
    with pytest.raises(SetupError, match="did not make net"):
        builds.ensure(tmp_path, PYTHON, builds=[idle])


def test_git_carries_the_layers() -> None:
    assert builds.BUILDS[0].lacking(Path(__file__).resolve().parents[2]) == []


def test_builders_and_sources_of_the_product_exist() -> None:
    root = Path(__file__).resolve().parents[2]
    for build in builds.BUILDS:
        for path in (build.command[0], *build.sources):
            assert (root / path).exists(), build.title


def test_verdicts_are_stale_when_anything_but_the_outputs_changes() -> None:
    root = Path(__file__).resolve().parents[2]
    packages = {f"gis/{path.parent.name}" for path in (root / "gis").glob("*/__init__.py")}
    assert packages - {"gis/outputs"} <= set(builds.BUILDS[1].sources)
