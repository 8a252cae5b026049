"""Text on stdout: whole, in its encoding, harmless to a terminal; or one line on why it cannot be written.

Stdout may be closed, full, a pipe whose reader has gone, or set to an encoding that lacks half of the letters.
"""

from __future__ import annotations

import codecs
import io
import os
import sys

from tracker.errors import StoreError

_ELSEWHERE = "name a file with --output FILE"
_ALIKE = "tracker.alike"  # how letters are replaced that an encoding lacks
_LIKE = str.maketrans({"–": "-", "…": "~", "·": "|", "─": "-", "│": "|", "├": "|", "└": "`"})


def prepare() -> None:
    """Open what is closed of the three streams on nothing, and let text for people be written in any encoding.

    A descriptor that is closed would be that of the next file: what is printed would go into a database.
    """
    for descriptor in (0, 1, 2):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest number that is free: this one
    sys.stdin = sys.stdin or open(os.devnull, encoding="utf-8")  # noqa: PTH123, SIM115  pathlib takes its time
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    codecs.register_error(_ALIKE, _like)
    if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.errors in ("strict", "surrogateescape"):
        sys.stdout.reconfigure(errors="surrogateescape" if has_every_letter() else _ALIKE)


def has_every_letter() -> bool:
    """Return whether stdout can be given any text as it is."""
    return sys.stdout is None or (sys.stdout.encoding or "utf-8").lower().startswith("utf")


def write(text: str, *, is_data: bool = False) -> None:
    """Write text; of data, nothing is replaced. Raises StoreError where that cannot be, BrokenPipeError."""
    stream = sys.stdout
    if stream is None:
        raise StoreError(f"stdout is closed; {_ELSEWHERE}")
    if is_data and stream.errors == _ALIKE:
        _require(text, stream.encoding)
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        from tracker import disk

        abandon()
        raise StoreError(f"cannot write to stdout: {disk.told(error)}; {_ELSEWHERE}") from error


def abandon() -> None:
    """Give up what could not be written, or the end of the process would try again."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _require(text: str, encoding: str) -> None:
    try:
        text.encode(encoding)
    except UnicodeEncodeError as error:
        letter = text[error.start]
        raise StoreError(
            f"stdout is set to {encoding}, which lacks {letter!r}; set PYTHONIOENCODING=utf-8, or {_ELSEWHERE}"
        ) from error


def _like(error: UnicodeError) -> tuple[str, int]:
    """Return what looks most like the letters that an encoding lacks."""
    assert isinstance(error, UnicodeEncodeError)
    lacking = error.object[error.start : error.end].translate(_LIKE)
    return "".join(each if each.isascii() else "?" for each in lacking), error.end
