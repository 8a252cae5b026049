"""What moved this month: shares of the last 28 days against the 28 before, drawn where something is beyond chance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tracker.charts.forms.hues import NAMELESS, hues
from tracker.charts.forms.sentence import Sentence
from tracker.charts.look.facts import SYNTHETIC, Asked, Facts
from tracker.charts.look.figure import Figure, Plot
from tracker.charts.look.numbers import between, percent, points
from tracker.charts.plots.moves import Move, Moves
from tracker.findings.chance import THIN, Share
from tracker.findings.pooled import headline

TITLE = "Change of families' shares in the last 28 days"
QUESTION = "What moved this month?"
ASKS = {"shifts": {"measure": "shifts"}}
MOST = 8  # families: those with most derivatives in both windows; small ones move by one or two models
DAYS = 28


@dataclass(frozen=True)
class Shift:
    """One family in both windows, and the half-width of the interval of its change."""

    name: str
    before: Share
    after: Share
    chance: float

    @property
    def change(self) -> float:
        """The change of the share, in parts of 1."""
        return self.after.share - self.before.share

    @property
    def is_beyond(self) -> bool:
        """Whether it is larger than chance would give."""
        return abs(self.change) > self.chance


def draw(asked: Mapping[str, Asked], facts: Facts) -> Figure:
    """Draw rows of `family`, shares, bounds and n of two windows, `change` and `chance`: the largest families.

    Where none of them moved beyond chance a sentence says so.
    """
    answer = asked["shifts"]
    days = int(answer.parameters.get("days", DAYS))
    shifts = _shifts(answer.frame.iter_rows(named=True))
    moved = [each for each in shifts if each.is_beyond]
    befores = {each.name: each.before for each in shifts}
    found = headline(befores, {each.name: each.after for each in shifts}, f"in {days} days") if facts.is_whole else ""
    quiet = ""
    if facts.is_whole and shifts and not moved:
        quiet = f"No family's share moved beyond chance in the last {days} days"
    of = "new derivatives" if facts.is_whole else f"new derivatives among {answer.denominator}"
    sizes = [max((n or 0 for n in answer.frame[name]), default=0) for name in ("n_before", "n_after")]
    return Figure(
        question=QUESTION,
        title=facts.title or found or quiet or f"Shares of {of}, the last {days} days against the {days} before",
        subtitle=f"Change of the share of {of} by family, the last {days} days against the {days} before, with 95% "
        f"intervals. n = {sizes[1]:,}, before {sizes[0]:,}",
        note=" ".join(_notes(facts)),
        alt=_alt(moved, days),
        plot=_plot(shifts, moved, days, facts),
        data=answer.frame,
        units=_UNITS,
        has_finding=bool(found),
    )


def _shifts(rows: Iterable[Mapping[str, Any]]) -> list[Shift]:
    """Return the largest families of windows with 100 models or more each, the largest gain first."""
    found = []
    for row in rows:
        sides = [_side(row, side) for side in ("before", "after")]
        if row["family"] not in NAMELESS and min(side.n for side in sides) >= THIN:
            found.append(Shift(row["family"], sides[0], sides[1], row["chance"]))
    largest = sorted(found, key=lambda each: (-each.before.share - each.after.share, each.name))[:MOST]
    return sorted(largest, key=lambda each: (-each.change, each.name))


def _side(row: Mapping[str, Any], side: str) -> Share:
    return Share(row[f"share_{side}"] or 0.0, row[f"low_{side}"], row[f"high_{side}"], int(row[f"n_{side}"]))


def _plot(shifts: Sequence[Shift], moved: Sequence[Shift], days: int, facts: Facts) -> Plot:
    if not shifts:
        return Sentence(f"Too few new derivatives to compare: both windows of {days} days need {THIN} of them.")
    if not moved:
        return Sentence(_quiet(shifts))
    roles = hues([each.name for each in shifts], "family", facts)
    return Moves([_move(each, *hue) for each, hue in zip(shifts, roles, strict=True)], f"points, {days} days")


def _quiet(shifts: Sequence[Shift]) -> str:
    """Return the largest changes, which are all within chance."""
    largest = sorted(shifts, key=lambda each: (-abs(each.change), each.name))[:3]
    told = ", ".join(f"{each.name} {points(each.change)} (±{100 * each.chance:.1f})" for each in largest)
    return f"The largest changes, in points: {told}. Each is within its 95% interval, so no chart is drawn."


def _move(shift: Shift, role: str, ink: str) -> Move:
    low, high = shift.change - shift.chance, shift.change + shift.chance
    told = [shift.name, f"before\t{_told(shift.before)}", f"now\t{_told(shift.after)}"]
    told.append(f"points\t{points(shift.change)} ({points(low)} to {points(high)})")
    return Move(shift.name, role, ink, shift.change, shift.chance, shift.is_beyond, told)


def _told(share: Share) -> str:
    bounds = "" if share.low is None or share.high is None else f" ({between(share.low, share.high)})"
    return percent(share.share) + bounds


def _notes(facts: Facts) -> list[str]:
    parts = [SYNTHETIC] * facts.synthetic
    parts.append(f"The {MOST} families with most new derivatives. Pale: within chance (95% interval).")
    parts.append("The untraced part could be of any family; a title names a change only where it allows it, too.")
    return parts


_SHARES = ("share_before", "low_before", "high_before", "share_after", "low_after", "high_after", "change", "chance")
_UNITS = {
    **dict.fromkeys(("before", "after"), "credit"),
    **dict.fromkeys(_SHARES, "part of 1"),
    **dict.fromkeys(("n_before", "n_after"), "models"),
}


def _alt(moved: Sequence[Shift], days: int) -> str:
    if not moved:
        return f"No family's share moved beyond chance in the last {days} days."
    told = ", ".join(f"{each.name} {points(each.change)} points" for each in moved)
    return f"Bars with intervals: change of shares, the last {days} days against the {days} before. Moved: {told}."
