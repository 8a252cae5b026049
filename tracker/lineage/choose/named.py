"""The few nodes that a rule may match by name, found in one pass over all names.

Of millions of names only those in namespaces with rules, and those that are looked for one by one, are
kept; every rule then works on these.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
import polars as pl

from tracker.graph.shapes import Bools, Candidates, Int16s, Int32s
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
        # the nodes that rules may match
        self._spoken = self.parts.filter(found).with_columns(node=found.arg_true().cast(pl.Int64))
        self._nodes = self._by_name()
        self._added = self._add_stubs()
        first = len(candidates.names)
        added = _parts_of(pl.Series(self._added, dtype=pl.String)).with_columns(node=pl.int_range(pl.len()) + first)
        self._spoken = pl.concat([self._spoken, added])

    def node(self, name: str) -> int | None:
        """Return the node of this name: a present model before a removed one before a stub; None if there is none."""
        return self._nodes.get(self.registry.present_id(name))

    @cached_property
    def names(self) -> pl.Series:
        """The names of all nodes, those added included."""
        return pl.concat([self.candidates.names, pl.Series(self._added, dtype=pl.String)])

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
        line[self._spoken["node"].to_numpy()] = self._rulings.line
        return line

    @cached_property
    def exact(self) -> Bools:
        """Whether a row of roots.csv names each node's repository in full."""
        in_full = np.array([*("*" not in root.pattern for root in self.registry.roots), False])
        exact = np.zeros(len(self.names), dtype=np.bool_)
        exact[self._spoken["node"].to_numpy()] = in_full[self._rulings.rule]
        return exact

    @cached_property
    def _rulings(self) -> Rulings:
        return self.registry.rulings(self._spoken["lower"])

    @cached_property
    def homes(self) -> Int32s:
        """For each candidate node the one that it really is.

        A stub is the model, or else the first stub, whose name differs only in case or in a namespace that was
        renamed since.
        """
        homes = np.arange(len(self.candidates.names), dtype=np.int32)
        for node, name in enumerate(self.candidates.names.slice(self.models).to_list(), self.models):
            found = self.node(name)
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
        legacy, namespaces = pl.col("base").is_null(), sorted(self.registry.mirror_namespaces)
        told = self._spoken.filter(pl.col("namespace").is_in(namespaces) | legacy)
        rules = self.registry.mirror_matches(told["lower"])
        found = np.flatnonzero(rules >= 0)
        return list(zip(told["node"].gather(found).to_list(), rules[found].tolist(), strict=True))

    @cached_property
    def of_developers(self) -> dict[str, int]:
        """The developers' models by lower-case name without namespace, also those that only others name.

        Of several with one name one that was seen counts, then one with a line, then the oldest, then the first id.
        """
        developers, line = self.registry.developer_namespaces, self._own_lines
        theirs = self._spoken.filter(pl.col("namespace").is_in(sorted(developers)) & pl.col("base").is_not_null())
        node = theirs["node"].to_numpy()
        created = np.full(len(node), -1, dtype=np.int64)
        seen = node < self.models
        created[seen] = self.candidates.created_at[node[seen]]
        ranked = theirs.with_columns(
            unseen=pl.Series(~seen), unruled=pl.Series(line[node] < 0), created=pl.Series(created)
        ).sort("base", "unseen", "unruled", pl.col("created") < 0, "created", "lower", "node")
        first = ranked.unique("base", keep="first", maintain_order=True)
        return dict(zip(first["base"].to_list(), first["node"].to_list(), strict=True))

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

    def _by_name(self) -> dict[str, int]:
        """Return the best node of each present name: a present model, then a removed one, then a stub.

        Of two of a kind one that has the name without a renaming, then the first.
        """
        renamed = self.registry.present_names
        old, new = (pl.Series(each, dtype=pl.String) for each in (list(renamed), list(renamed.values())))
        present = pl.col("namespace").replace(old, new.str.to_lowercase())
        node = self._spoken["node"].to_numpy()
        kind = np.full(len(node), 2, dtype=np.int64)
        seen = node < self.models
        kind[seen] = ~self.candidates.present[node[seen]]
        named = self._spoken.select("node", "lower", name=pl.coalesce(present + "/" + pl.col("base"), "lower"))
        former = (pl.col("name") != pl.col("lower")).cast(pl.Int64)
        ranked = named.with_columns(rank=pl.Series(kind << 33) + former * 2**32 + pl.col("node"))
        best = ranked.group_by("name").agg(pl.col("rank").min())
        return dict(zip(best["name"].to_list(), (best["rank"] % 2**32).to_list(), strict=True))

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


def _parts_of(names: pl.Series) -> pl.DataFrame:
    """Return names in lower case, whole and as `namespace` and `base`; a name without namespace has no base."""
    lower = names.str.to_lowercase().alias("lower")
    parts = lower.str.splitn("/", 2).struct.unnest()
    return parts.select(lower, namespace="field_0", base="field_1")
