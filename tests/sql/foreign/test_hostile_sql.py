"""Hostile statements: each is refused or ended in time and in memory; nothing secret is told, nothing is changed."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sql.foreign.hostile_statements import HARMLESS, OVER, REFUSED
from tracker import store
from tracker.errors import QueryRefused
from tracker.sql.foreign import door

SECONDS, MEMORY = 1.0, 300_000_000
MARGIN_SECONDS = 2.0
MARGIN_MEMORY = 128 << 20  # what two threads fill between two looks, on a busy machine; 35 MiB were seen
SECRET = "zqsecret"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("home")
    (folder / ".netrc").write_text(SECRET)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(folder))
        patch.setenv("HF_TOKEN", f"hf_{SECRET}")
        patch.chdir(folder)
        yield folder


@pytest.fixture
def highest(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The most that each process held, as the kernel has seen it at each look."""
    seen = [0]
    resident = door._Memory.resident

    def look(memory: door._Memory) -> int:
        seen[0] = max(seen[0], resident(memory), peak(memory.pid))
        return resident(memory)

    monkeypatch.setattr(door._Memory, "resident", look)
    return seen


def peak(pid: int) -> int:
    try:
        told = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in told.splitlines() if line.startswith("VmHWM")), 0)


def contents(*folders: Path) -> dict[str, str]:
    found = [path for folder in folders for path in sorted(folder.rglob("*"))]
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "" for path in found}


@pytest.fixture(scope="module")
def published(small_folder: Path, home: Path) -> Iterator[store.Published]:
    (small_folder / "secret.csv").write_text(f"a\n{SECRET}\n")
    with store.open_published(small_folder, memory_limit=f"{MEMORY}B", timeout_seconds=SECONDS) as opened:
        yield opened


@pytest.fixture
def asked(published: store.Published, small_folder: Path, home: Path, highest: list[int]) -> Iterator[store.Published]:
    """The copy, of which is known afterwards that nothing came to it."""
    before = contents(small_folder, home)
    begin = time.monotonic()
    yield published
    assert time.monotonic() - begin < SECONDS + MARGIN_SECONDS
    assert contents(small_folder, home) == before
    assert 0 < highest[0] < MEMORY + MARGIN_MEMORY


def written(sql: str, data: Path, home: Path) -> str:
    return sql.replace("{data}", str(data)).replace("{home}", str(home))


def test_there_are_enough_of_them() -> None:
    assert len(OVER) + len(REFUSED) >= 60


@pytest.mark.parametrize("kind", OVER)
def test_it_is_ended(asked: store.Published, kind: str) -> None:
    with pytest.raises(QueryRefused, match=r"stopped after 1 seconds|memory|broke down"):
        asked.foreign(OVER[kind])


@pytest.mark.parametrize("kind", REFUSED)
def test_it_is_refused(asked: store.Published, small_folder: Path, home: Path, kind: str) -> None:
    with pytest.raises(QueryRefused) as told:
        asked.foreign(written(REFUSED[kind], small_folder, home))
    assert SECRET not in str(told.value) and len(str(told.value)) < 20_000


@pytest.mark.parametrize("kind", HARMLESS)
def test_it_tells_nothing(asked: store.Published, home: Path, kind: str) -> None:
    rows = str(asked.foreign(HARMLESS[kind]).rows())
    assert SECRET not in rows and str(home) not in rows
