"""`tracker serve`: the answers of the command line over HTTP, for whoever asks and however."""

from __future__ import annotations

import csv
import gzip
import http.client
import io
import json
import os
import random
import re
import shutil
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import polars as pl
import pytest

pytest.importorskip("fastapi", reason="the extra `serve` is not installed: pip install -r requirements/serve.lock")

from tests import planted
from tests.command_line import called, tracker
from tests.serve.client import Given, Got, Server, serving
from tests.serve.random_questions import question
from tests.sql.foreign.hostile_statements import OVER
from tests.sql.foreign.hostile_statements import REFUSED as REFUSED_SQL
from tracker.cli import asked
from tracker.pages.site.tree.whole import LISTING

SEED = 25
ARROW = "application/vnd.apache.arrow.stream"
VARY = "Accept, Accept-Encoding"
SLOW = "select count(*) from range(100000000) as a, range(100000000) as b where a.range + b.range = -1"


@pytest.fixture(scope="module")
def server(demo_folder: Path) -> Iterator[Server]:
    """A server of the demo's folder, whose tree stays as it is."""
    before = tree(demo_folder)
    with serving(demo_folder, "--timeout", "20") as server:
        yield server
    assert tree(demo_folder) == before, "a server writes nothing"


def tree(folder: Path) -> dict[str, tuple[int, int]]:
    found = (each for each in folder.rglob("*") if each.is_file())
    return {str(each): (each.stat().st_size, each.stat().st_mtime_ns) for each in found}


def at_prompt(folder: Path, name: str, given: dict[str, Any]) -> tuple[int, str, str]:
    """Ask the same at a prompt; return exit code, stdout and what it says without the folder in it."""
    words: list[str] = []
    for each, value in given.items():
        parameter = asked._served(name)[each.replace("_", "-")]
        texts = (
            value if isinstance(value, list) else [" " if (name, value) == ("sql", "") else value]
        )  # of nothing, stdin would be read
        if type(parameter).__name__ == "Argument":
            words += map(str, texts)
        elif value is True:
            words.append(f"--{each.replace('_', '-')}")
        else:
            words += [word for text in texts for word in (f"--{each.replace('_', '-')}", str(text))]
    done = called(name, *words, "--json", "--data-dir", str(folder))
    return done.returncode, done.stdout, re.sub(r" --data-dir [^` ]+", "", done.stderr).replace("\n", " ")


def same(server: Server, folder: Path, name: str, given: dict[str, Any]) -> None:
    """Require the document of the command, or its refusal."""
    code, stdout, said = at_prompt(folder, name, given)
    place = f"measure/{given['name']}" if name == "measure" else name
    got = server.ask(place, {each: value for each, value in given.items() if each != "name" or name != "measure"})
    if code:
        assert 400 <= got.status < 500 and got.json["detail"].replace("\n", " ") in said, (name, given, got.body, said)
        assert got.headers["content-type"] == "application/problem+json"
        assert got.json["exit_code"] == code
        return
    assert (got.status, got.json) == (200, json.loads(stdout)), (name, given)


def questions(seed: int, count: int) -> Iterator[tuple[str, dict[str, Any]]]:
    chance = random.Random(seed)
    yield from (question(chance) for _ in range(count))


def test_questions_at_random_have_rows_and_ids_of_the_command(server: Server, demo_folder: Path) -> None:
    for each in questions(SEED, 20):  # the soak asks hundreds
        same(server, demo_folder, *each)


@pytest.mark.soak
def test_hundreds_of_questions_at_random_have_rows_and_ids_of_the_command(server: Server, demo_folder: Path) -> None:
    for each in questions(SEED + 1, 400):
        same(server, demo_folder, *each)


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("measure", {"name": "concentration", "param": ["largest=0.01"]}),
        ("measure", {"name": "lunch"}),
        ("claims", {"names": ["F50", "F52"]}),
        ("lineage", {"publisher": "Qwen", "limit": 2}),
        ("schema", {}),
        ("share", {"month": "2026-10", "then": "2026-11-21"}),
        ("top", {"by": "tokens"}),
        ("sql", {"sql": "select 0/0 as a, 1/0 as b, -1/0 as c, [1/0] as d"}),
        ("share", {"famly": "Qwen"}),
    ],
)
def test_every_kind_of_question_is_that_of_the_command(
    server: Server, demo_folder: Path, name: str, given: dict[str, Any]
) -> None:
    if "famly" in given:
        done = called("share", "--famly", "Qwen", "--data-dir", str(demo_folder))
        assert server.ask(name, given).json["detail"] in done.stderr
        return
    same(server, demo_folder, name, given)


