"""One model's lineage for people: the way up to its roots with the evidence of each step, or the way down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from tracker import measures
from tracker.answers import names
from tracker.answers.provenance.about import about
from tracker.answers.shown import trees
from tracker.answers.shown.trees import LIMIT, MAX_LEVELS, Tree
from tracker.errors import UnknownName
from tracker.lineage.paths import Step, paths
from tracker.words import VARIANTS

if TYPE_CHECKING:
    from tracker.store import Published, SnapshotFacts

# of several models of one name in another case, the one that is there and spelt so
MODEL_SQL = """
select model_key, model_id, downloads_30d, removed_at from models
where lower(model_id) = lower($name) order by removed_at is not null, model_id <> $name limit 1
"""
FORMER_SQL = """
select m.model_key, m.model_id, m.downloads_30d, m.removed_at
from former_names as f join models as m on m.model_key = f.model_key
where lower(f.model_id) = lower($name) order by f.until desc limit 1
"""

ROOT_FIELDS = ("root_id", "family", "developer", "origin_country", "weight", "depth")


@dataclass(frozen=True)
class Edge:
    """One edge that counts: the model, a parent it names, how, on what evidence, and the parent's share."""

    model_id: str
    parent_id: str
    relation: str
    evidence: str
    weight: float


@dataclass(frozen=True, repr=False)
class Ancestors(Tree):
    """A model's roots and all edges on the ways to them."""

    model_id: str
    downloads_30d: int | None
    facts: SnapshotFacts  # of the copy that was asked
    roots: Sequence[Mapping[str, Any]]
    edges: Sequence[Edge]
    sql: str
    variant: str

    @property
    def frame(self) -> pl.DataFrame:
        """One row a root: root_id, family, developer, origin_country, weight, depth, status, evidence, why."""
        return pl.DataFrame(self.roots, infer_schema_length=None)

    @property
    def status(self) -> str:
        """The status of the model: that of its heaviest root."""
        return str(self.roots[0]["status"])

    @property
    def why(self) -> str:
        """The reason for its heaviest root, as a sentence."""
        return str(self.roots[0]["why"])

    def as_json(self) -> dict[str, Any]:
        """Return model_id, status, why and the roots with the path to each, as the command line's contract has it."""
        ways = {path.root_id: path.steps for path in paths(self.model_id, self.above)}
        roots = [
            {name: root[name] for name in ROOT_FIELDS}
            | {"path": [asdict(step) for step in ways.get(root["root_id"], ())]}
            for root in self.roots
        ]
        answer = {"model_id": self.model_id, "status": self.status, "why": self.why, "roots": roots}
        if self.variant != "default":
            answer["variant"] = self.variant
        return answer | {"about": about(self.facts, self.sql, {"variant": self.variant}, roots)}

    def as_text(self) -> str:
        """Return the tree, what is known of each root at its leaves, and one sentence a root."""
        return trees.above(self)

    def above(self, model_id: str) -> Sequence[Step]:
        """Return the steps to a model's parents, the one with the largest share first."""
        edges = [edge for edge in self.edges if edge.model_id == model_id]
        edges.sort(key=lambda edge: (-edge.weight, edge.parent_id))
        return [Step(edge.parent_id, edge.relation, edge.evidence) for edge in edges]


@dataclass(frozen=True, repr=False)
class Descendants(Tree):
    """The models built on a model, level by level."""

    model_id: str
    rows: Sequence[Mapping[str, Any]]
    facts: SnapshotFacts  # of the copy that was asked
    sql: str
    limit: int = LIMIT

    @property
    def frame(self) -> pl.DataFrame:
        """One row a descendant, level by level: model_id, parent_id, relation, evidence, depth, downloads_30d."""
        return pl.DataFrame(self.rows, infer_schema_length=None)[1:]

    def as_text(self) -> str:
        """Return the tree: of each model at most `limit` derivatives, the most downloaded first."""
        return trees.below(self)

    def as_json(self) -> dict[str, Any]:
        """Return every descendant with its parent, relation, evidence, depth and downloads."""
        answer: dict[str, Any] = {"model_id": self.model_id, "descendants": list(self.rows[1:]), "sql": self.sql}
        return answer | {"about": about(self.facts, self.sql, {}, answer["descendants"])}


def ancestors(published: Published, name: str, *, variant: str = "default") -> Ancestors:
    """Return where a model comes from; raise UnknownName with the nearest names where no model is called so."""
    if variant not in VARIANTS:
        raise UnknownName("variant", variant, VARIANTS)
    model = _find(published, name)
    values = {"variant": variant, "model_key": model["model_key"]}
    sql = measures.load("ancestors").sql
    edges = [Edge(**row) for row in published.query(sql, values).to_dicts()]
    roots = published.query(measures.load("roots").sql, values).to_dicts()
    return Ancestors(
        model_id=model["model_id"],
        downloads_30d=model["downloads_30d"],
        facts=published.facts(),
        roots=roots,
        edges=edges,
        sql=published.render(sql, values),
        variant=variant,
    )


def descendants(published: Published, name: str, *, limit: int = LIMIT) -> Descendants:
    """Return everything that is built on a model, however far; raise UnknownName where no model is called so."""
    model = _find(published, name)
    values = {"model_key": model["model_key"], "levels": MAX_LEVELS}
    sql = measures.load("descendants").sql
    rows = published.query(sql, values).to_dicts()
    return Descendants(model["model_id"], rows, published.facts(), published.render(sql, values), limit)


def _find(published: Published, name: str) -> Mapping[str, Any]:
    for sql in (MODEL_SQL, FORMER_SQL):
        rows = published.query(sql, {"name": name}).to_dicts()
        if rows:
            return rows[0]
    raise UnknownName("model", name, names.nearest(published, "model_id", name))
