"""Under what licences new derivatives appear: a stack of monthly columns by class, what is not told apart from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tracker.charts.forms import months as monthly
from tracker.charts.forms.stack import of_classes
from tracker.charts.look.facts import SYNTHETIC, Asked, Facts, things
from tracker.charts.look.figure import Figure
from tracker.findings import courses
from tracker.findings.chance import leads
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
    columns = of_classes(answer.frame, "license_class", CLASSES, held)
    of = things(answer)
    months = read(answer.frame, "license_class", _LOOSE, held.whole)
    found = _finding(months, of) if facts.is_whole and months else ""
    return Figure(
        question=QUESTION,
        title=facts.title or found or f"Share of {of} by class of their licence",
        subtitle=f"Share of {of}, by month of creation and class of their own licence{columns.values}",
        note=" ".join([*[SYNTHETIC] * facts.synthetic, *held.notes("Hatched"), _NOTE]),
        alt=columns.read_out(of, f"share of {of} by class of their licence"),
        plot=columns.plot,
        data=answer.frame.select("month", "license_class", "derivatives", "share", "low", "high", "n"),
        units={"derivatives": "credit", "share": "part of 1", "low": "part of 1", "high": "part of 1", "n": "models"},
        has_finding=bool(found),
    )


_NOTE = "The class is what the licence of the derivative leaves to others, by its tag today or by a reviewed row."


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