def test_a_parameter_that_nobody_knows_names_the_nearest(server: Server) -> None:
    assert server.ask("share", {"mont": "2026-10"}).json["nearest"] == ["month"]
    assert "definition" in server.ask("trend", {"definitoin": "default"}).json["nearest"]


def test_no_number_is_the_same_in_every_form_and_told(server: Server, demo_folder: Path) -> None:
    sql = "select 0/0 as none, 1/0 as more, -1/0 as less, 1 as one"
    answer = server.ask("sql", {"sql": sql})
    assert answer.json["rows"] == [{"none": None, "more": None, "less": None, "one": 1}]
    assert any("none, more, less: null stands for NaN and infinity" in note for note in answer.json["notes"])
    separated = server.ask("sql", {"sql": sql}, accept="text/csv")
    assert separated.body == b"none,more,less,one\nNaN,inf,-inf,1\n"
    assert called("sql", sql, "--format", "csv", "--data-dir", str(demo_folder)).stdout == separated.body.decode()
    frame = pl.read_ipc_stream(server.ask("sql", {"sql": sql}, accept=ARROW).body)
    assert str(frame.row(0)) == "(nan, inf, -inf, 1)"
    empty = server.ask("share", {"month": "2026-10", "where": "family=Qwen", "names": "Llama"})
    assert empty.status == 200 and json.loads(empty.body, parse_constant=lambda name: pytest.fail(name))


FORMS = [
    {}, {"accept": "text/csv"}, {"accept": ARROW}, {"accept_encoding": "gzip"},
    {"accept": "text/csv", "accept_encoding": "gzip"}, {"accept": ARROW, "accept_encoding": "gzip"},
]  # fmt: skip


def test_each_form_has_its_tag_and_only_that_is_not_sent_again(server: Server) -> None:
    given = {"by": "family"}
    answers = [server.ask("share", given, **headers) for headers in FORMS]
    tags = [answer.headers["etag"] for answer in answers]
    assert len(set(tags)) == len(FORMS) and {answer.status for answer in answers} == {200}
    assert tags == [server.ask("share", given, **headers).headers["etag"] for headers in FORMS], "the same again"
    for own, headers in enumerate(FORMS):
        for at, tag in enumerate(tags):
            got = server.ask("share", given, if_none_match=f'"other", W/{tag}', **headers)
            assert got.status == (304 if at == own else 200)
            assert got.headers["vary"] == VARY and got.headers["etag"] == tags[own]
            assert got.status == 200 or got.body == b""
    head = server.ask("share", given, method="HEAD")
    assert (head.status, head.body, head.headers["etag"]) == (200, b"", tags[0])
    assert head.headers["content-length"] == str(len(answers[0].body))
    assert server.ask("share", given, method="HEAD", if_none_match=tags[0]).status == 304
    assert server.ask("share", given, method="HEAD", if_none_match=tags[1]).status == 200
    assert gzip.decompress(answers[3].body) == answers[0].body and answers[3].headers["content-encoding"] == "gzip"


def test_any_other_byte_has_another_tag(server: Server) -> None:
    others: list[dict[str, Any]] = [
        {"by": "family", "per_page": 5}, {"by": "family", "per_page": 5, "page": 2}, {"by": "line"},
        {"by": "family", "as_of": "2026-11-21"}, {"by": "family", "set": "credit=full"},
    ]  # fmt: skip
    for headers in FORMS[:3]:
        tags = [server.ask("share", given, **headers).headers["etag"] for given in ({"by": "family"}, *others)]
        assert len(set(tags)) == len(tags)


def test_a_form_is_the_one_that_is_accepted_best(server: Server) -> None:
    wanted = {
        "": "application/json", "*/*": "application/json", "text/*": "text/csv", "application/*": "application/json",
        "text/html, text/csv;q=0.1": "text/csv", f"application/json;q=0.5, {ARROW}": ARROW,
        "application/json;q=0, */*": "text/csv", "TEXT/CSV": "text/csv", "text/csv; q=what": "text/csv",
    }  # fmt: skip
    for accepted, form in wanted.items():
        got = server.ask("share", {"month": "2026-10"}, accept=accepted)
        assert got.headers["content-type"].partition(";")[0] == form, accepted
    for accepted in ("image/png", "application/json;q=0", "text/html"):
        got = server.ask("share", {"month": "2026-10"}, accept=accepted)
        assert got.status == 406 and "text/csv" in got.json["detail"]
    by_name = server.ask("share", {"month": "2026-10", "format": "csv"}, accept="application/json")
    assert by_name.headers["content-type"] == "text/csv; charset=utf-8"
    assert server.ask("share", {"format": "parquet"}).status == 400


