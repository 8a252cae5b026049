"""Who has gained and who has lost in a year: dumbbells of the last three whole months and the same a year before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from tracker.charts.forms import months as monthly
from tracker.charts.forms.dots import Dot, Dots, Row
from tracker.charts.forms.hues import NAMELESS, hues
from tracker.charts.forms.sentence import Sentence
from tracker.charts.forms.series import by_origin
from tracker.charts.look.facts import SYNTHETIC, Asked, Facts, things
from tracker.charts.look.figure import Figure, Plot
from tracker.charts.look.numbers import MONTHS, between, percent, points, small
from tracker.findings.chance import THIN, Share
from tracker.findings.monthly import spelt
from tracker.findings.pooled import NONE, headline, moved, pooled

TITLE = "Change of shares of new derivatives in a year"
QUESTION = "Who has gained and who has lost in a year?"
WINDOW = 3  # whole months that are taken together
MOST = 9  # groups
ASKS = {"share": {"measure": "share", "by": "family", "months": 12 + WINDOW + 1}}


@dataclass(frozen=True)
class Change:
    """One group before and after."""

    name: str
    before: Share
    after: Share

    @property
    def points(self) -> float:
        """The change, in parts of 1."""
        return self.after.share - self.before.share

    @property
    def is_stated(self) -> bool:
        """Whether it is larger than chance and what is untraced allow."""
        return moved(self.before, self.after)


def draw(asked: Mapping[str, Asked], facts: Facts) -> Figure:
    """Draw rows of `month`, a group, `derivatives`, `share`, `low`, `high`, `n`: its largest groups, gains first.

    Three months are taken together, each by the number of its models. With fewer than 100 on a side there is none.
    """
    answer = asked["share"]
    group = answer.frame.columns[1]
    frame = by_origin(answer.frame, facts) if group == "origin_country" else answer.frame.rename({group: "group"})
    last = monthly.read(frame, facts, 12 + WINDOW + 1).last
    after, before = (_period(last, back) for back in (0, 12))
    shares = [pooled(frame, "group", NAMELESS, period) for period in (before, after)]
    sizes = [max((each.n for each in held.values()), default=0) for held in shares]
    is_held = bool(last) and before[0] >= min(frame["month"])
    changes = _changes(shares[0], shares[1]) if is_held and min(sizes) >= THIN else []
    found = headline(shares[0], shares[1], "in a year") if changes and facts.is_whole else ""
    of = things(answer)
    words = "origin" if group == "origin_country" else group.replace("_", " ")
    return Figure(
        question=QUESTION,
        title=facts.title or found or f"Share of {of} by {words}, now and a year before",
        subtitle=_subtitle(of, words, after, sizes, len(changes)),
        note=" ".join(_notes(facts)),
        alt=_alt(changes, before, after),
        plot=_plot(changes, group, before, after, facts),
        data=_data(changes),
        units=dict.fromkeys(_PARTS, "part of 1") | {"n_before": "models", "n_after": "models"},
        has_finding=bool(found),
    )


def _period(last: str, back: int) -> list[str]:
    """Return the three months that end `back` months before the last."""
    if not last:
        return []
    end = int(last[:4]) * 12 + int(last[5:]) - 1 - back
    return [f"{at // 12}-{at % 12 + 1:02d}" for at in range(end - WINDOW + 1, end + 1)]


def _changes(before: Mapping[str, Share], after: Mapping[str, Share]) -> list[Change]:
    # what could belong to any group is as large for one that has no rows
    names = sorted({*before, *after})
    every = [Change(name, before.get(name) or _none(before), after.get(name) or _none(after)) for name in names]
    largest = sorted(every, key=lambda each: (-each.before.share - each.after.share, each.name))[:MOST]
    return sorted(largest, key=lambda each: (-each.points, each.name))


def _none(held: Mapping[str, Share]) -> Share:
    known = next(iter(held.values()), NONE)
    loose = None if known.high is None or known.low is None else known.high - known.low
    return Share(0.0, None if loose is None else 0.0, loose, known.n)


def _plot(changes: Sequence[Change], group: str, before: Sequence[str], after: Sequence[str], facts: Facts) -> Plot:
    if not changes:
        return Sentence(f"No three months a year apart count {THIN} models each, so nothing is compared yet.")
    rows = [_row(each, *hue) for each, hue in zip(changes, hues([e.name for e in changes], group, facts), strict=True)]
    key = [(_short(before), True), (_short(after), False)]
    return Dots(rows, lambda values: [f"{100 * value:.10g}%" for value in values], "points, a year", key)


def _row(change: Change, role: str, ink: str) -> Row:
    dots = [Dot(change.before.share, role, 5.0, is_hollow=True), Dot(change.after.share, role, 5.5)]
    told = [change.name, f"before\t{_told(change.before)}", f"now\t{_told(change.after)}"]
    told.append(f"points\t{points(change.points)}{'' if change.is_stated else ', within chance or bounds'}")
    return Row(
        change.name, ink, dots, value=points(change.points), is_bold=change.is_stated, told=told, join=role,
    )  # fmt: skip


def _told(share: Share) -> str:
    bounds = "" if share.low is None or share.high is None else f" ({between(share.low, share.high)})"
    return percent(share.share) + bounds


def _short(period: Sequence[str]) -> str:
    """Return Aug–Oct 2026, or Nov 2025–Jan 2026."""
    first, last = period[0], period[-1]
    year = "" if first[:4] == last[:4] else f" {first[:4]}"
    return f"{MONTHS[int(first[5:]) - 1]}{year}–{MONTHS[int(last[5:]) - 1]} {last[:4]}"


def _long(period: Sequence[str]) -> str:
    first, last = spelt(period[0]), spelt(period[-1])
    return f"{first.removesuffix(last[-5:])} to {last}"


def _subtitle(of: str, words: str, after: Sequence[str], sizes: Sequence[int], drawn: int) -> str:
    if not drawn:
        return f"Share of {of} by {words}"
    which = f"; the {small(MOST)} largest" if drawn == MOST else ""
    n = f"n = {sizes[1]:,}, a year before {sizes[0]:,}"
    return f"Share of {of} by {words}, {_long(after)} and the same months a year before{which}. {n}"


def _notes(facts: Facts) -> list[str]:
    parts = [SYNTHETIC] * facts.synthetic
    if facts.is_whole:
        parts.append(
            "Bold: larger than chance would give (95% interval of the difference of two shares) and than what is "
            "untraced allows."
        )
    return [*parts, "Three whole months are taken together, each by the number of its models."]


_PARTS = ("before", "low_before", "high_before", "after", "low_after", "high_after", "change")


def _data(changes: Sequence[Change]) -> pl.DataFrame:
    def column(of: Callable[[Change], Any], kind: Any = pl.Float64) -> pl.Series:
        return pl.Series([of(each) for each in changes], dtype=kind)

    return pl.DataFrame(
        {
            "group": column(lambda each: each.name, pl.String),
            "before": column(lambda each: each.before.share),
            "low_before": column(lambda each: each.before.low),
            "high_before": column(lambda each: each.before.high),
            "n_before": column(lambda each: each.before.n, pl.Int64),
            "after": column(lambda each: each.after.share),
            "low_after": column(lambda each: each.after.low),
            "high_after": column(lambda each: each.after.high),
            "n_after": column(lambda each: each.after.n, pl.Int64),
            "change": column(lambda each: each.points),
            "is_stated": column(lambda each: each.is_stated, pl.Boolean),
        }
    )


def _alt(changes: Sequence[Change], before: Sequence[str], after: Sequence[str]) -> str:
    if not changes:
        return f"No three months a year apart count {THIN} models each."
    told = ", ".join(
        f"{each.name} from {percent(each.before.share)} to {percent(each.after.share)}" for each in changes
    )
    return f"Dumbbells, {_short(before)} and {_short(after)}: {told}."
