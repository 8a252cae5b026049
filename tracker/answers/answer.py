"""What an answer carries beside its rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from tracker.answers.shown.cells import plain
from tracker.answers.shown.rows import Rows

if TYPE_CHECKING:
    from tracker.store import Published

SYNTHETIC = "synthetic demo data"


@dataclass(frozen=True, repr=False, kw_only=True)
class Answer(Rows):
    """Rows with their definition, denominator, coverage, date and the SQL that gives the same rows.

    `coverage` is {"traced", "unreviewed"}, parts of 1 of what was counted; empty where nothing is traced.
    """

    measure: str
    definition: str
    parameters: Mapping[str, Any]
    snapshot_date: date
    denominator: str
    coverage: Mapping[str, float | None]
    sql: str

    def as_json(self) -> dict[str, Any]:
        """Return the answer for programs: plain values, dates as text."""
        return {
            "measure": self.measure,
            "definition": self.definition,
            "parameters": plain(self.parameters),
            "snapshot_date": self.snapshot_date.isoformat(),
            "denominator": self.denominator,
            "coverage": dict(self.coverage),
            **super().as_json(),
        }

    def footer(self) -> list[str]:
        """Return the lines that end a printed table: date, definition, denominator, coverage, notes."""
        facts = [f"snapshot {self.snapshot_date}", f"scope {self.parameters['scope']}"]
        facts += [f"definition {self.definition}"] if self.definition else []
        facts += [f"of {self.denominator}"] if self.denominator else []
        facts += [f"{value:.1%} {name}" for name, value in self.coverage.items() if value is not None]
        return [" · ".join(facts), *self.notes]


def answered(
    published: Published,
    measure: str,
    sql: str,
    values: dict[str, Any],
    *,
    parameters: Mapping[str, Any],
    frame: pl.DataFrame | None = None,
    definition: str = "",
    denominator: str = "",
    coverage: Mapping[str, float | None] | None = None,
    notes: tuple[str, ...] = (),
    shares: tuple[str, ...] = (),
) -> Answer:
    """Ask `sql` (unless its `frame` is there already) and wrap the rows with what the copy says of itself."""
    facts = published.facts()
    about: dict[str, Any] = {"scope": facts.scope, "registry_version": facts.registry_version}
    if facts.synthetic:
        about["data"] = SYNTHETIC
        notes = (*notes, f"{SYNTHETIC}: these figures say nothing about the real Hub")
    return Answer(
        measure=measure,
        definition=definition,
        parameters={**parameters, **about},
        snapshot_date=facts.snapshot_date,
        denominator=denominator,
        coverage=coverage or {},
        frame=published.query(sql, values) if frame is None else frame,
        sql=published.render(sql, values),
        notes=notes,
        shares=shares,
    )
