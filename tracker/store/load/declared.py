"""Declared parents of models: read from baseModels and tags, kept as lists that are valid from a night on."""

from __future__ import annotations

from datetime import date

from tracker.graph import hub_names
from tracker.sql.connect import Connection, literal, rows
from tracker.store.base import touched
from tracker.words import HUB_RELATIONS

# The Hub's own declaration takes precedence: baseModels, with ids, and its pair of tags `base_model:<id>` and
# `base_model:<relation>:<id>`. A tag without its twin is text that a tool or a person wrote into the card (PEFT writes
# the path on the trainer's disk), or came with a copied README. It counts only if the Hub declares nothing.
_DECLARED = f"""
create or replace temp table declared as
with structured as (
  -- one row per parent in baseModels; one relation holds for all of a model's
  select model_key, base_relation, unnest(base_models) as parent, generate_subscripts(base_models, 1) as place
  from changed
),
tagged as (
  -- one row per tag: `<id>` or `<relation>:<id>`
  select model_key, substr(unnest(tags), 12) as said, generate_subscripts(tags, 1) as place
  from changed
),
parted as (
  -- a colon parts a relation from an id, and nothing else: not an address, not `C:\\...`, not `name:7b`
  select model_key, place, said, split_part(said, ':', 1) as relation, substr(said, strpos(said, ':') + 1) as rest,
    split_part(said, ':', 1) in {HUB_RELATIONS}
      or regexp_full_match(said, '[a-z_]+:[\\w.-]+/[\\w.-]+') as has_relation
  from tagged
),
said as (
  -- one row per mention of a parent, in either way
  select model_key, parent.model_id as parent_text, parent.hub_id as parent_hub_id, base_relation as relation,
    true as is_typed, 'hub' as evidence, place
  from structured
  union all
  select model_key, if(has_relation, rest, said), null, if(has_relation, relation, null), has_relation, 'tag', place
  from parted
),
named as (
  -- one row per mention that names a parent; has_id: baseModels names it too, any_relation: one that some mention gives
  -- is_declared: baseModels or the Hub's pair of tags names it
  select model_key, parent_id, any_value(parent_hub_id) over this_parent as parent_hub_id,
    if(relation in {HUB_RELATIONS}, relation, null) as relation,
    evidence, place,
    bool_or(evidence = 'hub') over this_parent as has_id,
    bool_or(evidence = 'hub' and relation in {HUB_RELATIONS}) over this_parent as has_relation,
    max(if(relation in {HUB_RELATIONS}, relation, null)) over this_parent as any_relation,
    bool_or(evidence = 'hub') over this_parent
      or (bool_or(is_typed) over this_parent and bool_or(not is_typed) over this_parent) as is_declared
  from (
    select s.*, coalesce(d.named, s.parent_text) as parent_id
    from said as s left join disguised as d on d.said = s.parent_text
  )
  where parent_id <> ''
  window this_parent as (partition by model_key, parent_id)
),
counting as (
  -- the Hub's declaration; where there is none, whatever is said
  select *, bool_or(is_declared) over (partition by model_key) as has_declaration from named
),
ranked as (
  -- one row per parent and relation, by its best mention; a plain tag beside another mention does not count, nor does
  -- another relation than that of baseModels
  select model_key, parent_id, parent_hub_id,
    coalesce(relation, if(evidence = 'hub', any_relation, null), 'other') as relation,
    min(evidence) as evidence, min(place + if(evidence = 'hub', 0, 100000)) as place
  from counting
  where (is_declared or not has_declaration)
    and (evidence = 'hub' or (relation is not null and not has_relation) or (not has_id and any_relation is null))
  group by all
)
-- parents are numbered in the order in which they are first mentioned, those of baseModels before tags
select model_key, parent_id, parent_hub_id, relation, evidence,
  (dense_rank() over (partition by model_key order by first_place, parent_id) - 1)::smallint as ordinal
from (select *, min(place) over (partition by model_key, parent_id) as first_place from ranked)
"""

# one row per model whose declaration differs from the night before: baseModels and tags that name parents
_CHANGED = """
create or replace temp table changed as
select t.model_key, p.base_relation, p.base_models,
  list_filter(p.tags, lambda tag: starts_with(tag, 'base_model:')) as tags
from (select model_key, hub_id from tonight where model_key in (select model_key from read_again)) as t
join landed as p on p.hub_id = t.hub_id
"""

