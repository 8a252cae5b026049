"""Whose models are downloaded: nightly lines by origin; missed nights are gaps, never filled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import polars as pl

from tracker.charts import Asks, marked
from tracker.charts.forms.axes import day_ticks
from tracker.charts.forms.hues import NAMELESS, hues
from tracker.charts.forms.lines import Line, Lines
from tracker.charts.forms.sentence import Sentence
from tracker.charts.forms.series import of_days
from tracker.charts.look import colors
from tracker.charts.look.facts import SYNTHETIC, Asked, Facts
from tracker.charts.look.figure import Figure, Plot
from tracker.charts.look.numbers import day, in_one_unit, short, signed
from tracker.charts.marked import incidents, recounted
from tracker.charts.plots import since_release
from tracker.findings.chance import THIN
from tracker.findings.nights.covering import NIGHTLY, Night, holes, passes
from tracker.findings.nights.nightly import headline

TITLE = "Downloads over the trailing 30 days by origin country"
QUESTION = "Whose models are downloaded?"
ASKS = {
    "trend": {"measure": "trend", "by": "downloads", "of": "countries"},
    "nights": {"measure": "nights"},
}
LOG = True
SMOOTHED_FROM = 60  # nights; a shorter series shows its weekly cycle as it is
WINDOW = 7  # nights in a mean: one weekly cycle
FEWEST = 2  # nights: with fewer there is no line


def more(asked: Mapping[str, Asked], facts: Facts) -> Asks:
    """Return what befell the nights that are drawn, and when downloads were counted otherwise."""
    answer = asked["trend"]
    if answer.parameters.get("since_release") or answer.parameters.get("by", "downloads") != "downloads":
        return {}
    return marked.about(answer.frame["snapshot_date"], facts)


def draw(asked: Mapping[str, Asked], facts: Facts) -> Figure:
    """Draw rows of `snapshot_date`, a group and `value`, and rows of nights with their remarks.

    Countries are drawn as China, the United States, Europe and others; what has no reviewed origin is told, not drawn.
    """
    answer = asked["trend"]
    if answer.parameters.get("since_release"):
        return since_release.draw(asked, facts)
    group = answer.frame.columns[1]
    counted = since_release.COUNTED[answer.parameters.get("by", "downloads")]
    frame = of_days(answer.frame, facts, "value")
    nights = frame["snapshot_date"].unique().sort().to_list()
    smoothed = len(nights) >= SMOOTHED_FROM
    series = _series(frame, nights, smoothed)
    lines = _lines(series, group, facts)
    of_origins = group == "origin_country" and counted == since_release.COUNTED["downloads"]
    found = _finding(nights, series, facts) if of_origins else ""
    title = TITLE if of_origins else f"{counted} by {group.replace('_', ' ')}"
    covered = _covered(answer.frame, nights)
    missed, doubtful = _missed(covered), _doubtful(nights, asked["nights"].frame)
    counted_otherwise = recounted.read(marked.rows(asked, "recounted") if len(nights) >= FEWEST else None)
    befell = incidents.read(marked.rows(asked, "incidents"))
    return Figure(
        question=QUESTION if of_origins else f"How did {counted.lower()} develop, by {group.replace('_', ' ')}?",
        title=facts.title or found or (title if facts.is_whole else f"{title}, of {answer.denominator}"),
        subtitle=_subtitle(answer, group, counted, smoothed, facts),
        note=" ".join(
            [
                *_notes(covered, missed, doubtful, facts),
                *incidents.sentence(befell),
                *recounted.sentence(counted_otherwise),
                *_limits(counted, of_origins),
            ]
        ),
        alt=_alt(nights, lines, counted),
        plot=_plot(covered, lines, missed, doubtful, (befell, list(counted_otherwise)), facts),
        data=frame.select("snapshot_date", "group", "value"),
        units={"value": counted.lower()},
        has_finding=bool(found),
    )


Series = Mapping[str, Sequence[float | None]]


def _series(frame: pl.DataFrame, nights: Sequence[date], smoothed: bool) -> Series:
    found = {}
    for name in frame["group"].unique(maintain_order=True):
        rows = frame.filter(pl.col("group") == name)
        held = dict(zip(rows["snapshot_date"], rows["value"], strict=True))
        values = [held.get(night) for night in nights]
        found[str(name)] = _means(nights, values) if smoothed else values
    return found


def _means(nights: Sequence[date], values: Sequence[float | None]) -> list[float | None]:
    """Return the trailing mean over up to WINDOW nights; it never reaches across a gap."""
    means: list[float | None] = []
    run: list[float] = []
    for at, value in enumerate(values):
        if value is None or (at and nights[at] - nights[at - 1] > timedelta(days=1)):
            run = []
        if value is not None:
            run = [*run, value][-WINDOW:]
        means.append(sum(run) / len(run) if run and value is not None else None)
    return means


def _lines(series: Series, group: str, facts: Facts) -> list[Line]:
    named = [name for name in series if name not in NAMELESS]
    named = sorted(named, key=lambda name: (-(series[name][-1] or 0), name))[:8]
    return [
        Line(name, role, ink, series[name], value=short(series[name][-1] or 0), small=_change(series[name]))
        for name, (role, ink) in zip(named, hues(named, group, facts), strict=True)
    ]


def _change(values: Sequence[float | None]) -> str:
    first = next((value for value in values if value is not None), None)
    return f"{signed((values[-1] or 0) / first - 1)} in the window" if first and values[-1] is not None else ""


def _covered(frame: pl.DataFrame, nights: Sequence[date]) -> list[Night]:
    """Return the nights with their sources; rows name them where there are several."""
    if "source" not in frame.columns:
        return [(night, NIGHTLY) for night in nights]
    return sorted(frame.select("snapshot_date", "source").unique().iter_rows())


def _missed(covered: Sequence[Night]) -> list[tuple[float, float, str]]:
    """Return the gaps between nights as positions, and what is said of each."""
    found = []
    for hole in holes(covered):
        start = float((hole.before - covered[0][0]).days)
        text = f"{hole.missing} nights missed" if hole.missing > 1 else "1 night missed"
        found.append((start, start + (hole.after - hole.before).days, text))
    return found


def _passed(covered: Sequence[Night]) -> list[tuple[float, str]]:
    """Return where another source begins as positions, and its name."""
    return [(float((each.day - covered[0][0]).days), each.after) for each in passes(covered)]


def _doubtful(nights: Sequence[date], remarks: pl.DataFrame) -> list[date]:
    """Return the nights that gates noticed something about."""
    noticed = remarks.filter(pl.col("gate").is_not_null())["snapshot_date"]
    return sorted(set(nights) & set(noticed))


def _plot(
    covered: Sequence[Night], lines: Sequence[Line], missed: Sequence[tuple[float, float, str]],
    doubtful: Sequence[date], marks: tuple[Sequence[incidents.Incident], Sequence[date]], facts: Facts,
) -> Plot:  # fmt: skip
    nights = [night for night, _ in covered]
    if not lines:
        return Sentence("No download of these nights is of models with a known origin.")
    if len(nights) < FEWEST:
        told = ", ".join(f"{line.name} {line.value}" for line in lines)
        return Sentence(f"One night, {day(nights[0])}, and so no line yet: {told}.")
    return Lines(
        lines, [float((night - nights[0]).days) for night in nights], day_ticks(nights[0], nights[-1]),
        [day(night) for night in nights], short, in_one_unit, missed=missed,
        passed=_passed(covered),
        doubtful=[float((night - nights[0]).days) for night in doubtful],
        incidents=marks[0], begins=nights[0] - timedelta(days=1),  # a night tells of the day before
        recounted=[float((change - nights[0]).days) for change in marks[1]], log=facts.log, wide=400, narrow=300,
    )  # fmt: skip


def _finding(nights: Sequence[date], series: Series, facts: Facts) -> str:
    """Return what may be stated: of a part of the Hub, and of few models, nothing is."""
    if not facts.is_whole or (facts.models or 0) < THIN:
        return ""
    values = {name: [value or 0.0 for value in held] for name, held in series.items()}
    loose = [
        sum(values.get(name, [0.0] * len(nights))[at] for name in (colors.UNKNOWN, colors.UNREVIEWED))
        for at in range(len(nights))
    ]
    return headline(nights, {name: values[name] for name in values if name in colors.NAMED}, loose)


def _subtitle(answer: Asked, group: str, counted: str, smoothed: bool, facts: Facts) -> str:
    window = f" ({WINDOW}-night mean)" if smoothed else ""
    models = "all models" if facts.is_whole else answer.denominator
    by = "the country of their root's developer" if group == "origin_country" else group.replace("_", " ")
    n = "" if facts.models is None else f". n = {facts.models:,} models on the last night"
    return f"{counted}{window}, {models}, by {by}{n}"


def _notes(
    covered: Sequence[Night], missed: Sequence[tuple[float, float, str]], doubtful: Sequence[date], facts: Facts
) -> list[str]:
    parts = [SYNTHETIC] * facts.synthetic
    nights, passed = [night for night, _ in covered], passes(covered)
    expected = (nights[-1] - nights[0]).days + 1
    parts.append(f"{len(nights)} of {expected} nights from {nights[0]} to {nights[-1]}.")
    if passed:
        begins = ", ".join(f"{each.after} from {day(each.day)}" for each in passed[-3:])
        parts.append(f"Nights are of several sources, which count and list differently: {begins} (dotted).")
    parts += ["Missed nights are grey and left open."] * bool(missed)
    if doubtful:
        newest = ", ".join(day(night) for night in doubtful[-3:])
        more = f" and {len(doubtful) - 3} more" if len(doubtful) > 3 else ""
        parts.append(f"Triangles: gates noticed something ({newest}{more}); tracker measure nights says what.")
    return parts


def _limits(counted: str, of_origins: bool) -> list[str]:
    """Return what the numbers are not."""
    parts = ["Downloads count file requests, not users."] * (counted == since_release.COUNTED["downloads"])
    return parts + ["Roots without a reviewed origin are not drawn."] * of_origins


def _alt(nights: Sequence[date], lines: Sequence[Line], counted: str) -> str:
    values = ", ".join(f"{line.name} {line.value}" for line in lines)
    return f"Lines, {day(nights[0])} to {day(nights[-1])}: {counted.lower()}. Last night: {values}."
