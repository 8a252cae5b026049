"""The few nodes that some rule speaks of by name, found in one pass over all names.

Of millions of names only those in namespaces with rules, and those that are looked for one by one, are
kept; every rule then works on these.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np

from tracker.lineage.graph import Candidates, Int16s, Int32s
from tracker.registry import NO_ROW, Registry
from tracker.registry.patterns import split


class Named:
    """Nodes by name (ignoring case), the registry's verdict on every node, and stubs added on the way."""

    def __init__(self, candidates: Candidates, registry: Registry) -> None:
        self.candidates = candidates
        self.registry = registry
        self._models = len(candidates.model_keys)
        self._added: list[str] = []
        self.positions = self._positions_of_interest()
        self._nodes: dict[str, int] = {}
        for node in self.positions:
            self._note(candidates.names[node].lower(), node)

    def node(self, name: str) -> int | None:
        """Return the node of this name: a present model before a removed one before a stub; None if there is none."""
        return self._nodes.get(name.lower())

    def node_or_stub(self, name: str) -> int:
        """Return the node of this name or of its namespace's present name, adding a stub where there is none."""
        found = self.node(name)
        if found is None:
            found = self.node(self._present_name(name))
        if found is None:
            found = len(self.candidates.names) + len(self._added)
            self._added.append(name)
            self._nodes[name.lower()] = found
        return found

    def names(self) -> Sequence[str]:
        """Return the names of all nodes, those added included."""
        return [*self.candidates.names, *self._added] if self._added else self.candidates.names

    def families(self) -> Int16s:
        """Return the registry's verdict on each node's own name, as a family code."""
        return np.concatenate((self._families, self.registry.verdicts(self._added).family))

    @cached_property
    def _families(self) -> Int16s:
        names = self.candidates.names
        family = np.full(len(names), NO_ROW, dtype=np.int16)
        family[self.positions] = self.registry.verdicts([names[node] for node in self.positions]).family
        return family

    @cached_property
    def homes(self) -> Int32s:
        """Return for each candidate node the model that it really is.

        A stub is the model whose name differs only in case, or in a namespace that was renamed since.
        """
        homes = np.arange(len(self.candidates.names), dtype=np.int32)
        for node in self.positions:
            if node >= self._models:
                name = self.candidates.names[node]
                for found in (self.node(name), self.node(self._present_name(name))):
                    if found is not None and found < self._models:
                        homes[node] = found
                        break
        return homes

    def _positions_of_interest(self) -> list[int]:
        registry, names = self.registry, self.candidates.names
        namespaces = registry.root_namespaces | registry.mirror_namespaces | registry.developer_namespaces
        namespaces |= {
            each.lower() for rule in registry.mirrors if rule.rule == "same_name" for each in rule.target.split()
        }
        wanted = {name.lower() for name in self._single_names()}
        stubs = names[self._models :]
        wanted.update(name.lower() for name in stubs)
        wanted.update(self._present_name(name).lower() for name in stubs)
        found = []
        for node, name in enumerate(names):
            lower = name.lower()
            namespace, slash, _ = lower.partition("/")
            if namespace in namespaces or not slash or lower in wanted:
                found.append(node)
        return found

    def _single_names(self) -> Iterable[str]:
        for override in self.registry.overrides:
            yield from (override.model_id, override.parent_id)
            yield from (self._present_name(override.model_id), self._present_name(override.parent_id))
        for mirror in self.registry.mirrors:
            if mirror.rule == "exact":
                yield from (mirror.target, self._present_name(mirror.target))

    def _present_name(self, model_id: str) -> str:
        namespace, name = split(model_id)
        return f"{self.registry.present_name(namespace)}/{name}" if namespace else name

    def _note(self, lower: str, node: int) -> None:
        known = self._nodes.get(lower)
        if known is None or self._rank(node) < self._rank(known):
            self._nodes[lower] = node

    def _rank(self, node: int) -> int:
        if node >= self._models:
            return 2
        return 0 if self.candidates.present[node] else 1
