"""`context.http` over real loopback servers: every way in which an answer can fail, and who is told which secret."""

from __future__ import annotations

import gzip
import http.server
import logging
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.sources.loopback import Reply, Served, serving
from tests.sources.walks import FastClock
from tracker.errors import SourceError, SourceRefused
from tracker.landing import LandedRun, Manifest, RawRun
from tracker.settings import Settings
from tracker.sources import http as client_module
from tracker.sources.http import MAX_ATTEMPTS, MAX_BYTES, Client

KEY = "sk-planted-0123456789"
TOKEN = "hf_planted" + "Z9" * 14
DAY = date(2026, 11, 22)


class Patient(FastClock):
    """Waits are kept and not waited for."""

    def monotonic(self) -> float:
        return time.monotonic() + sum(self.slept)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


def client(served: Served, **options: Any) -> Client:
    settings = Settings(read_timeout_seconds=2.0, page_deadline_seconds=options.pop("deadline", 5.0))
    return Client(served.address, settings, **{"clock": Patient(), **options})


def landed(tmp_path: Path, url: str, content: bytes, etag: str | None) -> LandedRun:
    manifest = Manifest("20261121T000000Z-abcdef", "made", url, "full", DAY, datetime(2026, 11, 21, tzinfo=UTC))
    run = RawRun.create(tmp_path, manifest)
    run.put("rows.csv", content, url=url, etag=etag)
    return run.note(status="landed")


def drip(head: bytes) -> Reply:
    def talk(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.wfile.write(head)
        for _ in range(200):
            handler.wfile.write(b"x")
            time.sleep(0.05)

    return Reply(talk=talk)


def endless(head: bytes, piece: bytes) -> Reply:
    def talk(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.wfile.write(head)
        while True:
            handler.wfile.write(piece)

    return Reply(talk=talk)


def test_an_answer_is_taken_as_it_is_and_says_who_asks() -> None:
    with serving({"/base/rows.csv": Reply(b"a,b\r\n1,2\r\n", headers={"ETag": '"v1"'})}) as served:
        answer = Client(f"{served.address}/base/", Settings()).get("rows.csv", {"day": "2026-11-22"})
        assert (answer.content, answer.etag, answer.is_known) == (b"a,b\r\n1,2\r\n", '"v1"', False)
        assert answer.url == f"{served.address}/base/rows.csv?day=2026-11-22"
        assert served.heard[0][1]["user-agent"].startswith("hub-adoption-tracker/")


def test_what_is_compressed_is_taken_decoded_and_only_whole() -> None:
    packed = gzip.compress(b"0123456789" * 1000)
    headers = {"Content-Encoding": "gzip"}
    cut = Reply(packed[:-9], headers=headers)
    with serving({"/whole": Reply(packed, headers=headers), "/cut": [cut, Reply(b"plain")], "/never": cut}) as served:
        asking = client(served)
        assert asking.get("whole").content == b"0123456789" * 1000
        assert asking.get("cut").content == b"plain"
        with pytest.raises(SourceError, match="gzip stream is cut short"):
            asking.get("never")


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 520])
def test_failures_of_the_server_are_tried_again(status: int) -> None:
    with serving({"/x": [Reply(b"oh", status), Reply(b"oh", status), b"fine"]}) as served:
        clock = Patient()
        asking = client(served, clock=clock)
        assert asking.get("x").content == b"fine"
        assert clock.slept == [2.0, 4.0]
        assert asking.counts() == {"requests": 3, "retries": 2, "rate_limited": 2 * (status == 429)}


def test_it_gives_up_after_a_few_attempts_and_says_with_what() -> None:
    with serving({"/x": Reply(b"out of order", 500)}) as served:
        with pytest.raises(SourceError, match=rf"failed {MAX_ATTEMPTS} times, last with: .* HTTP 500: 'out of order'"):
            client(served).get("x")
        assert len(served.heard) == MAX_ATTEMPTS


