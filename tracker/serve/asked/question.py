"""One question as it was read: what is asked of which copy; and what a question can be given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

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
