"""What names lead to beside those that we saw ourselves: an archive's list of renames, moved namespaces."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

_MOST_STEPS = 8  # renames of one model that are followed one after the other

Rename = tuple[date | None, str, str]  # the day from which the new name is shown (None: not known), before, after


@dataclass(frozen=True)
class OtherNames:
    """What names lead to beside those that we saw ourselves.

    `moved`: former namespace in lower case -> the present one, and the last day of the former where that is known.
    """

    renames: Sequence[Rename] = ()
    moved: Mapping[str, tuple[str, date | None]] = field(default_factory=dict)

    def of(self, name: str, day: date) -> Iterator[tuple[str, bool]]:
        """Yield the names that a model had after this one and before it, each with whether the day goes with that.

        A list may be off by some days, and an archive late: where it was renamed before, or had this name only later,
        days of creation must agree.
        """
        for step in (self._next, self._last):
            seen, at, in_time = {name}, name, True
            while len(seen) <= _MOST_STEPS:
                found = step(at, day)
                if found is None or found[0] in seen:
                    break
                at, in_time = found[0], in_time and found[1]
                seen.add(at)
                yield at, in_time

    @cached_property
    def listed(self) -> frozenset[str]:
        """The names that a list tells of, before or after."""
        return frozenset(name for _, *both in self.renames for name in both)

    def _next(self, name: str, day: date) -> tuple[str, bool] | None:
        known = self._by_name.get(name, ())
        if known:
            later = [each for each in known if each[0] is None or each[0] > day]
            if later:
                return min(later, key=lambda each: each[0] or date.max)[1], True
            return max(known, key=lambda each: each[0] or date.min)[1], False
        namespace, slash, rest = name.partition("/")
        if not slash or namespace.lower() not in self.moved:
            return None
        present, until = self.moved[namespace.lower()]
        return f"{present}/{rest}", until is None or day <= until

    def _last(self, name: str, day: date) -> tuple[str, bool] | None:
        """Return the name before one, and whether it was given up by the day."""
        known = self._by_new_name.get(name, ())
        earlier = [each for each in known if each[0] is None or each[0] <= day]
        if earlier:
            return max(earlier, key=lambda each: each[0] or date.min)[1], True
        return (min(known, key=lambda each: each[0] or date.max)[1], False) if known else None

    @cached_property
    def _by_new_name(self) -> Mapping[str, Sequence[tuple[date | None, str]]]:
        found: dict[str, list[tuple[date | None, str]]] = {}
        for day, before, after in self.renames:
            found.setdefault(after, []).append((day, before))
        return found

    @cached_property
    def _by_name(self) -> Mapping[str, Sequence[tuple[date | None, str]]]:
        found: dict[str, list[tuple[date | None, str]]] = {}
        for day, before, after in self.renames:
            found.setdefault(before, []).append((day, after))
        return found
