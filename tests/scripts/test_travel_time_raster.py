"""The commands for rasters and border penalties: results, and one line a problem."""

import runpy
import sys
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import rasterio

from gis.network.network_file import save_network
from tests.drawn_network import drawn_network

Run = Callable[..., int]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def network_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("network") / "drawn.zip"
    save_network(drawn_network(), path)
    return path


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    def code(name: str, *arguments: object) -> int:
        monkeypatch.setattr(sys, "argv", [name, *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            runpy.run_path(str(ROOT / "scripts" / f"{name}.py"), run_name="__main__")
        return int(str(left.value.code))

    return code


def test_a_raster_of_several_places_is_written_with_its_style(
    tmp_path: Path, network_file: Path, run: Run
) -> None:
    places = tmp_path / "places.csv"
    places.write_text("id,lon,lat\nA,120.0,30.0\nC,120.3,30.0\n", encoding="utf-8")
    out = tmp_path / "t.tif"
    code = run(
        "travel_time_raster",
        *("--network", network_file, "--places", places, "--limit", 30),
        *("--crs", 4490, "--cell", 1000, "--out", out),
    )
    assert code == 0
    with rasterio.open(out) as read:
        assert read.crs.to_epsg() == 4490
        assert read.tags()["PLACES"].startswith("A 120.00000,30.00000; C ")
        for lon, lat in ((120.0, 30.0), (120.3, 30.0)):
            assert next(read.sample([(lon, lat)], indexes=1))[0] < 3.0
    assert out.with_suffix(".qml").is_file()


@pytest.mark.parametrize(
    "case",
    [
        (("--at", "120,30", "--out", "t.png"), ".tif"),
        (("--at", "120;30", "--out", "t.tif"), "120;30"),
        (
            ("--at", "120,30", "--limit", "300", "--out", "t.tif"),
            "--limit: 上限应大于0、不超过 240",
        ),
        (("--at", "120,30", "--cell", "1", "--out", "t.tif"), "25"),
        (("--at", "122.5,28", "--out", "t.tif"), "--at"),
    ],
)
def test_wrong_options_are_told_in_one_line(
    tmp_path: Path,
    network_file: Path,
    run: Run,
    capsys: pytest.CaptureFixture[str],
    case: tuple[tuple[str, ...], str],
) -> None:
    (*options, out), told = case
    assert run("travel_time_raster", "--network", network_file, *options, tmp_path / out) == 2
    said = capsys.readouterr().err
    assert told in said
    assert len(said.splitlines()) == 1
    assert not list(tmp_path.iterdir())


def test_border_penalties_are_written_as_layer_and_table(
    tmp_path: Path, network_file: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    out, table = tmp_path / "b.gpkg", tmp_path / "b.csv"
    code = run("border_penalty", "--network", network_file, "--out", out, "--csv", table)
    assert code == 0
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith(f"{out}: ")
    assert "看得出差别的 0 条" in last
    drawn, rows = gpd.read_file(out, layer="border_penalty"), pd.read_csv(table)
    assert len(drawn) == len(rows)
    assert {"杭州—绍兴", "杭绍一体化合作先行区"} <= set(rows["name_zh"])
    assert set(rows["year"]) == {2026}
    # The drawing has no roads by these seats, and that is said.
    assert rows["ratio"].isna().any()
    assert rows.loc[rows["ratio"].isna(), "remarks_zh"].str.contains("不作判断").all()
    assert drawn.geometry.notna().all()
