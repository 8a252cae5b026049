"""Whose weights a re-upload carries, by the rules of mirrors.csv."""

from __future__ import annotations

from collections.abc import Mapping

from tracker.lineage.graph import RELATIONS
from tracker.lineage.named import Named
from tracker.registry import NO_ROW, MirrorMatch
from tracker.registry.patterns import split


def mirror_parents(named: Named) -> list[tuple[int, int, int]]:
    """Return (model, parent, relation) for each model that a mirror rule names and whose original is known.

    The original of an exact rule may be a stub; that of a same_name rule must be a repository that was seen.
    """
    registry, names = named.registry, named.candidates.names
    models = [node for node in named.positions if node < len(named.candidates.model_keys)]
    matches = registry.mirror_matches(names[node] for node in models)
    originals = _models_of_developers(named, models) if matches else {}
    rows = []
    for position, number in matches:
        node = models[position]
        match = registry.mirror_match(number, names[node])
        original = _original(match, named, originals)
        if original is not None and original != node:
            rows.append((node, original, RELATIONS.index(match.rule.relation)))
    return rows


def _original(match: MirrorMatch, named: Named, originals: Mapping[str, int]) -> int | None:
    if match.model_id is not None:
        return named.node_or_stub(match.model_id)
    if not match.namespaces:
        return originals.get(match.name.lower())
    found = (named.node(f"{namespace}/{match.name}") for namespace in match.namespaces)
    return next((node for node in found if node is not None), None)


def _models_of_developers(named: Named, models: list[int]) -> dict[str, int]:
    """Return the developers' models by lower-case name without namespace.

    Of several with one name the one with a family counts, then the oldest, then the first by id.
    """
    developers, names = named.registry.developer_namespaces, named.candidates.names
    nodes = [node for node in models if split(names[node].lower())[0] in developers]
    family = named.registry.verdicts([names[node] for node in nodes]).family
    created = named.candidates.created_at

    def rank(entry: tuple[int, int]) -> tuple[bool, bool, int, str]:
        node, code = entry
        return (code <= NO_ROW, created[node] < 0, int(created[node]), names[node])

    first: dict[str, int] = {}
    for node, _ in sorted(zip(nodes, family.tolist(), strict=True), key=rank):
        first.setdefault(split(names[node].lower())[1], node)
    return first
