"""Tables in batches: the numbers of a single process, whatever happens to the workers."""

import importlib.util
import os
import pickle
import runpy
import signal
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pandas as pd
import pytest
from distributed import Client, LocalCluster

from gis.access import workers
from gis.access.batches import Scheduler, read_scheduler, travel_times_in_batches
from gis.access.workers import ForeignWorkerError, Luggage, code_digest, compute_batches
from gis.core.errors import InputError
from gis.core.paths import project_root
from gis.core.schemas import Mode, Statistic
from gis.network.model import Network
from gis.network.network_file import save_network
from tests.access.slow_tables import drop_luggage, refused_table, slow_table
from tests.drawn_network import NODES, PARAMETERS, drawn_feed, drawn_network

STOPS = {"P": (*NODES["A"], "rail"), "Q": (*NODES["C"], "rail")}
TRIPS = {"G1/1": [("P", "10:10"), ("Q", "10:30")], "G1/2": [("Q", "10:20"), ("P", "10:50")]}


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCluster]:
    with LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
        silence_logs=50,
        local_directory=str(tmp_path_factory.mktemp("dask")),
    ) as cluster:
        yield cluster


@pytest.fixture
def scheduler(cluster: LocalCluster, monkeypatch: pytest.MonkeyPatch) -> Scheduler:
    # The workers are on this machine: an edit of the code while they start is no other version.
    monkeypatch.setattr(workers, "code_digest", lambda: "")
    return read_scheduler(cluster.scheduler_address)


@pytest.fixture(scope="module")
def network() -> Network:
    return drawn_network(drawn_feed(TRIPS, stops=STOPS))


@pytest.fixture
def places() -> pd.DataFrame:
    rows = [(name, lon, lat) for name, (lon, lat) in NODES.items()]
    return pd.DataFrame(rows, columns=["id", "lon", "lat"])


def parts(count: int) -> list[pd.DataFrame]:
    return [pd.DataFrame({"id": [f"o{row:02d}"]}) for row in range(count)]


@pytest.mark.parametrize("mode", [Mode.CAR, Mode.BEST])
def test_workers_give_the_table_of_a_single_process(
    network: Network, places: pd.DataFrame, scheduler: Scheduler, mode: Mode
) -> None:
    compute = partial(
        travel_times_in_batches,
        network,
        places,
        places.iloc[::-1],
        mode=mode,
        parameters=PARAMETERS,
        statistics=(Statistic.FASTEST, Statistic.MEDIAN),
        with_legs=True,
    )
    told: list[tuple[int, int]] = []
    here = compute()
    there = compute(scheduler=scheduler, batch=4, on_progress=lambda *one: told.append(one))
    pd.testing.assert_frame_equal(there, here)
    assert here["minutes"].notna().any()
    assert sorted(told) in ([(2, 6), (6, 6)], [(4, 6), (6, 6)])


