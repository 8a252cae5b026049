"""An answer of the ledger: its rows are judged, so that SQL gives the figures in them but not the rows."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from tracker.answers import Answer
from tracker.claims.desk import Desk
from tracker.registry.claims import Claim
from tracker.table import Table


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
    claims: Sequence[Claim],
    frame: pl.DataFrame,
    statement: str,
    parameters: dict[str, Any],
    notes: Sequence[str] = (),
    unseen: tuple[str, ...] = (),
) -> Ledger:
    """Wrap rows of the ledger with what the copy says of itself.

    `ledger` names the claims as they stood, since the copy does not hold them.
    """
    facts = desk.facts
    of_the_copy = {"scope": facts.scope, "models": facts.models, "registry_version": facts.registry_version}
    parameters |= {"ledger": _version(claims)} | ({"list": list(desk.models)} if desk.models else {})
    return Ledger(
        measure=measure,
        definition="",
        parameters=parameters | of_the_copy,
        snapshot_date=facts.snapshot_date,
        denominator="",
        coverage={},
        table=Table.of(frame),
        sql="",
        statement=statement,
        notes=tuple(notes),
        unseen=unseen,
        facts=facts,
    )


def _version(claims: Sequence[Claim]) -> str:
    """Return a hash over all that the claims say."""
    return hashlib.sha256("\n".join(map(repr, claims)).encode()).hexdigest()[:12]
