"""Compute what a claim asks for, from the published copy alone, or say what it would need."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import polars as pl

from tracker import measures
from tracker.answers import Published, counting, share
from tracker.answers.totals import under_definition
from tracker.registry.claims import Claim
from tracker.registry.definitions import Definition
from tracker.registry.points import Point

WHOLE_HUB = 1_000_000  # models; the Hub passed them in September 2024, so a copy with fewer is a part of it
EARLIEST = date(2023, 1, 1)  # no claim speaks of a month before
FEW = 30  # derivatives of a month; the standard error of a share is 9 points then
NEAR = timedelta(days=10)  # a night this far from a day still stands for it

# asks whose figures are numbers of the whole Hub; the others are ratios
ABSOLUTE = frozenset({"count", "per_day", "downloads", "downloads_30d", "window", "window_per_day"})
# asks that look at counters of a night, or between two, instead of days of creation
OF_A_NIGHT = frozenset({"downloads", "downloads_30d", "downloads_share", "largest", "below", "derivative_downloads"})
OF_TWO_NIGHTS = frozenset({"window", "window_share", "window_per_day", "attention"})


class CannotCompute(Exception):
    """What a claim needs and this copy does not have, as the rest of a sentence: 'needs ...'."""


@dataclass
class Desk:
    """The published copy with what was asked of it before, so that claims that share a question ask it once."""

    published: Published
    models: Sequence[str] = ()
    whole_hub: int = WHOLE_HUB
    few: int = FEW
    asked: dict[tuple[Any, ...], pl.DataFrame] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.facts = self.published.facts()
        nights = self.published.query(
            "select snapshot_date from nights where scope = $scope order by snapshot_date", {"scope": self.facts.scope}
        )
        self.nights: list[date] = nights["snapshot_date"].to_list()

    def query(self, name: str, values: Mapping[str, Any], parts: Mapping[str, str] | None = None) -> pl.DataFrame:
        """Ask a measure once, and again from memory."""
        sql = measures.fill(measures.load(name).sql, parts or {})
        bound = measures.bound(sql, values)
        key = (sql, *bound.items())
        if key not in self.asked:
            self.asked[key] = self.published.query(sql, bound)
        return self.asked[key]

    def night(self, day: date) -> date:
        """Return the night that stands for `day`; raise CannotCompute where none is near."""
        nearest = min(self.nights, key=lambda night: abs(night - day), default=None)
        if nearest is None or abs(nearest - day) > NEAR:
            here = f"the nights here run from {self.nights[0]} to {self.nights[-1]}" if self.nights else "there is none"
            raise CannotCompute(f"needs a snapshot of about {day}; {here}")
        return nearest


def compute(desk: Desk, claim: Claim, definition: Definition, point: Point) -> float:
    """Return our figure for one point of a claim; raise CannotCompute with what it would need."""
    _check(desk, claim, definition, point)
    numbers = [_FIGURES[claim.asks](desk, claim, definition, replace_group(point, group)) for group in point.groups]
    if len(numbers) == 1:
        return numbers[0]
    if not numbers[1]:
        raise CannotCompute(f"needs something of {point.groups[1]}, of which there is nothing here")
    return numbers[0] / numbers[1]


def replace_group(point: Point, group: str) -> Point:
    """Return the point as it stands for one side of a quotient."""
    return replace(point, group=group)


def _check(desk: Desk, claim: Claim, definition: Definition, point: Point) -> None:
    """Raise CannotCompute where the copy does not hold what the claim is about."""
    if claim.asks == "none":
        raise CannotCompute(claim.needs)
    if definition.needs_list and not desk.models:
        raise CannotCompute(f"needs the list of models of {definition.name}; name it with --list FILE")
    if claim.asks == "listed":
        return
    if desk.facts.scope != "full":
        raise CannotCompute(f"needs the whole Hub; this copy covers {desk.facts.scope}")
    if desk.facts.models < desk.whole_hub and _is_of_the_whole(desk, claim, point):
        raise CannotCompute(f"needs the whole Hub; this copy holds {desk.facts.models:,} models")
    if point.until > desk.facts.snapshot_date + NEAR * (claim.asks in OF_A_NIGHT | OF_TWO_NIGHTS):
        raise CannotCompute(f"needs a snapshot of {point.until} or later; this copy is of {desk.facts.snapshot_date}")


def _is_of_the_whole(desk: Desk, claim: Claim, point: Point) -> bool:
    """Say whether a claim is about the whole Hub: numbers always, ratios unless the copy is a synthetic Hub's own."""
    is_ratio = claim.asks not in ABSOLUTE or len(point.groups) > 1
    return claim.by != "model_id" and not (is_ratio and desk.facts.synthetic)


