"""One night against the one before of its chain: what each model's counter has honestly brought, and who is held."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from tracker.sql.connect import Connection, literal, parquet
from tracker.store.flow import held, sums
from tracker.store.flow.values import BEARERS, CARRIED, PASS, VALUES


@dataclass(frozen=True)
class Night:
    """A night of a chain, the night before it, and the files of both."""

    snapshot_date: date
    source: str
    scope: str
    night_before: date
    file: Path
    file_before: Path

    @property
    def chain(self) -> tuple[str, str]:
        """Its source and scope."""
        return self.source, self.scope

    @cached_property
    def texts(self) -> dict[str, Any]:
        """What names it in a statement's parameters."""
        return {"day": self.snapshot_date, "source": self.source, "scope": self.scope}

    @cached_property
    def literals(self) -> dict[str, str]:
        """What fills a template of SQL."""
        return {
            **{name: literal(each) for name, each in self.texts.items()},
            "before": literal(self.night_before),
            "night": parquet(self.file),
            "night_before": parquet(self.file_before),
        }


def prepare(connection: Connection) -> None:
    """Leave what is known of every model beside its counters, for all nights that are made with the same credits."""
    connection.execute(sums.OF_MODELS)
    connection.execute(BEARERS)


def make(connection: Connection, night: Night) -> None:
    """Make the flow of a night, from what is held as of the night before it."""
    for statement in (PASS, CARRIED, VALUES):
        connection.execute(statement.format(**night.literals))
    sums.write(connection, night.snapshot_date, night.literals)
    held.move_on(connection, night.literals)
    for table in ("flow_pass", "flow_carried", "flow_values"):
        connection.execute(f"drop table temp.{table}")
