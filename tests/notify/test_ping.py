"""A ping is bounded in time, tells its secret to nobody else, and its fate is no matter of the job's."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tracker.notify.ping import ping

SECRET = "secret-path"


class Service:
    """A health-check service that answers as it is told, and what it heard."""

    def __init__(self, answer: Callable[[BaseHTTPRequestHandler], None]) -> None:
        self.heard: list[tuple[str, str]] = []
        heard = self.heard

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                heard.append((self.command, self.path))
                self.rfile.read(int(self.headers["Content-Length"]))
                with suppress(OSError):
                    answer(self)
                self.close_connection = True

            do_GET = do_POST

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/{SECRET}"

    def __enter__(self) -> Service:
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


def status(code: int, **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()

    return answer


def dripping_head(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(40):
        handler.wfile.write(b"X-%d: x\r\n" % number)
        time.sleep(0.05)


def silent(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(2)


def huge(handler: BaseHTTPRequestHandler) -> None:
    status(200)(handler)
    for _ in range(1000):
        handler.wfile.write(bytes(10**6))
        time.sleep(0.01)


@pytest.mark.parametrize("code", [301, 302, 307, 308, 400, 404, 500, 503])
def test_only_a_2xx_counts_and_nothing_is_followed(code: int, caplog: pytest.LogCaptureFixture) -> None:
    with Service(status(200)) as elsewhere, Service(status(code, Location=f"{elsewhere.address}/login")) as service:
        assert not ping(service.address, "0", "12 models")
        assert service.heard == [("POST", f"/{SECRET}/0")] and elsewhere.heard == []
    assert f"HTTP {code}" in caplog.text and SECRET not in caplog.text


@pytest.mark.parametrize(
    "address",
    ["ftp://hc.example/{}", "hc.example/{}", "http:///{}", "http://hc..example/{}", "http://hc:99999/{}", "{}"],
)
def test_an_address_that_is_none_is_told_with_the_next_step(address: str, caplog: pytest.LogCaptureFixture) -> None:
    assert not ping(address.format(SECRET), "0")
    assert "that is no http or https address; mend TRACKER_PING_URL" in caplog.text and SECRET not in caplog.text


@pytest.mark.parametrize("code", [200, 201, 204])
def test_a_2xx_is_taken(code: int) -> None:
    with Service(status(code)) as service:
        assert ping(service.address + "/", "start") and service.heard == [("POST", f"/{SECRET}/start")]


@pytest.mark.parametrize(("answer", "is_taken"), [(dripping_head, False), (silent, False), (huge, True)])
def test_it_is_bounded_in_time(
    answer: Callable[[BaseHTTPRequestHandler], None], is_taken: bool, caplog: pytest.LogCaptureFixture
) -> None:
    with Service(answer) as service:
        began = time.monotonic()
        assert ping(service.address, "0", "x" * 10**6, total_seconds=0.5) is is_taken
        assert time.monotonic() - began < 1.5
    assert SECRET not in caplog.text and ("no answer within 0.5 s" in caplog.text) is not is_taken


def test_pings_that_hang_do_not_pile_up(caplog: pytest.LogCaptureFixture) -> None:
    with Service(silent) as service:
        for _ in range(6):
            assert not ping(service.address, "0", total_seconds=0.02)
        assert len(service.heard) <= 3
        assert "earlier ones still hang" in caplog.text
        time.sleep(2.2)
    with Service(status(200)) as service:
        assert ping(service.address, "0"), "their places are given back"


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
    with Service(status(200)) as service:
        assert ping(service.address, "1", text)