def _counted(desk: Desk, claim: Claim, definition: Definition, first: date, until: date, axis: str) -> pl.DataFrame:
    """Return the rows of a share for a period, remembered for the next claim that asks the same."""
    chosen = replace(definition, time_axis=axis, measure="share")
    by = claim.by or "publisher_country"
    key = (chosen.name, axis, by, first, until)
    if key not in desk.asked:
        answer = share(desk.published, chosen, by=by, first=first, until=until, models=desk.models)
        desk.asked[key] = answer.frame.rename({by: "name"})
    return desk.asked[key]


def _share(desk: Desk, claim: Claim, definition: Definition, point: Point) -> float:
    # every month at once, so that all claims under a definition ask one question
    rows = _counted(desk, claim, definition, EARLIEST, desk.facts.snapshot_date, "created").filter(
        pl.col("month") == f"{point.first:%Y-%m}"
    )
    counted = float(rows["derivatives"].sum())
    if counted < desk.few:
        raise CannotCompute(f"needs the whole Hub; {point.period} has {counted:,.0f} derivatives here")
    shares = rows.filter(pl.col("name") == point.group)["share"].to_list()
    return float(shares[0] or 0.0) if shares else 0.0


def _count(desk: Desk, claim: Claim, definition: Definition, point: Point) -> float:
    axis = "stock" if point.is_day else "created"
    return _number(_counted(desk, claim, definition, point.first, point.until, axis), "derivatives", point.group)


def _per_day(desk: Desk, claim: Claim, definition: Definition, point: Point) -> float:
    return _count(desk, claim, definition, point) / ((point.until - point.first).days + 1)


def _growth(desk: Desk, claim: Claim, definition: Definition, point: Point) -> float:
    before, after = (
        _number(_counted(desk, claim, definition, day, day, "stock"), "derivatives", point.group)
        for day in (point.first, point.until)
    )
    if not before:
        raise CannotCompute(f"needs {point.group} at {point.first}, of which there is nothing here")
    return after / before - 1


def _totals(desk: Desk, claim: Claim, definition: Definition, night: date, counter: str) -> pl.DataFrame:
    by = claim.by or "publisher_country"
    sql = under_definition(definition, by, counter, has_list=bool(desk.models))
    values = counting.values(definition, night, night, desk.models) | {"night": night}
    rows = desk.query("totals", values, {"totals": sql})
    if rows["value"].null_count() == rows.height:
        raise CannotCompute(f"needs {counter}, which the source of {night} does not have")
    return rows


def _downloads(desk: Desk, claim: Claim, definition: Definition, point: Point) -> float:
    counter = "downloads_30d" if claim.asks == "downloads_30d" else definition.counter
    rows = _totals(desk, claim, definition, desk.night(point.until), counter)
    if point.group and point.group not in set(rows["name"]):
        raise CannotCompute(f"needs downloads of {point.group}, of which there is nothing here")
    return _number(rows, "value", point.group)


def _downloads_share(desk: Desk, claim: Claim, definition: Definition, point: Point) -> float:
    rows = _totals(desk, claim, definition, desk.night(point.until), definition.counter)
    return _number(rows, "value", point.group) / _number(rows, "value", "")


def _window(desk: Desk, claim: Claim, definition: Definition, point: Point) -> float:
    before, after = _both(desk, point)
    return _between(desk, claim, definition, point.group, before, after)


def _window_share(desk: Desk, claim: Claim, definition: Definition, point: Point) -> float:
    before, after = _both(desk, point)
    everything = _between(desk, claim, definition, "", before, after)
    if not everything:
        raise CannotCompute(f"needs downloads between {before} and {after}, of which there are none here")
    return _between(desk, claim, definition, point.group, before, after) / everything


def _window_per_day(desk: Desk, claim: Claim, definition: Definition, point: Point) -> float:
    before, after = _both(desk, point)
    return _between(desk, claim, definition, point.group, before, after) / (after - before).days


