"""Writer of one run of a source with tables of its own: its files byte for byte, and the manifest."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from tracker import files
from tracker.errors import StoreError
from tracker.landing.manifest import Manifest, RawFile
from tracker.landing.written import WrittenRun, folder_of, writing

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


class RawRun(WrittenRun):
    """A run that is being written."""

    @classmethod
    def create(cls, data_dir: Path, manifest: Manifest) -> RawRun:
        """Begin a new run."""
        run = cls(folder_of(data_dir, manifest), manifest)
        run.note()
        return run

    def put(self, name: str, content: bytes, *, url: str, etag: str | None = None, synthetic: bool = False) -> None:
        """Write one file, then add it to the manifest."""
        if not _NAME.fullmatch(name) or any(each.name == name for each in self.manifest.files):
            raise StoreError(f"{name!r} is no name for a new file of a landed run; letters, digits, . _ - make one")
        path = self.folder / "raw" / name
        with writing(path):
            files.write(path, content)
        landed = RawFile(name, url, hashlib.sha256(content).hexdigest(), len(content), etag)
        self.note(
            files=(*self.manifest.files, landed),
            bytes_raw=self.manifest.bytes_raw + len(content),
            synthetic=self.manifest.synthetic or synthetic,
        )
