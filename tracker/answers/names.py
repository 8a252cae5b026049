"""Names that people give: are they known, and if not, which known ones are nearest?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from tracker.errors import UnknownName

if TYPE_CHECKING:
    from tracker.store import Published

# column of an answer -> the table and column that hold every name it may show, whether or not it has rows
_KEPT: Mapping[str, tuple[str, str]] = {
    "family": ("families", "top_family"),
    "line": ("families", "family"),
    "developer": ("families", "developer"),
    "origin_country": ("countries", "country"),
    "publisher_country": ("countries", "country"),
    "region": ("countries", "region"),
    "base_publisher": ("organizations", "organization"),
    "publisher": ("models", "publisher"),
    "model_id": ("models", "model_id"),
}


def check(published: Published, column: str, only: Sequence[str], found: Iterable[str]) -> None:
    """Raise UnknownName for a name of `only` that has no rows and that nothing in the copy is called by."""
    found = set(found)
    for name in only:
        if name not in found:
            known = nearest(published, column, name)
            if name not in known:
                raise UnknownName(kind(column), name, [*known, *found])


def nearest(published: Published, column: str, name: str, count: int = 20) -> list[str]:
    """Return the names of a column that are most like `name`, itself first where it is one."""
    if column not in _KEPT:
        return []
    table, names = _KEPT[column]
    # by similarity in SQL: there are millions of models
    sql = (
        f"select distinct {names} as name, jaro_winkler_similarity(lower({names}), lower($name)) as likeness "
        f"from {table} where {names} is not null order by name <> $name, likeness desc, name limit $count"
    )
    return published.query(sql, {"name": name, "count": count})["name"].to_list()


def kind(column: str) -> str:
    """Return what a column's names are names of: `origin country` of `origin_country`."""
    return column.removesuffix("_id").replace("_", " ")


def check_night(day: date, nights: Collection[date]) -> None:
    """Raise UnknownName with the nearest nights for a day that has no snapshot."""
    if day not in nights:
        near = sorted(nights, key=lambda night: (abs(night - day), night))[:3]
        raise UnknownName("snapshot", str(day), [str(night) for night in near])
