"""Arrow's messages: schema, dictionaries and batches as they stand in an Arrow stream. Runs in the lean process.

The numbers are those of Arrow's Schema.fbs and Message.fbs.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from tracker.sql.foreign.flat import At, Flat, Scalar

END = struct.pack("<II", 0xFFFFFFFF, 0)
_SCHEMA, _DICTIONARY, _BATCH = 1, 2, 3
_UNITS = {"s": 0, "m": 1, "u": 2, "n": 3}
_INTS = {"c": (8, True), "C": (8, False), "s": (16, True), "S": (16, False)}
_INTS |= {"i": (32, True), "I": (32, False), "l": (64, True), "L": (64, False)}
_FLOATS = {"e": 0, "f": 1, "g": 2}
_PLAIN = {"n": 1, "z": 4, "u": 5, "b": 6, "+l": 12, "+s": 13, "Z": 19, "U": 20, "+L": 21, "vz": 23, "vu": 24}


class Unwritable(Exception):
    """A type that no message is written for."""


@dataclass(frozen=True)
class Field:
    """One column, or a part of one, as the C schema of Arrow says it."""

    format: str
    name: bytes
    nullable: bool
    metadata: Sequence[tuple[bytes, bytes]]
    parts: Sequence[Field]
    dictionary: Field | None = None
    dictionary_id: int = -1
    ordered: bool = False


@dataclass(frozen=True)
class Body:
    """What stands in a batch: its rows, length and nulls of each part, the sizes of all buffers."""

    rows: int
    nodes: Sequence[int]  # length and nulls of each, in turn
    sizes: Sequence[int]
    variadic: Sequence[int]


def schema(fields: Iterable[Field]) -> bytes:
    """Return the message that a stream begins with."""
    flat = Flat()
    written = flat.places([_field(flat, field) for field in fields])
    return _message(flat, _SCHEMA, flat.table({0: ("h", 0), 1: written}), 0)


def batch(body: Body) -> bytes:
    """Return the message before the buffers of some rows."""
    flat = Flat()
    return _message(flat, _BATCH, _rows(flat, body), _length(body))


def dictionary(body: Body, number: int) -> bytes:
    """Return the message before the buffers of a dictionary."""
    flat = Flat()
    head = flat.table({0: ("q", number), 1: _rows(flat, body)})
    return _message(flat, _DICTIONARY, head, _length(body))


def padded(size: int) -> int:
    """Return the room that a buffer takes."""
    return size + -size % 8


def _length(body: Body) -> int:
    return sum(map(padded, body.sizes))


def _message(flat: Flat, kind: int, head: At, length: int) -> bytes:
    data = flat.finish(flat.table({0: ("h", 4), 1: ("B", kind), 2: head, 3: ("q", length)}))
    return struct.pack("<II", 0xFFFFFFFF, len(data)) + data


def _rows(flat: Flat, body: Body) -> At:
    spans, at = list[int](), 0
    for size in body.sizes:
        spans += (at, size)
        at += padded(size)
    fields: dict[int, Scalar | At] = {0: ("q", body.rows)}
    fields |= {1: flat.numbers("q", body.nodes, each=2), 2: flat.numbers("q", spans, each=2)}
    if body.variadic:
        fields[4] = flat.numbers("q", body.variadic)
    return flat.table(fields)


def _field(flat: Flat, field: Field) -> At:
    held = field.dictionary or field  # a field of a dictionary has the type of what it stands for
    kind, head = _type(flat, held.format)
    fields: dict[int, Scalar | At] = {0: flat.text(field.name), 1: ("?", field.nullable), 2: ("B", kind), 3: head}
    if field.dictionary:
        index = _type(flat, field.format)[1]
        fields[4] = flat.table({0: ("q", field.dictionary_id), 1: index, 2: ("?", field.ordered)})
    fields[5] = flat.places([_field(flat, part) for part in held.parts])
    if field.metadata:
        pairs = [flat.table({0: flat.text(key), 1: flat.text(value)}) for key, value in field.metadata]
        fields[6] = flat.places(pairs)
    return flat.table(fields)


def _type(flat: Flat, form: str) -> tuple[int, At]:
    """Return the number and the table of a type, from its format in the C schema."""
    if form in _PLAIN:
        return _PLAIN[form], flat.table({})
    if form in _INTS:
        bits, signed = _INTS[form]
        return 2, flat.table({0: ("i", bits), 1: ("?", signed)})
    if form in _FLOATS:
        return 3, flat.table({0: ("h", _FLOATS[form])})
    head, _, rest = form.partition(":")
    for sign, write in _WRITTEN.items():
        if head.startswith(sign):
            return write(flat, form, rest)
    raise Unwritable(form)


def _decimal(flat: Flat, _: str, rest: str) -> tuple[int, At]:
    precision, scale, bits = (*map(int, rest.split(",")), 128)[:3]
    return 7, flat.table({0: ("i", precision), 1: ("i", scale), 2: ("i", bits)})


def _date(flat: Flat, form: str, _: str) -> tuple[int, At]:
    return 8, flat.table({0: ("h", "Dm".index(form[2]))})


def _time(flat: Flat, form: str, _: str) -> tuple[int, At]:
    unit = _UNITS[form[2]]
    return 9, flat.table({0: ("h", unit), 1: ("i", 32 if unit < 2 else 64)})


def _moment(flat: Flat, form: str, zone: str) -> tuple[int, At]:
    fields: dict[int, Scalar | At] = {0: ("h", _UNITS[form[2]])}
    if zone:
        fields[1] = flat.text(zone.encode())
    return 10, flat.table(fields)


def _duration(flat: Flat, form: str, _: str) -> tuple[int, At]:
    return 18, flat.table({0: ("h", _UNITS[form[2]])})


def _interval(flat: Flat, form: str, _: str) -> tuple[int, At]:
    return 11, flat.table({0: ("h", "MDn".index(form[2]))})


def _wide(number: int) -> Callable[[Flat, str, str], tuple[int, At]]:
    return lambda flat, _, rest: (number, flat.table({0: ("i", int(rest))}))


def _map(flat: Flat, _: str, __: str) -> tuple[int, At]:
    return 17, flat.table({0: ("?", False)})


_WRITTEN: dict[str, Callable[[Flat, str, str], tuple[int, At]]] = {
    "d": _decimal,
    "td": _date,
    "tt": _time,
    "ts": _moment,
    "tD": _duration,
    "ti": _interval,
    "w": _wide(15),
    "+w": _wide(16),
    "+m": _map,
}
