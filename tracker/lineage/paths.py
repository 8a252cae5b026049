"""One model's lineage as a person reads it: the way up to each root, the tree above it, the tree below it.

These work on any names and any source of steps, a published table as well as the engine's arrays, so
nothing here loads more than the part of the graph that is asked for. Nothing recurses, however long.
The steps are the edges that count (`Resolved.edge_...`): loops are broken in them.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """One edge: the repository it leads to, by which relation, on what evidence."""

    model_id: str
    relation: str
    evidence: str


@dataclass(frozen=True)
class Path:
    """A way from a model up to a root; `weight` is the share of credit that runs along it."""

    root_id: str
    weight: float
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Branch:
    """One line of a drawn tree, `depth` steps from its start; `again`: drawn before, what follows is not repeated."""

    depth: int
    step: Step
    again: bool


StepsOf = Callable[[str], Sequence[Step]]


@dataclass(frozen=True)
class _Way:
    """The best way known to a repository: its share is 1/`split`; `step` led here from `before`."""

    split: int
    length: int
    before: str | None
    step: Step | None


def paths(model_id: str, parents_of: StepsOf) -> list[Path]:
    """Return one path to each root of a model: heaviest first, then shortest, then by id.

    Of several paths to one root the first in that order is given. Each repository above the model is
    asked for its parents once, so work grows with the graph above it and not with the number of paths.
    """
    ways = {model_id: _Way(1, 0, None, None)}
    heap, seen, roots = [(1, 0, model_id)], set[str](), list[str]()
    while heap:
        _, _, here = heapq.heappop(heap)
        if here in seen:
            continue
        seen.add(here)
        steps = {step.model_id: step for step in reversed(parents_of(here)) if step.model_id != here}
        if not steps:
            roots.append(here)
        way = ways[here]
        for above, step in steps.items():
            found = _Way(way.split * len(steps), way.length + 1, here, step)
            if above not in seen and (above not in ways or _before(found, ways[above], ways)):
                ways[above] = found
                heapq.heappush(heap, (found.split, found.length, above))
    return [Path(root, 1 / ways[root].split, _steps(ways[root], ways)) for root in roots]


def _before(one: _Way, other: _Way, ways: dict[str, _Way]) -> bool:
    if (one.split, one.length) != (other.split, other.length):
        return (one.split, one.length) < (other.split, other.length)
    ids = [[step.model_id for step in _steps(way, ways)] for way in (one, other)]
    return ids[0] < ids[1]


def _steps(way: _Way, ways: dict[str, _Way]) -> tuple[Step, ...]:
    steps = []
    while way.before is not None and way.step is not None:
        steps.append(way.step)
        way = ways[way.before]
    return tuple(reversed(steps))


def tree(model_id: str, steps_of: StepsOf, max_depth: int | None = None) -> Iterator[Branch]:
    """Yield the tree that steps lead to from a model, depth first in the order of the steps.

    With parents as steps it is the tree above the model, with derivatives the one below it. A
    repository met again is yielded with `again` and not followed, so the tree has one line an edge.
    """
    drawn = {model_id}
    stack = [iter(steps_of(model_id))]
    while stack:
        step = next(stack[-1], None)
        if step is None:
            stack.pop()
            continue
        again = step.model_id in drawn
        yield Branch(len(stack), step, again)
        if not again and (max_depth is None or len(stack) < max_depth):
            drawn.add(step.model_id)
            stack.append(iter(steps_of(step.model_id)))
