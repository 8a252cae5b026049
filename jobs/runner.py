"""Run jobs in processes of their own: ping before and after, stop them cleanly, return their exit codes."""

from __future__ import annotations

import contextlib
import logging
import subprocess
import sys
from collections import deque
from collections.abc import Sequence

from jobs.catalogue import Job
from jobs.ping import ping

log = logging.getLogger(__name__)

TAIL_LINES = 60  # of the job's own words that go with the ping


class Runner:
    """Runs jobs and remembers which are running, so that a signal to us can be passed on to them."""

    def __init__(self, ping_url: str | None = None) -> None:
        self.ping_url = ping_url
        self._running: set[subprocess.Popen[str]] = set()

    def run(self, job: Job, extra: Sequence[str] = ()) -> int:
        """Run the job and return its exit code, 128 + the signal's number where a signal ended it.

        What the job writes passes through unchanged; its last lines go with the ping.
        """
        ping(self.ping_url, "start")
        tail: deque[str] = deque(maxlen=TAIL_LINES)
        command = [sys.executable, "-m", *job.arguments, *extra]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
            self._running.add(process)
            try:
                assert process.stderr is not None
                for line in process.stderr:
                    sys.stderr.write(line)
                    tail.append(line)
                code = process.wait()
            finally:
                self._running.discard(process)
        code = 128 - code if code < 0 else code
        ping(self.ping_url, str(code), "".join(tail))
        log.info("%s ended with exit code %d", job.name, code)
        return code

    def stop(self, number: int) -> None:
        """Send a signal to every running job; each ends cleanly and can be resumed."""
        for process in list(self._running):
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(number)
