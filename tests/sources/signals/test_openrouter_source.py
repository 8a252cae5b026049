"""OpenRouter's tokens by day: exports that are believed, days that are missing, counts that are exact, gates."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.sources.loopback import Reply, serving
from tests.sources.signals.asked import EXPORTS, NIGHT, as_history, days_before, exports, openrouter_served, run
from tracker.demo.signals import openrouter
from tracker.errors import SourceError, SourceRefused
from tracker.sources import find
from tracker.sources.openrouter import export

KEY = "sk-or-v1-4242424242424242"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _without_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENROUTER_API_KEY", raising=False)


def held_until(day: date) -> pl.DataFrame:
    """Rows as an earlier run brought them, the newest of one day."""
    rows = [(day, "a/b", 1, 5, 1.0, "export", None)]
    return pl.DataFrame(rows, schema=find("openrouter").TABLES[0].schema, orient="row")


HELD = held_until(NIGHT - 2 * DAY)


def changed(change: Callable[[list[str]], list[str]]) -> dict[str, Any]:
    """Return the newest export with other lines, and a manifest that agrees with it."""
    lines = openrouter.csv(NIGHT).decode().split("\r\n")
    return agreed("\r\n".join(change(lines)).encode())


def agreed(content: bytes) -> dict[str, Any]:
    told = json.loads(openrouter.manifest(NIGHT))
    told["row_count"] = content.rstrip().count(b"\n")
    told["files"]["csv"] |= {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    return {
        **exports(NIGHT),
        f"{EXPORTS}/{NIGHT}.csv": content,
        f"{EXPORTS}/latest.manifest.json": json.dumps(told).encode(),
    }


def test_an_export_is_taken_to_the_token(tmp_path: Path) -> None:
    with openrouter_served(NIGHT) as served:
        ran = run("openrouter", tmp_path, served, held=HELD)
    assert ran.refused == [] and ran.remarks == []
    days = ran.tables["token_days"]
    assert days.select("day", "slug", "tokens").rows() == [
        (date.fromisoformat(row["date"]), row["model_permaslug"], int(row["total_tokens"]))
        for row in csv.DictReader(openrouter.csv(NIGHT).decode().splitlines())
    ]
    others = days.filter(pl.col("slug") == "other")
    assert (others.height, others["rank"].null_count()) == (30, 30)
    assert days.height == 30 * 51 and set(days["via"]) == {"export"}
    assert str(days["as_of"][0]) == "2026-11-21 01:46:15.433000+00:00"
    assert sorted(file.name for file in ran.landed.manifest.files) == [
        "2026-11-21.csv",
        "2026-11-21.manifest.json",
        "catalogue.json",
    ]
    assert served.paths() == [f"{EXPORTS}/latest.manifest.json", f"{EXPORTS}/{NIGHT}.csv", "/models"]
    assert all("authorization" not in headers for _, headers in served.heard)


def test_a_file_that_is_being_replaced_is_asked_again(tmp_path: Path) -> None:
    """The manifest is of today, and the file of yesterday stands in its place for a moment."""
    half = [openrouter.csv(NIGHT - DAY), openrouter.csv(NIGHT)]
    with openrouter_served(NIGHT, **{f"{EXPORTS}/{NIGHT}.csv": half}) as served:
        assert run("openrouter", tmp_path, served, held=HELD).refused == []


@pytest.mark.parametrize(
    ("path", "reply", "told"),
    [
        (
            f"{NIGHT}.csv",
            openrouter.csv(NIGHT - DAY),
            "is not the file of its manifest; it is being replaced, run again",
        ),
        (f"{NIGHT}.csv", openrouter.csv(NIGHT)[:-2], "121,547 bytes, and is not the file of its manifest"),
        (f"{NIGHT}.csv", Reply(b"gone", 404), "2026-11-21.csv is named by its manifest, and is not there"),
        (
            f"{NIGHT}.csv",
            Reply(b"<html>One moment, please</html>", headers={"Content-Type": "text/csv"}),
            "a page of HTML where data belong",
        ),
        (
            f"{NIGHT}.csv",
            Reply(b"one moment".ljust(len(openrouter.csv(NIGHT))), headers={"Content-Type": "text/csv"}),
            "is not the file of its manifest",
        ),
        (
            "latest.manifest.json",
            b"<!-- c --><html>Just a moment...</html>",
            "the manifest is no JSON: it begins with '<!-",
        ),
        ("latest.manifest.json", b'{"snapshot_date": "2026-11-21"}', "the manifest has no files; it has snapshot_date"),
        ("latest.manifest.json", b'{"snapshot_date": "21 Nov", "files": {}}', "snapshot_date is '21 Nov', and no day"),
        ("latest.manifest.json", Reply(b'{"error":{"code":404}}', 404), "answered HTTP 404"),
        ("latest.manifest.json", Reply(headers={"Content-Length": "500000000"}), "500,000,000 bytes; at most"),
    ],
)
def test_what_is_no_export_is_refused_in_a_line(tmp_path: Path, path: str, reply: Any, told: str) -> None:
    with openrouter_served(NIGHT, **{f"{EXPORTS}/{path}": reply}) as served, pytest.raises(SourceError) as caught:
        run("openrouter", tmp_path, served, held=HELD)
    assert told in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda lines: [lines[0].replace("total_tokens", "tokens"), *lines[1:]], "in the place of its header date,"),
        (lambda lines: [lines[0] + ",app", *(f"{each},x" for each in lines[1:-1]), ""], "in the place of its header"),
        (
            lambda lines: [*lines[:1], lines[1].replace(",1,", ",1,1.5e12,", 1), *lines[2:]],
            "row 1: 6 cells, and",
        ),
        (lambda lines: [*lines[:1], swapped(lines[1], 3, "1.5e12"), *lines[2:]], "row 1: total_tokens is '1.5e12'"),
        (lambda lines: [*lines[:1], swapped(lines[1], 3, '"1,234"'), *lines[2:]], "total_tokens is '1,234', and not a"),
        (lambda lines: [*lines[:1], swapped(lines[1], 3, "-5"), *lines[2:]], "total_tokens is '-5'"),
        (lambda lines: [*lines[:1], swapped(lines[1], 0, "22.10.2026"), *lines[2:]], "date is '22.10.2026'"),
    ],
)
def test_what_is_no_number_or_another_column_is_refused(
    tmp_path: Path, change: Callable[[list[str]], list[str]], told: str
) -> None:
    with serving(changed(change)) as served, pytest.raises(SourceRefused) as caught:
        run("openrouter", tmp_path, served, held=HELD)
    assert told in str(caught.value)


def swapped(line: str, at: int, value: str) -> str:
    cells = line.split(",")
    return ",".join([*cells[:at], value, *cells[at + 1 :]])


def test_counts_beyond_what_a_float_can_hold_are_exact(tmp_path: Path) -> None:
    large = 2**53 + 1

    def change(lines: list[str]) -> list[str]:
        return [lines[0], swapped(lines[1], 3, str(large)), *lines[2:]]

    with serving(changed(change)) as served:
        days = run("openrouter", tmp_path, served, held=HELD).tables["token_days"]
    assert days["tokens"][0] == large
    assert days["tokens"].sum() == sum(int(line.split(",")[3]) for line in change(csv_lines())[1:-1])


def csv_lines() -> list[str]:
    return openrouter.csv(NIGHT).decode().split("\r\n")


def without(line_at: int) -> Callable[[list[str]], list[str]]:
    return lambda lines: [*lines[:line_at], *lines[line_at + 1 :]]


def times_seven(day: str) -> Callable[[list[str]], list[str]]:
    def change(lines: list[str]) -> list[str]:
        return [swapped(each, 3, str(7 * int(each.split(",")[3]))) if each.startswith(day) else each for each in lines]

    return change


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (without(51), "2026-10-22: 0 rows 'other' without a rank; there must be one (an export whose row 'other'"),
        (without(7), "2026-10-22: 50 rows, and there must be the ranks 1 to 50 once each"),
        (lambda lines: [*lines[:1], *lines[52:]], "an export of 29 days, and it holds 30"),
        (lambda lines: [*lines[:52], *lines[103:]], "1 days are missing between 2026-10-22 and 2026-11-20"),
        (without(3), "has 0."),
        (lambda lines: [lines[0], swapped(lines[1], 3, "0"), *lines[2:]], "0 is the least tokens; must be at least 1"),
        (times_seven("2026-11-20"), "2026-11-20: .* times the median of the seven days before; 0.4 to 2.5 may be"),
        (lambda lines: [lines[0], ""], "0 rows; must be at least 51 (2026-05-17: 98 days in a row were stored with no"),
    ],
)
def test_gates_of_days(tmp_path: Path, change: Callable[[list[str]], list[str]], told: str) -> None:
    with serving(changed(change)) as served:
        refused = run("openrouter", tmp_path, served, held=HELD).refused
    assert any(pattern_in(told, each) for each in refused), refused


def pattern_in(told: str, sentence: str) -> bool:
    parts = told.split(".*")
    return all(part in sentence for part in parts)


def test_a_day_that_is_not_over_is_refused(tmp_path: Path) -> None:
    told = json.loads(openrouter.manifest(NIGHT)) | {"retrieved_at": "2026-11-20T23:00:00Z"}
    with openrouter_served(NIGHT, **{f"{EXPORTS}/latest.manifest.json": json.dumps(told).encode()}) as served:
        refused = run("openrouter", tmp_path, served, held=HELD).refused
    story = "the keyed address tells of today while it runs"
    assert refused == [f"2026-11-20 was not over when it was told, 2026-11-20 23:00 UTC ({story})"]


def test_a_settled_day_that_moved_is_refused_and_one_that_is_not_may_move(tmp_path: Path) -> None:
    with openrouter_served(NIGHT - DAY) as served:
        before = run("openrouter", tmp_path / "before", served, held=HELD).tables
    for day, moves in (("2026-11-19", False), ("2026-11-10", True)):

        def change(lines: list[str], day: str = day) -> list[str]:
            first = next(at for at, line in enumerate(lines) if line.startswith(day))
            count = int(lines[first].split(",")[3])
            lines[first] = swapped(lines[first], 3, str(count + count // 5))
            return lines

        with serving(changed(change)) as served:
            refused = run("openrouter", tmp_path / day, served, held=HELD, last=before).refused
        assert any(each.startswith(f"{day}: ") and "rows of settled days moved" in each for each in refused) == moves


def test_an_export_that_is_made_no_more_is_a_remark(tmp_path: Path) -> None:
    told = json.loads(openrouter.manifest(NIGHT)) | {"retrieved_at": "2026-12-24T01:46:15Z"}
    with openrouter_served(NIGHT, **{f"{EXPORTS}/latest.manifest.json": json.dumps(told).encode()}) as served:
        ran = run("openrouter", tmp_path, served, held=HELD)
    assert ran.refused == []
    assert ran.remarks == [
        "the newest day is 2026-11-20, and it was told on 2026-12-24 (an export that is made no more)"
    ]


def test_days_of_a_gap_are_taken_from_earlier_exports(tmp_path: Path) -> None:
    """Forty days nobody asked: the newest export holds thirty of them, the one before it the rest."""
    gap = held_until(NIGHT - 41 * DAY)
    with openrouter_served(NIGHT - 30 * DAY, NIGHT) as served:
        ran = run("openrouter", tmp_path, served, held=gap)
    assert ran.refused == [] and ran.remarks == []
    days = ran.tables["token_days"]
    assert sorted(set(days["day"])) == days_before(NIGHT, 60)
    for day in (NIGHT - 31 * DAY, NIGHT - 30 * DAY):
        assert tuple(days.filter(pl.col("day") == day)["tokens"]) == tuple(count for _, count in openrouter.tokens(day))


def test_days_that_are_gone_are_a_gap_that_is_told(tmp_path: Path) -> None:
    with openrouter_served(NIGHT) as served:
        ran = run("openrouter", tmp_path, served, held=held_until(NIGHT - 41 * DAY))
    assert ran.remarks == ["2026-10-12 to 2026-10-21: these days stand in no export any more, and are a gap"]
    assert ran.tables["token_days"]["day"].n_unique() == 30 and ran.refused == []
    assert served.paths().count(f"{EXPORTS}/2026-10-22.manifest.json") == 1


def test_a_first_run_goes_back_as_far_as_there_are_exports(tmp_path: Path) -> None:
    with openrouter_served(NIGHT - 59 * DAY, NIGHT - 30 * DAY, NIGHT) as served:  # one was made a day late
        ran = run("openrouter", tmp_path, served)
    assert sorted(set(ran.tables["token_days"]["day"])) == days_before(NIGHT, 89)
    assert ran.refused == [] and ran.remarks == []


@pytest.mark.parametrize("reply", [Reply(b"no", 403), b"<html>", b'{"data": 5}', Reply(b"no", 404)])
def test_tokens_are_taken_without_the_catalogue(tmp_path: Path, reply: Any) -> None:
    with openrouter_served(NIGHT, **{"/models": reply}) as served:
        ran = run("openrouter", tmp_path, served, held=HELD)
    assert ran.tables["token_catalogue"].is_empty() and ran.tables["token_days"].height == 1530
    assert len(ran.remarks) == 1 and ran.remarks[0].startswith("the catalogue is left out: ")


def test_the_catalogue_says_which_slug_is_which_model(tmp_path: Path) -> None:
    items = [
        {"id": "a/b", "canonical_slug": "a/b-20250101", "hugging_face_id": "A/B", "name": "B", "created": 1735689600},
        {"id": "a/b:free", "canonical_slug": "a/b-20250101", "hugging_face_id": "", "new": {}},
        {"id": "a/c", "canonical_slug": "a/c", "hugging_face_id": None},
        {"id": 7},
    ]
    with openrouter_served(NIGHT, **{"/models": json.dumps({"data": items}).encode()}) as served:
        found = run("openrouter", tmp_path, served, held=HELD).tables["token_catalogue"]
    assert found.select("listed_id", "slug", "hub_model_id").rows() == [
        ("a/b", "a/b-20250101", "A/B"),
        ("a/b:free", "a/b-20250101", None),
        ("a/c", "a/c", None),
    ]
    assert str(found["listed_at"][0]) == "2025-01-01 00:00:00+00:00"


def test_a_new_key_is_a_remark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENROUTER_API_KEY", KEY)
    told = json.loads(openrouter.manifest(NIGHT)) | {"zq_new": 1}
    told["files"]["csv"]["zq_of_file"] = 2
    row = {"date": "2025-01-01", "model_permaslug": "a/b", "total_tokens": "1", **{f"zq_{at}": 0 for at in range(7)}}
    history = {"data": [row], "meta": {"as_of": "2026-11-21T10:00:00Z", "zq_meta": {}}, "zq_more": 1}
    empty = as_history(pl.DataFrame(schema={"day": pl.Date, "slug": pl.String, "tokens": pl.Int64}), "2026-11-21")
    listed = {"data": [{"id": "a/b", "canonical_slug": "a/b", "zq_listed": [1]}]}
    replies = {
        f"{EXPORTS}/latest.manifest.json": json.dumps(told).encode(),
        HISTORY: [json.dumps(each).encode() for each in (history, empty)],
        "/models": json.dumps(listed).encode(),
    }
    with openrouter_served(NIGHT, **replies) as served:
        ran = run("openrouter", tmp_path, served)
    assert ran.refused == [] and ran.remarks == [
        "the manifest has new keys, which are not read: zq_new",
        "the manifest's file has new keys, which are not read: zq_of_file",
        "the history has new keys, which are not read: zq_more",
        "what the history says of itself has new keys, which are not read: zq_meta",
        "a row of the history has new keys, which are not read: zq_0, zq_1, zq_2, zq_3, zq_4 and 2 more",
        "the catalogue has new keys, which are not read: zq_listed",
    ]


def history_of(first: date, last: date, **meta: Any) -> bytes:
    rows = [
        (first + at * DAY, slug, count)
        for at in range((last - first).days + 1)
        for slug, count in openrouter.tokens(first + at * DAY)
    ]
    frame = pl.DataFrame(rows, schema=["day", "slug", "tokens"], orient="row")
    return json.dumps(as_history(frame, "2026-11-21T10:00:00Z", **meta)).encode()


HISTORY = "/datasets/rankings-daily"


def test_with_a_key_the_history_is_asked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    monkeypatch.setenv("OPENROUTER_API_KEY", KEY)
    told = [
        history_of(date(2025, 1, 1), date(2025, 1, 3)),
        history_of(date(2026, 10, 20), date(2026, 10, 21), start_date="2026-10-20"),
    ]
    with openrouter_served(NIGHT, **{HISTORY: told}) as served:
        ran = run("openrouter", tmp_path, served)
        asked = [headers for path, headers in served.heard if path == HISTORY]
        assert [each["authorization"] for each in asked] == [f"Bearer {KEY}"] * 2
        assert all("authorization" not in headers for path, headers in served.heard if path != HISTORY)
        days = ran.tables["token_days"]
        again = run("openrouter", tmp_path, served, held=days)
        assert served.paths().count(HISTORY) == 2 and again.tables["token_days"].height == 1530
    api = days.filter(pl.col("via") == "api")
    assert sorted(set(api["day"])) == [*days_before(date(2025, 1, 4), 3), date(2026, 10, 20), date(2026, 10, 21)]
    first = api.filter(pl.col("day") == date(2025, 1, 1))
    assert first["rank"].to_list() == [*range(1, first.height), None]
    assert first["share"].sum() == pytest.approx(1)
    assert first.filter(pl.col("slug") == "other")["tokens"].to_list() == [openrouter.tokens(date(2025, 1, 1))[-1][1]]
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert KEY.encode() not in written and KEY not in caplog.text
    assert [
        " ".join(each.split("=")[1] for each in file.url.partition("?")[2].split("&"))
        for file in ran.landed.manifest.files
        if file.name.startswith("history")
    ] == ["2025-01-01 2026-01-01", "2026-01-02 2026-10-21"]


def test_the_key_is_not_told_to_another_host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENROUTER_API_KEY", KEY)
    with serving({"*": [history_of(date(2025, 1, day), date(2025, 1, day)) for day in (1, 2)]}) as other:
        onward = Reply(status=302, headers={"Location": f"{other.address}/history"})
        with openrouter_served(NIGHT, **{HISTORY: onward}) as served:
            assert run("openrouter", tmp_path, served).refused == []
        assert KEY not in other.everything() and other.heard
    refusal = Reply(f'{{"error": "key {KEY} is not valid"}}'.encode(), 401)
    with openrouter_served(NIGHT, **{HISTORY: refusal}) as served, pytest.raises(SourceRefused) as caught:
        run("openrouter", tmp_path / "refused", served)
    assert "HTTP 401" in str(caught.value) and KEY not in str(caught.value)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("33769525775233", 33769525775233),
        (33769525775233, 33769525775233),
        ("9223372036854", 9223372036854),
        ("1.5e12", None),
        (1.5e12, None),
        ("33,769,525,775,233", None),
        ("", None),
        (None, None),
        (True, None),
        ("-1", None),
        ("99999999999999999999", None),
    ],
)
def test_token_counts_of_the_history_are_whole_numbers_as_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: Any, told: int | None
) -> None:
    monkeypatch.setenv("OPENROUTER_API_KEY", KEY)
    row = {"date": "2025-01-01", "model_permaslug": "a/b", "total_tokens": value, "a_new_key": {"x": 1}}
    told_of = {"meta": {"as_of": "2026-11-21T10:00:00Z", "also": "new"}, "more": 1}
    bodies = [json.dumps({"data": rows, **told_of}).encode() for rows in ([row], [])]
    with openrouter_served(NIGHT, **{HISTORY: bodies}) as served:
        if told is None:
            with pytest.raises(SourceRefused, match=r"total_tokens of a/b is .*, and not a whole number in digits"):
                run("openrouter", tmp_path, served)
            return
        days = run("openrouter", tmp_path, served).tables["token_days"]
    assert days.filter(pl.col("slug") == "a/b")["tokens"].to_list() == [told]


def test_a_model_that_comes_from_nowhere_is_named(tmp_path: Path) -> None:
    """It has 30 % of the newest day and was never there before: rows of a day are by that day's tokens."""

    def change(lines: list[str]) -> list[str]:
        at = next(at for at, line in enumerate(lines) if line.startswith("2026-11-20"))
        lines[at] = lines[at].replace(lines[at].split(",")[1], "stealth/space-bunny-alpha")
        return lines

    with serving(changed(change)) as served:
        ran = run("openrouter", tmp_path, served, held=HELD)
    newest = ran.tables["token_days"].filter(pl.col("day") == date(2026, 11, 20))
    assert newest.filter(pl.col("rank") == 1)["slug"].to_list() == ["stealth/space-bunny-alpha"] and ran.refused == []


def test_the_default_address_is_that_of_the_source() -> None:
    assert find("openrouter").URL == "https://openrouter.ai/api/v1"
    assert f"{find('openrouter').URL}/{export.FOLDER}" == "https://openrouter.ai/api/v1/datasets/exports/rankings-daily"
