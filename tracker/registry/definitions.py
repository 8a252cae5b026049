"""Definitions: named, versioned sets of all the choices that a share depends on.

"Qwen's share" differs tenfold between honest people, because each counts something else. A definition
fixes what is counted, by which edge, who gets the credit and out of what; `definitions.csv` holds ours
(`default`) and those of others, as far as they are published. What an author left open is listed in
`unpublished`, so that it can be fitted against his figures.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tracker import disk
from tracker.errors import RegistryError, SettingsError, UnknownName
from tracker.words import CHOICES, HUB_RELATIONS

if TYPE_CHECKING:
    from tracker.registry.cells import Check
    from tracker.registry.read import FileRule, Row

FILE = "definitions.csv"

_MODEL = re.compile(r"[\w.-]+(/[\w.-]+)?")

# universes also take pipeline:NAME and library:NAME
UNIVERSES = ("all", "llm", "gguf")
MEASURES = ("share", "totals", "downloads", "ram")


@dataclass(frozen=True)
class Definition:
    """All choices behind a number. Every field after `title` but the sources is a parameter of the measure.

    `min_downloads` is inclusive: an author's ">5" is 6. `listed` are names of `group_by`, separated by commas.
    """

    name: str
    version: int
    title: str
    measure: str = "share"
    universe: str = "all"
    counts: str = "derivatives"
    edge: str = "root"
    relations: str = "all"
    credit: str = "fractional"
    mirrors: str = "rolled_up"
    two_origin: str = "weights"
    inferred: str = "out"
    own_organization: str = "in"
    removed: str = "in"
    min_downloads: int = 0
    counter: str = "downloads_all_time"
    denominator: str = "derivatives"
    listed: str = ""
    time_axis: str = "created"
    group_by: str = "family"
    needs_list: bool = False
    unpublished: str = ""
    source_url: str = ""
    reviewed_on: str = ""
    notes: str = ""

    @property
    def variant(self) -> str:
        """The stored lineage this definition reads: default, as_uploaded, teacher or inferred."""
        chosen = [
            name
            for name, is_chosen in (
                # by direct edges a mirror is looked up when the question is asked
                ("as_uploaded", self.mirrors == "as_uploaded" and self.edge in ("root", "nearest")),
                ("teacher", self.two_origin == "teacher"),
                ("inferred", self.inferred == "in"),
            )
            if is_chosen
        ]
        if len(chosen) > 1:
            raise SettingsError(f"no lineage is kept for {' and '.join(chosen)} at once; choose one of them")
        return chosen[0] if chosen else "default"

    @property
    def listed_groups(self) -> tuple[str, ...]:
        """The groups of a `listed` denominator."""
        return tuple(each.strip() for each in self.listed.split(",") if each.strip())

    def cells(self) -> dict[str, str]:
        """Return the row of the registry that `parse` reads back: every value as text."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in values.items()}

    def choices(self) -> dict[str, Any]:
        """Return every parameter by name."""
        return {name: getattr(self, name) for name in PARAMETERS}

    def override(self, **changes: Any) -> Definition:
        """Return this definition with single parameters changed, its name saying so: `default+credit=full`."""
        changed = {name: _parsed(name, value) for name, value in changes.items()}
        changed = {name: value for name, value in changed.items() if value != getattr(self, name)}
        suffix = "".join(f"+{name}={value}" for name, value in changed.items())
        return replace(self, name=self.name + suffix, **changed)

    def grid(self, alternatives: Mapping[str, list[Any]] | None = None) -> Iterator[Definition]:
        """Yield this definition under every combination of alternatives, itself first.

        The alternatives are what its author did not publish, unless others are given.
        """
        if alternatives is None:
            alternatives = parse_unpublished(self.unpublished)
        yield self
        for values in itertools.product(*alternatives.values()):
            tried = self.override(**dict(zip(alternatives, values, strict=True)))
            if tried.name != self.name:
                yield tried


PARAMETERS = tuple(
    each.name
    for each in fields(Definition)
    if each.name
    not in ("name", "version", "title", "measure", "needs_list", "unpublished", "source_url", "reviewed_on", "notes")
)


def load(registry: Path) -> dict[str, Definition]:
    """Return all definitions of a registry folder by name; raise RegistryError with every problem of the file."""
    from tracker.registry.read import read_file

    sheet = read_file(registry / FILE, rule())
    if sheet.problems:
        raise RegistryError([str(problem) for problem in sheet.problems])
    return {row["name"]: parse(row.cells) for row in sheet.rows}


