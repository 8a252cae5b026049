"""The keyed history, day by day since 2025-01-01: asked once, and for days that no export holds any more.

    datasets/rankings-daily?start_date=2025-01-01&end_date=2025-12-31

The key is sent to the configured address alone and stands in no file. Token counts are text; a sum of fifty needs more
than the 53 bits that a number in JSON is good for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

import polars as pl

from tracker.errors import SourceRefused
from tracker.landing import LandedRun
from tracker.sources.contract import Context
from tracker.sources.http import Answer
from tracker.sources.reading import exact, keys

PATH = "datasets/rankings-daily"
FIRST_DAY = date(2025, 1, 1)
MOST_DAYS = 366  # of one question
DAY = timedelta(days=1)
OTHER = "other"
KNOWN = {"date", "model_permaslug", "total_tokens"}
KNOWN_OF_META = ("as_of", "version", "start_date", "end_date")


def missing(context: Context, before: date) -> Mapping[str, Answer]:
    """Return the answers with all days before one that are not held; none without a key."""
    if not context.http.has_key:
        return {}
    held = context.held("token_days", "day", "via")
    has_history = "api" in held["via"].to_list()
    first = max(held["day"].to_list()) + DAY if has_history else FIRST_DAY
    return dict(_pieces(context, first, before - DAY))


def _pieces(context: Context, first: date, last: date) -> Iterator[tuple[str, Answer]]:
    while first <= last:
        until = min(last, first + (MOST_DAYS - 1) * DAY)
        answer = context.http.get(PATH, {"start_date": str(first), "end_date": str(until)})
        _remark_new(context, answer.content)
        yield f"history-{first}.json", answer
        first = until + DAY


def _remark_new(context: Context, content: bytes) -> None:
    told = exact.document(content, "the history")
    keys.remark_new(context, "the history", [told], ("data", "meta"))
    keys.remark_new(context, "what the history says of itself", [told.get("meta")], KNOWN_OF_META)
    rows = told.get("data")
    keys.remark_new(context, "a row of the history", rows if isinstance(rows, list) else [], KNOWN)


def tables(landed: LandedRun) -> Iterator[pl.DataFrame]:
    """Yield the rows of each such answer of a run."""
    for file in landed.manifest.files:
        if file.name.startswith("history-"):
            yield _table(landed.raw(file.name), file.name)


def _table(content: bytes, name: str) -> pl.DataFrame:
    told = exact.document(content, name)
    items, meta = exact.named(told, "data", name), exact.named(told, "meta", name)
    if not isinstance(items, list) or not isinstance(meta, dict):
        raise SourceRefused(f"{name} holds no list of rows with facts of it")
    rows = pl.DataFrame(
        [_row(item, name) for item in items],
        schema={"day": pl.Date, "slug": pl.String, "tokens": pl.Int64},
        orient="row",
    )
    named = rows.filter(pl.col("slug") != OTHER).with_columns(
        pl.col("tokens").rank("ordinal", descending=True).over("day").cast(pl.Int64).alias("rank")
    )
    return rows.join(named, on=["day", "slug", "tokens"], how="left").with_columns(
        (pl.col("tokens") / pl.col("tokens").sum().over("day")).alias("share"),
        pl.lit("api").alias("via"),
        pl.lit(exact.moment(exact.named(meta, "as_of", name), "as_of")).alias("as_of"),
    )


def _row(item: object, name: str) -> tuple[date, str, int]:
    if not isinstance(item, dict) or not item.keys() >= KNOWN:
        raise SourceRefused(f"{name} holds a row without {', '.join(sorted(KNOWN))}: {str(item)[:100]!r}")
    slug = item["model_permaslug"]
    if not isinstance(slug, str) or not slug:
        raise SourceRefused(f"{name} holds a row whose model_permaslug is {str(slug)[:100]!r}")
    return exact.day(item["date"], "date"), slug, exact.whole(item["total_tokens"], f"total_tokens of {slug}")
