"""Which revisions of an archive are wanted: of a span every day, or the first good one of every week or month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from tracker.errors import SettingsError
from tracker.sources import Revision

Step = Literal["day", "week", "month"]


@dataclass(frozen=True)
class Span:
    """From which day to which, both counted in; None is the archive's own first or last."""

    first: date | None = None
    last: date | None = None
    every: Step = "day"

    def __post_init__(self) -> None:
        if self.first and self.last and self.first > self.last:
            raise SettingsError(f"--from {self.first} is later than --to {self.last}; put them the other way round")


def chosen(revisions: Sequence[Revision], span: Span) -> list[list[Revision]]:
    """Return the observations that are wanted, the oldest first, each with what may stand in for it.

    Of a week (Monday to Sunday, UTC) or month the first revision is wanted, and the next one where that is refused: one
    that is not over yet gives no other one later.
    """
    within = [each for each in revisions if (span.first or each.day) <= each.day <= (span.last or each.day)]
    if span.every == "day":
        return [[each] for each in within]
    found: dict[tuple[int, int], list[Revision]] = {}
    for each in within:
        of_month = (each.day.year, each.day.month)
        found.setdefault(of_month if span.every == "month" else each.day.isocalendar()[:2], []).append(each)
    return list(found.values())


def beside(revisions: Sequence[Revision], revision: Revision) -> tuple[Revision, ...]:
    """Return the revisions of an archive before and after one."""
    at = revisions.index(revision)
    return tuple(revisions[max(0, at - 1) : at]) + tuple(revisions[at + 1 : at + 2])
