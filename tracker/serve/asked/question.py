"""One question as it was read: what is asked of which copy; and what a question can be given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from tracker.api import Copy, Rows

Kind = Literal["text", "whole", "number", "flag"]


@dataclass(frozen=True)
class Question:
    """What is asked, of the copy of which day (None: the newest), and in how many seconds (None: as many as may be)."""

    name: str
    ask: Callable[[Copy], Rows]
    as_of: date | None = None
    seconds: float | None = None


class Reader(Protocol):
    """Whoever knows the questions: what they are called, what each can be given, and how that is read."""

    @property
    def QUESTIONS(self) -> Sequence[str]:
        """What questions are called."""
        ...

    def parameters(self, name: str) -> Sequence[Parameter]:
        """Return what a question can be given."""
        ...

    def read(self, name: str, given: Iterable[tuple[str, Any]]) -> Question:
        """Return the question of a name. Raises SettingsError and UnknownName for what is none."""
        ...


@dataclass(frozen=True)
class Parameter:
    """What a question can be given under a name: of which kind, one of `choices` where it has any, how often."""

    name: str
    kind: Kind
    help: str
    choices: tuple[str, ...] = ()
    least: float | None = None
    default: Any = None
    is_repeated: bool = False
    is_required: bool = False
