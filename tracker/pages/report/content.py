"""What a week's report says: its sentences with their evidence, its figures, its nights; before it has any format."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from tracker import charts
from tracker.answers import Answer
from tracker.charts.forms.series import by_origin
from tracker.charts.look.facts import things
from tracker.charts.look.numbers import day
from tracker.errors import SettingsError, TooMuch, TrackerError
from tracker.findings import changes
from tracker.findings.monthly import YEAR, Month, headline, read
from tracker.findings.nights import corrections, news
from tracker.findings.sentence import Sentence, strong
from tracker.pages.drawing import Drawing, Studio
from tracker.pages.report import elsewhere
from tracker.pages.report.week import Week

if TYPE_CHECKING:
    from tracker.store import SnapshotFacts

CHARTS = (
    "families", "origins", "year", "downloads", "flow", "settled", "relations", "licenses", "terms", "matrix",
    "definitions", "coverage", "movers", "launch", "first_gguf", "switches", "top_models", "tokens", "rating",
    "vintages", "then_and_now",
)  # fmt: skip
# charts that stand in a report only where a sentence of this kind was made
ONLY_WITH = {
    "movers": "moved", "licenses": "license", "terms": "license", "flow": "touched", "settled": "touched",
    "launch": "passed", "first_gguf": "gguf", "switches": "moved base", "top_models": "concentrated",
    "vintages": "restated", "then_and_now": "restated", "tokens": "tokens moved", "rating": "best open",
}  # fmt: skip
RECENT = {"flow": 92, "settled": 92}  # charts of days, and how many of them a report shows
NAMELESS = ("unknown", "unreviewed", "Unknown", "Unreviewed")
MARK = 1e6  # downloads of a release that are told when they are passed
LEAST_DERIVATIVES = 10  # of a root whose first GGUF is told, as in the chart of it
TOUCHED = 30  # days that the counters of a night speak for
DAYS = 28  # of the newest window, and of the one before
MONTHS = YEAR + 2  # a year before the last whole month, and the running one


@dataclass(frozen=True)
class Statement:
    """A sentence with the answer that gives its number."""

    sentence: Sentence
    answer: Answer


@dataclass(frozen=True)
class Section:
    """A figure of the report; its name is its anchor and the chart that draws it."""

    name: str
    drawing: Drawing


@dataclass(frozen=True)
class Content:
    """One week's report. `until` is its last night, `is_newest` whether nothing newer is in the copy."""

    week: Week
    until: date
    is_newest: bool
    facts: SnapshotFacts
    title: str
    lede: Sequence[Sentence]
    statements: Sequence[Statement]
    sections: Sequence[Section]


def of_week(studio: Studio, week: Week | None = None) -> Content:
    """Return the report of a week of the copy, its newest unless given; raise SettingsError for one without nights."""
    facts = studio.published.facts()
    nights = studio.ask({"measure": "nights"}).frame
    until = _last_night(nights["snapshot_date"].to_list(), week, facts)
    week = week or Week.of(until)
    asked = _ask(studio, until, facts)
    statements = list(_statements(studio, asked, nights, week, until))
    return Content(
        week=week,
        until=until,
        is_newest=until == facts.snapshot_date,
        facts=facts,
        title=_title(asked, studio, facts) or f"Open models on the Hub, week {week.number} of {week.year}",
        lede=[each.sentence for each in statements if each.sentence.kind in ("lead", "quiet")][:2],
        statements=statements,
        sections=[
            section
            for section in _sections(studio, until, facts)
            if ONLY_WITH.get(section.name, "") in ("", *(each.sentence.kind for each in statements))
        ],
    )


def _last_night(nights: Sequence[date], week: Week | None, facts: SnapshotFacts) -> date:
    if week is None:
        return facts.snapshot_date
    held = [night for night in nights if week.monday <= night <= week.sunday]
    if not held:
        span = f"its nights run from {min(nights)} to {max(nights)}" if nights else "it has no night"
        raise SettingsError(f"no night of {week} ({week.monday} to {week.sunday}) is in this copy: {span}")
    return max(held)


