"""The hand-over of layers that are not the product's own."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gis.core.paths import build_dir, build_dir_of, layers_dir
from gis.outputs.geopackage import LAYERS

ROOT = Path(__file__).resolve().parents[2]


def export(*options: object, cwd: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, str(ROOT / "scripts" / "export_geopackage.py"), *map(str, options)]
    return subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, encoding="utf-8", check=False
    )


def test_every_missing_layer_is_told_at_once(tmp_path: Path) -> None:
    folder, out = tmp_path / "layers", tmp_path / "atlas.gpkg"
    folder.mkdir()
    shutil.copy(layers_dir() / "coast.geojson", folder)
    done = export("--layers", folder, "--out", out, cwd=tmp_path)
    assert done.returncode == 2
    lines = done.stderr.splitlines()
    assert len(lines) == len(LAYERS) - 1
    assert all(line.endswith("文件不存在。请检查路径。") for line in lines)
    assert not out.exists()


def test_files_of_other_layers_do_not_overwrite_the_products_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(layers_dir().parent)
    assert build_dir_of(layers_dir()) == build_dir_of(Path("layers")) == build_dir()
    others = {build_dir_of(tmp_path / name / "layers") for name in "ab"}
    assert len(others) == 2
    assert all(folder.is_relative_to(build_dir()) for folder in others)
    assert build_dir() not in others
