"""Run a check as a user without a name, a home, or a right to what root keeps to itself: root may do anything."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

NOBODY = 54321  # a number that no user has, as in containers


def as_nobody(check: Callable[[], object], folder: Path | None = None) -> None:
    """Run a check in a process of such a user, who may look into `folder`."""
    if os.getuid() != 0:
        pytest.skip("needs root to become another user")
    # pytest's own folders are closed to others, one more of them where the tests run in parallel
    for each in () if folder is None else (folder, *folder.parents):
        if "pytest-of-" in str(each):
            each.chmod(0o755)
    if (forked := os.fork()) == 0:
        code = 1
        try:
            os.environ.pop("HOME", None)
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            check()
            code = 0
        finally:
            traceback.print_exc()
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(forked, 0)[1]) == 0


def give(folder: Path) -> None:
    """Let all that is in a folder belong to such a user."""
    for each in (folder, *folder.rglob("*")):
        os.chown(each, NOBODY, NOBODY, follow_symlinks=False)
