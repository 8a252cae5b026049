"""Boards out of the files of the data set: one row a model, of the category that all prompts are in."""

from __future__ import annotations

import io
import re
from datetime import date

import polars as pl

from tracker.errors import SnapshotRefused, SourceRefused
from tracker.landing import LandedRun

DATA_SET = "lmarena-ai/leaderboard-dataset"
FIRST = "text"  # what the debate quotes; a run without it is none
ARENAS = (FIRST, "text_style_control", "vision", "webdev")
OVERALL = "overall"
_SINCE = re.compile(r"\.since-(\d{4}-\d\d-\d\d)\.")
COLUMNS = frozenset(
    {
        *("model_name", "organization", "license", "rating", "rating_lower", "rating_upper", "variance"),
        *("vote_count", "rank", "category", "leaderboard_publish_date"),
    }
)


def since(held: date | None) -> str:
    """Return what a file with all boards is landed as: what is held stays as it was told then."""
    return f"since-{held}" if held else "full"


def of(landed: LandedRun, schema: pl.Schema) -> pl.DataFrame:
    """Return the boards of a landed run. Raises SourceRefused for a file of another form."""
    revision = landed.manifest.commit
    told = [_read(landed.raw(file.name), file.name) for file in landed.manifest.files]
    frame = pl.concat(told).with_columns(pl.lit(revision, pl.String).alias("revision")).select(schema.names())
    newest = max(frame["board_date"].to_list())
    if newest > landed.manifest.snapshot_date:
        raise SnapshotRefused(f"a board of {newest} lies ahead of {landed.manifest.snapshot_date}")
    return _different(frame).cast(schema).sort("arena", "board_date", "rank", "model_name")


def _read(content: bytes, name: str) -> pl.DataFrame:
    try:
        frame = pl.read_parquet(io.BytesIO(content))
    except (pl.exceptions.PolarsError, OSError) as error:
        raise SourceRefused(f"{name} cannot be read as Parquet: {' '.join(str(error).split())[:120]}") from error
    if set(frame.columns) != COLUMNS:
        odd = sorted(COLUMNS.symmetric_difference(frame.columns))
        raise SourceRefused(f"{name} has other columns than were agreed on: {', '.join(odd)[:120]}")
    overall = _newer(frame.filter(pl.col("category") == OVERALL), name)
    if overall.is_empty():
        raise SourceRefused(f"{name} has no row of the category {OVERALL}, of {frame.height:,}")
    return overall.select(
        pl.lit(name.partition(".")[0]).alias("arena"),
        "category",
        pl.col("leaderboard_publish_date").str.to_date("%Y-%m-%d").alias("board_date"),
        "model_name",
        _number("rating"),
        _number("rating_lower").alias("low"),
        _number("rating_upper").alias("high"),
        pl.col("vote_count").cast(pl.Float64).round().cast(pl.Int64).alias("votes"),
        pl.col("rank").cast(pl.Int64),
        _text("organization").alias("organization_raw"),
        _text("license").alias("license_raw"),
    )


def _newer(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """Return the boards from the day on that the name of a file says; the newest where there are none."""
    found = _SINCE.search(name)
    first = pl.min_horizontal(pl.lit(found[1]), pl.col("leaderboard_publish_date").max()) if found else None
    return frame if first is None else frame.filter(pl.col("leaderboard_publish_date") >= first)


def _number(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.Float64).fill_nan(None)


def _text(column: str) -> pl.Expr:
    return pl.when(pl.col(column) != "").then(pl.col(column))


def _different(frame: pl.DataFrame) -> pl.DataFrame:
    """Leave out a board that says what the one before it says: it was published again, not made again."""
    said = pl.struct("model_name", "rating", "votes").hash()
    of_boards = (
        frame.group_by("arena", "board_date").agg(said.sort().implode().alias("said")).sort("arena", "board_date")
    )
    is_new = (pl.col("said") != pl.col("said").shift(1).over("arena")).fill_null(True)
    return frame.join(of_boards.filter(is_new).select("arena", "board_date"), on=["arena", "board_date"], how="semi")
