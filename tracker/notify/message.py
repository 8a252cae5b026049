"""One message a watch and night: what it found, short enough for any service, with an id that stays the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from tracker.findings.watched import digest

if TYPE_CHECKING:
    from tracker.store import WatchMatch

MOST_BYTES = 1_900  # of a body: services refuse messages of more than 2,000 letters
NAMED = 10  # things that a body lists, and how many there are more


class Message(NamedTuple):
    """What is sent: its id, and its body as JSON has it."""

    id: str
    body: Mapping[str, Any]

    def bytes(self) -> bytes:
        """Return the body as it is sent: with fewer names, and then a shorter text, where it would be too long."""
        body, names = dict(self.body), list(self.body["names"])
        while len(made := _json(body)) > MOST_BYTES and names:
            names.pop()
            body |= {"names": names, "more": self.body["count"] - len(names)}
        while len(made) > MOST_BYTES:
            body["text"] = f"{body['text'][: len(body['text']) // 2]} ..."
            made = _json(body)
        return made


def messages(found: Iterable[WatchMatch], about: Mapping[str, Any]) -> list[Message]:
    """Return a message for each watch and night of what was found; `about` stands in each."""

    def key(each: WatchMatch) -> tuple[str, Any]:
        return each.watch_id, each.snapshot_date

    return [_message(list(group), about) for _, group in groupby(sorted(found, key=key), key)]


def _message(found: Sequence[WatchMatch], about: Mapping[str, Any]) -> Message:
    first, ids = found[0], sorted(each.match_id for each in found)
    text = digest(first.watch, [(each.subject, each.text) for each in found])
    id = hashlib.sha256(json.dumps(ids).encode()).hexdigest()[:32]
    return Message(
        id,
        {
            "id": id,
            "text": text,
            "watch": first.watch,
            "watch_id": first.watch_id,
            "snapshot_date": first.snapshot_date.isoformat(),
            "count": len(found),
            "names": [each.subject for each in found[:NAMED]],
            "more": max(0, len(found) - NAMED),
            **about,
        },
    )


def _json(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
