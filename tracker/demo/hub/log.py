"""The request log: what a client asked for and what it got, one entry a request."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

KEPT_ENTRIES = 100_000


@dataclass(frozen=True)
class LoggedRequest:
    """One request and its answer. Tokens are never kept: `tier` says whose kind of token it was."""

    number: int  # from 1, all routes
    virtual_time: str  # ISO
    method: str
    host: str
    target: str
    route: str
    page: int  # of a listing, from 1; 1 for other routes
    attempt: int  # how often this target was asked for since the night began or the faults were set
    tier: str  # anonymous, free, pro, ...; unknown for a bad token
    with_token: bool
    status: int
    remaining: int | None  # what RateLimit said
    body_bytes: int  # before compression
    server_seconds: float
    faults: tuple[str, ...]  # modes that fired


class RequestLog:
    """The newest entries."""

    def __init__(self) -> None:
        self._entries: deque[LoggedRequest] = deque(maxlen=KEPT_ENTRIES)

    def add(self, entry: LoggedRequest) -> None:
        """Append one."""
        self._entries.append(entry)

    def entries(self) -> list[LoggedRequest]:
        """Return all that are kept, oldest first."""
        return list(self._entries)

    def clear(self) -> None:
        """Forget them."""
        self._entries.clear()
