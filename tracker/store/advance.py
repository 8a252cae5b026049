"""The present state of every model: yesterday's rows and tonight's, joined by key into a new table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from tracker.store.connect import Connection, literal


class Confirmation(Protocol):
    """What asking the Hub for one missing model by name has shown."""

    @property
    def hub_id(self) -> str: ...
    @property
    def outcome(self) -> str: ...
    @property
    def now(self) -> str | None: ...


# columns that tonight's row decides alone
_TONIGHT = [
    "model_id",
    "publisher",
    "last_modified",
    "pipeline_tag",
    "library_name",
    "license",
    "parameters",
    "gated",
    "disabled",
    "private",
    "downloads_30d",
    "downloads_all_time",
    "likes",
    "trending_score",
]

# columns whose change makes a new version of a model's description
_DESCRIPTION = ["model_id", "pipeline_tag", "library_name", "license", "parameters", "gated", "disabled", "private"]

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
      select b.model_key, {described} as other_words,
        t.tags_by is distinct from b.tags_by and t.tags_by is not null as other_tags
      from {base} as b join tonight as t on t.model_key = b.model_key
    ) where other_words or other_tags
    """,
    # a hash that differs is only a hint (another version of duckdb may hash otherwise): the tags themselves decide
    """
    update redescribed set other_tags = false where other_tags and model_key in (
      select t.model_key
      from tonight as t
      join read_parquet({path}) as p on p.hub_id = t.hub_id
      join tags as old on old.model_key = t.model_key
      where t.model_key in (select model_key from redescribed where other_tags) and old.tags = p.tags
    )
    """,
    "delete from redescribed where not other_words and not other_tags",
)

# known models in the order they stand in, new ones behind them: keys grow, so the table stays sorted by key
_STATE = """
create table models_now as
select
  b.model_key,
  case when t.hub_id is null or (starts_with(t.hub_id, 'name:') and b.hub_id is not null)
       then b.hub_id else t.hub_id end as hub_id,
  case when t.model_key is not null then t.model_id else coalesce(a.now, b.model_id) end as model_id,
  case when t.model_key is not null then t.publisher
       when a.now is not null then if(contains(a.now, '/'), split_part(a.now, '/', 1), '')
       else b.publisher end as publisher,
  coalesce(t.created_at, b.created_at) as created_at,
  {tonight},
  b.first_seen,
  if(t.model_key is not null, {day}, b.last_seen) as last_seen,
  case when t.model_key is not null then null when a.removal is not null then {day} else b.removed_at end as removed_at,
  case when t.model_key is not null then null else coalesce(a.removal, b.removal) end as removal,
  if(r.model_key is not null, {day}, b.valid_from) as valid_from,
  coalesce(t.tags_by, b.tags_by) as tags_by,
  coalesce(t.claims_by, b.claims_by) as claims_by
from {base} as b
left join tonight as t on t.model_key = b.model_key
left join absent as a on a.model_key = b.model_key
left join redescribed as r on r.model_key = b.model_key
"""

_NEW = """
insert into models_now by name
select *, {day} as first_seen, {day} as last_seen, null::date as removed_at, null::varchar as removal,
  {day} as valid_from
from tonight
where model_key not in (select model_key from {base})
order by model_key
"""


def advance(
    connection: Connection,
    base: str,
    snapshot_date: date,
    models_path: str,
    *,
    is_full: bool,
    confirmations: Sequence[Confirmation],
) -> None:
    """Make `models_now` from the table `base` and `tonight`; nothing counts as removed unless the scope is full.

    Leaves the temporary tables `absent` (missing tonight, with the class of removal) and `redescribed`
    (whose description or tags changed) for the tables that follow from them.
    """
    connection.execute("create or replace temp table confirmed (hub_id varchar, outcome varchar, now varchar)")
    if confirmations:
        found = ", ".join(f"({literal(c.hub_id)}, {literal(c.outcome)}, {literal(c.now)})" for c in confirmations)
        connection.execute(f"insert into confirmed values {found}")
    described = " or ".join(f"t.{column} is distinct from b.{column}" for column in _DESCRIPTION)
    tonight = ",\n  ".join(
        f"if(t.model_key is not null, t.{column}, b.{column}) as {column}"
        for column in _TONIGHT
        if column not in ("model_id", "publisher")
    )
    texts = {
        "base": base,
        "day": f"date {literal(snapshot_date)}",
        "is_full": literal(is_full),
        "described": described,
        "tonight": tonight,
        "path": literal(models_path),
    }
    for statement in (_ABSENT, *_REDESCRIBED, _STATE, _NEW):
        connection.execute(statement.format(**texts))
    _keep_versions(connection, base, texts)


def _keep_versions(connection: Connection, base: str, texts: dict[str, str]) -> None:
    """Put away the descriptions, tags and names that tonight replaced."""
    for statement in _VERSIONS:
        connection.execute(statement.format(**texts))


_VERSIONS = (
    """
    insert into model_versions
    select b.model_key, b.valid_from, {day}, b.model_id, b.pipeline_tag, b.library_name, b.license, b.parameters,
      b.gated, b.disabled, b.private, if(r.other_tags, coalesce(old.tags, []), null)
    from {base} as b
    join redescribed as r on r.model_key = b.model_key
    left join tags as old on old.model_key = b.model_key
    """,
    "delete from tags where model_key in (select model_key from redescribed where other_tags)",
    """
    insert into tags
    select t.model_key, p.tags
    from tonight as t join read_parquet({path}) as p on p.hub_id = t.hub_id
    where p.tags is not null and (
      t.model_key not in (select model_key from {base})
      or t.model_key in (select model_key from redescribed where other_tags)
    )
    """,
    """
    insert into former_names
    select b.model_key, b.model_id, {day}
    from {base} as b join models_now as n on n.model_key = b.model_key
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
