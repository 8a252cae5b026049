"""The models of one virtual night in columns: raw item bytes, and as numbers only what a listing sorts by.

3.5 million models have to fit in memory, so an item stays the bytes it came as; it is parsed once, when
it enters, and again only where a request asks for a part of it or a fault changes it.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracker.errors import SettingsError

Item = dict[str, Any]

DATE_KEYS = ("createdAt", "lastModified")
SORT_KEYS = (*DATE_KEYS, "downloads", "likes", "likes30d", "trendingScore", "num_parameters", "mainSize")
READ_AT_ONCE = ("createdAt", "downloads")  # what walks go by; other keys are read off when one is asked for
ID_BYTES = 24  # an ObjectId in hex
LARGEST = 2**63
PARSED_TOGETHER = 100  # lines: more of them would no longer stand in the processor's cache
KNOWN_TIMES = 65_536  # texts whose moment is remembered: from night to night most are the same


class NightState:
    """All repositories of a night, by row. Rows never move: a deleted one is only not visible any more."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        """Parse every line once. Raises SettingsError for one without `_id` and `id`."""
        self.items: list[bytes] = []
        self.generation = 0  # grows with every change
        self.key_sets: list[frozenset[str]] = []
        self._key_set_numbers: dict[tuple[str, ...], int] = {}
        columns = _Columns()
        for chunk in _chunks(lines):
            self.items += chunk
            self._read(chunk, columns)
        self.hub_ids: NDArray[np.bytes_] = np.array(columns.hub_ids, dtype=f"S{ID_BYTES}")
        self.name_hashes: NDArray[np.int64] = np.array(columns.name_hashes, dtype=np.int64)
        self.key_set: NDArray[np.int32] = np.array(columns.key_set, dtype=np.int32)
        self.visible: NDArray[np.bool_] = np.array(columns.visible, dtype=np.bool_)
        self._keys: dict[str, NDArray[np.float64]] = {
            name: np.array(column, dtype=np.float64) for name, column in columns.keys.items()
        }
        self._rows_by_name: tuple[NDArray[np.int64], NDArray[np.int64]] | None = None

    def __len__(self) -> int:
        return len(self.items)

    def item(self, row: int) -> Item:
        """Return the parsed item of a row."""
        parsed: Item = json.loads(self.items[row])
        return parsed

    def key(self, name: str) -> NDArray[np.float64]:
        """Return what each row is sorted by under one of SORT_KEYS; NaN where it has none. Dates in milliseconds."""
        if name not in self._keys:
            column = array("d")
            for chunk in _chunks(self.items):
                column.extend(_sort_values(_parsed(chunk), name))
            self._keys[name] = np.array(column, dtype=np.float64)
        return self._keys[name]

    def hub_id(self, row: int) -> str:
        """Return the `_id` of a row."""
        return bytes(self.hub_ids[row]).decode()

    def rows_named(self, name: str) -> list[int]:
        """Return the visible rows called `name` in any case, the exact one first."""
        if self._rows_by_name is None:
            order = np.argsort(self.name_hashes, kind="stable")
            self._rows_by_name = order, self.name_hashes[order]
        order, hashes = self._rows_by_name
        wanted = hash(name.lower())
        first, last = np.searchsorted(hashes, wanted, "left"), np.searchsorted(hashes, wanted, "right")
        rows = [int(row) for row in order[first:last] if self.visible[row]]
        named = [(self.item(row)["id"], row) for row in rows]
        return [row for found, row in sorted(named, key=lambda each: each[0] != name) if found.lower() == name.lower()]

    def replace(self, row: int, item: Item) -> None:
        """Let a row say something else from now on; a private one is no longer visible."""
        line, columns = encode(item), _Columns()
        self._read([line], columns)
        self.items[row] = line
        self.name_hashes[row], self.key_set[row] = columns.name_hashes[0], columns.key_set[0]
        self.visible[row] = columns.visible[0]
        for name, key in self._keys.items():
            key[row] = sort_value(item, name)
        self._changed()

    def append(self, item: Item) -> int:
        """Add a repository and return its row."""
        line, columns = encode(item), _Columns()
        self._read([line], columns)
        self.items.append(line)
        self.hub_ids = np.append(self.hub_ids, np.array(columns.hub_ids, dtype=f"S{ID_BYTES}"))
        self.name_hashes = np.append(self.name_hashes, np.int64(columns.name_hashes[0]))
        self.key_set = np.append(self.key_set, np.int32(columns.key_set[0]))
        self.visible = np.append(self.visible, np.bool_(columns.visible[0]))
        self._keys = {name: np.append(key, sort_value(item, name)) for name, key in self._keys.items()}
        self._changed()
        return len(self.items) - 1

    def remove(self, row: int) -> None:
        """Delete a repository."""
        self.visible[row] = False
        self._changed()

    def _changed(self) -> None:
        self.generation += 1
        self._rows_by_name = None

    def _read(self, lines: Sequence[bytes], columns: _Columns) -> None:
        items = _parsed(lines)
        for item, line in zip(items, lines, strict=True):
            try:
                hub_id, name = item["_id"], item["id"]
                columns.hub_ids.append(hub_id.encode())
                columns.name_hashes.append(hash(name.lower()))
            except (KeyError, TypeError, AttributeError) as error:
                raise _no_item(line) from error
            if len(hub_id) > ID_BYTES:
                raise SettingsError(f"_id {hub_id!r} is longer than the {ID_BYTES} characters of the Hub's")
        columns.key_set.extend([self._key_set_number(tuple(item)) for item in items])
        columns.visible.extend([item.get("private") is not True for item in items])
        for key, column in columns.keys.items():
            column.extend(_sort_values(items, key))

    def _key_set_number(self, keys: tuple[str, ...]) -> int:
        number = self._key_set_numbers.get(keys)
        if number is None:
            number = self._key_set_numbers[keys] = len(self.key_sets)
            self.key_sets.append(frozenset(keys))
        return number


class _Columns:
    """What is read off each line on its way in; arrays, since a list of numbers costs four times as much."""

    def __init__(self) -> None:
        self.hub_ids: list[bytes] = []
        self.name_hashes = array("q")
        self.key_set = array("i")
        self.visible = array("b")
        self.keys = {key: array("d") for key in READ_AT_ONCE}


def _chunks(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    """Yield lines by so many as are parsed together."""
    rest = iter(lines)
    while chunk := list(islice(rest, PARSED_TOGETHER)):
        yield chunk


def _parsed(lines: Sequence[bytes]) -> list[Item]:
    """Return lines parsed, all in one go; one by one where that fails, to name the line that is at fault."""
    try:
        items: list[Item] = json.loads(join(lines))
        if len(items) == len(lines):
            return items
    except ValueError:
        pass
    return [_parsed_alone(line) for line in lines]


def _parsed_alone(line: bytes) -> Item:
    try:
        item: Item = json.loads(line)
    except ValueError as error:
        raise _no_item(line) from error
    return item


def _no_item(line: bytes) -> SettingsError:
    return SettingsError(f"not a list item with _id and id: {line[:120]!r}")


def encode(item: object) -> bytes:
    """Return JSON as the Hub writes it: no spaces, UTF-8."""
    return json.dumps(item, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")


def _sort_values(items: Sequence[Item], key: str) -> list[float]:
    """Return what items are sorted by; a key that none of them has costs one look."""
    if key != "num_parameters" and not any(key in item for item in items):
        return [np.nan] * len(items)
    return [sort_value(item, key) for item in items]


def sort_value(item: Item, key: str) -> float:
    """Return what an item is sorted by; NaN where it has none. Dates count in milliseconds."""
    value = item.get(key)
    if value.__class__ is int and -LARGEST < value < LARGEST:  # nearly always, and this runs 28 million times
        return value
    if value.__class__ is str and key in DATE_KEYS:
        return milliseconds(value)
    if value is None and key == "num_parameters":
        weights = item.get("safetensors")
        value = weights.get("total") if isinstance(weights, dict) else None
    try:
        return float(value) if isinstance(value, (int, float)) else np.nan
    except OverflowError:  # JSON has no largest integer
        return np.nan


@lru_cache(KNOWN_TIMES)
def milliseconds(text: str) -> float:
    """Return an ISO time as milliseconds since 1970; NaN for what is not one."""
    try:
        return round(datetime.fromisoformat(text).timestamp() * 1000)
    except ValueError:
        return np.nan


def cursor_value(key: str, value: float) -> float | int | str | None:
    """Return a sort value as it stands in a cursor."""
    if np.isnan(value):
        return None
    if key in DATE_KEYS:
        return datetime.fromtimestamp(value / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{int(value) % 1000:03d}Z"
    return int(value) if float(value).is_integer() else float(value)


def join(items: Sequence[bytes]) -> bytes:
    """Return a JSON list of items that are bytes already."""
    return b"[" + b",".join(items) + b"]"
