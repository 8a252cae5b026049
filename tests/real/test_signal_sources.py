"""Real answers of other sources: served in their form, taken to the token, held to the gates."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.real.recorded import FOLDER
from tests.sources.loopback import serving
from tests.sources.signals.asked import CATALOGUE, EXPORTS, Ran, as_history, run
from tracker.demo.signals import openrouter
from tracker.sources import find
from tracker.sources.bounds import broken
from tracker.sources.contract import Tables

DAY = timedelta(days=1)


def recorded(name: str) -> Path:
    if not (FOLDER / name).exists():
        pytest.skip(f"{name} is not among the recordings")
    return FOLDER / name


@pytest.fixture(autouse=True)
def _without_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENROUTER_API_KEY", raising=False)


def as_export(poll: pl.DataFrame, at: datetime) -> dict[str, Any]:
    """Return one recorded poll as the export of its day: the form of the one, the numbers of the other."""
    made = at.date()
    rows = poll.filter(pl.col("date") < made).filter(pl.col("date") >= made - 30 * DAY)
    lines = [openrouter.HEADER]
    for (day,), told in rows.sort("date").group_by("date", maintain_order=True):
        total = told["total_tokens"].sum()
        named = told.filter(pl.col("model_permaslug") != "other").sort("total_tokens", descending=True)
        other = told.filter(pl.col("model_permaslug") == "other")
        for rank, (slug, count) in enumerate(
            pl.concat([named, other]).select("model_permaslug", "total_tokens").iter_rows(), start=1
        ):
            lines.append(f"{day},{slug},{'' if slug == 'other' else rank},{count},{count / total!r}")
    content = ("\r\n".join(lines) + "\r\n").encode()
    told = json.loads(openrouter.manifest(made)) | {"row_count": len(lines) - 1, "retrieved_at": at.isoformat()}
    told["files"]["csv"] |= {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    return {
        "/models": CATALOGUE,
        f"{EXPORTS}/latest.manifest.json": json.dumps(told).encode(),
        f"{EXPORTS}/{made}.csv": content,
    }


def polled(folder: Path, poll: pl.DataFrame, at: datetime, before: Ran | None) -> Ran:
    held = pl.DataFrame({"day": [at.date() - 31 * DAY]})
    with serving(as_export(poll, at)) as served:
        last = before.tables if before else None
        return run("openrouter", folder / f"{at:%d%H%M}", served, day=at.date(), held=held, last=last)


def test_polls_of_eleven_days_are_taken_to_the_token(tmp_path: Path) -> None:
    polls = pl.read_parquet(recorded("openrouter_daily/polls.parquet"))
    final = pl.read_csv(recorded("openrouter_daily/rankings_daily.csv"), schema_overrides={"date": pl.Date})
    told: dict[tuple[date, str], int] = {}
    before: Ran | None = None
    moments = polls["generated_at"].unique().sort().to_list()
    last_of_day = {moment.date(): moment for moment in moments}
    for moment in last_of_day.values():
        ran = polled(tmp_path, polls.filter(pl.col("generated_at") == moment), moment, before)
        assert ran.refused == [] and ran.remarks == []
        newest = {(day, slug): count for day, slug, count in ran.tables["token_days"]["day", "slug", "tokens"].rows()}
        days = {day for day, _ in newest}
        told = {key: count for key, count in told.items() if key[0] not in days} | newest
        before = ran
    last = max(day for day, _ in told)
    # a day's last value is that of a later poll; what was settled by the last export is the same to the token
    settled = final.filter(pl.col("date") <= last - 2 * DAY)
    wanted = {(day, slug): count for day, slug, count in settled.iter_rows()}
    assert {key: count for key, count in told.items() if key[0] <= last - 2 * DAY} == wanted
    assert sum(wanted.values()) == settled["total_tokens"].sum() and len({day for day, _ in wanted}) >= 37


def test_the_whole_recording_as_a_history_is_the_file_s_own_sum(tmp_path: Path, monkeypatch: Any) -> None:
    final = pl.read_csv(recorded("openrouter_daily/rankings_daily.csv"), schema_overrides={"date": pl.Date})
    monkeypatch.setenv("OPENROUTER_API_KEY", "a-key-of-anybody")
    polls = pl.read_parquet(recorded("openrouter_daily/polls.parquet"))
    moment = polls["generated_at"].max()
    replies = as_export(polls.filter(pl.col("generated_at") == moment), moment)
    first = min(moment.date() - 30 * DAY, final["date"].max())
    history = as_history(final.filter(pl.col("date") < first), "2026-08-01T00:00:00Z")
    empty = as_history(final.head(0), "2026-08-01T00:00:00Z")
    answers = [json.dumps(each).encode() for each in (empty, history)]
    with serving({**replies, "/datasets/rankings-daily": answers}) as served:
        ran = run("openrouter", tmp_path, served, day=moment.date())
    days = ran.tables["token_days"].filter(pl.col("day") < moment.date() - 2 * DAY)
    own = final.filter(pl.col("date") < moment.date() - 2 * DAY)
    assert ran.refused == []
    assert days.group_by("day").agg(pl.col("tokens").sum()).sort("day").rows() == [
        tuple(each) for each in own.group_by("date").agg(pl.col("total_tokens").sum()).sort("date").rows()
    ]


def test_a_week_that_passes_for_a_day_is_refused(tmp_path: Path) -> None:
    """The front end's list is of seven days; two projects stored it as one."""
    weeks = pl.read_parquet(recorded("openrouter_frontend_week/rankings_models_week.parquet"))
    polls = pl.read_parquet(recorded("openrouter_daily/polls.parquet"))
    moment = polls["generated_at"].max()
    day = moment.date() - DAY
    first = weeks.filter(pl.col("fetched_at") == weeks["fetched_at"].min()).sort("total_tokens", descending=True)
    rest = pl.DataFrame({"model_permaslug": ["other"], "total_tokens": [first["total_tokens"][50:].sum()]})
    week = pl.concat([first.select("model_permaslug", "total_tokens").head(50), rest])
    poll = polls.filter((pl.col("generated_at") == moment) & (pl.col("date") != day)).drop("generated_at")
    planted = pl.concat([poll, week.select(pl.lit(day).alias("date"), "model_permaslug", "total_tokens")])
    refused = polled(tmp_path, planted, moment, None).refused
    assert len(refused) == 1 and refused[0].startswith(f"{day}: ")
    assert "times the median of the seven days before" in refused[0] and "sum of seven days as one" in refused[0]


