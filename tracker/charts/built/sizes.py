"""How large the models are that new derivatives are built on: a stack of monthly columns by size class of the root."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from tracker.charts.forms import months as monthly
from tracker.charts.forms.axes import month_ticks
from tracker.charts.forms.months import Months
from tracker.charts.forms.sentence import Sentence
from tracker.charts.forms.stack import Part, Stack
from tracker.charts.look.facts import SYNTHETIC, Asked, Facts
from tracker.charts.look.figure import Figure, Plot
from tracker.charts.look.numbers import percent
from tracker.findings.chance import THIN, Share, leads
from tracker.findings.monthly import percent as whole_percent
from tracker.findings.monthly import spelt

TITLE = "Monthly share of new derivatives by size of their root"
QUESTION = "How large are the models that others build on?"
MAX_MONTHS = 36
ASKS = {"sizes": {"measure": "root_sizes"}}
# from the top of a column: what it is called, its classes, its role
CLASSES: Sequence[tuple[str, Sequence[str], str]] = (
    ("Size not stated", ("undeclared",), "un1"),
    ("50B and more", ("50-100B", "100-250B", "250B+"), "accent.5"),
    ("10–50B", ("10-50B",), "accent.4"),
    ("5–10B", ("5-10B",), "accent.3"),
    ("1–5B", ("1-5B",), "accent.2"),
    ("Under 1B", ("0-1B",), "accent.1"),
)
_SAID = {"Under 1B": "under 1 billion", "50B and more": "50 billion and more"}


def draw(asked: Mapping[str, Asked], facts: Facts) -> Figure:
    """Draw rows of `month`, `size_class`, `derivatives`, `share`, `n`; sizes are numbers of parameters of roots."""
    answer = asked["sizes"]
    held = monthly.read(answer.frame, facts, MAX_MONTHS)
    parts = _parts(answer.frame, held)
    last = held.every.index(held.last) if held.last else 0
    plot: Plot = Stack(parts, month_ticks(held.every), held.heads(), last, held.running)
    if not held.drawn:
        plot = Sentence(f"No month counts {THIN} models or more, so no column is drawn.")
    of = "new derivatives" if facts.is_whole else f"new derivatives among {answer.denominator}"
    found = _finding(parts, held, last) if facts.is_whole and held.whole else ""
    values = f". Values: {spelt(held.last)}, n = {held.sizes[held.last]:,}" if held.last else ""
    return Figure(
        question=QUESTION,
        title=facts.title or found or f"Share of {of} by size of their root",
        subtitle=f"Share of {of}, by month of creation and number of parameters of the root{values}",
        note=" ".join([*[SYNTHETIC] * facts.synthetic, *held.notes("Hatched"), _NOTE]),
        alt=_alt(parts, held, last, of),
        plot=plot,
        data=answer.frame.select("month", "size_class", "derivatives", "share", "n"),
        units={"derivatives": "credit", "share": "part of 1", "n": "models"},
        has_finding=bool(found),
    )


_NOTE = "B is a billion parameters of the root, as it states them in its weights; a merge counts for each of its roots."


def _parts(frame: pl.DataFrame, held: Months) -> list[Part]:
    shares = {(month, name): share or 0.0 for month, name, share in frame.select("month", "size_class", "share").rows()}
    parts = []
    for name, classes, role in CLASSES:
        values = [
            sum(shares.get((month, each), 0.0) for each in classes) if month in held.drawn else None
            for month in held.every
        ]
        parts.append(Part(name, role, "uni" if role == "un1" else "ink", values))
    return parts


def _finding(parts: Sequence[Part], held: Months, last: int) -> str:
    """Return which size leads the last whole month: what is not stated could be of any."""
    n = held.sizes[held.last]
    loose, *stated = [part.shares[last] or 0.0 for part in parts]
    shares = [Share(share, share, share + loose, n) for share in stated]
    first = max(range(len(shares)), key=lambda at: shares[at].share)
    if not leads(shares[first], [each for at, each in enumerate(shares) if at != first]):
        return ""
    name = parts[first + 1].name
    size = _SAID.get(name) or f"{name.removesuffix('B').replace('–', ' to ')} billion"
    built = f"{whole_percent(shares[first].share)} of new derivatives in {spelt(held.last)}"
    return f"{built} are built on models of {size} parameters, more than on any other size"


def _alt(parts: Sequence[Part], held: Months, last: int, of: str) -> str:
    if not held.last:
        return f"No month of {of} counts {THIN} models or more."
    values = ", ".join(f"{part.name} {percent(part.shares[last] or 0)}" for part in parts if part.shares[last])
    period = f"{spelt(held.every[0])} to {spelt(held.every[-1])}"
    return f"Stacked columns, {period}: share of {of} by size of their root. {spelt(held.last)}: {values}."
