"""Measures: one .sql file each, found by this folder.

The header of a file says title, grain and unit. Values are bound as `$name`; a `{name}` is a
place where a definition changes the query itself and takes a file of `parts/` or a choice of the
answer that asks. What results is one SELECT over published tables.

May import: errors.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from tracker.errors import UnknownName

HEADER = ("title", "grain", "unit")

_HOLE = re.compile(r"\{([\w-]+)\}")
_PARAMETER = re.compile(r"\$([a-z]\w*)")


@dataclass(frozen=True)
class Measure:
    """A named query: what it counts (title), one row per what (grain), in which unit, and its SQL with holes."""

    name: str
    title: str
    grain: str
    unit: str
    sql: str

    @property
    def holes(self) -> frozenset[str]:
        """The parts that must be filled in before this is SQL."""
        return frozenset(_HOLE.findall(self.sql))


def names() -> list[str]:
    """Return the names of all measures."""
    return sorted(each.name.removesuffix(".sql") for each in _folder().iterdir() if each.name.endswith(".sql"))


@cache
def load(name: str) -> Measure:
    """Return the measure called `name`; raise UnknownName with the nearest names."""
    if name not in names():
        raise UnknownName("measure", name, names())
    header, sql = _split((_folder() / f"{name}.sql").read_text(encoding="utf-8"))
    return Measure(name=name, sql=sql, **{key: header.get(key, "") for key in HEADER})


@cache
def part(name: str) -> str:
    """Return the text of `parts/<name>.sql`, without its header."""
    return _split((_folder() / "parts" / f"{name}.sql").read_text(encoding="utf-8"))[1]


def fill(sql: str, parts: Mapping[str, str]) -> str:
    """Return `sql` with each `{name}` replaced; what is put in may have holes of its own, an empty line goes."""

    def put(match: re.Match[str]) -> str:
        # text of several lines keeps the depth of the place it is put in
        start = sql.rfind("\n", 0, match.start()) + 1
        depth = len(sql[start : match.start()]) - len(sql[start : match.start()].lstrip())
        return fill(parts[match[1]], parts).rstrip().replace("\n", "\n" + " " * depth)

    return "".join(line for line in _HOLE.sub(put, sql).splitlines(keepends=True) if line.strip())


def parameters(sql: str) -> list[str]:
    """Return the names of the values that `sql` binds, sorted."""
    return sorted(set(_PARAMETER.findall(sql)))


def renamed(sql: str, suffix: str) -> str:
    """Return `sql` with `suffix` at the end of every name that it binds, so that queries can stand together."""
    return _PARAMETER.sub(lambda match: f"${match[1]}{suffix}", sql)


def bound(sql: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the part of `values` that `sql` binds; a name that is missing is a KeyError."""
    return {name: values[name] for name in parameters(sql)}


def _split(text: str) -> tuple[dict[str, str], str]:
    """Return the `-- key: value` lines at the top, and the SQL below them."""
    lines = text.splitlines(keepends=True)
    size = next((i for i, line in enumerate(lines) if not line.startswith("-- ")), len(lines))
    header = [line[3:].partition(": ") for line in lines[:size]]
    return {key: value.strip() for key, _, value in header}, "".join(lines[size:])


def _folder() -> Traversable:
    return files(__name__)
