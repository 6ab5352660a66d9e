"""The benchmark: its graphs, its peers, what it tells, and that wrong answers fail it."""

import json
import lzma
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csgraph

from gis.core.errors import InputError
from scripts import bench
from scripts.benchmarks import peers
from scripts.benchmarks.bed import Bed, WrongResultError, check_equal
from scripts.benchmarks.cases import CASES
from scripts.benchmarks.graphs import BenchGraph, generate_graph, read_graph, save_graph
from scripts.benchmarks.peers import PEERS, CannotAnswerError, Networkx, PeerProcess
from scripts.benchmarks.results import Result, Target, Wanted, interleaved

ROOT = Path(__file__).resolve().parents[2]
SLOW_CASES = {"osm"}  # imports with its own processes; tests/network/osm covers what it measures


@pytest.fixture(scope="module")
def graph() -> BenchGraph:
    return generate_graph(side=30)


def test_quick_run_prints_a_table_and_writes_every_case(tmp_path: Path) -> None:
    out = tmp_path / "bench.json"
    cases = [name for name in CASES if name not in SLOW_CASES]
    options = ["--quick", "--rounds", "1", "--peers", "networkx", "--only", *cases]
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "bench.py"), *options, "--json", str(out)],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "本产品" in done.stdout
    assert "scipy" in done.stdout
    content = json.loads(out.read_text(encoding="utf-8"))
    assert content["wrong"] == []
    assert content["graph"]["nodes"] > 5000
    assert content["machine"]["cores"] >= 1
    results = content["results"]
    keys = {"name", "product_ms", "peer", "peer_ms", "ratio", "n", "note", "target", "holds"}
    assert all(keys <= result.keys() for result in results)
    assert all(result["product_ms"] > 0 for result in results)
    assert {result["peer"] for result in results} >= {"scipy", "networkx", "streaming"}
    assert all(result["holds"] is None for result in results)  # a small graph proves nothing
    assert len(results) >= len(cases)


def test_wrong_results_fail_the_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def wrong(bed: Bed) -> Iterator[Result]:
        yield Result("right", 1.0)
        check_equal([1, 2, 3], [1, 2, 4], what=bed.graph.name)

    out = tmp_path / "bench.json"
    monkeypatch.setattr(bench, "CASES", {"wrong": wrong, "right": lambda _: iter([])})
    monkeypatch.setattr(sys, "argv", ["bench", "--quick", "--json", str(out)])
    assert bench.main() == 1
    content = json.loads(out.read_text(encoding="utf-8"))
    assert [result["name"] for result in content["results"]] == ["right"]
    assert len(content["wrong"]) == 1
    assert "1 of 3 differ from scipy" in capsys.readouterr().err


def test_bad_options_are_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for options in (["--rounds", "0"], ["--graph", str(tmp_path / "none.gr")]):
        monkeypatch.setattr(sys, "argv", ["bench", *options])
        assert bench.main() == 2
        assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize(
    ("found", "wanted"), [([1.0, np.inf], [1.0, np.inf]), (np.int32([4]), np.array([4.0]))]
)
def test_equal_times_pass(found: object, wanted: object) -> None:
    check_equal(found, wanted, what="times")  # type: ignore[arg-type]


def test_times_of_another_shape_are_wrong() -> None:
    with pytest.raises(WrongResultError):
        check_equal([1, 2], [1, 2, 3], what="times")


def test_generated_graph_is_the_same_and_in_one_part(graph: BenchGraph) -> None:
    again = generate_graph(side=30)
    for name in ("first", "tail", "head", "cost", "x", "y"):
        assert np.array_equal(getattr(graph, name), getattr(again, name))
    parts, _ = csgraph.connected_components(graph.matrix(), connection="strong")
    assert parts == 1
    assert graph.cost.min() >= 1
    assert 2.2 < graph.arc_count / graph.node_count < 2.7
    pairs = graph.tail.astype(np.int64) * graph.node_count + graph.head
    assert (np.diff(pairs) > 0).all()
    assert np.array_equal(np.diff(graph.first), np.bincount(graph.tail, minlength=len(graph.x)))
    assert len(graph.x) == graph.node_count


def test_generated_graph_has_one_way_roads_and_few_crossings_of_many(graph: BenchGraph) -> None:
    pairs = set(zip(graph.tail.tolist(), graph.head.tolist(), strict=True))
    one_way = sum((head, tail) not in pairs for tail, head in pairs)
    assert 0 < one_way / len(pairs) < 0.1
    assert np.diff(graph.first).max() <= 8