def _between(desk: Desk, claim: Claim, definition: Definition, group: str, before: date, after: date) -> float:
    first, last = (
        _number(_totals(desk, claim, definition, night, "downloads_all_time"), "value", group)
        for night in (before, after)
    )
    return last - first


def _both(desk: Desk, point: Point) -> tuple[date, date]:
    before, after = desk.night(point.first), desk.night(point.until)
    if before == after:
        raise CannotCompute(f"needs two nights, about {point.first} and {point.until}")
    return before, after


def _concentration(desk: Desk, claim: Claim, definition: Definition, point: Point) -> float:
    is_part = point.group.endswith("%")
    number = float(point.group.rstrip("%")) / (100 if is_part else 1)
    values = {"night": desk.night(point.until), "largest": number, "threshold": number}
    row = desk.query("concentration", values).row(0, named=True)
    return _given(row["share_of_largest" if claim.asks == "largest" else "models_below"], "all-time counters")


def _size_share(desk: Desk, claim: Claim, definition: Definition, point: Point) -> float:
    size, _, organization = point.group.partition(" of ")
    least, most = _sizes(size)
    values = {
        "first": None if point.is_day else desk.night(point.first),
        "until": desk.night(point.until),
        "least": least,
        "most": most,
        "organization": organization,
        "models": ",".join(desk.models),
    }
    return _given(desk.query("sizes", values)["value"][0], "downloads of models that declare their size")


def _sizes(text: str) -> tuple[float, float]:
    """Read `<1B`, `>70B` or `1B-9B` (up to but not including 10) as numbers of parameters."""
    numbers = [float(each) * 1e9 for each in re.findall(r"(\d+)B", text)]
    if text.startswith("<"):
        return 0.0, numbers[0]
    return (numbers[0], 1e18) if text.startswith(">") else (numbers[0], numbers[1] + 1e9)


def _attention(desk: Desk, claim: Claim, definition: Definition, point: Point) -> float:
    before, after = _both(desk, point)
    return _number(desk.query("attention", {"first": before, "until": after}), "value", point.group)


def _license_share(desk: Desk, claim: Claim, definition: Definition, point: Point) -> float:
    values = {"licenses": point.group, "until": point.until}
    return _given(desk.query("licenses", values)["value"][0], "models that declare a licence")


def _derivative_downloads(desk: Desk, claim: Claim, definition: Definition, point: Point) -> float:
    rows = desk.query("descendants", {"model": point.group, "night": desk.night(point.until)})
    return _given(rows["value"][0], f"downloads of {point.group}")


def _children_rank(desk: Desk, claim: Claim, definition: Definition, point: Point) -> float:
    rows = desk.query("children", {"model": point.group, "until": point.until})
    return _given(rows["value"][0] if rows.height else None, f"derivatives of {point.group}")


def _largest_release(desk: Desk, claim: Claim, definition: Definition, point: Point) -> float:
    rows = desk.query("largest_release", {"month": point.first, "country": point.group})
    return _given(rows["value"][0], f"a model of {point.period} that declares its size")


def _listed(desk: Desk, claim: Claim, definition: Definition, point: Point) -> float:
    return float(len(desk.models))


def _number(rows: pl.DataFrame, column: str, group: str) -> float:
    """Return one group's number, or everything's where no group is named."""
    chosen = rows.filter(pl.col("name") == group) if group else rows
    return float(chosen[column].sum() or 0.0)


def _given(value: float | None, what: str) -> float:
    if value is None:
        raise CannotCompute(f"needs {what}, of which there is nothing here")
    return float(value)


_FIGURES: Mapping[str, Callable[[Desk, Claim, Definition, Point], float]] = {
    "share": _share,
    "count": _count,
    "per_day": _per_day,
    "growth": _growth,
    "downloads": _downloads,
    "downloads_30d": _downloads,
    "downloads_share": _downloads_share,
    "window": _window,
    "window_share": _window_share,
    "window_per_day": _window_per_day,
    "largest": _concentration,
    "below": _concentration,
    "size_share": _size_share,
    "attention": _attention,
    "license_share": _license_share,
    "derivative_downloads": _derivative_downloads,
    "children_rank": _children_rank,
    "largest_release": _largest_release,
    "listed": _listed,
}
