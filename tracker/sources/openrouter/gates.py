"""May these token counts be taken? One rule each, with the story that it is for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

import polars as pl

from tracker.sources.contract import Gate, Rule, Tables

NAMED, DAYS = 50, 30  # models that a day names, days that an export holds
SETTLED_AFTER = timedelta(days=3)
SAME = 0.001  # a settled day's tokens never moved by more in eighty polls
LOWEST, HIGHEST = 0.4, 2.5  # times the median of the seven days before; seven days in one are five to seven times it
BEFORE = 7
EXACT = 1e-6  # of a share
LATE = timedelta(days=3)


def _days_are_whole(tables: Tables, _: Tables | None) -> Iterator[str]:
    exported = tables["token_days"].filter(pl.col("via") == "export")
    found = exported.group_by("day").agg(
        pl.len().alias("rows"),
        (pl.col("slug") == "other").sum().alias("others"),
        pl.col("rank").filter(pl.col("slug") == "other").count().alias("ranked"),
        pl.col("rank").filter(pl.col("slug") != "other").sort().alias("ranks"),
    )
    for day, rows, others, ranked, ranks in found.sort("day").iter_rows():
        if others != 1 or ranked:
            yield f"{day}: {others:,} rows 'other' without a rank; there must be one"
        elif rows != NAMED + 1 or ranks != list(range(1, NAMED + 1)):
            yield f"{day}: {rows:,} rows, and there must be the ranks 1 to {NAMED} once each, and 'other'"


def _days_follow(tables: Tables, _: Tables | None) -> Iterator[str]:
    for (via, as_of), told in tables["token_days"].group_by("via", "as_of", maintain_order=True):
        days = told["day"].unique().sort()
        between = (days[-1] - days[0]).days + 1
        if between != days.len():
            yield f"{between - days.len():,} days are missing between {days[0]} and {days[-1]}"
        newest = as_of == tables["token_days"]["as_of"].max()
        if via == "export" and newest and days.len() != DAYS:
            yield f"an export of {days.len():,} days, and it holds {DAYS}"


def _days_are_over(tables: Tables, _: Tables | None) -> Iterator[str]:
    running = tables["token_days"].filter(pl.col("day") >= pl.col("as_of").dt.date())
    for day, as_of in running.select("day", "as_of").unique().sort("day").iter_rows():
        yield f"{day} was not over when it was told, {as_of:%Y-%m-%d %H:%M} UTC"


def _shares_are_of_the_day(tables: Tables, _: Tables | None) -> Iterator[str]:
    of_day = pl.col("tokens").sum().over("day")
    frame = tables["token_days"].with_columns((pl.col("tokens") / of_day).alias("own"))
    off = frame.filter(((pl.col("share") - pl.col("own")).abs() > EXACT) | pl.col("share").is_null())
    for day, slug, share, own in off.select("day", "slug", "share", "own").head(1).iter_rows():
        yield f"{day}: {slug} is said to have {share} of the tokens, and has {own:.9f}; {off.height:,} rows like it"


def _settled_days_stay(tables: Tables, before: Tables | None) -> Iterator[str]:
    if before is None or before["token_days"].is_empty():
        return
    settled = max(before["token_days"]["day"].to_list()) - SETTLED_AFTER
    was = before["token_days"].filter(pl.col("day") <= settled)
    both = tables["token_days"].join(was, on=["day", "slug"], how="full", suffix="_before", coalesce=True)
    days = set(tables["token_days"]["day"]) & set(was["day"])
    moved = both.filter(pl.col("day").is_in(list(days))).with_columns(pl.col("tokens", "tokens_before").fill_null(0))
    of_day = pl.col("tokens_before").sum().over("day")
    moved = moved.filter((pl.col("tokens") - pl.col("tokens_before")).abs() > SAME * of_day)
    for day, slug, now, then in moved.select("day", "slug", "tokens", "tokens_before").sort("day").head(1).iter_rows():
        yield f"{day}: {slug} has {now:,} tokens, and had {then:,}; {moved.height:,} rows of settled days moved"


def _days_are_days(tables: Tables, before: Tables | None) -> Iterator[str]:
    told = [tables["token_days"], *([before["token_days"]] if before else [])]
    sums = (
        pl.concat([frame.group_by("day").agg(pl.col("tokens").sum()) for frame in told])
        .unique("day", keep="first", maintain_order=True)
        .sort("day")
    )
    new = set(tables["token_days"]["day"])
    days, tokens = sums["day"].to_list(), sums["tokens"].to_list()
    for at, day in enumerate(days):
        recent = [tokens[i] for i in range(max(0, at - BEFORE), at) if (day - days[i]).days <= BEFORE]
        if day not in new or len(recent) < BEFORE:
            continue
        usual = sorted(recent)[BEFORE // 2]
        if not LOWEST * usual <= tokens[at] <= HIGHEST * usual:
            yield (
                f"{day}: {tokens[at]:,} tokens, {tokens[at] / usual:.1f} times the median of the seven days before; "
                f"{LOWEST} to {HIGHEST} may be"
            )


def _days_are_new(tables: Tables, _: Tables | None) -> Iterator[str]:
    frame = tables["token_days"]
    if frame.is_empty():
        return
    newest, as_of = max(frame["day"].to_list()), max(frame["as_of"].to_list())
    if as_of.date() - newest > LATE:
        yield f"the newest day is {newest}, and it was told on {as_of:%Y-%m-%d}"


GATES: Sequence[Gate | Rule] = (
    Gate("token_days", "rows", "2026-05-17: 98 days in a row were stored with no row", at_least=NAMED + 1),
    Gate("token_days", "least", "a model without tokens is left out at the source", "tokens", at_least=1),
    Rule(_days_are_whole, "an export whose row 'other' is missing makes all others larger"),
    Rule(_days_follow, "a gap inside an export is a day that nobody used a model"),
    Rule(_days_are_over, "the keyed address tells of today while it runs"),
    Rule(_shares_are_of_the_day, "a file that was cut leaves shares of rows that are gone"),
    Rule(_settled_days_stay, "of 3,060 rows of days that were over for 48 hours none ever changed"),
    Rule(_days_are_days, "2026-08-17: two projects stored the sum of seven days as one"),
    Rule(_days_are_new, "an export that is made no more", refuses=False),
)
