"""The few nodes that a rule may match by name, found in one pass over all names.

Of millions of names it keeps only those in namespaces with rules, and those that are looked up one by one. Every rule
then works on these.
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

    Case does not matter in names, and a renamed namespace matches by its former and its present name.
    """

    def __init__(self, candidates: Candidates, registry: Registry) -> None:
        self.candidates = candidates
        self.registry = registry
        self.models = len(candidates.model_keys)
        self.parts = _parts_of(candidates.names)
        self._single = pl.Series(sorted(self._one_by_one()), dtype=pl.String)
        # the nodes that rules may match
        self._spoken = self._matched()
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
        """Whether a night of full scope looked for each node: one that is missing is then gone, not outside."""
        sought = np.full(len(self.names), self.candidates.full_scope)
        sought[: self.models] = True
        sought[self.candidates.unsought] = False
        return sought

    @cached_property
    def lines(self) -> Int16s:
        """The registry's ruling on each node's own name, as a code of a line.

        A mirror without one gets that of the original's name, if the original is no node.
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
        """For each candidate node the node that it is identical to.

        A stub is identical to the model, or else to the first stub, whose name differs only in case or in a namespace
        that was renamed since.
        """
        homes = np.arange(len(self.candidates.names), dtype=np.int32)
        for node, name in enumerate(self.candidates.names.slice(self.models).to_list(), self.models):
            found = self.node(name)
            homes[node] = node if found is None else found
        return homes

    @cached_property
    def parents(self) -> Int32s:
        """The node of each declared parent, through `homes`."""
        return self.homes[self.candidates.parent]

    @cached_property
    def originals(self) -> Originals:
        """The originals that mirror rules give the nodes that they match."""
        return originals(self)

    def declares(self, node: int) -> bool:
        """Return whether a node declares a parent other than itself."""
        return bool(self._declaring[node]) if node < len(self._declaring) else False

    @cached_property
    def _declaring(self) -> Bools:
        derivative = self.candidates.derivative
        declaring = np.zeros(len(self.candidates.names), dtype=np.bool_)
        declaring[derivative[derivative != self.parents]] = True
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
        """The developers' models by lower-case name without namespace, also those that exist only as declared parents.

        Among several with one name a seen one comes first, then one with a line, then the oldest, then the first id.
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

    def _one_by_one(self) -> set[str]:
        """Return the names, in lower case, that are looked up one by one: those of stubs and of rules."""
        stubs = self.parts["lower"].slice(self.models).to_list()
        return {*stubs, *rule_names.written_out(self.registry)}

    def _matched(self) -> pl.DataFrame:
        """Return the nodes that a rule may match, or whose name is looked up by itself."""
        namespaces, legacy = rule_names.namespaces(self.registry), pl.col("base").is_null()
        theirs = {*namespaces, *self._single.str.splitn("/", 2).struct.field("field_0")}
        near = self.parts.with_row_index("node").filter(pl.col("namespace").is_in(sorted(theirs)) | legacy)
        spoken = pl.col("namespace").is_in(sorted(namespaces)) | legacy | pl.col("lower").is_in(self._single.implode())
        return self._without_strangers(near.filter(spoken).select(*self.parts.columns, pl.col("node").cast(pl.Int64)))

    def _without_strangers(self, named: pl.DataFrame) -> pl.DataFrame:
        """Return nodes without models created in a namespace after its former owner had left it."""
        freed = self.registry.freed
        if not freed:
            return named
        last_day = pl.col("namespace").replace_strict(freed, default=None, return_dtype=pl.Date)
        node = named["node"].to_numpy()
        created = np.full(len(node), -1, dtype=np.int64)
        created[node < self.models] = self.candidates.created_at[node[node < self.models]]
        is_late = pl.Series(created) >= last_day.dt.offset_by("1d").dt.epoch("s")
        return named.filter(~is_late.fill_null(False) | (pl.col("node") >= self.models))

    def _by_name(self) -> dict[str, int]:
        """Return the best node of each present name that is looked up: a present model, a removed one, a stub.

        Among two of a kind the one whose namespace was not renamed comes first, then the first node.
        """
        asked = pl.col("namespace").is_in(sorted(rule_names.looked_into(self.registry)))
        found = self._spoken.filter(asked | pl.col("lower").is_in(self._single.implode()))
        renamed = self.registry.present_names
        old, new = (pl.Series(each, dtype=pl.String) for each in (list(renamed), list(renamed.values())))
        present = pl.col("namespace").replace(old, new.str.to_lowercase())
        node = found["node"].to_numpy()
        kind = np.full(len(node), 2, dtype=np.int64)
        seen = node < self.models
        kind[seen] = ~self.candidates.present[node[seen]]
        named = found.select("node", "lower", name=pl.coalesce(present + "/" + pl.col("base"), "lower"))
        former = (pl.col("name") != pl.col("lower")).cast(pl.Int64)
        ranked = named.with_columns(rank=pl.Series(kind << 33) + former * 2**32 + pl.col("node"))
        best = ranked.group_by("name").agg(pl.col("rank").min())
        return dict(zip(best["name"].to_list(), (best["rank"] % 2**32).to_list(), strict=True))

    def _add_stubs(self) -> list[str]:
        """Add a node for every name that rules lead to from existing nodes, over any steps; return the new names."""
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
    split = pl.col("lower").str.splitn("/", 2).struct.rename_fields(["namespace", "base"])
    lower = names.to_frame("lower").lazy().select(pl.col("lower").str.to_lowercase())
    # the only engine that uses all cores for one column
    return lower.with_columns(split.struct.unnest()).collect(engine="streaming")
