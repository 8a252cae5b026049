"""The type of Spark for each type of duckdb."""

from __future__ import annotations

import re

from sqlglot import exp

from tracker.errors import StoreError

_PLAIN = {
    "BOOLEAN": "boolean",
    "TINYINT": "tinyint",
    "SMALLINT": "smallint",
    "INTEGER": "int",
    "BIGINT": "bigint",
    "UTINYINT": "smallint",  # Spark has no unsigned types: the next larger one holds all values
    "USMALLINT": "int",
    "UINTEGER": "bigint",
    "UBIGINT": "decimal(38,0)",
    "HUGEINT": "decimal(38,0)",
    "UHUGEINT": "decimal(38,0)",
    "FLOAT": "float",
    "DOUBLE": "double",
    "DATE": "date",
    "TIMESTAMP": "timestamp_ntz",
    "TIMESTAMP WITH TIME ZONE": "timestamp",
    "VARCHAR": "string",
    "BLOB": "binary",
}


def of(kind: str) -> str:
    """Return the type of Spark that holds the values of a type of duckdb. Raises StoreError if there is none."""
    if kind.endswith("]") or kind.startswith(("STRUCT", "MAP")):
        return str(exp.DataType.build(kind, dialect="duckdb").sql(dialect="spark"))
    if decimal := re.fullmatch(r"DECIMAL\((\d+),\s*(\d+)\)", kind):
        return f"decimal({decimal[1]},{decimal[2]})"
    if kind.startswith("ENUM"):
        return "string"
    if kind not in _PLAIN:
        raise StoreError(f"Spark has no type for {kind}")
    return _PLAIN[kind]


def schema(columns: dict[str, str]) -> str:
    """Return columns with types of duckdb as a schema of Spark."""
    return ", ".join(f"`{name}` {of(kind)}" for name, kind in columns.items())
