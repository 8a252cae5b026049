"""One model's lineage for people: the way up to its roots with the evidence of each step, or the way down."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tracker.answers import Published
from tracker.errors import UnknownName

UP_SQL = """
with recursive up as (
  select e.model_key, e.model_id, e.parent_key, e.parent_id, e.relation, e.evidence, e.weight
  from edges_of($variant) as e where e.model_key = $model_key
  union
  select e.model_key, e.model_id, e.parent_key, e.parent_id, e.relation, e.evidence, e.weight
  from up join edges_of($variant) as e on e.model_key = up.parent_key
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
  from down join edges_of('default') as e on e.parent_key = down.model_key
  where down.depth < $levels
)
select d.model_id, d.parent_id, d.relation, d.evidence, d.depth, m.downloads_30d
from down as d join models as m on m.model_key = d.model_key
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
class Step:
    """One edge: the model, the parent it names, how, and on what evidence."""

    model_id: str
    parent_id: str
    relation: str
    evidence: str
    weight: float


@dataclass(frozen=True)
class Ancestors:
    """A model's roots, each with its heaviest path, and all steps between."""

    model_id: str
    downloads_30d: int | None
    synthetic: bool
    roots: Sequence[Mapping[str, Any]]
    steps: Sequence[Step]
    sql: str
    variant: str
    paths: Mapping[str, Sequence[Step]] = field(default_factory=dict)

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
        roots = [
            {
                **{
                    name: root[name] for name in ("root_id", "family", "developer", "origin_country", "weight", "depth")
                },
                "path": [
                    {"model_id": step.parent_id, "relation": step.relation, "evidence": step.evidence}
                    for step in self.paths.get(root["root_id"], ())
                ],
            }
            for root in self.roots
        ]
        answer = {"model_id": self.model_id, "status": self.status, "why": self.why, "roots": roots}
        if self.variant != "default":
            answer["variant"] = self.variant
        return answer | ({"data": SYNTHETIC_NOTE} if self.synthetic else {})

    def as_text(self) -> str:
        """Return the tree, root verdicts at its leaves, and one sentence a root."""
        verdicts = {root["root_id"]: root for root in self.roots}
        parents: dict[str, list[Step]] = {}
        for step in sorted(self.steps, key=lambda step: (-step.weight, step.parent_id)):
            parents.setdefault(step.model_id, []).append(step)

        def above(name: str) -> list[tuple[str, str]]:
            steps = parents.get(name, [])
            return [
                (step.parent_id, f"{_step(step, len(steps))}{_verdict(verdicts.get(step.parent_id))}") for step in steps
            ]

        own = "" if self.model_id in parents else _verdict(verdicts.get(self.model_id))
        lines = [clean(self.model_id) + _downloads(self.downloads_30d) + own, *_branches(self.model_id, above), ""]
        lines += [f"{root['weight']:.0%} {clean(root['root_id'])}: {clean(root['why'])}" for root in self.roots]
        return "\n".join(lines + ([SYNTHETIC_NOTE] if self.synthetic else [])) + "\n"


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
        below: dict[str, list[tuple[str, str]]] = {}
        for row in self.rows[1:]:
            label = f"{row['relation']} ({row['evidence']}){_downloads(row['downloads_30d'])}"
            below.setdefault(row["parent_id"], []).append((row["model_id"], label))
        lines = [clean(self.model_id) + _downloads(self.rows[0]["downloads_30d"])]
        lines += _branches(self.model_id, lambda name: below.get(name, []), self.limit)
        total = len({row["model_id"] for row in self.rows[1:]})
        lines += ["", f"{total:,} descendants"] + ([SYNTHETIC_NOTE] if self.synthetic else [])
        return "\n".join(lines) + "\n"


def ancestors(published: Published, name: str, *, variant: str = "default") -> Ancestors:
    """Return where a model comes from; raise UnknownName with the nearest names where no model is called so."""
    model = _find(published, name)
    values = {"variant": variant, "model_key": model["model_key"]}
    steps = [Step(**row) for row in published.query(UP_SQL, values).to_dicts()]
    roots = published.query(ROOTS_SQL, values).to_dicts()
    paths = {root["root_id"]: heaviest_path(steps, model["model_id"], root["root_id"]) for root in roots}
    return Ancestors(
        model_id=model["model_id"],
        downloads_30d=model["downloads_30d"],
        synthetic=published.facts().synthetic,
        roots=roots,
        steps=steps,
        sql=published.render(UP_SQL, values),
        variant=variant,
        paths=paths,
    )