def test_pages_are_whole_rows_of_one_answer(server: Server) -> None:
    whole = server.ask("top", {"of": "models", "rows": 23})
    assert "page" not in whole.json and "link" not in whole.headers
    found, link, ids = [], "?of=models&rows=23&per_page=10", set()
    while link:
        got = server.get(f"/api/top{link}")
        found += got.json["rows"]
        ids.add((got.json["about"]["id"], got.json["about"]["rows_id"], got.headers["answer-id"]))
        assert (got.json["page"]["rows_total"], got.headers["rows-total"]) == (23, "23")
        link = got.json["page"]["next"] or ""
        assert not link or f'<{link}>; rel="next"' in got.headers["link"]
    about = whole.json["about"]
    assert found == whole.json["rows"] and ids == {(about["id"], about["rows_id"], about["id"])}
    parts = [
        server.ask("top", {"of": "models", "rows": 23, "per_page": 12, "page": n}, accept="text/csv") for n in (1, 2)
    ]
    assert [len(list(csv.DictReader(io.StringIO(part.body.decode())))) for part in parts] == [12, 11]
    assert server.ask("top", {"of": "models", "rows": 23, "per_page": 12, "page": 3}).status == 400
    for bad in ("", "0", "-1", "1e3", "x", "100001", "²"):
        got = server.ask("top", {"per_page": bad})
        assert got.status == 400 and "'per_page'" in got.json["detail"], bad
    assert server.ask("top", [("page", 1), ("page", 2)]).status == 400


REFUSED: list[tuple[str, Given, list[str]]] = [
    ("share", [("famly", "Qwen")], ["share", "--famly", "Qwen"]),
    ("lineage", [("model", "a/b"), ("limit", "")], ["lineage", "a/b", "--limit", ""]),
    ("lineage", [("model", "a/b"), ("limit", "1e3")], ["lineage", "a/b", "--limit", "1e3"]),
    ("share", [("limit", "")], ["share", "--limit", ""]),
    ("share", [("by", "famliy")], ["share", "--by", "famliy"]),
    ("share", [("month", "2026-13")], ["share", "--month", "2026-13"]),
    ("share", [("names", "Qwne")], ["share", "Qwne"]),
    ("share", [("definition", "defualt")], ["share", "--definition", "defualt"]),
    ("measure/launch", [("param", "nmes=Qwen")], ["measure", "launch", "-p", "nmes=Qwen"]),
    ("measure/lunch", [], ["measure", "lunch"]),
    ("claims", [("names", "F999")], ["claims", "F999"]),
    ("sql", [("sql", "select 1; select 2")], ["sql", "select 1; select 2"]),
    ("sql", [("sql", " ")], ["sql", " "]),
]


@pytest.mark.parametrize(("path", "given", "words"), REFUSED, ids=lambda value: str(value)[:30])
def test_a_refusal_has_the_words_of_the_command(
    server: Server, demo_folder: Path, path: str, given: Given, words: list[str]
) -> None:
    got, done = server.ask(path, given), called(*words, "--data-dir", str(demo_folder))
    assert 400 <= got.status < 500 and got.json["exit_code"] == done.returncode
    assert got.json["detail"] in done.stderr.replace(f" --data-dir {demo_folder}", "")


@pytest.mark.parametrize("given", [[("month", "2026-10"), ("month", "2026-09")], [("by", "family"), ("by", "line")]])
def test_what_has_one_value_is_not_given_twice(server: Server, given: Given) -> None:
    got = server.ask("share", given)
    assert got.status == 400 and f"--{given[0][0]} is given twice" in got.json["detail"]


def raw(port: int, request: str) -> int:
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.sendall(request.encode())
        answer = connection.makefile("rb").readline()
    return int(answer.split()[1])


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1", 200), ("127.0.0.1:8000", 200), ("localhost:1", 200), ("LocalHost", 200), ("[::1]:9", 200),
        ("evil.example", 421), ("evil.example:8000", 421), ("localhost.evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("10.0.0.1", 421), ("localhost:80:80", 421), ("localhost@evil.example", 421), ("", 421), ("localhost/x", 421),
    ],
)  # fmt: skip
def test_only_names_of_this_machine_are_answered(server: Server, host: str, status: int) -> None:
    for path in ("/api/sources", "/", "/openapi.json"):
        assert server.get(path, host=host).status == status


