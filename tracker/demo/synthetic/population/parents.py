"""Who derives from whom: parents for every derivative, so that chains, merges and popular bases look like the Hub's.

A parent always stands in an earlier row than its derivative, except where `oddities` plants the opposite.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tracker.demo.synthetic import words
from tracker.demo.synthetic.population.population import Group, Ints, Population
from tracker.demo.synthetic.trend import SECONDS_A_DAY, month_start
from tracker.words import HUB_RELATIONS

# chance that a derivative builds on another derivative, not on a root: finetune, adapter, quantized, merge
BUILDS_ON_DERIVATIVE = np.array([0.28, 0.10, 0.50, 0.70])
THROUGH_MIRROR = 0.12  # of those that build on a root take a mirror of it, where there is one
HUBS = 8  # half of the choices among derivatives fall on every eighth, so that some have many derivatives
RELEASE_MONTHS = 8.0  # interest in one model falls to a third that long after its release
MIXING = ("text", "code")  # families that are merged with one another
MERGED = np.array([0.55, 0.25, 0.12, 0.08])  # merges of 2, 3, 4 and 5 parents
MERGED_MANY = np.array([0.50, 0.22, 0.12, 0.06, 0.04, 0.03, 0.01, 0.01, 0.01])  # up to 10, for stress
MISSING_TAG = 0.06  # of the derivatives do not say what they derive from
ADOPTED = 24  # every so many-th invented root is one that others build on


@dataclass(frozen=True)
class Edges:
    """True edges, by derivative and ordinal. A parent below -1 is not on the Hub: stub number -2 - parent."""

    derivative: NDArray[np.int32]
    parent: NDArray[np.int32]

    def starts(self, models: int) -> Ints:
        """Return where each model's edges begin; one longer than the models."""
        return np.searchsorted(self.derivative, np.arange(models + 1)).astype(np.int64)


@dataclass
class Parentage:
    """The first parent of each row (-1: none) and what comes on top of it. Filled in steps, then turned to Edges."""

    first: NDArray[np.int32]
    silent: NDArray[np.bool_]  # says nothing on the Hub about its parents
    missing_tag: NDArray[np.bool_]  # silent although made up to be a derivative
    further_derivative: NDArray[np.int32]  # second and later parents
    further_parent: NDArray[np.int32]

    def edges(self) -> Edges:
        """Return all true edges, without repetitions."""
        have = np.flatnonzero(self.first != -1)
        derivative = np.concatenate([have, self.further_derivative]).astype(np.int32)
        parent = np.concatenate([self.first[have], self.further_parent]).astype(np.int32)
        order = np.argsort(derivative, kind="stable")
        return _distinct(derivative[order], parent[order])


def choose_parents(population: Population, many: bool = False) -> Parentage:
    """Return the parentage of a population; `many` allows merges of up to ten parents."""
    rng = population.rng("parents")
    models = len(population)
    empty = np.empty(0, dtype=np.int32)
    parentage = Parentage(
        np.full(models, -1, dtype=np.int32),
        np.zeros(models, dtype=np.bool_),
        np.zeros(models, dtype=np.bool_),
        empty,
        empty,
    )
    derived = np.flatnonzero(population.group >= 0)
    parentage.missing_tag[derived] = rng.random(len(derived)) < MISSING_TAG
    parentage.silent |= parentage.missing_tag
    mirrors = _mirrors_by_root(population)
    for number, group in enumerate(population.groups):
        members = np.flatnonzero(population.group == number)
        if not len(group.rows):
            parentage.first[members] = _adopted_roots(population, members, rng)
        else:
            parentage.first[members] = _roots(population, group, members, mirrors, rng)
        _build_on_derivatives(population, parentage, members, rng)
    _roles(population, parentage)
    _merge(population, parentage, MERGED_MANY if many else MERGED, rng)
    return parentage


