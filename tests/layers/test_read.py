"""Reading layers."""

from pathlib import Path

import pytest

from gis.core.errors import InputError
from gis.layers.read import read_digitised, read_layer

POINT = (
    '{"type": "FeatureCollection", "features": [{"type": "Feature", '
    '"properties": {"id": "A", "name_zh": null, "population": null}, '
    '"geometry": {"type": "Point", "coordinates": [120.0, 30.0]}}]}'
)


def test_an_empty_text_cell_reads_as_an_empty_string(tmp_path: Path) -> None:
    text = POINT.replace(
        "]}}]}",
        ']}},{"type": "Feature", "properties": {"id": "B", '
        '"name_zh": "岛", "population": 5}, "geometry": null}]}',
    )
    (tmp_path / "places.geojson").write_text(text, encoding="utf-8")
    frame = read_layer("places", layers=tmp_path)
    assert frame["name_zh"].tolist() == ["", "岛"]
    assert frame["population"].isna().tolist() == [True, False]
    assert frame.crs.to_epsg() == 4326


def test_a_missing_layer_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"coast\.geojson: file not found"):
        read_layer("coast", layers=tmp_path)


def test_a_damaged_file_is_an_input_error(tmp_path: Path) -> None:
    (tmp_path / "borders.geojson").write_text(POINT[:60], encoding="utf-8")
    with pytest.raises(InputError, match="cannot be read"):
        read_digitised("borders", digitised=tmp_path)
