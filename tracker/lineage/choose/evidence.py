"""The evidence ladder: which of all claims about parents count. Every rule of choice is in this file.

Best first: `override` (curated) · `hub` (structured base models) · `tag` · `mirror` (a registry rule) ·
`inferred` (from the name). In this order:

1.  A parent that is the model itself is no parent; the model is flagged.
2.  An override `not_parent` takes a declared parent away.
3.  Overrides `weights_parent` stand instead of all that a model declares. In the variant `teacher`, a
    model with `teacher` rows has its teachers as parents instead.
4.  A model that has no parent by now, and that a mirror rule names, has the model it copies as parent.
    In the variant `as_uploaded` it has not, and a declared parent that only repeats the rule is taken
    away too: the re-upload stands for itself, whoever wrote down whose weights it carries.
    Overrides and mirror rules speak of stubs too: what hangs on a re-upload that no snapshot has seen
    still comes from the model it copies.
5.  In the variant `inferred`, a model that still has no parent gets the one that its name suggests.
6.  Of several claims about one model and one parent, the best evidence counts once; among equals a
    named relation before `other`, then the one declared first.

A declared parent that contradicts a mirror rule wins over it: the uploader knows better than a pattern.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tracker.lineage.choose.inferred import infer
from tracker.lineage.choose.mirrors import mirror_parents
from tracker.lineage.choose.named import Named
from tracker.lineage.graph import INFERRED, MIRROR, OTHER, OVERRIDE, Bools, Candidates, Edges, Int8s, Int32s, Int64s
from tracker.lineage.ragged import heads, pairs
from tracker.registry import Registry
from tracker.words import RELATIONS, VARIANTS


@dataclass(frozen=True)
class Claims:
    """Some claims that a child has a parent, in any order, repeated or not."""

    child: Int32s
    parent: Int32s
    relation: Int8s
    evidence: Int8s
    ordinal: Int32s

    def where(self, kept: Bools) -> Claims:
        """Return the claims at which `kept` is true."""
        return Claims(self.child[kept], self.parent[kept], self.relation[kept], self.evidence[kept], self.ordinal[kept])

    def also(self, other: Claims) -> Claims:
        """Return these claims and others."""
        pairs = ((getattr(self, name), getattr(other, name)) for name in self.__dataclass_fields__)
        return Claims(*(np.concatenate(pair) for pair in pairs))


def choose(candidates: Candidates, registry: Registry, variant: str = "default", named: Named | None = None) -> Edges:
    """Return the edges of a variant. `named` saves the pass over all names where several variants are made."""
    if variant not in VARIANTS:
        raise ValueError(f"variant {variant!r} is none of {', '.join(VARIANTS)}")
    named = named or Named(candidates, registry)
    models, nodes = len(candidates.model_keys), len(named.names)
    claims, self_reference = _without_self_references(_declared(candidates, named), models)
    claims = _corrected(claims, named, roles=_roles(variant))
    mirrors = _mirror_claims(named)
    if variant == "as_uploaded":
        claims = claims.where(~_is_in(pairs(claims.child, claims.parent), pairs(mirrors.child, mirrors.parent)))
    else:
        claims = claims.also(mirrors.where(~_marked(claims.child, nodes)[mirrors.child]))
    if variant == "inferred":
        claims = claims.also(_inferred_claims(named, ~_marked(claims.child, nodes)[:models]))
    return _best(_led_to(claims, models, nodes), named, variant, self_reference)


def _roles(variant: str) -> tuple[str, ...]:
    return ("teacher", "weights_parent") if variant == "teacher" else ("weights_parent",)


def _declared(candidates: Candidates, named: Named) -> Claims:
    parent = named.homes[candidates.parent]
    return Claims(candidates.child, parent, candidates.relation, candidates.evidence, candidates.ordinal)


def _without_self_references(claims: Claims, models: int) -> tuple[Claims, Bools]:
    """Rule 1: return the claims about other models, and which models named themselves."""
    own = claims.child == claims.parent
    flags = np.zeros(models, dtype=np.bool_)
    flags[claims.child[own]] = True
    return claims.where(~own), flags


def _corrected(claims: Claims, named: Named, roles: tuple[str, ...]) -> Claims:
    """Rules 2 and 3: take away what is denied, and replace what is corrected; the first of `roles` given wins."""
    denied = _override_claims(named, "not_parent")
    claims = claims.where(~_is_in(pairs(claims.child, claims.parent), pairs(denied.child, denied.parent)))
    settled = np.zeros(len(named.names), dtype=np.bool_)
    for role in roles:
        given = _override_claims(named, role)
        given = given.where(~settled[given.child])
        settled[given.child] = True
        claims = claims.where(~_is_in(claims.child, given.child) | (claims.evidence == OVERRIDE)).also(given)
    return claims


def _override_claims(named: Named, role: str) -> Claims:
    rows = []
    for override in named.registry.overrides:
        if override.role == role:
            child, parent = named.node(override.model_id), named.node(override.parent_id)
            if child is not None and parent is not None and child != parent:
                rows.append((child, parent, RELATIONS.index(override.relation) if override.relation else OTHER))
    return _claims(rows, OVERRIDE)


def _mirror_claims(named: Named) -> Claims:
    """Rule 4: return whose weights each re-upload carries that a rule names."""
    return _claims(mirror_parents(named), MIRROR)


def _inferred_claims(named: Named, orphan: Bools) -> Claims:
    """Rule 5: return what the names of models without a parent suggest."""
    return _claims(infer(named, orphan), INFERRED)


def _claims(rows: list[tuple[int, int, int]], evidence: int) -> Claims:
    child, parent, relation = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    return Claims(
        child.astype(np.int32),
        parent.astype(np.int32),
        relation.astype(np.int8),
        np.full(len(rows), evidence, dtype=np.int8),
        np.zeros(len(rows), dtype=np.int32),
    )


def _led_to(claims: Claims, models: int, nodes: int) -> Claims:
    """Return the claims without those about stubs that no model leads to."""
    while True:
        led = (claims.child < models) | _marked(claims.parent, nodes)[claims.child]
        if led.all():
            return claims
        claims = claims.where(led)


def _marked(some: Int32s, nodes: int) -> Bools:
    """Return one flag a node: whether it is among some."""
    flags = np.zeros(nodes, dtype=np.bool_)
    flags[some] = True
    return flags


def _is_in(values: Int32s | Int64s, few: Int32s | Int64s) -> Bools:
    """Return which values are among a few, by binary search in the few."""
    if not len(few):
        return np.zeros(len(values), dtype=np.bool_)
    known = np.sort(few)
    places = np.minimum(np.searchsorted(known, values), len(known) - 1)
    return np.asarray(known[places] == values)


def _best(claims: Claims, named: Named, variant: str, self_reference: Bools) -> Edges:
    """Rule 6: return one edge for each child and parent, sorted by both."""
    candidates, pair = named.candidates, pairs(claims.child, claims.parent)
    # worth, packed so that a minimum picks evidence first, then named relations, then the order of declaration
    worth = claims.evidence.astype(np.int64) << 40 | (claims.relation == OTHER).astype(np.int64) << 39
    worth |= np.clip(claims.ordinal, 0, 2**24).astype(np.int64) << 8 | claims.relation.astype(np.int64)
    order = np.argsort(pair)
    pair = pair[order]
    starts = heads(pair)
    worth = np.minimum.reduceat(worth[order], starts) if len(pair) else worth
    pair = pair[starts]
    return Edges(
        variant=variant,
        models=len(candidates.model_keys),
        names=named.names,
        created_at=candidates.created_at,
        present=candidates.present,
        full_scope=candidates.full_scope,
        family=named.families,
        self_reference=self_reference,
        child=(pair >> 32).astype(np.int32),
        parent=(pair & 0xFFFFFFFF).astype(np.int32),
        relation=(worth & 0xFF).astype(np.int8),
        evidence=(worth >> 40).astype(np.int8),
    )
