"""`python -m jobs.sources`: collect each source beside the Hub's night that is due, then publish once if there is news.

Each source, and the publishing, is a process of its own: one that fails, hangs or is killed takes nobody with it, and
its exit code is told. Nothing here waits for the Hub's night; where that holds the folder, the next hour goes on.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
from types import FrameType
from typing import NoReturn

from jobs import bounded
from tracker import errors, logs, settings
from tracker.api import operate
from tracker.errors import Interrupted, TrackerError

log = logging.getLogger(__name__)

SOURCE_SECONDS = 3600  # of one source; its own requests end long before


def main() -> int:
    """Run what is due and return the first exit code that is none of success, 0 where there is none.

    `-q`: say only what is wrong.
    """
    quiet = ["--quiet"] if {"-q", "--quiet"} & {*sys.argv[1:]} else []
    logs.to_stderr(logging.WARNING if quiet else logging.INFO)
    signal.signal(signal.SIGTERM, _on_sigterm)
    try:
        chosen = settings.load()
        if chosen.log_file is not None:
            logs.to_file(chosen.log_file, chosen.log_format)
        codes = [int(bool(faults := operate.source_faults()))]
        for fault in faults:
            log.error("%s", fault)
        codes += [_run("collect", name, "--if-due", *quiet) for name in operate.due_sources(chosen)]
        codes.append(_run("publish", "--if-due", *quiet) if os.path.lexists(chosen.data_dir) else 0)
    except TrackerError as error:
        log.error("%s", error)
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    return next((code for code in codes if code), 0)


def _run(*arguments: str) -> int:
    """Run one command of the tracker in a process of its own; return its exit code, as a shell would see it."""
    with subprocess.Popen([sys.executable, "-m", "tracker", *arguments]) as process:
        try:
            code = process.wait(SOURCE_SECONDS)
        except BaseException as stop:
            code = bounded.stop(process)
            if not isinstance(stop, subprocess.TimeoutExpired):
                raise
            log.error("tracker %s was stopped after %d s", " ".join(arguments), SOURCE_SECONDS)
    code = 128 - code if code < 0 else code
    if code:
        log.warning("tracker %s ended with exit code %d", " ".join(arguments), code)
    return code


def _on_sigterm(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise Interrupted("stopped by SIGTERM; the next run goes on", exit_code=143)


if __name__ == "__main__":
    sys.exit(errors.run(main, folder=settings.data_dir))
