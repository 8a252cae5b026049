"""One model's lineage for people: the way up to its roots with the evidence of each step, or the way down."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from tracker.answers import Published
from tracker.errors import UnknownName
from tracker.lineage.paths import Step, StepsOf, paths, tree

UP_SQL = """
with recursive up as (
  select e.model_key, e.model_id, e.parent_key, e.parent_id, e.relation, e.evidence, e.weight
  from edges_of($variant) as e where e.model_key = $model_key
  union
  select e.model_key, e.model_id, e.parent_key, e.parent_id, e.relation, e.evidence, e.weight
  from up join edges_of($variant) as e
    on coalesce(e.model_key, -1) = coalesce(up.parent_key, -1)
    and (e.model_key is not null or e.model_id = up.parent_id)
)
select model_id, parent_id, relation, evidence, weight from up order by model_id, parent_id
"""
ROOTS_SQL = """
select root_id, family, developer, origin_country, weight, depth, status, evidence, why
from lineage_of($variant) where model_key = $model_key order by weight desc, depth, root_id
"""
DOWN_SQL = """
with recursive down as (
  select m.model_key, m.model_id, null::varchar as parent_id, null::varchar as relation, null::varchar as evidence,
    0 as depth
  from models as m where m.model_key = $model_key
  union
  select e.model_key, e.model_id, e.parent_id, e.relation, e.evidence, down.depth + 1
  from down join edges_of('default') as e
    on e.parent_key is not distinct from down.model_key
    and if(e.parent_key is null, e.parent_id, null) is not distinct from if(down.model_key is null, down.model_id, null)
  where down.depth < $levels
)
select d.model_id, d.parent_id, d.relation, d.evidence, d.depth, m.downloads_30d
from down as d left join models as m on m.model_key = d.model_key
order by d.depth, m.downloads_30d desc nulls last, d.model_id
"""
MODEL_SQL = """
select model_key, model_id, downloads_30d, removed_at from models
where lower(model_id) = lower($name) order by removed_at is not null, model_id <> $name limit 1
"""
FORMER_SQL = """
select m.model_key, m.model_id, m.downloads_30d, m.removed_at
from former_names as f join models as m on m.model_key = f.model_key
where lower(f.model_id) = lower($name) order by f.until desc limit 1
"""
NEAREST_SQL = """
select model_id from models where removed_at is null
order by jaro_winkler_similarity(lower(model_id), lower($name)) desc, downloads_30d desc nulls last, model_id limit 3
"""
SYNTHETIC_NOTE = "synthetic demo data"

ROOT_FIELDS = ("root_id", "family", "developer", "origin_country", "weight", "depth")
MAX_LEVELS = 50  # deeper than any chain of derivatives that was ever seen; stops a crafted one


@dataclass(frozen=True)
class Edge:
    """One edge that counts: the model, a parent it names, how, on what evidence, and the parent's share."""

    model_id: str
    parent_id: str
    relation: str
    evidence: str
    weight: float


@dataclass(frozen=True)
class Ancestors:
    """A model's roots and all edges on the ways to them."""

    model_id: str
    downloads_30d: int | None
    synthetic: bool
    roots: Sequence[Mapping[str, Any]]
    edges: Sequence[Edge]
    sql: str
    variant: str

    @property
    def status(self) -> str:
        """The status of the model: that of its heaviest root."""
        return str(self.roots[0]["status"])

    @property
    def why(self) -> str:
        """The sentence behind the verdict on its heaviest root."""
        return str(self.roots[0]["why"])

    def as_json(self) -> dict[str, Any]:
        """Return model_id, status, why and the roots with the path to each, as the command line's contract has it."""
        ways = {path.root_id: path.steps for path in paths(self.model_id, self._above)}
        roots = [
            {name: root[name] for name in ROOT_FIELDS}
            | {"path": [asdict(step) for step in ways.get(root["root_id"], ())]}
            for root in self.roots
        ]
        answer = {"model_id": self.model_id, "status": self.status, "why": self.why, "roots": roots}
        if self.variant != "default":
            answer["variant"] = self.variant
        return answer | ({"data": SYNTHETIC_NOTE} if self.synthetic else {})

    def as_text(self) -> str:
        """Return the tree, root verdicts at its leaves, and one sentence a root."""
        verdicts = {root["root_id"]: root for root in self.roots}
        own = _verdict(verdicts.get(self.model_id)) if not self._above(self.model_id) else ""
        share = {(edge.model_id, edge.parent_id): edge.weight for edge in self.edges}

        def label(below: str, step: Step) -> str:
            weight = share[below, step.model_id]
            part = f", {weight:.0%}" if weight < 1 else ""
            return f"{step.relation} ({step.evidence}{part}){_verdict(verdicts.get(step.model_id))}"

        lines = [clean(self.model_id) + _downloads(self.downloads_30d) + own]
        lines += [*_draw(self.model_id, self._above, label), ""]
        lines += [f"{root['weight']:.0%} {clean(root['root_id'])}: {clean(root['why'])}" for root in self.roots]
        return "\n".join(lines + ([SYNTHETIC_NOTE] if self.synthetic else [])) + "\n"

    def _above(self, model_id: str) -> Sequence[Step]:
        edges = [edge for edge in self.edges if edge.model_id == model_id]
        edges.sort(key=lambda edge: (-edge.weight, edge.parent_id))
        return [Step(edge.parent_id, edge.relation, edge.evidence) for edge in edges]


