"""An Atom feed of the reports in a folder: one entry a week, made from what each report left beside it.

An entry keeps its id for ever; it is `updated` when its week says something else, and only then.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from tracker import disk, files
from tracker.charts.look.svg import clean

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
    updated = max((note["updated"] for note in notes), default="1970-01-01T00:00:00Z")
    about = newest[0]["endpoint"] if newest else ""
    entries = "".join(_entry(note, link(str(note["week"]))) for note in newest)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
        f"<title>{_xml(title)}</title>\n<id>{_id(about, 'feed')}</id>\n<updated>{updated}</updated>\n"
        "<author><name>hub-adoption-tracker</name></author>\n"
        f"{entries}</feed>\n"
    )


def _entry(note: Mapping[str, Any], address: str) -> str:
    said = "".join(f"<li>{_xml(each['text'])}</li>" for each in note["sentences"])
    content = f"<p>{_xml(note['about'])}</p><ul>{said}</ul>"
    return (
        f"<entry>\n<title>{_xml(note['title'])}</title>\n<id>{_id(note['endpoint'], note['week'])}</id>\n"
        f"<published>{note['published']}</published>\n<updated>{note['updated']}</updated>\n"
        f'<link rel="alternate" type="text/html" href={quoteattr(address)}/>\n'
        f'<content type="html">{_xml(content)}</content>\n</entry>\n'
    )


def _id(endpoint: str, what: str) -> str:
    """Return the same id for the same week of the same Hub, wherever the folder stands."""
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{endpoint}#{what}')}"


def _xml(text: str) -> str:
    return escape(clean(text))
