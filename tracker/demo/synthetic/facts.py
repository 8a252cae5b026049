"""What the synthetic ecosystem takes from the curated registry: real roots, mirror rules, overrides.

Read with the csv module and by rules of its own, not through the tracker's registry: the truth that tests
compare with must not come from the code that is tested. Rows that cannot be used are passed over.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from tracker.words import HUB_RELATIONS

UNKNOWN, UNREVIEWED = "unknown", "unreviewed"
OWN, SCRATCH = "own", "scratch"  # words of the registry for a line of who uploads it, and for weights from nothing
DEFAULT_MODALITY = "text"

Row = Mapping[str, str]
Anything = TypeVar("Anything")


@dataclass(frozen=True)
class Line:
    """A line of the registry with what it inherits; a family is a line of its own name."""

    line: str
    family: str
    developer: str
    country: str
    modality: str
    first_release: str  # YYYY-MM-DD, YYYY-MM or empty
    weights: str  # scratch, a line or a model; empty where nobody says it


@dataclass(frozen=True)
class MirrorRule:
    """One row of mirrors.csv: `pattern` re-uploads `target` (exact) or the model of the same name (same_name)."""

    pattern: str
    rule: str
    targets: tuple[str, ...]
    relation: str

    def name_for(self, model_id: str) -> str | None:
        """Return what the mirror of `model_id` is called, None where the rule does not cover it."""
        namespace, _, name = model_id.rpartition("/")
        if self.rule == "exact":
            return self.pattern if self.targets == (model_id,) else None
        if self.targets and namespace not in self.targets:
            return None
        return self.pattern.replace("*", name, 1)


NO_LINE = Line(UNREVIEWED, UNREVIEWED, UNREVIEWED, UNREVIEWED, DEFAULT_MODALITY, "", "")
UNKNOWN_LINE = Line(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, DEFAULT_MODALITY, "", "")


class Facts:
    """The registry's rows, as far as the ecosystem uses them."""

    def __init__(self, folder: Path) -> None:
        """Read the files that are there; a missing one counts as empty."""
        self.folder = folder
        self.lines = self._read_lines()
        self.roots: dict[str, Row] = {row["pattern"]: row for row in self._rows("roots.csv")}
        self.mirrors = [_mirror_rule(row) for row in self._rows("mirrors.csv")]
        self.old_namespaces = {row["old_namespace"] for row in self._rows("aliases.csv")}
        overrides = self._rows("overrides.csv")
        self.weights_parents = {
            row["model_id"]: (row["parent_id"], row["relation"])
            for row in overrides
            if row["role"] == "weights_parent" and row["relation"] in HUB_RELATIONS
        }
        self.not_parents = {(row["model_id"], row["parent_id"]) for row in overrides if row["role"] == "not_parent"}

    @cached_property
    def exact(self) -> list[str]:
        """Return the model ids that the registry names and that are no mirrors, in the order of the file."""
        usable = [
            each
            for each in self.roots
            if "*" not in each and self.released(each) and self.mirror_rule(each) is None and not self._is_old(each)
        ]
        return list({each.lower(): each for each in reversed(usable)}.values())[::-1]

    @cached_property
    def namespaces(self) -> list[str]:
        """Return all namespaces of organizations.csv, once each."""
        return list(dict.fromkeys(row["namespace"] for row in self._rows("organizations.csv")))

    @cached_property
    def developers(self) -> set[str]:
        """Return the namespaces, in lower case, in which the original of a re-upload is looked for by name.

        Those of organizations that developed a family, but for those that re-upload themselves.
        """
        developers, rows = {each.developer for each in self.lines.values()}, self._rows("organizations.csv")
        return {row["namespace"].lower() for row in rows if row["organization"] in developers} - self._mirrors.keys()

    def rows(self, name: str) -> list[Row]:
        """Return the rows of one file; of one that is not there none."""
        return self._rows(name)

    def fits(self, model_id: str, pattern: str) -> bool:
        """Return whether a pattern covers a name, its namespace under a former name included."""
        old, slash, name = pattern.partition("/")
        present = f"{self.present_name(old)}{slash}{name}"
        return _fits(model_id, present) if "*" in name else model_id.lower() == present.lower()

    def present_name(self, namespace: str) -> str:
        """Return what a namespace is called now."""
        return self._present.get(namespace, namespace)

    def organization(self, model_id: str) -> str:
        """Return who uploads under the namespace of a name."""
        return self._publishers.get(_namespace(model_id), (UNREVIEWED, UNREVIEWED))[0]

    @cached_property
    def part_of(self) -> Mapping[str, str]:
        """The line that each line is a part of, '' for a family."""
        return {row["line"]: row["parent"] for row in self._rows("families.csv")}

    @cached_property
    def _present(self) -> Mapping[str, str]:
        return {row["old_namespace"]: row["namespace"] for row in self._rows("aliases.csv")}

    def released(self, model_id: str) -> str:
        """Return the day or month of a root's release, its line's where its own is not known; empty if neither is."""
        return self.roots[model_id]["released_on"] or self.line_of(model_id).first_release

    def line_of(self, model_id: str) -> Line:
        """Return the line that a name belongs to: exact row, else the pattern with the longest literal text."""
        if model_id in self.roots:
            return self._line(self.roots[model_id]["line"], model_id)
        fitting = [pattern for pattern in _of_namespace(self._globs, model_id) if _fits(model_id, pattern)]
        best = max(fitting, key=lambda each: len(each.replace("*", "")), default=None)
        return NO_LINE if best is None else self._line(self.roots[best]["line"], model_id)

    def whose_weights(self, line: Line) -> Line:
        """Return the line whose weights one continues in the end: as far as rows name a line or a model with one."""
        seen: set[str] = set()
        while line.weights not in ("", SCRATCH) and line.line not in seen:
            seen.add(line.line)
            onward = self.lines.get(line.weights) or self.line_of(line.weights)
            if onward.line not in self.lines:
                break
            line = onward
        return line

    def mirror_rule(self, model_id: str) -> MirrorRule | None:
        """Return the most specific mirror rule that a name matches."""
        fitting = [each for each in _of_namespace(self._mirrors, model_id) if _fits(model_id, each.pattern)]
        return max(fitting, key=lambda each: (each.rule == "exact", len(each.pattern)), default=None)

    @cached_property
    def _globs(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for pattern in self.roots:
            if "*" in pattern:
                found.setdefault(_namespace(pattern), []).append(pattern)
        return found

    @cached_property
    def _mirrors(self) -> dict[str, list[MirrorRule]]:
        found: dict[str, list[MirrorRule]] = {}
        for rule in self.mirrors:
            found.setdefault(_namespace(rule.pattern), []).append(rule)
        return found

    def _is_old(self, model_id: str) -> bool:
        return model_id.partition("/")[0] in self.old_namespaces

    def _line(self, name: str, model_id: str) -> Line:
        if name == OWN:
            whose = self._publishers.get(_namespace(model_id), (UNREVIEWED, UNREVIEWED))
            return Line(UNREVIEWED, UNREVIEWED, *whose, DEFAULT_MODALITY, "", "")
        return UNKNOWN_LINE if name == UNKNOWN else self.lines.get(name, NO_LINE)

    @cached_property
    def _publishers(self) -> dict[str, tuple[str, str]]:
        """Organization and present country by namespace in lower case."""
        rows = sorted(self._rows("organizations.csv"), key=lambda row: row["valid_from"])
        return {row["namespace"].lower(): (row["organization"], row["country"]) for row in rows}

    def _read_lines(self) -> dict[str, Line]:
        rows = {row["line"]: row for row in self._rows("families.csv")}
        countries: dict[str, str] = {}
        for row in self._rows("organizations.csv"):
            countries.setdefault(row["organization"], row["country"])
        return {name: _line(name, rows, countries) for name in rows}

    def _rows(self, name: str) -> list[Row]:
        path = self.folder / name
        if not path.exists():
            return []
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file)
            # what names a line was called family in files of earlier versions
            return [{"line" if key == "family" else key: row[key] or "" for key in row if key} for row in rows]


