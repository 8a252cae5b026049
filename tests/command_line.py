"""Run `tracker` as a user does: in a process of its own, or in this one where a process is not the point."""

from __future__ import annotations

import fcntl
import io
import logging
import os
import pty
import struct
import subprocess
import sys
import termios
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path


def environment(**environ: str) -> dict[str, str]:
    """Return the environment of such a process: no settings of this machine, and what is given."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TRACKER_")}
    root = Path(__file__).parents[1]
    return {**clean, "PYTHONPATH": str(root), "COLUMNS": "120", **environ}


def tracker(*arguments: str, cwd: Path | None = None, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run `tracker` as a user would, with no settings of this machine."""
    command = [sys.executable, "-m", "tracker", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=environment(**environ))


def called(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `tracker` in this process, through the entry point that a shell calls; a process costs half a second more."""
    from tracker.cli import _run

    handlers = logging.root.handlers[:]
    with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as err:
        code = _run([*arguments])
    logging.root.handlers[:] = handlers  # the command line has put in its own
    return subprocess.CompletedProcess(["tracker", *arguments], code, out.getvalue(), err.getvalue())


def on_terminal(
    *arguments: str, columns: int = 80, cwd: Path | None = None, typed: str = "", **environ: str
) -> tuple[int, str]:
    """Run `tracker` on a terminal of its own, where this is typed; return its exit code and all that stands on that."""
    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    env = {name: value for name, value in environment().items() if name != "COLUMNS"} | environ
    command = [sys.executable, "-m", "tracker", *arguments]
    with subprocess.Popen(command, stdin=its, stdout=its, stderr=its, cwd=cwd, env=env) as process:
        os.close(its)
        os.write(ours, typed.encode())
        shown = b""
        while part := _read(ours):
            shown += part
    os.close(ours)
    return process.returncode, shown.decode("utf-8", "replace").replace("\r\n", "\n")


def _read(terminal: int) -> bytes:
    """Return what a terminal shows next, nothing where its last process has gone."""
    try:
        return os.read(terminal, 1 << 16)
    except OSError:
        return b""
