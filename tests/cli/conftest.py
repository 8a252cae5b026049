"""One demo folder for all command-line tests: a synthetic Hub, three nights, through the real pipeline."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from tests.command_line import tracker

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The data folder that `tracker demo` leaves behind, made once for all workers; what it printed is in demo.txt."""
    own = tmp_path_factory.getbasetemp()
    base = (own if worker_id == "master" else own.parent) / "demo-for-all"
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