def _namespace(pattern: str) -> str:
    """Return what a pattern's name must begin with up to the slash; empty where it leaves that open."""
    namespace = pattern.partition("/")[0].lower()
    return "" if "*" in namespace else namespace


def _fits(model_id: str, pattern: str) -> bool:
    """Return whether a pattern covers a name. The Hub's names differ in more than case."""
    name, (head, _, tail) = model_id.lower(), pattern.lower().partition("*")
    if "*" in tail:
        return fnmatchcase(name, pattern.lower())
    return len(name) >= len(head) + len(tail) and name.startswith(head) and name.endswith(tail)


def _of_namespace(by_namespace: Mapping[str, list[Anything]], model_id: str) -> list[Anything]:
    """Return what is filed under a model's namespace or under none."""
    return by_namespace.get(_namespace(model_id), []) + by_namespace.get("", [])


def _line(name: str, rows: Mapping[str, Row], countries: Mapping[str, str]) -> Line:
    family, first_release, weights, seen = name, rows[name]["first_release"], rows[name].get("weights", ""), {name}
    while (parent := rows[family]["parent"]) in rows and parent not in seen:
        family = parent
        seen.add(parent)
        first_release = first_release or rows[family]["first_release"]
        weights = weights or rows[family].get("weights", "")
    row = rows[name]
    country = countries.get(row["developer"], UNREVIEWED)
    return Line(name, family, row["developer"], country, row["modality"] or DEFAULT_MODALITY, first_release, weights)


def _mirror_rule(row: Row) -> MirrorRule:
    return MirrorRule(row["pattern"], row["rule"], tuple(row["target"].split()), row["relation"])
