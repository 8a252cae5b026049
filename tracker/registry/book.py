"""The registry after reading and checking: publishers, lines, weights, corrections."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from tracker import dates
from tracker.errors import UnknownName
from tracker.registry import weights
from tracker.registry.definitions import Definition
from tracker.registry.elsewhere.rows import LicenseWord, Maker, ModelScopeNamespace, Openness, OtherName
from tracker.registry.entries import (
    Alias,
    CountingRule,
    Country,
    Line,
    Mirror,
    MirrorMatch,
    Organization,
    Override,
    Publisher,
    Root,
    Ruling,
)
from tracker.registry.files import OWN, UNKNOWN, UNREVIEWED
from tracker.registry.patterns import Patterns, split
from tracker.registry.terms import License, LicenseTag, Licensing

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

NO_ROW = -1  # code of `unreviewed` where a line's position stands
NO_FAMILY = -2  # code of `unknown`: reviewed, belongs to no family
# code of the first of Registry.own_developers (the others count down): trained by its publisher, no line named
OWN_LINES = -3


@dataclass(frozen=True)
class Rulings:
    """Rulings of many repositories, one element each.

    `line` is a position in `Registry.lines`, or NO_ROW, NO_FAMILY or a code from OWN_LINES down; `rule` a position in
    `Registry.roots`, -1 for none.
    """

    line: NDArray[np.int16]
    rule: NDArray[np.int32]


@dataclass(frozen=True, eq=False)  # one that is read is itself alone: what follows of it can be kept with it
class Registry:
    """All curated facts of one folder. `version` is the first 12 hex digits of the sha256 of its files."""

    directory: Path
    version: str
    organizations: tuple[Organization, ...]
    aliases: tuple[Alias, ...]
    lines: tuple[Line, ...]
    roots: tuple[Root, ...]
    mirrors: tuple[Mirror, ...]
    overrides: tuple[Override, ...]
    countries: tuple[Country, ...]
    licenses: tuple[License, ...]
    license_tags: tuple[LicenseTag, ...]
    counting_rules: tuple[CountingRule, ...]
    definitions: tuple[Definition, ...]
    makers: tuple[Maker, ...]
    openness: tuple[Openness, ...]
    other_names: tuple[OtherName, ...]
    license_words: tuple[LicenseWord, ...]
    modelscope_namespaces: tuple[ModelScopeNamespace, ...]
    content: Mapping[str, bytes] = field(repr=False, compare=False)  # file name -> bytes, of files in `version`

    def ruling(self, model_id: str) -> Ruling:
        """Return the ruling on a repository by its own name: the most specific row of roots.csv."""
        number = self._root_patterns.match(model_id)
        return self._ruling(self.roots[number]) if number >= 0 else Ruling()

    def rulings(self, model_ids: Sequence[str] | pl.Series) -> Rulings:
        """Return the rulings on many repositories; only namespaces with rows cost more than a lookup."""
        import numpy as np  # imported late: a question at the shell needs no arrays, and the import is slow

        rule = self._root_patterns.matches(model_ids)
        return Rulings(np.array([*self.line_of_root, NO_ROW], dtype=np.int16)[rule], rule)

    def publisher(self, namespace: str, on: date | None = None) -> Publisher:
        """Return who uploads under a namespace on a day (None: as of the newest row), aliases applied."""
        rows = self._rows_of_namespace.get(self.present_name(namespace).lower(), [])
        day = on.isoformat() if on else "9999"
        valid = [row for row in rows if row.valid_from <= day]
        if not valid:
            return Publisher(namespace)
        row = valid[-1]
        return Publisher(namespace, row.organization, row.kind, row.country, row)

    def publishers(self) -> list[Publisher]:
        """Return every reviewed namespace, former names included, as of its newest row, sorted by namespace."""
        names = {row.namespace for row in self.organizations} | {alias.old_namespace for alias in self.aliases}
        return [self.publisher(name) for name in sorted(names)]

    def line_of_name(self, name: str) -> int | None:
        """Return the code of the line that developers' models of this name, without a namespace, belong to; or None.

        First a row that names a developer's repository in full, then the pattern with the longest prefix that holds a
        number (`dolphin-` alone is the prefix of too many names). Lines on others' weights are skipped (`llama3-s`),
        and so are names that two families share.
        """
        lower = name.lower()
        found = self._lines_of_names.get(lower)
        if found is None:
            starts = (lower[:length] for length in range(len(lower), 0, -1))
            found = next((self._lines_of_starts[start] for start in starts if start in self._lines_of_starts), None)
        return found if found is not None and found >= 0 else None

    @cached_property
    def _lines_of_names(self) -> Mapping[str, int]:
        return self._of_developers(lambda name: name if "*" not in name else None)

    @cached_property
    def _lines_of_starts(self) -> Mapping[str, int]:
        begun = re.compile(r"([^*]*\d[^*]*)\*")
        return self._of_developers(lambda name: found[1] if (found := begun.fullmatch(name)) else None)

    def _of_developers(self, clue: Callable[[str], str | None]) -> Mapping[str, int]:
        """Return line codes by the text that `clue` takes of names in roots.csv; NO_ROW if two rows differ."""
        lines: dict[str, int] = {}
        for root, line in zip(self.roots, self.line_of_root, strict=True):
            namespace, name = split(root.pattern.lower())
            taken = clue(name)
            if taken and self._is_of_own_weights(line) and namespace in self.developer_namespaces:
                known = lines.setdefault(taken, line)
                if known != line and (known < 0 or self.lines[known].family != self.lines[line].family):
                    lines[taken] = NO_ROW
        return lines

    def _is_of_own_weights(self, line: int) -> bool:
        """Return whether a code belongs to a line with the weights of its own family."""
        return line >= 0 and self.lines[self.weights[line][0]].family == self.lines[line].family

    def mirror_of(self, model_id: str) -> MirrorMatch | None:
        """Return the mirror rule that matches a repository, and the weights to look for."""
        number = self._mirror_patterns.match(model_id)
        return self.mirror_match(number, model_id) if number >= 0 else None

    def mirror_match(self, number: int, model_id: str) -> MirrorMatch:
        """Return what the mirror rule with this number says of a repository that it matches."""
        rule, (_, name) = self.mirrors[number], split(model_id)
        if rule.rule == "exact":
            return MirrorMatch(rule, rule.target, split(rule.target)[1], ())
        before, _, after = split(rule.pattern)[1].partition("*")
        return MirrorMatch(rule, None, name[len(before) : len(name) - len(after)], tuple(rule.target.split()))

    def mirror_matches(self, model_ids: Sequence[str] | pl.Series) -> NDArray[np.int32]:
        """Return for each repository the number of the mirror rule that names it, -1 for none."""
        return self._mirror_patterns.matches(model_ids)

    def present_name(self, namespace: str) -> str:
        """Return the present name of a namespace that was renamed, or the name as it is."""
        return self.present_names.get(namespace.lower(), namespace)

    def present_id(self, model_id: str) -> str:
        """Return a model id in lower case and under the present name of its namespace: one for all its spellings."""
        namespace, slash, name = model_id.lower().partition("/")
        present = self.present_names.get(namespace) if slash else None
        return f"{present.lower()}/{name}" if present else model_id.lower()

    def spellings(self, model_id: str) -> list[str]:
        """Return a model id under every name that its namespace has or had."""
        namespace, name = split(model_id)
        present = self.present_name(namespace)
        former = [alias.old_namespace for alias in self.aliases if alias.namespace.lower() == present.lower()]
        return [f"{each}/{name}" for each in dict.fromkeys((namespace, present, *former))] if namespace else [model_id]

    def line(self, name: str) -> Line:
        """Return a line, or a family as the line of its own name. Raises UnknownName with the nearest ones."""
        number = self.line_numbers.get(name)
        if number is None:
            raise UnknownName("line", name, self.line_numbers)
        return self.lines[number]

    @cached_property
    def line_numbers(self) -> Mapping[str, int]:
        """Position of each line by name."""
        return {each.line: number for number, each in enumerate(self.lines)}

    @cached_property
    def line_of_root(self) -> list[int]:
        """Code of the line of each row of roots.csv."""
        own = {name: OWN_LINES - place for place, (name, _) in enumerate(self.own_developers)}
        named = {UNKNOWN: NO_FAMILY, **self.line_numbers}
        return [own[self._developer(root)[0]] if root.line == OWN else named[root.line] for root in self.roots]

    @cached_property
    def own_developers(self) -> Sequence[tuple[str, str]]:
        """Organization and country of the publishers that trained what they upload, no line of it named; by name."""
        return sorted({self._developer(root) for root in self.roots if root.line == OWN})

    def _developer(self, root: Root) -> tuple[str, str]:
        """Return organization and country, as of the newest row, of the publisher that a row of roots.csv is about."""
        publisher = self.publisher(split(root.pattern)[0])
        return publisher.organization, publisher.country

    def answers(self) -> Mapping[int, tuple[str, str, str, str]]:
        """Return family, line, developer and origin country by code, those of no line included."""
        named = {code: (each.family, each.line, each.developer, each.country) for code, each in enumerate(self.lines)}
        own = {OWN_LINES - place: (UNREVIEWED, UNREVIEWED, *whose) for place, whose in enumerate(self.own_developers)}
        return {**named, NO_ROW: (UNREVIEWED,) * 4, NO_FAMILY: (UNKNOWN,) * 4, **own}

    @cached_property
    def weights(self) -> Sequence[tuple[int, bool]]:
        """For each line the code of the last line in its chain of weights, and whether that one is from scratch."""
        lines = {each.line: {"parent": each.parent, "weights": each.weights} for each in self.lines}
        ends = (weights.follow(each.line, lines, self._named_line) for each in self.lines)
        return [(self.line_numbers[line], scratch) for line, scratch in ends]

    def whose_weights(self, line: NDArray[np.int16]) -> NDArray[np.int16]:
        """Return for each line code the code of the line at the end of its chain of weights."""
        import numpy as np

        ends = np.array([number for number, _ in self.weights], dtype=np.int16)
        found = line.copy()
        found[line >= 0] = ends[line[line >= 0]]
        return found

    @cached_property
    def licensing(self) -> Licensing:
        """What licenses.csv and license_tags.csv say of names."""
        return Licensing(self)

    def _named_line(self, model_id: str) -> str | None:
        line = self.ruling(model_id).line
        return line if line in self.line_numbers else None

    @cached_property
    def mirror_namespaces(self) -> frozenset[str]:
        """Namespaces that mirror rules name, in lower case, former names included."""
        return self._mirror_patterns.namespaces

    @cached_property
    def developer_namespaces(self) -> frozenset[str]:
        """Namespaces of developers of a family that are no re-uploaders, in lower case, former names included."""
        developers = {each.developer for each in self.lines}
        names = {each.namespace.lower() for each in self.publishers() if each.organization in developers}
        return frozenset(names - self.mirror_namespaces)

    @cached_property
    def root_namespaces(self) -> frozenset[str]:
        """Namespaces that roots.csv names, in lower case, former names included."""
        return self._root_patterns.namespaces

    def _ruling(self, root: Root) -> Ruling:
        if root.line == UNKNOWN:
            return Ruling(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, root)
        if root.line == OWN:
            return Ruling(UNREVIEWED, UNREVIEWED, *self._developer(root), root)
        of = self.line(root.line)
        return Ruling(of.family, of.line, of.developer, of.country, root)

    @cached_property
    def present_names(self) -> Mapping[str, str]:
        """Present namespace by former one, the latter in lower case."""
        return {alias.old_namespace.lower(): alias.namespace for alias in self.aliases}

    @cached_property
    def freed(self) -> Mapping[str, date]:
        """Former namespace in lower case -> the last day it was its owner's, where that is known.

        A publisher that takes the name afterwards is another one.
        """
        return {
            alias.old_namespace.lower(): dates.last_day(dates.month(alias.renamed_on))
            if len(alias.renamed_on) == len("2025-07")
            else dates.day(alias.renamed_on)
            for alias in self.aliases
            if alias.renamed_on
        }

    @cached_property
    def _root_patterns(self) -> Patterns:
        return Patterns([root.pattern for root in self.roots], self.present_names)

    @cached_property
    def _mirror_patterns(self) -> Patterns:
        return Patterns([mirror.pattern for mirror in self.mirrors], self.present_names)

    @cached_property
    def _rows_of_namespace(self) -> dict[str, list[Organization]]:
        rows: dict[str, list[Organization]] = {}
        for row in sorted(self.organizations, key=lambda row: (row.namespace, row.valid_from)):
            rows.setdefault(row.namespace.lower(), []).append(row)
        return rows
