"""Which generation of a family is built on: its lines as a stack, the oldest palest at the foot, the others grey."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from tracker.charts.forms import months as monthly
from tracker.charts.forms import quarters as quarterly
from tracker.charts.forms.axes import Sizes, Ticks, month_ticks
from tracker.charts.forms.hues import NAMELESS, seen
from tracker.charts.forms.months import FEWEST
from tracker.charts.forms.sentence import Sentence
from tracker.charts.forms.stack import Part, Stack
from tracker.charts.look import colors
from tracker.charts.look.facts import SYNTHETIC, Asked, Facts
from tracker.charts.look.figure import Figure, Plot
from tracker.charts.look.numbers import percent
from tracker.charts.look.sums import ordered_sum
from tracker.findings.chance import THIN
from tracker.findings.monthly import spelt

TITLE = "Lines of one family (--only) among what is built on it, the leading one unless named"
QUESTION = "Which generation of a family is built on?"
CHOOSES = "family"
KEEPS = ("by",)
MAX_MONTHS = 36
_OF = "family="  # how a question is narrowed to one
MOST = 4  # lines, each a shade of the family's hue
ASKS = {"share": {"measure": "share", "by": "family", "months": MAX_MONTHS}}


def more(asked: Mapping[str, Asked], facts: Facts) -> dict[str, dict[str, object]]:
    """Ask for the lines of the family, the leading one of the last whole month unless one is chosen."""
    answer = asked["share"]
    asks = answer.parameters
    within = {
        "measure": "share", "by": "line", "first": date.fromisoformat(f"{asks['from']}-01"), "until": asks["to"],
        "where": (*asks.get("where", ()), f"{_OF}{facts.chosen or _leader(answer.frame, facts)}"),
    }  # fmt: skip
    return {"share": within, "lines": {"measure": "lines"}}


def _leader(frame: pl.DataFrame, facts: Facts) -> str:
    group = frame.columns[1]
    last = monthly.read(frame, facts, MAX_MONTHS).last or frame["month"].max()
    named = frame.filter((pl.col("month") == last) & ~pl.col(group).is_in(sorted(NAMELESS)))
    return str(named.sort(["derivatives", group], descending=[True, False])[group][0]) if named.height else "unknown"


@dataclass(frozen=True)
class Columns:
    """What the columns stand for: months, or quarters where months are thin."""

    every: Sequence[str]  # all of them, those not drawn as well
    frame: pl.DataFrame  # rows of `column`, `line`, `derivatives`, `share`, `n`
    drawn: frozenset[str]
    last: str
    running: bool
    notes: Sequence[str]

    def told(self, column: str) -> str:
        """Return how people write a column's name."""
        return quarterly.spelt(column) if "Q" in column else spelt(column)


def draw(asked: Mapping[str, Asked], facts: Facts) -> Figure:
    """Draw rows of `month` (YYYY-MM), `line`, `derivatives`, `share` (0 to 1) of the family's, and lines' releases."""
    answer = asked["share"]
    family = next(each for each in reversed(answer.parameters["where"]) if each.startswith(_OF))[len(_OF) :]
    held = _columns(answer, facts)
    parts = _parts(held, family, asked["lines"].frame, facts)
    of = "new derivatives" if facts.is_whole else answer.denominator
    size = held.frame.filter(pl.col("column") == held.last)["n"].max() if held.last else None
    values = f". Values: {held.told(held.last)}, n = {size:,}" if isinstance(size, int) else ""
    return Figure(
        question=f"Which {family} generation is built on?",
        title=facts.title or f"Lines of {family} among what is built on it",
        subtitle=f"Share of each line among {of} with a root of {family}{values}",
        note=" ".join(_notes(held, facts)),
        alt=_alt(parts, family, held),
        plot=_plot(parts, held),
        data=held.frame.rename({"column": "quarter" if "Q" in held.last else "month"}),
        units={"derivatives": "credit", "share": "part of 1", "n": "models"},
        has_finding=False,
    )


