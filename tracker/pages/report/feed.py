"""An Atom feed of the reports in a folder: one entry a week, made from what each report left beside it.

An entry keeps its id forever; it is `updated` when its week says something else, and only then.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tracker import disk, files
from tracker.pages import atom

NOTE = "report.json"
FILE = "feed.xml"


def _beside(week: str) -> str:
    """Return where a week's report stands below the folder of the feed."""
    return f"{week}/report.html"


def write(folder: Path, title: str) -> Path:
    """Write the feed of all reports below `folder`, the newest first, and return its path."""
    notes = [json.loads(disk.read_text(path)) for path in disk.matching(folder, f"*/{NOTE}")]
    path = folder / FILE
    files.write(path, feed(notes, title))
    return path


def feed(notes: Sequence[Mapping[str, Any]], title: str, link: Callable[[str], str] = _beside) -> str:
    """Return the feed of reports' notes; `link` gives the address of a week's report."""
    newest = sorted(notes, key=lambda note: note["week"], reverse=True)
    entries = [_entry(note, link(str(note["week"]))) for note in newest]
    return atom.feed(newest[0]["endpoint"] if newest else "", "feed", title, entries)


def _entry(note: Mapping[str, Any], address: str) -> atom.Entry:
    said = "".join(f"<li>{atom.text(each['text'])}</li>" for each in note["sentences"])
    content = f"<p>{atom.text(note['about'])}</p><ul>{said}</ul>"
    return atom.Entry(note["week"], note["title"], note["published"], note["updated"], content, address)