def test_a_request_names_one_host(server: Server) -> None:
    assert 400 <= raw(server.port, "GET /api HTTP/1.1\r\n\r\n") < 500
    assert 400 <= raw(server.port, "GET /api HTTP/1.0\r\n\r\n") < 500
    assert 400 <= raw(server.port, "GET /api HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n") < 500


def test_a_proxys_name_is_a_setting(demo_folder: Path) -> None:
    named = {"TRACKER_SERVE_HOSTS": "one.example, two.example"}
    with serving(demo_folder, "--allow-host", "tracker.example.org", **named) as server:
        for host in ("tracker.example.org", "tracker.example.org:443", "one.example", "TWO.example"):
            assert server.get("/api", host=host).status == 200, host
        assert server.get("/api", host="example.org").status == 421
        code, said = server.end(signal.SIGINT)
    assert code == 130 and "at most 8.0 GB of memory: 4 questions at once" in said


def test_pages_of_others_may_read_and_nothing_else(server: Server) -> None:
    got = server.ask("share", {"month": "2026-10"}, origin="https://news.example")
    assert got.headers["access-control-allow-origin"] == "*"
    assert {"ETag", "Link", "Retry-After"} <= set(got.headers["access-control-expose-headers"].split(", "))
    asked_first = server.ask(
        "share", method="OPTIONS", origin="https://news.example", access_control_request_method="GET",
        access_control_request_headers="if-none-match",
    )  # fmt: skip
    assert asked_first.status == 204 and asked_first.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"
    assert "If-None-Match" in asked_first.headers["access-control-allow-headers"]
    assert server.ask("share", {"famly": "x"}).headers["access-control-allow-origin"] == "*"
    for method in ("POST", "PUT", "DELETE", "PATCH", "TRACE"):
        refused = server.ask("share", method=method)
        assert (refused.status, refused.headers["allow"]) == (405, "GET, HEAD")


def test_what_is_not_there_names_what_is(server: Server) -> None:
    assert "did you mean /api/share" in server.get("/api/shares").json["detail"]
    for path in ("/nothing", "/api/", "/api/measure/", "/../../etc/passwd", "/%2e%2e/x", "/.git/config", "/api/sql/x"):
        assert server.get(path).status == 404, path
    assert "/api/share" in server.get("/").json["routes"] and "8.0 GB" in server.get("/api").json["bounds"]


def test_rows_that_may_not_leave_do_not(server: Server, demo_folder: Path, tmp_path: Path) -> None:
    done = called("export", "--single-file", str(tmp_path / "all.duckdb"), "--data-dir", str(demo_folder))
    assert done.returncode == 0, done.stderr
    for sql in (
        "select count(*) as n from models", "select count(*) as n from snapshots", "select count(*) as n from history",
        "select count(*) as n from lineage_of('default')", "select distinct source from snapshots order by 1",
        "select count(*) as n, sum(downloads) as d from daily_downloads", "select count(*) as n from flow_flags",
        "select family, count(*) as n from lineage group by all order by all",
        "select sum(tokens)::bigint as n from token_sums",
    ):  # fmt: skip
        at_export = called("sql", sql, "--json", "--data-dir", str(tmp_path / "all.duckdb"))
        assert server.ask("sql", {"sql": sql}).json["rows"] == json.loads(at_export.stdout)["rows"], sql


@pytest.mark.parametrize(
    "table",
    [
        "token_days", "token_days_current", "tracker.main.token_days", "second_hub", "signal_names", '"Signal_Names"',
        "tracker.models", "tracker.main.snapshots", "main.models", "(summarize signal_names)", "memory.main.models",
        "read_parquet('{data}/sources/openrouter/**/*.parquet')", "read_parquet('{data}/snapshots/**/*.parquet')",
        "read_parquet('{data}/history/*.parquet')", "'{data}/history/x.parquet'", "read_blob('{data}/tracker.duckdb')",
        "glob('{data}/**')", "parquet_metadata('{data}/history/x.parquet')", "query_table('signal_names')",
        "(with x as (from token_days) from x)", "models, lateral (select * from token_days)",
        "tracker.models_as_of(date '2026-11-01')",
    ],
)  # fmt: skip
def test_no_way_around_leads_to_rows_that_stay(server: Server, demo_folder: Path, table: str) -> None:
    got = server.ask("sql", {"sql": f"select count(*) from {table}".replace("{data}", str(demo_folder.resolve()))})
    assert got.status == 400, got.body


