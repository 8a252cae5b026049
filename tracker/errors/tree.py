"""The classes of errors, one a cause; the package's own docstring shows the tree."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tracker.errors.near import nearest
from tracker.errors.secrets import redact


class TrackerError(Exception):
    """Base of all errors whose message is meant for the user; nothing secret is in it, whatever it was made of."""

    exit_code = 1

    def __str__(self) -> str:
        return redact(super().__str__())


class SettingsError(TrackerError):
    """A flag, an environment variable or a tracker.toml entry makes no sense; `nearest`: options that were meant."""

    exit_code = 2
    nearest: Sequence[str] = ()


# what lists the names of a kind
_LISTED_BY = {
    "chart": "tracker chart",
    "claim": "tracker claims",
    "definition": "tracker measure rules",
    "measure": "tracker measure",
    "model": "tracker top --of models",
    "source": "tracker sources",
    "table": "tracker schema",
    "watch": "tracker watch list",
}


class UnknownName(TrackerError):
    """A name that nothing here is called by; `nearest` holds what the user may have meant.

    `elsewhere` is a sentence on what is called so all the same and how to ask for that; it replaces the nearest.
    Where nothing is like it the message says what lists the names there are.
    """

    def __init__(self, kind: str, name: str, known: Iterable[str], elsewhere: str | None = None) -> None:
        self.nearest = nearest(name, known)
        listed = f"; `{_LISTED_BY[kind]}` lists them" if kind in _LISTED_BY else ""
        hint = f"; did you mean {', '.join(self.nearest)}?" if self.nearest else listed
        hint = f"; {elsewhere}" if elsewhere else hint
        super().__init__(f"no {kind} called {name!r}{hint}")


class AmbiguousName(TrackerError):
    """A name that fits several things, none of them exactly; the message lists them."""

    def __init__(self, kind: str, name: str, meant: Sequence[str]) -> None:
        super().__init__(f"{name!r} may be {len(meant)} names of a {kind}: {', '.join(meant)}; write one exactly so")


class SourceError(TrackerError):
    """The Hub, or another source, could not be read, after all retries."""


class SourceRefused(SourceError):
    """It answered in a way that may not be collected, and will again (401, foreign link, day-long wait, ...)."""


class DayRefused(SourceError):
    """The Hub's day is another than the one that was meant."""

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

    @property
    def in_short(self) -> str:
        """How much is wrong, and what first."""
        more = f" ({len(self.problems):,} problems)" if len(self.problems) > 1 else ""
        return f"{self.problems[0]}{more}"


class StoreError(TrackerError):
    """A database or a record file cannot be read or written."""


class NothingPublished(StoreError):
    """There is no published copy to read yet."""


class QueryRefused(StoreError):
    """Ad-hoc SQL that is not one SELECT, reaches outside the record, or took too much time or memory."""

    exit_code = 2


class TooMuch(QueryRefused):
    """A question that took more time or memory than allowed: the copy may well have an answer to it."""


class Stale(TrackerError):
    """The newest published night is older than allowed."""

    exit_code = 4


class Busy(TrackerError):
    """Another run holds the lock of this data folder."""

    exit_code = 75


class Full(TrackerError):
    """As many questions are being answered, and wait, as may at once; ask again in a moment."""

    exit_code = 75


class Interrupted(TrackerError):
    """Stopped by a signal; what was landed can be resumed."""

    def __init__(self, message: str, exit_code: int = 130) -> None:
        self.exit_code = exit_code
        super().__init__(message)
