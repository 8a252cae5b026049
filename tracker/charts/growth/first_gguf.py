"""How soon new roots can be run from one file: parts of roots that had a GGUF by so many days, by family."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from tracker.charts.forms.dots import Dot, Dots, Row
from tracker.charts.forms.hues import NAMELESS, hues
from tracker.charts.forms.sentence import Sentence
from tracker.charts.look.facts import SYNTHETIC, Asked, Facts
from tracker.charts.look.figure import Figure, Plot
from tracker.charts.look.numbers import percent

TITLE = "Roots with a GGUF within a week and within 90 days, by family"
QUESTION = "How soon is a new root quantized to GGUF?"
LEAST = 10  # derivatives of a root, and roots of a family
MOST = 12  # families
ASKS = {"gguf": {"measure": "gguf_uptake", "least": LEAST, "thin": LEAST}}
_ALL = "All families"


def draw(asked: Mapping[str, Asked], facts: Facts) -> Figure:
    """Draw rows of `family` (null: all), `roots`, `days` (the median of those with one) and parts `within_...`."""
    frame = asked["gguf"].frame
    drawn = _drawn(frame)
    rows = _rows(drawn, facts)
    return Figure(
        question=QUESTION,
        title=facts.title or TITLE,
        subtitle="Part of each family's roots that had a GGUF within so many days of their release; of roots that are "
        f"at least so old and have {LEAST} derivatives or more",
        note=" ".join(_notes(frame, drawn, facts)),
        alt=_alt(rows),
        plot=_plot(rows),
        data=frame.with_columns(pl.col("family").fill_null("all families")),
        units=dict.fromkeys(("days", "low", "high"), "days")
        | dict.fromkeys(("within_day", "within_week", "within_month", "within_quarter"), "part of 1"),
        has_finding=False,
    )


def _drawn(frame: pl.DataFrame) -> list[dict[str, object]]:
    """Return all families together, then those with a name and roots enough, the soonest first."""
    known = frame.filter(pl.col("within_week").is_not_null() & pl.col("within_quarter").is_not_null())
    named = known.filter(pl.col("family").is_not_null() & ~pl.col("family").is_in(sorted(NAMELESS)))
    largest = named.sort("roots", "family", descending=[True, False]).head(MOST)
    soonest = largest.sort("within_quarter", "within_week", "family", descending=[True, True, False])
    return [*known.filter(pl.col("family").is_null()).to_dicts(), *soonest.to_dicts()]


def _rows(drawn: Sequence[Mapping[str, object]], facts: Facts) -> list[Row]:
    names = [str(each["family"] or _ALL) for each in drawn]
    inks = hues([name for name in names if name != _ALL], "family", facts)
    colored = iter(inks)
    found = []
    for name, each in zip(names, drawn, strict=True):
        role, ink = ("ink", "ink") if name == _ALL else next(colored)
        week, quarter = float(str(each["within_week"])), float(str(each["within_quarter"]))
        median = f"{each['days']:,.0f} days" if each["days"] is not None else "too few"
        told = [f"{name}\t{each['roots']} roots", f"within a week\t{percent(week)}"]
        told += [f"within 90 days\t{percent(quarter)}", f"median of those with one\t{median}"]
        dots = [Dot(week, role, is_hollow=True), Dot(quarter, role, 5.0)]
        found.append(
            Row(name, ink, dots, f"{each['roots']} roots", value=percent(quarter, 0), is_bold=name == _ALL, told=told)
        )
    return found


def _plot(rows: Sequence[Row]) -> Plot:
    if not rows:
        return Sentence(f"Fewer than {LEAST} roots with {LEAST} derivatives are 90 days old, so nothing is drawn.")
    return Dots(rows, _texts, "within 90 days", (("within a week", True), ("within 90 days", False)), 1.0)


def _texts(values: Sequence[float]) -> list[str]:
    return [percent(value, 0) for value in values]


def _notes(frame: pl.DataFrame, drawn: Sequence[Mapping[str, object]], facts: Facts) -> list[str]:
    parts = [SYNTHETIC] * facts.synthetic
    named = frame.filter(pl.col("family").is_not_null() & ~pl.col("family").is_in(sorted(NAMELESS))).height
    left = named - sum(each["family"] is not None for each in drawn)
    if left:
        parts.append(f"{left} more {'family has' if left == 1 else 'families have'} fewer such roots.")
    parts.append(
        "A GGUF is a model declared as quantized that says so in its library or name, at any step below the root."
    )
    parts.append("One that was removed before the first night is not known. Parts of few roots say little.")
    return parts


def _alt(rows: Sequence[Row]) -> str:
    values = ", ".join(f"{row.name} {row.value} of {row.gist}" for row in rows) or "too few roots"
    return f"Rows of dots: roots with a GGUF within a week and within 90 days. Within 90 days: {values}."
