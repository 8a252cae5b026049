"""Write the Arrow stream of a relation into a pipe, straight from the memory of duckdb.

It needs no library: what the C stream interface of Arrow gives is walked by `ctypes`. Runs in the lean process.
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tracker.sql.foreign import messages
from tracker.sql.foreign.judge import Refused
from tracker.sql.foreign.messages import Body, Field, Unwritable, padded

_NULLABLE, _ORDERED = 2, 1
_WIDTHS = {"c": 1, "C": 1, "s": 2, "S": 2, "i": 4, "I": 4, "l": 8, "L": 8, "e": 2, "f": 4, "g": 8}
_WIDTHS |= {"tdD": 4, "tdm": 8, "tts": 4, "ttm": 4, "ttu": 8, "ttn": 8, "tiM": 4, "tiD": 8, "tin": 16}
_OFFSETS = {"u": "i", "z": "i", "+l": "i", "+m": "i", "U": "q", "Z": "q", "+L": "q"}


class _Schema(ctypes.Structure):
    pass


class _Array(ctypes.Structure):
    pass


class _Stream(ctypes.Structure):
    pass


_Schema._fields_ = [
    ("format", ctypes.c_char_p),
    ("name", ctypes.c_char_p),
    ("metadata", ctypes.c_void_p),
    ("flags", ctypes.c_int64),
    ("n_parts", ctypes.c_int64),
    ("parts", ctypes.POINTER(ctypes.POINTER(_Schema))),
    ("dictionary", ctypes.POINTER(_Schema)),
    ("release", ctypes.CFUNCTYPE(None, ctypes.POINTER(_Schema))),
    ("private", ctypes.c_void_p),
]
_Array._fields_ = [
    ("length", ctypes.c_int64),
    ("null_count", ctypes.c_int64),
    ("offset", ctypes.c_int64),
    ("n_buffers", ctypes.c_int64),
    ("n_parts", ctypes.c_int64),
    ("buffers", ctypes.POINTER(ctypes.c_void_p)),
    ("parts", ctypes.POINTER(ctypes.POINTER(_Array))),
    ("dictionary", ctypes.POINTER(_Array)),
    ("release", ctypes.CFUNCTYPE(None, ctypes.POINTER(_Array))),
    ("private", ctypes.c_void_p),
]
_Stream._fields_ = [
    ("get_schema", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(_Stream), ctypes.POINTER(_Schema))),
    ("get_next", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(_Stream), ctypes.POINTER(_Array))),
    ("get_last_error", ctypes.CFUNCTYPE(ctypes.c_char_p, ctypes.POINTER(_Stream))),
    ("release", ctypes.CFUNCTYPE(None, ctypes.POINTER(_Stream))),
    ("private", ctypes.c_void_p),
]
_pointer = ctypes.pythonapi.PyCapsule_GetPointer
_pointer.restype, _pointer.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]


class Broken(Exception):
    """The stream ended in an error of duckdb, in its words."""


@dataclass
class _Parts:
    """The buffers of a batch in the order of its message: address and size of each."""

    nodes: list[int] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)
    variadic: list[int] = field(default_factory=list)

    def body(self, rows: int) -> Body:
        return Body(rows, self.nodes, [size for _, size in self.spans], self.variadic)


def write(source: Any, pipe: int) -> None:
    """Write all that a source streams.

    Raises Unwritable where it holds a type without a message, Refused where two columns have one name. An error of
    duckdb on the way is Broken, and the stream is left without its end.
    """
    capsule = source.__arrow_c_stream__()
    stream = _Stream.from_address(_pointer(capsule, b"arrow_array_stream"))
    here = ctypes.byref(stream)
    found = _Schema()
    if stream.get_schema(here, ctypes.byref(found)):
        raise _broken(stream)
    fields = _fields(found)
    _check_names([each.name for each in fields])
    _write(pipe, messages.schema(fields))
    for number, array in enumerate(_arrays(stream)):
        if number == 0:  # those of duckdb are types, the same in every batch
            _write_dictionaries(fields, array, pipe)
        parts = _Parts()
        for each, part in zip(fields, _parts(array), strict=True):
            _collect(each, part, parts)
        _write_rows(messages.batch(parts.body(array.length)), parts, pipe)
        array.release(ctypes.byref(array))
    _write(pipe, messages.END)


def _check_names(names: list[bytes]) -> None:
    """Refuse a name that two columns have: a frame has one column of a name."""
    for at, name in enumerate(names):
        if name in names[:at]:
            raise Refused(f"two columns are called {name.decode()}; give each a name of its own with `as`")


def _broken(stream: Any) -> Broken:
    text = stream.get_last_error(ctypes.byref(stream))
    return Broken((text or b"").decode("utf-8", "replace"))


def _fields(found: Any) -> list[Field]:
    """Return the columns; dictionaries are numbered in the order in which they are met."""
    numbers = iter(range(1 << 30))

    def of(schema: Any) -> Field:
        number = next(numbers) if schema.dictionary else -1
        return Field(
            format=schema.format.decode(),
            name=schema.name or b"",
            nullable=bool(schema.flags & _NULLABLE),
            metadata=list(_metadata(schema.metadata)),
            parts=[of(schema.parts[at].contents) for at in range(schema.n_parts)],
            dictionary=of(schema.dictionary.contents) if schema.dictionary else None,
            dictionary_id=number,
            ordered=bool(schema.flags & _ORDERED),
        )

    return [of(found.parts[at].contents) for at in range(found.n_parts)]


def _metadata(address: int | None) -> Iterator[tuple[bytes, bytes]]:
    if not address:
        return
    at = address

    def taken() -> bytes:
        nonlocal at
        (size,) = struct.unpack("=i", ctypes.string_at(at, 4))
        at += 4 + size
        return ctypes.string_at(at - size, size)

    (count,) = struct.unpack("=i", ctypes.string_at(at, 4))
    at += 4
    for _ in range(count):
        yield taken(), taken()


def _arrays(stream: Any) -> Iterator[Any]:
    while True:
        array = _Array()
        if stream.get_next(ctypes.byref(stream), ctypes.byref(array)):
            raise _broken(stream)
        if not array.release:
            return
        yield array


def _parts(array: Any) -> list[Any]:
    return [array.parts[at].contents for at in range(array.n_parts)]


def _collect(of: Field, array: Any, into: _Parts) -> None:
    """Note length, nulls and buffers of a part and of all below it."""
    if array.offset:
        raise Unwritable(f"{of.format} from {array.offset} on")
    length, addresses = array.length, [array.buffers[at] or 0 for at in range(array.n_buffers)]
    nulls = length if of.format == "n" else _nulls(array, addresses)
    into.nodes += (length, nulls)
    if of.format != "n":
        into.spans.append((addresses[0], (length + 7) // 8) if nulls else (0, 0))
    into.spans += _buffers(of.format, length, addresses)
    if of.format in ("vu", "vz"):
        into.variadic.append(len(addresses) - 3)
    if not of.dictionary:
        for each, part in zip(of.parts, _parts(array), strict=True):
            _collect(each, part, into)


def _nulls(array: Any, addresses: list[int]) -> int:
    if array.null_count >= 0 or not addresses[0]:
        return max(int(array.null_count), 0)
    held = int.from_bytes(ctypes.string_at(addresses[0], (array.length + 7) // 8), "little")
    length: int = array.length
    return length - (held & ((1 << length) - 1)).bit_count()


def _buffers(form: str, length: int, addresses: list[int]) -> list[tuple[int, int]]:
    """Return address and size of the buffers after that of nulls."""
    if form in _OFFSETS:
        return _by_offsets(_OFFSETS[form], length, addresses, has_data=not form.startswith("+"))
    if form in ("n", "+s") or form.startswith("+w:"):
        return []
    if form in ("vu", "vz"):
        sizes = struct.unpack(f"={len(addresses) - 3}q", ctypes.string_at(addresses[-1], 8 * (len(addresses) - 3)))
        return [(addresses[1], 16 * length), *zip(addresses[2:-1], sizes, strict=True)]
    if form == "b":
        return [(addresses[1], (length + 7) // 8)]
    return [(addresses[1], length * _width(form))]


def _by_offsets(form: str, length: int, addresses: list[int], *, has_data: bool) -> list[tuple[int, int]]:
    width = struct.calcsize(f"={form}")
    if not length or not addresses[1]:
        return [(0, 0), (0, 0)] if has_data else [(0, 0)]
    (last,) = struct.unpack(f"={form}", ctypes.string_at(addresses[1] + length * width, width))
    offsets = (addresses[1], (length + 1) * width)
    return [offsets, (addresses[2], last)] if has_data else [offsets]


def _width(form: str) -> int:
    """Return the bytes of one value."""
    if form in _WIDTHS:
        return _WIDTHS[form]
    if form.startswith(("ts", "tD")):
        return 8
    head, _, rest = form.partition(":")
    if head == "w":
        return int(rest)
    if head == "d":
        return int((*rest.split(","), "128")[2]) // 8
    raise Unwritable(form)


def _write_dictionaries(fields: list[Field], array: Any, pipe: int) -> None:
    for each, part in zip(fields, _parts(array), strict=True):
        if each.dictionary:
            held = part.dictionary.contents
            _write_dictionaries([each.dictionary], _Holder([held]), pipe)
            parts = _Parts()
            _collect(each.dictionary, held, parts)
            _write_rows(messages.dictionary(parts.body(held.length), each.dictionary_id), parts, pipe)
        else:
            _write_dictionaries(list(each.parts), part, pipe)


class _Holder:
    """One array as the only part of another."""

    def __init__(self, held: list[Any]) -> None:
        self.parts = [ctypes.pointer(each) for each in held]
        self.n_parts = len(held)


def _write_rows(message: bytes, parts: _Parts, pipe: int) -> None:
    _write(pipe, message)
    for address, size in parts.spans:
        if size:
            _write(pipe, memoryview((ctypes.c_char * size).from_address(address)).cast("B"))
            _write(pipe, b"\0" * (padded(size) - size))


def _write(pipe: int, data: bytes | memoryview) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(pipe, left) :]