# texts that may name a parent but do not have the form of an id: few, so Python reads each
_ODD = f"""
select distinct text
from (
  select unnest(base_models).model_id as text from changed
  union all
  select unnest([said, substr(said, strpos(said, ':') + 1)]) from (select substr(unnest(tags), 12) as said from changed)
)
where not regexp_full_match(text, '({"|".join(HUB_RELATIONS)}:)?([\\w.-]+/)?[\\w.-]+')
"""

_READ_AGAIN = """
create or replace temp table read_again as
select t.model_key, b.declared_by is not null as had_parents
from tonight as t left join model_facts as b on b.model_key = t.model_key
where t.declared_by is not null and t.declared_by is distinct from b.declared_by
"""

_DECLARED_ANEW = """
create or replace temp table declared_anew as
select model_key, had_parents from read_again where model_key in (
  select model_key from (
    (select model_key, parent_id, parent_hub_id, relation, evidence, ordinal from declared
     except select model_key, parent_id, parent_hub_id, relation, evidence, ordinal from edges)
    union all
    (select model_key, parent_id, parent_hub_id, relation, evidence, ordinal from edges
     where model_key in (select model_key from read_again)
     except select model_key, parent_id, parent_hub_id, relation, evidence, ordinal from declared)
  )
)
"""

_PUT_AWAY = (
    """
    insert into edge_versions
    select e.*, {day} from edges as e where e.model_key in (select model_key from declared_anew)
    """,
    "delete from edges where model_key in (select model_key from declared_anew)",
    """
    insert into edges
    select c.model_key, c.parent_id, c.parent_hub_id, c.relation, c.evidence, c.ordinal,
      coalesce(min(o.first_seen), {day}), {day}
    from declared as c
    left join edge_versions as o
      on o.model_key = c.model_key and o.relation = c.relation and o.valid_to = {day}
      and (o.parent_id = c.parent_id or o.parent_hub_id = c.parent_hub_id)
    where c.model_key in (select model_key from declared_anew)
    group by all
    """,
)

# a parent that was renamed, or only got an id, is the same parent
_REPARENTED = """
insert into events
with old as (
  select model_key, parent_id, parent_hub_id, relation, ordinal from edge_versions
  where valid_to = {day} and model_key in (select model_key from declared_anew where had_parents)
),
now as (
  select model_key, parent_id, parent_hub_id, relation, ordinal from edges
  where valid_from = {day} and model_key in (select model_key from declared_anew where had_parents)
),
differing as (
  select model_key from old where not exists (
    select 1 from now where now.model_key = old.model_key and now.relation = old.relation
      and (now.parent_id = old.parent_id or now.parent_hub_id = old.parent_hub_id))
  union
  select model_key from now where not exists (
    select 1 from old where now.model_key = old.model_key and now.relation = old.relation
      and (now.parent_id = old.parent_id or now.parent_hub_id = old.parent_hub_id))
),
old_text as (
  select model_key, string_agg(relation || ' ' || parent_id, ', ' order by ordinal, relation) as text
  from old
  group by model_key
),
now_text as (
  select model_key, string_agg(relation || ' ' || parent_id, ', ' order by ordinal, relation) as text
  from now
  group by model_key
)
select {day}, d.model_key, t.model_id, 'reparented', o.text, n.text
from differing as d
join tonight as t on t.model_key = d.model_key
left join old_text as o on o.model_key = d.model_key
left join now_text as n on n.model_key = d.model_key
order by d.model_key
"""


def follow_parents(connection: Connection, snapshot_date: date) -> None:
    """Update `edges` to tonight's declarations and add an event for each model that changed its parents.

    A model's list of parents is replaced as a whole, so that the newest night can be undone exactly. A parent that
    stays keeps its first_seen. A model without a declaration in this source keeps its list.
    """
    texts = {"day": literal(snapshot_date)}
    for statement in (_READ_AGAIN, _CHANGED):
        connection.execute(statement.format(**texts))
    _read_disguised(connection)
    for statement in (_DECLARED, _DECLARED_ANEW, *_PUT_AWAY, _REPARENTED):
        connection.execute(statement.format(**texts))
    touched.note(connection, "select model_key from declared_anew")


def _read_disguised(connection: Connection) -> None:
    """Create the temporary table `disguised`: the id that a text names without having the form of one."""
    odd = hub_names.disguised(text for (text,) in rows(connection, _ODD))
    connection.execute("create or replace temp table disguised (said varchar, named varchar)")
    if odd:
        connection.executemany("insert into disguised values (?, ?)", sorted(odd.items()))
