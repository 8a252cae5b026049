"""Bound a process in time: told to stop, and after a while made to, with all that it has started."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

log = logging.getLogger(__name__)

GRACE_SECONDS = 30.0  # between being told to stop and being made to


def stop(process: subprocess.Popen[Any], grace_seconds: float = GRACE_SECONDS) -> int:
    """Tell a process to stop, wait, kill it if it must be, with its group where it leads one.

    Returns its exit code as Popen gives it.
    """
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        return process.wait(grace_seconds)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            leads = os.getpgid(process.pid) == process.pid
            os.killpg(process.pid, signal.SIGKILL) if leads else process.kill()
        return process.wait()


@contextmanager
def within(process: subprocess.Popen[Any], seconds: float, grace_seconds: float = GRACE_SECONDS) -> Iterator[None]:
    """Stop a process where it has not ended in time."""

    def expire() -> None:
        log.error("stopped after %g s: it seems to hang", seconds)
        stop(process, grace_seconds)

    timer = threading.Timer(seconds, expire)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
