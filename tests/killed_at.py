"""A command that is killed before one step on files: `python -m tests.killed_at NTH WHERE tracker's own words`.

Steps are what Python is audited for where a path holds WHERE: a file that is opened to be written, linked, renamed or
removed. 1 is the first.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from typing import Any

_STEPS = ("open", "os.link", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.symlink", "shutil.rmtree")


def killed(nth: int, where: str, *words: str, each_version_is_a_checkpoint: bool = False) -> bool:
    """Run a command of the tracker, and return whether it was killed: False where it has fewer steps."""
    environment = {**os.environ, "EACH": "1"} if each_version_is_a_checkpoint else dict(os.environ)
    command = [sys.executable, "-m", "tests.killed_at", str(nth), where, *words]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
    assert done.returncode in (0, -9), done.stderr
    return done.returncode == -9


def _killing(nth: int, where: str) -> Callable[[str, tuple[Any, ...]], None]:
    left = nth

    def before(event: str, told: tuple[Any, ...]) -> None:
        nonlocal left
        if event not in _STEPS or where not in str(told[0]) or (event == "open" and not _writes(told)):
            return
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    return before


def _writes(told: tuple[Any, ...]) -> bool:
    return bool(told[2] & (os.O_WRONLY | os.O_RDWR))


def _main(nth: int, where: str, words: list[str]) -> None:
    from tracker.cli import main
    from tracker.store.delta import log

    if os.environ.get("EACH"):
        log.CHECKPOINT_EACH = 1
    sys.addaudithook(_killing(nth, where))
    sys.argv = ["tracker", *words]
    main()


if __name__ == "__main__":
    _main(int(sys.argv[1]), sys.argv[2], sys.argv[3:])
