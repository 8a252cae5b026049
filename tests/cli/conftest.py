"""One demo folder for all command-line tests: a synthetic Hub, three nights, through the real pipeline."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder that `tracker demo` leaves behind, made once for all workers; what it printed is in demo.txt."""
    base = tmp_path_factory.getbasetemp().parent / "demo-for-all"
    base.mkdir(exist_ok=True)
    with FileLock(base / "lock"):
        if not (base / "demo.txt").exists():
            done = tracker("demo", "--nights", "3", cwd=base)
            assert done.returncode == 0, done.stderr
            (base / "demo.txt").write_text(done.stdout)
    return base / "data" / "demo"


@pytest.fixture
def run(demo_folder: Path) -> Run:
    """Run one command on the demo's folder, in a process of its own."""
    return lambda *arguments, **options: tracker(*arguments, "--data-dir", str(demo_folder), **options)


def tracker(*arguments: str, cwd: Path | None = None, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run `tracker` as a user would, with no settings of this machine."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TRACKER_")}
    root = Path(__file__).parents[2]
    return subprocess.run(
        [sys.executable, "-m", "tracker", *arguments],
        capture_output=True,
        text=True,
        cwd=cwd,
        env={**clean, "PYTHONPATH": str(root), "COLUMNS": "120", **environ},
    )
