"""Sites, each written once for all workers: the demo's, one of hard names, one whose registry changed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from filelock import FileLock

from tests.command_line import tracker
from tests.pages.site import strangers
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


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder of all workers."""
    own = tmp_path_factory.getbasetemp()
    folder = (own if worker_id == "master" else own.parent) / "sites-for-all"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def strange_folder(shared: Path) -> Path:
    """The folder of a copy with hard names of everything, and its site below public."""
    folder = shared / "strange"
    with FileLock(shared / "strange.lock"):
        if not (folder / "public").exists():
            strangers.publish(folder, strangers.FAMILIES, (0, 1))
            strangers.write(folder, folder / "public")
    return folder


@pytest.fixture(scope="session")
def strange(strange_folder: Path) -> tuple[Path, dict[str, Page]]:
    """The site of hard names, and its pages."""
    return strange_folder / "public", read(strange_folder / "public")


@pytest.fixture(scope="session")
def changed(shared: Path) -> Path:
    """The folder of a copy whose registry changed: a family renamed, one split, a developer renamed, as was a model.

    `public` is its site, frozen before and after; `v-before` what was frozen first; `nothing` its site from nothing.
    """
    folder = shared / "changed"
    with FileLock(shared / "changed.lock"):
        if not (folder / "nothing").exists():
            strangers.publish(folder, strangers.FORMER, (0,))
            strangers.write(folder, folder / "public", freeze=True)
            shutil.copytree(folder / "public/v", folder / "v-before")
            strangers.publish(folder, strangers.PRESENT, (1,), developers="P")
            strangers.write(folder, folder / "public", freeze=True)
            strangers.write(folder, folder / "nothing")
    return folder
