"""Checks of a published copy: one .sql file each, found by this folder. A check returns the rows that break its rule.

The header says the rule (title), what a row of the result is (row), and a statement on the tests' copy that breaks the
rule (broken by): the tests run it and expect the check to find it.

May import: errors, measures.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from tracker.errors import StoreError, UnknownName

if TYPE_CHECKING:
    import polars as pl

    from tracker.store import Published


@dataclass(frozen=True)
class Check:
    """A rule that holds in every published copy (title), and the SQL whose rows break it (row says what one is)."""

    name: str
    title: str
    row: str
    broken_by: str
    sql: str


@dataclass(frozen=True)
class Finding:
    """A rule that is broken, and the rows that break it."""

    check: Check
    rows: pl.DataFrame

    def __str__(self) -> str:
        first = ", ".join(f"{name} {value}" for name, value in self.rows.row(0, named=True).items())
        return f"{self.check.name}: {self.rows.height:,} rows ({self.check.row}); the first: {first}"


def names() -> list[str]:
    """Return the names of all checks."""
    return sorted(each.name.removesuffix(".sql") for each in files(__name__).iterdir() if each.name.endswith(".sql"))


@cache
def load(name: str) -> Check:
    """Return the check called `name`; raise UnknownName with the nearest names."""
    if name not in names():
        raise UnknownName("check", name, names())
    text = (files(__name__) / f"{name}.sql").read_text(encoding="utf-8")
    head = [line[3:].partition(": ") for line in text.splitlines() if line.startswith("-- ")]
    header = {key: value for key, _, value in head}
    return Check(name, header.get("title", ""), header.get("row", ""), header.get("broken by", ""), text)


def run(published: Published) -> Iterator[Finding]:
    """Yield the checks that find something, by name. Raises StoreError, with its name, for one that cannot run."""
    for name in names():
        check = load(name)
        try:
            rows = published.query(check.sql)
        except StoreError as error:
            raise StoreError(f"check {name}: {error}") from error
        if not rows.is_empty():
            yield Finding(check, rows)
