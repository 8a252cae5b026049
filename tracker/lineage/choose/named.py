"""The few nodes that a rule may match by name, found in one pass over all names.

Of millions of names only those in namespaces with rules, and those that are looked for one by one, are
kept; every rule then works on these.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import polars as pl

from tracker.graph.shapes import Bools, Candidates, Int16s, Int32s, Int64s
from tracker.lineage.choose import rule_names
from tracker.lineage.choose.mirrors import Originals, originals
from tracker.registry import NO_ROW, Registry, Rulings


class Named:
    """Nodes by name, the registry's ruling on every node, and the stubs that only the registry names.

    Case does not matter in names, nor does whether a namespace stands there by its former or its present name.
    """

    def __init__(self, candidates: Candidates, registry: Registry) -> None:
        self.candidates = candidates
        self.registry = registry
        self.models = len(candidates.model_keys)
        self.parts = _parts_of(candidates.names)
        found = self._matched()
        lower = self.parts["lower"].filter(found).to_list()
        positions = found.arg_true().to_numpy().astype(np.int64)
        self._nodes = self._by_name(positions, lower)
        self._added = self._add_stubs()
        # the nodes that rules may match, and their names in lower case
        first = len(candidates.names)
        self.positions = np.append(positions, np.arange(first, first + len(self._added)))
        self.lower = lower + [name.lower() for name in self._added]

    def node(self, name: str) -> int | None:
        """Return the node of this name: a present model before a removed one before a stub; None if there is none."""
        return self._nodes.get(self.registry.present_id(name))

    @cached_property
    def names(self) -> Sequence[str]:
        """The names of all nodes, those added included."""
        return [*self.candidates.names, *self._added] if self._added else self.candidates.names

    @cached_property
    def sought(self) -> Bools:
        """Whether a night that saw the whole Hub would have seen each node; of models one saw that they went."""
        sought = np.full(len(self.names), self.candidates.full_scope)
        sought[: self.models] = True
        sought[self.candidates.unsought] = False
        return sought

    @cached_property
    def lines(self) -> Int16s:
        """The registry's ruling on each node's own name, as a code of a line.

        A re-upload without one has that of the original's name, where the original is no node.
        """
        line = self._own_lines.copy()
        for node, of_original in self.originals.lines.items():
            if line[node] < 0:
                line[node] = of_original
        return line

    @cached_property
    def _own_lines(self) -> Int16s:
        line = np.full(len(self.names), NO_ROW, dtype=np.int16)
        line[self.positions] = self._rulings.line
        return line

    @cached_property
    def exact(self) -> Bools:
        """Whether a row of roots.csv names each node's repository in full."""
        in_full = np.array([*("*" not in root.pattern for root in self.registry.roots), False])
        exact = np.zeros(len(self.names), dtype=np.bool_)
        exact[self.positions] = in_full[self._rulings.rule]
        return exact

    @cached_property
    def _rulings(self) -> Rulings:
        return self.registry.rulings(self.lower)

    @cached_property
    def homes(self) -> Int32s:
        """For each candidate node the one that it really is.

        A stub is the model, or else the first stub, whose name differs only in case or in a namespace that was
        renamed since.
        """
        homes = np.arange(len(self.candidates.names), dtype=np.int32)
        for node in range(self.models, len(homes)):
            found = self.node(self.candidates.names[node])
            homes[node] = node if found is None else found
        return homes

    @cached_property
    def originals(self) -> Originals:
        """What mirror rules say of the nodes that they name."""
        return originals(self)

    def declares(self, node: int) -> bool:
        """Return whether a node declares a parent other than itself."""
        return bool(self._declaring[node]) if node < len(self._declaring) else False

    @cached_property
    def _declaring(self) -> Bools:
        derivative, parent = self.candidates.derivative, self.homes[self.candidates.parent]
        declaring = np.zeros(len(self.candidates.names), dtype=np.bool_)
        declaring[derivative[derivative != parent]] = True
        return declaring

    @cached_property
    def mirrors(self) -> list[tuple[int, int]]:
        """(node, number of the rule) of each model and stub that a mirror rule names."""
        nodes = self.positions.tolist()
        return [(nodes[place], number) for place, number in self.registry.mirror_matches(self.lower)]

    @cached_property
    def of_developers(self) -> dict[str, int]:
        """The developers' models by lower-case name without namespace, also those that only others name.

        Of several with one name one that was seen counts, then one with a line, then the oldest, then the first id.
        """
        developers, line = self.registry.developer_namespaces, self._own_lines
        best: dict[str, tuple[tuple[bool, bool, bool, int, str], int]] = {}
        for node, lower in zip(self.positions.tolist(), self.lower, strict=True):
            namespace, slash, name = lower.partition("/")
            if slash and namespace in developers:
                seen = node < self.models
                created = int(self.candidates.created_at[node]) if seen else -1
                rank = (not seen, bool(line[node] < 0), created < 0, created, lower)
                if name not in best or (rank, node) < best[name]:
                    best[name] = (rank, node)
        return {name: node for name, (_, node) in best.items()}

    def _matched(self) -> pl.Series:
        """Return for each node whether a rule may match it, or its name is looked for by itself as a stub's is."""
        single = {name.lower() for name in self.candidates.names[self.models :]} | rule_names.written_out(self.registry)
        namespaces = rule_names.namespaces(self.registry)
        lower, legacy = self.parts["lower"], self.parts["base"].is_null()
        named = self.parts["namespace"].is_in(sorted(namespaces)) | legacy | lower.is_in(sorted(single))
        return named.scatter(self._of_strangers(named.head(self.models)), False)

    def _of_strangers(self, named: pl.Series) -> pl.Series:
        """Return those of the named models that were made under a namespace which its former owner had left by then."""
        freed = self.registry.freed
        nodes = named.arg_true()
        if not freed:
            return nodes.clear()
        namespaces = self.parts["namespace"].gather(nodes)
        is_freed = namespaces.is_in(sorted(freed))
        nodes, namespaces = nodes.filter(is_freed), namespaces.filter(is_freed)
        last_days = namespaces.replace_strict(freed, return_dtype=pl.Date)
        created = pl.Series(self.candidates.created_at[nodes.to_numpy()], dtype=pl.Int64)
        return nodes.filter(created >= last_days.dt.offset_by("1d").dt.epoch("s"))

    def _by_name(self, positions: Int64s, lower: Sequence[str]) -> dict[str, int]:
        """Return the best node of each present name."""
        nodes: dict[str, int] = {}
        for node, name in zip(positions.tolist(), lower, strict=True):
            key = self.registry.present_id(name)
            known = nodes.setdefault(key, node)
            if known != node and self._rank(node) < self._rank(known):
                nodes[key] = node
        return nodes

    def _add_stubs(self) -> list[str]:
        """Give a node to every name that a rule leads to from a node, step by step, and return the new names."""
        rules = rule_names.leads(self.registry)
        added: list[str] = []
        count = -1
        while count < len(added):
            count = len(added)
            for model_id, target in rules:
                if self.node(target) is None and self.node(model_id) is not None:
                    self._nodes[self.registry.present_id(target)] = len(self.candidates.names) + len(added)
                    added.append(target)
        return added

    def _rank(self, node: int) -> tuple[int, bool]:
        name = self.candidates.names[node].lower()
        kind = 2 if node >= self.models else 0 if self.candidates.present[node] else 1
        return (kind, self.registry.present_id(name) != name)


def _parts_of(names: Sequence[str]) -> pl.DataFrame:
    """Return names in lower case, whole and as `namespace` and `base`; a name without namespace has no base."""
    lower = pl.Series("lower", names, dtype=pl.String).str.to_lowercase()
    parts = lower.str.split_exact("/", 1).struct.unnest()
    return parts.select(lower, namespace="field_0", base="field_1")
