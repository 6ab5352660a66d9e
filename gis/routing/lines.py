"""Lines of 16 values, one a node, and what compiled searches do with whole lines at once.

A row of :mod:`gis.routing.lanes` holds the lanes of one node. Sorting the lanes of a node goes
fastest for many nodes side by side, so rows are written down as columns, and each step then takes
a whole line. All work on C-ordered int32 arrays, inside compiled functions only.
"""

from typing import Any

from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

from gis.routing.lanes import LANES, ArrayType, CodeGenerator, Compiler, IntegerType, Signature

COLUMNS = 16
_INT32 = ir.IntType(32)
_INT64 = ir.IntType(64)
_LINE = ir.VectorType(_INT32, COLUMNS)
_ROW = ir.VectorType(_INT32, LANES)
_TILE_SIZE = 8
_TILE = ir.VectorType(_INT32, _TILE_SIZE)
_line_operation: Any = intrinsic  # its type hints describe the definitions, not the calls
_NOT_REACHED = ir.Constant(_LINE, [2**30] * COLUMNS)


@_line_operation
def copy_row(
    typing_context: object,
    rows: ArrayType,
    row: IntegerType,
    sources: ArrayType,
    source: IntegerType,
) -> tuple[Signature, CodeGenerator]:
    """Copy a row of ``LANES``: ``rows[row] = sources[source]``."""
    del typing_context, row, source  # their types are fixed by the signature

    def generate(
        context: Compiler, builder: ir.IRBuilder, signature: Signature, values: list[ir.Value]
    ) -> ir.Value:
        target, start = (
            builder.bitcast(
                _place(context, builder, kind, array, builder.mul(place, _INT64(LANES))),
                _ROW.as_pointer(),
            )
            for kind, array, place in (
                (signature.args[0], values[0], values[1]),
                (signature.args[2], values[2], values[3]),
            )
        )
        builder.store(builder.load(start, align=4, typ=_ROW), target, align=4)
        return context.get_dummy_value()

    return types.void(rows, types.int64, sources, types.int64), generate


@_line_operation
def rows_to_lines(
    typing_context: object, lines: ArrayType, first: IntegerType, rows: ArrayType
) -> tuple[Signature, CodeGenerator]:
    """Write ``COLUMNS`` rows down as columns: ``lines[first : first + LANES] = rows.T``."""
    del typing_context, first  # its type is fixed by the signature

    def generate(
        context: Compiler, builder: ir.IRBuilder, signature: Signature, values: list[ir.Value]
    ) -> ir.Value:
        lines_type, _, rows_type = signature.args
        lines, first, rows = values
        start = builder.mul(first, _INT64(COLUMNS))
        for column in range(0, COLUMNS, _TILE_SIZE):
            for lane in range(0, LANES, _TILE_SIZE):
                sources = [
                    _place(context, builder, rows_type, rows, _INT64((column + row) * LANES + lane))
                    for row in range(_TILE_SIZE)
                ]
                tile = [
                    builder.load(builder.bitcast(at, _TILE.as_pointer()), align=4, typ=_TILE)
                    for at in sources
                ]
                for row, turned in enumerate(_transposed(builder, tile)):
                    place = builder.add(start, _INT64((lane + row) * COLUMNS + column))
                    target = _place(context, builder, lines_type, lines, place)
                    builder.store(turned, builder.bitcast(target, _TILE.as_pointer()), align=4)
        return context.get_dummy_value()

    return types.void(lines, types.int64, rows), generate


def _transposed(builder: ir.IRBuilder, tile: list[ir.Value]) -> list[ir.Value]:
    """Return the columns of eight vectors of eight, in steps that processors have as such."""

    def both(one: ir.Value, other: ir.Value, low: list[int], high: list[int]) -> list[ir.Value]:
        masks = (ir.Constant(ir.VectorType(_INT32, _TILE_SIZE), part) for part in (low, high))
        return [builder.shuffle_vector(one, other, mask) for mask in masks]

    ones = ([0, 8, 1, 9, 4, 12, 5, 13], [2, 10, 3, 11, 6, 14, 7, 15])
    twos = ([0, 1, 8, 9, 4, 5, 12, 13], [2, 3, 10, 11, 6, 7, 14, 15])
    fours = ([0, 1, 2, 3, 8, 9, 10, 11], [4, 5, 6, 7, 12, 13, 14, 15])
    step = [part for row in (0, 2, 4, 6) for part in both(tile[row], tile[row + 1], *ones)]
    step = [part for row in (0, 1, 4, 5) for part in both(step[row], step[row + 2], *twos)]
    halves = [both(step[row], step[row + 4], *fours) for row in range(4)]
    return [low for low, _ in halves] + [high for _, high in halves]


