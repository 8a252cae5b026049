"""Large objects by their sha256: what LFS puts here, and what the xet client left in its folder."""

from __future__ import annotations

import atexit
import hashlib
import shutil
import tempfile
from functools import cached_property
from pathlib import Path

from tracker.demo.repositories import xet


class Objects:
    """A folder of contents, one file each, which goes with this process."""

    @cached_property
    def folder(self) -> Path:
        """Where they stand; made when it is first asked for."""
        folder = Path(tempfile.mkdtemp(prefix="tracker-demo-objects-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        return folder

    @property
    def xet_address(self) -> str:
        """What the xet client takes for a store: a folder instead of a server."""
        return f"local://{self.folder / 'xet'}"

    def put(self, content: bytes) -> str:
        """Keep a content; return its sha256."""
        digest = hashlib.sha256(content).hexdigest()
        self._place(digest).write_bytes(content)
        return digest

    def find(self, digest: str) -> Path | None:
        """Return the file of a content that was sent, whichever way; None where none was."""
        place = self._place(digest)
        if not place.exists():
            xet.take(self.folder / "xet", digest, place)
        return place if place.exists() else None

    def _place(self, digest: str) -> Path:
        return self.folder / digest
