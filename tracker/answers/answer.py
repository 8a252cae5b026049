"""An answer: rows with definition, denominator, coverage, notes and provenance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tracker.answers.provenance.about import SYNTHETIC, about, credits_of, id_of
from tracker.answers.shown.cells import in_markdown, plain
from tracker.answers.shown.rows import Rows
from tracker.table import Table

if TYPE_CHECKING:
    from tracker.store import Published, SnapshotFacts


@dataclass(frozen=True, repr=False, kw_only=True)
class Answer(Rows):
    """Rows with their definition, denominator, coverage, date and the SQL that gives the same rows.

    `coverage` is {"traced", "unreviewed"}, shares of what was counted; empty for an answer without tracing.
    """

    measure: str
    definition: str
    parameters: Mapping[str, Any]
    snapshot_date: date
    denominator: str
    coverage: Mapping[str, float | None]
    sql: str
    facts: SnapshotFacts  # of the copy that was asked

    @property
    def id(self) -> str:
        """The question to this copy as a hash, the same in every format."""
        return id_of(self.facts.copy_id, self.sql, self.parameters)

    @cached_property
    def about(self) -> dict[str, Any]:
        """The provenance: `id`, `rows_id`, the copy's facts, the tool's version, sources with their licences."""
        return about(self.facts, self.sql, self.parameters, self.plain_rows)

    def head(self) -> dict[str, Any]:
        """Return everything but the rows, for programs: plain values, dates as text."""
        return {
            "measure": self.measure,
            "definition": self.definition,
            "parameters": plain(self.parameters),
            "snapshot_date": self.snapshot_date.isoformat(),
            "denominator": self.denominator,
            "coverage": plain(self.coverage),
            "sql": self.sql,
            "notes": [*self.notes, *self.not_in_json],
            "about": self.about,
        }

    def as_json(self) -> dict[str, Any]:
        """Return the answer for programs, with `rows` before `sql`."""
        head = self.head()
        below = {name: head.pop(name) for name in ("sql", "notes", "about")}
        return {**head, "rows": self.plain_rows, **below}

    def cite(self) -> str:
        """Return one or two sentences ready for print, or the reason why the answer should not be quoted."""
        from tracker.answers.provenance import cite as citing

        return citing.cite(self)

    def as_markdown(self) -> str:
        """Return a Markdown table; its last line is the provenance."""
        return f"{super().as_markdown()}\n{in_markdown(f'{self._facts_line()} · {self._pin()}')}\n"

    def footer(self) -> list[str]:
        """Return the lines below a printed table: date, definition, denominator, coverage; notes; registry and id."""
        told = [f"{SYNTHETIC}: these figures say nothing about the real Hub"] if self.facts.synthetic else []
        return [self._facts_line(), *self.notes, *self.not_in_json, *told, self._pin()]

    def _facts_line(self) -> str:
        facts = [f"snapshot {self.snapshot_date}", f"scope {self.parameters['scope']}"]
        version = self.parameters.get("version")
        if self.facts.as_of:
            facts.append(f"as of {self.facts.as_of}" + ", reconstructed" * self.facts.is_reconstructed)
        facts += [f"definition {self.definition}" + (f" (version {version})" if version else "")] * bool(
            self.definition
        )
        facts += [f"of {self.denominator}"] if self.denominator else []
        facts += [f"{value:.1%} {name}" for name, value in self.coverage.items() if value is not None]
        return " · ".join(facts)

    def _pin(self) -> str:
        generation = f"generation {self.facts.generation}"
        if self.facts.as_of:
            generation += f" of {self.facts.newest_generation}"
        return f"registry {self.facts.registry_version} · {generation} · id {self.id}"


def answered(
    published: Published,
    measure: str,
    sql: str,
    values: dict[str, Any],
    *,
    parameters: Mapping[str, Any],
    scope: str | None = None,
    table: Table | None = None,
    definition: str = "",
    denominator: str = "",
    coverage: Mapping[str, float | None] | None = None,
    notes: tuple[str, ...] = (),
    shares: tuple[str, ...] = (),
) -> Answer:
    """Run `sql` (unless its rows are given as `table`) and return an Answer with the facts of the copy.

    `scope` is that of the nights that are read, by default the newest night's.
    """
    facts = published.facts()
    if facts.is_reconstructed:
        notes = (
            *notes,
            f"reconstructed: nothing had been published by {facts.as_of}; these are the nights up to "
            f"{facts.snapshot_date}, read with today's names, registry and lineage",
        )
    notes = (*notes, *credits_of(facts, sql))
    of_the_copy = {"scope": scope or facts.scope, "registry_version": facts.registry_version}
    return Answer(
        measure=measure,
        definition=definition,
        parameters={**parameters, **of_the_copy},
        snapshot_date=facts.snapshot_date,
        denominator=denominator,
        coverage=coverage or {},
        table=published.table(sql, values) if table is None else table,
        sql=published.render(sql, values),
        notes=notes,
        shares=shares,
        facts=facts,
    )
