"""Run `tracker` as a user does: a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
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
