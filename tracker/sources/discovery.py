"""Every source, found by its place: each module and folder of this package that has something of the contract.

One that has not all of it, or cannot be imported, is a fault that is named, and stands in nobody else's way.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import cast

from tracker import words
from tracker.errors import SourceError, UnknownName
from tracker.sources.contract import (
    ABOUT,
    BOUNDED,
    OF_ARCHIVES,
    OF_SOURCES,
    SQL_TYPES,
    VINTAGE,
    About,
    Archive,
    Column,
    Gate,
    Source,
    Table,
    is_archive,
    name_of,
)

_TYPES = ", ".join(map(str, SQL_TYPES))
_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Found:
    """The sources and the archives by name, and what is wrong with those that are neither, by name too."""

    sources: Mapping[str, Source]
    archives: Mapping[str, Archive]
    faults: Mapping[str, str]

    @property
    def all(self) -> Sequence[About]:
        """Both, in the order of their names."""
        both: dict[str, About] = {**self.sources, **self.archives}
        return [both[name] for name in sorted(both)]


@cache
def found() -> Found:
    """Return every source of this package, in the order of their names."""
    sources: dict[str, Source] = {}
    archives: dict[str, Archive] = {}
    faults: dict[str, str] = {}
    for name, module in _modules(faults):
        declared = [member for member in (*ABOUT, *OF_SOURCES, *OF_ARCHIVES) if hasattr(module, member)]
        if not declared:
            continue  # a part that sources share
        if problems := [*_missing(module), *_wrong(cast(About, module), sources.values())]:
            faults[name] = f"source {name}: {'; '.join(problems)}; see tracker/sources/contract.py"
        elif is_archive(cast(About, module)):
            archives[name] = cast(Archive, module)
        else:
            sources[name] = cast(Source, module)
    return Found(sources, archives, faults)


def find(name: str) -> Source:
    """Return the source of a name. Raises SourceError for half a source, UnknownName for none."""
    everything = found()
    if name in everything.faults:
        raise SourceError(everything.faults[name])
    if name not in everything.sources:
        past = f"it is an archive of the past: `tracker backfill {name}`" if name in everything.archives else None
        raise UnknownName("source", name, everything.sources, past)
    return everything.sources[name]


def find_archive(name: str) -> Archive:
    """Return the archive of a name. Raises SourceError for half of one, UnknownName for none."""
    everything = found()
    if name in everything.faults:
        raise SourceError(everything.faults[name])
    if name not in everything.archives:
        raise UnknownName("archive", name, (), f"there are {', '.join(everything.archives)}")
    return everything.archives[name]


def _modules(faults: dict[str, str]) -> Iterator[tuple[str, ModuleType]]:
    package = importlib.import_module("tracker.sources")
    for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda info: info.name):
        try:
            module = importlib.import_module(f"tracker.sources.{info.name}")
        except Exception as error:  # noqa: BLE001  whatever is wrong with one source, the others go on
            faults[info.name] = f"source {info.name} cannot be imported: {type(error).__name__}: {error}"
        else:
            yield info.name, module


def _missing(module: ModuleType) -> Iterator[str]:
    own = OF_ARCHIVES if is_archive(cast(About, module)) else OF_SOURCES
    missing = [member for member in (*ABOUT, *own) if not hasattr(module, member)]
    if missing:
        yield f"lacks {', '.join(missing)}"


def _wrong(source: About, others: Iterable[About]) -> Iterator[str]:
    """Yield what makes no sense in what is there; what is missing is said already."""
    rights = getattr(source, "USE_RIGHTS", "rows")
    if rights not in words.USE_RIGHTS:
        yield f"USE_RIGHTS {rights!r} is none of {', '.join(words.USE_RIGHTS)}"
    tables = getattr(source, "TABLES", ())
    taken = {name: name_of(each) for each in others for table in each.TABLES for name in _names(table)}
    names = Counter(name for table in tables for name in _names(table))
    yield from (f"the table {name} is a table of {taken[name]} too" for name in names if name in taken)
    yield from (f"the table {name} is given twice" for name, count in names.items() if count > 1)
    for table in tables:
        yield from _wrong_columns(table)
    columns = {table.name: table.columns for table in tables}
    for gate in getattr(source, "GATES", ()):
        if isinstance(gate, Gate):
            yield from _wrong_gate(gate, columns)


def _wrong_gate(gate: Gate, columns: Mapping[str, Mapping[str, Column]]) -> Iterator[str]:
    if gate.what not in BOUNDED:
        yield f"a gate of {gate.table} bounds {gate.what!r}, which is none of {', '.join(BOUNDED)}"
    elif BOUNDED[gate.what] != (gate.column is not None):
        wanted = "one column: give it" if BOUNDED[gate.what] else "whole rows: give no column"
        yield f"a gate of {gate.table} bounds {gate.what!r} of {wanted}"
    if gate.table not in columns or (gate.column is not None and gate.column not in columns[gate.table]):
        yield f"a gate is about {gate.table}.{gate.column or '*'}, which is none of its tables"


def _wrong_columns(table: Table) -> Iterator[str]:
    odd = [name for name in (table.name, *table.columns) if not _NAME.fullmatch(name)]
    yield from (f"{name!r} is no name for a table or column: lower case, digits and _" for name in odd)
    typed = [name for name, column in table.columns.items() if column.sql_type is None]
    yield from (f"{table.name}.{name} has a type that is none of {_TYPES}" for name in typed)
    reserved = [name for name in VINTAGE if name in table.columns]
    yield from (f"{table.name}.{name} is the vintage, which the store adds" for name in reserved)
    named = dict.fromkeys((*table.key, *table.current_by))
    yield from (f"the key {name} is no column of {table.name}" for name in named if name not in table.columns)


def _names(table: Table) -> tuple[str, str]:
    return table.name, f"{table.name}_current"
