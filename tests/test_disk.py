"""What stands at a path is told as it is: nothing that is there is called missing, and nothing is waited for."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.nobody import as_nobody
from tracker import disk
from tracker.errors import StoreError


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(os.path.relpath(path))  # such names have a hundred letters at most


IN_PLACE_OF_A_FILE: dict[str, tuple[Callable[[Path], object], str]] = {
    "a folder": (lambda path: path.mkdir(), "it is a folder, and a file is expected there; move it away"),
    "a pipe": (os.mkfifo, "it is a pipe, and a file is expected there"),
    "a socket": (_socket, "it is a socket, and a file is expected there"),
    "a device": (lambda path: path.symlink_to("/dev/zero"), "it is a device, and a file is expected there"),
    "a dangling link": (
        lambda path: path.symlink_to("gone"),
        "it is a link to gone, which is not there; put that",
    ),
    "a link to itself": (lambda path: path.symlink_to(path), "it is a link that leads back to itself; delete the link"),
    "no text": (lambda path: path.write_bytes(b"abc\xff"), "it is no UTF-8 text at byte 3; save it as UTF-8"),
}


@pytest.mark.parametrize("kind", IN_PLACE_OF_A_FILE)
def test_what_stands_in_the_place_of_a_file_is_named(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    make, told = IN_PLACE_OF_A_FILE[kind]
    make(tmp_path / "x")
    with pytest.raises(StoreError) as caught, disk.explained("cannot read x"):
        disk.read_text(tmp_path / "x")
    assert str(caught.value).startswith("cannot read x: ") and told in str(caught.value)


@pytest.mark.parametrize("kind", ["a pipe", "a socket", "a device", "a dangling link", "a link to itself"])
def test_what_stands_for_a_folder_is_named(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    IN_PLACE_OF_A_FILE[kind][0](tmp_path / "x")
    with pytest.raises(StoreError, match=r"cannot list x: .*(a folder is expected there|the link$)"):  # noqa: SIM117
        with disk.explained("cannot list x"):
            disk.matching(tmp_path, "x/*/y")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("a" * 300, "File name too long; name a shorter one"),
        ("a\0b", "the name holds a NUL byte; name another place"),
        ("file/below", "file is a file, and a folder is expected there; move it away"),
    ],
)
def test_a_name_that_cannot_be_is_named(name: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for look in (disk.has_file, disk.has_folder, disk.read_bytes):
        with pytest.raises(OSError) as caught:
            look(tmp_path / name)
        assert told in disk.told(caught.value)


def test_only_what_is_not_there_is_missing(tmp_path: Path) -> None:
    assert not disk.has_file(tmp_path / "x") and not disk.has_folder(tmp_path / "x")
    assert disk.listed(tmp_path / "x") == [] == disk.matching(tmp_path / "x", "*/*.parquet")
    assert disk.obstacle(tmp_path / "x") is None
    with pytest.raises(FileNotFoundError) as caught:
        disk.read_bytes(tmp_path / "x")
    assert disk.told(caught.value) == "No such file or directory; check the name"


def test_a_closed_folder_is_said_and_never_empty(tmp_path: Path) -> None:
    inside = tmp_path / "closed" / "day"
    inside.mkdir(parents=True)
    (inside / "file").touch()
    (tmp_path / "secret").touch(0o600)
    (tmp_path / "closed").chmod(0o700)

    def check() -> None:
        told = f"Permission denied: the folder {tmp_path / 'closed'} may not be entered; check its owner and mode"
        for look in (
            lambda: disk.has_file(inside / "file"),
            lambda: disk.read_bytes(inside / "file"),
            lambda: disk.has_folder(inside),
            lambda: disk.matching(inside, "*"),
        ):
            with pytest.raises(PermissionError) as caught:
                look()
            assert disk.told(caught.value) == told
        with pytest.raises(PermissionError):
            disk.matching(tmp_path, "closed/*/file")
        assert (
            disk.told(disk.obstacle(tmp_path / "secret") or OSError()) == "Permission denied; check its owner and mode"
        )

    as_nobody(check, tmp_path)


@pytest.mark.parametrize("number", [errno.EIO, errno.ESTALE, errno.EROFS, errno.ENOSPC, errno.EMFILE, errno.ENOLCK])
def test_what_the_system_says_stands_with_a_next_step(number: int) -> None:
    told = disk.told(OSError(number, os.strerror(number), "/x"))
    assert told.startswith(os.strerror(number)) and "; " in told


def test_what_another_library_says_in_words_is_understood(tmp_path: Path) -> None:
    (tmp_path / "x*.parquet").mkdir()
    said = disk.said_in(f'IO Error: No files found that match the pattern "{tmp_path}/x[*].parquet"')
    assert said is not None and "it is a folder" in disk.told(said)
    assert disk.said_in(f'IO Error: No files found that match the pattern "{tmp_path}/y.parquet"') is None
    said = disk.said_in(f'IO Error: Cannot open file "{tmp_path}/y": Input/output error')
    assert said is not None and said.errno == errno.EIO
    assert disk.said_in("Binder Error: no such column") is None


STRAYS = [
    *(".#x.parquet", "#x.parquet#", "x.parquet~", ".x.parquet.swp", "._x.parquet", ".nfs0000.parquet", ".DS_Store"),
    *("Copy of x.parquet", "x (conflicted copy 2026-11-01).parquet", "x copy.parquet", "x.orig", "x.rej", "Thumbs.db"),
    *("x.sync-conflict-20261101-101010-ABCDEFG.parquet", "desktop.ini", "x (1).parquet"),
]


def test_what_editors_and_sync_tools_leave_is_none_of_ours(tmp_path: Path) -> None:
    for name in STRAYS:
        (tmp_path / name).symlink_to("gone")
    (tmp_path / "20261129T063152Z-096562.parquet").touch()
    assert [each.name for each in disk.matching(tmp_path, "*")] == ["20261129T063152Z-096562.parquet"]


@pytest.mark.parametrize(
    "name", ["tracker-000001.duckdb.tmp", "000001.json", "month=2026-10", "3-nights-ead38fae.parquet"]
)
def test_names_of_ours_are_no_strays(name: str) -> None:
    assert not disk.is_stray(name)


def test_a_pipe_that_a_user_names_is_read_and_written_and_an_abandoned_one_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert disk.read_given(tmp_path / "pipe") == b""
    with pytest.raises(OSError) as caught:
        disk.write(tmp_path / "pipe", b"x")
    assert "a pipe that nobody reads" in disk.told(caught.value)
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    disk.write(tmp_path / "pipe", b"x")
    assert os.read(reader, 9) == b"x"
    os.close(reader)
