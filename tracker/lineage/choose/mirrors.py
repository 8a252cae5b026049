"""Whose weights a re-upload carries, by the rules of mirrors.csv."""

from __future__ import annotations

from tracker.lineage.choose.named import Named
from tracker.registry import MirrorMatch
from tracker.words import RELATIONS


def mirror_parents(named: Named) -> list[tuple[int, int, int]]:
    """Return (node, parent, relation) for each model or stub that a mirror rule names and whose original is known.

    An original may be a stub: an exact rule names it in full, a same_name rule finds it if some model or rule
    names it.
    """
    names = named.names
    rows = []
    for node, number in named.mirrors:
        match = named.registry.mirror_match(number, names[node])
        original = _original(match, named)
        if original is not None and original != node:
            rows.append((node, original, RELATIONS.index(match.rule.relation)))
    return rows


def _original(match: MirrorMatch, named: Named) -> int | None:
    if match.model_id is not None:
        return named.node(match.model_id)
    if not match.namespaces:
        return named.of_developers.get(match.name.lower())
    found = (named.node(f"{namespace}/{match.name}") for namespace in match.namespaces)
    return next((node for node in found if node is not None), None)
