"""Commands as users run them, on the demo's folder."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from tests.command_line import called, tracker

Run = Callable[..., subprocess.CompletedProcess[str]]
ALL_CHARTS = "tracker chart --all"  # an example of the help, too


@pytest.fixture
def run(demo_folder: Path) -> Run:
    """Run one command on the demo's folder, in a process of its own."""
    return lambda *arguments, **options: tracker(*arguments, "--data-dir", str(demo_folder), **options)


@pytest.fixture
def ask(demo_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run one command on the demo's folder in this process; that each works as a process is tested beside it."""
    for name in [name for name in os.environ if name.startswith("TRACKER_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "120")
    return lambda *arguments: called(*arguments, "--data-dir", str(demo_folder))


@pytest.fixture(scope="session")
def all_charts(demo_folder: Path) -> list[Path]:
    """What ALL_CHARTS writes where `tracker demo` has run, in a process of its own, once for all workers."""
    here = demo_folder.parents[1] / "charts-for-all"
    with FileLock(here.with_suffix(".lock")):
        if not here.exists():
            shutil.copytree(demo_folder, here / "data" / "demo", symlinks=True, copy_function=os.link)
            done = tracker(*shlex.split(ALL_CHARTS)[1:], cwd=here, TRACKER_DATA_DIR="data/demo")
            assert (done.returncode, done.stderr) == (0, "")
            (here / "told.txt").write_text(done.stdout)
    return [here / line for line in (here / "told.txt").read_text().splitlines()]
