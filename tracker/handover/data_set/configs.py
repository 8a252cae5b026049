"""The configs of a data set: one a table, with its files, columns, rows and licence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from tracker.store import Alike, Published

FIRST = ("lineage", "models", "daily_families", "snapshots")  # the first is what a viewer shows
NIGHTS = "snapshots"
OURS = "CC BY 4.0"  # of our rows, and of sums over those of others
ALIKE = "share_alike_"  # begins the name of a config under a licence of its own

_GRAINS = "select view_name, comment from duckdb_views() where database_name = 'tracker' and not internal"
_TABLES = """
select t.table_name, t.source, t.grain, s.licence, s.attribution
from source_tables as t
join source_facts as s on s.name = t.source
"""
_LICENCES = "select name, licence, attribution from source_facts"


@dataclass(frozen=True)
class Column:
    """A column: its type as Parquet has it, and its meaning."""

    name: str
    type: pl.DataType
    comment: str


@dataclass(frozen=True)
class Config:
    """One table. `paths` are its files relative to the folder, `pattern` names them all.

    `source` is whose rows they are where another gives the table, and `attribution` the line that goes with them.
    """

    name: str
    grain: str
    paths: Sequence[str]
    pattern: str
    columns: Sequence[Column]
    rows: int
    licence: str = OURS
    source: str = ""
    attribution: str = ""

    @property
    def is_alike(self) -> bool:
        """Whether its rows are under a licence that whoever passes them on must keep."""
        return self.name.startswith(ALIKE)

    @property
    def is_nightly(self) -> bool:
        """Whether it has a file a night."""
        return "*" in self.pattern


def read(folder: Path, published: Published, alike: Iterable[Alike]) -> list[Config]:
    """Return all configs of a folder that was exported and is open, in the order in which they are shown."""
    reader = _Reader(folder, published)
    rank = {name: place for place, name in enumerate(FIRST)}
    own = [*reader.nights(), *map(reader.table, sorted(folder.glob("*.parquet")))]
    own.sort(key=lambda each: (rank.get(each.name, len(rank)), each.name))
    return [*own, *map(reader.alike, alike)]


@dataclass
class _Reader:
    folder: Path
    published: Published

    def nights(self) -> Iterator[Config]:
        pattern = f"{NIGHTS}/*/*.parquet"
        paths = [path.relative_to(self.folder).as_posix() for path in sorted(self.folder.glob(pattern))]
        if paths:
            grain = self._grains["counters"].partition(",")[0]
            yield self._config(NIGHTS, grain, paths, pattern, self._comments["counters"])

    def table(self, path: Path) -> Config:
        name = path.stem
        whose = self._tables.get(name, ())
        grain = whose[0] if whose else self._grains.get(name, "")
        return self._config(name, grain, [path.name], path.name, self._comments.get(name, {}), *whose[1:])

    def alike(self, given: Alike) -> Config:
        of_nights = given.table == NIGHTS
        name = given.source if of_nights else given.table
        pattern = f"{given.files[0].rsplit('/', 2)[0]}/*/*.parquet" if of_nights else given.files[0]
        whose = (self._licences[given.source][0], given.source, self._licences[given.source][1])
        return self._config(f"{ALIKE}{name}", given.grain, given.files, pattern, given.columns, *whose)

    def _config(
        self, name: str, grain: str, paths: Sequence[str], pattern: str, comments: Mapping[str, str], *whose: str
    ) -> Config:
        places = [self.folder / path for path in paths]
        schema = pl.read_parquet_schema(places[0])
        rows = pl.scan_parquet(places, hive_partitioning=False).select(pl.len()).collect().item()
        columns = tuple(Column(column, kind, comments.get(column, "")) for column, kind in schema.items())
        return Config(name, grain, tuple(paths), pattern, columns, rows, *whose)

    @cached_property
    def _comments(self) -> Mapping[str, Mapping[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for table, column, _, comment in self.published.schema().iter_rows():
            found.setdefault(table, {})[column] = comment or ""
        return found

    @cached_property
    def _grains(self) -> Mapping[str, str]:
        return {name: comment or "" for name, comment in self.published.table(_GRAINS).rows}

    @cached_property
    def _tables(self) -> Mapping[str, tuple[str, str, str, str]]:
        """The tables that sources give: grain, licence, source and attribution of each."""
        return {
            table: (grain, licence, source, attribution)
            for table, source, grain, licence, attribution in self.published.table(_TABLES).rows
        }

    @cached_property
    def _licences(self) -> Mapping[str, tuple[str, str]]:
        return {name: (licence, attribution) for name, licence, attribution in self.published.table(_LICENCES).rows}
