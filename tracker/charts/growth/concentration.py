"""How many families carry what is built: step lines of how many make half, 80 % and 90 % of new derivatives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from tracker.charts.forms import months as monthly
from tracker.charts.forms.axes import month_ticks
from tracker.charts.forms.hues import NAMELESS
from tracker.charts.forms.lines import Line, Lines
from tracker.charts.forms.months import FEWEST, Months
from tracker.charts.forms.sentence import Sentence
from tracker.charts.look.facts import SYNTHETIC, Asked, Facts, things
from tracker.charts.look.figure import Figure, Plot
from tracker.charts.look.numbers import count
from tracker.findings.carriers import stated
from tracker.findings.chance import THIN
from tracker.findings.monthly import read, spelt

TITLE = "Number of families that make half, 80% and 90% of new derivatives"
QUESTION = "How many families carry what is built?"
MAX_MONTHS = 36
ASKS = {"share": {"measure": "share", "by": "family", "months": MAX_MONTHS}}
PARTS = {"half": 0.5, "most_80": 0.8, "most_90": 0.9}
_WORDS = {"half": "Half", "most_80": "80%", "most_90": "90%"}
_ROLES = {"half": ("ink", "ink"), "most_80": ("muted", "ink"), "most_90": ("faint", "muted")}
_NOISE = 1e-9  # of sums of doubles


def draw(asked: Mapping[str, Asked], facts: Facts) -> Figure:
    """Draw rows of `month` (YYYY-MM), a group, `derivatives`, `share` (0 to 1), `low`, `high`, `n`.

    Counted is what is traced to a group with a name; the Herfindahl index of it is in the data.
    """
    answer = asked["share"]
    frame, group = answer.frame, answer.frame.columns[1]
    held = monthly.read(frame, facts, MAX_MONTHS)
    data = counts(frame, group)
    words = {"family": "families", "origin_country": "origin countries"}.get(group, f"groups of {group}")
    of = things(answer)
    lines = _lines(data, held, words)
    whole = read(frame, group, NAMELESS, held.whole)
    found = stated(whole[-1], PARTS.values(), words, of) if whole and facts.is_whole else ""
    return Figure(
        question=QUESTION if group == "family" else f"How many {words} carry what is built?",
        title=facts.title or found or f"Number of {words} that make half, 80% and 90% of {of}",
        subtitle=f"Number of {words} that together make half, 80% and 90% of {of} traced to one, by month",
        note=" ".join(_notes(data, held, facts)),
        alt=_alt(lines, held, of),
        plot=_plot(lines, held),
        data=data,
        units={**dict.fromkeys(PARTS, words), "herfindahl": "0 to 1", "traced": "part of 1", "n": "models"},
        has_finding=bool(found),
    )


def counts(frame: pl.DataFrame, group: str) -> pl.DataFrame:
    """Return a row a month: how many groups make each part, the Herfindahl index, the traced part, and `n`."""
    rows = []
    for (month,), held in frame.group_by("month", maintain_order=True):
        named = held.filter(~pl.col(group).is_in(sorted(NAMELESS)))["derivatives"].sort(descending=True).to_list()
        total = sum(named)
        if not total:
            continue
        row: dict[str, object] = {"month": str(month)}
        row |= {name: _needed(named, part * total) for name, part in PARTS.items()}
        row |= {"herfindahl": sum((each / total) ** 2 for each in named)}
        rows.append(row | {"traced": total / (held["derivatives"].sum() or 1), "n": int(held["n"].max() or 0)})  # type: ignore[arg-type]
    return pl.DataFrame(rows)


def _needed(sizes: Sequence[float], total: float) -> int:
    """Return how many of the largest reach a total."""
    reached = 0.0
    for at, size in enumerate(sizes, 1):
        reached += size
        if reached >= total - _NOISE:
            return at
    return len(sizes)


def _lines(data: pl.DataFrame, held: Months, words: str) -> list[Line]:
    rows = {row["month"]: row for row in data.iter_rows(named=True)}
    lines = []
    for name, (role, ink) in reversed(_ROLES.items()):
        values = [rows[month][name] if month in held.drawn and month in rows else None for month in held.every]
        last = rows.get(held.last, {}).get(name, 0)
        value = f"{last} {_one(words) if last == 1 else words}"
        lines.append(Line(f"{_WORDS[name]} by", role, ink, values, value=value))
    return lines


def _one(words: str) -> str:
    return {"families": "family", "origin countries": "origin country"}.get(words, words.replace("groups", "group"))


def _plot(lines: Sequence[Line], held: Months) -> Plot:
    if not held.drawn:
        return Sentence(f"No month counts {THIN} models or more, so nothing is drawn.")
    if len(held.whole) < FEWEST:
        values = ", ".join(f"{line.name} {line.value}" for line in reversed(lines))
        return Sentence(f"Fewer than {FEWEST} whole months, and so no lines yet. {spelt(held.last)}: {values}.")
    return Lines(
        lines, list(range(len(held.every))), month_ticks(held.every), held.heads(), count,
        lambda values: [f"{value:,.10g}" for value in values], running=held.running, stepped=True, wide=360, narrow=300,
    )  # fmt: skip


def _notes(data: pl.DataFrame, held: Months, facts: Facts) -> list[str]:
    parts = [SYNTHETIC] * facts.synthetic + held.notes("Dotted")
    index = dict(data.select("month", "herfindahl").iter_rows()) if data.height else {}
    if held.whole and held.whole[0] in index and held.last in index:
        then = f", against {index[held.whole[0]]:.2f} in {spelt(held.whole[0])}" if len(held.whole) > 1 else ""
        parts.append(f"The Herfindahl index of {spelt(held.last)} is {index[held.last]:.2f}{then}.")
    parts.append("Of few models few families can be seen: a number that moves by one or two says little.")
    return parts


def _alt(lines: Sequence[Line], held: Months, of: str) -> str:
    if not held.last:
        return f"No month of {of} counts {THIN} models or more."
    values = ", ".join(f"{line.name} {line.value}" for line in reversed(lines))
    period = f"{spelt(held.every[0])} to {spelt(held.every[-1])}"
    return f"Step lines, {period}. {spelt(held.last)}: {values}."
