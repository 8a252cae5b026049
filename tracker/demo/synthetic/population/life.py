"""What happens to repositories while the nights pass: removals, returns, renames, reuse of names, late declarations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice, zip_longest

import numpy as np
from numpy.typing import NDArray

from tracker.demo.synthetic.population.names import Naming
from tracker.demo.synthetic.population.parents import Parentage
from tracker.demo.synthetic.population.population import Population, poll_moment
from tracker.demo.synthetic.trend import days

NEVER = 2**31 - 1
# of all models in a night; storage tests assume the same (300 removals among 3.5 million)
REMOVED, RENAMED, DECLARED = 9e-5, 5e-5, 3e-5
PARENT_EVERY = 5  # every so many-th removed model is one that others derive from
FEWEST_A_NIGHT = 20
RETURN_EVERY = 6  # every so many-th removed model comes back ...
RETURN_NIGHTS = 4  # ... after so many nights


@dataclass
class Life:
    """Days (since 1970) on which things change, by row; names that a row bears from a day on."""

    nights: Sequence[date]
    removed_on: NDArray[np.int32]
    returned_on: NDArray[np.int32]
    declared_on: dict[int, int] = field(default_factory=dict)  # row -> day it first says what it derives from
    renamed: dict[int, list[tuple[int, str]]] = field(default_factory=dict)  # row -> day and name, ascending
    reused: dict[int, str] = field(default_factory=dict)  # row of a newcomer -> the old name that it takes

    def public(self, population: Population, night: date) -> NDArray[np.bool_]:
        """Return which rows a night shows."""
        day = days(night)
        gone = (self.removed_on <= day) & (day < self.returned_on)
        return np.asarray((population.created < poll_moment(night)) & ~gone, dtype=np.bool_)

    def names(self, night: date) -> dict[int, str]:
        """Return the names of rows that are called otherwise than at first."""
        day = days(night)
        names = {row: [name for since, name in steps if since <= day] for row, steps in self.renamed.items()}
        return {**self.reused, **{row: past[-1] for row, past in names.items() if past}}

    def silent(self, parentage: Parentage, night: date) -> NDArray[np.bool_]:
        """Return which rows say nothing about their parents on a night."""
        silent = parentage.silent.copy()
        silent[[row for row, day in self.declared_on.items() if day <= days(night)]] = False
        return silent

    def touched(self, night: date) -> dict[int, int]:
        """Return the day of the last commit of rows whose card or name changed by a night."""
        day = days(night)
        changes = {row: [since for since, _ in steps if since <= day] for row, steps in self.renamed.items()}
        last = {row: past[-1] for row, past in changes.items() if past}
        return {**last, **{row: since for row, since in self.declared_on.items() if since <= day}}


def live(
    population: Population, parentage: Parentage, naming: Naming, planted: set[int], nights: Sequence[date]
) -> Life:
    """Return what happens on the nights after the first, to rows that are neither real nor planted."""
    models = len(population)
    life = Life(nights, np.full(models, NEVER, dtype=np.int32), np.full(models, NEVER, dtype=np.int32))
    if len(nights) < 2:
        return life
    rng = population.rng("life")
    settled = (population.role < 0) & (population.created < poll_moment(nights[0]))
    settled[list(planted)] = False
    rows = iter(rng.permutation(np.flatnonzero(settled)).tolist())
    _remove(life, rows, _bases(parentage, settled, rng), models)
    _rename(life, rows, naming, models)
    _rename_publisher(population, life, settled, rows, naming)
    _declare(life, parentage, settled, models, rng)
    _reuse(population, life, naming)
    return life


def _bases(parentage: Parentage, settled: NDArray[np.bool_], rng: np.random.Generator) -> Iterator[int]:
    """Yield settled models that others derive from: a root and a derivative in turn."""
    parents = rng.permutation(np.intersect1d(parentage.first, np.flatnonzero(settled)))
    is_root = parentage.first[parents] == -1
    for pair in zip_longest(parents[is_root].tolist(), parents[~is_root].tolist()):
        yield from (row for row in pair if row is not None)


def redirects(life: Life, naming: Naming, public: NDArray[np.bool_], night: date) -> Mapping[str, str]:
    """Return old name -> present name of the public models renamed by a night, unless the old name is used again."""
    day = days(night)
    taken = {name for row, name in life.reused.items() if public[row]}
    found: dict[str, str] = {}
    for row, steps in life.renamed.items():
        past = [name for since, name in steps if since <= day]
        if past and public[row]:
            first = naming.model_ids(np.array([row]))[0]
            found |= {old: past[-1] for old in [first, *past[:-1]] if old not in taken}
    return found


def _a_night(rate: float, models: int, nights: int) -> int:
    """Return to how many models something happens each night: at least one, unless that would be too many of all."""
    return max(1 if models >= FEWEST_A_NIGHT * nights else 0, round(rate * models))


def _remove(life: Life, rows: Iterator[int], parents: Iterator[int], models: int) -> None:
    """Remove some each night; every sixth of them returns with the same id."""
    number = 0
    for night in life.nights[1:]:
        for row in islice(rows, _a_night(REMOVED, models, len(life.nights))):
            number += 1
            removed = next(parents, row) if number % PARENT_EVERY == 0 else row
            if life.removed_on[removed] == NEVER:
                life.removed_on[removed] = days(night)
                if number % RETURN_EVERY == 0:
                    life.returned_on[removed] = days(night) + RETURN_NIGHTS


def _rename(life: Life, rows: Iterator[int], naming: Naming, models: int) -> None:
    """Rename some each night, within their namespace; the first one once more a few nights later."""
    for number, night in enumerate(life.nights[1:]):
        for row in islice(rows, _a_night(RENAMED, models, len(life.nights))):
            if life.removed_on[row] != NEVER:
                continue
            old = naming.model_ids(np.array([row]))[0]
            life.renamed[row] = [(days(night), f"{old}-v2")]
            if number == 0 and len(life.nights) > 5:
                life.renamed[row].append((days(life.nights[5]), f"{old}-v3"))


def _rename_publisher(
    population: Population, life: Life, settled: NDArray[np.bool_], rows: Iterator[int], naming: Naming
) -> None:
    """Give all models of one publisher another namespace, as THUDM became zai-org."""
    night = days(life.nights[len(life.nights) // 2])
    usable = settled & (life.removed_on == NEVER)
    usable[list(life.renamed)] = False
    for row in islice(rows, 200):
        publisher = int(population.publisher[row])
        members = np.flatnonzero((population.publisher == publisher) & (population.role < 0))
        if publisher >= 0 and 3 <= len(members) <= 40 and usable[members].all():
            for member, old in zip(members.tolist(), naming.model_ids(members).to_list(), strict=True):
                namespace, _, name = old.partition("/")
                life.renamed[member] = [(night, f"{namespace}-group/{name}")]
            return


def _declare(
    life: Life, parentage: Parentage, settled: NDArray[np.bool_], models: int, rng: np.random.Generator
) -> None:
    """Let some models that said nothing about their parents say it one night."""
    silent = iter(rng.permutation(np.flatnonzero(parentage.missing_tag & settled)).tolist())
    for night in life.nights[1:]:
        for row in islice(silent, _a_night(DECLARED, models, len(life.nights))):
            if life.removed_on[row] == NEVER and row not in life.renamed:
                life.declared_on[row] = days(night)


def _reuse(population: Population, life: Life, naming: Naming) -> None:
    """Let newcomers take the names of models removed for good, or renamed, some nights before."""
    born = np.flatnonzero((population.created >= poll_moment(life.nights[0])) & (population.role < 0))
    removed = np.flatnonzero((life.removed_on != NEVER) & (life.returned_on == NEVER))
    deleted = sorted((int(life.removed_on[row]), int(row)) for row in removed)[:2]
    moved = sorted((steps[0][0], row) for row, steps in life.renamed.items())[1:3]  # the first is renamed twice
    newcomers = iter([row for row in born.tolist() if row not in life.renamed])
    for day, row in [*deleted, *moved]:
        name = naming.model_ids(np.array([row]))[0]
        for newcomer in newcomers:
            if population.created[newcomer] >= (day + 1) * 86_400:
                life.reused[newcomer] = name
                break
