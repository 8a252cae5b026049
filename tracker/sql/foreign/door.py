"""The parent side: start the lean process, send one question, watch the process, read the rows, and end it.

The timeout starts when the copy is open. The process is killed at the timeout, or when its resident memory and the rows
that it has sent exceed the limit together. Resident memory is read from /proc, so only on Linux; elsewhere duckdb's own
limit and the size of the rows bound it.
"""

from __future__ import annotations

import contextlib
import fcntl
import io
import json
import math
import os
import pickle
import re
import selectors
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import _duckdb

import tracker
from tracker.errors import QueryRefused, StoreError, TooMuch
from tracker.sql import connect, engine, tokens
from tracker.sql.foreign import plain
from tracker.sql.foreign import process as lean
from tracker.sql.foreign.limits import Limits, Opening, Stopped
from tracker.table import Table

if TYPE_CHECKING:
    import polars as pl

SAMPLE_SECONDS = 0.02
START_SECONDS = 1.0  # grace beyond the timeout for starting the process and opening the copy
_END_SECONDS = 5.0  # for the kernel to free the memory of a killed process
OF_DUCKDB = 0.8  # duckdb's own limit, reached first so that its message names what it lacks
_AS_TEXT = "no answer can hold it: cast it to text, or leave those rows out"
_CHUNK = 1 << 20
_MOST_TOLD = 1 << 20
# duckdb's message if a whole number of 128 bits does not fit into 64
_TOO_WIDE = re.compile(r"from source column (.*?)\s+LINE \d+:.*cast\(#\d+ as bigint\)", re.DOTALL)
_KEPT = ("LD_LIBRARY_PATH",)  # the whole environment of the process: Python itself may need these to find libraries


class Failed(Exception):
    """An error of duckdb in the process: its kind and its words."""

    def __init__(self, error: engine.Error) -> None:
        super().__init__(str(error))
        self.error = error


def _is_wanted() -> None:
    """Never stop: the caller waits until the end."""


def ask(
    opening: Opening, sql: str, parameters: Mapping[str, Any], limits: Limits, stopped: Stopped = _is_wanted
) -> pl.DataFrame:
    """Return the rows of one SELECT, run in a process of its own that opens the copy.

    Raises QueryRefused if it is refused or takes too much, Failed for an error of duckdb.
    """
    import polars as pl

    from tracker.sql import years

    rows = pl.read_ipc_stream(_asked(opening, sql, parameters, limits, stopped))
    beyond = years.beyond(rows)
    if beyond is not None:
        raise _beyond(beyond)
    return rows


def ask_plain(
    opening: Opening, sql: str, parameters: Mapping[str, Any], limits: Limits, stopped: Stopped = _is_wanted
) -> Table:
    """Return the same rows as `ask` without polars, unless a column is not scalar."""
    told = _asked(opening, sql, parameters, limits, stopped, plain=True).getvalue()
    if told == plain.NOT_PLAIN:
        return Table.of(ask(opening, sql, parameters, limits, stopped))
    try:
        return Table(*plain.read(told))
    except plain.Beyond as error:
        raise _beyond(str(error)) from None


def _beyond(column: str) -> QueryRefused:
    return QueryRefused(f"column {column} holds a time beyond the years 1 to 9999; {_AS_TEXT}")


def _asked(
    opening: Opening,
    sql: str,
    parameters: Mapping[str, Any],
    limits: Limits,
    stopped: Stopped,
    *,
    plain: bool = False,
) -> io.BytesIO:
    """Return what the process writes."""
    given = {name: parameters[name] for name in tokens.parameters(sql) if name in parameters}
    question = _packed(
        {
            "opening": [*_settings(limits), *opening.statements],
            "readable": [*map(str, opening.readable), engine.HOME],
            "sql": sql,
            "parameters": given,
            "plain": plain,
            "withheld": dict(opening.withheld),
            "is_laid": opening.is_laid,
            "cpu_seconds": math.ceil((limits.seconds + START_SECONDS) * limits.threads) + 1,
        }
    )
    process = _started()
    watch = _Watch(process, question, limits, stopped)
    try:
        watch.run()
    finally:
        _end(process)
    watch.judge()
    watch.rows.seek(0)
    return watch.rows