def descendants(published: Published, name: str, *, limit: int = 20) -> Descendants:
    """Return everything that is built on a model, however far; raise UnknownName where no model is called so."""
    model = _find(published, name)
    values = {"model_key": model["model_key"], "levels": MAX_LEVELS}
    rows = published.query(DOWN_SQL, values).to_dicts()
    return Descendants(model["model_id"], rows, limit, published.facts().synthetic, published.render(DOWN_SQL, values))


def heaviest_path(steps: Sequence[Step], model_id: str, root_id: str) -> Sequence[Step]:
    """Return the steps from model to root: the heaviest path, then the shortest, then the first by names.

    The steps form no circle. Paths are compared from the root downwards, one best path a model, so that a
    crafted diamond of merges costs no more than its steps.
    """
    parents: dict[str, list[Step]] = {}
    for step in steps:
        parents.setdefault(step.model_id, []).append(step)
    best: dict[str, tuple[float, int, tuple[str, ...], tuple[Step, ...]] | None] = {root_id: (-1.0, 0, (), ())}
    order: list[str] = []
    stack: list[tuple[str, bool]] = [(model_id, False)]
    entered: set[str] = set()
    while stack:  # depth first without recursion: parents before their derivatives
        node, done = stack.pop()
        if done:
            order.append(node)
        elif node not in entered:
            entered.add(node)
            stack.append((node, True))
            stack += [(step.parent_id, False) for step in parents.get(node, ())]
    for node in order:
        if node == root_id:
            continue
        ways = [(step, best.get(step.parent_id)) for step in parents.get(node, ())]
        known = [
            (way[0] * step.weight, way[1] + 1, (step.parent_id, *way[2]), (step, *way[3])) for step, way in ways if way
        ]
        best[node] = min(known, key=lambda way: way[:3], default=None)
    found = best.get(model_id)
    return found[3] if found else ()


def clean(text: str) -> str:
    """Return a stranger's text without characters that a terminal would obey."""
    return "".join(c if c.isprintable() else "�" for c in text)


def _branches(name: str, next_of: Callable[[str], Sequence[tuple[str, str]]], limit: int | None = None) -> list[str]:
    """Return the lines of a tree below `name`; what was drawn once is only named the second time."""
    lines: list[str] = []
    drawn: set[str] = {name}

    def grow(at: str, indent: str, level: int) -> None:
        every = next_of(at)
        shown = every[:limit]
        for i, (child, label) in enumerate(shown):
            last = i == len(every) - 1
            more = bool(next_of(child)) and (child in drawn or level == MAX_LEVELS)
            line = f"{clean(child)}  {label}" + (" (see above)" if more and child in drawn else " ..." if more else "")
            lines.append(f"{indent}{'└── ' if last else '├── '}{line}")
            if not more:
                drawn.add(child)
                grow(child, indent + ("    " if last else "│   "), level + 1)
        if len(shown) < len(every):
            lines.append(f"{indent}└── ... and {len(every) - len(shown):,} more (raise --limit)")

    grow(name, "", 1)
    return lines


def _find(published: Published, name: str) -> Mapping[str, Any]:
    for sql in (MODEL_SQL, FORMER_SQL):
        rows = published.query(sql, {"name": name}).to_dicts()
        if rows:
            return rows[0]
    raise UnknownName("model", name, published.query(NEAREST_SQL, {"name": name})["model_id"].to_list())


def _step(step: Step, parents: int) -> str:
    share = f", {step.weight:.0%}" if parents > 1 else ""
    return f"{step.relation} ({step.evidence}{share})"


def _verdict(root: Mapping[str, Any] | None) -> str:
    if root is None:
        return ""
    where = {"dangling": "not on the Hub · ", "outside": "outside the scope · "}.get(root["status"], "")
    developer = f" ({clean(root['developer'])})" if root["developer"] not in (None, "unknown", "unreviewed") else ""
    return f" · {where}root · family {clean(root['family'])} · origin {root['origin_country']}{developer}"


def _downloads(count: int | None) -> str:
    return "" if count is None else f" · {count:,} downloads in 30 days"