@dataclass(frozen=True)
class Descendants:
    """The models built on a model, level by level."""

    model_id: str
    rows: Sequence[Mapping[str, Any]]
    limit: int
    synthetic: bool
    sql: str

    def as_json(self) -> dict[str, Any]:
        """Return every descendant with its parent, relation, evidence, depth and downloads."""
        answer: dict[str, Any] = {"model_id": self.model_id, "descendants": list(self.rows[1:]), "sql": self.sql}
        return answer | ({"data": SYNTHETIC_NOTE} if self.synthetic else {})

    def as_text(self) -> str:
        """Return the tree downwards; of each model at most `limit` derivatives, the most downloaded first."""
        below: dict[str, list[Step]] = {}
        for row in self.rows[1:]:
            below.setdefault(row["parent_id"], []).append(Step(row["model_id"], row["relation"], row["evidence"]))
        hidden = {name: len(steps) - self.limit for name, steps in below.items() if len(steps) > self.limit}
        downloads = {row["model_id"]: row["downloads_30d"] for row in self.rows}

        def label(_above: str, step: Step) -> str:
            more = f" · {hidden[step.model_id]:,} derivatives not shown" if step.model_id in hidden else ""
            return f"{step.relation} ({step.evidence}){_downloads(downloads[step.model_id])}{more}"

        lines = [clean(self.model_id) + _downloads(downloads[self.model_id])]
        lines += _draw(self.model_id, lambda name: below.get(name, [])[: self.limit], label)
        total = len(downloads) - 1
        lines += ["", f"{total:,} descendants" + (f"; at most {self.limit} shown of each model" if hidden else "")]
        return "\n".join(lines + ([SYNTHETIC_NOTE] if self.synthetic else [])) + "\n"


def ancestors(published: Published, name: str, *, variant: str = "default") -> Ancestors:
    """Return where a model comes from; raise UnknownName with the nearest names where no model is called so."""
    model = _find(published, name)
    values = {"variant": variant, "model_key": model["model_key"]}
    edges = [Edge(**row) for row in published.query(UP_SQL, values).to_dicts()]
    roots = published.query(ROOTS_SQL, values).to_dicts()
    return Ancestors(
        model_id=model["model_id"],
        downloads_30d=model["downloads_30d"],
        synthetic=published.facts().synthetic,
        roots=roots,
        edges=edges,
        sql=published.render(UP_SQL, values),
        variant=variant,
    )


def descendants(published: Published, name: str, *, limit: int = 20) -> Descendants:
    """Return everything that is built on a model, however far; raise UnknownName where no model is called so."""
    model = _find(published, name)
    values = {"model_key": model["model_key"], "levels": MAX_LEVELS}
    rows = published.query(DOWN_SQL, values).to_dicts()
    return Descendants(model["model_id"], rows, limit, published.facts().synthetic, published.render(DOWN_SQL, values))


def clean(text: str) -> str:
    """Return a stranger's text without characters that a terminal would obey."""
    return "".join(c if c.isprintable() else "�" for c in text)


def _draw(model_id: str, steps_of: StepsOf, label: Callable[[str, Step], str]) -> list[str]:
    """Return the lines of the tree that steps lead to; what was drawn once is only named the second time."""
    branches = list(tree(model_id, steps_of, MAX_LEVELS))
    lines: list[str] = []
    path = [model_id]
    open_levels: list[bool] = []  # whether a level above still has branches to come
    for at, branch in enumerate(branches):
        follows = next((later.depth for later in branches[at + 1 :] if later.depth <= branch.depth), 0)
        last = follows != branch.depth
        del path[branch.depth :], open_levels[branch.depth - 1 :]
        indent = "".join("│   " if is_open else "    " for is_open in open_levels)
        again = " (see above)" if branch.again and steps_of(branch.step.model_id) else ""
        text = f"{clean(branch.step.model_id)}  {label(path[-1], branch.step)}{again}"
        lines.append(f"{indent}{'└── ' if last else '├── '}{text}")
        path.append(branch.step.model_id)
        open_levels.append(not last)
    return lines


def _find(published: Published, name: str) -> Mapping[str, Any]:
    for sql in (MODEL_SQL, FORMER_SQL):
        rows = published.query(sql, {"name": name}).to_dicts()
        if rows:
            return rows[0]
    raise UnknownName("model", name, published.query(NEAREST_SQL, {"name": name})["model_id"].to_list())


def _verdict(root: Mapping[str, Any] | None) -> str:
    if root is None:
        return ""
    where = {"dangling": "not on the Hub · ", "outside": "outside the scope · "}.get(root["status"], "")
    developer = f" ({clean(root['developer'])})" if root["developer"] not in (None, "unknown", "unreviewed") else ""
    return f" · {where}root · family {clean(root['family'])} · origin {root['origin_country']}{developer}"


def _downloads(count: int | None) -> str:
    return "" if count is None else f" · {count:,} downloads in 30 days"
