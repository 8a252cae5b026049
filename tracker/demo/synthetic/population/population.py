"""Who is there: one row per repository that ever exists, in the order of creation, as arrays.

A row's number is its identity inside this package; names, ids and lines are made from it when they are needed,
so that millions of models stay a few dozen bytes each.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tracker.demo.synthetic.facts import Facts
from tracker.demo.synthetic.population.cast import Role, cast
from tracker.demo.synthetic.trend import (
    CHINA,
    COMMUNITY,
    ELSEWHERE,
    FLOOR,
    GROUPS,
    SECONDS_A_DAY,
    creation_times,
    days,
    derived_share,
    group_shares,
    month_numbers,
    month_start,
    whole_numbers,
)
from tracker.words import HUB_RELATIONS

POLL_SECONDS = 6 * 3600  # a night shows what was created before 06:00 UTC of its day
MODELS_A_PUBLISHER = 7
RELATION_SHARES = (0.36, 0.43, 0.19, 0.02)  # finetune, adapter, quantized, merge: the Hub in October 2025
REGISTERED_PUBLISHERS = 0.12  # of the derivatives come from a namespace that the registry knows
RECENCY_MONTHS = 10.0  # interest in a family falls to a third that long after its last release

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Group:
    """The real models of one family, by creation; COMMUNITY has none."""

    name: str
    modality: str  # of its first model
    curve: int  # which of GROUPS its share comes from
    rows: Ints
    created: Ints


@dataclass(frozen=True)
class Population:
    """All repositories. -1: none."""

    seed: int
    roles: list[Role]
    groups: list[Group]
    created: Ints  # epoch seconds, ascending
    role: NDArray[np.int32]  # index into roles
    row_of_role: NDArray[np.int32]
    group: NDArray[np.int16]  # what a derivative builds on
    relation: NDArray[np.int8]  # of a derivative
    publisher: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.created)

    @cached_property
    def months(self) -> Ints:
        """Return months since 1970 of each creation."""
        return month_numbers(self.created)

    def rng(self, stream: str) -> np.random.Generator:
        """Return a stream of chance of its own, the same for the same arguments."""
        return generator(self.seed, len(self), stream)


def generator(seed: int, models: int, stream: str) -> np.random.Generator:
    """Return the chance of one purpose. Independent of the process and of its hash seed."""
    return np.random.default_rng([seed, models, *stream.encode()])


def poll_moment(night: date) -> int:
    """Return the second whose Hub a night shows."""
    return days(night) * SECONDS_A_DAY + POLL_SECONDS


def populate(models: int, seed: int, last_night: date, facts: Facts, merge_share: float | None = None) -> Population:
    """Return `models` repositories created up to `last_night`, real ones among them."""
    rng = generator(seed, models, "population")
    end = poll_moment(last_night)
    roles = cast(facts, models, end, rng)
    made_up = models - len(roles)
    times = creation_times((np.arange(made_up) + rng.random(made_up)) / made_up, end)
    created = np.concatenate([np.array([role.created for role in roles], dtype=np.int64), times])
    order = np.argsort(created, kind="stable")
    role = np.where(order < len(roles), order, -1).astype(np.int32)
    row_of_role = np.empty(len(roles), dtype=np.int32)
    row_of_role[role[role >= 0]] = np.flatnonzero(role >= 0)
    created = created[order]
    groups = _groups(roles, row_of_role, created)
    group = _assign_groups(groups, created, role < 0, _given(roles, groups, row_of_role, created), rng)
    derived = group >= 0
    relation = np.full(models, -1, dtype=np.int8)
    relation[derived] = _relations(int(derived.sum()), merge_share, rng)
    publisher = _publishers(models, derived, rng)
    return Population(seed, roles, groups, created, role, row_of_role, group, relation, publisher)


def publisher_count(models: int) -> int:
    """Return how many invented publishers there are."""
    return max(20, models // MODELS_A_PUBLISHER)


def _groups(roles: list[Role], row_of_role: NDArray[np.int32], created: Ints) -> list[Group]:
    by_top: defaultdict[str, list[int]] = defaultdict(list)
    countries: dict[str, str] = {}
    modalities: dict[str, str] = {}
    for number, role in enumerate(roles):
        if not role.is_mirror:
            by_top[role.line.family].append(int(row_of_role[number]))
            countries.setdefault(role.line.family, role.line.country)
            modalities.setdefault(role.line.family, role.line.modality)
    groups = []
    for top in sorted(by_top):
        rows = np.sort(np.array(by_top[top], dtype=np.int64))
        tail = CHINA if countries[top] == "CN" else ELSEWHERE
        groups.append(Group(top, modalities[top], GROUPS.index(top if top in GROUPS else tail), rows, created[rows]))
    empty = np.empty(0, dtype=np.int64)
    return [*groups, Group(COMMUNITY, "", GROUPS.index(COMMUNITY), empty, empty)]


def _given(
    roles: list[Role], groups: list[Group], row_of_role: NDArray[np.int32], created: Ints
) -> dict[int, NDArray[np.int64]]:
    """Return, by month, how many derivatives of each group are given: official variants and mirrors that declare."""
    numbers = {group.name: number for number, group in enumerate(groups)}
    given: dict[int, NDArray[np.int64]] = {}
    months = month_numbers(created[row_of_role])
    for month, role in zip(months.tolist(), roles, strict=True):
        if role.evidence == "hub":
            given.setdefault(month, np.zeros(len(groups), dtype=np.int64))[numbers[role.line.family]] += 1
    return given


def _assign_groups(
    groups: list[Group],
    created: Ints,
    free: NDArray[np.bool_],
    given: Mapping[int, NDArray[np.int64]],
    rng: np.random.Generator,
) -> NDArray[np.int16]:
    """Return the group each made-up derivative builds on.

    Every month's shares are met to the whole model, those that are given counted in; the order is random.
    """
    group = np.full(len(created), -1, dtype=np.int16)
    months = month_numbers(created)
    for month in range(int(months[0]), int(months[-1]) + 1):
        first, last = np.searchsorted(months, [month, month + 1])
        rows = first + np.flatnonzero(free[first:last] & (created[first:last] > FLOOR))
        derived = round(len(rows) * derived_share(month))
        present = given.get(month, np.zeros(len(groups), dtype=np.int64))
        shares = _month_shares(groups, month)
        missing = np.maximum(shares * (derived + present.sum()) - present, 0)
        counts = whole_numbers(missing / missing.sum() if missing.any() else shares, derived)
        chosen = rng.permutation(rows)[:derived]
        group[chosen] = np.repeat(np.arange(len(groups)), counts)
    return group


def _month_shares(groups: list[Group], month: int) -> NDArray[np.float64]:
    """Return each group's share of a month; what a group cannot take yet, or no group stands for, goes to COMMUNITY."""
    published, start = group_shares(month), month_start(month)
    weights = np.array([_weight(group, start) for group in groups])
    curves = np.array([group.curve for group in groups])
    totals = np.bincount(curves, weights, minlength=len(GROUPS))
    shares = np.where(weights > 0, published[curves] * weights / np.where(totals[curves] > 0, totals[curves], 1), 0.0)
    shares[-1] = max(0.0, 1 - shares[:-1].sum())
    return np.asarray(shares, dtype=np.float64)