def hostile(server: Server, folder: Path, statements: list[str], timeout: float) -> None:
    for sql in statements:
        began = time.monotonic()
        got = server.ask("sql", {"sql": sql.replace("{data}", str(folder)).replace("{home}", str(Path.home()))})
        # what is too long for an address is refused unread, and half a letter arrives as a question mark
        assert got.status in (400, 414, 431) or "\udcff" in sql, (sql[:200], got.status, got.body[:200])
        assert time.monotonic() - began < timeout + 10
    assert server.ask("sql", {"sql": "select 1 as n"}).json["rows"] == [{"n": 1}]


def test_hostile_statements_are_refused(server: Server, demo_folder: Path) -> None:
    hostile(server, demo_folder, list(REFUSED_SQL.values())[::8], 20)


@pytest.mark.soak
def test_every_hostile_statement_is_refused_or_ended(demo_folder: Path) -> None:
    with serving(demo_folder, "--timeout", "2") as server:
        short = [sql for sql in (*OVER.values(), *REFUSED_SQL.values()) if len(sql) < 20_000]  # the rest fit no address
        hostile(server, demo_folder, short, 2)


def test_tokens_of_models_stay_and_of_families_leave(server: Server, demo_folder: Path) -> None:
    same(server, demo_folder, "top", {"by": "tokens", "of": "families"})
    assert server.ask("top", {"by": "tokens", "of": "models"}).status == 400


class Hanging:
    """Somebody who asks and may hang up."""

    def __init__(self, server: Server, sql: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        self.connection.request("GET", f"/api/sql?{urlencode({'sql': sql})}")
        self.got: Got | None = None
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def _read(self) -> None:
        try:
            answer = self.connection.getresponse()
            self.got = Got(answer.status, dict(answer.getheaders()), answer.read())
        except OSError:
            pass

    def hang_up(self) -> None:
        assert self.connection.sock
        self.connection.sock.shutdown(socket.SHUT_RDWR)
        self._thread.join(20)
        self.connection.close()

    def end(self) -> Got:
        self._thread.join(60)
        self.connection.close()
        assert self.got is not None
        return self.got


def children(process: int) -> int:
    listed = Path(f"/proc/{process}/task").glob("*/children")
    return sum(len(each.read_text().split()) for each in listed)


def until(true: Callable[[], bool], seconds: float = 20) -> None:
    latest = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < latest
        time.sleep(0.05)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="children are counted by /proc")
def test_who_hangs_up_ends_his_own_question_and_gives_its_place_back(demo_folder: Path) -> None:
    with serving(demo_folder, "--places", "2", "--waiting", "2", "--timeout", "30") as server:
        pid = server.process.pid
        running = [Hanging(server, f"{SLOW} and 1 = {at}") for at in (1, 1)]
        until(lambda: children(pid) == 2)
        waiting = [Hanging(server, f"select {number} as n") for number in (7, 8)]
        time.sleep(1)
        full = server.ask("sql", {"sql": "select 1"})
        assert (full.status, full.json["exit_code"]) == (503, 75) and int(full.headers["retry-after"]) > 0
        waiting[0].hang_up()
        time.sleep(0.5)
        assert children(pid) == 2, "nobody who runs is hit"
        after = Hanging(server, "select 9 as n")
        running[0].hang_up()
        assert json.loads(waiting[1].end().body)["rows"] == [{"n": 8}]
        assert json.loads(after.end().body)["rows"] == [{"n": 9}]
        until(lambda: children(pid) == 1)
        running[1].hang_up()
        until(lambda: children(pid) == 0)
        assert server.ask("share", {"month": "2026-10"}).status == 200
        last = Hanging(server, SLOW)
        until(lambda: children(pid) == 1)
        began = time.monotonic()
        code, said = server.end()
        assert code == 143 and time.monotonic() - began < 10 and "Traceback" not in said
        assert last.end().status == 503


def test_a_question_has_so_many_seconds(demo_folder: Path) -> None:
    with serving(demo_folder, "--timeout", "1", "--quiet") as server:
        got = server.ask("sql", {"sql": SLOW, "timeout": 999})
        assert got.status == 400 and "stopped after 1 seconds" in got.json["detail"]
        assert server.end() == (143, "error: stopped by SIGTERM; run the same command again to go on\n")


