"""Every error the tracker raises on purpose, and the exit code each ends in.

    TrackerError                 1   something failed; the message says what, where and what to do next
    ├── SettingsError            2   a flag, variable or tracker.toml entry makes no sense
    ├── UnknownName              1   no such model, family, country, measure, ...; carries the nearest names
    ├── AmbiguousName            1   a name that fits several things, none of them exactly
    ├── SourceError              1   the Hub, or another source, could not be read
    │   └── SourceRefused        3   it answered, but not in a way that may be collected
    ├── SnapshotRefused          3   a gate refused the snapshot; it stays landed
    ├── RegistryError            1   data/registry breaks its own rules; one `path:line:` message each
    ├── StoreError               1   a database or a record file cannot be read or written
    │   ├── NothingPublished     1   there is no published copy yet
    │   └── QueryRefused         2   ad-hoc SQL that is not one SELECT, or reaches outside the record
    ├── Stale                    4   `status --check`: the newest night is too old
    ├── Busy                    75   another run holds the lock
    └── Interrupted      130 / 143   stopped by a signal; what was landed can be resumed

Messages are lower case: the fact, the numbers, then the next step.

May import: terminal.
"""

from __future__ import annotations

import difflib
import logging
import sys
from collections.abc import Callable, Iterable, Sequence

from tracker import terminal


class TrackerError(Exception):
    """Base of all errors whose message is meant for the user."""

    exit_code = 1


class SettingsError(TrackerError):
    """A flag, an environment variable or a tracker.toml entry makes no sense."""

    exit_code = 2


class UnknownName(TrackerError):
    """A name that nothing here is called by; `nearest` holds what the user may have meant.

    `elsewhere` is a sentence on what is called so all the same and how to ask for that; it replaces the nearest.
    """

    def __init__(self, kind: str, name: str, known: Iterable[str], elsewhere: str | None = None) -> None:
        self.nearest = nearest(name, known)
        hint = f"; did you mean {', '.join(self.nearest)}?" if self.nearest else ""
        hint = f"; {elsewhere}" if elsewhere else hint
        super().__init__(f"no {kind} called {name!r}{hint}")


class AmbiguousName(TrackerError):
    """A name that fits several things, none of them exactly; the message lists them."""

    def __init__(self, kind: str, name: str, meant: Sequence[str]) -> None:
        super().__init__(f"{name!r} may be {len(meant)} names of a {kind}: {', '.join(meant)}; write one exactly so")


class SourceError(TrackerError):
    """The Hub, or another source, could not be read, after all retries."""


class SourceRefused(SourceError):
    """It answered in a way that may not be collected (foreign link, no progress, day-long wait, ...)."""

    exit_code = 3


class SnapshotRefused(TrackerError):
    """A gate refused the snapshot. It stays landed; the published copy is as it was. `reason` is what the gates say."""

    exit_code = 3

    def __init__(self, message: str, reason: str | None = None) -> None:
        self.reason = reason or message
        super().__init__(message)


class RegistryError(TrackerError):
    """The curated registry breaks its own rules. `problems` holds one `path:line: message` each."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class StoreError(TrackerError):
    """A database or a record file cannot be read or written."""


class NothingPublished(StoreError):
    """There is no published copy to read yet."""


class QueryRefused(StoreError):
    """Ad-hoc SQL that is not one SELECT, reaches outside the record, or ran too long."""

    exit_code = 2


class Stale(TrackerError):
    """The newest published night is older than allowed."""

    exit_code = 4


class Busy(TrackerError):
    """Another run holds the lock of this data folder."""

    exit_code = 75


class Interrupted(TrackerError):
    """Stopped by a signal; what was landed can be resumed."""

    def __init__(self, message: str, exit_code: int = 130) -> None:
        self.exit_code = exit_code
        super().__init__(message)


def run(main: Callable[[], object], *, told: Callable[[str], str] = str) -> int:
    """Run an entry point and return its exit code; an error of ours is told on stderr, without a traceback.

    `told` may put a message as this entry point would say it.
    """
    try:
        code = main()
    except TrackerError as error:
        prefix = "" if isinstance(error, RegistryError) else "error: "  # its lines begin with path:line
        sys.stderr.write(f"{prefix}{terminal.clean_lines(told(str(error)))}\n")
        logging.getLogger(__name__).debug("the error came from", exc_info=error)
        return error.exit_code
    return code if isinstance(code, int) else 0


def nearest(name: str, known: Iterable[str], count: int = 3) -> list[str]:
    """Return up to `count` known names that look like `name`, ignoring case, best first."""
    by_lower = {each.lower(): each for each in known}
    matches = difflib.get_close_matches(name.lower(), list(by_lower), n=count, cutoff=0.6)
    return [by_lower[match] for match in matches]


def alike(word: str, known: Iterable[str]) -> list[str]:
    """Return the known names that hold a word, else those that look like it."""
    names = list(known)
    return [name for name in names if word and word in name] or nearest(word, names)