@pytest.mark.parametrize("suffix", [".gr", ".gr.xz"])
def test_pace_files_are_read_without_their_small_parts(tmp_path: Path, suffix: str) -> None:
    # 1 - 2 - 3 - 4 - 1 and 5 - 6 apart: two-way or one-way, the ring holds together or falls apart
    text = b"p tw 6 5\n1 2\n2 3\n3 4\n4 1\n5 6\n"
    path = tmp_path / f"ring{suffix}"
    path.write_bytes(lzma.compress(text) if suffix.endswith("xz") else text)
    graph = read_graph(path)
    assert graph.name == "ring"
    assert graph.node_count == 4
    assert len(graph.x) == 0
    assert {tuple(sorted(pair)) for pair in zip(graph.tail, graph.head, strict=True)} == {
        (0, 1),
        (1, 2),
        (2, 3),
        (0, 3),
    }


@pytest.mark.parametrize(
    "content", ["", "1 2\n", "p tw 2 2\n1 2\n", "p tw 2 1\n1 9\n", "p sp 2 1\n1 2\n", "p tw a b\n"]
)
def test_other_files_are_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "graph.gr"
    path.write_text(content, encoding="ascii")
    with pytest.raises(InputError, match="neither a PACE file"):
        read_graph(path)


def test_kept_graphs_come_back(graph: BenchGraph, tmp_path: Path) -> None:
    save_graph(graph, tmp_path / "kept.npz")
    back = read_graph(tmp_path / "kept.npz")
    assert back.name == graph.name
    assert np.array_equal(back.cost, graph.cost)
    (tmp_path / "cut.npz").write_bytes((tmp_path / "kept.npz").read_bytes()[:1000])
    with pytest.raises(InputError):
        read_graph(tmp_path / "cut.npz")


@pytest.mark.parametrize("name", [name for name in PEERS if name != "pandana"])
def test_peers_find_what_scipy_finds(graph: BenchGraph, name: str) -> None:
    pytest.importorskip(PEERS[name].module)
    order = np.arange(graph.node_count)
    peer = PEERS[name](graph, order)
    wanted = csgraph.dijkstra(graph.matrix(), indices=[3, 5])
    assert np.array_equal(peer.one_to_all(3)(), wanted[0])
    if name == "networkx":
        limited = np.where(wanted[0] <= 3000, wanted[0], np.inf)
        assert np.array_equal(peer.within(3, 3000)(), limited)
        assert np.isinf(limited).any()
    if name == "routingkit_cch":
        ends = np.array([7, 8, 9])
        assert np.array_equal(peer.matrix(np.array([3, 5]), ends)(), wanted[:, ends])


@pytest.mark.usefixtures("plain_main")
def test_peers_answer_from_a_process_of_their_own(graph: BenchGraph, tmp_path: Path) -> None:
    save_graph(graph, tmp_path / "graph.npz")
    np.save(tmp_path / "order.npy", np.arange(graph.node_count))
    peer = PeerProcess("networkx", tmp_path / "graph.npz", tmp_path / "order.npy")
    try:
        seconds, answer = peer.ask("one_to_all", 3)
        assert seconds > 0
        assert np.array_equal(answer, Networkx(graph, np.empty(0)).one_to_all(3)())
        with pytest.raises(CannotAnswerError):
            peer.ask("matrix", np.array([1]), np.array([2]))
    finally:
        peer.close()


def test_missing_peers_are_skipped_with_a_note(
    graph: BenchGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peers.importlib.util, "find_spec", lambda _: None)
    bed = Bed(graph, rounds=1, folder=tmp_path, peers=["igraph"], is_small=True)
    assert bed.peer("igraph") is None
    assert bed.peer("pandana") is None
    assert len(bed.notes) == 1
    assert "igraph" in bed.notes[0]
    assert "not installed" in bed.notes[0]


@pytest.mark.parametrize(
    ("measured", "peer_ms", "target", "holds"),
    [
        (2.0, 1000.0, Target(Wanted.AS_FAST, 500), True),
        (2.01, 1000.0, Target(Wanted.AS_FAST, 500), False),
        (20.0, 10.0, Target(Wanted.AS_LONG, 2), True),
        (20.1, 10.0, Target(Wanted.AS_LONG, 2), False),
        (3000.0, None, Target(Wanted.MILLISECONDS, 3000), True),
        (6.1, None, Target(Wanted.GIBIBYTES, 6), False),
        (1.0, 1.0, None, None),
    ],
)
def test_targets_hold_on_their_bound_and_not_beyond(
    measured: float, peer_ms: float | None, target: Target | None, *, holds: bool | None
) -> None:
    result = Result("case", measured, "peer", peer_ms, target=target)
    assert result.holds is holds
    record = result.record()
    assert record["holds"] is holds
    assert record["product_ms"] == (None if result.in_gibibytes else measured)


def test_works_take_turns() -> None:
    log: list[str] = []

    def work(name: str, seconds: float) -> float:
        log.append(name)
        return seconds

    times = interleaved(3, a=lambda: work("a", len(log) + 1.0), b=lambda: work("b", 2.0))
    assert log == ["a", "b"] * 3
    assert times["a"].median_ms == 3000
    assert times["a"].spread_ms == (1000, 5000)
