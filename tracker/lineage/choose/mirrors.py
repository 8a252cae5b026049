"""Whose weights a re-upload carries, by the rules of mirrors.csv."""

from __future__ import annotations

from collections.abc import Mapping

from tracker.lineage.choose.named import Named
from tracker.registry import MirrorMatch
from tracker.words import RELATIONS


def mirror_parents(named: Named) -> list[tuple[int, int, int]]:
    """Return (node, parent, relation) for each model or stub that a mirror rule names and whose original is known.

    An original may be a stub: an exact rule names it in full, a same_name rule finds it if some model or rule
    names it.
    """
    names = named.names
    originals = _models_of_developers(named) if named.mirrors else {}
    rows = []
    for node, number in named.mirrors:
        match = named.registry.mirror_match(number, names[node])
        original = _original(match, named, originals)
        if original is not None and original != node:
            rows.append((node, original, RELATIONS.index(match.rule.relation)))
    return rows


def _original(match: MirrorMatch, named: Named, originals: Mapping[str, int]) -> int | None:
    if match.model_id is not None:
        return named.node(match.model_id)
    if not match.namespaces:
        return originals.get(match.name.lower())
    found = (named.node(f"{namespace}/{match.name}") for namespace in match.namespaces)
    return next((node for node in found if node is not None), None)


def _models_of_developers(named: Named) -> dict[str, int]:
    """Return the developers' models by lower-case name without namespace, also those that only others name.

    Of several with one name one that was seen counts, then one with a family, then the oldest, then the first by id.
    """
    developers, family = named.registry.developer_namespaces, named.families
    best: dict[str, tuple[tuple[bool, bool, bool, int, str], int]] = {}
    for node, lower in zip(named.positions.tolist(), named.lower, strict=True):
        namespace, slash, name = lower.partition("/")
        if slash and namespace in developers:
            seen = node < named.models
            created = int(named.candidates.created_at[node]) if seen else -1
            rank = (not seen, bool(family[node] < 0), created < 0, created, lower)
            if name not in best or (rank, node) < best[name]:
                best[name] = (rank, node)
    return {name: node for name, (_, node) in best.items()}
