"""What a Delta log says of Parquet files, for a log that is laid elsewhere than beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tracker.errors import StoreError
from tracker.sql import connect
from tracker.store.delta import actions, statistics
from tracker.store.delta.log import Version, write_checkpoint

_MEMORY = "500MB"


@dataclass(frozen=True)
class Described:
    """The schema of a file as a log spells it, None where it has a type that no Delta table has; its statistics."""

    schema: str | None
    statistics: Mapping[str, Any]


def describe(paths: Sequence[Path]) -> Iterator[Described]:
    """Yield what is said of each file."""
    connection = connect.instance(_MEMORY)
    try:
        for path in paths:
            try:
                schema = actions.schema(statistics.columns(connection, path))
            except StoreError:
                schema = None
            yield Described(schema, statistics.statistics(connection, path))
    finally:
        connection.close()


def checkpoint(place: Path, version: Version) -> None:
    """Write the checkpoint of a version, and that it is there, into a folder."""
    connection = connect.instance(_MEMORY)
    try:
        write_checkpoint(connection, place, version)
    finally:
        connection.close()
