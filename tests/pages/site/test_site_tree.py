"""The site on the disk: whole at any moment, unchanged where nothing changed, and alone in its folder."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tracker.errors import Busy, SettingsError, StoreError
from tracker.files import folders
from tracker.pages.site.build import File
from tracker.pages.site.tree import whole

NAMES = [f"a/{at}.html" for at in range(40)]
SLOW = """
import sys, time
from pathlib import Path
from tracker.pages.site.build import File
from tracker.pages.site.tree import whole
def files():
    for at in range(40):
        time.sleep(0.01)
        yield File(f"a/{at}.html", b"new")
print("begun", flush=True)
whole.write(files(), Path(sys.argv[1]))
"""


def files(content: bytes, names: list[str] = NAMES) -> Iterator[File]:
    for name in names:
        yield File(name, content)


def held(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_what_changed_is_written_and_the_rest_stays_the_same_file(tmp_path: Path) -> None:
    root = tmp_path / "site"
    assert vars(whole.write(files(b"one"), root)) == {"root": root, "files": 40, "changed": 40, "gone": 0}
    before = {name: (root / name).stat() for name in NAMES}
    written = whole.write([*files(b"one", NAMES[1:]), File(NAMES[0], b"two"), File("b.html", b"new")], root)
    assert (written.files, written.changed, written.gone) == (41, 2, 0)
    for name in NAMES[1:]:
        now = (root / name).stat()
        assert (now.st_ino, now.st_mtime_ns) == (before[name].st_ino, before[name].st_mtime_ns)
    assert (root / NAMES[0]).read_bytes() == b"two" and not list(tmp_path.glob(".site.b*"))


def test_a_build_over_another_equals_one_from_nothing(tmp_path: Path) -> None:
    whole.write(files(b"one"), tmp_path / "over")
    for root in ("over", "nothing"):
        whole.write([*files(b"two", NAMES[5:]), File("v/e/x.svg", b"kept", is_kept=True)], tmp_path / root)
    assert held(tmp_path / "over") == held(tmp_path / "nothing")
    assert "a/0.html" not in held(tmp_path / "over"), "what is gone is gone"


def test_what_is_kept_or_foreign_stays(tmp_path: Path) -> None:
    root = tmp_path / "site"
    whole.write([*files(b"one"), File("v/e/x.svg", b"first", is_kept=True)], root)
    (root / "CNAME").write_text("example.org")
    (root / ".git").mkdir()
    (root / ".git/HEAD").write_text("ref")
    (root / "latest").symlink_to("a")
    whole.write([*files(b"two"), File("v/e/x.svg", b"second", is_kept=True)], root)
    whole.write(files(b"three"), root)
    assert (root / "v/e/x.svg").read_bytes() == b"first", "what others show never changes"
    assert (root / "CNAME").read_text() == "example.org" and (root / ".git/HEAD").read_text() == "ref"
    assert (root / "latest").readlink() == Path("a")


def test_what_is_made_slowly_is_made_again_only_for_another_basis(tmp_path: Path) -> None:
    made = []

    def picture() -> bytes:
        made.append(1)
        return b"png"

    for basis in ("x", "x", "y"):
        whole.write([File("p.png", make=picture, basis=basis)], tmp_path / "site")
    assert len(made) == 2
    (tmp_path / "site/p.png").write_bytes(b"damaged")
    whole.write([File("p.png", make=picture, basis="y")], tmp_path / "site")
    assert len(made) == 3 and (tmp_path / "site/p.png").read_bytes() == b"png"


@pytest.mark.parametrize("after", [0.0, 0.15, 0.3, 0.42, 0.5])
def test_a_build_that_is_killed_leaves_the_old_site_whole(after: float, tmp_path: Path) -> None:
    root = tmp_path / "site"
    whole.write(files(b"old"), root)
    old = held(root)
    with subprocess.Popen([sys.executable, "-c", SLOW, str(root)], stdout=subprocess.PIPE) as process:
        assert process.stdout and process.stdout.readline() == b"begun\n"
        time.sleep(after)
        process.send_signal(signal.SIGKILL)
    now = held(root)
    assert now == old or {now[name] for name in NAMES} == {b"new"}, "all of one or all of the other"
    whole.write(files(b"last"), root)
    assert {path.name for path in tmp_path.iterdir()} == {"site", ".site.lock"}


def test_a_reader_sees_one_site_or_the_other(tmp_path: Path) -> None:
    root = tmp_path / "site"
    whole.write(files(b"old"), root)
    with subprocess.Popen([sys.executable, "-c", SLOW, str(root)], stdout=subprocess.PIPE) as process:
        while process.poll() is None:
            folder = os.open(root, os.O_RDONLY)  # as a server that has its folder open
            seen = set()
            for name in NAMES[::8]:
                try:
                    file = os.open(name, os.O_RDONLY, dir_fd=folder)
                except FileNotFoundError:  # the old one was let go of meanwhile, since the new one stands in its place
                    assert (root / name).read_bytes() == b"new" and seen <= {b"old"}
                    break
                seen.add(os.read(file, 9))
                os.close(file)
            else:
                assert len(seen) == 1
            os.close(folder)
    assert process.returncode == 0 and held(root)["a/1.html"] == b"new"


def test_where_folders_cannot_be_exchanged_a_killed_run_is_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "site"
    monkeypatch.setattr(folders, "_exchange", lambda one, other: False)
    whole.write(files(b"one"), root)
    whole.write(files(b"two"), root)
    assert held(root)["a/1.html"] == b"two"
    root.rename(tmp_path / ".site.before")  # as if killed between the two steps
    with pytest.raises(ZeroDivisionError):
        whole.write((File(str(1 / at), b"") for at in (0,)), root)
    assert held(root)["a/1.html"] == b"two", "it is back even where the next build fails"


def test_of_two_builds_one_says_that_the_other_is_at_work(tmp_path: Path) -> None:
    root = tmp_path / "site"
    with subprocess.Popen([sys.executable, "-c", SLOW, str(root)], stdout=subprocess.PIPE) as process:
        assert process.stdout and process.stdout.readline() == b"begun\n"
        time.sleep(0.1)
        with pytest.raises(Busy, match="another run is writing the site"):
            whole.write(files(b"mine"), root)
    assert held(root)["a/1.html"] == b"new"


def test_a_folder_with_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(SettingsError, match="did not write; name a new or empty folder"):
        whole.write(files(b"one"), tmp_path)
    assert (tmp_path / "notes.txt").read_text() == "mine"
    with pytest.raises(StoreError, match="a folder is expected there"):
        whole.write(files(b"one"), tmp_path / "notes.txt")
    (tmp_path / "empty").mkdir()
    assert whole.write(files(b"one"), tmp_path / "empty").changed == 40


def test_a_linked_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "public").symlink_to("real")
    whole.write(files(b"one"), tmp_path / "public")
    assert (tmp_path / "public").is_symlink() and held(tmp_path / "real")["a/1.html"] == b"one"


def test_two_files_of_one_place_are_never_written(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="two files of the site would stand at A"):
        whole.write([File("a", b""), File("A", b"")], tmp_path / "site")
    assert not (tmp_path / "site").exists()


def test_a_site_knows_which_copy_it_is_of(tmp_path: Path) -> None:
    assert whole.shown(tmp_path / "site") == ""
    whole.write(files(b"one"), tmp_path / "site", "abc")
    assert whole.shown(tmp_path / "site") == "abc"
    (tmp_path / "site" / whole.LISTING).write_text("{")
    assert whole.shown(tmp_path / "site") == ""
    assert whole.write(files(b"one"), tmp_path / "site").changed == 0, "what is there is looked at, not the list"
