"""Run jobs in processes of their own: ping before and after, stop them cleanly, return their exit codes."""

from __future__ import annotations

import contextlib
import logging
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from jobs import bounded
from jobs.catalogue import Job
from tracker.errors import Busy
from tracker.notify.ping import ping
from tracker.words import DUE_HOUR, NOT_DUE

log = logging.getLogger(__name__)

TAIL_LINES = 60  # of the job's own words that go with the ping
GRACE_SECONDS = 2 * bounded.GRACE_SECONDS  # a job may have to stop a process of its own first


def _now() -> datetime:
    return datetime.now(UTC)


class Runner:
    """Runs jobs and remembers which are running, so that a signal to us can be passed on to them."""

    def __init__(self, ping_url: str | None = None, *, quiet: bool = False, now: Callable[[], datetime] = _now) -> None:
        self.ping_url = ping_url
        self._quiet = quiet
        self._now = now
        self._running: set[subprocess.Popen[str]] = set()

    def run(self, job: Job, extra: Sequence[str] = ()) -> int:
        """Run the job and return its exit code, 128 + the signal's number where a signal ended it.

        What the job writes passes through unchanged, of a quiet one what is wrong; its last lines go with the ping.
        A start that found nothing to do before the hour, or another run at work, is told to nobody: neither says how
        the night is.
        """
        is_early = job.has_hour and self._now().hour < DUE_HOUR
        if not is_early:
            ping(self.ping_url, "start")
        quiet = ["--quiet"] if self._quiet else []
        code, tail = self._run([sys.executable, "-m", *job.arguments, *quiet, *extra], job.hours * 3600)
        is_told = code != Busy.exit_code and (code != 0 or not _has_waited(tail, is_early=is_early))
        if is_told:
            if is_early:  # a start that nothing follows would look like a run that hangs
                ping(self.ping_url, "start")
            ping(self.ping_url, str(code), tail)
        log.info("%s ended with exit code %d", job.name, code)
        return code

    def stop(self, number: int) -> None:
        """Send a signal to every running job; each ends cleanly and can be resumed."""
        for process in list(self._running):
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(number)

    def _run(self, command: Sequence[str], seconds: float) -> tuple[int, str]:
        """Run a command within its time; return its exit code, as a shell would see it, and its last words."""
        tail: deque[str] = deque(maxlen=TAIL_LINES)
        with (
            subprocess.Popen(
                command,
                stdout=subprocess.DEVNULL if self._quiet else None,
                stderr=subprocess.PIPE,
                encoding="utf-8",
                errors="replace",
                process_group=0,  # it may be killed with all that it has started, or we would read on from those
            ) as process,
            bounded.within(process, seconds, GRACE_SECONDS),
        ):
            self._running.add(process)
            try:
                assert process.stderr is not None
                for line in process.stderr:
                    with contextlib.suppress(OSError):  # nobody reads our own words any more; the job goes on
                        sys.stderr.write(line)
                    tail.append(line)
                code = process.wait()
            finally:
                self._running.discard(process)
        return 128 - code if code < 0 else code, "".join(tail)


def _has_waited(tail: str, *, is_early: bool) -> bool:
    """Return whether a job that ended well has said that its hour is to come; before it, saying nothing is the same."""
    return NOT_DUE in tail or (is_early and not tail)
