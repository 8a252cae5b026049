"""Commands as users run them, on the demo's folder."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.command_line import tracker

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(demo_folder: Path) -> Run:
    """Run one command on the demo's folder, in a process of its own."""
    return lambda *arguments, **options: tracker(*arguments, "--data-dir", str(demo_folder), **options)