def test_a_copy_that_is_published_meanwhile_is_asked_next(tmp_path: Path) -> None:
    folder = shutil.copytree(planted.folder(), tmp_path / "data", symlinks=True)
    curated = planted.folder().parent / "registry"
    with serving(folder) as server:
        before = server.ask("share").json
        slow = Hanging(server, SLOW)
        done = called("publish", "--data-dir", str(folder), "--registry", str(curated))
        assert done.returncode == 0, done.stderr
        after = server.ask("share").json
        assert after["about"]["generation"] == before["about"]["generation"] + 1
        assert after["rows"] == before["rows"]
        slow.hang_up()


def test_the_site_stands_beside_the_answers(demo_folder: Path, tmp_path: Path) -> None:
    root = tmp_path / "site"
    (root / "families").mkdir(parents=True)
    (root / ".git").mkdir()
    (root / ".git" / "config").write_text("secret")
    (tmp_path / "secret.txt").write_text("secret")
    (root / "out.txt").symlink_to(tmp_path / "secret.txt")
    (root / LISTING).write_text("{}")
    (root / "index.html").write_text("<p>first</p>")
    (root / "families" / "index.html").write_text("<p>families</p>")
    done = tracker("serve", "--site", str(tmp_path / "none"), "--data-dir", str(demo_folder))
    assert done.returncode == 1 and "no site stands in" in done.stderr
    with serving(demo_folder, TRACKER_SITE_DIR=str(root)) as server:
        assert server.get("/").body == b"<p>first</p>"
        assert server.get("/families").headers["location"] == "/families/"
        assert server.get("/families/").body == b"<p>families</p>"
        tag = server.get("/").headers["etag"]
        assert server.get("/", if_none_match=tag).status == 304
        (root / "index.html").write_text("<p>second</p>")
        assert server.get("/", if_none_match=tag).body == b"<p>second</p>"
        for path in ("/.git/config", "/out.txt", "/../secret.txt", "/%2e%2e/secret.txt", "/none.html", "/a%00b"):
            assert server.get(path).status == 404, path
        assert server.ask("share", {"month": "2026-10"}).status == 200


def test_why_it_cannot_begin_is_one_sentence(demo_folder: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = tracker("serve", "--port", port, "--data-dir", str(demo_folder))
    assert (done.returncode, done.stdout) == (2, "") and f"cannot listen on 127.0.0.1:{port}: Address" in done.stderr
    done = tracker("serve", "--port", "0", "--data-dir", str(tmp_path / "data"))
    assert (done.returncode, done.stdout) == (1, "") and "nothing is published" in done.stderr
    for words, told in (
        (["--host", "no.such.host.example"], "cannot listen"), (["--memory", "1GB"], "too few"),
        (["--memory", "much"], "not a size"),
    ):  # fmt: skip
        done = tracker("serve", "--port", "0", "--data-dir", str(demo_folder), *words)
        assert done.returncode == 2 and told in done.stderr and done.stderr.count("\n") == 1, done.stderr


def test_who_listens_for_others_is_told_what_they_can_ask(demo_folder: Path) -> None:
    with serving(demo_folder, "--host", "0.0.0.0") as server:
        assert server.get("/api", host="10.1.2.3:80").status == 200, "an address cannot be another's name"
        assert server.get("/api", host="evil.example").status == 421
        _, said = server.end()
    assert "whoever reaches 0.0.0.0 can ask all that is published" in said and "no password" in said


@pytest.mark.skipif(os.getuid() != 0, reason="the folder is made unwritable for another user")
def test_a_folder_that_cannot_be_written_is_served(tmp_path: Path) -> None:
    folder = shutil.copytree(planted.folder(), tmp_path / "data", symlinks=True)
    for each in (tmp_path, *folder.rglob("*"), folder):
        each.chmod(0o555 if each.is_dir() else 0o444)
    before = tree(folder)
    with serving(folder, HOME="/nonexistent", TMPDIR="/nonexistent") as server:
        assert server.ask("share").status == 200
        assert server.ask("sql", {"sql": "select 1 as n"}).json["rows"] == [{"n": 1}]
        assert server.ask("share", {"as_of": "2026-10-05"}).status in (200, 404)
    assert tree(folder) == before


def test_no_word_of_a_server_goes_where_the_address_stands(demo_folder: Path) -> None:
    with serving(demo_folder, "-v") as server:
        server.ask("share", {"month": "2026-10"})
        server.process.send_signal(signal.SIGTERM)
        stdout, _ = server.process.communicate(timeout=30)
    assert stdout == ""