def _ask(studio: Studio, until: date, facts: SnapshotFacts) -> dict[str, Answer]:
    first = _months_before(until, MONTHS - 1)
    period: dict[str, Any] = {"first": first, "until": until}
    return {
        "families": studio.ask({"measure": "share", "by": "family", **period}),
        "origins": studio.ask({"measure": "share", "by": "origin_country", **period}),
        "licenses": studio.ask({"measure": "share", "by": "license_class", **period}),
        "crossings": studio.ask({"measure": "crossings", "by": "family", "until": until}),
        "windows": studio.ask({"measure": "shifts", "until": until, "days": DAYS}),
    }


def _statements(
    studio: Studio, asked: Mapping[str, Answer], nights: pl.DataFrame, week: Week, until: date
) -> Iterator[Statement]:
    """Yield all that the week allows to state, each with its answer; of a part of the Hub only what its nights were."""
    if asked["families"].parameters["scope"] == "full":
        families, origins = _months(asked["families"], "family"), _origins(studio, asked["origins"])
        found: Iterable[Sentence] = [
            *changes.of_windows(asked["windows"].frame.to_dicts(), NAMELESS, DAYS, day(until)),
            *changes.of_families(families, things(asked["families"])),
            *changes.of_origins(origins),
            *changes.of_licenses(_months(asked["licenses"], "license_class")),
            *changes.of_crossings(asked["crossings"].frame.to_dicts(), [month.month for month in families]),
        ]
        for sentence in found:
            yield Statement(sentence, asked[sentence.question])
        yield from _news(studio, nights["snapshot_date"].to_list(), week, until)
    for sentence, answer in elsewhere.news(studio, week.monday, until):
        yield Statement(sentence, answer)
    if studio.published.has("derivatives_vintages"):
        restated = studio.ask({"measure": "restatements", "since": week.monday})
        rows = restated.frame.to_dicts()
        for sentence in [
            *corrections.of_days(rows, week.monday, week.sunday),
            *corrections.of_nights(rows, week.monday, week.sunday),
        ]:
            yield Statement(sentence, restated)
    for sentence in _nights(nights, week, until):
        yield Statement(sentence, studio.ask({"measure": "nights"}))
    befell = studio.ask(_befell(asked["families"].parameters["scope"], until))
    for sentence in _touched(befell.frame):
        yield Statement(sentence, befell)
    if studio.published.has("watch_matches"):
        watched = studio.ask({"measure": "watched", "first": week.monday, "until": until})
        for sentence in changes.of_watches(watched.frame.to_dicts()):
            yield Statement(sentence, watched)


def _news(studio: Studio, nights: Sequence[date], week: Week, until: date) -> Iterator[Statement]:
    """Yield what nights before this week could not show: marks passed, first GGUFs, what a month has come to."""
    launched = studio.ask({"measure": "launch", "rows": 6, "mark": MARK})
    for sentence in news.of_marks(launched.frame.to_dicts(), week.monday, until, f"{MARK / 1e6:g} million"):
        yield Statement(sentence, launched)
    ggufs = studio.ask({"measure": "first_gguf", "until": until, "least": LEAST_DERIVATIVES})
    for sentence in news.of_ggufs(ggufs.frame.to_dicts(), week.monday, until):
        yield Statement(sentence, ggufs)
    month = news.whole_since(max((night for night in nights if night < week.monday), default=None), until)
    if month is None:
        return
    first = date.fromisoformat(f"{month}-01")
    concentrated = studio.ask({"measure": "concentration_by_month", "first": first, "until": first})
    for sentence in news.of_downloads(concentrated.frame.to_dicts(), month):
        yield Statement(sentence, concentrated)
    switches = studio.ask({"measure": "base_switches", "first": first, "until": until, "least": 1})
    for sentence in news.of_switches(switches.frame.to_dicts(), month, NAMELESS):
        yield Statement(sentence, switches)


