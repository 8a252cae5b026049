"""Write the values of `$name` parameters into SQL, leaving strings, identifiers and comments alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from tracker.errors import QueryRefused
from tracker.store.connect import literal

# what must be passed over whole, then the parameter itself
_TOKENS = re.compile(
    r"""
    '(?:[^']|'')*'          # a string
    | "(?:[^"]|"")*"        # an identifier
    | --[^\n]*              # a comment to the end of the line
    | /\*.*?\*/             # a comment
    | \$\$.*?\$\$           # a string between dollar signs
    | \$(?P<name>[A-Za-z_]\w*)
    """,
    re.VERBOSE | re.DOTALL,
)


def render(sql: str, parameters: Mapping[str, Any]) -> str:
    """Return `sql` with each `$name` replaced by its value as a literal."""

    def write(match: re.Match[str]) -> str:
        name = match["name"]
        if name is None:
            return match[0]
        if name not in parameters:
            raise QueryRefused(f"the query asks for ${name}, which was not given")
        return _typed(parameters[name])

    return _TOKENS.sub(write, sql).strip()


def _typed(constant: object) -> str:
    if isinstance(constant, datetime):
        kind = "timestamptz" if constant.tzinfo else "timestamp"
        return f"{kind} '{constant.isoformat(sep=' ')}'"
    if isinstance(constant, date):
        return f"date '{constant.isoformat()}'"
    if isinstance(constant, (list, tuple)):
        return "[" + ", ".join(_typed(each) for each in constant) + "]"
    return literal(constant)
