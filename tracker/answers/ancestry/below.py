"""What is built on a model, however far: one row a descendant, under every reading of lineage."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tracker.answers.ancestry import asked
from tracker.answers.ancestry.asked import STEPS
from tracker.answers.shown import trees
from tracker.answers.shown.trees import LIMIT, Tree

if TYPE_CHECKING:
    from tracker.answers.answer import Answer
    from tracker.store import Published

EDGES = "counting"  # the table of all edges that count, which all walks of this kind begin with
# the walk goes from a model to its derivatives; of a way its last relation tells how the descendant came about
DOWN = {
    "start": "parent",
    "end": "model",
    "relation": "step.relation",
    "edges": EDGES,
    "reached_nodes": "reached",
}


@dataclass(frozen=True, repr=False, kw_only=True)
class Descendants(Tree):
    """The models built on a model, level by level, the most downloaded first.

    One row a descendant: model_id, depth, relation, path, evidence, weight, downloads_30d, created_at, path_weight,
    removed_at. `path` has the names from the model asked for to the descendant, along the heaviest way (then the
    shortest, then by name); depth, relation (of its last step), evidence (the weakest) and path_weight are that way's.
    `weight` is the share of the descendant that is credited to the model asked for, all ways together.
    """

    limit: int = LIMIT

    def as_json(self) -> dict[str, Any]:
        """Return model_id, and the rows as every answer has them."""
        return {"model_id": self.model_id, **super().as_json()}

    def as_tree(self) -> str:
        """Return the tree: of each model at most `limit` derivatives, the most downloaded first."""
        return trees.below(self)

    def as_dot(self) -> str:
        """Return the same as a graph for Graphviz."""
        from tracker.answers.shown import dot

        return dot.below(self)


def descendants(published: Published, name: str, *, variant: str = "default", limit: int = LIMIT) -> Descendants:
    """Return all that is built on a model; raise UnknownName with the nearest names where nothing is called so."""
    asked.check_variant(variant)
    model = asked.find(published, name)
    answer = asked.told(published, model, "descendants", DOWN, common=EDGES, variant=variant, down=True)
    answer = replace(answer, notes=(*_notes(answer, model.model_id), *answer.notes))
    return Descendants(**asked.fields_of(answer), **model.about, limit=limit)


def _notes(answer: Answer, model_id: str) -> Iterator[str]:
    scope, variant = answer.parameters["scope"], answer.parameters["variant"]
    if not answer.table.rows:
        yield f"no model counts as built on {model_id}" + ("" if variant == "default" else f" in the reading {variant}")
    elif max(answer.table["depth"]) == STEPS:
        yield f"what is more than {STEPS:,} steps away is left out"
    if scope != "full":
        yield f"only the models of the scope {scope} were looked at"