def _nights(nights: pl.DataFrame, week: Week, until: date) -> Iterator[Sentence]:
    """Yield how many nights of the week are in the record, which were missed, and what gates noticed of them."""
    held = nights.filter(pl.col("snapshot_date").is_between(week.monday, until))
    days = held["snapshot_date"].unique().sort().to_list()
    asked = [week.monday + timedelta(days=at) for at in range((until - week.monday).days + 1)]
    missed = [night for night in asked if night not in days]
    text = f"{strong(f'{len(days)} of {len(asked)}')} nights of this week are in the record"
    text += f"; missed: {', '.join(map(day, missed))}" if missed else ""
    yield Sentence("nights", f"{text}.", float(len(days)), "downloads", "nights")
    for night, _, _, _, remark in held.filter(pl.col("gate").is_not_null()).iter_rows():
        yield Sentence(
            "doubt", f"On the night of {strong(day(night))} a gate noticed: {remark}.", 1.0, "downloads", "nights"
        )


def _befell(scope: str, until: date) -> dict[str, Any]:
    """Return the question what befell the days that 30-day counters of a night speak for."""
    return {
        "measure": "incidents",
        "first": until - timedelta(days=TOUCHED),
        "until": until - timedelta(days=1),
        "scope": scope,
    }


def _touched(incidents: pl.DataFrame) -> Iterator[Sentence]:
    """Yield on which days counters stood still, fell or lacked models; silent where they did on none."""
    missing = incidents.filter(pl.col("kind").is_in(["stall", "fall", "partial"]))
    if missing.is_empty():
        return
    spans = list(dict.fromkeys(missing.select("first_day", "last_day").iter_rows()))
    told = "; ".join(day(first) if first == last else f"{day(first)} to {day(last)}" for first, last in spans)
    days = {first + timedelta(days=at) for first, last in spans for at in range((last - first).days + 1)}
    yield Sentence(
        "touched",
        f"Counters stood still, fell or were incomplete on {strong(str(len(days)))} of {TOUCHED} days ({told}).",
        float(len(days)),
        "flow",
        "incidents",
    )


def _sections(studio: Studio, until: date, facts: SnapshotFacts) -> Iterator[Section]:
    for name in CHARTS:
        if name not in charts.names():
            continue
        options: dict[str, Any] = {} if until == facts.snapshot_date else {"until": until}
        if name in RECENT:
            options["first"] = until - timedelta(days=RECENT[name])
        try:
            yield Section(name, studio.draw(charts.find(name), options))
        except TooMuch:
            raise
        except TrackerError:  # it has no rows, or cannot be asked about the past
            continue


def _title(asked: Mapping[str, Answer], studio: Studio, facts: SnapshotFacts) -> str:
    """Return the headline: who leads, who gained and who lost in a year; empty where nothing may be stated."""
    if asked["families"].parameters["scope"] != "full":
        return ""
    months = _months(asked["families"], "family")
    found = list(changes.of_families(months, things(asked["families"])))
    parts: list[str] = []
    for kind, verb in (("leader", "leads"), ("gained", "gains"), ("lost", "falls")):
        names = [each.parts[0][0] for each in found if each.kind == kind]
        taken = [part.split(" ")[0] for part in parts]
        name = next((name for name in names if name not in taken), "")
        parts += [f"{name} {verb}"] if name else []
    if parts:
        return ", ".join(parts)
    return headline(months, None, things(asked["families"]))


def _months(answer: Answer, group: str) -> list[Month]:
    """Return the whole months of shares."""
    return read(answer.frame, group, NAMELESS, _whole(answer))


def _origins(studio: Studio, answer: Answer) -> list[Month]:
    frame = by_origin(answer.frame, studio.facts(answer))
    return read(frame, "group", NAMELESS, _whole(answer))


def _whole(answer: Answer) -> list[str]:
    """Return the months of an answer that are over."""
    until: date = answer.parameters["to"]
    after = (until + timedelta(days=1)).replace(day=1)
    return [month for month in answer.frame["month"].unique().sort().to_list() if month < f"{after:%Y-%m}"]


def _months_before(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)
