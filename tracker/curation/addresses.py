"""Every address that a registry folder names, with the place where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tracker.errors import UnknownName
from tracker.registry import FILES, claims
from tracker.registry.read import FileRule, chosen, read_file

COLUMNS = ("source_url", "weights_source")
_RULES: Mapping[str, FileRule] = {**FILES, claims.FILE: claims.RULE}


@dataclass(frozen=True)
class Place:
    """Where an address stands: file, line and column."""

    path: str
    line: int
    column: str


def addresses(directory: Path | None = None, only: str | None = None) -> Iterator[tuple[str, Place]]:
    """Yield the addresses of a folder's files, or of `only` one; raise UnknownName where there is no such file."""
    if only is not None and only not in _RULES:
        raise UnknownName("file of a registry", only, _RULES)
    for name in _RULES if only is None else (only,):
        for row in read_file(chosen(directory) / name, _RULES[name]).rows:
            for column in COLUMNS:
                if url := row.cells.get(column):
                    yield url, Place(row.path, row.line, column)