def _weight(group: Group, start: int) -> float:
    """Return what a family weighs among those of its curve: how much it has released, and how lately."""
    released = group.created[group.created < start]
    if not len(released):
        return 0.0
    months_ago = (start - int(released[-1])) / (30 * SECONDS_A_DAY)
    return float(np.sqrt(len(released)) * (0.15 + np.exp(-months_ago / RECENCY_MONTHS)))


def _relations(count: int, merge_share: float | None, rng: np.random.Generator) -> NDArray[np.int8]:
    """Return relations in their usual proportions; another share of merges is taken from the fine-tunes."""
    finetune, adapter, quantized, merge = RELATION_SHARES
    wanted = merge if merge_share is None else merge_share
    counts = whole_numbers((finetune + merge - wanted, adapter, quantized, wanted), count)
    return rng.permutation(np.repeat(np.arange(len(HUB_RELATIONS)), counts)).astype(np.int8)


def _publishers(models: int, derived: NDArray[np.bool_], rng: np.random.Generator) -> NDArray[np.int32]:
    """Return a publisher number a model, few of them large; -2 stands for a namespace of the registry."""
    count = publisher_count(models)
    publisher = (count * rng.random(models) ** 2.2).astype(np.int32)
    publisher[derived & (rng.random(models) < REGISTERED_PUBLISHERS)] = -2
    return publisher
