"""How the columns of a relation leave duckdb. Imports nothing: the lean process of foreign SQL uses it as well."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

# types that polars cannot take, or that readers would stumble over, leave as text
_AS_TEXT = (
    *("INTERVAL", "BIT", "TIME WITH TIME ZONE", "TIMETZ", "ENUM", "VARIANT", "GEOMETRY", "TIME_NS", "BIGNUM"),
    "UNION",
)
_AS_NUMBER = ("HUGEINT", "UHUGEINT", "DECIMAL")


def leaving(relation: Any) -> Any:
    """Return a relation whose columns have types that a frame can hold.

    Whole numbers of 128 bits become BIGINT, decimals DOUBLE, intervals, enums and unions text.
    """
    chosen = columns(zip(relation.columns, map(str, relation.types), strict=True))
    return relation.project(chosen) if chosen else relation


def columns(found: Iterable[tuple[str, str]], casts: Mapping[str, str] = MappingProxyType({})) -> str:
    """Return what is selected of columns of these names and types, nothing where they can leave as they are.

    `casts` are further types that leave by a cast, which has {} for the position.
    """
    cast = [(name, casts.get(kind) or _cast(kind)) for name, kind in found]
    if not any(each for _, each in cast):
        return ""
    return ", ".join(
        f'{each or "#{}"} as "{{}}"'.format(number, name.replace('"', '""'))
        for number, (name, each) in enumerate(cast, start=1)
    )


def _cast(kind: str) -> str | None:
    """Return the cast that a column of this duckdb type needs on its way out, with {} for its position."""
    if kind.startswith(_AS_TEXT):
        return "cast(#{} as varchar)"
    if kind.startswith(_AS_NUMBER) and not kind.endswith("]"):
        whole = kind.startswith(("HUGEINT", "UHUGEINT"))
        return "cast(#{} as bigint)" if whole else "cast(#{} as double)"
    return None
