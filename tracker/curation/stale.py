"""Rows that the newest snapshot has overtaken: corrections the Hub has made itself, rules that match nothing.

A correction that nobody needs any more is not harmless: it hides the next change of what it corrects.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tracker.registry import Override, Problem, Registry
from tracker.registry.patterns import STAR, Patterns, literal_length

if TYPE_CHECKING:
    from tracker.curation.coverage import Queryable

_MODELS = "select model_id from models where removed_at is null"
_PARENTS = "select distinct parent_id from parents where parent_key is null"
_DECLARED = "select distinct model_id, parent_id from parents where evidence in ('hub', 'tag') and model_id in ({ids})"


@dataclass(frozen=True)
class _Snapshot:
    models: list[str]
    names: list[str]  # of models, and of parents that are not on the Hub
    declared: dict[str, set[str]]  # parents by model, both as present ids, of models with overrides


def stale(tables: Queryable, registry: Registry, whole: bool = True) -> list[Problem]:
    """Return the rows that the newest snapshot makes doubtful, in order of file and line.

    `whole` says that the snapshot covers the full Hub: only then can a rule be said to match nothing.
    """
    snapshot = _snapshot(tables, registry)
    found = [*_settled(snapshot, registry), *_ambiguous(snapshot, registry)]
    if whole:
        found += [*_unmatched(snapshot, registry), *_absent(snapshot, registry)]
    return sorted(found)


def _snapshot(tables: Queryable, registry: Registry) -> _Snapshot:
    models = tables.query(_MODELS)["model_id"].to_list()
    stubs = tables.query(_PARENTS)["parent_id"].to_list()
    declared: dict[str, set[str]] = {}
    ids = sorted(
        {name for row in registry.overrides for name in registry.spellings(row.model_id)}
    )  # checked: no quotes
    if ids:
        sql = _DECLARED.format(ids=", ".join(f"'{model_id}'" for model_id in ids))
        for model_id, parent_id in tables.query(sql).iter_rows():
            declared.setdefault(registry.present_id(model_id), set()).add(registry.present_id(parent_id))
    return _Snapshot(models, [*models, *stubs], declared)


def _problem(registry: Registry, file: str, position: int, message: str) -> Problem:
    # rows are one line each and kept in the order of the file, below its header
    return Problem(str(registry.directory / file), position + 2, message)


def _settled(snapshot: _Snapshot, registry: Registry) -> Iterator[Problem]:
    """Yield overrides with which the Hub agrees by now."""
    corrected: dict[str, set[str]] = {}
    for override in registry.overrides:
        if override.role == "weights_parent":
            model, parent = registry.present_id(override.model_id), registry.present_id(override.parent_id)
            corrected.setdefault(model, set()).add(parent)
    for position, override in enumerate(registry.overrides):
        model, parent = registry.present_id(override.model_id), registry.present_id(override.parent_id)
        declared = snapshot.declared.get(model, set())
        if override.role == "weights_parent" and declared == corrected[model]:
            message = (
                f"the Hub now says itself that {override.model_id} comes from {override.parent_id}; delete this row"
            )
            yield _problem(registry, "overrides.csv", position, message)
        if override.role == "not_parent" and model in snapshot.declared and parent not in declared:
            message = (
                f"the Hub no longer says that {override.model_id} comes from {override.parent_id}; delete this row"
            )
            yield _problem(registry, "overrides.csv", position, message)


def _unmatched(snapshot: _Snapshot, registry: Registry) -> Iterator[Problem]:
    """Yield patterns that fit no repository and no name of a parent."""
    for file, patterns, names in (
        ("roots.csv", [root.pattern for root in registry.roots], snapshot.names),
        ("mirrors.csv", [mirror.pattern for mirror in registry.mirrors], snapshot.models),
    ):
        matched = _fitting(patterns, names, registry)
        for position, pattern in enumerate(patterns):
            if position not in matched:
                message = f"{pattern} fits no repository of the newest snapshot; correct or delete it"
                yield _problem(registry, file, position, message)


def _fitting(patterns: Sequence[str], names: Sequence[str], registry: Registry) -> set[int]:
    """Return the positions of the patterns that some name fits, whether or not another pattern speaks before them."""
    fitting: set[int] = set()
    left = list(range(len(patterns)))
    while left:
        rules = Patterns([patterns[position] for position in left], registry.present_names)
        found = rules.matches(names)
        names = [names[place] for place in np.flatnonzero(found >= 0).tolist()]
        won = {left[number] for number in set(found.tolist()) - {-1}}
        if not won:
            break
        fitting |= won
        left = [position for position in left if position not in won]
    return fitting


def _absent(snapshot: _Snapshot, registry: Registry) -> Iterator[Problem]:
    """Yield overrides of models that are not there."""
    present = {name.lower() for name in snapshot.models}
    for position, override in enumerate(registry.overrides):
        if present.isdisjoint(name.lower() for name in registry.spellings(override.model_id)):
            yield _problem(registry, "overrides.csv", position, _gone(override))


def _gone(override: Override) -> str:
    return f"{override.model_id} is not in the newest snapshot; correct the name, or delete the row if it is gone"


def _ambiguous(snapshot: _Snapshot, registry: Registry) -> Iterator[Problem]:
    """Yield the first name that fits two equally specific patterns of two lines, for each such pattern."""
    patterns = [root.pattern for root in registry.roots]
    rules = Patterns(patterns, registry.present_names)
    reported = set()
    for place, number in enumerate(rules.matches(snapshot.names).tolist()):
        if number < 0 or STAR not in patterns[number] or number in reported:
            continue
        for other in rules.all_matches(snapshot.names[place]):
            one, two = registry.roots[number], registry.roots[other]
            if one.line != two.line and literal_length(one.pattern) == literal_length(two.pattern):
                reported.add(number)
                message = (
                    f"{snapshot.names[place]} fits {one.pattern} ({one.line}) and the equally specific {two.pattern} "
                    f"({two.line}); add a row for its exact name"
                )
                yield _problem(registry, "roots.csv", number, message)
                break
