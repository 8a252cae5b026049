"""What of a folder is the registry: its own files, each read once, whatever else an editor leaves beside them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tracker import registry
from tracker.errors import RegistryError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(registry.default_directory(), tmp_path / "registry"))


STRAYS: dict[str, Callable[[Path], object]] = {
    "Emacs' lock, a link that leads nowhere": lambda place: (place / ".#families.csv").symlink_to("me@host.4711:179"),
    "a second copy of a file": lambda place: shutil.copy(place / "roots.csv", place / "roots (1).csv"),
    "half a file under another name": lambda place: (place / "families.csv~.csv").write_bytes(b'"\xff,'),
    "a folder": lambda place: (place / "old.csv").mkdir(),
    "a pipe that nobody writes to": lambda place: os.mkfifo(place / "new.csv"),
}


@pytest.mark.parametrize("stray", STRAYS)
def test_what_is_no_file_of_it_is_not_read(folder: Path, stray: str) -> None:
    before = registry.load(folder).version
    STRAYS[stray](folder)
    assert registry.load(folder).version == before == registry.load().version
    assert registry.check(folder) == []


def _dangling(path: Path) -> None:
    path.unlink()
    path.symlink_to("nowhere.csv")


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _circle(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.name)


@pytest.mark.parametrize("spoil", [_dangling, _folder, _circle, Path.unlink])
def test_a_file_of_it_that_is_not_there_is_a_problem_of_its_own(folder: Path, spoil: Callable[[Path], None]) -> None:
    spoil(folder / "roots.csv")
    with pytest.raises(RegistryError) as caught:
        registry.load(folder)
    assert caught.value.problems[0].startswith(f"{folder / 'roots.csv'}:1: ")
