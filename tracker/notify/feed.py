"""An Atom feed of what watches found: one entry a watch and night, which stays as it is unless more was found."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tracker import files
from tracker.findings.watched import digest
from tracker.pages import atom

if TYPE_CHECKING:
    from tracker.store import Published

FILE = "watches.xml"
TITLE = "What the watches of the tracker found"
NIGHTS = 90  # the newest, of those on which something was found
LISTED = 500  # things of an entry; all are in the table

_FOUND = """
select snapshot_date, watch_id, watch, subject, text, found_at
from watch_matches
where snapshot_date in (
  select distinct snapshot_date from watch_matches order by snapshot_date desc limit {nights}
)
order by snapshot_date desc, watch_id, point, subject, text
"""


def write(published: Published, reports: Path) -> Path:
    """Write the feed beside the reports and return its path."""
    path = reports / FILE
    facts = published.facts()
    rows = published.table(_FOUND.format(nights=NIGHTS)).dicts()
    entries = [_entry(list(found)) for _, found in groupby(rows, lambda row: (row["snapshot_date"], row["watch_id"]))]
    files.write(path, atom.feed(facts.endpoint or "", "watches", TITLE, entries))
    return path


def _entry(found: Sequence[dict[str, Any]]) -> atom.Entry:
    first, times = found[0], [row["found_at"] for row in found]
    items = "".join(f"<li>{atom.text(row['text'])}</li>" for row in found[:LISTED])
    more = f"<p>and {len(found) - LISTED:,} more in the table watch_matches</p>" if len(found) > LISTED else ""
    content = f"<p>Watch {atom.text(first['watch'])}, night of {first['snapshot_date']}</p><ul>{items}</ul>{more}"
    title = digest(first["watch"], [(row["subject"], row["text"]) for row in found])
    key = f"watch {first['watch_id']} {first['snapshot_date']}"
    return atom.Entry(key, title, _moment(min(times)), _moment(max(times)), content)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
