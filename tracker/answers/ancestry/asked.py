"""Which model, or which name that no snapshot has, is meant by a name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from tracker import measures
from tracker.answers import names
from tracker.answers.answer import Answer, answered
from tracker.errors import UnknownName
from tracker.words import VARIANTS

if TYPE_CHECKING:
    from tracker.store import Published

_NAMES = "spelt"  # the names that are there: who asks for many models reads them once
STEPS = 1000  # further than any chain that was ever seen; stops a crafted one

# a model that is there and is spelled so is the one; to look at all names in another case takes three times as long
EXACT = """
with spelt as (
  select model_key, hub_id, model_id, removed_at
  from described_models
  where removed_at is null
),
found as (
  select model_key, hub_id, model_id, removed_at
  from spelt
  where model_id = $name
  order by hub_id
  limit 1
)
select found.hub_id, found.model_id, models.downloads_30d, found.removed_at, null::date as until
from found
join models on models.model_key = found.model_key
order by found.hub_id
"""
# of several models of one name in another case, the one that is there and spelled so
_MODEL = """
select
  hub_id, model_id, downloads_30d, removed_at, removed_at is not null as is_removed, null::date as until
from models
where lower(model_id) = lower($name)
order by is_removed, model_id <> $name, last_seen desc, hub_id, model_id
limit 1
"""
_FORMER = """
select models.hub_id, models.model_id, models.downloads_30d, models.removed_at, former.until
from former_names as former
join models on models.model_key = former.model_key
where lower(former.model_id) = lower($name)
order by former.until desc, models.hub_id, models.model_id
limit 1
"""
# a name of edges that no snapshot has, under whichever reading
_STUB = """
select stub.model_id
from (
  select parent_id as model_id from edges where parent_key is null
  union
  select parent_id from edge_variants where parent_key is null
) as stub
where lower(stub.model_id) = lower($name)
order by stub.model_id <> $name, stub.model_id
limit 1
"""
# what is known of a root that no snapshot has
_STATUS = """
select max(root.status) as status
from (
  select root_id, status from lineage where root_key is null
  union all
  select root_id, status from lineage_variants where root_key is null
) as root
where root.root_id = $name and root.status in ('dangling', 'outside')
"""
# a name that is declared, and what it counts as: the repository of that name in a namespace that was renamed
_DECLARED = """
select declared.parent_id as model_id, edges.parent_key, edges.parent_id
from (
  select model_key, parent_id, lower(split_part(parent_id, '/', 2)) as base
  from parents
  where parent_key is null and lower(parent_id) = lower($name)
) as declared
left join edges
  on edges.model_key = declared.model_key
  and edges.evidence in ('hub', 'tag')
  and lower(split_part(edges.parent_id, '/', 2)) = declared.base
order by edges.parent_id is null, declared.parent_id <> $name, edges.parent_id, declared.parent_id
limit 1
"""


@dataclass(frozen=True)
class Asked:
    """What is asked for: a model by its id, or a stub by its name alone; and what is to be said of the name."""

    model_id: str
    hub_id: str | None = None
    downloads_30d: int | None = None
    notes: tuple[str, ...] = ()

    @property
    def values(self) -> dict[str, Any]:
        """What the measures of lineage bind for it."""
        stub = self.model_id if self.is_stub else ""
        return {"hub_id": self.hub_id, "stub": stub, "model_id": self.model_id, "steps": STEPS}

    @property
    def about(self) -> dict[str, Any]:
        """What a tree says of it in its first line."""
        return {"model_id": self.model_id, "downloads_30d": self.downloads_30d}

    @property
    def is_stub(self) -> bool:
        """Whether no snapshot has it."""
        return self.hub_id is None


def find(published: Published, name: str) -> Asked:
    """Return what is or was called `name`, in any case: a model, or else a parent that some model names.

    Raises UnknownName with the nearest names where nothing is.
    """
    for sql, common in ((EXACT, _NAMES), (_MODEL, ""), (_FORMER, "")):
        if found := published.table(sql, {"name": name}, common=common).dicts():
            return _model(name, found[0])
    if found := published.table(_STUB, {"name": name}).dicts():
        return _stub(published, found[0]["model_id"])
    if found := published.table(_DECLARED, {"name": name}).dicts():
        return _declared(published, found[0])
    raise UnknownName("model", name, names.nearest(published, "model_id", name))


def check_variant(variant: str) -> None:
    """Raise UnknownName where lineage has no such reading."""
    if variant not in VARIANTS:
        raise UnknownName("variant", variant, VARIANTS)


def told(
    published: Published, asked: Asked, measure: str, holes: Mapping[str, str], common: str = "", **parameters: Any
) -> Answer:
    """Return the rows of a measure of lineage, whose holes say which way it walks; `common` is as of `Published`."""
    sql = measures.fill(measures.load(measure).sql, holes)
    values = {**asked.values, "variant": parameters["variant"]}
    return answered(
        published,
        "lineage",
        sql,
        values,
        table=published.table(sql, values, common=common),
        parameters={"model": asked.model_id, **parameters},
        notes=asked.notes,
    )


def fields_of(answer: Answer) -> dict[str, Any]:
    """Return what an answer is made of, for one that says more."""
    return {each.name: getattr(answer, each.name) for each in fields(answer)}


def _model(name: str, found: Mapping[str, Any]) -> Asked:
    model_id, notes = found["model_id"], []
    if found["until"]:
        notes.append(f"{name} is a former name: since {found['until']} it is {model_id}")
    if found["removed_at"]:
        notes.append(f"{model_id} is no longer on the Hub: gone since {found['removed_at']}")
    return Asked(model_id, found["hub_id"], found["downloads_30d"], tuple(notes))


def _stub(published: Published, name: str) -> Asked:
    scope = published.facts().scope
    status = published.table(_STATUS, {"name": name})["status"][0] or ("dangling" if scope == "full" else "outside")
    where = "not on the Hub (deleted, private or misspelt)" if status == "dangling" else f"outside the scope {scope}"
    return Asked(name, notes=(f"{name} is {where}; it is known from models that name it as their parent",))


def _declared(published: Published, found: Mapping[str, Any]) -> Asked:
    name, home = found["model_id"], found["parent_id"]
    if home is None:
        return Asked(name, notes=(f"models declare {name} as their parent, but no such declaration counts",))
    known = _stub(published, home) if found["parent_key"] is None else find(published, home)
    return replace(known, notes=(f"{name} counts as {home}", *known.notes))