def test_the_recorded_download_of_the_index_is_taken(tmp_path: Path) -> None:
    content = recorded("epoch_eci/eci_scores_2025-12-19.csv").read_bytes()
    with serving({"/eci_scores.csv": content}) as served:
        ran = run("epoch_eci", tmp_path, served, day=date(2025, 12, 19))
    frame = ran.tables["index_scores"]
    assert ran.refused == [] and ran.remarks == []
    assert frame.height == 140 and frame["low"].null_count() == 2
    own = pl.read_csv(content)
    assert frame["score"].to_list() == own["eci"].to_list()
    assert frame["country_raw"].to_list() == own["Country (of organization)"].to_list()
    assert ran.landed.raw("eci_scores.csv") == content


def as_boards(arena: str, frame: pl.DataFrame) -> list[tuple[date, Tables]]:
    """Return recorded boards, of `day`, `model_name`, `rating` and its bounds, as a run would give them one by one."""
    schema = find("arena").TABLES[0].schema
    words = {
        "arena": arena,
        "category": "overall",
        "organization_raw": "",
        "license_raw": "",
        "revision": "r",
        "votes": 9,
    }
    found = []
    for (day,), board in frame.unique(["day", "model_name"]).sort("day").group_by("day", maintain_order=True):
        rank = pl.col("rating").rank("ordinal", descending=True).alias("rank")
        rows = board.rename({"day": "board_date"}).with_columns(
            rank, **{name: pl.lit(said) for name, said in words.items()}
        )
        found.append((day, {"arena_ratings": rows.select(schema.names()).cast(schema)}))
    return found


def refused_days(boards: list[tuple[date, Tables]]) -> dict[date, list[str]]:
    source, held, found = find("arena"), None, {}
    for day, tables in boards:
        if sentences := broken(source, tables, held):
            found[day] = sentences
        held = tables
    return found


def test_boards_of_two_years_pass_and_changes_of_method_do_not(tmp_path: Path) -> None:
    legacy = pl.read_parquet(recorded("arena_legacy/arena_text_2023_2025.parquet"))
    none = pl.lit(None, pl.Float64)
    told = legacy.filter(pl.col("date") >= date(2024, 3, 13)).select(
        pl.col("date").alias("day"), pl.col("key").alias("model_name"), "rating", none.alias("low"), none.alias("high")
    )
    of_legacy = refused_days(as_boards("text", told))
    assert {day for day in of_legacy if day > date(2024, 3, 27)} == set()
    assert "55 of 75 models moved by over 40 points, +55.0" in of_legacy[date(2024, 3, 27)][0]

    catalog = pl.read_parquet(recorded("arena_catalog/boards.parquet")).select(
        pl.col("commit_at").str.slice(0, 10).str.to_date().alias("day"),
        *("board", "model_name", "rating"),
        pl.col("rating_lower").alias("low"),
        pl.col("rating_upper").alias("high"),
    )
    of_board = {name: refused_days(as_boards(name, rows)) for (name,), rows in catalog.group_by("board")}
    assert of_board["text"] == {}
    assert list(of_board["text_style_control"]) == [date(2025, 5, 27)]  # 59.9 points since another method is in use
    assert "+59.9 on average" in of_board["text_style_control"][date(2025, 5, 27)][0]
