"""The columns of the tables of models that say what the Hub says, as SQL made from tracker/columns.py."""

from __future__ import annotations

from tracker.columns import STORED, Column
from tracker.sql.connect import Connection, literal, rows
from tracker.store.base import touched

ONCE = [column.name for column in STORED if column.follows == "once"]
NIGHTLY = [column.name for column in STORED if column.follows == "night"]
MOVING = [column.name for column in STORED if column.follows == "night" and not column.is_counter]
COUNTING = [column.name for column in STORED if column.is_counter]
DESCRIBING = [column for column in STORED if column.follows == "change"]

# what tells that a landed row `t` has other tags, or declares other parents, than the night before
TAGS_BY = "hash(t.tags)"
DECLARED_BY = (
    "if(t.tags is not null or t.base_models is not null, hash(t.base_relation, t.base_models, hash(t.tags)), null)"
)

# the columns of facts, which stay until something changes them
FACTS = [
    *("model_key", "hub_id", "model_id"),
    *(column.name for column in STORED if not column.is_counter),
    *("first_seen", "removed_at", "removal", "valid_from", "tags_by", "declared_by"),
]

_OF_FACTS = [column for column in STORED if not column.is_counter]
_OF_COUNTS = [column for column in STORED if column.is_counter]
_TABLES = {
    "model_facts": _OF_FACTS,
    "facts_before": _OF_FACTS,
    "model_counts": _OF_COUNTS,
    "counts_before": _OF_COUNTS,
    "model_versions": DESCRIBING,
}
_WORDS = [column for column in STORED if column.kind == "tag" and not isinstance(column.tags, str)]


def tonight(column: Column) -> str:
    """Return a column's value of a landed row `t`, beside which `words` stands as `w`."""
    if column.kind != "tag":
        return f"t.{column.name}"
    if column in _WORDS:
        return f"w.{column.name}"
    beginning = str(column.tags)
    found, behind = f"list_filter(t.tags, lambda tag: starts_with(tag, {literal(beginning)}))", len(beginning) + 1
    every = f"array_to_string(list_transform({found}, lambda tag: tag[{behind}:]), ', ')"
    return f"if(len({found}) > 1, {every}, {found}[1][{behind}:])"


def words(source: str, key: str) -> str:
    """Return a query for the columns that are a tag out of a list, one row per key with such a tag: the first counts.

    Unnesting all tags of a night is four times faster than looking for long lists of words in each model's.
    """
    chosen = [f"arg_min(tag, place) filter ({_is_one(column)}) as {column.name}" for column in _WORDS]
    return f"""
      select {key}, {", ".join(chosen)}
      from (select {key}, unnest(tags) as tag, generate_subscripts(tags, 1) as place from {source})
      where {" or ".join(map(_is_one, _WORDS))}
      group by {key}"""


def add_missing(connection: Connection) -> None:
    """Add the columns that these tables lack; what is made of tags is filled, the rest waits for the next night."""
    added: set[str] = set()
    for table, columns in _TABLES.items():
        known = {name for (name,) in rows(connection, f"select column_name from (describe {table})")}
        for column in columns:
            if column.name not in known:
                connection.execute(f"alter table {table} add column {column.name} {column.sql_type}")
                added.add(column.name)
    if added:
        touched.note_all(connection)
    filled = [column for column in STORED if column.name in added and column.kind == "tag"]
    if filled:
        values = ", ".join(f"{column.name} = {tonight(column)}" for column in filled)
        beside = f"tags as t left join ({words('tags', 'model_key')}) as w on w.model_key = t.model_key"
        for table in ("model_facts", "facts_before"):
            connection.execute(f"update {table} set {values} from {beside} where t.model_key = {table}.model_key")


def _is_one(column: Column) -> str:
    return f"tag in ({', '.join(map(literal, sorted(column.tags)))})"
