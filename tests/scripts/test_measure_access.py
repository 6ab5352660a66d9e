"""The command that measures access: its tables and layers."""

import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio

from gis.catalogue.areas import load_population
from gis.network.network_file import save_network
from tests.drawn_network import drawn_network

ROOT = Path(__file__).resolve().parents[2]


def test_tables_and_layers_are_written_for_every_kind_of_area(tmp_path: Path) -> None:
    save_network(drawn_network(), tmp_path / "drawn.zip")
    folder = tmp_path / "access"
    command = [sys.executable, str(ROOT / "scripts" / "measure_access.py")]
    command += ["--network", str(tmp_path / "drawn.zip"), "--folder", str(folder)]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    lines = done.stderr.splitlines()
    assert all("小客车" in line for line in lines[:-1])
    assert lines[-1].endswith("个县（市、区）、6 个市、42 个先行区的表和 access.gpkg")
    cities = pd.read_csv(folder / "cities.csv", dtype={"id": str})
    census = {count.code: count.population for count in load_population()}
    assert cities["name_zh"].tolist()[:2] == ["杭州市", "宁波市"]
    assert cities["population"].tolist() == [census[code] for code in cities["id"]]
    names = [name for name, _ in pyogrio.list_layers(folder / "access.gpkg")]
    assert names == ["townships", "counties", "cities", "zones"]
    drawn = gpd.read_file(folder / "access.gpkg", layer="counties")
    assert len(drawn) == 45
    assert {"people_60", "people_60_gini", "eu_performance"} <= set(drawn.columns)
