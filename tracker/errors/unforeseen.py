"""An error that nobody foresaw: its traceback goes into the data folder, one line on stderr says where.

<data_dir>/last_error.txt    of the last such error: when, which command, the traceback; nothing secret, for its owner
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tracker.errors.secrets import redact

NAME = "last_error.txt"
_MOST = 300  # letters of a message that a line shows


def tell(error: BaseException, data_dir: Path | None) -> str:
    """Keep the traceback of an error and return the line that says what happened and where that is.

    Where there is no data folder, or it cannot be written, the traceback goes to stderr.
    """
    place = kept(error, data_dir)
    if place is None:
        sys.stderr.write(_traceback(error))
    where = f"its traceback is in {place}" if place else "its traceback stands above"
    return f"{in_short(error)}, which nobody foresaw; {where}: please report it, then run the same command again"


def kept(error: BaseException, data_dir: Path | None) -> Path | None:
    """Write the traceback of an error into the data folder; None where that is not there or cannot be written."""
    if data_dir is None or not os.path.isdir(data_dir):  # noqa: PTH112  is_dir raises where a folder above is closed
        return None
    place = Path(os.path.abspath(data_dir)) / NAME  # noqa: PTH100  for whoever reads a mail of cron
    temporary = place.parent / f".{NAME}.{os.getpid()}"
    try:
        temporary.unlink(missing_ok=True)
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(_about() + _traceback(error))
        temporary.replace(place)
    except OSError:
        _remove(temporary)
        return None
    return place


def in_short(error: BaseException) -> str:
    """Return the kind of an error and the first line of what it says."""
    said = redact(str(error)).strip().partition("\n")[0][:_MOST]
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def _about() -> str:
    import platform
    import shlex
    from datetime import UTC, datetime

    from tracker import __version__

    command = redact(shlex.join(sys.argv))
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return f"{now}  tracker {__version__}, Python {platform.python_version()}, {platform.platform()}\n{command}\n\n"


def _traceback(error: BaseException) -> str:
    import traceback

    return redact("".join(traceback.format_exception(error)))


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return
