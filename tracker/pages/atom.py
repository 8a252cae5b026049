"""Atom feeds as text that a strict reader takes: entries with ids that stay, and what is forbidden in XML replaced."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from tracker.charts.look.svg import clean

NEVER = "1970-01-01T00:00:00Z"


@dataclass(frozen=True)
class Entry:
    """One entry: `key` names it among all of its Hub's, times are RFC 3339, `content` is HTML, `link` an address."""

    key: str
    title: str
    published: str
    updated: str
    content: str
    link: str | None = None


def feed(endpoint: str, key: str, title: str, entries: Iterable[Entry]) -> str:
    """Return a feed of entries, in their order; `key` names it among all of its Hub's."""
    held = list(entries)
    updated = max((each.updated for each in held), default=NEVER)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
        f"<title>{text(title)}</title>\n<id>{_id(endpoint, key)}</id>\n<updated>{updated}</updated>\n"
        "<author><name>hub-adoption-tracker</name></author>\n"
        f"{''.join(_entry(endpoint, each) for each in held)}</feed>\n"
    )


def text(said: str) -> str:
    """Return a text as it stands in XML and HTML."""
    return escape(clean(said))


def _entry(endpoint: str, entry: Entry) -> str:
    link = f'<link rel="alternate" type="text/html" href={quoteattr(clean(entry.link))}/>\n' if entry.link else ""
    return (
        f"<entry>\n<title>{text(entry.title)}</title>\n<id>{_id(endpoint, entry.key)}</id>\n"
        f"<published>{entry.published}</published>\n<updated>{entry.updated}</updated>\n{link}"
        f'<content type="html">{text(entry.content)}</content>\n</entry>\n'
    )


def _id(endpoint: str, key: str) -> str:
    """Return the same id for the same thing of the same Hub, wherever the folder stands."""
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{endpoint}#{key}')}"
