"""Each cause why no answer came has its own sentence, ends in 1, and says whose fault it is: the Hub's or a proxy's."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.demo.certificate import loopback_certificate
from tests.sources.loopback import Reply, serving
from tests.sources.walks import NIGHT, FastClock, settings_for
from tracker.demo import hub_process
from tracker.errors import SourceError, SourceRefused
from tracker.landing import runs
from tracker.scope import Scope
from tracker.sources.hub_models.walk import collect
from tracker.sources.outward import wire

PLANTED = "pl4nted"


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


@contextmanager
def talking(talk: Callable[[socket.socket], object]) -> Iterator[str]:
    """Something that reads each request and does the same with its connection; yields host and port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(65536)
                    talk(connection)

        threading.Thread(target=serve, daemon=True).start()
        yield f"127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def why(tmp_path: Path) -> Callable[[str], str]:
    """Walk over an endpoint that brings nothing; return the reason, which the manifest has too."""

    def walk(endpoint: str) -> str:
        settings = settings_for(tmp_path, endpoint, read_timeout_seconds=0.3, page_deadline_seconds=1.0)
        with pytest.raises(SourceError) as caught:
            collect(settings, scope=Scope("full"), snapshot_date=NIGHT, clock=FastClock(100_000))
        assert caught.value.exit_code == 1
        manifest = runs(tmp_path)[-1].manifest
        assert (manifest.status, manifest.reason) == ("failed", str(caught.value))
        assert PLANTED not in str(caught.value)
        return str(caught.value)

    return walk


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (401, "does not accept the token, or wants one (401)"),
        (403, "allows this token, or this address, no such request (403)"),
        (404, "refused the request: HTTP 404; check HF_ENDPOINT"),
        (407, "the proxy wants a user name and a password (407)"),
    ],
)
def test_what_is_refused_by_its_status(why, status: int, said: str) -> None:
    with serving({"*": Reply(b'{"error":"{no}"}', status, {"Content-Type": "application/json"})}) as served:
        told = why(served.address)
    assert said in told and "run again" in told and "{no}" in told


@pytest.mark.parametrize(
    ("status", "said"), [(429, "still rate limited after 20 waits"), (503, "failed 8 times, last with: HTTP 503")]
)
def test_what_does_not_get_better(why, status: int, said: str) -> None:
    with serving({"*": Reply(b"later", status)}) as served:
        assert said in why(served.address)


def test_nobody_listens(why) -> None:
    assert f"127.0.0.1:{(port := closed_port())} refuses connections" in why(f"http://127.0.0.1:{port}")


def test_a_name_that_nobody_knows(why) -> None:
    told = why("http://hub.invalid")
    assert "the name of hub.invalid cannot be resolved" in told and "DNS" in told


@pytest.mark.parametrize("talk", [reset, lambda _: None, lambda connection: connection.sendall(b"220 mail\r\n")])
def test_a_connection_that_is_broken_off(why, talk: Callable[[socket.socket], object]) -> None:
    with talking(talk) as place:
        assert f"failed 8 times, last with: {place} broke the connection off" in why(f"http://{place}")


def test_silence(why) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        assert "did not answer in time" in why(f"http://127.0.0.1:{listener.getsockname()[1]}")


def test_a_certificate_that_is_not_trusted(why, tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    with hub_process(models=10, certificate=loopback_certificate(tmp_path / "keys")) as server:
        told = why(server.endpoint)
    assert "is not trusted (self-signed certificate in certificate chain)" in told and "SSL_CERT_FILE" in told


def test_a_server_without_https(why) -> None:
    with serving({"*": b"[]"}) as served:
        told = why(served.address.replace("http://", "https://"))
    assert "no secure connection to 127.0.0.1" in told and "check that it speaks https" in told


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_is_dead_is_named(why, monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    place = f"127.0.0.1:{closed_port()}"
    monkeypatch.setenv(f"{scheme}_proxy", f"http://user:{PLANTED}@{place}")
    told = why(f"{scheme}://hub.invalid")
    assert f"the proxy {place} that {scheme}_proxy names refuses connections" in told


def test_a_proxy_whose_name_nobody_knows(why, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", f"http://user:{PLANTED}@proxy.invalid:3128")
    assert "the name of the proxy proxy.invalid:3128 that ALL_PROXY names cannot be resolved" in why(
        "https://hub.invalid"
    )


def test_a_proxy_that_wants_a_password(why, monkeypatch: pytest.MonkeyPatch) -> None:
    refusal = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"
    with talking(lambda connection: connection.sendall(refusal)) as place:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{place}")
        told = why("https://hub.invalid")
    assert f"the proxy {place} that HTTPS_PROXY names lets nothing through: 407" in told


@pytest.mark.parametrize(
    ("url", "environ", "said"),
    [
        ("http://127.0.0.1:{port}/x", {}, "127.0.0.1:{port} refuses connections"),
        ("http://shelf.invalid/x", {}, "the name of shelf.invalid cannot be resolved"),
        (
            "http://shelf.invalid/x",
            {"http_proxy": "http://u:pl4nted@127.0.0.1:{port}"},
            "the proxy 127.0.0.1:{port} that",
        ),
        ("https://shelf.invalid/x", {"ALL_PROXY": "http://u:pl4nted@127.0.0.1:{port}"}, "that ALL_PROXY names refuses"),
    ],
)
def test_other_sources_tell_the_same(monkeypatch: pytest.MonkeyPatch, url: str, environ, said: str) -> None:
    port = closed_port()
    for name, value in environ.items():
        monkeypatch.setenv(name, value.format(port=port))
    with pytest.raises(wire.NoAnswer) as caught:
        wire.get(url.format(port=port), {}, silence_seconds=1.0, seconds=1.0, most=10)
    assert said.format(port=port) in str(caught.value) and PLANTED not in str(caught.value)


def test_an_answer_that_will_not_get_better_is_told_from_one_that_may() -> None:
    assert issubclass(SourceRefused, SourceError) and SourceRefused("x").exit_code == SourceError("x").exit_code == 1
