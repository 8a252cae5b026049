"""An answer of the ledger: its rows are judged, so that SQL gives the figures in them but not the rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from tracker.answers import Answer
from tracker.claims.desk import Desk


@dataclass(frozen=True, repr=False, kw_only=True)
class Ledger(Answer):
    """Claims beside our figures. `sql` is empty; `statement` gives every figure, a row each."""

    statement: str

    @property
    def shown_sql(self) -> str:
        """The SQL of every figure."""
        return self.statement


def answered(
    desk: Desk,
    measure: str,
    frame: pl.DataFrame,
    statement: str,
    parameters: dict[str, Any],
    notes: Sequence[str] = (),
    unseen: tuple[str, ...] = (),
) -> Ledger:
    """Wrap rows of the ledger with what the copy says of itself."""
    facts = desk.facts
    of_the_copy = {"scope": facts.scope, "models": facts.models, "registry_version": facts.registry_version}
    return Ledger(
        measure=measure,
        definition="",
        parameters=parameters | of_the_copy,
        snapshot_date=facts.snapshot_date,
        denominator="",
        coverage={},
        frame=frame,
        sql="",
        statement=statement,
        notes=tuple(notes),
        unseen=unseen,
        facts=facts,
    )
