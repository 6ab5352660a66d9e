"""Rows of 32 costs or 16, one a lane, and what compiled searches do with whole rows at once.

Numba turns a loop over lanes into one step a lane. Here each operation on rows is spelt out for
LLVM as vectors, which it fits to the processor at hand, so no C compiler is needed. All work on
C-ordered ``(rows, LANES)`` arrays of int32 or int64 and, inside compiled functions only;
"narrow" operations work on ``(rows, NARROW_LANES)``.
"""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

CostArray = npt.NDArray[np.int32] | npt.NDArray[np.int64]
# The compiler's own objects, of which its type hints tell too little.
Compiler = Any
Signature = Any
ArrayType = Any
IntegerType = Any
FloatType = Any
CodeGenerator = Callable[[Compiler, ir.IRBuilder, Signature, list[ir.Value]], ir.Value]

LANES = 32
NARROW_LANES = 16
TURNED_ROWS = 16
CACHE_LINE_BYTES = 64
_ARCS_AT_ONCE = 3
_ROWS_AHEAD = 16
_INT8 = ir.IntType(8)
_INT32 = ir.IntType(32)
_INT64 = ir.IntType(64)
_DOUBLE = ir.DoubleType()
_row_operation: Any = intrinsic  # its type hints describe the definitions, not the calls


def empty_rows(count: int, dtype: type[np.signedinteger], *, lanes: int = LANES) -> CostArray:
    """Return ``(count, lanes)`` rows that begin on a cache line, not filled.

    Parameters
    ----------
    count
        Number of rows.
    dtype
        ``np.int32`` or ``np.int64``.
    lanes
        ``LANES`` or ``NARROW_LANES``.

    """
    size = count * lanes * np.dtype(dtype).itemsize
    room = np.empty(size + CACHE_LINE_BYTES, dtype=np.uint8)
    start = -room.ctypes.data % CACHE_LINE_BYTES
    rows: CostArray = room[start : start + size].view(dtype).reshape(count, lanes)
    return rows


def _least_row_of(lanes: int) -> Any:  # noqa: ANN401 - for compiled functions only
    """Return the operation that sets a row of some lanes to the least of others.

    ``least_row(rows, row, arcs, first, last, sources, seeds, seed)`` sets, lane by lane,
    ``rows[row] = min(seeds[seed], sources[arcs[a, 0]] + arcs[a, 1] for a in range(first, last))``;
    a negative ``seed`` stands for a row not reached.
    """

    @_row_operation
    def least_row(
        typing_context: object,
        rows: ArrayType,
        row: IntegerType,
        arcs: ArrayType,
        first: IntegerType,
        last: IntegerType,
        sources: ArrayType,
        seeds: ArrayType,
        seed: IntegerType,
    ) -> tuple[Signature, CodeGenerator]:
        del typing_context, row, first, last, seed
        element = ir.IntType(rows.dtype.bitwidth)
        vector = ir.VectorType(element, lanes)
        not_reached = ir.Constant(vector, [2 ** (rows.dtype.bitwidth - 2)] * lanes)

        def generate(
            context: Compiler, builder: ir.IRBuilder, signature: Signature, values: list[ir.Value]
        ) -> ir.Value:
            rows_type, _, arcs_type, _, _, sources_type, seeds_type, _ = signature.args
            rows, row, arcs, first, last, sources, seeds, seed = values
            target = _row_pointer(context, builder, rows_type, rows, row, vector)
            arc_data = _data(context, builder, arcs_type, arcs)
            source_data = _data(context, builder, sources_type, sources)
            seed_row = _row_pointer(context, builder, seeds_type, seeds, seed, vector)

            def through(arc: ir.Value, least: ir.Value) -> ir.Value:
                place = builder.shl(arc, _INT64(1))
                head = builder.load(
                    _element_pointer(builder, arc_data, place, element), typ=element
                )
                cost = builder.load(
                    _element_pointer(builder, arc_data, builder.add(place, _INT64(1)), element),
                    typ=element,
                )
                source = _vector_pointer(builder, source_data, _wide(builder, head), vector)
                cost_here = builder.add(
                    builder.load(source, align=_aligned(element), typ=vector),
                    _spread(builder, cost, vector),
                )
                return builder.select(builder.icmp_signed("<", cost_here, least), cost_here, least)

            before = builder.block
            seeded, begun, few, loop, body, done = (
                builder.append_basic_block(name)
                for name in ("seeded", "begun", "few", "loop", "body", "done")
            )
            builder.cbranch(builder.icmp_signed(">=", seed, _INT64(0)), seeded, begun)

            builder.position_at_end(seeded)
            start = builder.load(seed_row, align=_aligned(element), typ=vector)
            builder.branch(begun)

            builder.position_at_end(begun)
            own = builder.phi(vector)
            own.add_incoming(not_reached, before)
            own.add_incoming(start, seeded)
            builder.cbranch(builder.icmp_signed("<", first, last), few, done)

            # Most rows have few arcs, now one, now three: a loop would be guessed wrong at every
            # other row. So some arcs are always gone through, the last one again where there are
            # fewer.
            builder.position_at_end(few)
            end = builder.sub(last, _INT64(1))
            least = own
            for step in range(_ARCS_AT_ONCE):
                arc = builder.add(first, _INT64(step))
                within = builder.icmp_signed("<", arc, end)
                least = through(builder.select(within, arc, end), least)
            rest = builder.add(first, _INT64(_ARCS_AT_ONCE))
            builder.branch(loop)

            builder.position_at_end(loop)
            arc = builder.phi(_INT64)
            least_yet = builder.phi(vector)
            arc.add_incoming(rest, few)
            least_yet.add_incoming(least, few)
            builder.cbranch(builder.icmp_signed("<", arc, last), body, done)

            builder.position_at_end(body)
            arc.add_incoming(builder.add(arc, _INT64(1)), body)
            least_yet.add_incoming(through(arc, least_yet), body)
            builder.branch(loop)

            builder.position_at_end(done)
            found = builder.phi(vector)
            found.add_incoming(own, begun)
            found.add_incoming(least_yet, loop)
            builder.store(found, target, align=_aligned(element))
            return context.get_dummy_value()

        wide = types.int64
        return types.void(rows, wide, arcs, wide, wide, sources, seeds, wide), generate

    return least_row


