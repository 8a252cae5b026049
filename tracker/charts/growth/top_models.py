"""How far downloads are concentrated on few models: the parts of the 10, 100 and 1,000 most downloaded, by month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from tracker.charts.forms import months as monthly
from tracker.charts.forms.axes import month_ticks
from tracker.charts.forms.lines import Line, Lines
from tracker.charts.forms.months import FEWEST, Months
from tracker.charts.forms.sentence import Sentence
from tracker.charts.look.facts import SYNTHETIC, Asked, Facts
from tracker.charts.look.figure import Figure, Plot
from tracker.charts.look.numbers import label, percent
from tracker.findings.chance import THIN
from tracker.findings.monthly import spelt

TITLE = "Share of downloads that goes to the 10, 100 and 1,000 most downloaded models"
QUESTION = "How far are downloads concentrated on few models?"
MAX_MONTHS = 36
ASKS = {"concentration": {"measure": "concentration_by_month"}}
_LINES = {"top_1000": ("1,000 models", "faint", "muted"), "top_100": ("100 models", "muted", "ink"),
          "top_10": ("10 models", "ink", "ink")}  # fmt: skip


def draw(asked: Mapping[str, Asked], facts: Facts) -> Figure:
    """Draw rows of `month`, `models`, and of `top_10`, `top_100`, `top_1000`, `herfindahl`, null of too few models."""
    answer = asked["concentration"]
    frame = answer.frame
    held = monthly.read(frame.rename({"models": "n"}), facts, MAX_MONTHS)
    lines = _lines(frame, held)
    return Figure(
        question=QUESTION,
        title=facts.title or TITLE,
        subtitle="Share of the downloads of the 30 days before each month's last night, "
        f"{'all models' if facts.is_whole else f'the models {_part(answer)}'}, by month",
        note=" ".join(_notes(frame, held, facts)),
        alt=_alt(lines, held),
        plot=_plot(lines, held),
        data=frame.filter(pl.col("month").is_in(held.every)),
        units={**dict.fromkeys([*_LINES, "herfindahl"], "part of 1"), "downloads_30d": "30 days"},
        has_finding=False,
    )


def _part(answer: Asked) -> str:
    return answer.denominator.partition("of all its models ")[2]


def _lines(frame: pl.DataFrame, held: Months) -> list[Line]:
    rows = {row["month"]: row for row in frame.iter_rows(named=True)}
    found = []
    for name, (text, role, ink) in _LINES.items():
        values = [rows[month][name] if month in held.drawn and month in rows else None for month in held.every]
        last = rows.get(held.last, {}).get(name)
        if last is not None:
            found.append(Line(text, role, ink, values, value=label(last)))
    return found


def _plot(lines: Sequence[Line], held: Months) -> Plot:
    if not lines:
        return Sentence(f"No month's last night holds {THIN} models or more, so nothing is drawn.")
    if len(held.whole) < FEWEST:
        values = ", ".join(f"{line.name} {line.value}" for line in reversed(lines))
        return Sentence(f"Fewer than {FEWEST} whole months, and so no lines yet. {spelt(held.last)}: {values}.")
    return Lines(
        lines, list(range(len(held.every))), month_ticks(held.every), held.heads(), percent,
        lambda values: [percent(value, 0) for value in values], running=held.running, wide=360, narrow=300,
    )  # fmt: skip


def _notes(frame: pl.DataFrame, held: Months, facts: Facts) -> list[str]:
    parts = [SYNTHETIC] * facts.synthetic + held.notes("Dotted")
    index = dict(frame.filter(pl.col("herfindahl").is_not_null()).select("month", "herfindahl").iter_rows())
    if held.last in index:
        parts.append(
            f"The Herfindahl index of {spelt(held.last)} is {index[held.last]:.4f}, that of "
            f"{1 / index[held.last]:,.0f} models with equal downloads."
        )
    early = frame.filter((pl.col("flag") == "gap") & pl.col("month").is_in(sorted(held.drawn))).height
    if early:
        parts.append(f"Of {early} month{'s' * (early != 1)} the last night is a week or more before the end.")
    parts.append("A model and its re-uploads are several. Downloads count file requests, not users.")
    return parts


def _alt(lines: Sequence[Line], held: Months) -> str:
    if not lines:
        return f"No month's last night holds {THIN} models or more."
    values = ", ".join(f"{line.name} {line.value}" for line in reversed(lines))
    return (
        f"Lines, {spelt(held.every[0])} to {spelt(held.every[-1])}: share of downloads. {spelt(held.last)}: {values}."
    )
