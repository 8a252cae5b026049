"""What a repository looks like apart from its lineage: name parts, task, licence, size, gate, interest; by row."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tracker.demo.synthetic import words
from tracker.demo.synthetic.facts import Facts
from tracker.demo.synthetic.population.licenses import choose_licenses
from tracker.demo.synthetic.population.names import STEM_LENGTH, Naming
from tracker.demo.synthetic.population.oddities import HOSTILE_TAGS
from tracker.demo.synthetic.population.parents import Parentage, first_roots
from tracker.demo.synthetic.population.population import Ints, Population
from tracker.demo.synthetic.terms import Terms
from tracker.demo.synthetic.trend import SECONDS_A_DAY

SAFETENSORS = 0.23  # of all models hold weights in that format, the real ones among them
GATED, DISABLED = 0.02, 0.0004  # of the invented models
GATED_FAMILIES = {"Llama": 2, "Gemma": 2, "FLUX": 1, "Mistral": 1}  # numbers in words.GATES
REAL, MIRROR, WIDELY_USED = 4.0, 2.0, 1.2  # interest in those, and by the logarithm of what builds on a real one
MOST_BY_CHANCE = 7.0  # interest that comes from nothing else
COMMITS_END = 60 * SECONDS_A_DAY  # most repositories are left alone after that


@dataclass(frozen=True)
class Traits:
    """One value a row; numbers into the lists of `words`."""

    profile: NDArray[np.int16]
    license: NDArray[np.int8]
    extra: NDArray[np.int8]
    size: NDArray[np.int8]  # -1: no safetensors
    gated: NDArray[np.int8]
    disabled: NDArray[np.bool_]
    last_commit: Ints  # epoch seconds, without what happens on the nights
    interest: NDArray[np.float32]
    hostile_tags: Mapping[int, str]


def dress(population: Population, parentage: Parentage, terms: Terms, last_moment: int, today: date) -> Traits:
    """Return the traits of a population, whose last commits lie before `last_moment`; terms are shown as of `today`."""
    rng = population.rng("traits")
    models = len(population)
    style, modality = styles(population), _modalities(population, parentage)
    bare = np.isin(style, [number for number, (_, variant) in enumerate(words.STYLES) if variant == "bare"])
    could_hold = population.relation != words.QUANTIZED
    real = could_hold & (population.role >= 0)
    chance = (SAFETENSORS * models - real.sum()) / max(int((could_hold & ~real).sum()), 1)
    holds = real | (could_hold & (rng.random(models) < chance))
    commits = population.created + (rng.random(models) ** 4 * COMMITS_END).astype(np.int64)
    without_derivatives = np.bincount(np.maximum(parentage.first, 0), minlength=models) == 0
    ordinary = np.flatnonzero((population.role < 0) & without_derivatives)
    tagged = np.sort(rng.permutation(ordinary)[: len(HOSTILE_TAGS)]).tolist()
    return Traits(
        profile=words.profile_numbers(modality, style),
        license=choose_licenses(population, parentage, terms, bare, today),
        extra=np.where(bare, 0, rng.integers(0, len(words.EXTRAS), models)).astype(np.int8),
        size=np.where(holds, rng.integers(0, len(words.SIZES), models), -1).astype(np.int8),
        gated=_gates(population, rng),
        disabled=(rng.random(models) < DISABLED) & (population.role < 0),
        last_commit=np.where(commits < last_moment, commits, population.created),
        interest=_interest(population, parentage, rng),
        hostile_tags=dict(zip(tagged, HOSTILE_TAGS, strict=False)),
    )


def name_all(
    population: Population, parentage: Parentage, publishers: list[str], known: list[str], hostile: Mapping[int, str]
) -> Naming:
    """Return what the models are called; derivatives by the root that their first parents lead to.

    `publishers` are invented namespaces, `known` ones of the registry.
    """
    rng = population.rng("names")
    roots = first_roots(parentage.first)
    fantasy = words.fantasy_words()
    stem = np.where(population.role[roots] >= 0, population.role[roots], len(population.roles) + roots % len(fantasy))
    registered = len(publishers) + rng.integers(0, max(len(known), 1), len(population))
    in_registry = population.publisher < 0 if known else np.zeros(len(population), dtype=np.bool_)
    derived = population.group >= 0
    real = [role.model_id for role in population.roles]
    word = np.where(
        derived,
        rng.integers(0, len(words.SECOND), len(population)),
        len(words.SECOND) + rng.integers(0, len(words.SIZE_WORDS), len(population)),
    )
    return Naming(
        publishers=pl.Series([*publishers, *known], dtype=pl.String),
        stems=pl.Series([_short(role.model_id) for role in population.roles] + fantasy, dtype=pl.String),
        publisher=np.where(in_registry, registered, np.maximum(population.publisher, 0)).astype(np.int32),
        stem=stem.astype(np.int32),
        word=word.astype(np.int16),
        style=styles(population),
        special={**dict(zip(population.row_of_role.tolist(), real, strict=True)), **hostile},
    )


def free_namespaces(facts: Facts, population: Population) -> list[str]:
    """Return namespaces of the registry in which a made-up derivative is taken for nothing but that.

    None of their patterns may cover a name that begins like a real model, and no mirror rule may.
    """
    stems = sorted({_short(role.model_id).lower() for role in population.roles})
    mirrors = {rule.pattern.partition("/")[0] for rule in facts.mirrors}
    beginnings = [pattern.lower().partition("*")[0].partition("/") for pattern in facts.roots if "*" in pattern]
    taken = {namespace for namespace, _, name in beginnings if _begins_like(name, stems)}
    free = [each for each in facts.namespaces if each not in mirrors | facts.old_namespaces]
    return [each for each in free if each.lower() not in taken]


def _begins_like(name: str, stems: list[str]) -> bool:
    """Return whether the name and one of the sorted stems begin alike, over the length of the shorter."""
    at = bisect_left(stems, name)
    if at < len(stems) and stems[at].startswith(name):
        return True
    shorter = (bisect_left(stems, name[:length]) for length in range(1, len(name)))
    return any(number < len(stems) and name.startswith(stems[number]) for number in shorter)


def styles(population: Population) -> NDArray[np.int8]:
    """Return the ending of each name, after its relation; real names have that of a plain one."""
    chance = population.rng("styles").random(len(population))
    style = np.zeros(len(population), dtype=np.int8)
    for relation, (first, last) in words.STYLES_OF.items():
        rows = population.relation == relation
        style[rows] = first + (chance[rows] * (last - first)).astype(np.int8)
    real = (population.role >= 0) & (population.relation != words.QUANTIZED)
    style[real] = 0
    return style


def _short(model_id: str) -> str:
    return model_id.rpartition("/")[2][:STEM_LENGTH].rstrip("-._")


def _modalities(population: Population, parentage: Parentage) -> Ints:
    """Return the task of each model, a number in words.TASKS: its root's."""
    weights = np.array([task.weight for task in words.TASKS])
    modality = population.rng("modalities").choice(len(words.TASKS), len(population), p=weights / weights.sum())
    for number, role in enumerate(population.roles):
        if role.line.modality in words.MODALITIES:
            modality[population.row_of_role[number]] = words.MODALITIES.index(role.line.modality)
    return np.asarray(modality[first_roots(parentage.first)], dtype=np.int64)


def _gates(population: Population, rng: np.random.Generator) -> NDArray[np.int8]:
    gated = np.where(rng.random(len(population)) < GATED, rng.integers(1, 3, len(population)), 0).astype(np.int8)
    for number, role in enumerate(population.roles):
        kind = 0 if role.is_mirror else GATED_FAMILIES.get(role.line.family, 0)
        gated[population.row_of_role[number]] = kind
    return gated


def _interest(population: Population, parentage: Parentage, rng: np.random.Generator) -> NDArray[np.float32]:
    """Return how much each model is wanted, on a scale where a step of one is a factor of e."""
    interest = np.minimum(rng.exponential(1.0, len(population)), MOST_BY_CHANCE)
    first = parentage.first
    used = np.bincount(first_roots(first), minlength=len(first))  # derivatives of roots, themselves included; else 0
    used += np.bincount(first[first >= 0], minlength=len(first))
    mirrors = np.array([role.is_mirror for role in population.roles], dtype=np.bool_)
    real, copies = population.row_of_role[~mirrors], population.row_of_role[mirrors]
    interest[real] += REAL + WIDELY_USED * np.log1p(used[real])
    interest[copies] += MIRROR
    return np.asarray(interest, dtype=np.float32)