@_line_operation
def exchange_lines(
    typing_context: object, lines: ArrayType, one: IntegerType, other: IntegerType
) -> tuple[Signature, CodeGenerator]:
    """Put the lesser of two lines into the one and the greater into the other, column by column."""
    del typing_context, one, other  # their types are fixed by the signature

    def generate(
        context: Compiler, builder: ir.IRBuilder, signature: Signature, values: list[ir.Value]
    ) -> ir.Value:
        lines, *places = values
        targets = [_line(context, builder, signature.args[0], lines, place) for place in places]
        first, second = (builder.load(target, align=4, typ=_LINE) for target in targets)
        ordered = builder.icmp_signed("<", first, second)
        builder.store(builder.select(ordered, first, second), targets[0], align=4)
        builder.store(builder.select(ordered, second, first), targets[1], align=4)
        return context.get_dummy_value()

    return types.void(lines, types.int64, types.int64), generate


@_line_operation
def take_sooner(
    typing_context: object,
    taken: ArrayType,
    lines: ArrayType,
    line: IntegerType,
    leaving: IntegerType,
) -> tuple[Signature, CodeGenerator]:
    """Take what arrives sooner than anything taken before, and note when it leaves.

    ``taken[0]`` holds the arrivals, ``taken[1]`` the times of leaving: where
    ``lines[line] < taken[0]``, they become ``lines[line]`` and ``leaving``.
    """
    del typing_context, line, leaving  # their types are fixed by the signature

    def generate(
        context: Compiler, builder: ir.IRBuilder, signature: Signature, values: list[ir.Value]
    ) -> ir.Value:
        taken_type, lines_type, *_ = signature.args
        taken, lines, line, leaving = values
        arrivals = _line(context, builder, taken_type, taken, _INT64(0))
        starts = _line(context, builder, taken_type, taken, _INT64(1))
        offered = _line(context, builder, lines_type, lines, line)
        new = builder.load(offered, align=4, typ=_LINE)
        old = builder.load(arrivals, align=4, typ=_LINE)
        start = builder.load(starts, align=4, typ=_LINE)
        sooner = builder.icmp_signed("<", new, old)
        builder.store(builder.select(sooner, new, old), arrivals, align=4)
        left = builder.select(sooner, _spread(builder, leaving), start)
        builder.store(left, starts, align=4)
        return context.get_dummy_value()

    return types.void(taken, lines, types.int64, types.int32), generate


@_line_operation
def enter_time(
    typing_context: object,
    times: ArrayType,
    line: IntegerType,
    taken: ArrayType,
    latest: IntegerType,
    direct: ArrayType,
) -> tuple[Signature, CodeGenerator]:
    """Enter the time of what was taken, or of the direct way where that is shorter.

    ``times[line] = min(taken[0] - taken[1], direct[0])``, where ``taken[1]`` is later than
    ``latest`` ``direct[0]`` alone.
    """
    del typing_context, line, latest  # their types are fixed by the signature

    def generate(
        context: Compiler, builder: ir.IRBuilder, signature: Signature, values: list[ir.Value]
    ) -> ir.Value:
        times_type, _, taken_type, _, direct_type = signature.args
        times, line, taken, latest, direct = values
        arrivals = _line(context, builder, taken_type, taken, _INT64(0))
        starts = _line(context, builder, taken_type, taken, _INT64(1))
        alone = builder.load(
            _line(context, builder, direct_type, direct, _INT64(0)), align=4, typ=_LINE
        )
        start = builder.load(starts, align=4, typ=_LINE)
        time = builder.sub(builder.load(arrivals, align=4, typ=_LINE), start)
        in_time = builder.icmp_signed("<=", start, _spread(builder, latest))
        time = builder.select(in_time, time, _NOT_REACHED)
        shorter = builder.icmp_signed("<", time, alone)
        target = _line(context, builder, times_type, times, line)
        builder.store(builder.select(shorter, time, alone), target, align=4)
        return context.get_dummy_value()

    return types.void(times, types.int64, taken, types.int32, direct), generate


def _spread(builder: ir.IRBuilder, value: ir.Value) -> ir.Value:
    unknown = ir.Constant(_LINE, ir.Undefined)
    one = builder.insert_element(unknown, value, _INT32(0))
    mask = ir.Constant(ir.VectorType(_INT32, COLUMNS), [0] * COLUMNS)
    return builder.shuffle_vector(one, unknown, mask)


def _line(
    context: Compiler,
    builder: ir.IRBuilder,
    array_type: ArrayType,
    array: ir.Value,
    line: ir.Value,
) -> ir.Value:
    place = builder.mul(line, _INT64(COLUMNS))
    return builder.bitcast(_place(context, builder, array_type, array, place), _LINE.as_pointer())


def _place(
    context: Compiler,
    builder: ir.IRBuilder,
    array_type: ArrayType,
    array: ir.Value,
    place: ir.Value,
) -> ir.Value:
    data = context.make_array(array_type)(context, builder, array).data
    return builder.gep(builder.bitcast(data, _INT32.as_pointer()), [place], source_etype=_INT32)
