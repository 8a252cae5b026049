"""Compute the present state of every model: facts that changed since the night before, and tonight's numbers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from tracker.sql.connect import Connection, literal
from tracker.store.base import model_columns, touched


class Confirmation(Protocol):
    """The Hub's answer about one missing model, requested by name."""

    @property
    def hub_id(self) -> str:
        """The model that was asked for."""

    @property
    def outcome(self) -> str:
        """What the Hub answered: there, gone, renamed, private, ..."""

    @property
    def now(self) -> str | None:
        """Its present name if it was renamed."""


_NEWCOMERS = """
create or replace temp table newcomers as
select model_key from tonight where not exists (select 1 from model_counts as b where b.model_key = tonight.model_key)
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
from model_facts as b
left join confirmed as c on c.hub_id = b.hub_id
where {is_full} and b.removed_at is null and not exists (select 1 from tonight as t where t.model_key = b.model_key)
"""

_REDESCRIBED = (
    """
    create or replace temp table redescribed as
    select * from (
      select t.model_key, {words}, {differs} as other_words,
        t.tags_by is distinct from b.tags_by and t.tags_by is not null as other_tags
      from model_facts as b join tonight as t on t.model_key = b.model_key
    ) where other_words or other_tags
    """,
    # a different hash is only a hint, since versions of duckdb may hash differently: the tags themselves decide
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

# models known by name alone that a source with ids now identifies
_IDENTIFIED = """
create or replace temp table identified as
select t.model_key, t.hub_id
from model_facts as b join tonight as t on t.model_key = b.model_key
where (b.hub_id is null or starts_with(b.hub_id, 'name:')) and not starts_with(t.hub_id, 'name:')
"""

# known models with a new description, name or commit, and those that are gone or back
_CHANGING = """
create or replace temp table changing as
select model_key from redescribed
union
select model_key from identified
union
select model_key from absent where removal is not null or now is not null
union
select b.model_key
from model_facts as b join tonight as t on t.model_key = b.model_key
where b.removed_at is not null or b.removal is not null or {moved}
"""

# complete rows of the changing models and of new ones
_FACTS_NOW = """
create or replace temp table facts_now as
select
  b.model_key,
  coalesce(i.hub_id, b.hub_id) as hub_id,
  {described},
  {once},
  {moving},
  b.first_seen,
  case when t.model_key is not null then null when a.removal is not null then {day} else b.removed_at end as removed_at,
  case when t.model_key is not null then null else coalesce(a.removal, b.removal) end as removal,
  if(r.model_key is not null, {day}, b.valid_from) as valid_from
from (from model_facts where model_key in (select model_key from changing)) as b
left join tonight as t on t.model_key = b.model_key
left join redescribed as r on r.model_key = b.model_key
left join identified as i on i.model_key = b.model_key
left join absent as a on a.model_key = b.model_key
union all by name
select {new}, {day} as first_seen, null::date as removed_at, null::varchar as removal, {day} as valid_from
from tonight
where model_key in (select model_key from newcomers)
"""

_COUNTS_NOW = """
create or replace temp table counts_now as
select b.model_key, if(t.model_key is not null, {day}, b.last_seen) as last_seen, {counted}
from model_counts as b left join tonight as t on t.model_key = b.model_key
union all by name
select model_key, {day} as last_seen, {counters} from tonight where model_key in (select model_key from newcomers)
"""

# models whose published rows change, and rows of models that name them: new, gone, back or renamed ...
_NAMED = """
select model_key from newcomers
union all
select r.model_key
from redescribed as r join model_facts as b on b.model_key = r.model_key
where r.model_id <> b.model_id
union all
select model_key from absent where removal is not null or now is not null
union all
select t.model_key from tonight as t join model_facts as b on b.model_key = t.model_key where b.removed_at is not null
"""

# ... or only their own rows: with a new description or commit, now in the newest night, or no longer in it
_MOVED = """
select model_key from changing
union all
select t.model_key
from tonight as t
join model_counts as b on b.model_key = t.model_key
where b.last_seen <> (select max(last_seen) from model_counts)
union all
select b.model_key
from model_counts as b
where b.last_seen = (select max(last_seen) from model_counts)
  and not exists (select 1 from tonight as t where t.model_key = b.model_key)
"""


def advance(
    connection: Connection, snapshot_date: date, *, is_full: bool, confirmations: Sequence[Confirmation]
) -> None:
    """Compute the changes from `tonight`; a model counts as removed only if the scope is full.

    It creates the temporary tables `facts_now` and `counts_now`, which `model_state.change` makes the present state.
    It also creates `newcomers` (unknown before), `absent` (missing tonight, with the class of removal) and
    `redescribed` (description or tags changed), from which further tables are computed.
    """
    connection.execute("create or replace temp table confirmed (hub_id varchar, outcome varchar, now varchar)")
    if confirmations:
        found = ", ".join(f"({literal(c.hub_id)}, {literal(c.outcome)}, {literal(c.now)})" for c in confirmations)
        connection.execute(f"insert into confirmed values {found}")
    texts = {"day": literal(snapshot_date), "is_full": literal(is_full), **_of_columns()}
    worked_out = (_NEWCOMERS, _ABSENT, *_REDESCRIBED, _IDENTIFIED, _CHANGING, _FACTS_NOW, _COUNTS_NOW)
    for statement in (*worked_out, *_VERSIONS):
        connection.execute(statement.format(**texts))
    touched.note(connection, _NAMED.format(**texts), is_named=True)
    touched.note(connection, _MOVED.format(**texts))


_KEPT = (*model_columns.ONCE, "tags_by", "declared_by")  # the last value of these columns stays


def _of_columns() -> dict[str, str]:
    """Return the parts of SQL that list columns, by their placeholder."""
    said = ["model_id", *(column.name for column in model_columns.DESCRIBING)]
    told = (*said, *_KEPT, *model_columns.MOVING)
    return {
        "words": ", ".join(f"t.{name}" for name in said),
        "differs": " or ".join(f"t.{name} is distinct from b.{name}" for name in said),
        "described": ",\n  ".join(_described(name) for name in said),
        "once": ",\n  ".join(f"coalesce(t.{name}, b.{name}) as {name}" for name in _KEPT),
        "moving": ",\n  ".join(_tonights(name) for name in model_columns.MOVING),
        "counted": ", ".join(_tonights(name) for name in model_columns.COUNTING),
        "counters": ", ".join(model_columns.COUNTING),
        "moved": " or ".join(
            (
                *(f"(t.{name} is not null and t.{name} is distinct from b.{name})" for name in _KEPT),
                *(f"t.{name} is distinct from b.{name}" for name in model_columns.MOVING),
            )
        ),
        "new": ", ".join(("model_key", "hub_id", *told)),
        "description": ", ".join(f"b.{name}" for name in said),
    }


def _tonights(column: str) -> str:
    return f"if(t.model_key is not null, t.{column}, b.{column}) as {column}"


def _described(column: str) -> str:
    """Return the SQL of the present value of a description's column; an absent model may still be renamed."""
    before = f"coalesce(a.now, b.{column})" if column == "model_id" else f"b.{column}"
    return f"if(r.model_key is not null, r.{column}, {before}) as {column}"


_VERSIONS = (
    """
    insert into model_versions by name
    select b.model_key, b.valid_from, {day} as valid_to, {description},
      if(r.other_tags, coalesce(old.tags, []), null) as tags
    from model_facts as b
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
    from named_anew as n join model_facts as b on b.model_key = n.model_key
    where n.model_id <> b.model_id
    """,
)
