"""Under what licences new derivatives appear: a stack of monthly columns by class, what is not told apart from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from tracker.charts.forms import months as monthly
from tracker.charts.forms.axes import month_ticks
from tracker.charts.forms.months import Months
from tracker.charts.forms.sentence import Sentence
from tracker.charts.forms.stack import Part, Stack
from tracker.charts.look.facts import SYNTHETIC, Asked, Facts, things
from tracker.charts.look.figure import Figure, Plot
from tracker.charts.look.numbers import percent
from tracker.findings import courses
from tracker.findings.chance import THIN, leads
from tracker.findings.monthly import Month, read, spelt
from tracker.findings.monthly import percent as whole_percent

TITLE = "Monthly share of new derivatives by class of their licence"
QUESTION = "Under what licences do new derivatives appear?"
MAX_MONTHS = 36
ASKS = {"share": {"measure": "share", "by": "license_class", "months": MAX_MONTHS}}
KEEPS = ("by",)
# from the top of a column: what it is called, its classes, its role; the stricter, the stronger
CLASSES: Sequence[tuple[str, Sequence[str], str]] = (
    ("Not told", ("unknown", "unreviewed"), "un1"),
    ("Non-commercial", ("non-commercial",), "accent.5"),
    ("Restricted", ("restricted",), "accent.4"),
    ("Permissive", ("permissive-weights",), "accent.3"),
    ("Open source", ("open-source",), "accent.2"),
)
_OPEN = 0.005  # what is not told, as a part of 1, from which on a share is the least that it can be
_LOOSE = ("unknown", "unreviewed")


def draw(asked: Mapping[str, Asked], facts: Facts) -> Figure:
    """Draw rows of `month`, `license_class`, `derivatives`, `share`, `low`, `high`, `n`: classes of the derivatives."""
    answer = asked["share"]
    held = monthly.read(answer.frame, facts, MAX_MONTHS)
    parts = _parts(answer.frame, held)
    last = held.every.index(held.last) if held.last else 0
    plot: Plot = Stack(parts, month_ticks(held.every), held.heads(), last, held.running)
    if not held.drawn:
        plot = Sentence(f"No month counts {THIN} models or more, so no column is drawn.")
    of = things(answer)
    months = read(answer.frame, "license_class", _LOOSE, held.whole)
    found = _finding(months, of) if facts.is_whole and months else ""
    values = f". Values: {spelt(held.last)}, n = {held.sizes[held.last]:,}" if held.last else ""
    return Figure(
        question=QUESTION,
        title=facts.title or found or f"Share of {of} by class of their licence",
        subtitle=f"Share of {of}, by month of creation and class of their own licence{values}",
        note=" ".join([*[SYNTHETIC] * facts.synthetic, *held.notes("Hatched"), _NOTE]),
        alt=_alt(parts, held, last, of),
        plot=plot,
        data=answer.frame.select("month", "license_class", "derivatives", "share", "low", "high", "n"),
        units={"derivatives": "credit", "share": "part of 1", "low": "part of 1", "high": "part of 1", "n": "models"},
        has_finding=bool(found),
    )


_NOTE = "The class is what the licence of the derivative leaves to others, by its tag today or by a reviewed row."


def _parts(frame: pl.DataFrame, held: Months) -> list[Part]:
    rows = frame.select("month", "license_class", "share").rows()
    shares = {(month, name): share or 0.0 for month, name, share in rows}
    parts = []
    for name, classes, role in CLASSES:
        values = [
            sum(shares.get((month, each), 0.0) for each in classes) if month in held.drawn else None
            for month in held.every
        ]
        parts.append(Part(name, role, "uni" if role == "un1" else "ink", values))
    return parts


def _finding(months: Sequence[Month], of: str) -> str:
    """Return which class gained or lost over a year, else which one leads; what is not told could be of any."""
    names = {classes[0]: name for name, classes, _ in CLASSES}
    moves = [(names[name], points) for name, points in courses.moved(months, list(names))]
    if moves:
        return f"Licences: {courses.told(months, moves)}"
    last = months[-1].shares
    first = max(last, key=lambda name: (last[name].share, name), default="")
    if not first or not leads(last[first], [share for name, share in last.items() if name != first]):
        return ""
    kind, high = names[first].lower().replace(" ", "-"), last[first].high
    least = "At least " if high is None or high - last[first].share >= _OPEN else ""
    return (
        f"{least}{whole_percent(last[first].share)} of {of} of {spelt(months[-1].month)} are under {_an(kind)} licence"
    )


def _an(kind: str) -> str:
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


def _alt(parts: Sequence[Part], held: Months, last: int, of: str) -> str:
    if not held.last:
        return f"No month of {of} counts {THIN} models or more."
    values = ", ".join(f"{part.name} {percent(part.shares[last] or 0)}" for part in parts if part.shares[last])
    period = f"{spelt(held.every[0])} to {spelt(held.every[-1])}"
    return f"Stacked columns, {period}: share of {of} by class of their licence. {spelt(held.last)}: {values}."
