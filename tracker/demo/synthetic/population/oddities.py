"""What is planted on purpose: the cases that a tracker of the real Hub has to survive, each in small number.

An *untrue* edge is one that the Hub shows and that is not true: a model that names itself, and within a ring the
edges whose parent is not older than its derivative.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from tracker.demo.synthetic import words
from tracker.demo.synthetic.facts import Facts
from tracker.demo.synthetic.population.parents import Parentage
from tracker.demo.synthetic.population.population import Group, Ints, Population

DANGLING = 0.02  # of the derivatives that declare a parent: it was deleted, made private or misspelt
KNOWN_STUBS = 0.5  # of the missing parents bear a name that a pattern of the registry knows
CHAIN, LONG_CHAIN = 10, 45
MANY_MODELS = 1_000_000  # from here on the long chain is planted

# names that no careful Hub would allow, and that every reader of its lists should survive
HOSTILE_NAMES = (
    "{}/<script>alert('hub')<|script>", '{}/"quoted"-\\backslash\\-model', "{}/=HYPERLINK(1)+cmd|calc",
    "{}/план-模型-نموذج-🦙", "{}/drop'; drop table models; --", "{}/[bold red]markup[|bold red]",
    "{}/very" + "-long" * 40, "{}/ leading and trailing ",
)  # fmt: skip
HOSTILE_TAGS = (
    "<img src=x onerror=alert(1)>", 'quote " and \' and \\ and ;', "тег", "标签", "🧪🏷️", "right-to-left \u202e gat",
    "bell \u0007 and escape \u001b[31m", "line\nbreak\tand tab", "=1+1", "base_model:", "base_model:finetune:",
    "license:", "x" * 5000,
)  # fmt: skip


@dataclass
class Oddities:
    """Rows by kind, and the names that come with them."""

    stubs: list[str] = field(default_factory=list)  # parents that are not on the Hub
    dangling: list[int] = field(default_factory=list)
    self_reference: list[int] = field(default_factory=list)
    in_cycle: list[int] = field(default_factory=list)
    hostile: dict[int, str] = field(default_factory=dict)  # row -> name
    untrue: list[tuple[int, int]] = field(default_factory=list)  # derivative, parent

    @property
    def rows(self) -> set[int]:
        """Return all planted rows: nothing else should happen to them."""
        return {*self.dangling, *self.self_reference, *self.in_cycle, *self.hostile}


def plant(population: Population, parentage: Parentage, facts: Facts, publishers: list[str], before: int) -> Oddities:
    """Change the parentage in place and return what was planted, all among rows created before a second."""
    rng = population.rng("oddities")
    oddities = Oddities()
    _chain(population, parentage)
    free = _not_built_on(parentage) & (population.role < 0) & (population.created < before)
    derived = np.flatnonzero(free & (parentage.first >= 0) & ~parentage.silent)
    invented = np.flatnonzero(free & (parentage.first < 0) & (population.created > population.created[0]))
    derived, invented = rng.permutation(derived), rng.permutation(invented)
    dangling = round(len(derived) * DANGLING)
    _dangle(population, parentage, facts, publishers, derived[:dangling], rng, oddities)
    few = max(4, len(population) // 20_000)
    _name_themselves(derived[dangling : dangling + few], invented[:few], oddities)
    _rings(parentage, invented[few:], derived[dangling + few :], max(2, len(population) // 40_000), oddities)
    population.relation[[*oddities.in_cycle, *oddities.self_reference]] = words.FINETUNE
    hostile = invented[-len(HOSTILE_NAMES) :]
    named = zip(hostile.tolist(), HOSTILE_NAMES, strict=False)
    oddities.hostile = {row: name.format(publishers[population.publisher[row]]) for row, name in named}
    _silent_parents(population, parentage, derived[dangling + few + 100 :], few)
    return oddities


def _not_built_on(parentage: Parentage) -> NDArray[np.bool_]:
    found = np.ones(len(parentage.first), dtype=np.bool_)
    found[parentage.first[parentage.first >= 0]] = False
    found[parentage.further_parent] = False
    found[parentage.further_derivative] = False  # merges are left as they are
    return found


def _chain(population: Population, parentage: Parentage) -> None:
    """Plant one long chain of fine-tunes in the largest family."""
    length = LONG_CHAIN if len(population) >= MANY_MODELS else CHAIN
    eligible = (
        (population.relation == words.FINETUNE) & (population.role < 0) & ~parentage.silent & (parentage.first >= 0)
    )
    if not eligible.any():
        return
    largest = np.argmax(np.bincount(population.group[eligible]))
    rows = np.flatnonzero(eligible & (population.group == largest))
    links = rows[len(rows) // 2 :]
    links = links[:: max(1, len(links) // length)][:length]
    parentage.first[links[1:]] = links[:-1]


def _dangle(
    population: Population,
    parentage: Parentage,
    facts: Facts,
    publishers: list[str],
    rows: Ints,
    rng: np.random.Generator,
    oddities: Oddities,
) -> None:
    """Let rows name a parent that is not there, of a known name where the registry has a pattern for the group."""
    names = _stub_names(facts, population.groups)
    for row, chance in zip(rows.tolist(), rng.random(len(rows)).tolist(), strict=True):
        known = names[int(population.group[row])]
        number = len(oddities.stubs)
        if known and chance < KNOWN_STUBS:
            name = known[int(chance / KNOWN_STUBS * len(known))]
        else:
            name = f"{publishers[int(chance * 1e6) % len(publishers)]}/gone-{number}"
        oddities.stubs.append(name)
        parentage.first[row] = -2 - number
        oddities.dangling.append(row)


def _stub_names(facts: Facts, groups: list[Group]) -> list[list[str]]:
    """Return, for each group, names under its patterns that no mirror rule takes."""
    by_top: defaultdict[str, list[str]] = defaultdict(list)
    for pattern in facts.roots:
        if pattern.count("*") == 1 and pattern.endswith("*"):
            name = pattern.replace("*", "Withdrawn")
            if facts.mirror_rule(name) is None:
                by_top[facts.line_of(name).family].append(name)
    return [by_top[group.name] for group in groups]


def _name_themselves(derived: Ints, invented: Ints, oddities: Oddities) -> None:
    for row in [*derived.tolist(), *invented.tolist()]:
        oddities.self_reference.append(row)
        oddities.untrue.append((row, row))


def _rings(parentage: Parentage, invented: Ints, derived: Ints, each: int, oddities: Oddities) -> None:
    """Plant rings of two, of three in both directions, and rings of two of which one member has a parent outside."""
    pool, outside = iter(invented[: 12 * each].tolist()), derived.tolist()
    for number in range(each):
        _ring(parentage, sorted(islice(pool, 2)), oddities)
        _ring(parentage, sorted(islice(pool, 3)), oddities)
        _ring(parentage, sorted(islice(pool, 3), reverse=True), oddities)
        if number < len(outside):
            _ring(parentage, sorted([outside[number], *islice(pool, 1)]), oddities)


def _ring(parentage: Parentage, members: list[int], oddities: Oddities) -> None:
    """Let each member name the next as its parent, the last one the first."""
    for derivative, parent in zip(members, [*members[1:], *members[:1]], strict=True):
        oddities.in_cycle.append(derivative)
        if parent < derivative and parentage.first[derivative] == -1:
            parentage.first[derivative] = parent
        elif parent < derivative:
            parentage.further_derivative = np.append(parentage.further_derivative, np.int32(derivative))
            parentage.further_parent = np.append(parentage.further_parent, np.int32(parent))
        else:
            oddities.untrue.append((derivative, parent))


def _silent_parents(population: Population, parentage: Parentage, derived: Ints, count: int) -> None:
    """Let a few derivatives build on models that do not say what they derive from."""
    silent = np.flatnonzero(parentage.missing_tag)
    for derivative in derived[:count].tolist():
        older = silent[(silent < derivative) & (population.group[silent] == population.group[derivative])]
        if len(older):
            parentage.first[derivative] = older[-1]
