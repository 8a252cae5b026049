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
_PLACE = re.compile(r'"(?:catalog|schema|catalog_name|schema_name)":"((?:[^"\\]|\\.)*)"')
_TABLE = re.compile(r'"table_name":"((?:[^"\\]|\\.)*)"')
_READS = re.compile(r"(read_|parquet_|sniff_|.*_scan)|glob$", re.IGNORECASE)
_TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"')
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


def look_into(connection: Any, sql: str, withheld: Mapping[str, str], *, is_laid: bool = False) -> None:
    """Raise Refused for a call that only duckdb sees, since the statement hides it from whoever reads its text.

    And for a name that is `withheld`, whatever it stands for: what duckdb reads is what is looked through. Where views
    are laid over tables (`is_laid`), names stand alone, or they would reach those.
    """
    ((tree,),) = connection.execute("select json_serialize_sql($sql::varchar)", {"sql": sql}).fetchall()
    _check(match[1] for match in _FUNCTION.finditer(tree))
    if not withheld and not is_laid:
        return
    if tree.startswith('{"error":true'):
        raise Refused("this cannot be looked through; write it as a plain SELECT")
    if is_laid:
        _check_alone(tree)
    for name in _TEXT.findall(tree) if withheld else ():
        if name.lower() in withheld:
            raise Refused(withheld[name.lower()])


def _check_alone(tree: str) -> None:
    for place in _PLACE.findall(tree):
        if place.lower() not in ("", "temp", "information_schema", "pg_catalog"):
            raise Refused(f"write names alone, without {place} before them: only what may leave is read here")
    for name in _TABLE.findall(tree):
        if "/" in name or "." in name:
            raise Refused(f"{name[:100]} is no published table: no files are read here")
    for name in _FUNCTION.findall(tree):
        if _READS.match(name):
            raise Refused(f"{name}() reads files, and only what may leave is read here")


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