def parse(cells: Mapping[str, str | None]) -> Definition:
    """Return the definition in a row of the registry or of a published copy.

    A column that an older copy lacks has its default; one that only a newer copy has is left out.
    """
    known: dict[str, Any] = {each.name: cells[each.name] or "" for each in fields(Definition) if each.name in cells}
    known["version"] = int(known["version"])
    known["min_downloads"] = int(known.get("min_downloads") or 0)
    known["needs_list"] = known.get("needs_list") == "true"
    return Definition(**known)


def find(known: Mapping[str, Definition], name: str) -> Definition:
    """Return one of the known definitions; `default+credit=full` changes single parameters of `default`."""
    base, *changes = name.split("+")
    if base not in known:
        raise UnknownName("definition", base, known)
    pairs = [change.partition("=") for change in changes]
    return known[base].override(**{key: value for key, _, value in pairs})


def read_list(path: Path) -> list[str]:
    """Return the model ids of a list: one a line, or the column modelId or model_id of a CSV."""
    try:
        text = disk.given_text(path)
    except OSError as error:
        raise SettingsError(f"cannot read {path}: {disk.told(error)}") from error
    import csv

    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    header = next(csv.reader(lines[:1]), [])
    column = next((name for name in ("modelId", "model_id") if name in header), None)
    models = [row[column] for row in csv.DictReader(lines)] if column else [line.strip() for line in lines]
    # a few old models have no namespace
    if not any("/" in model for model in models) or not all(map(_MODEL.fullmatch, models)):
        raise SettingsError(f"{path}: no list of models; write one namespace/name a line, or a column model_id")
    return models


def parse_unpublished(text: str) -> dict[str, list[Any]]:
    """Read `relations=all|finetune adapter; credit=first|full` into the values to try of each parameter."""
    pairs = [part.partition("=") for part in text.split(";") if part.strip()]
    return {
        name.strip(): [_parsed(name.strip(), value.strip()) for value in values.split("|")] for name, _, values in pairs
    }


def problem_with(name: str, value: Any) -> str | None:
    """Return what is wrong with a parameter's value, or None."""
    text = str(value)
    if name not in PARAMETERS:
        return f"a definition has no parameter {name!r}; it has {', '.join(PARAMETERS)}"
    if name in CHOICES and text not in CHOICES[name]:
        return f"{name} is {text!r}; use one of: {', '.join(CHOICES[name])}"
    if name == "universe" and text not in UNIVERSES and not text.startswith(("pipeline:", "library:")):
        return f"universe is {text!r}; use one of: {', '.join(UNIVERSES)}, pipeline:NAME, library:NAME"
    if name == "relations" and text != "all" and not set() < set(text.split()) <= set(HUB_RELATIONS):
        return f"relations is {text!r}; use all, or some of: {' '.join(HUB_RELATIONS)}"
    if name == "min_downloads" and not text.isdecimal():
        return f"min_downloads is {text!r}; write a whole number, 0 for no threshold"
    return None


def _parsed(name: str, value: Any) -> Any:
    wrong = problem_with(name, value)
    if wrong:
        raise SettingsError(wrong)
    return int(value) if name == "min_downloads" else str(value)


def _cell(name: str) -> Check:
    def check(text: str) -> str | None:
        wrong = problem_with(name, text)
        return wrong.removeprefix(f"{name} ") if wrong else None

    return check


def _unpublished_cell(text: str) -> str | None:
    try:
        parse_unpublished(text)
    except SettingsError as error:
        return f"holds something to try that no definition knows: {error}"
    return None


def _whole_number(text: str) -> str | None:
    return None if text.isdecimal() and int(text) > 0 else f"is {text!r}; write 1, 2, 3, ..."


def _consistent(row: Row) -> Iterator[str]:
    if row["denominator"] == "listed" and not row["listed"]:
        yield "denominator is listed, so listed must name the groups, separated by commas"


@cache
def rule() -> FileRule:
    """Return the rules of the file; whoever only asks a copy under a definition does without them."""
    from tracker.registry.cells import any_text, day, filled, https, one_of, optional
    from tracker.registry.read import FileRule

    checks: Mapping[str, Check] = {
        "name": filled,
        "version": _whole_number,
        "title": filled,
        "measure": one_of(*MEASURES),
        "listed": any_text,
        "group_by": filled,
        "needs_list": one_of("true", "false"),
        "unpublished": _unpublished_cell,
        "source_url": https,
        "reviewed_on": optional(day),
        "notes": any_text,
    }
    return FileRule(
        {each.name: checks.get(each.name) or _cell(each.name) for each in fields(Definition)},
        key=("name",),
        row_checks=(_consistent,),
        required=False,
    )
