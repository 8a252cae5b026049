"""The few nodes that some rule speaks of by name, found in one pass over all names.

Of millions of names only those in namespaces with rules, and those that are looked for one by one, are
kept; every rule then works on these.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np
import polars as pl

from tracker.lineage.graph import Candidates, Int16s, Int32s, Int64s
from tracker.registry import NO_ROW, Registry
from tracker.registry.patterns import split


class Named:
    """Nodes by name (ignoring case), the registry's verdict on every node, and stubs added on the way."""

    def __init__(self, candidates: Candidates, registry: Registry) -> None:
        self.candidates = candidates
        self.registry = registry
        self.models = len(candidates.model_keys)
        self.positions, self.lower = self._find()  # nodes that rules may speak of, and their names in lower case
        self._added: list[str] = []
        self._nodes: dict[str, int] = {}
        for node, lower in zip(self.positions.tolist(), self.lower, strict=True):
            known = self._nodes.get(lower)
            if known is None or self._rank(node) < self._rank(known):
                self._nodes[lower] = node

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
    def homes(self) -> Int32s:
        """For each candidate node the model that it really is.

        A stub is the model whose name differs only in case, or in a namespace that was renamed since.
        """
        homes = np.arange(len(self.candidates.names), dtype=np.int32)
        for node in self.positions[self.positions >= self.models].tolist():
            name = self.candidates.names[node]
            for found in (self.node(name), self.node(self._present_name(name))):
                if found is not None and found < self.models:
                    homes[node] = found
                    break
        return homes

    @cached_property
    def mirrors(self) -> list[tuple[int, int]]:
        """(node, number of the rule) of each model that a mirror rule names."""
        nodes = self.positions.tolist()
        matches = self.registry.mirror_matches(self.lower)
        return [(nodes[place], number) for place, number in matches if nodes[place] < self.models]

    @cached_property
    def _families(self) -> Int16s:
        family = np.full(len(self.candidates.names), NO_ROW, dtype=np.int16)
        family[self.positions] = self.registry.verdicts(self.lower).family
        return family

    def _find(self) -> tuple[Int64s, list[str]]:
        registry = self.registry
        namespaces = registry.root_namespaces | registry.mirror_namespaces | registry.developer_namespaces
        namespaces |= {
            name.lower() for rule in registry.mirrors if rule.rule == "same_name" for name in rule.target.split()
        }
        lower = pl.Series("lower", self.candidates.names, dtype=pl.String).str.to_lowercase()
        parts = lower.str.split_exact("/", 1).struct.unnest()
        found = (
            parts["field_0"].is_in(sorted(namespaces)) | parts["field_1"].is_null() | lower.is_in(self._single_names())
        )
        return found.arg_true().to_numpy().astype(np.int64), lower.filter(found).to_list()

    def _single_names(self) -> list[str]:
        """Return the names that are looked for one by one: stubs, and what rules name in full."""
        names = {*self.candidates.names[self.models :], *self._names_in_rules()}
        return sorted({name.lower() for name in names} | {self._present_name(name).lower() for name in names})

    def _names_in_rules(self) -> Iterable[str]:
        for override in self.registry.overrides:
            yield from (override.model_id, override.parent_id)
        yield from (mirror.target for mirror in self.registry.mirrors if mirror.rule == "exact")

    def _present_name(self, model_id: str) -> str:
        namespace, name = split(model_id)
        return f"{self.registry.present_name(namespace)}/{name}" if namespace else name

    def _rank(self, node: int) -> int:
        if node >= self.models:
            return 2
        return 0 if self.candidates.present[node] else 1
