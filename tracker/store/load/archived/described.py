"""What an archive says of models that no night of ours has: words and parents, from its newest night that has them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tracker.columns import LANDED, STORED
from tracker.landing.parse.rows import rows_sql
from tracker.sql.connect import Connection, literal, parquet, rows, transaction, value
from tracker.store.base import runs, touched
from tracker.store.lineage.candidates import forget_parents
from tracker.store.load.declared import follow_parents
from tracker.store.load.identity import lay_out
from tracker.store.record import descriptions


@dataclass(frozen=True)
class Undescribed:
    """Models that archives alone have shown, and the newest night that shows them: they are not described yet."""

    source: str
    snapshot_date: date
    run_id: str
    names: tuple[str, ...]


_UNDESCRIBED = """
select b.source, b.snapshot_date, b.run_id, list(m.model_id order by m.model_id)
from backfilled_models as b join model_facts as m on m.model_key = b.model_key
where not b.is_described
group by all
order by b.snapshot_date desc, b.source
"""


def undescribed(connection: Connection) -> list[Undescribed]:
    """Return who is not described yet, by the night that can describe them, the newest first."""
    owed = rows(connection, _UNDESCRIBED)
    return [Undescribed(source, day, run_id, tuple(names)) for source, day, run_id, names in owed]


# what stays of a model whatever an archive says: who it is
_KEPT = ("hub_id", "model_id", "created_at")
_SAID = ", ".join(f"l.{column.name}" for column in LANDED if column.name not in (*_KEPT, *descriptions.COUNTERS))

_LANDED = f"""
create or replace temp view landed as
select m.hub_id, m.model_id, coalesce(m.created_at, l.created_at) as created_at, l.base_relation, {_SAID},
  null::bigint as downloads_30d, null::bigint as downloads_all_time, null::bigint as likes
from {{said}} as l
join (
  select k.model_key, k.hub_id, k.model_id, k.created_at from model_facts as k
  where k.model_key in (select model_key from asked_for)
) as m on {{same}}
"""

_ASKED_FOR = """
create or replace temp table asked_for as
select b.model_key
from backfilled_models as b join model_facts as m on m.model_key = b.model_key
where b.source = $source and b.snapshot_date = $day and m.model_id in (select unnest($names::varchar[]))
"""

_SAME_NAME = """l.model_id = m.model_id
  and coalesce(abs(epoch(l.created_at) - epoch(m.created_at)) <= 1, true)"""


def describe(connection: Connection, data_dir: Path, source: str, day: date, names: Sequence[str], path: Path) -> int:
    """Note what a night of an archive says of models of these names; return how many it describes.

    `path`: a Parquet file in the columns of a landed night, as far as the archive has them. Those that it says nothing
    of are not asked for again. Models of our own nights keep what these say.
    """
    found = rows(
        connection,
        "select run_id, described_file from nights where snapshot_date = $day and source = $source",
        {"day": day, "source": source},
    )
    if not found:
        return 0
    run_id, file = found[0]
    forget_parents(connection)
    with transaction(connection):
        connection.execute(_ASKED_FOR, {"source": source, "day": day, "names": list(names)})
        said = f"(from {rows_sql([path])} union all by name select null::varchar as base_relation where false)"
        connection.execute(_LANDED.format(said=said, same=_SAME_NAME))
        count = _settle(connection, day)
        written = descriptions.write_rows(connection, data_dir, run_id, day, _described(data_dir / file))
        runs.settle_night(connection, {"run_id": run_id}, written)
        connection.execute(
            "update backfilled_models set is_described = true where model_key in (select model_key from asked_for)"
        )
    return count


def _described(before: Path) -> str:
    """Return what a night's file holds now: what it held, and of those that are described all that is said."""
    columns = ", ".join(f"l.{name}" for name in descriptions.SAID)
    return f"""
      from (
        select t.model_key, {columns} from landed as l join tonight as t on t.hub_id = l.hub_id
        union all by name
        from {parquet(before)} where model_key not in (select model_key from tonight)
      )
      order by model_key
    """


_TOLD_ANEW = """
create or replace temp table asked_for as
select model_key
from described_anew
where model_key in (select model_key from backfilled_models) and ({has_words})
"""


def describe_again(connection: Connection, day: date) -> None:
    """Note once more what the run that was laid last says of models that archives alone have shown."""
    there = {name for name, *_ in rows(connection, "describe described_anew")}
    words = [name for name in descriptions.SAID if name in there and name not in _KEPT]
    if not words:
        return
    connection.execute(_TOLD_ANEW.format(has_words=" or ".join(f"{name} is not null" for name in words)))
    connection.execute(_LANDED.format(said="described_now", same="l.model_key = m.model_key"))
    _settle(connection, day)
    connection.execute(
        "update backfilled_models set is_described = true where model_key in (select model_key from asked_for)"
    )


_CLEARED = (
    "update model_facts set declared_by = null where model_key in (select model_key from tonight)",
    "delete from edges where model_key in (select model_key from tonight)",
    "delete from tags where model_key in (select model_key from tonight)",
    """
    insert into tags
    select t.model_key, l.tags from tonight as t join landed as l on l.hub_id = t.hub_id where l.tags is not null
    """,
)

_WORDS = [column.name for column in STORED if not column.is_counter]
_SETTLED = f"""
update {{table}} as m
set {", ".join(f"{name} = t.{name}" for name in (*_WORDS, "tags_by", "declared_by"))}, valid_from = {{day}}
from tonight as t
where t.model_key = m.model_key
"""


def _settle(connection: Connection, day: date) -> int:
    """Let the models of the view `landed` say this; return how many they are."""
    lay_out(connection)
    for statement in _CLEARED:
        connection.execute(statement)
    follow_parents(connection, day)
    for table in ("model_facts", "facts_before"):
        connection.execute(_SETTLED.format(table=table, day=literal(day)))
    touched.note(connection, "select model_key from tonight", is_named=True)
    count: int = value(connection, "select count(*) from tonight")
    return count
