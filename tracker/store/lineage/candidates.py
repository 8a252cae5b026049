"""Everything that models declare of their parents, as arrays: names resolved to models, the rest to named stubs."""

from __future__ import annotations

import numpy as np
import polars as pl

from tracker.graph.shapes import Candidates
from tracker.sql.connect import Connection, frame, rows
from tracker.words import EVIDENCES, RELATIONS

# Which model a declaration names as parent, best answer first: by the Hub's id, by present name, by the name of a model
# that was removed, by a former name, by a present name in another case (the Hub's names are unique so).
_PARENTS = """
create or replace temp table parents_found as
with declared as (
  select distinct parent_id, parent_hub_id from edges
),
by_name as (
  select model_id, arg_max(model_key, (removed_at is null, last_seen, model_key)) as model_key
  from models
  where model_id in (select parent_id from declared)
  group by model_id
),
by_former_name as (
  select model_id, arg_max(model_key, (until, model_key)) as model_key
  from former_names
  where model_id in (select parent_id from declared)
  group by model_id
),
unmatched as (
  select distinct lower(d.parent_id) as lower_id
  from declared as d
  where d.parent_id not in (select model_id from by_name)
),
by_case as (
  select lower(model_id) as lower_id, arg_max(model_key, (last_seen, model_key)) as model_key
  from models
  where removed_at is null and lower(model_id) in (select lower_id from unmatched)
  group by 1
)
select d.parent_id, d.parent_hub_id,
  coalesce(m.model_key, n.model_key, f.model_key, c.model_key) as parent_key
from declared as d
left join keys as k on k.hub_id = d.parent_hub_id
left join model_facts as m on m.model_key = k.model_key
left join by_name as n on n.model_id = d.parent_id
left join by_former_name as f on f.model_id = d.parent_id
left join by_case as c on c.lower_id = lower(d.parent_id)
"""

_NODES = """
create or replace temp table nodes as
select model_key, (row_number() over (order by model_key) - 1)::integer as node from model_facts
"""

_STUBS = """
create or replace temp table stubs as
select parent_id, is_sought,
  ((select count(*) from model_facts) + row_number() over (order by parent_id) - 1)::integer as node
from (
  -- whether a night that saw the whole Hub looked for it: one on or after the day on which it was first named
  select p.parent_id, coalesce(min(e.first_seen) <= any_value(whole.night), false) as is_sought
  from parents_found as p
  join edges as e on e.parent_id = p.parent_id and e.parent_hub_id is not distinct from p.parent_hub_id
  cross join (select max(snapshot_date) as night from nights where scope = 'full') as whole
  where p.parent_key is null
  group by p.parent_id
)
"""

_EDGES = """
select derivative.node as derivative, coalesce(parent.node, s.node)::integer as parent,
  e.relation, e.evidence, e.ordinal::integer as ordinal
from edges as e
join parents_found as p on p.parent_id = e.parent_id and p.parent_hub_id is not distinct from e.parent_hub_id
join nodes as derivative on derivative.model_key = e.model_key
left join nodes as parent on parent.model_key = p.parent_key
left join stubs as s on s.parent_id = e.parent_id and p.parent_key is null
order by derivative, ordinal, parent
"""

_MODELS = """
select model_key, model_id, coalesce(epoch(created_at)::bigint, -1) as created_at, removed_at is null as present,
  coalesce(architecture, '') as hint
from model_facts
order by model_key
"""


def find_parents(connection: Connection) -> None:
    """Leave the temporary tables `parents_found`, `nodes` and `stubs`: who is meant by each declared parent.

    They stay until the next load, for lineage and for the published copy.
    """
    if not rows(connection, "select 1 from duckdb_tables() where temporary and table_name = 'stubs'"):
        for statement in (_PARENTS, _NODES, _STUBS):
            connection.execute(statement)


def forget_parents(connection: Connection) -> None:
    """Drop what `find_parents` has left, before models or what they declare are changed."""
    connection.execute("drop table if exists temp.stubs")


def candidates(connection: Connection) -> Candidates:
    """Return everything that is declared; nodes are positions by model_key, then stubs by name."""
    find_parents(connection)
    models = frame(connection, _MODELS)
    stubs = frame(connection, "select parent_id, is_sought, node from stubs order by node")
    edges = frame(connection, _EDGES)
    return Candidates(
        model_keys=models["model_key"].to_numpy().astype(np.int32),
        names=pl.concat([models["model_id"], stubs["parent_id"].rename("model_id")]),
        created_at=models["created_at"].to_numpy().astype(np.int64),
        present=models["present"].to_numpy().astype(np.bool_),
        derivative=edges["derivative"].to_numpy().astype(np.int32),
        parent=edges["parent"].to_numpy().astype(np.int32),
        relation=_codes(edges["relation"], RELATIONS),
        evidence=_codes(edges["evidence"], EVIDENCES),
        ordinal=edges["ordinal"].to_numpy().astype(np.int32),
        full_scope=bool(rows(connection, "select 1 from nights where scope = 'full' limit 1")),
        unsought=stubs.filter(~pl.col("is_sought"))["node"].to_numpy().astype(np.int32),
        hints=models["hint"].to_list(),
    )


def _codes(column: pl.Series, words: tuple[str, ...]) -> np.ndarray[tuple[int, ...], np.dtype[np.int8]]:
    codes = column.replace_strict(list(words), list(range(len(words))), return_dtype=pl.Int8)
    return codes.to_numpy().astype(np.int8)
