"""Trees of several models are walked at once, before any is asked for: each question is then told what it would be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tracker import measures
from tracker.answers.ancestry import asked
from tracker.answers.ancestry.below import DOWN, EDGES
from tracker.table import Table

if TYPE_CHECKING:
    from tracker.store import Published

_FOUND = """
with found as (
  select model_key, hub_id, model_id, removed_at
  from described_models
  where removed_at is null and list_contains(string_split($names, ','), model_id)
)
select found.model_id as asked_id, found.hub_id, found.model_id, models.downloads_30d, found.removed_at,
  null::date as until
from found
join models on models.model_key = found.model_key
order by found.model_id, found.hub_id
"""
_FAMILIES = """
select
  lower(model_id) as asked_id,
  model_id,
  coalesce(own_family, 'unreviewed') as family,
  coalesce(own_line, 'unreviewed') as line,
  coalesce(origin_country, 'unreviewed') as origin_country
from described_models
where list_contains(string_split($lowered, ','), lower(model_id))
order by asked_id, model_id
"""


def foresee(published: Published, names: Sequence[str], variant: str = "default") -> None:
    """Ask what trees of models ask, of all of them at once, while many questions are asked together.

    It is of models that are there and are called so: what is built on each, and its family. All else is asked later.
    """
    found = _by_first(published.table(_FOUND, {"names": ",".join(names)}))
    one = {name: Table(rows.types, rows.rows[:1]) for name, rows in found.items()}
    for name, rows in one.items():
        published.foretell(asked.EXACT, {"name": name}, rows)
    _trees(published, {name: rows["hub_id"][0] for name, rows in one.items()}, variant)
    _families(published, list(one))


def _trees(published: Published, ids: Mapping[str, str], variant: str) -> None:
    values = {"hub_ids": ",".join(ids.values()), "stub": "", "steps": asked.STEPS, "variant": variant}
    every = measures.fill(measures.part("descendants_of_many"), DOWN)
    sql = measures.fill(measures.load("descendants").sql, DOWN)
    rows = _by_first(published.table(every, values, common=EDGES))
    for name, hub_id in ids.items():
        if hub_id in rows:
            published.foretell(sql, {**asked.Asked(name, hub_id).values, "variant": variant}, rows[hub_id])


def _families(published: Published, names: Sequence[str]) -> None:
    """Foretell the families of names that no other model has in another case."""
    rows = _by_first(published.table(_FAMILIES, {"lowered": ",".join(name.lower() for name in names)}))
    for name in names:
        held = rows.get(name.lower())
        if held and held["model_id"] == [name]:
            published.foretell(measures.load("family_of").sql, {"model": name}, held)


def _by_first(table: Table) -> dict[str, Table]:
    """Return the rows by the value of their first column, without it."""
    others = table.columns[1:]
    types = {name: table.types[name] for name in others}
    found: dict[str, list[tuple[Any, ...]]] = {}
    for key, *row in table.rows:
        found.setdefault(key, []).append(tuple(row))
    return {key: Table(types, rows) for key, rows in found.items()}
