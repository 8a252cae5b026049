"""What part of the Hub a run covers. Scopes are recorded with every answer and never compared with one another.

May import: errors.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tracker.errors import SettingsError


@dataclass(frozen=True)
class Scope:
    """`full`, the `top:N` models by 30-day downloads, all models of one `publisher:NAME`, or `active`.

    The last is that of an archive which holds what is in use alone; nobody can ask the Hub for it.
    """

    kind: Literal["full", "top", "publisher", "active"]
    count: int | None = None
    publisher: str | None = None

    @classmethod
    def parse(cls, text: str) -> Scope:
        """Read `full`, `top:N` or `publisher:NAME`."""
        kind, _, value = text.partition(":")
        if text == "full":
            return cls("full")
        if text == "active":
            return cls("active")
        if kind == "top" and value.isdecimal() and int(value) > 0:
            return cls("top", count=int(value))
        if kind == "publisher" and value and "/" not in value:
            return cls("publisher", publisher=value)
        raise SettingsError(f"scope {text!r} is not full, top:N or publisher:NAME (for example top:20000)")

    @property
    def is_full(self) -> bool:
        """Whether a model that this scope did not see is known to be absent from the Hub."""
        return self.kind == "full"

    @property
    def of_models(self) -> str:
        """Which models it holds, as words after a plural (`among the 1,000 most downloaded`); nothing for all."""
        if self.kind == "top":
            return f"among the {self.count:,} most downloaded"
        if self.kind == "active":
            return "among those in use"
        return f"of publisher {self.publisher}" if self.kind == "publisher" else ""

    def __str__(self) -> str:
        if self.kind == "top":
            return f"top:{self.count}"
        return f"publisher:{self.publisher}" if self.kind == "publisher" else self.kind


FULL = Scope("full")
