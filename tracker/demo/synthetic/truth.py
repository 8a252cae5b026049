"""What is true about each model, whatever the Hub shows: its roots, their families and countries, what was planted.

Made by an obvious walk of its own, so that it can be held against what the tracker finds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime

import numpy as np
from numpy.typing import NDArray

from tracker.demo.synthetic import words
from tracker.demo.synthetic.facts import NO_LINE, Facts, Line
from tracker.demo.synthetic.items import Scene
from tracker.demo.synthetic.population.names import hub_ids
from tracker.demo.synthetic.population.parents import Edges
from tracker.demo.synthetic.terms import Terms
from tracker.words import HUB_RELATIONS

Weights = dict[int, float]  # root (a row, or -2 - number for a stub) -> weight


@dataclass(frozen=True)
class TrueRoot:
    """A root of a model and what the registry says about it; `weight` is the part of the model that it accounts for."""

    root_id: str
    weight: float
    family: str
    line: str
    developer: str
    origin_country: str
    on_hub: bool  # False: removed by that night, or never there and known by its name alone


@dataclass(frozen=True)
class Truth:
    """One model on one night.

    `status`: root, derived, dangling (some root is not on the Hub that night) or cycle (it is part of one).
    `declared`: it says on the Hub what it derives from. `traceable`: nothing on the way to its roots is missing,
    neither a declaration nor a rule of the registry; what is not traceable cannot be found from the Hub.
    """

    model_id: str
    hub_id: str
    status: str
    declared: bool
    traceable: bool
    relation: str | None  # as declared on the Hub
    parents: tuple[str, ...]  # true ones, declared or not
    roots: tuple[TrueRoot, ...]  # heaviest first, then by name
    license_class: str  # by the tag and the terms of that night
    license_class_created: str  # by the terms of the day it was created where these have ended since
    flags: tuple[str, ...]  # planted: dangling hostile in_cycle mirror missing_tag renamed returned self_reference ...


class Lineages:
    """The true roots of every row, the same on all nights."""

    def __init__(self, edges: Edges, models: int) -> None:
        """Walk up from every row once; shares of a row are split equally over its distinct parents."""
        self._starts: list[int] = edges.starts(models).tolist()
        self._parents: list[int] = edges.parent.tolist()
        self._known: dict[int, Weights] = {}
        for row in range(models):
            self._resolve(row)

    def parents(self, row: int) -> list[int]:
        """Return the true parents of a row."""
        return self._parents[self._starts[row] : self._starts[row + 1]]

    def roots(self, row: int) -> Weights:
        """Return the roots of a row with weights that sum to 1."""
        return self._known[row]

    def _resolve(self, row: int) -> None:
        waiting = [row]
        while waiting:
            at = waiting[-1]
            missing = [each for each in self.parents(at) if each >= 0 and each not in self._known]
            if missing and at not in self._known:
                waiting.extend(missing)
                continue
            waiting.pop()
            if at not in self._known:
                self._known[at] = self._split(at)

    def _split(self, row: int) -> Weights:
        parents = self.parents(row)
        if not parents:
            return {row: 1.0}
        if len(parents) == 1:  # shared, not copied: most models have one parent
            return self._known[parents[0]] if parents[0] >= 0 else {parents[0]: 1.0}
        weights: Weights = {}
        for parent in parents:
            for root, weight in (self._known[parent] if parent >= 0 else {parent: 1.0}).items():
                weights[root] = weights.get(root, 0.0) + weight / len(parents)
        return weights


def traceable(edges: Edges, silent: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which rows have no silent one among themselves and all that they derive from."""
    found = ~silent
    on_hub = edges.parent >= 0
    derivative, parent = edges.derivative[on_hub], edges.parent[on_hub]
    while True:
        lost = derivative[found[derivative] & ~found[parent]]
        if not len(lost):
            return found
        found[lost] = False


@dataclass(frozen=True)
class Sources:
    """What the truth of a night is told from."""

    facts: Facts
    terms: Terms
    lineages: Lineages
    scene: Scene
    declares: NDArray[np.bool_]
    traceable: NDArray[np.bool_]
    flags: Mapping[str, Sequence[int]]  # flag -> rows


def truths(sources: Sources, rows: NDArray[np.int64], night: date) -> Iterator[Truth]:
    """Yield the truth about rows on a night."""
    scene, population = sources.scene, sources.scene.population
    every = np.arange(len(population))
    names, ids = scene.model_ids(every).to_list(), hub_ids(population, rows).to_list()
    planted: dict[int, list[str]] = {}
    for flag, flagged in sorted(sources.flags.items()):
        for row in flagged:
            planted.setdefault(row, []).append(flag)
    cycle = set(sources.flags["in_cycle"])
    roots = _Roots(sources.facts, scene, names)
    for row, hub_id in zip(rows.tolist(), ids, strict=True):
        weights = sources.lineages.roots(row)
        declares = bool(sources.declares[row])
        yield Truth(
            model_id=names[row],
            hub_id=hub_id,
            status=_status(row, weights, cycle, scene.declared.public),
            declared=declares,
            traceable=bool(sources.traceable[row]),
            relation=HUB_RELATIONS[population.relation[row]] if declares else None,
            parents=tuple(roots.name(parent) for parent in sources.lineages.parents(row)),
            roots=roots.of(weights),
            license_class=sources.terms.class_of(names[row], words.LICENSES[scene.traits.license[row]], night),
            license_class_created=_created(sources, names[row], row, night),
            flags=tuple(planted.get(row, ())),
        )


def as_record(truth: Truth) -> dict[str, object]:
    """Return a truth as plain values."""
    return asdict(truth)


def _created(sources: Sources, name: str, row: int, night: date) -> str:
    seconds = int(sources.scene.population.created[row])
    created = datetime.fromtimestamp(seconds, UTC).date()
    tag = words.LICENSES[sources.scene.traits.license[row]]
    return sources.terms.class_created(name, tag, created, night)


def _status(row: int, weights: Weights, cycle: set[int], public: NDArray[np.bool_]) -> str:
    if row in cycle:
        return "cycle"
    if any(root < 0 or not public[root] for root in weights):
        return "dangling"
    return "root" if weights.keys() == {row} else "derived"


class _Roots:
    """Names and families of roots, each looked up once."""

    def __init__(self, facts: Facts, scene: Scene, names: list[str]) -> None:
        self._facts, self._population, self._names = facts, scene.population, names
        self._stubs, self._public = scene.declared.stubs, scene.declared.public
        self._seen: dict[tuple[tuple[int, float], ...], tuple[TrueRoot, ...]] = {}

    def name(self, node: int) -> str:
        return self._names[node] if node >= 0 else self._stubs[-2 - node]

    def of(self, weights: Weights) -> tuple[TrueRoot, ...]:
        key = tuple(weights.items())
        if key not in self._seen:
            found = [self._root(node, weight) for node, weight in key]
            self._seen[key] = tuple(sorted(found, key=lambda each: (-each.weight, each.root_id)))
        return self._seen[key]

    def _root(self, node: int, weight: float) -> TrueRoot:
        of = self._facts.whose_weights(self._line(node))
        on_hub = node >= 0 and bool(self._public[node])
        return TrueRoot(self.name(node), weight, of.family, of.line, of.developer, of.country, on_hub)

    def _line(self, node: int) -> Line:
        if node < 0:
            return self._facts.line_of(self.name(node))
        role = int(self._population.role[node])
        return NO_LINE if role < 0 else self._population.roles[role].line
