"""The Arena's data set on the loopback Hub: read at one commit, board by board, its quirks and its gates."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.sources.archives.data_set import ranged
from tests.sources.loopback import Reply, Served, serving
from tests.sources.walks import FastClock, settings_for
from tracker.demo.signals import arena
from tracker.errors import SourceError, SourceRefused, TrackerError
from tracker.sources import find, open_context
from tracker.sources.bounds import broken, parsed, remarks
from tracker.sources.contract import Tables

DAY = date(2026, 11, 20)
WEEK = timedelta(days=7)
REVISION = "a" * 40
Change = Callable[[pl.DataFrame], pl.DataFrame]


@cache
def boards(name: str, *days: date) -> pl.DataFrame:
    return pl.concat([arena.board(name, day) for day in days])


def as_file(frame: pl.DataFrame) -> bytes:
    out = io.BytesIO()
    frame.write_parquet(out)
    return out.getvalue()


def replies(frames: Mapping[str, pl.DataFrame], kind: str = "latest", revision: str = REVISION) -> dict[str, Any]:
    found: dict[str, Any] = {f"/api/datasets/{arena.DATA_SET}": json.dumps({"sha": revision}).encode()}
    for name, frame in frames.items():
        path = f"/datasets/{arena.DATA_SET}/resolve/{revision}/{name}/{kind}-00000-of-00001.parquet"
        found[path] = ranged(as_file(frame), {"X-Repo-Commit": revision})
    return found


@contextmanager
def served_text(frame: pl.DataFrame, **others: pl.DataFrame) -> Iterator[Served]:
    with serving(replies({"text": frame, **others})) as served:
        yield served


def run(
    folder: Path, served: Served, *, newest: date | None = DAY - WEEK, last: Tables | None = None, day: date = DAY
) -> Any:
    """Run it against a server. `newest`: the newest board that is held; `last`: the tables of the last run."""
    source = find("arena")

    def held(table: str, *columns: str) -> pl.DataFrame:
        return pl.DataFrame({"board_date": [newest] if newest else []}, schema={"board_date": pl.Date})

    context = open_context(settings_for(folder, served.address), source, day, clock=FastClock(), held=held)
    context.run.note()
    landed = source.collect(context)
    tables = parsed(source, landed)
    refused = broken(source, tables, last)
    if not refused:
        context.run.note(status="landed")
    return landed, tables, refused, [*remarks(source, tables, last), *context.remarks]


def test_the_newest_board_of_each_arena_is_read_at_one_commit(tmp_path: Path) -> None:
    frames = {name: boards(name, DAY) for name in arena.ARENAS}
    with serving(replies(frames)) as served:
        landed, tables, refused, said = run(tmp_path, served)
    frame = tables["arena_ratings"]
    assert refused == [] and said == []
    assert set(frame["revision"]) == {REVISION} == {landed.manifest.commit}
    assert set(frame["category"]) == {"overall"} and set(frame["arena"]) == set(arena.ARENAS)
    own = boards("text", DAY).filter(pl.col("category") == "overall").sort("rank")
    text = frame.filter(pl.col("arena") == "text")
    assert text["rating"].to_list() == own["rating"].to_list()
    assert text["rank"].to_list() == list(range(1, own.height + 1)) and set(text["board_date"]) == {DAY}
    assert "" not in set(frame["license_raw"]) and frame["license_raw"].null_count() > 0


def test_the_first_run_reads_all_boards_and_leaves_out_those_that_say_nothing_new(tmp_path: Path) -> None:
    days = [date(2026, 4, 24), date(2026, 5, 1), date(2026, 5, 8)]  # that of May 1 says what the one before it says
    with serving(replies({"text": boards("text", *days)}, kind="full")) as served:
        _, tables, refused, said = run(tmp_path, served, newest=None)
    assert sorted(set(tables["arena_ratings"]["board_date"])) == [days[0], days[2]]
    assert refused == [] and len(said) == 3  # of arenas that are not there
    assert said[0].startswith("the arena text_style_control is left out: ")


def test_boards_of_weeks_without_a_poll_are_read_and_those_that_are_held_are_not_told_anew(tmp_path: Path) -> None:
    days = [DAY - back * WEEK for back in (8, 6, 4, 2, 0)]
    changed = boards("text", days[0], days[1]).with_columns(pl.col("rating") - 1)
    full = pl.concat([changed, boards("text", *days[2:])])
    with serving(replies({"text": full}, kind="full")) as served:
        _, tables, refused, _ = run(tmp_path, served, newest=days[1])
    assert sorted(set(tables["arena_ratings"]["board_date"])) == days[1:] and refused == []
    with serving({**replies({"text": full}, kind="full"), **replies({"text": boards("text", DAY)})}) as served:
        _, tables, refused, _ = run(tmp_path / "late", served, newest=days[3])  # a poll that came two weeks later
        assert set(tables["arena_ratings"]["board_date"]) == {DAY} and refused == []
    with serving(replies({"text": full}, kind="full")) as served:  # of boards that lie ahead of all of it, the newest
        _, tables, _, _ = run(tmp_path / "back", served, newest=DAY + WEEK, day=DAY + 4 * WEEK)
        assert set(tables["arena_ratings"]["board_date"]) == {DAY}


def test_a_data_set_that_has_not_moved_costs_one_request(tmp_path: Path) -> None:
    with served_text(boards("text", DAY)) as served:
        first = run(tmp_path, served)[0]
        before = len(served.heard)
        second = run(tmp_path, served, day=DAY + WEEK)[0]
        assert len(served.heard) == before + 1
    assert [(each.name, each.sha256) for each in first.manifest.files] == [
        (each.name, each.sha256) for each in second.manifest.files
    ]


def without_votes(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.lit(None, pl.Float64).alias("vote_count"))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (without_votes, "text, board of 2026-11-20: 0% of its models have votes (a board was published whose votes"),
        (lambda f: f.head(9), "9 rows; must be at least 10"),
        (lambda f: f.with_columns(pl.col("rating") + 900), "is the most rating; must be at most 1,800"),
        (lambda f: f.with_columns(pl.col("rating") / 10), "is the least rating; must be at least 600"),
        (
            lambda f: f.with_columns(pl.col("rating_upper").alias("rating_lower")),
            "lies outside of its interval",
        ),
        (lambda f: f.filter(~pl.col("model_name").str.contains("qwen")), "models are gone, as "),
        (lambda f: f.with_columns(pl.col(pl.Float64) + 60), "models moved by over 40 points, +6"),
        (
            lambda f: f.with_columns(pl.lit(str(DAY - 2 * WEEK)).alias("leaderboard_publish_date")),
            "text: the newest board is of 2026-11-06, and one of 2026-11-13 is held",
        ),
    ],
)
def test_gates_of_boards(tmp_path: Path, change: Change, told: str) -> None:
    with served_text(boards("text", DAY - WEEK)) as served:
        before = run(tmp_path / "before", served)[1]
    with served_text(boards("text", DAY)) as served:
        assert run(tmp_path / "well", served, last=before)[2] == []
    with served_text(change(boards("text", DAY))) as served:
        refused = run(tmp_path / "ill", served, last=before)[2]
    assert any(told in each for each in refused), refused


def test_a_renamed_model_is_no_missing_one(tmp_path: Path) -> None:
    """`-thinking` became `-high` on 2026-08-12: half of the names of a board at once."""
    days = [date(2026, 8, 7), date(2026, 8, 14)]
    with served_text(boards("text", days[0])) as served:
        before = run(tmp_path / "before", served, day=days[0])[1]
    with served_text(boards("text", days[1])) as served:
        _, tables, refused, _ = run(tmp_path / "after", served, last=before, day=days[1])
    names = [set(each["arena_ratings"]["model_name"]) for each in (before, tables)]
    assert len(names[0] - names[1]) > 0.4 * len(names[0]) and refused == []


def test_ratings_that_are_no_number_are_null(tmp_path: Path) -> None:
    first = boards("text", DAY)["model_name"][0]
    is_first = (pl.col("model_name") == first) & (pl.col("category") == "overall")
    odd = boards("text", DAY).with_columns(
        pl.when(is_first).then(float("nan")).otherwise(pl.col("rating")).alias("rating")
    )
    with served_text(odd) as served:
        _, tables, refused, _ = run(tmp_path, served)
    row = tables["arena_ratings"].filter(pl.col("model_name") == first)
    assert row["rating"].to_list() == [None] and refused == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda f: f.rename({"vote_count": "votes"}), "other columns than were agreed on: vote_count, votes"),
        (lambda f: f.drop("license"), "other columns than were agreed on: license"),
        (lambda f: f.filter(pl.col("category") != "overall"), "has no row of the category overall, of "),
        (
            lambda f: f.with_columns(pl.lit("2026-12-24").alias("leaderboard_publish_date")),
            "a board of 2026-12-24 lies ahead of 2026-11-20",
        ),
    ],
)
def test_what_is_no_board_is_refused_in_a_line(tmp_path: Path, change: Change, told: str) -> None:
    with served_text(change(boards("text", DAY))) as served, pytest.raises(TrackerError) as caught:
        run(tmp_path, served)
    assert told in str(caught.value) and "\n" not in str(caught.value)


def test_what_is_no_data_set_is_refused_in_a_line(tmp_path: Path) -> None:
    about = f"/api/datasets/{arena.DATA_SET}"
    text = f"/datasets/{arena.DATA_SET}/resolve/{REVISION}/text/latest-00000-of-00001.parquet"
    good = replies({"text": boards("text", DAY)})
    other_commit = ranged(as_file(boards("text", DAY)), {"X-Repo-Commit": "b" * 40})
    for number, (given, told) in enumerate(
        [
            ({about: Reply(b'{"error": "no"}', 404)}, "is not there (HTTP 404"),
            ({about: b"{}"}, "says no commit"),
            ({**good, about: b"<html>Just a moment</html>"}, ""),
            ({**good, text: ranged(b"PAR1 and no more", {})}, "cannot be read as Parquet"),
            ({**good, text: other_commit}, f"the server answered with {'b' * 40}"),
            ({**good, text: too_large()}, "bytes, and at most"),
            ({about: good[about]}, "is not there (HTTP 404"),
        ]
    ):
        with serving(given) as served, pytest.raises(TrackerError) as caught:
            run(tmp_path / str(number), served)
        assert told in str(caught.value) and "\n" not in str(caught.value)
        assert isinstance(caught.value, (SourceError, SourceRefused)) or "404" in told


def too_large() -> Reply:
    """A file that says to have 500 million bytes, of which one was asked for."""
    piece = b"Content-Range: bytes 499999999-499999999/500000000\r\nContent-Length: 1\r\n\r\nx"
    return Reply(talk=lambda handler: handler.wfile.write(b"HTTP/1.1 206 Partial Content\r\n" + piece))


def test_its_file_may_lie_on_another_host(tmp_path: Path) -> None:
    content = as_file(boards("text", DAY))
    with serving({"*": ranged(content, {})}) as cdn:
        given = replies({"text": boards("text", DAY)})
        path = next(each for each in given if each.startswith("/datasets"))
        headers = {"Location": f"{cdn.address}/text?signed=1", "X-Repo-Commit": REVISION}
        with serving({**given, path: Reply(status=302, headers=headers)}) as served:
            assert run(tmp_path, served)[2] == []
        assert cdn.heard and all("authorization" not in headers for _, headers in cdn.heard)