def first_roots(first: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return where the chain of first parents ends, for every row; a stub counts as the end."""
    root = np.where(first >= 0, first, np.arange(len(first), dtype=np.int32)).astype(np.int32)
    while True:
        further = root[root]
        if np.array_equal(further, root):
            return root
        root = further


def _distinct(derivative: NDArray[np.int32], parent: NDArray[np.int32]) -> Edges:
    """Drop a parent that a model names twice, keeping the first."""
    key = derivative.astype(np.int64) << 32 | (parent.astype(np.int64) & 0xFFFFFFFF)
    order = np.argsort(key, kind="stable")
    repeated = np.zeros(len(key), dtype=np.bool_)
    repeated[order[1:]] = key[order[1:]] == key[order[:-1]]
    return Edges(derivative[~repeated], parent[~repeated])


def _mirrors_by_root(population: Population) -> dict[int, Ints]:
    """Return the rows of the mirrors of each real model's row."""
    rows = {role.model_id: int(population.row_of_role[number]) for number, role in enumerate(population.roles)}
    found: dict[int, list[int]] = {}
    for role in population.roles:
        if role.is_mirror:
            found.setdefault(rows[role.parent], []).append(rows[role.model_id])
    return {root: np.sort(np.array(mirrors, dtype=np.int64)) for root, mirrors in found.items()}


def _roots(
    population: Population, group: Group, members: Ints, mirrors: dict[int, Ints], rng: np.random.Generator
) -> NDArray[np.int32]:
    """Return a real model for each member, out of those released before its month; the popular and new more often."""
    months = population.months[members]
    parents = np.empty(len(members), dtype=np.int32)
    popularity = 1.0 / (1 + rng.permutation(len(group.rows))) ** 0.8
    borders = np.flatnonzero(np.diff(months, prepend=-1, append=-1))
    for first, last in pairwise(borders.tolist()):
        start = month_start(int(months[first]))
        count = int(np.searchsorted(group.created, start))
        ages = (start - group.created[:count]) / (30 * SECONDS_A_DAY)
        weights = popularity[:count] * (0.05 + np.exp(-ages / RELEASE_MONTHS))
        chosen = rng.choice(group.rows[:count], last - first, p=weights / weights.sum())
        parents[first:last] = _through_mirrors(population, chosen, mirrors, start, rng)
    return parents


def _through_mirrors(
    population: Population, chosen: Ints, mirrors: dict[int, Ints], start: int, rng: np.random.Generator
) -> Ints:
    """Return the parents, some replaced by a mirror of theirs that was there before `start`."""
    chances = rng.random((len(chosen), 2))
    result = chosen.copy()
    for position in np.flatnonzero(chances[:, 0] < THROUGH_MIRROR):
        options = mirrors.get(int(chosen[position]))
        if options is not None and (count := int(np.searchsorted(population.created[options], start))):
            result[position] = options[int(chances[position, 1] * count)]
    return result


def _adopted_roots(population: Population, members: Ints, rng: np.random.Generator) -> Ints:
    """Return an invented root for each member, often one that has many derivatives; -1 where none is older."""
    invented = np.flatnonzero((population.group < 0) & (population.role < 0))[::ADOPTED]
    older = np.searchsorted(invented, members)
    position = (older * (1 - rng.random(len(members)) ** 2)).astype(np.int64)
    position -= position % HUBS
    return np.where(older > 0, invented[position] if len(invented) else -1, -1)


def _build_on_derivatives(
    population: Population, parentage: Parentage, members: Ints, rng: np.random.Generator
) -> None:
    """Let part of a group build on earlier derivatives of it: fine-tunes and merges that say what they are."""
    relation = population.relation[members]
    as_base = np.isin(relation, (words.FINETUNE, words.MERGE)) & ~parentage.missing_tag[members]
    bases = members[as_base & (parentage.first[members] >= 0)]
    if not len(bases):
        return
    chance, distance, hub = rng.random((3, len(members)))
    older = np.searchsorted(bases, members)
    position = np.maximum(older - 1 - (older * distance**3).astype(np.int64), 0)
    position = np.where(hub < 0.5, position - position % HUBS, position)
    builds = (chance < BUILDS_ON_DERIVATIVE[relation]) & (older > 0) & (parentage.first[members] >= 0)
    parentage.first[members[builds]] = bases[position[builds]]


def _roles(population: Population, parentage: Parentage) -> None:
    """Give official variants, mirrors and overridden models the parents that the registry or the Hub names."""
    rows = {role.model_id: int(population.row_of_role[number]) for number, role in enumerate(population.roles)}
    for role in population.roles:
        if role.parent:
            parentage.first[rows[role.model_id]] = rows[role.parent]
            parentage.silent[rows[role.model_id]] = role.evidence != "hub"
            population.relation[rows[role.model_id]] = HUB_RELATIONS.index(role.relation)


def _merge(population: Population, parentage: Parentage, sizes: NDArray[np.float64], rng: np.random.Generator) -> None:
    """Give merges further parents: what an earlier derivative of their circle builds on, or is."""
    merges = (population.relation == words.MERGE) & (parentage.first >= 0) & ~parentage.missing_tag
    found: list[NDArray[np.int32]] = []
    for circle in _circles(population):
        derived = np.flatnonzero(circle & (parentage.first >= 0))
        members = np.flatnonzero(circle & merges)
        further = 1 + rng.choice(len(sizes), len(members), p=sizes / sizes.sum())
        derivative = np.repeat(members, further)
        older = np.searchsorted(derived, derivative)
        near, itself = rng.random((2, len(derivative)))
        other = derived[np.maximum(older - 1 - (older * near**2).astype(np.int64), 0)]
        is_base = np.isin(population.relation[other], (words.FINETUNE, words.MERGE)) & ~parentage.missing_tag[other]
        parent = np.where((itself < 0.4) & is_base, other, parentage.first[other])
        usable = (parent >= 0) & (older > 0) & (parent != derivative) & ~_speechless(parentage, parent)
        found.append(np.stack([derivative[usable], parent[usable]]).astype(np.int32))
    parentage.further_derivative, parentage.further_parent = np.concatenate(found, axis=1)


def _circles(population: Population) -> list[NDArray[np.bool_]]:
    """Return the rows among which merges choose: language models of all families, and each other family for itself."""
    language = np.array([group.modality in MIXING for group in population.groups])
    group = population.group
    alone = [group == number for number in np.flatnonzero(~language)]
    return [(group >= 0) & language[group], *alone]


def _speechless(parentage: Parentage, parent: Ints) -> NDArray[np.bool_]:
    """Return which parents hide their own lineage: nothing is traced through those."""
    return np.asarray(parentage.missing_tag[np.maximum(parent, 0)], dtype=np.bool_)
