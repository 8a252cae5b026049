"""A server as a process, and whoever asks it."""

from __future__ import annotations

import http.client
import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.command_line import environment

Given = list[tuple[str, Any]]


@dataclass(frozen=True)
class Got:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Server:
    """A process that serves, with its port and what it said."""

    process: subprocess.Popen[str]
    port: int
    said: str = ""

    def get(
        self, path: str, given: Given | dict[str, Any] | None = None, *, method: str = "GET", **headers: str
    ) -> Got:
        """Ask for a path with parameters; `accept_encoding` is a header of that name."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            query = f"?{urlencode(given, doseq=True, errors='surrogatepass')}" if given else ""
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path + query, headers=named)
            answer = connection.getresponse()
            headers = {name.lower(): value for name, value in answer.getheaders()}
            return Got(answer.status, headers, answer.read())
        finally:
            connection.close()

    def ask(self, name: str, given: Given | dict[str, Any] | None = None, **headers: str) -> Got:
        """Ask a question."""
        return self.get(f"/api/{name}", given, **headers)

    def end(self, by: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """End it; return its exit code and what it said on stderr."""
        self.process.send_signal(by)
        _, said = self.process.communicate(timeout=30)
        return self.process.returncode, said


@contextmanager
def serving(folder: Path | str, *options: str, **environ: str) -> Iterator[Server]:
    """Serve a folder on any free port until the block ends."""
    words = [sys.executable, "-m", "tracker", "serve", "--port", "0", "--data-dir", str(folder), *options]
    process = subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(**environ)
    )
    try:
        assert process.stdout is not None and process.stderr is not None
        address = process.stdout.readline()
        found = re.fullmatch(r"http://\S+:(\d+)/\n", address)
        assert found, process.communicate(timeout=30)[1]
        yield Server(process, int(found[1]))
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()
