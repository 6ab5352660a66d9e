"""An OSM extract of the size of a province: import, load, and the first isochrone."""

from collections.abc import Iterator
from statistics import median

from scripts.benchmarks.bed import Bed
from scripts.benchmarks.fresh import in_new_process
from scripts.benchmarks.pbf import SIDE, write_extract
from scripts.benchmarks.results import Result, Target, Wanted

SMALL_SIDE = 40


def osm(bed: Bed) -> Iterator[Result]:
    """Import a generated extract, then load its network in new processes."""
    extract, network = bed.folder / "generated.osm.pbf", bed.folder / "generated.zip"
    bed.say("生成 OSM 数据 / writing the extract")
    write_extract(extract, side=SMALL_SIDE if bed.is_small else SIDE)
    bed.say("导入 / import")
    figures = in_new_process("import", extract, network)
    counts = f"{figures['nodes']:,.0f} 节点 / nodes，{figures['edges']:,.0f} 边 / edges"
    seconds = Target(Wanted.MILLISECONDS, 180_000)
    note = f"{counts}；含层次与写文件 / with hierarchy and file of {figures['size_mb']:.0f} MB"
    yield Result("OSM import", figures["seconds"] * 1000, note=note, target=seconds)
    memory = Target(Wanted.GIBIBYTES, 6)
    yield Result("OSM import, peak memory", figures["peak_gib"], note=counts, target=memory)

    in_new_process("isochrone", network)  # kernels are compiled once on a machine
    asked = [in_new_process("isochrone", network) for _ in range(bed.rounds)]
    for name, figure, target, note in (
        ("network load, new process", "load_s", 2_000, counts),
        ("first isochrone, new process", "first_s", 3_000, "加载之后 / after loading"),
        ("second isochrone", "second_s", None, ""),
    ):
        times = [one[figure] * 1000 for one in asked]
        bound = None if target is None else Target(Wanted.MILLISECONDS, target)
        spread = (min(times), max(times))
        yield Result(name, median(times), note=note, target=bound, spread=spread)
