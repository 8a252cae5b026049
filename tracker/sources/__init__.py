"""Sources, one module or folder each, found by their place: network in, landed raw bytes out, frames from those.

`contract` says what a source is; nothing lists them. No source opens a database or keeps state but landing/.

May import: disk, errors, files, landing, logs, scope, settings, sources.archives, sources.outward, words.
"""

from tracker.sources.contract import (
    COUNTERS,
    HUB_TOKEN,
    About,
    Archive,
    Column,
    Context,
    Cost,
    Gate,
    Reach,
    Revision,
    Source,
    Table,
    is_archive,
    is_signal,
    name_of,
)
from tracker.sources.discovery import Found, find, find_archive, found
from tracker.sources.opening import address_of, open_context, reach

__all__ = [
    "COUNTERS",
    "HUB_TOKEN",
    "About",
    "Archive",
    "Column",
    "Context",
    "Cost",
    "Found",
    "Gate",
    "Reach",
    "Revision",
    "Source",
    "Table",
    "address_of",
    "find",
    "find_archive",
    "found",
    "is_archive",
    "is_signal",
    "name_of",
    "open_context",
    "reach",
]
