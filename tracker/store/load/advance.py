"""The present state of every model: yesterday's rows and tonight's, joined by key into a new table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from tracker.columns import STORED, Column
from tracker.sql.connect import Connection, literal
from tracker.store.base import model_columns, touched


class Confirmation(Protocol):
    """What asking the Hub for one missing model by name has shown."""

    @property
    def hub_id(self) -> str: ...
    @property
    def outcome(self) -> str: ...
    @property
    def now(self) -> str | None: ...


_NEWCOMERS = """
create or replace temp table newcomers as
select model_key from tonight where not exists (select 1 from {base} as b where b.model_key = tonight.model_key)
"""

_ABSENT = """
create or replace temp table absent as
select
  b.model_key, c.now,
  case
    when c.outcome in ('present', 'renamed') then null
    when c.outcome in ('gone', 'disabled', 'replaced') then c.outcome
    when exists (select 1 from tonight as t where t.model_id = b.model_id) then 'replaced'
    else 'unconfirmed'
  end as removal
from {base} as b
left join confirmed as c on c.hub_id = b.hub_id
where {is_full} and b.removed_at is null and not exists (select 1 from tonight as t where t.model_key = b.model_key)
"""

_REDESCRIBED = (
    """
    create or replace temp table redescribed as
    select * from (
      select t.model_key, {words}, {differs} as other_words,
        t.tags_by is distinct from b.tags_by and t.tags_by is not null as other_tags
      from {base} as b join tonight as t on t.model_key = b.model_key
    ) where other_words or other_tags
    """,
    # a hash that differs is only a hint (another version of duckdb may hash otherwise): the tags themselves decide
    """
    update redescribed set other_tags = false where other_tags and model_key in (
      select t.model_key
      from tonight as t
      join landed as p on p.hub_id = t.hub_id
      join tags as old on old.model_key = t.model_key
      where t.model_key in (select model_key from redescribed where other_tags) and old.tags = p.tags
    )
    """,
    "delete from redescribed where not other_words and not other_tags",
)

# a source with ids has met models that were known by name alone
_IDENTIFIED = """
create or replace temp table identified as
select t.model_key, t.hub_id
from {base} as b join tonight as t on t.model_key = b.model_key
where (b.hub_id is null or starts_with(b.hub_id, 'name:')) and not starts_with(t.hub_id, 'name:')
"""

# Left to choose, duckdb tries every compression on every text, which takes as long as all the rest of this table.
# Names and ids hardly repeat, words do.
_MODELS_NOW = """
create table models_now (
  model_key integer,
  hub_id varchar using compression uncompressed,
  model_id varchar using compression uncompressed,
  {declared},
  first_seen date, last_seen date, removed_at date,
  removal varchar using compression dictionary,
  valid_from date, tags_by ubigint, declared_by ubigint
)
"""

# Known models in the order they stand in, new ones behind them: keys grow, so the table stays sorted by key.
# Only numbers are joined for all models; texts are taken over, but for the few that changed.
_STATE = """
insert into models_now by name
select
  b.model_key,
  coalesce(i.hub_id, b.hub_id) as hub_id,
  {described},
  {once},
  {nightly},
  b.first_seen,
  if(t.model_key is not null, {day}, b.last_seen) as last_seen,
  case when t.model_key is not null then null when a.removal is not null then {day} else b.removed_at end as removed_at,
  case when t.model_key is not null then null else coalesce(a.removal, b.removal) end as removal,
  if(r.model_key is not null, {day}, b.valid_from) as valid_from,
  coalesce(t.tags_by, b.tags_by) as tags_by,
  coalesce(t.declared_by, b.declared_by) as declared_by
from {base} as b
left join tonight as t on t.model_key = b.model_key
left join redescribed as r on r.model_key = b.model_key
left join identified as i on i.model_key = b.model_key
left join absent as a on a.model_key = b.model_key
"""

# whose published rows are other than on the night before: new, gone, back or called otherwise ...
_NAMED = """
select model_key from newcomers
union all
select r.model_key from redescribed as r join {base} as b on b.model_key = r.model_key where r.model_id <> b.model_id
union all
select model_key from absent where removal is not null or now is not null
union all
select t.model_key from tonight as t join {base} as b on b.model_key = t.model_key where b.removed_at is not null
"""

# ... or described otherwise, committed to, come into the newest night or gone from it
_MOVED = """
select model_key from redescribed
union all
select model_key from identified
union all
select t.model_key
from tonight as t
join {base} as b on b.model_key = t.model_key
where b.last_seen <> (select max(last_seen) from {base}) or {moved}
union all
select b.model_key
from {base} as b
where b.last_seen = (select max(last_seen) from {base})
  and not exists (select 1 from tonight as t where t.model_key = b.model_key)