least_row = _least_row_of(LANES)
least_narrow_row = _least_row_of(NARROW_LANES)


@_row_operation
def lower_row(
    typing_context: object,
    rows: ArrayType,
    row: IntegerType,
    source: IntegerType,
    cost: IntegerType,
) -> tuple[Signature, CodeGenerator]:
    """Lower a row to another row plus a cost: ``rows[row] = min(rows[row], rows[source] + cost)``.

    ``cost`` has the type of the rows.
    """
    del typing_context, row, source, cost
    element = ir.IntType(rows.dtype.bitwidth)
    vector = ir.VectorType(element, LANES)

    def generate(
        context: Compiler, builder: ir.IRBuilder, signature: Signature, values: list[ir.Value]
    ) -> ir.Value:
        rows, row, source, cost = values
        target = _row_pointer(context, builder, signature.args[0], rows, row, vector)
        start = _row_pointer(context, builder, signature.args[0], rows, source, vector)
        old = builder.load(target, align=_aligned(element), typ=vector)
        new = builder.add(
            builder.load(start, align=_aligned(element), typ=vector),
            _spread(builder, cost, vector),
        )
        least = builder.select(builder.icmp_signed("<", new, old), new, old)
        builder.store(least, target, align=_aligned(element))
        return context.get_dummy_value()

    return types.void(rows, types.int64, types.int64, rows.dtype), generate


