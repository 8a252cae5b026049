"""Commands as users run them, on the demo's folder."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.command_line import called, tracker

Run = Callable[..., subprocess.CompletedProcess[str]]


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
