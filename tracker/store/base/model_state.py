"""What is known of every model: as of the newest night, and before it, for it may be loaded again.

    model_facts     one row per model: what is said of it; a night changes the rows of models that it changed
    model_counts    one row per model: the night that saw it last, and the numbers of that night; rebuilt each night
    facts_before    the facts before the newest night, of models for which they were others
    counts_before   model_counts before the newest night; who is not in it came with that night

The views `models` and `models_before` put facts and counts together, for statements that need both.
"""

from __future__ import annotations

from tracker.columns import STORED, Column
from tracker.sql.connect import Connection, rows, value
from tracker.store.base.model_columns import FACTS

TABLES = ("model_facts", "facts_before", "model_counts", "counts_before")

_BEFORE = """(
  from model_facts as n where not exists (select 1 from facts_before as b where b.model_key = n.model_key)
  union all by name
  from facts_before
)"""
_VIEWS = {"models": ("model_facts", "model_counts"), "models_before": (_BEFORE, "counts_before")}
_COLUMNS = [
    *("model_key", "hub_id", "model_id"),
    *(column.name for column in STORED),
    *("first_seen", "last_seen", "removed_at", "removal", "valid_from", "tags_by", "declared_by"),
]

# Left to choose, duckdb tries every compression on every text, which takes as long as all the rest of the table.
# Names and ids hardly repeat, words do.
_FACTS = """
create or replace table model_facts (
  model_key integer,
  hub_id varchar using compression uncompressed,
  model_id varchar using compression uncompressed,
  {declared},
  first_seen date, removed_at date,
  removal varchar using compression dictionary,
  valid_from date, tags_by ubigint, declared_by ubigint
)
"""


def settle_form(connection: Connection) -> None:
    """Declare the table of facts while it is empty, and the views whose columns are not today's."""
    if not value(connection, "select count(*) from model_facts"):
        declared = (f"{each.name} {each.sql_type}{_compression(each)}" for each in STORED if not each.is_counter)
        connection.execute(_FACTS.format(declared=",\n  ".join(declared)))
    known = "select column_name from duckdb_columns() where table_name = $view order by column_index"
    for view, (facts, counts) in _VIEWS.items():
        if [name for (name,) in rows(connection, known, {"view": view})] != _COLUMNS:
            columns = ", ".join(f"{'f' if name in FACTS else 'c'}.{name}" for name in _COLUMNS)
            connection.execute(
                f"create or replace view {view} as "
                f"select {columns} from {facts} as f join {counts} as c on c.model_key = f.model_key"
            )


def _compression(column: Column) -> str:
    return " using compression dictionary" if column.sql_type == "varchar" else ""


def change(connection: Connection, *, keep_before: bool) -> None:
    """Put in place `facts_now`, whole rows of those that change or are new, and `counts_now`, all: temporary tables.

    What was before them is what was before the newest night from then on, unless that is kept.
    """
    if not keep_before:
        for statement in _IS_BEFORE:
            connection.execute(statement)
    for statement in _CHANGE:
        connection.execute(statement)


_IS_BEFORE = (
    "delete from facts_before",
    "drop table counts_before",
    "alter table model_counts rename to counts_before",
)


_CHANGE = (
    """
    insert into facts_before by name
    from model_facts
    where model_key in (select model_key from facts_now) and model_key in (select model_key from counts_before)
      and model_key not in (select model_key from facts_before)
    """,
    "delete from model_facts where model_key in (select model_key from facts_now)",
    "insert into model_facts by name from facts_now order by model_key",
    "create or replace table model_counts as from counts_now",
)


def take_back(connection: Connection) -> None:
    """Make the state before the newest night the present one."""
    for statement in _TAKE_BACK:
        connection.execute(statement)


_TAKE_BACK = (
    """
    delete from model_facts
    where model_key in (select model_key from facts_before) or model_key not in (select model_key from counts_before)
    """,
    "insert into model_facts by name from facts_before",
    "delete from facts_before",
    "create or replace table model_counts as from counts_before",
)
