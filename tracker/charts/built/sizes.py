"""How large the models are that new derivatives are built on: a stack of monthly columns by size class of the root."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tracker.charts.forms import months as monthly
from tracker.charts.forms.stack import Columns, of_classes
from tracker.charts.look.facts import SYNTHETIC, Asked, Facts
from tracker.charts.look.figure import Figure
from tracker.findings.chance import Share, leads
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
    columns = of_classes(answer.frame, "size_class", CLASSES, held)
    of = "new derivatives" if facts.is_whole else f"new derivatives among {answer.denominator}"
    found = _finding(columns) if facts.is_whole and held.whole else ""
    return Figure(
        question=QUESTION,
        title=facts.title or found or f"Share of {of} by size of their root",
        subtitle=f"Share of {of}, by month of creation and number of parameters of the root{columns.values}",
        note=" ".join([*[SYNTHETIC] * facts.synthetic, *held.notes("Hatched"), _NOTE]),
        alt=columns.read_out(of, f"share of {of} by size of their root"),
        plot=columns.plot,
        data=answer.frame.select("month", "size_class", "derivatives", "share", "n"),
        units={"derivatives": "credit", "share": "part of 1", "n": "models"},
        has_finding=bool(found),
    )


_NOTE = "B is a billion parameters of the root, as it states them in its weights; a merge counts for each of its roots."


def _finding(columns: Columns) -> str:
    """Return which size leads the last whole month: what is not stated could be of any."""
    held = columns.held
    n = held.sizes[held.last]
    loose, *stated = [part.shares[columns.last] or 0.0 for part in columns.parts]
    shares = [Share(share, share, share + loose, n) for share in stated]
    first = max(range(len(shares)), key=lambda at: shares[at].share)
    if not leads(shares[first], [each for at, each in enumerate(shares) if at != first]):
        return ""
    name = columns.parts[first + 1].name
    size = _SAID.get(name) or f"{name.removesuffix('B').replace('–', ' to ')} billion"
    built = f"{whole_percent(shares[first].share)} of new derivatives in {spelt(held.last)}"
    return f"{built} are built on models of {size} parameters, more than on any other size"
