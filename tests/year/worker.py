"""A process that runs commands one after the other under a clock of its own, and may be killed at any change of a file.

    python -m tests.year.worker

reads a line of JSON a command (`arguments`, `now`, `jump`, `at`, `kill`, `shows`) and answers with `code`, `said`,
`out` and how many `changes` of files it made. At change number `at` the clock jumps by so many seconds, or the process
is killed. A night that is not to be shown is published with the next.
"""

from __future__ import annotations

import datetime as times
import json
import os
import signal
import sys
from functools import partial
from typing import Any

_SYSTEM = times.datetime


class _AlsoSystem(type):
    """Whatever is a time of the system's is one of ours."""

    def __instancecheck__(cls, each: object) -> bool:
        return isinstance(each, _SYSTEM)


class Moved(_SYSTEM, metaclass=_AlsoSystem):
    """The machine's clock, moved."""

    by = times.timedelta()

    @classmethod
    def now(cls, tz: times.tzinfo | None = None) -> times.datetime:  # type: ignore[override]
        return _SYSTEM.now(tz) + cls.by


class Changes:
    """Counts what this process changes on the disk; at one of these changes the clock jumps, or all ends."""

    EVENTS = frozenset({"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate"})

    def __init__(self) -> None:
        self.count, self.at, self.jump, self.kill = 0, 0, 0.0, False
        sys.addaudithook(self._note)

    def begin(self, at: int, jump: float, kill: bool) -> None:
        self.count, self.at, self.jump, self.kill = 0, at, jump, kill

    def _note(self, event: str, given: tuple[Any, ...]) -> None:
        is_written = event == "open" and given[2] & (os.O_WRONLY | os.O_RDWR)
        if not is_written and event not in self.EVENTS:
            return
        self.count += 1
        if self.count != self.at:
            return
        Moved.by += times.timedelta(seconds=self.jump)
        if self.kill:
            os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    times.datetime = Moved  # type: ignore[misc]  # before anybody has taken the system's
    from tests.command_line import called
    from tracker.api import operate
    from tracker.sources.clock import SystemClock

    def sleep(clock: SystemClock, seconds: float) -> None:
        Moved.by += times.timedelta(seconds=seconds)

    SystemClock.sleep = sleep  # type: ignore[method-assign]
    plain, changes = operate.update, Changes()
    print(json.dumps({"ready": os.getpid()}), flush=True)
    for line in sys.stdin:
        wanted = json.loads(line)
        Moved.by = _SYSTEM.fromisoformat(wanted["now"]) - _SYSTEM.now(times.UTC)
        operate.update = partial(plain, publish=wanted["shows"])
        changes.begin(wanted["at"], wanted["jump"], wanted["kill"])
        done = called(*wanted["arguments"])
        made = changes.count
        answer = {"code": done.returncode, "said": done.stderr, "out": done.stdout, "changes": made}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
