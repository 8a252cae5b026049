"""A ping is bounded in time, tells its secret to nobody else, and its fate is no matter of the job's."""

from __future__ import annotations

import time
from http.server import BaseHTTPRequestHandler

import pytest

from tests.notify.sinks import SECRET, Answer, Sink, hanging, status
from tracker.notify.ping import ping


def dripping_head(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(40):
        handler.wfile.write(b"X-%d: x\r\n" % number)
        time.sleep(0.05)


def huge(handler: BaseHTTPRequestHandler) -> None:
    status(200)(handler)
    for _ in range(1000):
        handler.wfile.write(bytes(10**6))
        time.sleep(0.01)


@pytest.mark.parametrize("code", [301, 302, 307, 308, 400, 404, 500, 503])
def test_only_a_2xx_counts_and_nothing_is_followed(code: int, caplog: pytest.LogCaptureFixture) -> None:
    with Sink(status(200)) as elsewhere, Sink(status(code, Location=f"{elsewhere.plain}/login")) as service:
        assert not ping(service.plain, "0", "12 models")
        assert service.asked == [("POST", f"/hooks/{SECRET}/0")] and elsewhere.heard == []
    assert f"HTTP {code}" in caplog.text and SECRET not in caplog.text


@pytest.mark.parametrize(
    "address",
    ["ftp://hc.example/{}", "hc.example/{}", "http:///{}", "http://hc..example/{}", "http://hc:99999/{}", "{}"],
)
def test_an_address_that_is_none_is_told_with_the_next_step(address: str, caplog: pytest.LogCaptureFixture) -> None:
    assert not ping(address.format(SECRET), "0")
    assert "that is no http or https address; correct TRACKER_PING_URL" in caplog.text and SECRET not in caplog.text


@pytest.mark.parametrize("code", [200, 201, 204])
def test_a_2xx_is_taken(code: int) -> None:
    with Sink(status(code)) as service:
        assert ping(service.plain + "/", "start") and service.asked == [("POST", f"/hooks/{SECRET}/start")]


@pytest.mark.parametrize(("answer", "is_taken"), [(dripping_head, False), (hanging(2), False), (huge, True)])
def test_it_is_bounded_in_time(answer: Answer, is_taken: bool, caplog: pytest.LogCaptureFixture) -> None:
    with Sink(answer) as service:
        began = time.monotonic()
        assert ping(service.plain, "0", "x" * 10**6, total_seconds=0.5) is is_taken
        assert time.monotonic() - began < 1.5
    assert SECRET not in caplog.text and ("no answer within 0.5 s" in caplog.text) is not is_taken


def test_pings_that_hang_do_not_pile_up(caplog: pytest.LogCaptureFixture) -> None:
    with Sink(hanging(2)) as service:
        for _ in range(6):
            assert not ping(service.plain, "0", total_seconds=0.02)
        assert len(service.heard) <= 3
        assert "earlier ones still hang" in caplog.text
        time.sleep(2.2)
    with Sink(status(200)) as service:
        assert ping(service.plain, "0"), "their places are given back"


@pytest.mark.parametrize("proxy", ["http://127.0.0.1:9", "http://user:secret-word@127.0.0.1:9", "nonsense:// x"])
def test_a_proxy_that_is_not_there_is_told_by_its_kind_alone(
    proxy: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("http_proxy", proxy)
    monkeypatch.setenv("no_proxy", "")
    monkeypatch.setenv("NO_PROXY", "")
    assert not ping(f"http://hc.example/{SECRET}", "0")
    assert "could not ping hc.example" in caplog.text and "secret" not in caplog.text


@pytest.mark.parametrize("text", ["\udce9 half a letter", "通义", "\0"])
def test_whatever_a_job_says_goes_with_it(text: str) -> None:
    with Sink(status(200)) as service:
        assert ping(service.plain, "1", text)
