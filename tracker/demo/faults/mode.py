"""What a fault is: a mode (what goes wrong), an address (where and when), options, and its own dice."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from tracker.demo.hub.http import Response
    from tracker.demo.hub.hub import Call, Hub
    from tracker.demo.hub.page import ListQuery, Page


@dataclass(frozen=True)
class Option:
    """A setting of a mode: one of `words`, or a number if the default is one, or any text if neither."""

    name: str
    default: str
    meaning: str
    words: tuple[str, ...] = ()

    def check(self, value: str) -> None:
        """Raise ValueError for a value that means nothing here."""
        parts = value.split("+") if "+" in self.default else [value]
        if self.words and all(part in self.words for part in parts):
            return
        if not _is_number(self.default) and self.words:
            raise ValueError(f"{self.name} is one of {', '.join(self.words)}, not {value!r}")
        if _is_number(self.default) and not _is_number(value):
            raise ValueError(f"{self.name} is a number, not {value!r}")


class Mode:
    """One way to misbehave. A subclass overrides the moments in which it acts.

    The class docstring's first line is what `--fault help` prints.
    """

    code: ClassVar[str]
    route: ClassVar[str] = "models"  # where it acts unless told otherwise
    options: ClassVar[tuple[Option, ...]] = ()

    def enter_night(self, fault: Fault, hub: Hub) -> None:
        """Act when a night is loaded."""

    def shift(self, fault: Fault, hub: Hub, call: Call) -> None:
        """Change the served models before a request is answered."""

    def instead(self, fault: Fault, hub: Hub, call: Call) -> Response | None:
        """Answer instead of the route."""

    def ask(self, fault: Fault, query: ListQuery) -> ListQuery:
        """Change what a list request means."""
        return query

    def page(self, fault: Fault, hub: Hub, call: Call, page: Page) -> None:
        """Change a page of a listing: its items or where it leads."""

    def spoil(self, fault: Fault, call: Call, response: Response) -> None:
        """Change or sabotage a finished response."""


@dataclass(frozen=True)
class Span:
    """A range of numbers, both ends in it; None is open."""

    first: float | None = None
    last: float | None = None

    def __contains__(self, value: float) -> bool:
        return (self.first is None or value >= self.first) and (self.last is None or value <= self.last)


@dataclass(frozen=True)
class Address:
    """Which requests a fault meets. All conditions hold together."""

    route: str  # a route's name, or `any`
    pages: Span = Span()
    attempts: Span = Span()
    seconds: Span = Span()  # virtual, since the fault was set
    count: int | None = None  # how often at most
    chance: float = 1.0


@dataclass
class Fault:
    """A mode at an address. `options` holds a value for every option of the mode."""

    mode: Mode
    address: Address
    options: Mapping[str, str]
    spec: str
    dice: random.Random
    fired: int = 0
    _started: float = field(default=0.0, repr=False)

    def start(self, timestamp: float) -> None:
        """Begin to count virtual seconds and firings."""
        self._started, self.fired = timestamp, 0

    def fires(self, call: Call, timestamp: float) -> bool:
        """Whether this request is met; a firing is counted."""
        where = self.address
        met = (
            where.route in ("any", call.route.name)
            and call.page in where.pages
            and call.attempt in where.attempts
            and timestamp - self._started in where.seconds
            and (where.count is None or self.fired < where.count)
        )
        met = met and (where.chance >= 1 or self.dice.random() < where.chance)
        self.fired += met
        return met

    def number(self, option: str) -> float:
        """Return an option as a number."""
        return float(self.options[option])


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdecimal()
