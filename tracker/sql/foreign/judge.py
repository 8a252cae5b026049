"""Is this exactly one SELECT that does nothing but answer? Read as duckdb itself reads it. Runs in the lean process."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from tracker.sql import tokens

# functions that switch, write, register or run something, which duckdb lets a locked connection do (a log file in the
# record's folder, for one); and those that run SQL from a string, in which the others could hide
_NOT_CALLED = re.compile(
    r"(enable|disable|start|stop|load|truncate|force|write)_\w+$|(checkpoint|query|query_table)$"
    r"|(add|register|deregister|create|destroy|remove)_(grammar_extension|external_resource\w*)$"
    r"|(json_execute_serialized_sql|setval)$",
    re.IGNORECASE,
)
_FUNCTION = re.compile(r'"function_name":"((?:[^"\\]|\\.)*)"')


class Refused(Exception):
    """A statement that is not run, and why."""


def judge(connection: Any, sql: str) -> None:
    """Raise Refused for what is not exactly one SELECT, or calls what does more; an error of duckdb for a mistake."""
    try:
        sql.encode()
    except UnicodeEncodeError as error:
        raise Refused(f"the SQL holds what is no text in UTF-8, at letter {error.start + 1:,}") from None
    statements = connection.extract_statements(sql)
    if len(statements) != 1:
        raise Refused(f"one SELECT at a time, please; this holds {len(statements)} statements")
    kind = str(statements[0].type).rpartition(".")[2]
    if kind != "SELECT":
        raise Refused(f"only SELECT is allowed here, not {kind}: the published copy cannot be changed")
    _check(tokens.called(sql))


def look_into(connection: Any, sql: str) -> None:
    """Raise Refused for a call that only duckdb sees, since the statement hides it from whoever reads its text."""
    ((tree,),) = connection.execute("select json_serialize_sql($sql::varchar)", {"sql": sql}).fetchall()
    _check(match[1] for match in _FUNCTION.finditer(tree))


def _check(names: Iterable[str]) -> None:
    for name in names:
        if _NOT_CALLED.match(name):
            raise Refused(f"{name}() does more than answer, so it is not allowed here")


def used(sql: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters that a statement asks for. Raises Refused where one was not given."""
    names = tokens.parameters(sql)
    lacking = [name for name in names if name not in given]
    if lacking:
        raise Refused(f"the query asks for ${lacking[0]}, which was not given")
    return {name: given[name] for name in names}
