"""The whole chain: the same run gives the same bytes, and a change of input is noticed."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from gis import pipeline
from gis.catalogue.goals import PlaceKind
from gis.core.errors import InputError
from gis.core.files import write_text
from gis.core.paths import layers_dir, seeds_dir
from gis.core.provenance import make_manifest
from gis.layers.read import read_layer
from gis.network.build import network_inputs
from gis.network.model import Network
from gis.network.network_file import save_network
from gis.pipeline import (
    VERDICTS_FILE,
    RunConfig,
    network_path,
    read_grounds,
    ready_network,
    ready_records,
    results_json,
    run,
)
from gis.planning.verdicts import check_goals
from tests.drawn_network import drawn_network
from tests.planning.drawn_goals import BY_CAR, goal, grounds, reading

ONE_YEAR = RunConfig(years=(2023,), goals=("G-T05", "G-I17"))


@pytest.fixture
def copied(tmp_path: Path) -> RunConfig:
    """Give a run on copies of the tables and layers, to be changed."""
    shutil.copytree(seeds_dir(), tmp_path / "seeds")
    shutil.copytree(layers_dir(), tmp_path / "layers")
    return RunConfig(
        years=(2023,),
        goals=("G-I17",),
        seeds=tmp_path / "seeds",
        layers=tmp_path / "layers",
        build=tmp_path / "build",
    )


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Give the years of which a network was built; the networks themselves are the drawn one."""
    years: list[int] = []

    def build(*, year: int, seeds: Path, layers: Path) -> Network:
        years.append(year)
        inputs = network_inputs(seeds=seeds, layers=layers)
        manifest = make_manifest(inputs, settings={"year": year})
        return replace(drawn_network(), year=year, manifest=manifest)

    monkeypatch.setattr(pipeline, "build_network", build)
    return years


def test_a_run_twice_gives_the_same_bytes() -> None:
    once, again = (results_json(run(ONE_YEAR)) for _ in range(2))
    assert once == again
    content = json.loads(once)
    assert {record["goal"] for record in content["verdicts"]} == {"G-T05", "G-I17"}
    assert {record["year"] for record in content["verdicts"]} == {2023}


def test_the_order_and_number_of_options_do_not_matter(copied: RunConfig, built: list[int]) -> None:
    once = run(replace(copied, years=(2026, 2023), goals=("G-I17", "G-B01")))
    again = run(replace(copied, years=(2023, 2026, 2023), goals=("G-B01", "G-I17", "G-I17")))
    assert results_json(once) == results_json(again)
    assert built == [2023, 2026]


def test_a_network_is_built_once(copied: RunConfig, built: list[int]) -> None:
    assert ready_network(2023, config=copied).year == 2023
    assert ready_network(2023, config=copied).year == 2023
    assert built == [2023]


def append(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\n")


@pytest.mark.parametrize(
    "change",
    [
        lambda config: append(config.seeds / "parameters.yaml"),
        lambda config: append(config.seeds / "townships.csv"),
        lambda config: append(config.seeds / "sources" / "townships.csv"),
        lambda config: append(config.layers / "waters.geojson"),
        lambda config: network_path(2023, build=config.build).write_bytes(b"PK cut short"),
        lambda config: shutil.copy(
            network_path(2026, build=config.build), network_path(2023, build=config.build)
        ),
    ],
    ids=["parameters", "table", "sources of the same name", "layer", "damaged", "another year"],
)
def test_a_network_is_built_again_when_its_inputs_or_file_changed(
    copied: RunConfig, built: list[int], change: Callable[[RunConfig], object]
) -> None:
    ready_network(2023, config=copied)
    ready_network(2026, config=copied)
    change(copied)
    assert ready_network(2023, config=copied).year == 2023
    assert built == [2023, 2026, 2023]


def test_records_are_reused_until_an_input_changes(copied: RunConfig, built: list[int]) -> None:
    first = ready_records(copied)
    path = copied.build / VERDICTS_FILE
    assert json.loads(path.read_text(encoding="utf-8")) == first
    kept = {**first, "verdicts": []}  # tells a file that is read from one that is made
    write_text(path, json.dumps(kept))
    assert ready_records(copied) == kept
    append(copied.layers / "cities.geojson")  # no input of a network, but of verdicts
    again = ready_records(copied)
    assert again["verdicts"] == first["verdicts"]
    changed = {
        name
        for name, digest in first["manifest"]["inputs"].items()
        if again["manifest"]["inputs"][name] != digest
    }
    assert changed == {"cities.geojson"}
    assert built == [2023]


def test_a_kept_run_that_answers_more_is_as_good(copied: RunConfig, built: list[int]) -> None:
    first = ready_records(copied)
    path = copied.build / VERDICTS_FILE
    settings = first["manifest"]["settings"]
    more = settings | {"goals": "all", "draws": 1000, "random_seeds": {"confidence": 1}}
    kept = {"manifest": first["manifest"] | {"settings": more}, "verdicts": []}
    write_text(path, json.dumps(kept))
    assert ready_records(copied) == kept
    assert ready_records(replace(copied, years=(2023,), draws=3, seed=2))["verdicts"]
    less = {"manifest": first["manifest"] | {"settings": settings | {"goals": []}}, "verdicts": []}
    write_text(path, json.dumps(less))
    assert ready_records(copied)["verdicts"] == first["verdicts"]
    assert built == [2023]


def test_draws_are_not_lost_to_a_run_without_them(copied: RunConfig, built: list[int]) -> None:
    first = ready_records(replace(copied, goals=("G-T01",)))
    path = copied.build / VERDICTS_FILE
    drawn = first["manifest"]["settings"] | {"draws": 1000, "random_seeds": {"confidence": 1}}
    kept = {"manifest": first["manifest"] | {"settings": drawn}, "verdicts": []}
    write_text(path, json.dumps(kept))
    other = replace(copied, goals=("G-T05",))
    assert ready_records(other)["verdicts"]
    assert json.loads(path.read_text(encoding="utf-8")) == kept
    kept["manifest"]["inputs"] = {}
    write_text(path, json.dumps(kept))
    assert ready_records(other) == json.loads(path.read_text(encoding="utf-8"))
    assert built == [2023]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"manifest": {}}'])
