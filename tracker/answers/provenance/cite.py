"""One or two sentences of an answer that are ready for print; where a figure should not be quoted, why not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tracker.answers.provenance import quotes
from tracker.answers.provenance.about import SYNTHETIC
from tracker.terminal import clean

if TYPE_CHECKING:
    from tracker.answers.answer import Answer
    from tracker.store import SnapshotFacts


def cite(answer: Answer) -> str:
    """Return the sentences to quote of an answer."""
    if not answer.table.rows:
        return _refused(answer.facts, [_why_empty(answer)], answer.id)
    said, reasons = quotes.quote(answer)
    reasons = [*_of_the_copy(answer.facts), *reasons]
    if reasons:
        return _refused(answer.facts, reasons, answer.id)
    facts = replace(answer.facts, scope=answer.parameters["scope"])  # of the nights that were read
    return f"{said}{_rule(answer)}. {source(facts, answer.about['sources'], answer.id)}\n"


def source(facts: SnapshotFacts, sources: Sequence[Mapping[str, Any]], id: str) -> str:
    """Return the sentence that says where a figure is from, under which licence, and how it is found again."""
    named = "; ".join(f"{each['attribution'] or each['name']} (licence: {each['licence'] or '?'})" for each in sources)
    return (
        f"Source: {named}; snapshot of {facts.snapshot_date}, scope {facts.scope}, registry {facts.registry_version},"
        f" id {id}."
    )


def _refused(facts: SnapshotFacts, reasons: Sequence[str], id: str) -> str:
    return f"Not to be quoted: {'; '.join(reasons)} (snapshot of {facts.snapshot_date}, id {id}).\n"


def _why_empty(answer: Answer) -> str:
    """Return why there is nothing to quote; the first note of an answer without rows says so."""
    why = clean(answer.notes[0]).removeprefix("no rows: ") if answer.notes else ""
    return f"it has no rows{f': {why}' if why else ''}"


def _of_the_copy(facts: SnapshotFacts) -> Iterator[str]:
    if facts.synthetic:
        yield f"{SYNTHETIC}, which says nothing about the real Hub"


def _rule(answer: Answer) -> str:
    """Return definition and coverage, as they end a sentence."""
    version = answer.parameters.get("version")
    by = f" (definition {answer.definition}" + (f", version {version}" if version else "") if answer.definition else ""
    covered = [f"{value:.1%} {name}" for name, value in answer.coverage.items() if value is not None]
    return f"{by}{''.join(f'; {each}' for each in covered)})" if by else ""
