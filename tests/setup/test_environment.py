"""When ``.venv`` is made, filled, kept and brought back."""

import subprocess
from pathlib import Path

import pytest

from scripts.bootstrap import environment
from scripts.bootstrap.console import SetupError
from tests.setup.conftest import Maker


def test_second_set_up_does_nothing(maker: Maker) -> None:
    python = maker.ensure("runtime")
    assert (maker.made, maker.installed) == (1, ["runtime"])
    assert maker.ensure("runtime") == python
    assert (maker.made, maker.installed) == (1, ["runtime"])


def test_tests_add_to_the_environment_of_the_app(maker: Maker) -> None:
    maker.ensure("runtime")
    maker.ensure("dev")
    maker.ensure("runtime")
    assert (maker.made, maker.installed) == (1, ["runtime", "dev"])


def test_changed_pins_are_installed_into_the_same_environment(maker: Maker) -> None:
    maker.ensure("runtime")
    pins = maker.root / "requirements" / "runtime.txt"
    pins.write_text("shapely==2.2.1\n", encoding="ascii")
    assert not environment.is_ready(maker.root, "runtime")
    maker.ensure("runtime")
    assert (maker.made, maker.installed) == (1, ["runtime", "runtime"])


def test_another_python_makes_it_anew(maker: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    maker.ensure("runtime")
    venv = maker.root / ".venv"
    monkeypatch.setattr(environment, "running_version", lambda: "3.99")
    assert not environment.is_ready(maker.root, "runtime")
    maker.ensure("runtime")
    assert maker.made == 2
    stamp = environment.read_stamp(venv)
    assert stamp is not None
    assert stamp.python == "3.99"
    assert not venv.with_name(".venv-before").exists()


def test_half_made_environment_is_made_anew(maker: Maker) -> None:
    maker.ensure("runtime")
    (maker.root / ".venv" / environment.STAMP).unlink()
    maker.ensure("runtime")
    assert maker.made == 2


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"python": "3.11", "installed": 3}'])
def test_damaged_stamp_counts_as_none(maker: Maker, content: str) -> None:
    maker.ensure("runtime")
    (maker.root / ".venv" / environment.STAMP).write_text(content, encoding="ascii")
    assert environment.read_stamp(maker.root / ".venv") is None


def test_environment_whose_python_is_gone_is_made_anew(maker: Maker) -> None:
    environment.interpreter(maker.root / ".venv")
    python = maker.ensure("runtime")
    python.unlink()
    assert not environment.is_ready(maker.root, "runtime")
    assert maker.ensure("runtime").exists()


def test_failure_leaves_no_environment(maker: Maker) -> None:
    maker.fails = True
    with pytest.raises(SetupError):
        maker.ensure("runtime")
    assert not (maker.root / ".venv").exists()


def test_failure_brings_the_former_environment_back(
    maker: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    maker.ensure("runtime")
    maker.fails = True
    with monkeypatch.context() as other:
        other.setattr(environment, "running_version", lambda: "3.99")
        with pytest.raises(SetupError):
            maker.ensure("runtime")
    assert environment.is_ready(maker.root, "runtime")


def test_failed_addition_leaves_the_app_usable(maker: Maker) -> None:
    maker.ensure("runtime")
    maker.fails = True
    with pytest.raises(SetupError):
        maker.ensure("dev")
    assert environment.is_ready(maker.root, "runtime")
    assert not environment.is_ready(maker.root, "dev")


def test_folder_that_is_no_environment_is_left_alone(maker: Maker) -> None:
    precious = maker.root / ".venv" / "thesis.txt"
    precious.parent.mkdir()
    precious.write_text("mine", encoding="ascii")
    with pytest.raises(SetupError, match="move it away"):
        maker.ensure("runtime")
    assert precious.exists()


def test_project_is_importable_after_a_move(maker: Maker, tmp_path: Path) -> None:
    maker.ensure("runtime")
    [link] = (maker.root / ".venv").rglob("pilot_zone_atlas.pth")
    relative = link.read_text(encoding="utf-8").strip()
    assert not Path(relative).is_absolute()
    assert (link.parent / relative).resolve() == tmp_path.resolve()


def test_this_environment_imports_the_project_from_any_folder(tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    python = environment.interpreter(root / ".venv")
    if not python.exists():
        pytest.skip("the tests run in an environment that set-up did not make")
    subprocess.run([python, "-c", "import gis"], cwd=tmp_path, check=True)
