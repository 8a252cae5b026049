"""One watch, and one thing that it found."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, NamedTuple

Told = Collection[tuple[str, str]]  # a thing (the Hub's id of a model, or a name) and the point that it was told of

WINDOWS: Mapping[str, int] = {"day": 1, "week": 7, "month": 30}  # days that a number may be counted in


class Found(NamedTuple):
    """One thing that a watch found. `point`: the day or month that it is of; `hub_id`: of a model, None of a family."""

    subject: str
    hub_id: str | None
    point: str
    value: float | None
    text: str

    @property
    def thing(self) -> str:
        """What it is told by: a name may pass to another model, an id does not."""
        return self.hub_id or self.subject


@dataclass(frozen=True)
class Watch:
    """What is watched for: a kind, one name or two, and what of the number it is about.

    `since` is the night from which it counts, None until a whole settled night has been seen; `known` are the things
    and points that were so by then.
    """

    kind: str
    names: tuple[str, ...]
    number: float | None = None
    per: str | None = None
    since: date | None = None
    known: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @property
    def id(self) -> str:
        """The same for the same watch, whenever and wherever it is added."""
        return hashlib.sha256(self.says.encode()).hexdigest()[:8]

    @property
    def says(self) -> str:
        """What it watches for, in the words of `tracker watch add`."""
        text = f"{self.kind} {' '.join(self.names)}"
        if self.kind == "share-of":
            return f"{text} drops {self.number:g}"
        return text if self.number is None else f"{text} over {self.number:g} per {self.per}"

    def match_id(self, found: Found) -> str:
        """Return the id of what it found: the same whenever the same thing is found of the same point."""
        return hashlib.sha256(json.dumps([self.id, found.thing, found.point]).encode()).hexdigest()[:16]

    def as_json(self) -> dict[str, Any]:
        """Return it as the file has it."""
        since = self.since.isoformat() if self.since else None
        return {"id": self.id, "watch": self.says, **asdict(self), "since": since}


def of_json(cells: Mapping[str, Any]) -> Watch:
    """Return a watch as the file has it; raise LookupError, TypeError or ValueError for what is none."""
    return Watch(
        kind=str(cells["kind"]),
        names=tuple(map(str, cells["names"])),
        number=None if cells["number"] is None else float(cells["number"]),
        per=cells["per"],
        since=date.fromisoformat(cells["since"]) if cells["since"] else None,
        known=tuple((str(thing), str(point)) for thing, point in cells["known"]),
    )
