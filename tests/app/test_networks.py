"""Networks that the reader brings: what is taken, what is refused and in which words."""

import io
import tomllib
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import rasterio
import rasterio.warp
import streamlit as st
from streamlit.testing.v1 import AppTest

from app_pages import data, measured, networks, overview, place
from app_pages.view import View
from gis.core.errors import InputError
from gis.core.paths import project_root
from gis.network.model import Network
from gis.network.network_file import save_network
from tests.drawn_network import drawn_network

SECONDS = 60


@pytest.fixture(autouse=True)
def _build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "build_dir", lambda: tmp_path / "build")


def _bytes(network: Network, folder: Path) -> bytes:
    path = folder / "network.zip"
    save_network(network, path)
    return path.read_bytes()


def _page() -> None:
    import streamlit as st

    from app_pages import networks
    from app_pages.session import current_view

    given = st.session_state.get("given")
    if given and "done" not in st.session_state:
        st.session_state["done"] = True
        st.session_state["name"] = networks.take(*given)
    networks.show_choice(current_view())


def _app(content: bytes, name: str = "我的路网 OSM.zip", **query: str) -> AppTest:
    app = AppTest.from_function(_page, default_timeout=SECONDS)
    app.session_state["given"] = (name, content)
    for key, value in query.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception, app.exception
    return app


def _shown(app: AppTest) -> str:
    return "\n".join(str(element.proto.body) for element in app.get("html"))


def test_a_network_is_offered_and_answers(tmp_path: Path) -> None:
    app = _app(_bytes(drawn_network(), tmp_path))
    name = app.session_state["name"]
    assert name.startswith("我的路网_OSM-")
    assert data.own_names() == (name,)
    app.selectbox[0].set_value(name).run()
    assert app.query_params["network"] == name
    assert "2026 年，6 个节点，7 条边，0 班车次" in _shown(app)
    assert len(data.network_in_force(View(network=name)).nodes) == 6


def test_what_is_no_network_is_refused_in_one_line_and_not_kept(tmp_path: Path) -> None:
    whole = _bytes(drawn_network(), tmp_path)
    changed = bytearray(whole)
    changed[whole.index(b"pilot-zone-atlas-network")] ^= 0xFF
    cases = {
        b"PK\x03\x04 none": "我的.zip: 不是本产品的路网文件",
        whole[: len(whole) // 2]: "我的.zip: 不是本产品的路网文件",
        bytes(changed): "我的.zip: 路网文件已损坏",
    }
    for content, said in cases.items():
        shown = _shown(_app(content, name="我的.zip"))
        assert shown.count('class="fault"') == 1
        assert said in shown
    assert data.own_names() == ()
    assert not list(data.own_path("").parent.glob("*"))


def test_a_network_of_elsewhere_is_refused(tmp_path: Path) -> None:
    here = drawn_network()
    there = replace(here, nodes=here.nodes.assign(lon=here.nodes["lon"] - 128.0))
    with pytest.raises(InputError, match="outside the atlas"):
        data.check_is_here(there, where="porto.zip")
    shown = _shown(_app(_bytes(there, tmp_path), name="porto.zip"))
    assert "porto.zip: 路网不在本图范围内" in shown
    assert data.own_names() == ()


def test_a_file_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(networks, "LIMIT_MB", 1)
    shown = _shown(_app(bytes(2 * networks.MEGABYTE)))
    assert "超过上限 1 MB" in shown


def test_the_server_takes_files_as_large_as_the_page_promises() -> None:
    config = tomllib.loads((project_root() / ".streamlit" / "config.toml").read_text("utf-8"))
    assert config["server"]["maxUploadSize"] == networks.LIMIT_MB


def test_an_address_with_a_network_that_is_not_here_is_that_of_the_year() -> None:
    app = _app(b"", network="../../etc")
    assert app.selectbox[0].value == ""


def test_the_surface_of_a_place_is_a_raster_with_its_style(tmp_path: Path) -> None:
    path = data.own_path("drawn")
    path.parent.mkdir(parents=True)
    path.write_bytes(_bytes(drawn_network(), tmp_path))
    packed = place.surface_zip(View(network="drawn", at=(120.0, 30.0)))
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.namelist() == ["travel_times.tif", "travel_times.qml"]
        content = archive.read("travel_times.tif")
    with rasterio.MemoryFile(content) as memory, memory.open() as raster:
        (x,), (y,) = rasterio.warp.transform("EPSG:4326", raster.crs, [120.0], [30.0])
        minutes = next(raster.sample([(x, y)]))[0]
        assert raster.tags()["YEAR"] == "2026"
        assert raster.tags()["LIMIT_MINUTES"] == "120"
        assert raster.nodata not in {None, minutes}
        assert 0 <= minutes < 5


def test_a_file_replaced_under_its_name_answers_anew(tmp_path: Path) -> None:
    view = View(network="drawn", at=(120.0, 30.0))
    path = data.own_path("drawn")
    path.parent.mkdir(parents=True)
    path.write_bytes(_bytes(drawn_network(), tmp_path))
    before = place.place_answer(view)
    measured._keep(measured._access_key(view), {})
    measured._keep(measured._borders_key(view), {})
    assert measured.access_of(view) is not None

    network = drawn_network()
    slower = network.edges.assign(free_flow_s=network.edges["free_flow_s"] * 3)
    save_network(replace(network, edges=slower), path)
    after = place.place_answer(view)
    assert after.reach.geometry[0].area < before.reach.geometry[0].area
    assert measured.access_of(view) is None
    assert measured.borders_of(view) is None


def test_it_is_said_that_a_place_is_worked_out_while_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []

    @contextmanager
    def spinner(text: str) -> Iterator[None]:
        said.append(text)
        yield
        said.clear()

    monkeypatch.setattr(st, "spinner", spinner)
    monkeypatch.setattr(data, "can_answer", lambda _: True)
    monkeypatch.setattr(overview, "place_answer", lambda _: tuple(said))
    assert overview._answer(View(at=(120.0, 30.0))) == ("正在计算可达范围……",)
