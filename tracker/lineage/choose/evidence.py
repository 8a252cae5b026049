"""The evidence ladder: which of all proposed parents count. Every rule of choice is in this file.

Best evidence first: `override` (curated) · `hub` (structured base models) · `tag` · `mirror` (a registry rule) ·
`inferred` (from the name). The rules apply in this order:

1.  A parent that is the model itself is no parent; the model is flagged.
2.  An override `not_parent` removes a declared parent.
3.  Overrides `weights_parent` replace everything that the model declares. In the variant `teacher`,
    `teacher` rows replace it for models that have them.
4.  A model without a parent so far, whose name matches a mirror rule, gets the original as parent.
    In the variant `as_uploaded` it gets none, and a declared parent that only repeats the rule is
    dropped: the mirror is its own root, whoever declared the original.
    Overrides and mirror rules apply to stubs too: derivatives of a mirror that no snapshot has seen
    still lead to its original.
5.  In the variant `inferred`, a model that still has no parent gets the one that its name suggests. A parent that no
    snapshot has seen is also inferred from the architecture of the models that declare it.
6.  If one parent is proposed for a model several times, the proposal with the best evidence counts, once. Among equals
    a named relation comes before `other`, then the one declared first.
7.  If the remaining parents lead to no line, but a row of roots.csv names the model in full, they are dropped: the row
    is about this very model, and the chain shows no origin.

A declared parent that contradicts a mirror rule wins over it: the uploader knows better than a pattern.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from tracker.graph.ragged import heads, pairs
from tracker.graph.shapes import INFERRED, MIRROR, OTHER, OVERRIDE, Bools, Candidates, Edges, Int8s, Int32s, Int64s
from tracker.lineage.choose import curated
from tracker.lineage.choose.inferred import infer
from tracker.lineage.choose.named import Named
from tracker.registry import Registry
from tracker.words import RELATIONS, VARIANTS

_RELATION, _ORDINAL = 3, 24  # bits
_NAMED = _RELATION + _ORDINAL
_EVIDENCE = _NAMED + 1


@dataclass(frozen=True)
class Proposals:
    """Proposed parents: declared, curated, by a rule or from a name; in any order, repeated or not.

    `worth` is rule 6 as one number, the least is the best: evidence, then named relations, then the order of
    declaration, then the relation.
    """

    derivative: Int32s
    parent: Int32s
    worth: Int32s

    @property
    def pair(self) -> Int64s:
        """Derivative and parent as one number each."""
        return pairs(self.derivative, self.parent)

    def where(self, kept: Bools) -> Proposals:
        """Return the proposals at which `kept` is true."""
        return Proposals(self.derivative[kept], self.parent[kept], self.worth[kept])

    def also(self, other: Proposals) -> Proposals:
        """Return these proposals and others."""
        columns = ((getattr(self, name), getattr(other, name)) for name in self.__dataclass_fields__)
        return Proposals(*(np.concatenate(column) for column in columns))


def choose(candidates: Candidates, registry: Registry, variant: str = "default", named: Named | None = None) -> Edges:
    """Return the edges of a variant. `named` saves the pass over all names if several variants are computed."""
    if variant not in VARIANTS:
        raise ValueError(f"variant {variant!r} is none of {', '.join(VARIANTS)}")
    named = named or Named(candidates, registry)
    models, nodes = len(candidates.model_keys), len(named.names)
    declared = _declared(candidates, named)
    itself, self_reference = _self_references(declared, models)
    given = _given(named, _roles(variant))
    # declarations are many: they stay one table with a flag a row until the end; proposals of rules are few
    kept = ~(itself | _among(declared, _overrides(named, "not_parent"), nodes))
    kept &= ~_marked(given.derivative, nodes)[declared.derivative]
    mirrors = _mirrors(named)
    if variant == "as_uploaded":
        kept &= ~_among(declared, mirrors, nodes)
        given = given.where(~_is_in(given.pair, mirrors.pair))
    else:
        has_parent = _marked(declared.derivative[kept], nodes) | _marked(given.derivative, nodes)
        given = given.also(mirrors.where(~has_parent[mirrors.derivative]))
    proposals = declared.where(kept).also(given)
    if variant == "inferred":
        proposals = proposals.also(_inferred(named, _led_to(proposals, models, nodes)))
    edges = _best(_led_to(proposals, models, nodes), named, variant, self_reference)
    return _where(edges, curated.kept(edges, named.exact))


def _roles(variant: str) -> tuple[str, ...]:
    return ("teacher", "weights_parent") if variant == "teacher" else ("weights_parent",)


def _declared(candidates: Candidates, named: Named) -> Proposals:
    worth = _worth(candidates.relation, candidates.evidence, candidates.ordinal)
    return Proposals(candidates.derivative, named.parents, worth)


def _worth(relation: Int8s, evidence: Int8s, ordinal: Int32s) -> Int32s:
    worth = evidence.astype(np.int32) << _EVIDENCE
    worth |= (relation == OTHER).astype(np.int32) << _NAMED
    worth |= np.clip(ordinal, 0, (1 << _ORDINAL) - 1) << _RELATION
    return worth | relation


def _self_references(proposals: Proposals, models: int) -> tuple[Bools, Bools]:
    """Rule 1: return which proposals are of the model itself, and which models named themselves."""
    own = proposals.derivative == proposals.parent
    flags = np.zeros(models, dtype=np.bool_)
    flags[proposals.derivative[own]] = True
    return own, flags


def _given(named: Named, roles: tuple[str, ...]) -> Proposals:
    """Rule 3: return the curated parents, which replace what their models declare; the first of `roles` wins."""
    given = _overrides(named, roles[0])
    for role in roles[1:]:
        more = _overrides(named, role)
        given = given.also(more.where(~_is_in(more.derivative, given.derivative)))
    return given


def _among(proposals: Proposals, few: Proposals, nodes: int) -> Bools:
    """Return which proposals are of the same model and parent as one of a few."""
    found = _marked(few.derivative, nodes)[proposals.derivative]
    rows = np.flatnonzero(found)
    found[rows] = _is_in(pairs(proposals.derivative[rows], proposals.parent[rows]), few.pair)
    return found


def _overrides(named: Named, role: str) -> Proposals:
    rows = []
    for override in named.registry.overrides:
        if override.role == role:
            derivative, parent = named.node(override.model_id), named.node(override.parent_id)
            if derivative is not None and parent is not None and derivative != parent:
                rows.append((derivative, parent, RELATIONS.index(override.relation) if override.relation else OTHER))
    return _proposals(rows, OVERRIDE)


def _mirrors(named: Named) -> Proposals:
    """Rule 4: return the original of each mirror that a rule names."""
    return _proposals(named.originals.parents, MIRROR)


def _inferred(named: Named, proposals: Proposals) -> Proposals:
    """Rule 5: return the parents that names and architectures suggest for nodes without a parent."""
    orphan = ~_marked(proposals.derivative, len(named.names))
    return _proposals(infer(named, orphan, proposals.derivative, proposals.parent), INFERRED)


def _proposals(rows: list[tuple[int, int, int]], evidence: int) -> Proposals:
    derivative, parent, relation = np.array(rows, dtype=np.int32).reshape(-1, 3).T
    by = np.full(len(rows), evidence, dtype=np.int8)
    return Proposals(derivative, parent, _worth(relation.astype(np.int8), by, np.zeros(len(rows), dtype=np.int32)))


def _led_to(proposals: Proposals, models: int, nodes: int) -> Proposals:
    """Return the proposals without those for stubs that no model leads to."""
    while True:
        led = (proposals.derivative < models) | _marked(proposals.parent, nodes)[proposals.derivative]
        if led.all():
            return proposals
        proposals = proposals.where(led)


def _marked(some: Int32s, nodes: int) -> Bools:
    """Return one flag a node: whether it is in `some`."""
    flags = np.zeros(nodes, dtype=np.bool_)
    flags[some] = True
    return flags


def _is_in(values: Int32s | Int64s, few: Int32s | Int64s) -> Bools:
    """Return which values are in `few`, by binary search in the sorted few."""
    if not len(few):
        return np.zeros(len(values), dtype=np.bool_)
    known = np.sort(few)
    places = np.minimum(np.searchsorted(known, values), len(known) - 1)
    return np.asarray(known[places] == values)


def _where(edges: Edges, kept: Bools) -> Edges:
    """Return the edges at which `kept` is true."""
    columns = ("derivative", "parent", "relation", "evidence")
    return edges if kept.all() else replace(edges, **{name: getattr(edges, name)[kept] for name in columns})


def _best(proposals: Proposals, named: Named, variant: str, self_reference: Bools) -> Edges:
    """Rule 6: return one edge for each derivative and parent, sorted by both."""
    candidates, pair = named.candidates, proposals.pair
    order = np.argsort(pair)
    pair = pair[order]
    starts = heads(pair)
    worth = np.minimum.reduceat(proposals.worth[order], starts) if len(pair) else proposals.worth
    pair = pair[starts]
    return Edges(
        variant=variant,
        models=len(candidates.model_keys),
        names=named.names,
        created_at=candidates.created_at,
        present=candidates.present,
        sought=named.sought,
        line=named.lines,
        self_reference=self_reference,
        derivative=(pair >> 32).astype(np.int32),
        parent=(pair & 0xFFFFFFFF).astype(np.int32),
        relation=(worth & ((1 << _RELATION) - 1)).astype(np.int8),
        evidence=(worth >> _EVIDENCE).astype(np.int8),
    )
