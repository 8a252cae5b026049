"""What each day brought: settled downloads by origin, with the days that are not plainly measured marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

import polars as pl

from tracker.charts import Asks, marked
from tracker.charts.forms.axes import day_ticks
from tracker.charts.forms.hues import NAMELESS, hues
from tracker.charts.forms.lines import Line, Lines
from tracker.charts.forms.sentence import Sentence
from tracker.charts.forms.series import of_days
from tracker.charts.look.facts import SYNTHETIC, Asked, Facts
from tracker.charts.look.figure import Figure, Plot
from tracker.charts.look.numbers import day, in_one_unit, percent, short
from tracker.charts.look.sums import ordered_sum
from tracker.charts.marked import incidents, recounted

TITLE = "Downloads of each day by origin country"
QUESTION = "How much is downloaded on a day, and whose models?"
ASKS = {"trend": {"measure": "trend", "by": "downloads", "of": "countries", "flow": True, "settled": True}}
KEEPS = ("by", "since_release")
LOG = True
MOST = 8  # lines
FEWEST = 2  # days: with fewer there is no line
SMOOTHED_FROM = 120  # days; fewer show their weekly cycle as it is
THINNED_FROM = 240  # days; of more every other one has a point, which means of seven days do not miss
WINDOW = 7  # days in a mean


def more(asked: Mapping[str, Asked], facts: Facts) -> Asks:
    """Return what befell the days that are drawn, and when downloads began to be counted otherwise."""
    return marked.about(asked["trend"].frame["day"], facts)


def draw(asked: Mapping[str, Asked], facts: Facts) -> Figure:
    """Draw rows of `day`, a group, `value`, `spread` and `flag`; countries are summed up by origin."""
    answer = asked["trend"]
    group = answer.frame.columns[1]
    frame = of_days(answer.frame, facts, "value", "spread", "left_out")
    days = _between(frame["day"].to_list())
    spread, open_from = _spread(frame, days), _unsettled(frame)
    lines = _lines(frame, days, open_from, group, facts)
    befell = incidents.read(marked.rows(asked, "incidents"))
    counted = recounted.read(marked.rows(asked, "recounted"))
    by = group.replace("_", " ")
    mean = f" ({WINDOW}-day mean)" if len(days) >= SMOOTHED_FROM else ""
    of = "" if facts.is_whole else f", of {answer.denominator}"
    return Figure(
        question=QUESTION if group == "origin_country" else f"How much is downloaded on a day, by {by}?",
        title=facts.title or f"Downloads of each day by {by}{of}",
        subtitle=f"Settled downloads a day{mean}, {answer.denominator or 'all models'}, by {by}",
        note=" ".join(
            [*_notes(frame, days, spread, open_from, facts), *incidents.sentence(befell), *recounted.sentence(counted)]
        ),
        alt=_alt(days, lines),
        plot=_plot(days, lines, spread, open_from, befell, counted, facts),
        data=frame.select("day", "group", "value", "spread", "left_out", "flag"),
        units=dict.fromkeys(("value", "spread", "left_out"), "downloads"),
        has_finding=False,
    )


def _between(days: Sequence[date]) -> list[date]:
    """Return all days from the first to the last."""
    first, last = min(days), max(days)
    return [first + timedelta(days=at) for at in range((last - first).days + 1)]


def _lines(frame: pl.DataFrame, days: Sequence[date], open_from: date | None, group: str, facts: Facts) -> list[Line]:
    """Return the lines of the largest groups, each with its last settled day as its value."""
    known = frame.filter(~pl.col("group").is_in(sorted(NAMELESS)))
    largest = (
        known.group_by("group", maintain_order=True)
        .agg(ordered_sum("value"))
        .sort(["value", "group"], descending=[True, False])
    )
    named = [str(name) for name in largest["group"].head(MOST)]
    settled = [at for at, each in enumerate(days) if open_from is None or each < open_from]
    lines = []
    for name, (role, ink) in zip(named, hues(named, group, facts), strict=True):
        held = dict(frame.filter(pl.col("group") == name).select("day", "value").iter_rows())
        values = _means([held.get(each) for each in days])
        last = values[settled[-1] if settled else -1] or 0
        lines.append(Line(name, role, ink, values, value=short(last)))
    return lines


def _means(values: Sequence[float | None]) -> Sequence[float | None]:
    """Return the mean of seven days up to each, where there are many days: it never reaches across one without."""
    if len(values) < SMOOTHED_FROM:
        return values
    means: list[float | None] = []
    run: list[float] = []
    for value in values:
        run = [] if value is None else [*run, value][-WINDOW:]
        means.append(sum(run) / len(run) if run else None)
    return means


def _spread(frame: pl.DataFrame, days: Sequence[date]) -> set[int]:
    """Return the indices of days of whose downloads more than half is spread over several."""
    totals = frame.group_by("day", maintain_order=True).agg(ordered_sum("spread"), ordered_sum("value"))
    mostly = set(totals.filter(pl.col("spread") > 0.5 * pl.col("value"))["day"])
    return {at for at, each in enumerate(days) if each in mostly}


def _unsettled(frame: pl.DataFrame) -> date | None:
    """Return the first of the days at the end that are not settled: those of an archive's end stay so."""
    settled = frame.filter(pl.col("flag") != "unsettled")["day"].max()
    after = [each for each in frame["day"] if settled is None or each > settled]
    return min(after, default=None)


def _plot(
    days: Sequence[date], lines: Sequence[Line], spread: set[int], open_from: date | None,
    befell: Sequence[incidents.Incident], counted: Mapping[date, str], facts: Facts,
) -> Plot:  # fmt: skip
    if not lines:
        return Sentence("No download of these days is of models with a known origin.")
    if len(days) < FEWEST:
        told = ", ".join(f"{line.name} {line.value}" for line in lines)
        return Sentence(f"One day, {day(days[0])}, and so no line yet: {told}.")
    dotted = spread | {at for at, each in enumerate(days) if open_from and each > open_from}
    step = 2 if len(days) >= THINNED_FROM else 1
    kept = range((len(days) - 1) % step, len(days), step)
    return Lines(
        [replace(line, values=[line.values[at] for at in kept]) for line in lines],
        list(kept),
        day_ticks(days[0], days[-1]),
        [day(days[at]) for at in kept],
        short,
        in_one_unit,
        incidents=befell,
        begins=days[0],
        estimated={place for place, at in enumerate(kept) if at in dotted},
        running=len(days) - 1 in dotted - spread,
        recounted=[float((each - days[0]).days) for each in counted],
        log=facts.log,
        wide=400,
        narrow=300,
    )


def _notes(
    frame: pl.DataFrame, days: Sequence[date], spread: set[int], open_from: date | None, facts: Facts
) -> list[str]:
    parts = [SYNTHETIC] * facts.synthetic
    parts.append(f"{len(days)} days from {days[0]} to {days[-1]}; a day is the one before the counter's.")
    if spread:
        part = float(frame["spread"].sum()) / (float(frame["value"].sum()) or 1)
        parts.append(f"Dotted: what came together for several days is spread over them ({percent(part)} of all).")
    if left := float(frame["left_out"].sum()):
        parts.append(f"Left out: {short(left)} that came at once for an unknown time before, or were lost for good.")
    if open_from:
        parts.append(f"Days from {day(open_from)} on are not settled and may still change.")
    return [*parts, "Downloads count file requests, not users."]


def _alt(days: Sequence[date], lines: Sequence[Line]) -> str:
    values = ", ".join(f"{line.name} {line.value}" for line in lines)
    return f"Lines, {day(days[0])} to {day(days[-1])}: downloads of each day. Last day: {values}."
