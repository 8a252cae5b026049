"""Files are whole or absent, and a file named by its content never changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracker import files


@pytest.mark.parametrize("synced", [True, False])
def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path, synced: bool) -> None:
    path = tmp_path / "new" / "file"
    files.write(path, "before", synced=synced)
    with pytest.raises(ZeroDivisionError), files.whole(path, synced=synced) as temporary:
        temporary.write_text("half")
        raise ZeroDivisionError
    assert path.read_text() == "before"
    assert [each.name for each in path.parent.iterdir()] == ["file"]


def test_the_same_content_is_one_file_and_other_content_another(tmp_path: Path) -> None:
    def write(content: bytes) -> Path:
        name = lambda digest: tmp_path / f"x-{digest[:8]}"  # noqa: E731
        path, digest = files.write_by_content(tmp_path, lambda new: new.write_bytes(content), name)
        assert digest == files.sha256(path)
        return path

    first, inode = write(b"a"), write(b"a").stat().st_ino
    assert write(b"a") == first and first.stat().st_ino == inode
    assert write(b"b") != first and first.read_bytes() == b"a"
    assert sorted(tmp_path.iterdir()) == sorted([first, write(b"b")])


def test_a_damaged_file_is_written_again(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"damaged")
    files.write_by_content(tmp_path, lambda new: new.write_bytes(b"whole"), lambda _: path)
    assert path.read_bytes() == b"whole"
