"""Publishes once more, and is killed at one step of writing the Delta log: `python -m tests.store.delta_killed`."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tracker import pipeline
from tracker.settings import Settings
from tracker.store.delta import following, log

STEPS = ("before the log", "before its name", "after its name")


def die(*_args: Any, **_named: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def then_die(function: Callable[..., Any]) -> Callable[..., Any]:
    def called(*args: Any, **named: Any) -> None:
        function(*args, **named)
        die()

    return called


def main(data_dir: Path, registry: Path, step: str) -> None:
    if step == "before the log":
        following.bring_up_to_date = die
    elif step == "before its name":
        log.os.link = die
    else:
        log.os.link = then_die(os.link)
    pipeline.resolve(Settings(data_dir=data_dir, registry=registry, memory_limit="1GB"))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
