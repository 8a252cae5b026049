"""The journal of a walk: one line a page, written after the page, with its hash.

Pages are not synced to the disk one by one. After a power cut the hashes show which pages are whole.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tracker import disk
from tracker.landing.manifest import DEMO_HEADER


@dataclass(frozen=True)
class PageLine:
    """One line of the journal: a page on the disk, and the address of the next one."""

    number: int
    url: str
    next: str | None
    sha256: str  # of the file
    bytes: int  # of the file
    body_bytes: int  # after decompression
    records: int  # an estimate; the parse counts exactly
    status: int
    fetched_at: str
    headers: Mapping[str, str] = field(default_factory=dict)
    requests: int = 1
    rate_limited: int = 0
    retries: int = 0
    private: int = 0  # repositories that were left out of it
    private_ids: Sequence[str] = ()  # their hub_ids, without names; a folder may know one from when it was public

    def __post_init__(self) -> None:
        object.__setattr__(self, "private_ids", tuple(self.private_ids))  # JSON has only lists

    @property
    def file_name(self) -> str:
        """The page's name inside pages/."""
        return page_name(self.number)


def page_name(number: int) -> str:
    """Return the file name of a page."""
    return f"{number:05}.json.gz"


def read_journal(folder: Path) -> list[PageLine]:
    """Return the journal's complete lines; a last line that a crash cut off is left out."""
    path = folder / "journal.jsonl"
    with disk.explained(f"cannot read {path}"):
        content = disk.read_bytes(path) if disk.has_file(path) else b""
    lines = []
    for text in content.split(b"\n")[:-1]:
        try:
            lines.append(PageLine(**json.loads(text)))
        except (ValueError, TypeError):
            break
    return lines


def encode(line: PageLine) -> bytes:
    """Return the bytes of a line of journal.jsonl."""
    return json.dumps(vars(line), separators=(",", ":")).encode() + b"\n"


def whole_lines(folder: Path) -> list[PageLine]:
    """Return the lines before the first one whose page is missing or changed on the disk."""
    lines: list[PageLine] = []
    for line in read_journal(folder):
        if line.number != len(lines) + 1 or not _is_whole(folder, line):
            break
        lines.append(line)
    return lines


def _is_whole(folder: Path, line: PageLine) -> bool:
    try:
        content = disk.read_bytes(folder / "pages" / line.file_name)
    except OSError:
        return False
    return len(content) == line.bytes and hashlib.sha256(content).hexdigest() == line.sha256


@dataclass
class Sums:
    """Sums over the lines of a journal; all go into the manifest except `records`, which is an estimate."""

    records: int = 0
    pages: int = 0
    requests: int = 0
    rate_limited: int = 0
    retries: int = 0
    bytes_raw: int = 0
    private: int = 0
    synthetic: bool = False

    def add(self, line: PageLine) -> None:
        """Count one more line."""
        self.pages += 1
        self.records += line.records
        self.requests += line.requests
        self.rate_limited += line.rate_limited
        self.retries += line.retries
        self.bytes_raw += line.bytes
        self.private += line.private
        self.synthetic = self.synthetic or DEMO_HEADER in line.headers

    def for_manifest(self) -> dict[str, int | bool]:
        """Return the sums for the manifest."""
        return {name: value for name, value in vars(self).items() if name != "records"}