@_row_operation
def write_row(
    typing_context: object,
    rows: ArrayType,
    row: IntegerType,
    sources: ArrayType,
    source: IntegerType,
) -> tuple[Signature, CodeGenerator]:
    """Copy a row into a result that is written downwards: ``rows[row] = sources[source]``.

    For results too large for the caches: the lines of the row some places below are fetched for
    writing already. That is quicker than writing past the caches, which keeps few lines under way.
    """
    del typing_context, row, source
    element = ir.IntType(rows.dtype.bitwidth)
    vector = ir.VectorType(element, LANES)

    def generate(
        context: Compiler, builder: ir.IRBuilder, signature: Signature, values: list[ir.Value]
    ) -> ir.Value:
        rows, row, sources, source = values
        target = _row_pointer(context, builder, signature.args[0], rows, row, vector)
        start = _row_pointer(context, builder, signature.args[2], sources, source, vector)
        value = builder.load(start, align=_aligned(element), typ=vector)
        builder.store(value, target, align=_aligned(element))
        below = builder.sub(row, _INT64(_ROWS_AHEAD))  # no harm before the first row
        ahead = _row_pointer(context, builder, signature.args[0], rows, below, vector)
        for line in range(0, LANES * element.width // 8, CACHE_LINE_BYTES):
            _fetch_for_writing(builder, ahead, line)
        return context.get_dummy_value()

    return types.void(rows, types.int64, sources, types.int64), generate


@_row_operation
def least_of_row(
    typing_context: object, rows: ArrayType, row: IntegerType
) -> tuple[Signature, CodeGenerator]:
    """Return the least of the costs in a row."""
    del typing_context, row
    element = ir.IntType(rows.dtype.bitwidth)
    vector = ir.VectorType(element, LANES)

    def generate(
        context: Compiler, builder: ir.IRBuilder, signature: Signature, values: list[ir.Value]
    ) -> ir.Value:
        rows, row = values
        start = _row_pointer(context, builder, signature.args[0], rows, row, vector)
        value = builder.load(start, align=_aligned(element), typ=vector)
        width = LANES
        while width > 1:  # halves against each other
            width //= 2
            low = _lanes(builder, value, value, range(width))
            high = _lanes(builder, value, value, range(width, 2 * width))
            value = builder.select(builder.icmp_signed("<", low, high), low, high)
        return builder.extract_element(value, _INT32(0))

    return rows.dtype(rows, types.int64), generate


@_row_operation
def add_where_within(
    typing_context: object,
    sums: ArrayType,
    limits: ArrayType,
    rows: ArrayType,
    row: IntegerType,
    weight: FloatType,
) -> tuple[Signature, CodeGenerator]:
    """Add a weight to the sums of the lanes whose cost is within each limit.

    ``sums[t, lane] += weight`` where ``rows[row, lane] <= limits[t]``; ``sums`` is
    ``(limits, LANES)`` of float64.
    """
    del typing_context, row, weight
    element = ir.IntType(rows.dtype.bitwidth)
    vector = ir.VectorType(element, LANES)
    sum_vector = ir.VectorType(_DOUBLE, LANES)

    def generate(
        context: Compiler, builder: ir.IRBuilder, signature: Signature, values: list[ir.Value]
    ) -> ir.Value:
        sums_type, limits_type, rows_type, _, _ = signature.args
        sums, limits, rows, row, weight = values
        start = _row_pointer(context, builder, rows_type, rows, row, vector)
        costs = builder.load(start, align=_aligned(element), typ=vector)
        weights = _spread(builder, weight, sum_vector)
        nothing = ir.Constant(sum_vector, [0.0] * LANES)
        sum_data = _data(context, builder, sums_type, sums)
        limit_data = _data(context, builder, limits_type, limits)
        count = builder.extract_value(
            context.make_array(limits_type)(context, builder, limits).shape, 0
        )
        with cgutils.for_range(builder, count) as loop:
            limit = builder.load(
                _element_pointer(builder, limit_data, loop.index, element), typ=element
            )
            target = _vector_pointer(builder, sum_data, loop.index, sum_vector)
            within = builder.icmp_signed("<=", costs, _spread(builder, limit, vector))
            more = builder.select(within, weights, nothing)
            old = builder.load(target, align=_aligned(_DOUBLE), typ=sum_vector)
            builder.store(builder.fadd(old, more), target, align=_aligned(_DOUBLE))
        return context.get_dummy_value()

    return types.void(sums, limits, rows, types.int64, types.float64), generate


@_row_operation
def turn_rows(
    typing_context: object,
    columns: ArrayType,
    places: ArrayType,
    start: IntegerType,
    rows: ArrayType,
    picked: ArrayType,
) -> tuple[Signature, CodeGenerator]:
    """Turn picked rows into columns of places, ``TURNED_ROWS`` of them.

    ``columns[places[lane], start + k] = rows[picked[start + k], lane]`` for each lane that has a
    place; ``places`` are int64, ``picked`` int32.
    """
    del typing_context, start
    element = ir.IntType(rows.dtype.bitwidth)
    vector = ir.VectorType(element, TURNED_ROWS)

    def generate(
        context: Compiler, builder: ir.IRBuilder, signature: Signature, values: list[ir.Value]
    ) -> ir.Value:
        columns_type, places_type, _, rows_type, picked_type = signature.args
        columns, places, start, rows, picked = values
        row_data = _data(context, builder, rows_type, rows)
        picked_data = _data(context, builder, picked_type, picked)
        first = [
            builder.mul(
                _wide(
                    builder,
                    builder.load(
                        _element_pointer(
                            builder, picked_data, builder.add(start, _INT64(row)), _INT32
                        ),
                        typ=_INT32,
                    ),
                ),
                _INT64(LANES),
            )
            for row in range(TURNED_ROWS)
        ]
        column_data = _data(context, builder, columns_type, columns)
        place_data = _data(context, builder, places_type, places)
        width = builder.extract_value(
            context.make_array(columns_type)(context, builder, columns).shape, 1
        )
        count = builder.extract_value(
            context.make_array(places_type)(context, builder, places).shape, 0
        )
        for lane in range(0, LANES, TURNED_ROWS):
            turned = []
            for row in range(TURNED_ROWS):
                place = builder.add(first[row], _INT64(lane))
                pointer = _element_pointer(builder, row_data, place, element)
                turned.append(
                    builder.load(
                        builder.bitcast(pointer, vector.as_pointer()),
                        align=_aligned(element),
                        typ=vector,
                    )
                )
            turned = _turned(builder, turned)
            for column in range(TURNED_ROWS):
                used = builder.icmp_signed("<", _INT64(lane + column), count)
                with builder.if_then(used):
                    place = builder.load(
                        _element_pointer(builder, place_data, _INT64(lane + column), _INT64),
                        typ=_INT64,
                    )
                    target = builder.add(builder.mul(place, width), start)
                    pointer = _element_pointer(builder, column_data, target, element)
                    builder.store(
                        turned[column],
                        builder.bitcast(pointer, vector.as_pointer()),
                        align=_aligned(element),
                    )
        return context.get_dummy_value()

    return types.void(columns, places, types.int64, rows, picked), generate


def _turned(builder: ir.IRBuilder, rows: list[ir.Value]) -> list[ir.Value]:
    """Return the columns of a square of rows (Eklundh 1972): halves, quarters, ... exchanged."""
    count = len(rows)
    step = count // 2
    while step > 0:
        keep_low = [k if k & step == 0 else count + k - step for k in range(count)]
        keep_high = [k + step if k & step == 0 else count + k for k in range(count)]
        exchanged = list(rows)
        for row in range(count):
            if row & step == 0:
                pair = rows[row], rows[row + step]
                exchanged[row] = _lanes(builder, *pair, keep_low)
                exchanged[row + step] = _lanes(builder, *pair, keep_high)
        rows = exchanged
        step //= 2
    return rows


def _aligned(element: ir.Type) -> int:
    return 8 if element in {_INT64, _DOUBLE} else 4


def _data(
    context: Compiler, builder: ir.IRBuilder, array_type: ArrayType, array: ir.Value
) -> ir.Value:
    return context.make_array(array_type)(context, builder, array).data


def _row_pointer(
    context: Compiler,
    builder: ir.IRBuilder,
    array_type: ArrayType,
    array: ir.Value,
    row: ir.Value,
    vector: ir.VectorType,
) -> ir.Value:
    return _vector_pointer(builder, _data(context, builder, array_type, array), row, vector)


def _vector_pointer(
    builder: ir.IRBuilder, data: ir.Value, row: ir.Value, vector: ir.VectorType
) -> ir.Value:
    start = builder.bitcast(data, vector.element.as_pointer())
    place = builder.mul(row, _INT64(vector.count))
    return builder.bitcast(
        builder.gep(start, [place], source_etype=vector.element), vector.as_pointer()
    )


def _element_pointer(
    builder: ir.IRBuilder, data: ir.Value, place: ir.Value, element: ir.Type
) -> ir.Value:
    start = builder.bitcast(data, element.as_pointer())
    return builder.gep(start, [place], source_etype=element)


def _fetch_for_writing(builder: ir.IRBuilder, pointer: ir.Value, offset_bytes: int) -> None:
    """Ask for a cache line that will be written soon."""
    byte = _INT8.as_pointer()
    kind = ir.FunctionType(ir.VoidType(), [byte, _INT32, _INT32, _INT32])
    fetch = builder.module.declare_intrinsic("llvm.prefetch", (byte,), kind)
    start = builder.bitcast(pointer, byte)
    line = builder.gep(start, [_INT64(offset_bytes)], source_etype=_INT8)
    to_write, keep, data = _INT32(1), _INT32(3), _INT32(1)
    builder.call(fetch, [line, to_write, keep, data])


def _wide(builder: ir.IRBuilder, value: ir.Value) -> ir.Value:
    return value if value.type == _INT64 else builder.zext(value, _INT64)


def _spread(builder: ir.IRBuilder, value: ir.Value, vector: ir.VectorType) -> ir.Value:
    unknown = ir.Constant(vector, ir.Undefined)
    one = builder.insert_element(unknown, value, _INT32(0))
    return _lanes(builder, one, unknown, [0] * vector.count)


def _lanes(
    builder: ir.IRBuilder, value: ir.Value, other: ir.Value, lanes: Iterable[int]
) -> ir.Value:
    """Return some of the lanes of two vectors, those of the other numbered on."""
    mask = list(lanes)
    return builder.shuffle_vector(value, other, ir.Constant(ir.VectorType(_INT32, len(mask)), mask))
