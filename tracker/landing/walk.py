"""Writer of a walk: pages, then lines of the journal, at the end the manifest."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import IO

from tracker import files
from tracker.landing.journal import PageLine, Sums, encode, whole_lines
from tracker.landing.manifest import Manifest
from tracker.landing.runs import LandedRun
from tracker.landing.written import WrittenRun, folder_of, writing


class Walk(WrittenRun):
    """A run that is being written.

    It keeps only the last line and the sums of all lines in memory: a line is 3 KB, with its address and headers.
    """

    def __init__(self, folder: Path, manifest: Manifest, lines: Sequence[PageLine]) -> None:
        super().__init__(folder, manifest)
        self.sums = Sums()
        self.last: PageLine | None = None
        for line in lines:
            self._count(line)
        self._journal: IO[bytes] | None = None

    @classmethod
    def create(cls, data_dir: Path, manifest: Manifest) -> Walk:
        """Begin a new run."""
        walk = cls(folder_of(data_dir, manifest), manifest, [])
        with writing(walk.folder):
            (walk.folder / "pages").mkdir(parents=True)
        walk.note()
        return walk

    @classmethod
    def reopen(cls, run: LandedRun, lines: Sequence[PageLine] | None = None) -> Walk:
        """Resume a run after its last whole page; the journal's later lines are cut off.

        `lines` are its `whole_lines`, if the caller has read them already.
        """
        lines = whole_lines(run.folder) if lines is None else lines
        with writing(run.journal_path):
            files.write(run.journal_path, b"".join(map(encode, lines)))
        walk = cls(run.folder, run.manifest, lines)
        walk.note(status="running", reason=None, finished_at=None)
        return walk

    def append(self, line: PageLine, content: bytes) -> None:
        """Write one page, then its line of the journal."""
        path = self.folder / "pages" / line.file_name
        with writing(path):
            files.write(path, content, synced=False)  # a sync for each page would take longer than the walk
            if self._journal is None:
                self._journal = (self.folder / "journal.jsonl").open("ab")
            self._journal.write(encode(line))
            self._journal.flush()
        self._count(line)

    def _count(self, line: PageLine) -> None:
        self.sums.add(line)
        self.last = line

    def close(self) -> None:
        """Close the journal."""
        if self._journal is not None:
            self._journal.close()
            self._journal = None
