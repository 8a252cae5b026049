"""How an entry point ends: in its exit code, an error of ours in one line on stderr."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable

from tracker import terminal
from tracker.errors.tree import RegistryError, TrackerError


def run(main: Callable[[], object], *, told: Callable[[str], str] = str) -> int:
    """Run an entry point and return its exit code; an error of ours is told on stderr, without a traceback.

    `told` may put a message as this entry point would say it.
    """
    try:
        code = main()
    except TrackerError as error:
        prefix = "" if isinstance(error, RegistryError) else "error: "  # its lines begin with path:line
        sys.stderr.write(f"{prefix}{terminal.clean_lines(told(str(error)))}\n")
        logging.getLogger(__name__).debug("the error came from", exc_info=error)
        return error.exit_code
    return code if isinstance(code, int) else 0
