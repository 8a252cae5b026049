"""Logging: on stderr while a command runs, and into a log file.

Stderr has what is wrong, more with `-v` and less with `-q`. A file has every step, as text or as one JSON object a
line, whatever stderr is told; nothing secret is in either. A file that cannot be written stops nobody: one warning.

May import: disk, errors, terminal.
"""

from __future__ import annotations

import errno
import logging
import os
import shlex
import sys
import warnings
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from tracker import disk, terminal
from tracker.errors import SAID, redact

OURS = ("tracker", "jobs", "__main__")  # loggers; those of HTTP libraries would print headers where they are louder

_about: dict[str, str] = {}  # the run that is under way


def to_stderr(level: int) -> None:
    """Say what is as grave as `level` on stderr, what libraries warn of included."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Harmless("%(asctime)s %(name)s: %(message)s"))
    handler.setLevel(level)
    handler.addFilter(lambda record: not getattr(record, SAID, False))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.raiseExceptions = False  # a stderr that is gone is no reason for a traceback
    for name in OURS:
        logging.getLogger(name).setLevel(level)
    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # that its cache has no home concerns nobody
    warnings.showwarning = _log_warning
    if level >= logging.ERROR:  # the Hub's client has a handler of its own, which it makes when it is imported
        os.environ |= {"HF_HUB_VERBOSITY": "error", "HF_HUB_DISABLE_PROGRESS_BARS": "1"}


def to_file(path: Path, form: str) -> bool:
    """Append every step to a file as well, in one of FORMATS; return whether the first, the command, is in it."""
    handler = _Appended(path)
    handler.setFormatter(_Json() if form == "json" else _Text())
    logging.getLogger().addHandler(handler)
    for name in OURS:
        logger = logging.getLogger(name)
        logger.setLevel(min(logger.level or logging.INFO, logging.INFO))
    note(logging.getLogger("tracker"), f"{shlex.join(sys.argv)} begins")
    return not handler.has_warned


def note(logger: logging.Logger, text: str) -> None:
    """Put a line into the file alone: stderr or stdout has it already, or need not."""
    logger.info("%s", text, extra={SAID: True})


def under_way(run_id: str, snapshot_date: object) -> None:
    """Let what follows in the file say which run and which night it is about."""
    _about.update(run=run_id, snapshot_date=str(snapshot_date))


def _log_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    logging.getLogger("warnings").warning("%s:%d: %s: %s", filename, lineno, category.__name__, message)


class _Harmless(logging.Formatter):
    """Lines as a terminal may be shown them: they tell of names that strangers wrote, and nothing secret."""

    def format(self, record: logging.LogRecord) -> str:
        return terminal.clean_lines(redact(super().format(record)))


class _Text(logging.Formatter):
    """Time in UTC, level, logger, message; a traceback follows it."""

    def format(self, record: logging.LogRecord) -> str:
        said = redact(record.getMessage()).replace("\n", "\\n")
        line = f"{_time(record)} {record.levelname} {record.name}: {said}"
        return f"{line}\n{traced}" if (traced := _traceback(record)) else line


class _Json(logging.Formatter):
    """One object: level, logger, message, time; exception, run and snapshot_date where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, Any] = {
            "time": _time(record),
            "level": record.levelname,
            "logger": record.name,
            "message": redact(record.getMessage()),
            **_about,
        }
        if traced := _traceback(record):
            said["exception"] = traced
        import json

        return json.dumps(said, sort_keys=True, ensure_ascii=True)


def _traceback(record: logging.LogRecord) -> str:
    """Return the traceback that goes with a record, empty where none does."""
    if not record.exc_info or record.exc_info[1] is None:
        return ""
    import traceback

    return redact("".join(traceback.format_exception(record.exc_info[1])).rstrip())


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class _Appended(logging.Handler):
    """Whole lines at the end of a file that others append to as well, and that is moved away now and then."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path.absolute()
        self._descriptor: int | None = None
        self._is_torn = False  # the last line is half there
        self.has_warned = False

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record at once: the system lets no other process come between."""
        line = (self.format(record) + "\n").encode("utf-8", "backslashreplace")
        line = b"\n" + line if self._is_torn else line
        try:
            written = os.write(self._opened(), line)
            self._is_torn = written < len(line)
            if self._is_torn:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self._path))
        except OSError as error:
            self._warn(error)

    def close(self) -> None:
        """Close the file."""
        if self._descriptor is not None:
            with suppress(OSError):
                os.close(self._descriptor)
            self._descriptor = None
        super().close()

    def _opened(self) -> int:
        """Return the file that has the name now: logrotate gives it to a new one."""
        if self._descriptor is not None and not self._is_named(self._descriptor):
            os.close(self._descriptor)
            self._descriptor = None
        if self._descriptor is None:
            self._descriptor = _append_to(self._path)
        return self._descriptor

    def _is_named(self, descriptor: int) -> bool:
        try:
            return os.path.samestat(os.fstat(descriptor), self._path.stat())
        except OSError:
            return False

    def _warn(self, error: OSError) -> None:
        if not self.has_warned:
            self.has_warned = True
            with suppress(OSError):
                sys.stderr.write(f"warning: cannot write the log {self._path}: {disk.told(error)}; the run goes on\n")


def _append_to(path: Path) -> int:
    """Open a file to append to, made with the owner and the rights of its folder; a pipe is not waited for."""
    flags = os.O_WRONLY | os.O_APPEND | os.O_NONBLOCK
    _require_text(path)
    try:
        return os.open(path, flags)
    except FileNotFoundError:
        pass
    descriptor = os.open(path, flags | os.O_CREAT, 0o600)
    with suppress(OSError):  # of a file system without rights, or a folder of another's
        folder = path.parent.stat()
        os.fchmod(descriptor, folder.st_mode & 0o666)
        os.fchown(descriptor, folder.st_uid, folder.st_gid)
    return descriptor


def _require_text(path: Path) -> None:
    """Raise OSError for a file that is no log: a line at the end of a database harms it."""
    head = b""
    with suppress(OSError):  # what may not be read may be a log all the same
        if path.is_file():
            with path.open("rb") as file:
                head = file.read(4096)
    if b"\0" in head:
        raise disk.Unexpected(errno.EINVAL, "it is no text", path, "name a file of its own")