def test_it_waits_as_long_as_it_is_asked_to_and_no_longer_than_it_may() -> None:
    soon, late = (Reply(b"", 429, {"Retry-After": seconds}) for seconds in ("40", "90000"))
    with serving({"/x": [soon, b"fine"], "/day": late}) as served:
        clock = Patient()
        assert client(served, clock=clock).get("x").content == b"fine"
        assert clock.slept == [41.0]
        with pytest.raises(SourceRefused, match="a wait of 90,001 s is longer than this run may take"):
            client(served).get("day")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_what_will_not_get_better_is_refused_at_once(status: int) -> None:
    with serving({"/x": Reply(b'{"error":"no"}', status)}) as served:
        with pytest.raises(SourceRefused, match=f"HTTP {status}"):
            client(served).get("x")
        assert len(served.heard) == 1


def test_304_is_the_bytes_of_the_last_run(tmp_path: Path) -> None:
    with serving({"/rows.csv": Reply(status=304)}) as served:
        last = landed(tmp_path, f"{served.address}/rows.csv", b"of last week", '"v1"')
        answer = client(served, last=last).get("rows.csv")
        assert (answer.content, answer.is_known, answer.etag) == (b"of last week", True, '"v1"')
        assert served.heard[0][1]["if-none-match"] == '"v1"'


@pytest.mark.parametrize("damage", [b"of lust week", None])
def test_a_damaged_copy_is_fetched_anew(tmp_path: Path, damage: bytes | None) -> None:
    with serving({"/rows.csv": b"new"}) as served:
        last = landed(tmp_path, f"{served.address}/rows.csv", b"of last week", '"v1"')
        path = last.folder / "raw" / "rows.csv"
        path.write_bytes(damage) if damage else path.unlink()
        assert client(served, last=last).get("rows.csv").content == b"new"
        assert "if-none-match" not in served.heard[0][1]


def test_304_that_nobody_asked_for_is_refused() -> None:
    with serving({"/x": Reply(status=304)}) as served, pytest.raises(SourceRefused, match="HTTP 304"):
        client(served).get("x")


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\nContent-Length: 500000000\r\n\r\n"])
def test_500_megabytes_are_refused_before_they_are_read(head: bytes) -> None:
    sent = []

    def talk(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.wfile.write(head)
        for _ in range(500):
            sent.append(handler.wfile.write(b"x" * 1_000_000))  # noqa: PERF401  what broke off is counted too

    with serving({"/x": Reply(talk=talk)}) as served:
        with pytest.raises(SourceRefused, match=rf"an answer of 500,000,000 bytes; at most {MAX_BYTES:,} are taken"):
            client(served).get("x")
        assert len(served.heard) == 1
    assert len(sent) < 100


@pytest.mark.parametrize(
    ("head", "piece"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65536),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b"x" * 65536 + b"\r\n"),
        (b"HTTP/1.1 302 Found\r\nLocation: /y\r\n\r\n", b"x" * 65536),
        (b"HTTP/1.1 500 Oh\r\n\r\n", b"x" * 65536),
    ],
    ids=["until closed", "chunked", "of a redirect", "of an error"],
)
def test_an_endless_answer_is_refused_while_it_streams(
    monkeypatch: pytest.MonkeyPatch, head: bytes, piece: bytes
) -> None:
    monkeypatch.setattr(client_module, "MAX_BYTES", 300_000)
    with serving({"/x": endless(head, piece)}) as served:
        with pytest.raises(SourceRefused, match="an answer of more than 300,000 bytes"):
            client(served).get("x")
        assert len(served.heard) == 1


def test_a_compressed_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "MAX_BYTES", 300_000)
    bomb = Reply(gzip.compress(b" " * 3_000_000), headers={"Content-Encoding": "gzip"})
    with serving({"/x": bomb}) as served, pytest.raises(SourceError, match="a body of more than 300,000 bytes"):
        client(served).get("x")


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly a part",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nonly ",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nonly \r\n",
        b"HTTP/1.1 200",
        b"",
    ],
    ids=["body", "chunk", "between chunks", "head", "nothing"],
)
def test_what_is_cut_off_is_tried_again(head: bytes) -> None:
    cut = Reply(talk=lambda handler: (handler.wfile.write(head), None)[1])
    with serving({"/x": [cut, b"whole"]}) as served:
        assert client(served).get("x").content == b"whole"
        assert len(served.heard) == 2


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\nX-Slow: ",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1",
    ],
    ids=["headers", "body", "until closed", "size of a chunk"],
)
def test_a_drip_is_ended_at_the_deadline_and_tried_again(head: bytes) -> None:
    with serving({"/x": [drip(head), b"whole"]}) as served:
        asking = Client(served.address, Settings(read_timeout_seconds=0.4, page_deadline_seconds=0.5), clock=Patient())
        assert asking.get("x").content == b"whole"
        assert len(served.heard) == 2


