"""How quickly a new root is taken up: days to the first derivative, quantization, tenth, and half of all, by family."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from tracker.charts.forms.hues import NAMELESS, hues
from tracker.charts.forms.sentence import Sentence
from tracker.charts.look.facts import SYNTHETIC, Asked, Facts
from tracker.charts.look.figure import Figure, Plot
from tracker.charts.plots.milestones import KEY, Course, Milestones
from tracker.findings.uptake import stated

TITLE = "Days from a root's release to what is built on it, by family"
QUESTION = "How quickly is a new root taken up?"
LEAST = 20  # derivatives of a root: of fewer, half of all is soon reached
MOST = 12  # rows
ASKS = {"uptake": {"measure": "uptake", "least": LEAST}}


def draw(asked: Mapping[str, Asked], facts: Facts) -> Figure:
    """Draw rows of `family` (null: all), `milestone`, `days` with `low` and `high`, `roots` and `young` ones."""
    frame = asked["uptake"].frame
    rows = _rows(frame, facts)
    every = frame.filter(pl.col("family").is_null() & (pl.col("milestone") == "half")).to_dicts()
    found = (
        stated(every[0]["low"], every[0]["high"], every[0]["roots"])
        if every and every[0]["roots"] and facts.is_whole
        else ""
    )
    return Figure(
        question=QUESTION,
        title=facts.title or found or TITLE,
        subtitle=f"Median over the roots of each family with at least {LEAST} derivatives: days from creation to each",
        note=" ".join(_notes(frame, rows, facts)),
        alt=_alt(rows),
        plot=_plot(rows),
        data=frame.with_columns(pl.col("family").fill_null("all families")),
        units=dict.fromkeys(("days", "low", "high"), "days"),
        has_finding=bool(found),
    )


def _rows(frame: pl.DataFrame, facts: Facts) -> list[Course]:
    """Return a row of each family with a name, at most MOST with the most roots, the soonest half first."""
    named = frame.filter(pl.col("family").is_not_null() & ~pl.col("family").is_in(sorted(NAMELESS)))
    days: dict[str, dict[str, float]] = {}
    roots: dict[str, int] = {}
    for row in named.iter_rows(named=True):
        days.setdefault(row["family"], {})[row["milestone"]] = row["days"]
        roots[row["family"]] = max(roots.get(row["family"], 0), row["roots"])
    largest = sorted(roots, key=lambda name: (-roots[name], name))[:MOST]
    names = sorted(largest, key=lambda name: (days[name]["half"], name))
    return [
        Course(name, role, ink, days[name], f"{roots[name]:,} root{'s' * (roots[name] != 1)}")
        for name, (role, ink) in zip(names, hues(names, "family", facts), strict=True)
    ]


def _plot(rows: Sequence[Course]) -> Plot:
    if not rows:
        return Sentence(f"No root of a reviewed family has {LEAST} derivatives or more, so nothing is drawn.")
    return Milestones(rows)


def _notes(frame: pl.DataFrame, rows: Sequence[Course], facts: Facts) -> list[str]:
    parts = [SYNTHETIC] * facts.synthetic
    every = frame.filter(pl.col("family").is_null() & (pl.col("milestone") == "half"))
    if every.height and (young := every["young"][0]):
        parts.append(
            f"{young} of {every['roots'][0]} roots {'is' if young == 1 else 'are'} younger than a year: "
            "what is still built on them will move their half to the right."
        )
    families = frame.filter(pl.col("family").is_not_null() & ~pl.col("family").is_in(sorted(NAMELESS)))["family"]
    if (more := families.n_unique() - len(rows)) > 0:
        parts.append(f"{more} more {'family' if more == 1 else 'families'} in the data.")
    parts.append("Medians of few roots say little; their intervals are in the data.")
    parts.append("Roots of before March 2022 have no age and are left out.")
    return parts


def _alt(rows: Sequence[Course]) -> str:
    if not rows:
        return f"No root of a reviewed family has {LEAST} derivatives or more."
    values = ", ".join(f"{row.name} {row.days['half']:.0f} ({row.small})" for row in rows)
    steps = ", ".join(text for _, text in KEY)
    return f"Rows of marks on a logarithmic axis of days: {steps}. Days to half of all: {values}."
