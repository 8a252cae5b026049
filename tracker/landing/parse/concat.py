"""One Parquet file out of several of the same columns, without decoding a value.

Encoding is half the cost of parsing a night. The parts of a parse are encoded once, while the walk still
goes on; here their row groups are copied behind one another, and one footer is written with the offsets
moved. DuckDB can only decode and encode them again, at 4 µs a model.

The footer is a Thrift struct in the compact protocol
(https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift). It is read into
plain trees of field number -> value, so that what is not understood is written back as it came.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from tracker.errors import StoreError

MAGIC = b"PAR1"
COPIED_BYTES = 4 * 2**20

# compact protocol type codes
TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, SET, STRUCT = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12
INTEGERS = (I16, I32, I64)

# fields of parquet.thrift
SCHEMA, NUM_ROWS, ROW_GROUPS = 2, 3, 4  # FileMetaData
COLUMNS, GROUP_OFFSET, ORDINAL = 1, 5, 7  # RowGroup
META_DATA = 3  # ColumnChunk
CHUNK_OFFSETS = (2, 4, 6)  # file_offset, offset_index_offset, column_index_offset
META_OFFSETS = (9, 10, 11, 14)  # data page, index page, dictionary page, bloom filter


class Mismatch(StoreError):
    """The files do not have the same columns, in the same encoding."""


@dataclass(frozen=True)
class Value:
    """A Thrift value with its type; the items of a list share one type."""

    kind: int
    content: Any
    item_kind: int = 0


Fields = dict[int, Value]


def concatenate(parts: Sequence[Path], target: Path) -> None:
    """Write `target` with the rows of all parts, in their order.

    Raises Mismatch where their columns differ, StoreError for what is no Parquet file.
    """
    footers = [_read_footer(part) for part in parts]
    whole = footers[0]
    groups: list[Fields] = []
    with target.open("wb") as file:
        file.write(MAGIC)
        for part, footer in zip(parts, footers, strict=True):
            if footer[SCHEMA] != whole[SCHEMA]:
                raise Mismatch(f"{part} has other columns than {parts[0]}")
            moved_by = file.tell() - len(MAGIC)
            _copy_pages(part, file)
            groups += [_moved(group, moved_by) for group in footer[ROW_GROUPS].content]
        for number, group in enumerate(groups):
            if ORDINAL in group:
                group[ORDINAL] = Value(I16, number)
        rows = sum(footer[NUM_ROWS].content for footer in footers)
        whole = {**whole, NUM_ROWS: Value(I64, rows), ROW_GROUPS: Value(LIST, groups, STRUCT)}
        written = _Writer().fields(whole)
        file.write(written + struct.pack("<I", len(written)) + MAGIC)


def _read_footer(path: Path) -> Fields:
    with path.open("rb") as file:
        file.seek(-8, 2)
        length, magic = struct.unpack("<I4s", file.read(8))
        if magic != MAGIC:
            raise StoreError(f"{path} is not a whole Parquet file")
        file.seek(-8 - length, 2)
        return _Reader(file.read(length)).fields()


def _copy_pages(path: Path, target: IO[bytes]) -> None:
    """Copy all between the magic at the beginning and the footer."""
    with path.open("rb") as file:
        file.seek(-8, 2)
        left = file.tell() - int.from_bytes(file.read(4), "little") - len(MAGIC)
        file.seek(len(MAGIC))
        while left > 0:
            copied = target.write(file.read(min(left, COPIED_BYTES)))
            left -= copied


def _moved(group: Fields, by: int) -> Fields:
    columns = [_moved_column(column, by) for column in group[COLUMNS].content]
    return _shifted({**group, COLUMNS: Value(LIST, columns, STRUCT)}, (GROUP_OFFSET,), by)


def _moved_column(column: Fields, by: int) -> Fields:
    meta_data = _shifted(column[META_DATA].content, META_OFFSETS, by)
    return _shifted({**column, META_DATA: Value(STRUCT, meta_data)}, CHUNK_OFFSETS, by)


def _shifted(fields: Fields, names: Sequence[int], by: int) -> Fields:
    """Return the fields with these offsets moved; 0 means that there is none."""
    moved = {
        name: Value(fields[name].kind, fields[name].content + by)
        for name in names
        if name in fields and fields[name].content
    }
    return {**fields, **moved}


class _Reader:
    """Reads the compact protocol from bytes."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def fields(self) -> Fields:
        found: Fields = {}
        number = 0
        while (head := self._byte()) != 0:
            number = number + (head >> 4) if head >> 4 else self._zigzag()
            found[number] = self._value(head & 15)
        return found

    def _value(self, kind: int) -> Value:
        if kind in (TRUE, FALSE):
            return Value(kind, None)
        if kind in INTEGERS:
            return Value(kind, self._zigzag())
        if kind == BYTE:
            return Value(kind, self._take(1))
        if kind == DOUBLE:
            return Value(kind, self._take(8))
        if kind == BINARY:
            return Value(kind, self._take(self._varint()))
        if kind in (LIST, SET):
            return self._list(kind)
        if kind == STRUCT:
            return Value(kind, self.fields())
        raise StoreError(f"a Parquet footer with a value of unknown type {kind}")

    def _list(self, kind: int) -> Value:
        head = self._byte()
        size = head >> 4 if head >> 4 < 15 else self._varint()
        item = head & 15
        if item == STRUCT:
            return Value(kind, [self.fields() for _ in range(size)], item)
        if item in (TRUE, FALSE):  # as items, booleans are a byte each
            return Value(kind, [Value(item, self._take(1)) for _ in range(size)], item)
        return Value(kind, [self._value(item) for _ in range(size)], item)

    def _byte(self) -> int:
        return self._take(1)[0]

    def _take(self, size: int) -> bytes:
        taken = self._data[self._at : self._at + size]
        if len(taken) < size:
            raise StoreError("a Parquet footer that is cut short")
        self._at += size
        return taken

    def _varint(self) -> int:
        result = shift = 0
        while True:
            byte = self._byte()
            result |= (byte & 127) << shift
            if byte < 128:
                return result
            shift += 7

    def _zigzag(self) -> int:
        number = self._varint()
        return (number >> 1) ^ -(number & 1)