def test_lost_workers_lose_nothing(
    network: Network, cluster: LocalCluster, scheduler: Scheduler, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    killed: list[int] = []

    def kill_all(done: int, total: int) -> None:
        if done < total and not killed:
            for nanny in cluster.workers.values():
                killed.append(nanny.pid)
                os.kill(nanny.pid, signal.SIGTERM if os.name == "nt" else signal.SIGKILL)

    batches = parts(16)
    tables = compute_batches(
        network, batches, partial(slow_table, log=log), scheduler=scheduler, on_progress=kill_all
    )
    assert len(killed) == 2
    assert [table["id"].item() for table in tables] == [part["id"].item() for part in batches]
    assert {table["year"].item() for table in tables} == {network.year}
    assert {nanny.pid for nanny in cluster.workers.values()}.isdisjoint(killed)
    assert len(log.read_text(encoding="utf-8").split()) >= len(batches)


def test_nothing_stays_on_the_workers(
    network: Network, places: pd.DataFrame, scheduler: Scheduler
) -> None:
    travel_times_in_batches(
        network, places, places, mode=Mode.CAR, parameters=PARAMETERS, scheduler=scheduler
    )
    with Client(scheduler.address, set_as_default=False) as client:
        carried = client.run(lambda dask_worker: list(dask_worker.plugins))
    assert carried
    assert not [name for names in carried.values() for name in names if name.startswith("atlas")]


def test_workers_without_luggage_get_it_again(network: Network, scheduler: Scheduler) -> None:
    dropped: list[int] = []

    def drop_once(done: int, total: int) -> None:
        if not dropped and done < total:
            dropped.append(done)
            with Client(scheduler.address, set_as_default=False) as client:
                client.run(drop_luggage)

    batches = parts(12)
    compute = partial(slow_table, log=Path(os.devnull))
    tables = compute_batches(network, batches, compute, scheduler=scheduler, on_progress=drop_once)
    assert dropped
    assert [table["id"].item() for table in tables] == [part["id"].item() for part in batches]


def test_problems_met_by_workers_are_told(network: Network, scheduler: Scheduler) -> None:
    with pytest.raises(InputError) as raised:
        compute_batches(
            network, parts(1), refused_table, scheduler=scheduler, on_progress=lambda *_: None
        )
    assert [problem.key for problem in raised.value.problems] == ["error.point_in_water"]


def test_workers_with_other_code_are_refused(
    network: Network, scheduler: Scheduler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "code_digest", lambda: "another version")
    with pytest.raises(InputError, match="another version"):
        compute_batches(
            network, parts(2), refused_table, scheduler=scheduler, on_progress=lambda *_: None
        )


def test_workers_with_the_same_code_unpack_what_they_were_sent(network: Network) -> None:
    sent = Luggage(network, refused_table, code=code_digest())
    got, compute = pickle.loads(pickle.dumps(sent)).unpacked  # noqa: S301
    assert compute is refused_table
    pd.testing.assert_frame_equal(got.nodes, network.nodes)
    with pytest.raises(ForeignWorkerError):
        Luggage(network, refused_table, code="another version").unpacked  # noqa: B018


def test_scheduler_that_does_not_answer_is_one_line(
    network: Network, places: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "CONNECT_S", 0.5)
    with pytest.raises(InputError, match=r"no scheduler answered within 0\.5 seconds") as raised:
        travel_times_in_batches(
            network,
            places,
            places,
            mode=Mode.CAR,
            parameters=PARAMETERS,
            scheduler=read_scheduler("127.0.0.1:9"),
        )
    assert str(raised.value).startswith("--scheduler tcp://127.0.0.1:9: ")
    assert "\n" not in str(raised.value)


def test_scheduler_without_workers_is_one_line(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "JOIN_S", 0.2)
    with (
        LocalCluster(
            n_workers=0, host="127.0.0.1", dashboard_address="127.0.0.1:0", silence_logs=50
        ) as empty,
        pytest.raises(InputError, match=f"Start dask worker {empty.scheduler_address}"),
    ):
        compute_batches(
            network,
            parts(1),
            refused_table,
            scheduler=Scheduler(empty.scheduler_address),
            on_progress=lambda *_: None,
        )


def test_missing_dask_is_one_line_with_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(InputError, match=r"pip install -r requirements/cluster\.txt"):
        read_scheduler("local")


@pytest.mark.parametrize(
    ("option", "wanted"),
    [
        ("local", Scheduler()),
        ("local:3", Scheduler(workers=3)),
        ("10.0.0.5:8786", Scheduler("tcp://10.0.0.5:8786")),
        ("tls://node.example:8786", Scheduler("tls://node.example:8786")),
        ("tcp://[::1]:8786", Scheduler("tcp://[::1]:8786")),
    ],
)
def test_scheduler_is_read_from_its_option(option: str, wanted: Scheduler) -> None:
    assert read_scheduler(option) == wanted


@pytest.mark.parametrize(
    "option", ["", "local:0", "local:-1", "local:x", "node", "http://a:1", "a:b"]
)
def test_other_options_are_refused(option: str) -> None:
    with pytest.raises(InputError, match="cannot be used"):
        read_scheduler(option)


def test_empty_batches_are_refused(network: Network, places: pd.DataFrame) -> None:
    with pytest.raises(InputError, match="at least one origin"):
        travel_times_in_batches(
            network, places, places, mode=Mode.CAR, parameters=PARAMETERS, batch=0
        )


def test_the_command_tells_a_bad_scheduler_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    save_network(drawn_network(), tmp_path / "n.zip")
    (tmp_path / "p.csv").write_text("id,lon,lat\nA,120.0,30.0\n", encoding="utf-8")
    script = project_root() / "scripts" / "travel_times.py"
    options = ["--network", tmp_path / "n.zip", "--out", tmp_path / "t.csv", "--mode", "car"]
    options += ["--origins", tmp_path / "p.csv", "--destinations", tmp_path / "p.csv"]
    command = [script, *options, "--scheduler", "node-without-port", "--lang", "en"]
    monkeypatch.setattr(sys, "argv", [str(part) for part in command])
    with pytest.raises(SystemExit) as left:
        runpy.run_path(str(script), run_name="__main__")
    assert left.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("--scheduler: “node-without-port” cannot be used.")
    assert not (tmp_path / "t.csv").exists()
