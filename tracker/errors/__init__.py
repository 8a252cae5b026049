"""Every error the tracker raises on purpose, and the exit code each ends in.

    TrackerError                 1   something failed; the message says what, where and what to do next
    ├── SettingsError            2   a flag, variable or tracker.toml entry makes no sense
    ├── UnknownName              1   no such model, family, country, measure, ...; carries the nearest names
    ├── AmbiguousName            1   a name that fits several things, none of them exactly
    ├── SourceError              1   the Hub, or another source, could not be read
    │   ├── SourceRefused        1   it answered, but not in a way that may be collected
    │   └── DayRefused           3   the Hub's day is another than the one that was meant
    ├── SnapshotRefused          3   a gate refused the snapshot; it stays landed
    ├── RegistryError            1   data/registry breaks its own rules; one `path:line:` message each
    ├── StoreError               1   a database or a record file cannot be read or written
    │   ├── NothingPublished     1   there is no published copy yet
    │   └── QueryRefused         2   ad-hoc SQL that is not one SELECT, or reaches outside the record
    │       └── TooMuch          2   a question took more time or memory than allowed
    ├── Stale                    4   `status --check`: the newest night is too old
    ├── Busy                    75   another run holds the lock
    ├── Full                    75   a server answers as many questions at once as it may
    └── Interrupted      130 / 143   stopped by a signal; what was landed can be resumed

Messages are lower case: the fact, the numbers, then the next step. Nothing secret is in them (`secrets`). What is none
of these is an error that nobody foresaw: its traceback is kept in the data folder (`unforeseen`).

May import: terminal.
"""

from tracker.errors.entry import SAID, run
from tracker.errors.extras import needs
from tracker.errors.near import alike, nearest
from tracker.errors.secrets import redact, remember
from tracker.errors.tree import (
    AmbiguousName,
    Busy,
    DayRefused,
    Full,
    Interrupted,
    NothingPublished,
    QueryRefused,
    RegistryError,
    SettingsError,
    SnapshotRefused,
    SourceError,
    SourceRefused,
    Stale,
    StoreError,
    TooMuch,
    TrackerError,
    UnknownName,
)

__all__ = [
    "SAID",
    "AmbiguousName",
    "Busy",
    "DayRefused",
    "Full",
    "Interrupted",
    "NothingPublished",
    "QueryRefused",
    "RegistryError",
    "SettingsError",
    "SnapshotRefused",
    "SourceError",
    "SourceRefused",
    "Stale",
    "StoreError",
    "TooMuch",
    "TrackerError",
    "UnknownName",
    "alike",
    "nearest",
    "needs",
    "redact",
    "remember",
    "run",
]