def _packed(question: Mapping[str, Any]) -> bytes:
    try:
        packed = pickle.dumps(question)
    except (pickle.PicklingError, TypeError, AttributeError) as error:
        raise QueryRefused(f"a parameter has a type that no query takes: {error}") from None
    return struct.pack("<Q", len(packed)) + packed


def _settings(limits: Limits) -> list[str]:
    """Return the settings of an instance; without a folder to spill into, so nothing is written."""
    return connect.settings(f"{int(limits.memory * OF_DUCKDB)}B", limits.threads, temporary="")


def _started() -> subprocess.Popen[bytes]:
    """Start the process: no site packages, no environment, no working folder, only what it needs on its path."""
    places = [str(Path(tracker.__file__).resolve().parent.parent), engine.HOME]
    start = f"import sys; sys.path += {places!r}; from {lean.__name__} import main; main()"
    try:
        return subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", start, str(os.getpid())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            env={name: os.environ[name] for name in _KEPT if name in os.environ},
            cwd="/",
        )
    except OSError as error:
        raise StoreError(f"no process could be started for the query: {error}") from error


def _widen(pipe: int) -> None:
    """Enlarge the buffer of a pipe, where the system allows it (Linux)."""
    if hasattr(fcntl, "F_SETPIPE_SZ"):
        with contextlib.suppress(OSError):
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _CHUNK)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill the process if it still runs; do not wait for what the kernel holds on to."""
    process.kill()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe:
            with contextlib.suppress(BrokenPipeError):
                pipe.close()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=_END_SECONDS)


@dataclass
class _Watch:
    """One question on its way."""

    process: subprocess.Popen[bytes]
    unsent: bytes
    limits: Limits
    is_stopped: Stopped
    rows: io.BytesIO = field(default_factory=io.BytesIO)
    told: bytearray = field(default_factory=bytearray)
    stopped: str | None = None
    begun: float | None = None

    def run(self) -> None:
        """Send the question and read the output until the process ends or must be killed."""
        begin = time.monotonic()
        with selectors.DefaultSelector() as ready, _Memory(self.process.pid) as held:
            assert self.process.stdin and self.process.stdout and self.process.stderr
            os.set_blocking(self.process.stdin.fileno(), False)
            _widen(self.process.stdout.fileno())
            ready.register(self.process.stdin, selectors.EVENT_WRITE, self._send)
            ready.register(self.process.stdout, selectors.EVENT_READ, self._take_rows)
            ready.register(self.process.stderr, selectors.EVENT_READ, self._take_told)
            open_pipes = 2
            while open_pipes and not self.stopped:
                for key, _ in ready.select(SAMPLE_SECONDS):
                    if not key.data(key.fd):
                        ready.unregister(key.fileobj)
                        open_pipes -= key.events == selectors.EVENT_READ
                self.stopped = self._over(begin, held.resident())
            if not self.stopped:
                self._wait()

    def judge(self) -> None:
        """Raise the error of the process, if any."""
        if self.stopped:
            raise TooMuch(self.stopped)
        lines = bytes(self.told).decode("utf-8", "replace").splitlines()
        code = self.process.returncode
        if code == 0 and lines == [lean.READY.decode().strip()]:
            return
        if code == 0 and lines:
            raise _told(lines[-1])
        if code == -signal.SIGXCPU:
            raise TooMuch(self._too_long())
        raise _ended(code, lines)

    def _send(self, pipe: int) -> bool:
        """Send more of the question; return whether there is more."""
        try:
            self.unsent = self.unsent[os.write(pipe, self.unsent) :]
        except BrokenPipeError:  # the process has ended; the other pipes say why
            return False
        return bool(self.unsent)

    def _take_rows(self, pipe: int) -> bool:
        data = os.read(pipe, _CHUNK)
        self.rows.write(data)
        return bool(data)

    def _take_told(self, pipe: int) -> bool:
        data = os.read(pipe, _CHUNK)
        self.told += data[: _MOST_TOLD - len(self.told)]
        if self.begun is None and self.told.startswith(lean.READY):
            self.begun = time.monotonic()
        return bool(data)

    def _over(self, begin: float, resident: int) -> str | None:
        """Return why the process must be killed now; None if it need not be."""
        if why := self.is_stopped():
            return why
        latest = begin + START_SECONDS
        if time.monotonic() > min(latest, self.begun or latest) + self.limits.seconds:
            return self._too_long()
        if resident + self.rows.tell() > self.limits.memory:
            most = f"{self.limits.memory / 2**20:,.0f} MiB"
            return f"stopped: it took more than {most} of memory; narrow the question, or raise memory_limit"
        if self.rows.tell() > self.limits.answer:
            most = f"{self.limits.answer / 2**20:,.0f} MiB"
            return f"stopped: its rows come to more than {most}; ask for fewer rows or columns, or a part after another"
        return None

    def _too_long(self) -> str:
        return f"stopped after {self.limits.seconds:g} seconds; narrow the question, or raise the time limit"

    def _wait(self) -> None:
        """Wait for a process that has closed its pipes."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=START_SECONDS)


