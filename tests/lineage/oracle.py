"""The lineage rules once more, as slowly and plainly as they can be said; the engine must agree with this.

Names and dictionaries only. Loops are found by asking who reaches whom, credit by walking every path
from a model to its roots with exact fractions. Nothing is shared with the engine but the meaning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

LADDER = ("override", "hub", "tag", "mirror", "inferred")

Step = tuple[str, str]  # parent, evidence


@dataclass
class Lineage:
    """What the oracle says of one model."""

    roots: dict[str, tuple[Fraction, int, str, str | None]]  # root: weight, depth, status, weakest evidence
    near: dict[str, Fraction]  # family, or '' where a path meets none
    in_cycle: bool
    self_reference: bool


@dataclass
class World:
    """Models with their age (None unknown), who is gone, edges `derivative: {parent: evidence}`, families by name."""

    created: dict[str, int | None]
    edges: dict[str, dict[str, str]] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    families: Mapping[str, str] = field(default_factory=dict)
    full_scope: bool = True


def lineages(world: World) -> dict[str, Lineage]:
    """Return the lineage of every model of a small world."""
    nodes = [*world.created, *(name for name in world.edges if name not in world.created)]
    reach = {name: _reached(name, world.edges) for name in nodes}
    cyclic = {name for name in world.created if name in reach[name] and _others(name, reach)}
    parents = {name: list(_parents(name, world, reach)) for name in nodes}

    def above(name: str) -> list[Step]:
        return parents.get(name, [])

    return {
        name: Lineage(
            roots=_roots(name, world, cyclic, above),
            near=_near(name, world, above),
            in_cycle=name in cyclic,
            self_reference=name in world.edges.get(name, {}),
        )
        for name in world.created
    }


def in_units(weights: Mapping[str, Fraction], scale: int = 10**9) -> dict[str, int]:
    """Return exact weights as units: cut to whole ones, the rest by name to what did not come out even, none at 0."""
    units = {name: max(1, int(weight * scale)) for name, weight in weights.items()}
    for name in sorted(weights, key=lambda each: ((weights[each] * scale).denominator == 1, each)):
        units[name] += sum(units.values()) < scale
    while sum(units.values()) > scale:  # those that would have none were given one
        units[min(units, key=lambda each: (-units[each], each))] -= 1
    return units


def counted(found: Mapping[str, Lineage]) -> dict[str, Lineage]:
    """Return lineages with the credit that the engine counts in units, as a part of all units."""
    return {name: _counted(each) for name, each in found.items()}


def _counted(lineage: Lineage) -> Lineage:
    units = in_units({root: row[0] for root, row in lineage.roots.items()})
    near = in_units(lineage.near)
    return replace(
        lineage,
        roots={root: (Fraction(units[root], 10**9), *row[1:]) for root, row in lineage.roots.items()},
        near={family: Fraction(near[family], 10**9) for family in near},
    )


def _reached(name: str, edges: Mapping[str, Mapping[str, str]]) -> set[str]:
    seen: set[str] = set()
    todo = [parent for parent in edges.get(name, {}) if parent != name]
    while todo:
        here = todo.pop()
        if here not in seen:
            seen.add(here)
            todo += [parent for parent in edges.get(here, {}) if parent != here]
    return seen


def _others(name: str, reach: Mapping[str, set[str]]) -> bool:
    return any(name in reach[other] for other in reach[name] if other != name and other in reach)


def _age(name: str, world: World) -> tuple[bool, int, str]:
    created = world.created.get(name)
    return (created is None, created or 0, name)


def _parents(name: str, world: World, reach: Mapping[str, set[str]]) -> Iterator[Step]:
    """Yield the parents that count: not oneself, and inside a loop only older ones."""
    for parent, evidence in world.edges.get(name, {}).items():
        if parent == name:
            continue
        same_loop = name in reach.get(parent, ())
        if not same_loop or _age(parent, world) < _age(name, world):
            yield parent, evidence


def _paths(
    name: str, above: Callable[[str], list[Step]], stop: Callable[[str], bool]
) -> Iterator[list[tuple[str, int, str | None]]]:
    """Yield every path as (node, number of parents of the node before it, evidence of the step), the start first."""
    stack: list[list[tuple[str, int, str | None]]] = [[(name, 1, None)]]
    while stack:
        path = stack.pop()
        here = path[-1][0]
        steps = [] if stop(here) else above(here)
        if not steps:
            yield path
        stack += [[*path, (parent, len(steps), evidence)] for parent, evidence in steps]


def _weight(path: list[tuple[str, int, str | None]]) -> Fraction:
    weight = Fraction(1)
    for _, parents, _ in path:
        weight /= parents
    return weight


def _roots(
    name: str, world: World, cyclic: set[str], above: Callable[[str], list[Step]]
) -> dict[str, tuple[Fraction, int, str, str | None]]:
    by_root: dict[str, list[list[tuple[str, int, str | None]]]] = {}
    for path in _paths(name, above, stop=lambda node: False):
        by_root.setdefault(path[-1][0], []).append(path)
    rows = {}
    for root, paths in by_root.items():
        evidence = [step for path in paths for _, _, step in path if step]
        rows[root] = (
            sum((_weight(path) for path in paths), Fraction(0)),
            max(len(path) for path in paths) - 1,
            _status(name, root, world, cyclic),
            max(evidence, key=LADDER.index) if evidence else None,
        )
    return rows


def _status(name: str, root: str, world: World, cyclic: set[str]) -> str:
    if name in cyclic:
        return "cycle"
    if name == root:
        return "root"
    if root not in world.created or root in world.gone:
        return "dangling" if world.full_scope or root in world.created else "outside"
    return "derived"


def _near(name: str, world: World, above: Callable[[str], list[Step]]) -> dict[str, Fraction]:
    near: dict[str, Fraction] = {}
    for path in _paths(name, above, stop=lambda node: node in world.families):
        family = world.families.get(path[-1][0], "")
        near[family] = near.get(family, Fraction(0)) + _weight(path)
    return near
