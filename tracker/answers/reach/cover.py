"""What part of the Hub an answer speaks of: the scopes of the nights that it really reads.

A folder may hold full nights and partial ones. Nights that are compared are of one scope. What was created by the
newest full night is known in full, whatever partial nights came later; what came after it only as far as they reach.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from tracker.errors import SettingsError
from tracker.scope import Scope

if TYPE_CHECKING:
    from tracker.store import Published


@dataclass(frozen=True)
class Cover:
    """The scopes that an answer reads, each once; `nights` is how many nights of them, `full` the newest full night."""

    scopes: tuple[str, ...]
    nights: int
    full: date | None

    @property
    def is_full(self) -> bool:
        """Whether the answer is about the whole Hub."""
        return self.scopes == ("full",)

    @property
    def name(self) -> str:
        """The scopes as they are written: `top:1000`, `full, top:1000`."""
        return ", ".join(self.scopes)

    @property
    def of_models(self) -> str:
        """Which models the answer knows, as words after a plural; nothing for those of the whole Hub."""
        if len(self.scopes) > 1:
            return f"of the nights' own scopes ({self.name})"
        return Scope.parse(self.scopes[0]).of_models

    def require_all(self, of_all: bool) -> None:
        """Raise SettingsError where all models of the Hub are asked for and the answer knows a part of them."""
        if of_all and not self.is_full:
            raise SettingsError(
                f"--of-all asks for all models of the Hub, but the nights that this answer reads are of scope "
                f"{self.name}; leave --of-all out for the part that they cover, or {self._way_out()}"
            )

    def _way_out(self) -> str:
        if self.full:
            return f"ask for what stood on the newest full night, {self.full}"
        return "run `tracker update --scope full` first"

    def notes(self, *, bounds: bool = False) -> tuple[str, ...]:
        """Return what a reader of a part must know; `bounds`: the answer has columns for low and high."""
        if self.is_full:
            return ()
        part = f"scope {self.name} is a part of the Hub: this says nothing of models outside it"
        missing = ", so low and high are not given" if bounds else ""
        several = f"; counted is every model that one of {self.nights} nights held" if self.nights > 1 else ""
        known = f"; the whole Hub is known up to {self.full}" if self.full else ""
        return (part + missing + (several if bounds else "") + known,)


def of_nights(published: Published, first: date | None = None, until: date | None = None) -> Cover:
    """Return the cover of an answer that compares nights: those of one scope, that of the newest within the period.

    Where no night lies within it, the scope is that of the newest night of all.
    """
    nights = _nights(published)
    within = [scope for day, scope in nights if (first is None or first <= day) and (until is None or day <= until)]
    scope = (within or [published.facts().scope])[-1]
    return Cover((scope,), within.count(scope), _newest_full(nights))


def of_creation(published: Published, first: date, until: date, *, by_counter: bool = False) -> Cover:
    """Return the cover of an answer that counts the models created from `first` to `until`.

    `by_counter`: a condition on downloads leaves only what the newest night holds.
    """
    nights = _nights(published)
    full = _newest_full(nights)
    if by_counter and nights:
        return Cover((nights[-1][1],), 1, full)
    if full and until <= full:
        return Cover(("full",), 1, full)
    since = max(first, full) if full else date.min
    read = [scope for day, scope in nights if day >= since] or [nights[-1][1]]
    return Cover(tuple(sorted(set(read))), len(read), full)


def _nights(published: Published) -> list[tuple[date, str]]:
    return list(published.table("select snapshot_date, scope from nights order by snapshot_date").rows)


def _newest_full(nights: list[tuple[date, str]]) -> date | None:
    return max((day for day, scope in nights if scope == "full"), default=None)
