"""Sources, one module or folder each, found by their place: network in, landed raw bytes out, frames from those.

`contract` says what a source is; nothing lists them. No source opens a database or keeps state but landing/.

May import: errors, files, landing, logs, scope, settings, sources.outward, words.
"""

from tracker.sources.contract import HUB_TOKEN, Column, Context, Gate, Source, Table, is_signal, name_of
from tracker.sources.discovery import Found, find, found
from tracker.sources.opening import address_of, open_context

__all__ = [
    "HUB_TOKEN",
    "Column",
    "Context",
    "Found",
    "Gate",
    "Source",
    "Table",
    "address_of",
    "find",
    "found",
    "is_signal",
    "name_of",
    "open_context",
]