def test_silence_is_tried_again() -> None:
    with serving({"/x": [Reply(talk=lambda handler: time.sleep(1.0)), b"whole"]}) as served:
        asking = Client(served.address, Settings(read_timeout_seconds=0.2), clock=Patient())
        assert asking.get("x").content == b"whole"


def test_nobody_there_is_an_error_that_names_the_address() -> None:
    with serving({}) as served:
        pass
    with pytest.raises(SourceError, match=rf"{served.address}/x failed {MAX_ATTEMPTS} times"):
        client(served).get("x")


def test_the_run_as_a_whole_has_an_end() -> None:
    with (
        serving({"/x": Reply(b"", 500)}) as served,
        pytest.raises(SourceRefused, match="longer than this run may take"),
    ):
        client(served, total_seconds=3.0).get("x")
    with serving({"/x": b"fine"}) as served, pytest.raises(SourceError, match="the run's time is used up"):
        client(served, total_seconds=-1.0).get("x")


@pytest.mark.parametrize("page", [b"<!DOCTYPE html><title>Just a moment...</title>", b"\n  <html><body>"])
def test_a_challenge_page_that_claims_to_be_data_is_refused(page: bytes) -> None:
    with (
        serving({"/rows.csv": Reply(page, headers={"Content-Type": "text/csv"})}) as served,
        pytest.raises(SourceRefused, match="a page of HTML where data belong"),
    ):
        client(served).get("rows.csv")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_within_the_host_keeps_the_key(status: int) -> None:
    with serving({"/x": Reply(status=status, headers={"Location": "/y"}), "/y": b"there"}) as served:
        answer = client(served, key=KEY).get("x")
        assert (answer.content, answer.url) == (b"there", f"{served.address}/x")
        assert [headers["authorization"] for _, headers in served.heard] == [f"Bearer {KEY}"] * 2


def test_a_redirect_to_another_host_goes_there_without_the_key() -> None:
    with serving({"/file": b"there"}) as elsewhere:
        with serving({"/x": Reply(status=302, headers={"Location": f"{elsewhere.address}/file"})}) as served:
            assert client(served, key=KEY).get("x").content == b"there"
        assert KEY not in elsewhere.everything()


def test_a_whole_address_elsewhere_is_asked_without_the_key() -> None:
    with serving({"/file": b"there"}) as elsewhere, serving({}) as served:
        assert client(served, key=KEY).get(f"{elsewhere.address}/file").content == b"there"
        assert KEY not in elsewhere.everything()


@pytest.mark.parametrize(
    ("location", "told"),
    [
        ("file:///etc/passwd", "which is no address"),
        ("http://me:secret@127.0.0.1:1/x", "which is no address"),
        ("", "which is no address"),
        ("/x", "more than 5 redirects"),
    ],
)
def test_bad_redirects_are_refused(location: str, told: str) -> None:
    reply = Reply(status=302, headers={"Location": location})
    with serving({"/x": reply}) as served, pytest.raises(SourceRefused, match=told):
        client(served).get("x")


def test_a_key_that_is_said_back_is_not_quoted(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    replies = [Reply(f"no: {KEY}".encode(), status) for status in (500, 403)]
    with serving({"/x": replies}) as served, pytest.raises(SourceRefused, match=r"no: \[key\]") as caught:
        client(served, key=KEY).get("x")
    assert KEY not in str(caught.value) + caplog.text


def test_nothing_of_this_machine_goes_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """~/.netrc and the Hub's token, which the Hub's own client would find, and a cookie of the answer before."""
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password secret-of-netrc\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    cookie = Reply(status=302, headers={"Location": "/y", "Set-Cookie": "id=secret-cookie; Path=/"})
    with serving({"/x": cookie, "/y": b"there"}) as served:
        asking = client(served)
        assert asking.get("x").content == asking.get("y").content == b"there"
        assert len(served.heard) == 3
        for _, headers in served.heard:
            assert not {"authorization", "cookie"} & set(headers)
        assert TOKEN not in served.everything()
