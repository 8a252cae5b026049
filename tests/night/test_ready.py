"""What would stop a night at its end stops it before the first request, with a sentence of its own."""

from __future__ import annotations

import errno
import os
import shutil
from collections import namedtuple
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.command_line import called
from tests.conftest import write_nights
from tests.demo.made_models import made_models
from tests.nobody import as_nobody, give
from tests.store.nights import small_registry
from tracker import files
from tracker.demo import HubProcess, hub_process
from tracker.errors import StoreError
from tracker.night import ready

NIGHTS = (date(2026, 11, 1), date(2026, 11, 2))
Harm = Callable[[Path], object]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    folder = tmp_path_factory.mktemp("hub")
    with hub_process(replay=write_nights(folder, {night: made_models(5) for night in NIGHTS})) as hub:
        yield hub


@pytest.fixture(scope="module")
def one_night(served: HubProcess, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one published night, and its registry."""
    folder = tmp_path_factory.mktemp("night")
    small_registry(folder / "registry")
    served.set_night(NIGHTS[0])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_ENDPOINT", served.endpoint)
        done = called("update", "--data-dir", str(folder / "data"), "--registry", str(folder / "registry"))
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def folder(one_night: Path, served: HubProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(one_night, tmp_path, symlinks=True, dirs_exist_ok=True)
    monkeypatch.setenv("HF_ENDPOINT", served.endpoint)
    served.set_night(NIGHTS[1])
    served.clear_log()
    return tmp_path


def update(folder: Path, *options: str) -> tuple[int, str]:
    done = called("update", "--data-dir", str(folder / "data"), "--registry", str(folder / "registry"), *options)
    return done.returncode, done.stderr


def test_nothing_stands_in_the_way(folder: Path, served: HubProcess) -> None:
    assert update(folder)[0] == 0
    assert served.requests() and not list((folder / "data").glob("scratch-*"))


def other(path: Path) -> None:
    """Put a file in the place of a folder, and a folder in the place of a file."""
    if path.is_dir():
        shutil.rmtree(path)
        path.touch()
    else:
        path.unlink(missing_ok=True)
        path.mkdir()


HARMS: dict[str, tuple[Harm, str]] = {
    "the record is a file": (lambda data: other(data / "snapshots"), "it is a file, and a folder is expected there"),
    "manifests are a file": (lambda data: other(data / "generations"), "it is a file, and a folder is expected there"),
    "landings are a file": (lambda data: other(data / "landing"), "is a file, and a folder is expected there"),
    "the copy is a folder": (lambda data: other(data / "tracker.duckdb"), "it is a folder, and a file is expected"),
    "the database is a folder": (lambda data: other(data / "work.duckdb"), "it is a folder, and a file is expected"),
    "the database is lost": (lambda data: (data / "work.duckdb").unlink(), "work.duckdb is missing, but the record"),
    "the database is damaged": (lambda data: (data / "work.duckdb").write_bytes(b"x" * 9000), "the file is damaged"),
}


@pytest.mark.parametrize("if_due", [(), ("--if-due",)], ids=["by hand", "by cron"])
@pytest.mark.parametrize("harm", HARMS)
def test_places_are_looked_at_before_the_first_request(
    harm: str, if_due: tuple[str, ...], folder: Path, served: HubProcess
) -> None:
    spoil, told = HARMS[harm]
    spoil(folder / "data")
    code, said = update(folder, *if_due)
    assert (code, told in said, said.count("\n")) == (1, True, 1), said
    assert served.requests() == []


@pytest.mark.parametrize("place", ["", "snapshots", "landing", "generations", "registries", "descriptions"])
def test_a_folder_of_another_is_said_before_the_first_request(place: str, folder: Path, served: HubProcess) -> None:
    give(folder)
    os.chown(folder / "data" / place, 0, 0)
    (folder / "data" / place).chmod(0o755)

    def check() -> None:
        code, said = update(folder)
        assert code == 1 and "Permission denied; check its owner and mode" in said and said.count("\n") == 1, said
        assert str(folder / "data" / place).rstrip("/") in said, said

    as_nobody(check, folder)
    assert served.requests() == []


LACKS = {
    "symlink_to": (errno.EPERM, "make a symbolic link"),
    "chmod": (errno.ENOTSUP, "take the right to write from a file (chmod)"),
    "write_bytes": (errno.ENOSPC, "write a file"),
    "fsync": (errno.EINVAL, "wait until a file is on the disk (fsync)"),
}


@pytest.mark.parametrize("what", LACKS)
def test_what_a_file_system_cannot_do_is_said_before_the_first_request(
    what: str, folder: Path, served: HubProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, told = LACKS[what]

    def fail(*_args: object, **_options: object) -> None:
        raise OSError(number, os.strerror(number))

    if what == "fsync":
        monkeypatch.setattr(files, "sync_folder", fail)
    else:
        monkeypatch.setattr(Path, what, fail)
    code, said = update(folder)
    assert code == 1 and f"where it is not possible to {told}: {os.strerror(number)}" in said, said
    assert served.requests() == []


def test_a_full_disk_is_said_before_the_first_request(
    folder: Path, served: HubProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: namedtuple("usage", "free")(ready.LEAST_BYTES))
    code, said = update(folder)
    assert code == 1 and "data has 64 MB left, and a night needs about" in said and "make room" in said
    assert served.requests() == []


@pytest.mark.parametrize("kind", ["missing", "a file", "closed"])
def test_a_first_night_without_a_registry_to_read_asks_nobody(kind: str, folder: Path, served: HubProcess) -> None:
    shutil.rmtree(folder / "data")
    (folder / "data").mkdir()
    if kind != "closed":
        shutil.rmtree(folder / "registry")
    if kind == "a file":
        (folder / "registry").touch()
    give(folder)
    if kind == "closed":
        (folder / "registry").chmod(0)

    def check() -> None:
        code, said = update(folder)
        assert code == 1 and said.startswith(str(folder / "registry")) and said.count("\n") == 1, said

    as_nobody(check, folder)
    assert served.requests() == []


def test_a_first_night_with_a_faulty_registry_is_landed_and_told_of_at_once(folder: Path, served: HubProcess) -> None:
    shutil.rmtree(folder / "data")
    (folder / "registry" / "roots.csv").write_text("nonsense\n")
    code, said = update(folder)
    assert code == 1 and said.splitlines()[0].endswith("the night is landed and waits for it")
    assert served.requests() and list((folder / "data").glob("landing/hub_models/*/*/manifest.json"))


def test_a_folder_of_another_hub_asks_nobody(folder: Path, served: HubProcess) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_ENDPOINT", served.endpoint.replace("127.0.0.1", "localhost"))
        code, said = update(folder)
    assert code == 1 and "this data folder holds nights of" in said and served.requests() == []


def test_the_probe_leaves_nothing(tmp_path: Path) -> None:
    ready.try_out(tmp_path)
    assert not list(tmp_path.iterdir())
    (tmp_path / "x").touch()
    with pytest.raises(StoreError, match="is a file, and a folder is expected there"):
        ready.try_out(tmp_path / "x")
