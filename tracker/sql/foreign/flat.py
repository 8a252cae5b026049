"""Write FlatBuffers, the form of Arrow's messages, from their leaves up: what is written last stands first.

A place is counted from the end of the buffer, since that stays where it is. Runs in the lean process.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

Scalar = tuple[str, int | bool]  # format of `struct`, value


class At(int):
    """The place of something that was written."""


class Flat:
    """A buffer that grows towards its front."""

    def __init__(self) -> None:
        self._chunks: list[bytes] = []
        self._size = 0

    def text(self, value: bytes) -> At:
        """Write a string."""
        self._align(4, len(value) + 1)
        self._put(value + b"\0")
        return self._counted(len(value))

    def numbers(self, form: str, values: Sequence[int], each: int = 1) -> At:
        """Write a vector of numbers, or of structs of `each` such numbers."""
        packed = struct.pack(f"<{len(values)}{form}", *values)
        self._align(4, len(packed))
        self._align(struct.calcsize(f"<{form}"), len(packed))
        self._put(packed)
        return self._counted(len(values) // each)

    def places(self, values: Sequence[At]) -> At:
        """Write a vector of what was written before."""
        self._align(4, 4 * len(values))
        for value in reversed(values):
            self._put_place(value)
        return self._counted(len(values))

    def table(self, fields: Mapping[int, Scalar | At]) -> At:
        """Write a table; its fields by their number."""
        begin = self._size
        found: dict[int, int] = {}
        for number, value in sorted(fields.items(), key=lambda item: -_width(item[1])):
            self._align(_width(value))
            if isinstance(value, At):
                self._put_place(value)
            else:
                self._put(struct.pack(f"<{value[0]}", value[1]))
            found[number] = self._size
        count = max(fields, default=-1) + 1
        length = 4 + 2 * count
        self._align(4)
        self._put(struct.pack("<i", length))
        here = self._size
        entries = [here - found[number] if number in found else 0 for number in range(count)]
        self._put(struct.pack(f"<{count + 2}H", length, here - begin, *entries))
        return At(here)

    def finish(self, root: At) -> bytes:
        """Return the whole, a multiple of eight bytes."""
        self._align(8, 4)
        self._put_place(root)
        return b"".join(reversed(self._chunks))

    def _align(self, size: int, after: int = 0) -> None:
        """Pad so that what is written after `after` more bytes stands at a multiple of its size."""
        self._put(b"\0" * (-(self._size + after) % size))

    def _put(self, data: bytes) -> None:
        self._chunks.append(data)
        self._size += len(data)

    def _put_place(self, place: At) -> None:
        self._put(struct.pack("<I", self._size - place + 4))

    def _counted(self, count: int) -> At:
        self._put(struct.pack("<I", count))
        return At(self._size)


def _width(value: Scalar | At) -> int:
    return 4 if isinstance(value, At) else struct.calcsize(f"<{value[0]}")
