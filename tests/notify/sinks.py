"""Sinks on the loopback address: each answers as it is told, and keeps what it heard."""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

SECRET = "very-secret-path"

Answer = Callable[[BaseHTTPRequestHandler], None]


class Heard(NamedTuple):
    method: str
    path: str
    key: str | None
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.body)
        return told


class Sink:
    """Answers its first requests as `answers` say, in turn, and all that follow like the last.

    `certificate`: a file with a key and a chain, with which it speaks TLS.
    """

    def __init__(self, *answers: Answer, certificate: Path | None = None) -> None:
        self.answers = list(answers)
        self.heard: list[Heard] = []
        sink = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                sink.heard.append(Heard(self.command, self.path, self.headers.get("Idempotency-Key"), body))
                answer = sink.answers[min(len(sink.heard), len(sink.answers)) - 1]
                with suppress(OSError):
                    answer(self)
                self.close_connection = True

            do_GET = do_POST

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.scheme = "http" if certificate is None else "https"
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a handshake that was broken off
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()

    @property
    def plain(self) -> str:
        """Its address without a query."""
        return f"{self.scheme}://127.0.0.1:{self.server.server_port}/hooks/{SECRET}"

    @property
    def address(self) -> str:
        return f"{self.plain}?token={SECRET}-too"

    @property
    def asked(self) -> list[tuple[str, str]]:
        """Method and path of what it heard."""
        return [(each.method, each.path) for each in self.heard]

    def __enter__(self) -> Sink:
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


def status(code: int, body: bytes = b"", **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def echoing(code: int) -> Answer:
    """Answer with the address in the body."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        status(code, f"cannot take {handler.path}".encode())(handler)

    return answer


def picky(handler: BaseHTTPRequestHandler) -> None:
    """Refuse what is longer than 2,000 letters."""
    status(200 if int(handler.headers["Content-Length"]) <= 2_000 else 400)(handler)


def hanging(seconds: float) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(seconds)

    return answer
