"""How an entry point ends: in its exit code, errors in one line on stderr, tracebacks in a file."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from tracker import terminal
from tracker.errors.tree import RegistryError, TrackerError

SAID = "is_said"  # of a record of the log: stderr has it in other words already

if TYPE_CHECKING:
    from pathlib import Path

Folder = Callable[[], "Path | None"]


def run(main: Callable[[], object], *, told: Callable[[str], str] = str, folder: Folder = lambda: None) -> int:
    """Run an entry point and return its exit code; errors are told on stderr, one line each.

    `told` may put a message as this entry point would say it; `folder` names the data folder, where the traceback of an
    error that is none of ours is kept.
    """
    try:
        code = main()
    except TrackerError as error:
        prefix = "" if isinstance(error, RegistryError) else "error: "  # its lines begin with path:line
        sys.stderr.write(f"{prefix}{terminal.clean_lines(told(str(error)))}\n")
        _log(str(error), error, is_foreseen=True)
        return error.exit_code
    except Exception as error:  # noqa: BLE001  a collector that runs unattended ends with a reason, not a stack
        from tracker.errors import unforeseen

        sys.stderr.write(f"error: {terminal.clean_lines(unforeseen.tell(error, folder()))}\n")
        _log(unforeseen.in_short(error), error)
        return 1
    return code if isinstance(code, int) else 0


def _log(text: str, error: Exception, *, is_foreseen: bool = False) -> None:
    """Put what stderr was told into a log that is kept, where one is."""
    import logging

    log = logging.getLogger(__name__)
    if log.hasHandlers():
        log.error("%s", text, exc_info=None if is_foreseen else error, extra={SAID: True})
    if is_foreseen:
        log.debug("the error came from", exc_info=error)
