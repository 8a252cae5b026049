"""How much can be traced, and by what evidence: the evidence ladder from the foot, what is open above."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from tracker.charts.forms import months as monthly
from tracker.charts.forms.months import Months
from tracker.charts.forms.stack import Columns, Part
from tracker.charts.look.facts import SYNTHETIC, Asked, Facts
from tracker.charts.look.figure import Figure
from tracker.charts.look.numbers import percent
from tracker.findings.monthly import spelt

TITLE = "Monthly share of new derivatives that is traced, by evidence"
QUESTION = "How much can be traced, and by what evidence?"
MAX_MONTHS = 36
ASKS = {"evidence": {"measure": "evidence"}}
OPEN, TRACED = "Open", "Traced"
# from the top of a column: what the measure calls it, what it is called here, its role, its block
LADDER: Sequence[tuple[str, str, str, str]] = (
    ("outside", "Out of scope", "faint", OPEN),
    ("dangling", "Parent missing", "un1", OPEN),
    ("unreviewed", "Unreviewed", "un2", OPEN),
    ("unknown", "No known family", "axis", OPEN),
    ("inferred", "Inferred", "accent.1", TRACED),
    ("mirror", "Re-upload rule", "accent.2", TRACED),
    ("tag", "Hub tags", "accent.3", TRACED),
    ("hub", "Hub structure", "accent.5", TRACED),
    ("override", "Curated", "accent.4", TRACED),
)  # fmt: skip


_EVIDENCE = (
    "Traced: the Hub's own structure, its tags, a rule on re-uploads or a curated correction leads to a reviewed root. "
    "Missing: a parent that is not on the Hub."
)


def draw(asked: Mapping[str, Asked], facts: Facts) -> Figure:
    """Draw rows of `month`, `evidence` (the weakest on the path, or what is open), `derivatives`, `share`, `n`."""
    answer = asked["evidence"]
    held = monthly.read(answer.frame, facts, MAX_MONTHS)
    columns = Columns(held, _parts(answer.frame, held))
    of = "new derivatives" if facts.is_whole else f"new derivatives among {answer.denominator}"
    found = ""
    if facts.is_whole and held.whole:
        found = f"{percent(_traced(columns))} of {spelt(held.last)}'s derivatives are traced to a reviewed root"
    return Figure(
        question=QUESTION,
        title=facts.title or found or f"How far {of} are traced, by evidence",
        subtitle=f"Share of {of} by the weakest evidence on the path to their root; grey stays open{columns.values}",
        note=" ".join([*[SYNTHETIC] * facts.synthetic, *held.notes("Hatched"), *_notes(columns.parts)]),
        alt=columns.read_out(of, f"evidence of the lineage of {of}"),
        plot=columns.plot,
        data=answer.frame.select("month", "evidence", "derivatives", "share", "n"),
        units={"derivatives": "credit", "share": "part of 1", "n": "models"},
        has_finding=bool(found),
    )


def _parts(frame: pl.DataFrame, held: Months) -> list[Part]:
    shares = {(month, name): share or 0.0 for month, name, share in frame.select("month", "evidence", "share").rows()}
    return [
        Part(
            name, role, "ink" if block == TRACED else "uni",
            [shares.get((month, evidence), 0.0) if month in held.drawn else None for month in held.every],
            block, evidence == "hub",
        )
        for evidence, name, role, block in LADDER
    ]  # fmt: skip


def _traced(columns: Columns) -> float:
    return sum(part.shares[columns.last] or 0.0 for part in columns.parts if part.block == TRACED)


def _notes(parts: Sequence[Part]) -> list[str]:
    has_inferred = any(any(part.shares) for part in parts if part.role == "accent.1")
    told = [_EVIDENCE]
    return told if has_inferred else [*told, "Links inferred from names or architectures are not counted."]
