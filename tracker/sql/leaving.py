"""How the columns of a relation leave duckdb. Imports nothing: the lean process of foreign SQL uses it as well."""

from __future__ import annotations

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
    types = [str(each) for each in relation.types]
    if not any(_cast(each) for each in types):
        return relation
    columns = [
        f'{_cast(kind) or "#{}"} as "{{}}"'.format(number, name.replace('"', '""'))
        for number, (name, kind) in enumerate(zip(relation.columns, types, strict=True), start=1)
    ]
    return relation.project(", ".join(columns))


def _cast(kind: str) -> str | None:
    """Return the cast that a column of this duckdb type needs on its way out, with {} for its position."""
    if kind.startswith(_AS_TEXT):
        return "cast(#{} as varchar)"
    if kind.startswith(_AS_NUMBER) and not kind.endswith("]"):
        whole = kind.startswith(("HUGEINT", "UHUGEINT"))
        return "cast(#{} as bigint)" if whole else "cast(#{} as double)"
    return None
