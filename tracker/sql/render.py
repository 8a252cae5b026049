"""Write the values of `$name` parameters into SQL."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tracker.errors import QueryRefused
from tracker.sql import tokens
from tracker.sql.connect import literal
from tracker.sql.foreign import judge


def render(sql: str, parameters: Mapping[str, Any]) -> str:
    """Return `sql` with each `$name` replaced by its value as a literal."""
    given = used(sql, parameters)
    return tokens.TOKENS.sub(lambda match: literal(given[match["name"]]) if match["name"] else match[0], sql).strip()


def used(sql: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters that `sql` asks for. Raises QueryRefused where one was not given."""
    try:
        return judge.used(sql, parameters)
    except judge.Refused as refused:
        raise QueryRefused(str(refused)) from None
