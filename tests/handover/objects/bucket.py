"""A bucket of an S3-compatible store on the loopback address: moto as a process of its own, and a proxy before it."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

NAME = "bucket"
MOTO = Path(sys.prefix, "apart", "bin", "moto_server")  # which `make extras` installs
HOST = "127.0.0.1"

# asked of each request: its method, path and headers; what it answers in place of the store, if anything
Between = Callable[[str, str, dict[str, str]], int | None]


def environment(port: int) -> dict[str, str]:
    """Return the variables that lead to a store."""
    return {
        "AWS_ENDPOINT_URL": f"http://{HOST}:{port}",
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "reader",
        "AWS_SECRET_ACCESS_KEY": "kept-secret-of-the-bucket",
    }


@contextmanager
def served() -> Iterator[int]:
    """Run a store with one empty bucket; yield its port."""
    if not MOTO.exists():
        missing = pytest.fail if os.environ.get("EXTRAS_TESTS") == "required" else pytest.skip
        missing(f"no object store at {MOTO}; run `make extras`")
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
    command = [str(MOTO), "-H", HOST, "-p", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _make_bucket(port)
            yield port
        finally:
            process.terminate()


def _make_bucket(port: int) -> None:
    for _ in range(200):
        try:
            status = asked(port, "PUT", f"/{NAME}", {"Content-Length": "0"})[0]
            assert status == 200
            return
        except ConnectionError:
            time.sleep(0.1)
    raise AssertionError("the store does not start")


def asked(port: int, method: str, path: str, headers: Mapping[str, str], body: Any = None) -> tuple[int, Any, bytes]:
    """Send one request; return status, headers and body."""
    connection = http.client.HTTPConnection(HOST, port, timeout=60)
    try:
        connection.request(method, path, body=body, headers=dict(headers))
        response = connection.getresponse()
        return response.status, response.getheaders(), response.read()
    finally:
        connection.close()


@contextmanager
def between(port: int, judge: Between) -> Iterator[int]:
    """Run a proxy before a store, which the environment leads to meanwhile; yield its port."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one_request(self) -> None:
            try:
                super().handle_one_request()
            except ConnectionError:
                self.close_connection = True

        def _pass(self) -> None:
            headers = {name.lower(): told for name, told in self.headers.items()}
            body = self.rfile.read(int(headers.get("content-length", 0)))
            status = judge(self.command, self.path, headers)
            answer: tuple[int, Any, bytes] = (status, [], b"") if status else asked(
                port, self.command, self.path, headers, body
            )  # fmt: skip
            self.send_response(answer[0])
            for name, told in answer[1]:
                if name.lower() not in ("transfer-encoding", "content-length", "connection", "date", "server"):
                    self.send_header(name, told)
            length = dict(answer[1]).get("Content-Length") if self.command == "HEAD" else None
            self.send_header("Content-Length", length or str(len(answer[2])))
            self.end_headers()
            self.wfile.write(answer[2])

        do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _pass

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer((HOST, 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("AWS_ENDPOINT_URL", environment(server.server_address[1])["AWS_ENDPOINT_URL"])
            yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
