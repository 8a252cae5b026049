"""Identity: a model keeps its `model_key` forever, whatever its name."""

from __future__ import annotations

from tracker.columns import STORED
from tracker.errors import StoreError
from tracker.sql.connect import Connection, rows, value
from tracker.store.base.model_columns import DECLARED_BY, TAGS_BY, tonight, words

# A source without ids gives its models the hub_id `name:<model_id>`. Such a name and the Hub's id share one key.
_SAME_MODEL = (
    # a known model, in a source without ids
    """
    insert into keys
    select t.hub_id, arg_max(m.model_key, m.last_seen)
    from landed as t join models as m on m.model_id = t.model_id
    where starts_with(t.hub_id, 'name:') and not exists (select 1 from keys as k where k.hub_id = t.hub_id)
    group by t.hub_id
    """,
    # a model known only by name, now with its id. One of that name with another created_at is a different model; the
    # text after an @ distinguishes two of one name
    """
    insert into keys
    select t.hub_id, max(k.model_key)
    from landed as t
    join (
      select split_part(substr(hub_id, 6), '@', 1) as model_id, model_key from keys where starts_with(hub_id, 'name:')
    ) as k on k.model_id = t.model_id
    left join model_facts as m on m.model_key = k.model_key
    where not starts_with(t.hub_id, 'name:')
      and coalesce(abs(epoch(m.created_at) - epoch(t.created_at)) <= 1, true)
      and not exists (select 1 from keys as known where known.hub_id = t.hub_id)
      and not exists (
        select 1 from keys as other where other.model_key = k.model_key and not starts_with(other.hub_id, 'name:'))
    group by t.hub_id
    """,
)

# in order of created_at, so that the same models get the same keys in any order of pages
_NEW_MODELS = """
insert into keys
select t.hub_id, coalesce((select max(model_key) from keys), 0) + row_number() over (order by t.created_at, t.hub_id)
from landed as t
where not exists (select 1 from keys as k where k.hub_id = t.hub_id)
"""

_COLUMNS = ", ".join(f"{tonight(column)} as {column.name}" for column in STORED)

_TONIGHT = f"""
create or replace temp table tonight as
select
  k.model_key, t.hub_id, t.model_id, {_COLUMNS},
  {TAGS_BY} as tags_by, {DECLARED_BY} as declared_by
from landed as t
join keys as k on k.hub_id = t.hub_id
left join ({words("landed", "hub_id")}) as w on w.hub_id = t.hub_id
"""


def identify(connection: Connection) -> int:
    """Give every model of the view `landed` its key, and create the temporary table `tonight` of the night.

    Returns the number of models. Raises StoreError if two landed models have the same key.
    """
    nameless = "select 1 from {0} where starts_with(hub_id, 'name:') limit 1"
    if any(rows(connection, nameless.format(each)) for each in ("keys", "landed")):
        for statement in _SAME_MODEL:
            connection.execute(statement)
    connection.execute(_NEW_MODELS)
    lay_out(connection)
    count: int = value(connection, "select count(*) from tonight")
    distinct: int = value(connection, "select count(distinct model_key) from tonight")
    if count != distinct:
        raise StoreError(f"{count - distinct} of {count} landed models share an identity; land the night again")
    return count


def lay_out(connection: Connection) -> None:
    """Create the temporary table `tonight` from the view `landed`, whose models have keys."""
    connection.execute(_TONIGHT)
