"""The ranges, the pins and the conda environment name the same packages."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PINS = ["runtime", "dev", "cluster", "bench"]
EXTRAS = ["dev", "cluster", "bench"]
CONDA_NAMES = {"pyosmium": "osmium"}
CONDA_TOOLS = {"python", "pip", "setuptools"}


def declared(*extras: str) -> dict[str, Requirement]:
    """Return the requirements in pyproject.toml by canonical name, with those of some extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    optional = project["optional-dependencies"]
    lines = [*project["dependencies"], *(line for extra in extras for line in optional[extra])]
    return {canonicalize_name(Requirement(line).name): Requirement(line) for line in lines}


def in_conda() -> dict[str, Requirement]:
    """Return the requirements in environment.yml by their canonical name on PyPI."""
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    entries = environment["dependencies"]
    lines = [entry for entry in entries if isinstance(entry, str)]
    lines += [line for entry in entries if isinstance(entry, dict) for line in entry["pip"]]
    found = {canonicalize_name(Requirement(line).name): Requirement(line) for line in lines}
    return {CONDA_NAMES.get(name, name): requirement for name, requirement in found.items()}


def pinned(pins: str) -> dict[str, set[str]]:
    """Return the versions in a requirements file by canonical name."""
    text = (ROOT / "requirements" / f"{pins}.txt").read_text(encoding="utf-8")
    versions: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)==(\S+)", text, flags=re.MULTILINE):
        versions.setdefault(canonicalize_name(name), set()).add(version)
    return versions


def test_conda_names_the_same_packages_and_ranges() -> None:
    conda = {name: str(entry.specifier) for name, entry in in_conda().items()}
    pyproject = {name: str(entry.specifier) for name, entry in declared("dev").items()}
    assert {name: conda[name] for name in conda if name not in CONDA_TOOLS} == pyproject


def test_conda_has_the_same_python() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert in_conda()["python"].specifier == Requirement(f"x{project['requires-python']}").specifier


def test_every_range_has_both_ends() -> None:
    for requirement in declared(*EXTRAS).values():
        assert {part.operator for part in requirement.specifier} == {">=", "<"}, requirement


@pytest.mark.parametrize("pins", PINS)
def test_pins_lie_within_the_ranges(pins: str) -> None:
    versions = pinned(pins)
    for name, requirement in declared(*({pins} & set(EXTRAS))).items():
        assert versions[name], requirement
        for version in versions[name]:
            assert requirement.specifier.contains(version), requirement


@pytest.mark.parametrize("pins", EXTRAS)
def test_other_pins_hold_all_run_time_pins(pins: str) -> None:
    versions = pinned(pins)
    assert {name: versions.get(name) for name in pinned("runtime")} == pinned("runtime")


def test_development_has_what_the_tests_of_a_cluster_need() -> None:
    assert declared("cluster").items() <= declared("dev").items()
    dev = pinned("dev")
    assert {name: dev.get(name) for name in pinned("cluster")} == pinned("cluster")


def test_runtime_pins_hold_every_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = {canonicalize_name(Requirement(line).name) for line in project["dependencies"]}
    assert names <= pinned("runtime").keys()
    assert "pytest" not in pinned("runtime")


@pytest.mark.parametrize("pins", PINS)
def test_every_pin_has_a_hash(pins: str) -> None:
    text = (ROOT / "requirements" / f"{pins}.txt").read_text(encoding="utf-8")
    entries = re.split(r"^(?=[\w.-]+==)", text, flags=re.MULTILINE)[1:]
    assert len(entries) > 50
    for entry in entries:
        assert "--hash=sha256:" in entry, entry


@pytest.mark.parametrize("pins", PINS)
def test_no_address_of_a_package_index(pins: str) -> None:
    text = (ROOT / "requirements" / f"{pins}.txt").read_text(encoding="utf-8")
    assert "://" not in text
    assert "index-url" not in text
    assert "find-links" not in text


def test_no_lock_file_with_addresses_lies_beside() -> None:
    assert not [name for name in ("uv.lock", "poetry.lock") if (ROOT / name).exists()]