def _told(line: str) -> Exception:
    """Return the error that the process reported."""
    try:
        told = json.loads(line)
        kind, text = str(told["kind"]), str(told["text"])
    except (ValueError, TypeError, KeyError):
        return StoreError(f"the process that ran the query said what nobody understands: {line[:300]}")
    if kind == "Refused":
        return QueryRefused(text)
    if kind == "Unwritable":
        return QueryRefused(f"no answer can hold a column of this type; cast it to text ({text})")
    if kind == "ConversionException" and (column := _TOO_WIDE.search(text)):
        return QueryRefused(f"column {column[1]} holds a whole number of more than 64 bits; cast it to double or text")
    if kind in ("MemoryError", "RecursionError"):
        return QueryRefused(f"this is more than can be read ({kind}); narrow the question")
    known = _of_text(text) if kind == "Broken" else getattr(_duckdb, kind, None)
    if isinstance(known, type) and issubclass(known, engine.Error):
        return Failed(known(text))
    return StoreError(f"the query could not be run: {kind}: {text[:300]}")


def _of_text(text: str) -> type[engine.Error]:
    """Return the kind of an error by the start of its message: `Out of Memory Error: ...`."""
    name = text.partition(" Error:")[0].title().replace(" ", "").replace("Io", "IO")
    return getattr(_duckdb, f"{name}Exception", engine.Error)


def _ended(code: int | None, lines: Sequence[str]) -> Exception:
    """Return the error for a process that ended without saying why."""
    if code == -signal.SIGKILL:
        return QueryRefused("the system killed the query, most likely for want of memory; narrow the question")
    if code is not None and code < 0:
        name = signal.Signals(-code).name if -code in set(signal.Signals) else f"signal {-code}"
        return QueryRefused(f"duckdb broke down over this query ({name}); put it in another way")
    last = lines[-1][:300] if lines else "it said nothing"
    return StoreError(f"the process that runs queries could not be started, or ended with {code}: {last}")


class _Memory:
    """The resident memory of a process in bytes; 0 if the system does not report it."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._page = os.sysconf("SC_PAGE_SIZE")
        try:
            self._file: int | None = os.open(f"/proc/{pid}/statm", os.O_RDONLY)
        except OSError:
            self._file = None

    def __enter__(self) -> _Memory:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            os.close(self._file)

    def resident(self) -> int:
        """Return the present value."""
        if self._file is None:
            return 0
        try:
            return int(os.pread(self._file, 256, 0).split()[1]) * self._page
        except (OSError, IndexError):  # the process has ended
            return 0
