"""What the operating system takes from the lean process before it reads any SQL. Runs in that process."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import sys
import threading
from pathlib import Path

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_NICENESS = 5


def end_with(asker: int) -> None:
    """See that this process ends with the one of that number, however that ends; Ctrl-C is left to that one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != asker:  # it ended before that
            os._exit(1)


def end_at_the_end_of(pipe: int) -> None:
    """Do so elsewhere than on Linux: the asker holds the other end of this pipe open, and sends nothing more."""
    if sys.platform != "linux":
        threading.Thread(target=_wait_for_end, args=(pipe,), daemon=True).start()


def bind(cpu_seconds: int) -> None:
    """Allow no file to grow, no core file, no more rights, and so much of the processor."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # pipes are no files
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    most = cpu_seconds if hard == resource.RLIM_INFINITY else min(cpu_seconds, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (most, most))
    os.nice(_NICENESS)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        with contextlib.suppress(OSError):  # the kernel that runs out of memory takes this one first
            Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


def _wait_for_end(pipe: int) -> None:
    while os.read(pipe, 1):
        pass
    os._exit(1)
