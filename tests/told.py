"""The command line in a process that says how far it has come, so that it can be stopped at any stage.

    python -m tests.told PAGE_SIZE update --date 2026-11-22 --data-dir FOLDER

prints `walk` before each page is landed, `parse`, `load`, `resolve`, `publish` as these begin, and `tidy` when all is
published. The size of a page is not for users to choose and has no flag; all else is what a user would run.

    python -m tests.told PAGE_SIZE,parse=1 update ...

goes no further than the first `parse`: it stays there until it is killed, however long a test looks at it.
"""

from __future__ import annotations

import itertools
import math
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from tests.command_line import environment

STAGES = ("walk", "parse", "load", "resolve", "publish")
TOLD = (*STAGES, "tidy")


class Told:
    """A running command. `stage` is the last that it told, `began` when each was told first."""

    def __init__(self, data_dir: Path, endpoint: str, page_size: int, *arguments: str, held: str = "") -> None:
        shape = f"{page_size},{held}"
        command = [sys.executable, "-m", "tests.told", shape, "--data-dir", str(data_dir), *arguments]
        environ = environment(HF_ENDPOINT=endpoint, TRACKER_THREADS="1")
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=environ)
        self.stage, self.complaint = "", ""
        self.began: dict[str, float] = {}

    def follow(self, stage: str, times: float = 1) -> None:
        """Wait until it has told this stage so many times, or has ended."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if (told := line.strip()) not in TOLD:
                continue  # what the command itself prints
            self.stage = told
            self.began.setdefault(told, time.monotonic())
            times -= told == stage
            if times <= 0:
                return

    def end(self) -> int:
        """Wait for its end and return the exit code; `complaint` is what stood on stderr."""
        assert self._process.stderr is not None
        with self._process:
            self.follow("", math.inf)
            self.complaint = self._process.stderr.read()
        return self._process.returncode

    def stop(self, number: int, seconds: float = 0.0) -> int:
        """Send it a signal in so many seconds and return the exit code."""
        time.sleep(seconds)
        self._process.send_signal(number)
        return self.end()

    def lasted(self, stage: str) -> float:
        """Return the seconds from the beginning of a stage to that of the next."""
        return self.began[TOLD[TOLD.index(stage) + 1]] - self.began[stage]


def tell(owner: Any, name: str, stage: str, held: str) -> None:
    """Let a function or method say its stage when it is called, and stay there the time that `held` names."""
    plain, times = getattr(owner, name), itertools.count(1)

    def told(*values: Any, **named: Any) -> Any:
        print(stage, flush=True)
        if held == f"{stage}={next(times)}":
            threading.Event().wait()
        return plain(*values, **named)

    setattr(owner, name, told)


def main(shape: str, *arguments: str) -> None:
    from tracker import cli, landing, pipeline, store
    from tracker.landing.parse import PageParser
    from tracker.sources.hub_models import walk

    page_size, held = shape.split(",")
    defaults = walk.collect.__kwdefaults__
    assert defaults["page_size"] == walk.PAGE_SIZE
    defaults["page_size"] = int(page_size)
    tell(landing.Walk, "append", "walk", held)
    tell(PageParser, "finish", "parse", held)
    tell(store.Work, "load", "load", held)
    tell(pipeline, "trace", "resolve", held)
    tell(store.Work, "publish", "publish", held)
    tell(landing, "prune", "tidy", held)
    cli.main(list(arguments))


if __name__ == "__main__":
    main(*sys.argv[1:])
