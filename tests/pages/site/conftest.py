"""The demo's site, written once for all workers, and its pages as they are read."""

from __future__ import annotations

from pathlib import Path

import pytest
from filelock import FileLock

from tests.command_line import tracker
from tests.pages.site.reading import Page, read


@pytest.fixture(scope="session")
def demo_site(demo_folder: Path) -> Path:
    """The folder of the demo's site, under an address."""
    root = demo_folder.parent / "public"
    with FileLock(demo_folder.parent / "public.lock"):
        if not root.exists():
            asked = ("site", str(root), "--base-url", "https://example.org/t/", "--no-pictures", "--models", "50")
            done = tracker(*asked, "--data-dir", str(demo_folder))
            assert (done.returncode, done.stderr) == (0, "")
    return root


@pytest.fixture(scope="session")
def pages(demo_site: Path) -> dict[str, Page]:
    """Every page of it, by its path."""
    return read(demo_site)
