"""Between small worlds of names, which tests are written in, and the arrays that the engine works on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

import numpy as np
import polars as pl
from hypothesis import strategies as st

from tests.lineage.oracle import Lineage, World
from tracker.lineage import EVIDENCES, NO_EVIDENCE, RELATIONS, SCALE, STATUSES, Candidates, Edges, Resolved

Declaration = tuple[str, ...]  # derivative, parent, evidence, relation (the last two may be left out)


def candidates(
    created: Mapping[str, int | None] | Sequence[str],
    declared: Iterable[Declaration] = (),
    gone: Iterable[str] = (),
    full_scope: bool = True,
    hints: Mapping[str, str] | None = None,
) -> Candidates:
    """Return models and declarations as arrays; parents that are no models become stubs. No age given: unknown."""
    ages = dict(created) if isinstance(created, Mapping) else dict.fromkeys(created)
    declared = [(each + ("hub", "finetune")[len(each) - 2 :]) for each in declared]
    stubs = [parent for _, parent, *_ in declared if parent not in ages]
    names = [*ages, *dict.fromkeys(stubs)]
    node = {name: number for number, name in enumerate(names)}
    missing = set(gone)
    return Candidates(
        model_keys=np.arange(1, len(ages) + 1, dtype=np.int32),
        names=pl.Series(names, dtype=pl.String),
        created_at=np.array([-1 if age is None else age for age in ages.values()], dtype=np.int64),
        present=np.array([name not in missing for name in ages], dtype=np.bool_),
        derivative=np.array([node[each[0]] for each in declared], dtype=np.int32),
        parent=np.array([node[each[1]] for each in declared], dtype=np.int32),
        relation=np.array([RELATIONS.index(each[3]) for each in declared], dtype=np.int8),
        evidence=np.array([EVIDENCES.index(each[2]) for each in declared], dtype=np.int8),
        ordinal=np.arange(len(declared), dtype=np.int32),
        full_scope=full_scope,
        hints=[(hints or {}).get(name, "") for name in ages] if hints is not None else None,
    )


def edges_of(world: World) -> Edges:
    """Return a world's edges as the engine wants them."""
    models = list(world.created)
    mentioned = [name for derivative, parents in world.edges.items() for name in (derivative, *parents)]
    stubs = dict.fromkeys(name for name in mentioned if name not in world.created)
    names = [*models, *stubs]
    node = {name: number for number, name in enumerate(names)}
    codes = {family: code for code, family in enumerate(sorted(set(world.families.values())))}
    rows = sorted(
        (node[derivative], node[parent], EVIDENCES.index(evidence))
        for derivative, parents in world.edges.items()
        for parent, evidence in parents.items()
        if derivative != parent
    )
    derivative, parent, evidence = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    return Edges(
        variant="default",
        models=len(models),
        names=pl.Series(names, dtype=pl.String),
        created_at=np.array([-1 if age is None else age for age in world.created.values()], dtype=np.int64),
        present=np.array([name not in world.gone for name in models], dtype=np.bool_),
        sought=np.array([name in world.created or world.full_scope for name in names], dtype=np.bool_),
        line=np.array([codes.get(world.families.get(name, ""), -1) for name in names], dtype=np.int16),
        self_reference=np.array([name in world.edges.get(name, {}) for name in models], dtype=np.bool_),
        derivative=derivative.astype(np.int32),
        parent=parent.astype(np.int32),
        relation=np.zeros(len(rows), dtype=np.int8),
        evidence=evidence.astype(np.int8),
    )


def read(resolved: Resolved, families: Sequence[str] = ()) -> dict[str, Lineage]:
    """Return the engine's answer in the oracle's words. `families` are names by code; '' stands for none."""
    names = list(resolved.names)
    answer = {
        names[model]: Lineage({}, {}, bool(resolved.in_cycle[model]), bool(resolved.self_reference[model]))
        for model in range(resolved.models)
    }
    for row, model in enumerate(resolved.model.tolist()):
        evidence = int(resolved.evidence[row])
        answer[names[model]].roots[names[resolved.root[row]]] = (
            Fraction(int(resolved.credit[row]), SCALE),
            int(resolved.depth[row]),
            STATUSES[resolved.status[row]],
            None if evidence == NO_EVIDENCE else EVIDENCES[evidence],
        )
    for row, model in enumerate(resolved.near_model.tolist()):
        code = int(resolved.near_line[row])
        weight = Fraction(int(resolved.near_credit[row]), SCALE)
        answer[names[model]].near[families[code] if code >= 0 else ""] = weight
    return answer


def parents(edges: Edges, model: str) -> dict[str, tuple[str, str]]:
    """Return {parent: (evidence, relation)} of one model."""
    names = list(edges.names)
    rows = np.flatnonzero(edges.derivative == names.index(model))
    return {names[edges.parent[row]]: (EVIDENCES[edges.evidence[row]], RELATIONS[edges.relation[row]]) for row in rows}


NAMES = [f"u/{letter}" for letter in "abcdefghijkl"]
STUBS = ["gone/x", "gone/y"]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    names = NAMES[: draw(st.integers(1, len(NAMES)))]
    ages = st.one_of(st.none(), st.integers(0, 4))
    parent = st.dictionaries(
        st.sampled_from([*names, *STUBS]), st.sampled_from(["override", "hub", "tag", "mirror", "inferred"]), max_size=3
    )
    return World(
        created={name: draw(ages) for name in names},
        edges={name: draw(parent) for name in [*names, *STUBS]},
        gone=set(draw(st.lists(st.sampled_from(names), max_size=2))),
        families=draw(st.dictionaries(st.sampled_from([*names, *STUBS]), st.sampled_from(["F", "G"]), max_size=4)),
        full_scope=draw(st.booleans()),
    )


def random_world(seed: int, models: int = 60, edges: int = 70) -> World:
    """Return a sparse world with long chains, merges, a few loops, stubs and tombstones."""
    rng = np.random.default_rng(seed)
    names = [f"u/{number:03d}" for number in rng.permutation(models)]
    world = World(
        {name: int(age) if age else None for name, age in zip(names, rng.integers(0, 9, models), strict=True)}
    )
    for derivative, parent in rng.integers(0, models, (edges, 2)).tolist():
        if derivative < parent and rng.random() < 0.93:  # mostly downhill, so that loops stay rare
            derivative, parent = parent, derivative
        above = "gone/z" if rng.random() < 0.05 else names[parent]
        world.edges.setdefault(names[derivative], {})[above] = ("hub", "tag", "mirror")[int(rng.integers(0, 3))]
    if rng.random() < 0.5:  # a re-upload that was never seen
        world.edges["gone/z"] = {names[int(rng.integers(0, models))]: "mirror"}
    world.gone = set(rng.choice(names, 4))
    world.families = {name: "FGH"[int(rng.integers(0, 3))] for name in rng.choice([*names, "gone/z"], 8).tolist()}
    return world