def test_a_damaged_file_of_records_is_made_again(
    copied: RunConfig, built: list[int], content: str
) -> None:
    first = ready_records(copied)
    write_text(copied.build / VERDICTS_FILE, content)
    assert ready_records(copied) == first
    assert built == [2023]


def test_the_manifest_holds_every_table_and_layer_used(copied: RunConfig, built: list[int]) -> None:
    inputs = run(copied).manifest.inputs
    layers = (*pipeline.PLACE_LAYERS, pipeline.LINE_LAYER, "waters")
    assert {f"{name}.geojson" for name in layers} <= inputs.keys()
    assert {"goals.yaml", "parameters.yaml", "rail_patterns.csv"} <= inputs.keys()
    tables = sum(path.is_file() for path in copied.seeds.rglob("*"))
    assert len(inputs) == tables + len(layers) + len({"gis"})
    assert built == [2023]


def test_all_unknown_goals_and_years_are_named_at_once(built: list[int]) -> None:
    asked = RunConfig(years=(1999, 2023, 2050), goals=("G-T99", "G-T01", "无"))
    with pytest.raises(InputError) as caught:
        run(asked)
    problems = caught.value.problems
    assert [(problem.where, problem.key) for problem in problems] == [
        ("--goal", "error.goal_unknown"),
        ("--goal", "error.goal_unknown"),
        ("--year", "error.network_year"),
        ("--year", "error.network_year"),
    ]
    assert [problem.fields["year"] for problem in problems[2:]] == [1999, 2050]
    assert built == []


def test_all_faulty_network_files_are_named_at_once(tmp_path: Path) -> None:
    good, same, foreign = (tmp_path / name for name in ("good.zip", "same.zip", "foreign.zip"))
    save_network(drawn_network(), good)
    save_network(drawn_network(), same)
    foreign.write_text("no network", encoding="utf-8")
    paths = (good, foreign, tmp_path / "missing.zip", same)
    with pytest.raises(InputError) as caught:
        run(RunConfig(networks=paths, goals=("G-I17",)))
    assert [problem.key for problem in caught.value.problems] == [
        "error.network_foreign",
        "error.file_missing",
        "error.year_twice",
    ]


def test_given_networks_are_used_and_noted(tmp_path: Path) -> None:
    path = tmp_path / "drawn.zip"
    save_network(drawn_network(), path)
    results = run(RunConfig(networks=(path,), goals=("G-T05", "G-I17")))
    assert {verdict.year for verdict in results.verdicts} == {2026}
    undecided = [verdict.goal for verdict in results.verdicts if verdict.value is None]
    assert set(undecided) == {"G-T05"}  # the file has no trains
    assert results.manifest.settings["years"] == [2026]
    assert results.manifest.settings["networks"]["2026"]["settings"] == {"source": "drawn"}


def test_headline_goals_are_judged_by_default(copied: RunConfig, built: list[int]) -> None:
    goals = pipeline.load_goals(copied.seeds)
    results = pipeline._chosen_goals(replace(copied, goals=()), goals)
    assert {goal.id for goal in results} == {goal.id for goal in goals if goal.headline}
    assert len(pipeline._chosen_goals(replace(copied, goals=(), every_goal=True), goals)) > 50
    assert built == []


def test_other_people_change_who_is_counted_and_are_noted(
    copied: RunConfig, built: list[int], tmp_path: Path
) -> None:
    townships = read_layer("townships")
    county = townships[townships["county_id"] == "330602"]
    people = county["population"].astype(int).tolist()
    people[0], people[1] = people[0] + people[1], 0
    table = tmp_path / "people.csv"
    rows = [f"{name},{count}" for name, count in zip(county["id"], people, strict=True)]
    write_text(table, "\n".join(["id,people_raster", *rows]) + "\n")
    by_people = replace(copied, goals=("G-T01",), people=table)
    points = read_grounds(by_people, networks={}).book.points[PlaceKind.TOWNSHIPS]
    assert points.set_index("id").loc[county["id"], "population"].tolist() == people
    results = run(by_people)
    assert built == [2023]
    assert "people.csv" in str(results.manifest.inputs)
    (found,) = (one for one in results.verdicts if one.reading == "D")
    assert not any("people.csv" in remark for remark in found.caveats_zh)  # nobody is counted
    write_text(table, "id,people_raster\n" + rows[0] + "\nX,1\n")
    with pytest.raises(InputError) as caught:
        run(replace(by_people, goals=("G-X99",)))
    assert {problem.key for problem in caught.value.problems} == {
        "error.goal_unknown",
        "error.id_unknown",
    }


def test_readings_that_count_people_say_whose_figures_they_are() -> None:
    asked = goal(reading(**BY_CAR, origins={"kind": "townships", "ids": ["A", "B"]}))
    for file, said in (("", False), ("people.csv", True)):
        verdicts = check_goals([asked], replace(grounds(), people_table=file))
        assert any("people.csv" in remark for remark in verdicts[0].caveats_zh) == said
