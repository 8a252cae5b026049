"""What holds for a name on a day by the rows of licenses.csv, and what such a row and the Hub's tag decide together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from tracker.registry.patterns import Patterns
from tracker.registry.terms.rows import License, LicenseTag
from tracker.words import UNNAMED_LICENSES

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from tracker.registry.book import Registry

NO_TERMS = -1  # where a number of terms stands: no row speaks
UNKNOWN, UNREVIEWED = "unknown", "unreviewed"
TAG, TABLE = "tag", "table"


@dataclass(frozen=True)
class Licensed:
    """The class of one model and what says so: the Hub's tag, a row of the table, or nothing (`unreviewed`).

    `row` and `tag` are what is known of either, whichever decides.
    """

    license_class: str
    license_from: str | None
    row: License | None = None
    tag: LicenseTag | None = None


class Licensing:
    """The rows of licenses.csv by what they speak of. Terms are all rows of one pattern, the earliest first."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        terms: dict[str, list[License]] = {}
        for row in registry.licenses:
            terms.setdefault(row.pattern.lower(), []).append(row)
        self.terms: Sequence[Sequence[License]] = [
            sorted(rows, key=lambda row: row.valid_from) for rows in terms.values()
        ]

    def of(self, model_id: str, tag: str | None, on: date) -> Licensed:
        """Return what a repository's tag (None: it has none) and the row that holds on a day say together."""
        return self.decided(tag, self.holding(self._number(model_id), on))

    def terms_of(self, model_id: str) -> Sequence[License]:
        """Return the rows that speak of a repository, one on each day; none where nothing does."""
        number = self._number(model_id)
        return () if number == NO_TERMS else self.terms[number]

    def decided(self, tag: str | None, row: License | None) -> Licensed:
        """Return what follows of a tag and of a row: the tag comes first where it names a licence.

        `store.publish.selects` says the same in SQL.
        """
        known = self.tags.get(tag.lower()) if tag else None
        if known and known.license_class != UNKNOWN and not (row and row.exception):
            return Licensed(known.license_class, TAG, row, known)
        if row:
            return Licensed(row.license_class, TABLE, row, known)
        if known and known.tag not in UNNAMED_LICENSES:
            return Licensed(UNKNOWN, TAG, None, known)
        return Licensed(UNREVIEWED, None, None, known)

    def holding(self, number: int, on: date) -> License | None:
        """Return the row of some terms that holds on a day; what came before the first is taken for the same."""
        if number == NO_TERMS:
            return None
        day = on.isoformat()
        rows = self.terms[number]
        return next((row for row in reversed(rows) if row.valid_from <= day), rows[0])

    def _number(self, model_id: str) -> int:
        """Return the terms that speak of a repository by its name, NO_TERMS for none."""
        number = self._repositories.match(model_id)
        if number >= 0:
            return self._of_pattern[number]
        return self._by_line(model_id, self._registry.line_numbers.get(self._registry.ruling(model_id).line, -1))

    def numbers(self, model_ids: Sequence[str] | pl.Series, line: NDArray[np.int16]) -> NDArray[np.int32]:
        """Return the terms of many repositories by name and code of a line, one element each.

        Only namespaces that rows name, and models of lines with rows, cost more than a look.
        """
        import numpy as np

        found = np.array([*self._of_pattern, NO_TERMS], dtype=np.int32)[self._repositories.matches(model_ids)]
        of_line = np.array([*self._of_lines, NO_TERMS], dtype=np.int32)  # the last stands for no line
        codes = np.where(line >= 0, line, len(self._of_lines))
        for at in np.flatnonzero((found == NO_TERMS) & (of_line[codes] != NO_TERMS)).tolist():
            found[at] = self._by_line(model_ids[at], int(line[at]))
        return found

    @cached_property
    def tags(self) -> Mapping[str, LicenseTag]:
        """The identifiers of the Hub by name."""
        return {each.tag.lower(): each for each in self._registry.license_tags}

    def family_and_line(self, row: License) -> tuple[str, str]:
        """Return family and line that a row speaks of: its pattern, or those of repositories of such a name."""
        if row.is_of_a_line:
            return self._registry.line(row.pattern).family, row.pattern
        ruling = self._registry.ruling(row.pattern.replace("*", ""))
        return ruling.family, ruling.line

    @cached_property
    def _of_pattern(self) -> Sequence[int]:
        """Number of the terms of each pattern of repositories."""
        return [number for number, rows in enumerate(self.terms) if not rows[0].is_of_a_line]

    @cached_property
    def _repositories(self) -> Patterns:
        patterns = [self.terms[number][0].pattern for number in self._of_pattern]
        return Patterns(patterns, self._registry.present_names)

    @cached_property
    def _of_lines(self) -> Sequence[int]:
        """Terms of each line: its own, else those of the nearest that it is a part of."""
        own = {rows[0].pattern: number for number, rows in enumerate(self.terms) if rows[0].is_of_a_line}
        parents = {each.line: each.parent for each in self._registry.lines}
        found = []
        for each in self._registry.lines:
            line = each.line
            while line and line not in own:
                line = parents[line]
            found.append(own.get(line, NO_TERMS))
        return found

    @cached_property
    def _namespaces(self) -> Mapping[str, frozenset[str]]:
        """Namespaces in lower case by organization, former names included."""
        found: dict[str, set[str]] = {}
        for each in self._registry.publishers():
            found.setdefault(each.organization, set()).add(each.namespace.lower())
        return {name: frozenset(spaces) for name, spaces in found.items()}

    def _by_line(self, model_id: str, line: int) -> int:
        """Return the terms of a line for what its developer publishes; somebody else's tune inherits nothing."""
        number = self._of_lines[line] if line >= 0 else NO_TERMS
        if number == NO_TERMS:
            return NO_TERMS
        developer = self._registry.line(self.terms[number][0].pattern).developer
        own = self._namespaces.get(developer, frozenset())
        return number if model_id.lower().partition("/")[0] in own else NO_TERMS
