"""SQL as tokens: write the values of `$name` parameters into it, find what it calls."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tracker.errors import QueryRefused
from tracker.sql.connect import literal

# what must be taken whole, then the parameter itself
_TOKENS = re.compile(
    r"""
    (?P<string>'(?:[^']|'')*')
    | "(?P<identifier>(?:[^"]|"")*)"
    | (?P<comment>--[^\n]* | /\*.*?\*/)
    | (?P<dollars>\$\$.*?\$\$)
    | \$(?P<name>[A-Za-z_]\w*)
    """,
    re.VERBOSE | re.DOTALL,
)


def render(sql: str, parameters: Mapping[str, Any]) -> str:
    """Return `sql` with each `$name` replaced by its value as a literal."""

    given = used(sql, parameters)
    return _TOKENS.sub(lambda match: literal(given[match["name"]]) if match["name"] else match[0], sql).strip()


def used(sql: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters that `sql` asks for. Raises QueryRefused where one was not given."""
    names = dict.fromkeys(match["name"] for match in _TOKENS.finditer(sql) if match["name"])
    missing = [name for name in names if name not in parameters]
    if missing:
        raise QueryRefused(f"the query asks for ${missing[0]}, which was not given")
    return {name: parameters[name] for name in names}


def called(sql: str) -> list[str]:
    """Return the names of all functions that `sql` calls, as written, those inside strings left out."""

    def plain(match: re.Match[str]) -> str:
        if match["string"] is not None or match["dollars"] is not None:
            return "''"
        if match["comment"] is not None:
            return " "
        return match["identifier"] or match[0]

    return re.findall(r"(\w+)\s*\(", _TOKENS.sub(plain, sql))