"""

_NEW = """
insert into models_now by name
select *, {day} as first_seen, {day} as last_seen, null::date as removed_at, null::varchar as removal,
  {day} as valid_from
from tonight
where model_key in (select model_key from newcomers)
order by model_key
"""


def advance(
    connection: Connection,
    base: str,
    snapshot_date: date,
    *,
    is_full: bool,
    confirmations: Sequence[Confirmation],
) -> None:
    """Make `models_now` from the table `base` and `tonight`; nothing counts as removed unless the scope is full.

    Leaves the temporary tables `newcomers` (unknown before), `absent` (missing tonight, with the class of
    removal) and `redescribed` (whose description or tags changed) for the tables that follow from them.
    """
    connection.execute("create or replace temp table confirmed (hub_id varchar, outcome varchar, now varchar)")
    if confirmations:
        found = ", ".join(f"({literal(c.hub_id)}, {literal(c.outcome)}, {literal(c.now)})" for c in confirmations)
        connection.execute(f"insert into confirmed values {found}")
    texts = {
        "base": base,
        "day": literal(snapshot_date),
        "is_full": literal(is_full),
        **_of_columns(),
    }
    for statement in (_NEWCOMERS, _ABSENT, *_REDESCRIBED, _IDENTIFIED, _MODELS_NOW, _STATE, _NEW, *_VERSIONS):
        connection.execute(statement.format(**texts))
    touched.note(connection, _NAMED.format(**texts), is_named=True)
    touched.note(connection, _MOVED.format(**texts))


def _of_columns() -> dict[str, str]:
    """Return the texts that are made of the columns: how each is declared, and what becomes of it tonight."""
    said = ["model_id", *(column.name for column in model_columns.DESCRIBING)]
    return {
        "declared": ",\n  ".join(f"{column.name} {column.sql_type}{_compression(column)}" for column in STORED),
        "words": ", ".join(f"t.{name}" for name in said),
        "differs": " or ".join(f"t.{name} is distinct from b.{name}" for name in said),
        "described": ",\n  ".join(_described(name) for name in said),
        "once": ",\n  ".join(f"coalesce(t.{name}, b.{name}) as {name}" for name in model_columns.ONCE),
        "nightly": ",\n  ".join(
            f"if(t.model_key is not null, t.{name}, b.{name}) as {name}" for name in model_columns.NIGHTLY
        ),
        "moved": " or ".join(
            f"(t.{name} is not null and t.{name} is distinct from b.{name})"
            if name in model_columns.ONCE
            else f"t.{name} is distinct from b.{name}"
            for name in (*model_columns.ONCE, *model_columns.MOVING)
        ),
        "description": ", ".join(f"b.{name}" for name in said),
    }


def _compression(column: Column) -> str:
    return " using compression dictionary" if column.sql_type == "varchar" else ""


def _described(column: str) -> str:
    """Return the expression of a word now; a model that is absent may have been renamed all the same."""
    before = f"coalesce(a.now, b.{column})" if column == "model_id" else f"b.{column}"
    return f"if(r.model_key is not null, r.{column}, {before}) as {column}"


_VERSIONS = (
    """
    insert into model_versions by name
    select b.model_key, b.valid_from, {day} as valid_to, {description},
      if(r.other_tags, coalesce(old.tags, []), null) as tags
    from {base} as b
    join redescribed as r on r.model_key = b.model_key
    left join tags as old on old.model_key = b.model_key
    """,
    "delete from tags where model_key in (select model_key from redescribed where other_tags)",
    """
    insert into tags
    with wanted as (
      select model_key from newcomers union all select model_key from redescribed where other_tags
    )
    select t.model_key, p.tags
    from (select model_key, hub_id from tonight where model_key in (select model_key from wanted)) as t
    join landed as p on p.hub_id = t.hub_id
    where p.tags is not null
    """,
    """
    insert into former_names
    with named_anew as (
      select model_key, model_id from redescribed where other_words
      union all
      select model_key, now from absent where now is not null
    )
    select b.model_key, b.model_id, {day}
    from named_anew as n join {base} as b on b.model_key = n.model_key
    where n.model_id <> b.model_id
    """,
)


def settle(connection: Connection, *, keep_before: bool) -> None:
    """Put `models_now` in the place of `models`; the former state stays as `models_before` unless it is kept."""
    if keep_before:
        connection.execute("drop table models")
    else:
        connection.execute("drop table models_before")
        connection.execute("alter table models rename to models_before")
    connection.execute("alter table models_now rename to models")
