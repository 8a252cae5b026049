"""A night's hash: of the values of its rows, independent of their order, file, keys and the version of duckdb.

It is the sha256 over the sha256 of each row, in hex, in the order of hub_id. A row is its values with their column
names. A column without a value is left out, so that a new column does not change the hashes of earlier nights.
"""

from __future__ import annotations

from pathlib import Path

from tracker.sql.connect import Connection, literal, parquet, rows, value

_PLACE = ("page", "position")  # the row's place in the walk
_BETWEEN_VALUES, _BETWEEN_ITEMS = "chr(30)", "chr(31)"

# each type as text, in a form that is the same in all versions of duckdb
_AS_TEXT = {
    "VARCHAR": "{0}",
    "BIGINT": "{0}::varchar",
    "INTEGER": "{0}::varchar",
    "BOOLEAN": "{0}::varchar",
    "DOUBLE": "format('{{:.6f}}', {0})",
    "TIMESTAMP WITH TIME ZONE": "epoch_us({0})::varchar",
    "VARCHAR[]": f"array_to_string({{0}}, {_BETWEEN_ITEMS})",
}
_OTHERWISE = "to_json({0})::varchar"  # lists of structs

_OWED = """
select snapshot_date, source, scope, file from nights where rows_sha256 is null order by snapshot_date, source, scope
"""

_RECORDED = """
(
  select m.hub_id, r.downloads_30d, r.downloads_all_time, r.likes
  from {night} as r join model_facts as m on m.model_key = r.model_key
)
"""


def night_hash(connection: Connection, night: str) -> str:
    """Return the hash of the rows of a table, view or expression with a column hub_id."""
    columns = dict(rows(connection, f"select column_name, column_type from (describe from {night})"))
    texts = [_text(name, columns[name]) for name in sorted(columns) if name not in _PLACE]
    found: str | None = value(
        connection,
        f"""
        select sha256(string_agg(digest, '' order by hub_id))
        from (select hub_id, sha256(concat_ws({_BETWEEN_VALUES}, {", ".join(texts)})) as digest from {night})
        """,
    )
    return found or value(connection, "select sha256('')")


def hash_older_nights(connection: Connection, data_dir: Path) -> None:
    """Hash the nights that were loaded before hashes existed, from their rows in the record."""
    for day, source, scope, file in rows(connection, _OWED):
        recorded = _RECORDED.format(night=parquet(data_dir / file))
        connection.execute(
            """
            update nights set rows_sha256 = $rows_sha256, hashed_of = 'record'
            where snapshot_date = $day and source = $source and scope = $scope
            """,
            {"rows_sha256": night_hash(connection, recorded), "day": day, "source": source, "scope": scope},
        )


def _text(name: str, kind: str) -> str:
    """Return the SQL of `name=value`; it is null without a value, which concat_ws leaves out."""
    return f"""{literal(name + "=")} || {_AS_TEXT.get(kind, _OTHERWISE).format(f'"{name}"')}"""
