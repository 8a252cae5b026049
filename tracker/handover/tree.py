"""A folder of ours, rewritten: nobody sees half of it, what did not change is carried, what is not ours stays."""

from __future__ import annotations

import filecmp
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tracker import disk, files
from tracker.errors import SettingsError
from tracker.files import folders

SUMS = "SHA256SUMS"


@dataclass(frozen=True)
class Tree:
    """A new tree, and the one whose place it takes: a file that is the same in both is one file."""

    before: Path
    new: Path

    def bring(self, source: Path, path: Path) -> None:
        """Let a copy of a file stand in the new tree: the one of before, where that is the same."""
        before = self.before / path.relative_to(self.new)
        if _is_same(source, before):
            folders.carry(before, path)
        else:
            shutil.copyfile(source, path)

    def carry(self) -> None:
        """Let what is the same stand in the new tree as the file of before, and what is not ours as it is."""
        for name in [*folders.others(self.new)]:
            path, before = self.new / name, self.before / name
            if not (before.exists() and before.samefile(path)) and _is_same(path, before):
                path.unlink()
                folders.carry(before, path)
        ours = {*listed(self.before), SUMS}
        for name in folders.others(self.before):
            if name not in ours and not (self.new / name).exists():
                folders.carry(self.before / name, self.new / name)


@contextmanager
def anew(folder: Path, what: str, *, known_by: Sequence[str], option: str) -> Iterator[Tree]:
    """Yield the tree to write, which replaces the folder at the end, in one step.

    `known_by`: files that a folder of ours has, which the option writes. Raises SettingsError for a folder with
    something else in it, Busy where another run writes there.
    """
    root = folder.resolve()
    with disk.explained(f"cannot write {root}"):
        is_used = disk.has_folder(root) and any(root.iterdir())
        if is_used and not all(disk.has_file(root / name) for name in known_by):
            raise SettingsError(
                f"{root} holds something that `tracker export {option}` did not write; name a new folder"
            )
        with folders.anew(root, f"{what} {root}") as new:
            tree = Tree(root, new)
            yield tree
            tree.carry()


def sums(root: Path, paths: Sequence[Path]) -> str:
    """Return the hashes of files below a folder, as `sha256sum` checks them."""
    return "".join(f"{files.sha256(path)}  {path.relative_to(root).as_posix()}\n" for path in paths)


def _is_same(one: Path, other: Path) -> bool:
    return other.is_file() and not other.is_symlink() and filecmp.cmp(one, other, shallow=False)


def listed(root: Path) -> list[str]:
    """Return the files of a tree of ours, relative to its folder; none where there is none."""
    if not disk.has_file(root / SUMS):
        return []
    return [line.partition("  ")[2] for line in disk.read_text(root / SUMS).splitlines()]
