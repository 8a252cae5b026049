"""Where a model comes from: its roots, and the way to each with the evidence of every step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tracker import measures
from tracker.answers.ancestry import asked, licenses
from tracker.answers.ancestry.asked import STEPS, Asked
from tracker.answers.ancestry.licenses import Licenses
from tracker.answers.provenance.about import about
from tracker.answers.shown import trees
from tracker.answers.shown.trees import SEPARATOR, Tree
from tracker.graph.steps import Step

if TYPE_CHECKING:
    from tracker.store import Published

# the walk goes from a model to its parents; of a way its first relation tells how the model came about
_UP = {"start": "model", "end": "parent", "relation": "coalesce(walk.relation, step.relation)"}
# more than anything comes from; what a recursion gives is taken for endless, and all models would be read for it
MOST = 100_000
_REACHED = "(select reached_key from reached order by reached_key limit {most}) as reached"
ROOT_FIELDS = ("root_id", "family", "line", "developer", "origin_country", "weight", "depth")


@dataclass(frozen=True)
class Edge:
    """One edge that counts: the model, a parent it names, how, on what evidence, and the parent's share."""

    model_id: str
    parent_id: str
    relation: str
    evidence: str
    weight: float


@dataclass(frozen=True, repr=False, kw_only=True)
class Ancestors(Tree):
    """Where a model comes from.

    One row a root: root_id, family, line, developer, origin_country, weight, depth, status, evidence, path, why. `path`
    has the names from the model to the root, along the heaviest way; `edges` are all edges on all ways, `licenses` what
    the weights of all on them allow.
    """

    edges: Sequence[Edge]
    licenses: Licenses

    @property
    def roots(self) -> list[dict[str, Any]]:
        """The rows, as dictionaries."""
        return self.table.dicts()

    @property
    def status(self) -> str:
        """The status of the model: that of its heaviest root."""
        return str(self.table["status"][0])

    @property
    def why(self) -> str:
        """The reason for its heaviest root, as a sentence."""
        return str(self.table["why"][0])

    def as_json(self) -> dict[str, Any]:
        """Return model_id, status, why, the roots with the steps to each, and the licence, as the contract has it."""
        answer: dict[str, Any] = {"model_id": self.model_id, "status": self.status, "why": self.why}
        answer["roots"] = self._plain_roots
        if self.licenses.is_told:
            answer["license"] = self.licenses.as_json(self.edges)
        if self.parameters["variant"] != "default":
            answer["variant"] = self.parameters["variant"]
        return answer | self.head()

    def as_tree(self) -> str:
        """Return the tree, what is known of each root at its leaves, and one sentence a root."""
        return trees.above(self)

    def as_dot(self) -> str:
        """Return the way up as a graph for Graphviz."""
        from tracker.answers.shown import dot

        return dot.above(self)

    def above(self, model_id: str) -> Sequence[Step]:
        """Return the steps to a model's parents, the one with the largest share first."""
        edges = [edge for edge in self.edges if edge.model_id == model_id]
        edges.sort(key=lambda edge: (-edge.weight, edge.parent_id))
        return [Step(edge.parent_id, edge.relation, edge.evidence) for edge in edges]

    @cached_property
    def about(self) -> dict[str, Any]:
        """What pins the answer down; its rows are the roots as the JSON has them."""
        return about(self.facts, self.sql, self.parameters, self._plain_roots)

    @cached_property
    def _plain_roots(self) -> list[dict[str, Any]]:
        return [
            {name: root[name] for name in ROOT_FIELDS} | {"path": [asdict(step) for step in self._steps(root["path"])]}
            for root in self.roots
        ]

    def _steps(self, path: str | None) -> Iterator[Step]:
        """Yield the steps of a path; none where it is longer than any that is walked."""
        here, rest = self.model_id, (path or self.model_id)[len(self.model_id) :] + SEPARATOR
        while rest != SEPARATOR:
            step = next(step for step in self.above(here) if rest.startswith(f"{SEPARATOR}{step.model_id}{SEPARATOR}"))
            yield step
            here, rest = step.model_id, rest[len(SEPARATOR + step.model_id) :]


def ancestors(published: Published, name: str, *, variant: str = "default") -> Ancestors:
    """Return where a model comes from; raise UnknownName with the nearest names where nothing is called so."""
    asked.check_variant(variant)
    model = asked.find(published, name)
    measure = "stub_roots" if model.is_stub else "roots"
    holes = _holes(variant)
    answer = asked.told(published, model, measure, holes, variant=variant, down=False)
    edges = _edges(published, model, variant, holes)
    bases = [edge.parent_id for edge in edges if edge.model_id == model.model_id]
    told = licenses.of_ways(published, model, holes, variant, bases)
    if not all(told.of):  # those beyond the most that are walked have no names
        told = replace(told, of={name: each for name, each in told.of.items() if name})
        note = f"more than {MOST:,} models are on its ways: steps and licences of so many are told, roots of all"
        answer = replace(answer, notes=(note, *answer.notes))
    elif None in answer.table["path"]:
        answer = replace(answer, notes=(f"a way of more than {STEPS:,} steps is not told", *answer.notes))
    return Ancestors(**asked.fields_of(answer), **model.about, edges=edges, licenses=told)


def _holes(variant: str) -> dict[str, str]:
    """Return the way up, through the tables of a reading; those of the default, read as they are, take half as long."""
    up = {**_UP, "reached_nodes": _REACHED.format(most=MOST)}
    if variant == "default":
        return {**up, "edges": "edges", "lineage": "lineage"}
    return {**up, "edges": "edges_of($variant)", "lineage": "lineage_of($variant)"}


def _edges(published: Published, model: Asked, variant: str, holes: Mapping[str, str]) -> list[Edge]:
    sql = measures.fill(measures.load("ancestors").sql, holes)
    return [Edge(**row) for row in published.table(sql, {**model.values, "variant": variant}).dicts()]