class _Writer:
    """Writes what _Reader has read."""

    def fields(self, fields: Fields) -> bytes:
        written, last = [], 0
        for number, value in sorted(fields.items()):
            step = number - last
            written.append(bytes([step << 4 | value.kind]) if 0 < step < 16 else bytes([value.kind]) + _zigzag(number))
            written.append(self._value(value))
            last = number
        return b"".join(written) + b"\0"

    def _value(self, value: Value) -> bytes:
        if value.kind in (TRUE, FALSE):
            return value.content or b""
        if value.kind in INTEGERS:
            return _zigzag(value.content)
        if value.kind == BINARY:
            return _varint(len(value.content)) + bytes(value.content)
        if value.kind in (LIST, SET):
            return self._list(value)
        if value.kind == STRUCT:
            return self.fields(value.content)
        return bytes(value.content)

    def _list(self, value: Value) -> bytes:
        size = len(value.content)
        head = bytes([size << 4 | value.item_kind]) if size < 15 else bytes([0xF0 | value.item_kind]) + _varint(size)
        if value.item_kind == STRUCT:
            return head + b"".join(self.fields(item) for item in value.content)
        return head + b"".join(self._value(item) for item in value.content)


def _varint(number: int) -> bytes:
    written = bytearray()
    while number >= 128:
        written.append(number & 127 | 128)
        number >>= 7
    return bytes([*written, number])


def _zigzag(number: int) -> bytes:
    return _varint(number << 1 if number >= 0 else (-number << 1) - 1)
