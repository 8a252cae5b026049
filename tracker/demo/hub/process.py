"""Run a loopback Hub in a process of its own and move it from here, as the tests and the demo do."""

from __future__ import annotations

import json
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from tracker.demo.hub.log import LoggedRequest
from tracker.errors import TrackerError

END_SECONDS = 10
ANSWER_SECONDS = 600  # a night of 3.5 million models takes a while to load


class DemoError(TrackerError):
    """The loopback Hub did not start, or refused what it was told."""


class HubProcess:
    """A running loopback Hub. Made by `hub_process`."""

    def __init__(
        self, process: subprocess.Popen[bytes], endpoint: str, nights: Sequence[date], certificate: Path | None
    ) -> None:
        self.endpoint = endpoint
        self.nights = nights
        self.certificate = certificate  # PEM, key included, where it serves https
        self._process = process

    @property
    def pid(self) -> int:
        """The number of the server's process."""
        return self._process.pid

    def set_night(self, night: date) -> None:
        """Move the Hub to a night."""
        self._call("night", {"night": night.isoformat()})

    def set_faults(self, faults: Sequence[str], seed: int = 1) -> None:
        """Replace all faults; the night is served afresh."""
        self._call("faults", {"faults": list(faults), "seed": seed})

    def fired(self) -> dict[str, int]:
        """Return how often each fault has fired, by its spec."""
        return {fault["spec"]: fault["fired"] for fault in self._call("faults")}

    def advance(self, seconds: float) -> None:
        """Skip virtual seconds."""
        self._call("clock", {"advance": seconds})

    def set_scale(self, scale: float) -> None:
        """Let so many virtual seconds pass in a real one."""
        self._call("clock", {"scale": scale})

    def now(self) -> datetime:
        """Return the virtual time."""
        return datetime.fromisoformat(self._call("clock")["now"])

    def requests(self) -> list[LoggedRequest]:
        """Return the log of all requests but those made from here."""
        return [LoggedRequest(**{**entry, "faults": tuple(entry["faults"])}) for entry in self._call("log")]

    def clear_log(self) -> None:
        """Forget the log."""
        self._call("log", {"clear": True})

    def changes(self) -> list[dict[str, Any]]:
        """Return what was changed while it was served: request, kind, hub_id, before, after."""
        changes: list[dict[str, Any]] = self._call("changes")
        return changes

    def truth(self) -> list[dict[str, Any]]:
        """Return what a synthetic ecosystem planted in the models of this night; nothing for others."""
        planted: list[dict[str, Any]] = self._call("truth")["planted"]
        return planted

    def items(self) -> list[dict[str, Any]]:
        """Return every model that is listed at this moment, whole, in no order."""
        items: list[dict[str, Any]] = self._call("items")
        return items

    def _call(self, name: str, body: object | None = None) -> Any:
        parts = urlsplit(self.endpoint)
        assert parts.hostname is not None
        connection = HTTPConnection(parts.hostname, parts.port, timeout=ANSWER_SECONDS)
        if self.certificate is not None:
            context = ssl.create_default_context(cafile=self.certificate)
            connection = HTTPSConnection(parts.hostname, parts.port, timeout=ANSWER_SECONDS, context=context)
        try:
            connection.request(
                "GET" if body is None else "POST", f"/_demo/{name}", None if body is None else json.dumps(body)
            )
            response = connection.getresponse()
            answer = json.loads(response.read())
        finally:
            connection.close()
        if response.status != 200:
            raise DemoError(f"the demo Hub refused {name}: {answer['error']}")
        return answer


@contextmanager
def hub_process(
    *,
    models: int = 20_000,
    nights: int = 30,
    seed: int = 1,
    last_night: date | None = None,
    registry: Path | None = None,
    stress: bool = False,
    replay: Path | None = None,
    plain: int | None = None,
    night: date | None = None,
    first: bool = False,
    port: int = 0,
    certificate: Path | None = None,
    scale: float = 1.0,
    tier_quota: int | None = None,
    window: int | None = None,
    tokens: Mapping[str, str] | None = None,
    readers: Sequence[str] = (),
    datasets: Mapping[str, Path] | None = None,
    past: int | None = None,
    page_limit: int | None = None,
    other_origin: bool = False,
    framing: str | None = None,
    faults: Sequence[str] = (),
) -> Iterator[HubProcess]:
    """Start a loopback Hub and stop it at the end, or when this process dies.

    It serves `replay` (a folder) or `plain` (so many plain models) if given, else the synthetic
    ecosystem; the other parameters are those of `python -m tracker.demo serve`.
    Raises DemoError if it does not start.
    """
    given = {
        "models": models, "nights": nights, "seed": seed, "last-night": last_night,
        "registry": registry, "replay": replay, "plain": plain,
        "night": night, "port": port, "certificate": certificate, "scale": scale, "tier-quota": tier_quota,
        "window": window, "past": past, "framing": framing, "page-limit": page_limit,
    }  # fmt: skip
    arguments = [f"--{name}={value}" for name, value in given.items() if value is not None]
    flags = {"stress": stress, "first": first, "other-origin": other_origin}
    arguments += [f"--{name}" for name, wanted in flags.items() if wanted]
    arguments += [f"--token={token}={tier}" for token, tier in (tokens or {}).items()]
    arguments += [f"--read-only={token}" for token in readers]
    arguments += [f"--dataset={name}={folder}" for name, folder in (datasets or {}).items()]
    arguments += [f"--fault={spec}" for spec in faults]
    with tempfile.TemporaryFile() as complaints:
        with _started(arguments, complaints) as process:
            yield _ready(process, complaints, certificate)
        complaints.seek(0)
        if b"Traceback" in (said := complaints.read()):
            raise DemoError(f"the demo Hub has a fault of its own:\n{said.decode(errors='replace')}")


@contextmanager
def _started(arguments: Sequence[str], complaints: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "tracker.demo", "serve", "--with-parent", *arguments]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=complaints) as process:
        try:
            yield process
        finally:
            _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Let it end by itself, so that what it has to complain about is written; then make it."""
    assert process.stdin is not None
    process.stdin.close()
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()


def _ready(process: subprocess.Popen[bytes], complaints: IO[bytes], certificate: Path | None) -> HubProcess:
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        process.wait()
        complaints.seek(0)
        raise DemoError(f"the demo Hub did not start: {complaints.read().decode(errors='replace').strip()}")
    ready = json.loads(line)
    nights = [date.fromisoformat(night) for night in ready["nights"]]
    return HubProcess(process, ready["endpoint"], nights, certificate)
