"""The actions of a Delta log as it spells them: one JSON object each.

The protocol asks writers for a feature that is ours alone: others must read, and must not write. VACUUM would delete
nights that an earlier generation names, OPTIMIZE would write them again.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, unquote

from tracker.errors import StoreError

Action = dict[str, Any]

PROTOCOL: Action = {
    "protocol": {"minReaderVersion": 1, "minWriterVersion": 7, "writerFeatures": ["tracker-isTheOnlyWriter"]}
}

_TYPES = {
    "BOOLEAN": "boolean",
    "TINYINT": "byte",
    "SMALLINT": "short",
    "INTEGER": "integer",
    "BIGINT": "long",
    "FLOAT": "float",
    "DOUBLE": "double",
    "VARCHAR": "string",
    "DATE": "date",
    "TIMESTAMP WITH TIME ZONE": "timestamp",
}


def schema(columns: Sequence[tuple[str, Any]]) -> str:
    """Return the schema of a table whose columns have these types of duckdb. Raises StoreError for one it has not."""
    return json.dumps({"type": "struct", "fields": [_field(name, kind) for name, kind in columns]})


def _field(name: str, kind: Any) -> Action:
    """Return a column that may be null: whether a file has nulls changes from night to night."""
    spelled = _spelled(kind)
    if spelled is None:
        raise StoreError(f"the column {name} is of the type {kind}, which a Delta table has not")
    return {"name": name, "type": spelled, "nullable": True, "metadata": {}}


def _spelled(kind: Any) -> str | Action | None:
    if kind.id == "list":
        element = _spelled(dict(kind.children)["child"])  # duckdb's word
        return element and {"type": "array", "elementType": element, "containsNull": True}
    if kind.id == "struct":
        return {"type": "struct", "fields": [_field(name, each) for name, each in kind.children]}  # duckdb's word
    if kind.id == "decimal":
        return "decimal({precision},{scale})".format_map(dict(kind.children))  # duckdb's word
    return _TYPES.get(str(kind))


def metadata(table: str, columns: str, moment: int) -> Action:
    """Return what is said of a table: its id follows from its name, `columns` is its schema."""
    told = {
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"tracker:{table}")),
        "name": table,
        "format": {"provider": "parquet", "options": {}},
        "schemaString": columns,
        "partitionColumns": [],
        "configuration": {},
        "createdTime": moment,
    }
    return {"metaData": told}


def add(file: str, size: int, statistics: Mapping[str, Any] | None, moment: int) -> Action:
    """Return that a file is part of the table. `file`: its path from the folder of the table."""
    told = {
        "path": quote(file, safe="/=-_.~+:@"),
        "partitionValues": {},
        "size": size,
        "modificationTime": moment,
        "dataChange": True,
    }
    if statistics is not None:
        told["stats"] = json.dumps(statistics, allow_nan=False)
    return {"add": told}


def remove(added: Mapping[str, Any], moment: int) -> Action:
    """Return that a file is part of the table no longer; `added` is what was said when it became one."""
    return {"remove": {"path": added["path"], "deletionTimestamp": moment, "dataChange": True, "size": added["size"]}}


def file_of(action: Mapping[str, Any]) -> str:
    """Return the path from the folder of the table of what `add` or `remove` holds."""
    return unquote(action["path"])


def text(actions: Sequence[Action]) -> str:
    """Return the content of a version's file."""
    return "".join(json.dumps(each, ensure_ascii=False, allow_nan=False) + "\n" for each in actions)


def moment_of(day: str) -> int:
    """Return the first moment of a UTC day, in milliseconds."""
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()) * 1000