def _columns(answer: Asked, facts: Facts) -> Columns:
    """Return months where enough of them are whole and not thin, else quarters."""
    frame = answer.frame
    if frame.is_empty():
        return Columns([], _named(frame, "month"), frozenset(), "", False, [])
    held = monthly.read(frame, facts, MAX_MONTHS)
    if len(held.whole) >= FEWEST:
        rows = _named(frame, "month")
        return Columns(held.every, rows, held.drawn, held.last, held.running, held.notes("Hatched"))
    every = quarterly.summed(frame, "line", str(answer.parameters.get("from", "")), facts)
    drawn, thin = quarterly.drawn(every)
    if not drawn:
        return Columns(held.every, _named(frame, "month"), held.drawn, held.last, held.running, held.notes("Hatched"))
    notes = ["Whole quarters, since months of so few models say little."]
    if thin:
        notes.append(f"Left out, with fewer than {THIN} models: quarters to {quarterly.spelt(thin[-1])}.")
    return Columns(drawn, _named(every, "quarter"), frozenset(drawn), drawn[-1], False, notes)


def _named(frame: pl.DataFrame, column: str) -> pl.DataFrame:
    return frame.rename({column: "column"}).select("column", "line", "derivatives", "share", "n").sort("column", "line")


def _parts(held: Columns, family: str, lines: pl.DataFrame, facts: Facts) -> list[Part]:
    """Return the largest lines of the last year from the newest to the oldest, then all others."""
    recent = sorted(held.drawn)[-4 if "Q" in held.last else -12 :]
    weights = (
        held.frame.filter(pl.col("column").is_in(recent))
        .group_by("line", maintain_order=True)
        .agg(ordered_sum("derivatives"))
    )
    named = [row for row in weights.iter_rows() if row[0] not in NAMELESS and row[0] != family and row[1] > 0]
    largest = [row[0] for row in sorted(named, key=lambda row: (-row[1], row[0]))[:MOST]]
    released = {row["line"]: row["first_release"] or "" for row in lines.iter_rows(named=True)}
    oldest_first = sorted(largest, key=lambda line: (released.get(line) or "9999", line))
    origin = facts.origin(family)
    roles, ink = _ramp(origin)[MOST - len(oldest_first) :], colors.ink(origin)
    parts = [Part(line, role, ink, _shares(held, [line])) for line, role in zip(oldest_first, roles, strict=True)]
    rest = [line for line in held.frame["line"].unique().to_list() if line not in largest]
    return [*reversed(parts), Part("other lines", "un1", "uni", _shares(held, rest))]


def _ramp(origin: str) -> list[str]:
    """Return MOST shades of an origin's hue, from the palest on."""
    hue = colors.area(origin)
    if origin in (colors.CHINA, colors.US, colors.EUROPE):
        return [f"{hue[:2]}{shade}" for shade in (3, 2, 1, 4)]
    return [f"{seen(hue)}.{step}" for step in (2, 3, 4, 5)]


def _shares(held: Columns, lines: Sequence[str]) -> list[float | None]:
    rows = (
        held.frame.filter(pl.col("line").is_in(lines)).group_by("column", maintain_order=True).agg(ordered_sum("share"))
    )
    summed = dict(rows.iter_rows())
    return [summed.get(column, 0.0) if column in held.drawn else None for column in held.every]


def _plot(parts: Sequence[Part], held: Columns) -> Plot:
    if not held.drawn:
        return Sentence(f"No month counts {THIN} models or more, so no column is drawn.")
    sizes = dict(held.frame.select("column", "n").iter_rows())
    told = [f"{held.told(column)}\tn = {sizes.get(column, 0):,}" for column in held.every]
    ticks = quarter_ticks(held.every) if "Q" in held.last else month_ticks(held.every)
    return Stack(parts, ticks, told, held.every.index(held.last), held.running)


def quarter_ticks(quarters: Sequence[str]) -> Ticks:
    """Return the ticks of YYYY-Qn at positions 0, 1, ...: the year at its first quarter that is there."""

    def marks(room: float, look: Sizes) -> list[tuple[float, str]]:
        years = [quarter[:4] for quarter in quarters]
        return [(at, year) for at, year in enumerate(years) if at == 0 or years[at - 1] != year]

    return marks


def _notes(held: Columns, facts: Facts) -> list[str]:
    parts = [SYNTHETIC] * facts.synthetic + list(held.notes)
    parts.append(f"The {MOST} largest lines of the last year, the oldest palest and at the foot.")
    parts.append("No bounds: what is untraced may be of any family.")
    return parts


def _alt(parts: Sequence[Part], family: str, held: Columns) -> str:
    if not held.last:
        return f"No month of new derivatives of {family} counts {THIN} models or more."
    at = list(held.every).index(held.last)
    values = ", ".join(f"{part.name} {percent(part.shares[at] or 0)}" for part in parts)
    period = f"{held.told(held.every[0])} to {held.told(held.every[-1])}"
    return f"Stacked columns, {period}: lines of {family}. {held.told(held.last)}: {values}."
