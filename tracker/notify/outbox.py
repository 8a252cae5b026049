"""Messages that wait for the webhook, a file each: sent at least once, oldest last tried first, and not forever.

    <data_dir>/watches/outbox/<id>.json    what is sent, how often that was tried, and what went wrong

A message is put there before what it tells of is noted, and goes when it was taken. Where we are killed in between, or
no answer comes, it is sent once more, with the same id.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tracker import disk, files
from tracker.notify.message import Message
from tracker.notify.post import TOTAL_SECONDS, Outcome, host_of, post

FOLDER = "outbox"
MEND = "TRACKER_WEBHOOK_URL, or webhook_url in tracker.toml"
ROUND_SECONDS = 60.0  # of all that is sent at once
REFUSALS = 3  # after which a message that a sink does not want is given up
UNANSWERED = 2  # after which one is that may have been read: who reads and never answers gets it once more
KEPT = timedelta(days=14)  # after which any is
_NOT_NOW = (408, 425, 429)  # of 4xx: the same may be taken later

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Waiting:
    """A message that waits: what is sent, since when, how often it was tried.

    `refusals`: how often it was not wanted; `unanswered`: how often it may have been read.
    """

    id: str
    sent: str
    since: str
    tries: int = 0
    refusals: int = 0
    unanswered: int = 0
    problem: str | None = None


def put(folder: Path, message: Message) -> None:
    """Let a message wait; one that waits already stays as it is."""
    path = _place(folder, message.id)
    if not path.exists():
        _write(path, Waiting(message.id, message.bytes().decode(), datetime.now(UTC).isoformat()))


def waiting(folder: Path) -> list[Waiting]:
    """Return what waits, the least tried first; a file that cannot be read is a warning."""
    found = [each for path in disk.matching(folder / FOLDER, "*.json") for each in _read(path)]
    return sorted(found, key=lambda each: (each.tries, each.since, each.id))


def deliver(folder: Path, address: str, *, total_seconds: float = TOTAL_SECONDS) -> int:
    """Send what waits; return how many were taken. A sink that does not answer is not asked again this time."""
    taken, until = 0, time.monotonic() + ROUND_SECONDS
    for each in waiting(folder):
        if time.monotonic() > until:
            break
        outcome = send(address, each.id, each.sent.encode(), total_seconds=total_seconds)
        if outcome.problem is None:
            _place(folder, each.id).unlink(missing_ok=True)
            taken += 1
            continue
        _keep_or_give_up(folder, each, outcome, address)
        if outcome.status is None:
            break
    return taken


def send(address: str, id: str, body: bytes, *, total_seconds: float = TOTAL_SECONDS) -> Outcome:
    """Send one body with its id, by which a sink knows what it has."""
    headers = {"Content-Type": "application/json; charset=utf-8", "Idempotency-Key": id}
    return post(address, body, mend=MEND, headers=headers, total_seconds=total_seconds)


def host(address: str) -> str:
    """Return what may be told of the address."""
    return host_of(address, "the webhook")


def _keep_or_give_up(folder: Path, message: Waiting, outcome: Outcome, address: str) -> None:
    unwanted = outcome.status is not None and 400 <= outcome.status < 500 and outcome.status not in _NOT_NOW
    tried = replace(
        message,
        tries=message.tries + 1,
        refusals=message.refusals + unwanted,
        unanswered=message.unanswered + outcome.may_be_read,
        problem=outcome.problem,
    )
    age = datetime.now(UTC) - datetime.fromisoformat(message.since)
    if tried.refusals >= REFUSALS or tried.unanswered >= UNANSWERED or age > KEPT:
        _place(folder, message.id).unlink(missing_ok=True)
        log.warning(
            "message %s was given up after %d tries, %s said: %s; the table watch_matches and the feed have it",
            message.id, tried.tries, host(address), outcome.problem,
        )  # fmt: skip
        return
    _write(_place(folder, message.id), tried)
    problem = f"{host(address)}: {outcome.problem}"
    log.warning("message %s was not taken by %s; it is tried again the next time", message.id, problem)


def _place(folder: Path, id: str) -> Path:
    return folder / FOLDER / f"{id}.json"


def _write(path: Path, message: Waiting) -> None:
    files.write(path, json.dumps(asdict(message), ensure_ascii=False, indent=1) + "\n")


def _read(path: Path) -> Iterator[Waiting]:
    try:
        told = Waiting(**json.loads(disk.read_text(path)))
        datetime.fromisoformat(told.since)
        yield told
    except (OSError, ValueError, TypeError) as error:
        log.warning("%s cannot be read and is not sent: %s; delete it", path, error)
