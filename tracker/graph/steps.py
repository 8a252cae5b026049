"""One model's lineage as a person reads it: the tree above it, or the tree below it.

It works on any names and any source of steps, so nothing here loads more than the part of the graph that is asked
for. Nothing recurses, however long. The steps are the edges that count (`Resolved.edge_...`): loops are broken in them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """One edge: the repository it leads to, by which relation, on what evidence."""

    model_id: str
    relation: str
    evidence: str


@dataclass(frozen=True)
class Branch:
    """One line of a drawn tree, `depth` steps from its start; `again`: drawn before, what follows is not repeated."""

    depth: int
    step: Step
    again: bool


StepsOf = Callable[[str], Sequence[Step]]


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
