"""The ids of an answer, and what it was made of: hashes over what was asked and said, never over bytes of a file."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tracker import __version__
from tracker.answers.shown.cells import plain

if TYPE_CHECKING:
    from tracker.store import SnapshotFacts
    from tracker.store.read import SourceFacts

SYNTHETIC = "synthetic demo data"
ID_DIGITS = 32  # 128 bits, in hexadecimal


def about(
    facts: SnapshotFacts, sql: str, parameters: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return what an answer carries as `about`; the keys are the contract of its JSON.

    `id` names the question to this copy, `rows_id` the question and what was said: it stays the same in any copy
    that says the same.
    """
    said = {
        "copy_id": facts.copy_id,
        "registry_version": facts.registry_version,
        "generation": facts.generation,
        "as_of": facts.as_of and facts.as_of.isoformat(),
        "reconstructed": facts.is_reconstructed,
        "tracker_version": __version__,
        "scope": parameters.get("scope", facts.scope),
        "synthetic": facts.synthetic,
        "sources": sources(facts, sql),
    }
    if facts.as_of:
        said["newest_generation"] = facts.newest_generation
    return {"id": id_of(facts.copy_id, sql, parameters), "rows_id": rows_id_of(sql, parameters, rows), **said}


def id_of(copy_id: str | None, sql: str, parameters: Mapping[str, Any]) -> str:
    """Return the id of a question to one copy."""
    return _digest(copy_id, sql, _asked(parameters))


def rows_id_of(sql: str, parameters: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the id of a question and its rows."""
    return _digest(sql, _asked(parameters), rows)


def sources(facts: SnapshotFacts, sql: str) -> list[dict[str, str | None]]:
    """Return name, licence and attribution of the sources that rows come from: the nights', and those of signals."""
    signals = _signals(facts, sql)
    return [
        {"name": each.name, "licence": each.licence, "attribution": each.attribution}
        for each in facts.sources
        if each.of_nights or each in signals
    ]


def credits_of(facts: SnapshotFacts, sql: str) -> tuple[str, ...]:
    """Return the line of each signal that is read: its terms ask for it wherever its figures are shown."""
    return tuple(each.attribution for each in _signals(facts, sql) if each.attribution)


def _signals(facts: SnapshotFacts, sql: str) -> list[SourceFacts]:
    words = set(re.findall(r"\w+", sql))
    return [
        each
        for each in facts.sources
        if not each.of_nights and words & {name for table in each.tables for name in (table, f"{table}_current")}
    ]


def _asked(parameters: Mapping[str, Any]) -> Any:
    """Return parameters without what a copy says of itself."""
    return plain({name: value for name, value in parameters.items() if name not in ("scope", "registry_version")})


def _digest(*parts: Any) -> str:
    """Return a hash over canonical JSON: keys sorted, no space, floats as short as they can be told apart."""
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:ID_DIGITS]
