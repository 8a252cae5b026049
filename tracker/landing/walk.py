"""The writer of one run: pages, then lines of the journal, then the end of the manifest."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from tracker import files
from tracker.errors import StoreError
from tracker.landing.journal import PageLine, Sums, encode, is_whole, read_journal
from tracker.landing.manifest import Manifest
from tracker.landing.runs import LandedRun


class Walk:
    """A run that is being written.

    Of the lines only the last and their sums are kept: with addresses and headers they are 3 KB each.
    """

    def __init__(self, folder: Path, manifest: Manifest, lines: Sequence[PageLine]) -> None:
        self.folder = folder
        self.manifest = manifest
        self.sums = Sums()
        self.last: PageLine | None = None
        for line in lines:
            self._count(line)
        self._journal: IO[bytes] | None = None

    @classmethod
    def create(cls, data_dir: Path, manifest: Manifest) -> Walk:
        """Begin a new run."""
        folder = data_dir / "landing" / manifest.source / manifest.snapshot_date.isoformat() / manifest.run_id
        with writing(folder):
            (folder / "pages").mkdir(parents=True)
        walk = cls(folder, manifest, [])
        walk.note()
        return walk

    @classmethod
    def reopen(cls, run: LandedRun) -> Walk:
        """Continue a run after its last whole page; what cannot be believed is cut off."""
        lines: list[PageLine] = []
        for line in read_journal(run.folder):
            if line.number != len(lines) + 1 or not is_whole(run.folder, line):
                break
            lines.append(line)
        with writing(run.journal_path):
            files.write(run.journal_path, b"".join(map(encode, lines)))
        walk = cls(run.folder, run.manifest, lines)
        walk.note(status="running", reason=None, finished_at=None)
        return walk

    def append(self, line: PageLine, content: bytes) -> None:
        """Put one page on the disk, then say so in the journal."""
        path = self.folder / "pages" / line.file_name
        with writing(path):
            files.write(path, content, synced=False)  # page by page it would cost more than the walk
            if self._journal is None:
                self._journal = (self.folder / "journal.jsonl").open("ab")
            self._journal.write(encode(line))
            self._journal.flush()
        self._count(line)

    def _count(self, line: PageLine) -> None:
        self.sums.add(line)
        self.last = line

    def note(self, **changes: Any) -> LandedRun:
        """Write the manifest with these changes; it is whole and synced before it takes its place."""
        self.manifest = dataclasses.replace(self.manifest, **changes)
        path = self.folder / "manifest.json"
        with writing(path):
            files.write(path, self.manifest.to_json())
        return LandedRun(self.folder, self.manifest)

    def close(self) -> None:
        """Close the journal."""
        if self._journal is not None:
            self._journal.close()
            self._journal = None


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn a failed write (a full disk above all) into an error that says what to do."""
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"cannot write {path}: {error.strerror}; what was landed and published is unharmed: "
            "make room, then run again and the walk goes on"
        ) from error
