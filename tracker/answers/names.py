"""Resolve the names that people give: to a known name, or to an error with the nearest ones."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from tracker.answers.whereabouts import elsewhere, kind, whereabouts
from tracker.errors import AmbiguousName, UnknownName
from tracker.registry.definitions import Definition
from tracker.words import LICENSE_CLASSES, SIZE_CLASSES

if TYPE_CHECKING:
    from tracker.store import Published

_LICENSE_CLASSES = " union all ".join(f"select '{each}' as license_class" for each in LICENSE_CLASSES)
_OPENNESS = " union all ".join(f"select '{each}' as openness" for each in ("open", "closed"))
_SIZES = " union all ".join(f"select '{each}' as size_class" for each in SIZE_CLASSES)

# column of an answer -> the table and column with every name that it may show, also names without rows
_KEPT: Mapping[str, tuple[str, str]] = {
    "family": ("families", "family"),
    "line": ("families", "line"),
    "developer": ("families", "developer"),
    "origin_country": ("countries", "country"),
    "publisher_country": ("countries", "country"),
    "region": ("countries", "region"),
    "base_publisher": ("organizations", "organization"),
    "publisher_organization": ("organizations", "organization"),
    "base_namespace": ("models", "publisher"),
    "publisher": ("models", "publisher"),
    "model_id": ("models", "model_id"),
    "library_name": ("models", "library_name"),
    "pipeline_tag": ("models", "pipeline_tag"),
    "license": ("models", "license"),
    "relation": ("models", "relation"),
    "license_class": (f"({_LICENSE_CLASSES}) as classes", "license_class"),
    "size_class": (f"({_SIZES}) as sizes", "size_class"),
    # columns of other sources
    "maker": ("signal_names", "maker"),
    "maker_country": ("countries", "country"),
    "model": ("signal_names", "model"),
    "openness": (f"({_OPENNESS}) as words", "openness"),
}
_NOBODY = ("unknown", "unreviewed", "undeclared")  # groups without a name of their own
_COUNTRY_COLUMNS = ("origin_country", "publisher_country", "maker_country")
_SEPARATORS: Sequence[str] = (*"|¦‖⁞", "\x1f")  # in order of preference, as a name may have the first
_SHORT = {"uk": "GB", "usa": "US", "uae": "AE"}  # common short names of countries that are not their codes


def joined(only: Sequence[str]) -> str:
    """Return names joined into one text, which SQL binds as a parameter."""
    return _between(only).join(only)


def split(only: Sequence[str], bound: str = "only") -> str:
    """Return the SQL that splits the bound text into the list of these names."""
    return f"string_split(${bound}, '{_between(only)}')"


def among(column: str, only: Sequence[str], bound: str = "only") -> str:
    """Return the SQL condition that a column has one of these names, from the bound text."""
    return f"list_contains({split(only, bound)}, {column})"


def _between(only: Sequence[str]) -> str:
    """Return the first separator that no name contains."""
    return next((each for each in _SEPARATORS if not any(each in name for name in only)), _SEPARATORS[-1])


def resolve(published: Published, column: str, given: Sequence[str]) -> tuple[str, ...]:
    """Return the given names as the copy spells them. Case does not matter; countries may be English names.

    An unknown name stays as it is. Raises AmbiguousName if several names differ only by case and none matches exactly.
    """
    return tuple(dict.fromkeys(_resolved(published, column, name) for name in given))


def _resolved(published: Published, column: str, name: str) -> str:
    if name.lower() in _NOBODY:
        return name.lower()
    if column not in _KEPT:
        return name
    if column in _COUNTRY_COLUMNS:
        name = _country(published, name)
    found = _spelt(published, column, name)
    if len(found) > 1:
        raise AmbiguousName(kind(column), name, found)
    return found[0] if found else name


def namespaces(published: Published, given: Sequence[str]) -> tuple[str, ...]:
    """Return the namespaces of publishers: each name itself, or all namespaces of an organization of that name.

    Raises UnknownName for a name that is neither.
    """
    found: dict[str, None] = {}
    for name in given:
        publishers = _spelt(published, "publisher", name)
        organization = _spelt(published, "publisher_organization", name)
        owned = "select namespace from organizations where organization = $name order by namespace"
        spaces = publishers or [
            namespace for each in organization for namespace in published.table(owned, {"name": each})["namespace"]
        ]
        if not spaces:
            check(published, "publisher", [name], ())
        found |= dict.fromkeys(spaces)
    return tuple(found)


def _spelt(published: Published, column: str, name: str) -> list[str]:
    """Return the exact name if it is known, else all known names that differ from it only by case."""
    table, names = _KEPT[column]
    # the exact name first: that needs no lower() of millions of names
    for condition in (f"{names} = $name", f"lower({names}) = lower($name)"):
        sql = f"select distinct {names} as name from {table} where {condition} order by name"
        if found := published.table(sql, {"name": name})["name"]:
            return found
    return []


def _country(published: Published, name: str) -> str:
    """Return the code of a country given by its English or short name, else the name unchanged."""
    if name.lower() in _SHORT:
        return _SHORT[name.lower()]
    sql = "select country from countries where lower(name) = lower($name) order by country"
    return next(iter(published.table(sql, {"name": name})["country"]), name)


def resolve_definition(published: Published, definition: Definition) -> Definition:
    """Return a definition with its listed groups, task and library as the copy spells them.

    Raises UnknownName for an unknown name that came from a switch. Unknown names of the registry's own lists are
    accepted, since the registry may be newer than the copy.
    """
    changes: dict[str, str] = {}
    if definition.denominator == "listed":
        groups = resolve(published, definition.group_by, definition.listed_groups)
        if "+listed=" in definition.name:
            check(published, definition.group_by, groups, ())
        changes["listed"] = ",".join(groups)
    kind_of, _, named = definition.universe.partition(":")
    column = {"pipeline": "pipeline_tag", "library": "library_name"}.get(kind_of)
    if column:
        spelt = resolve(published, column, [named])
        if "+universe=" in definition.name:
            check(published, column, spelt, ())
        changes["universe"] = f"{kind_of}:{spelt[0]}"
    changes = {name: value for name, value in changes.items() if value != _tidied(getattr(definition, name))}
    name = definition.name
    for choice, value in changes.items():
        name = name.replace(f"+{choice}={getattr(definition, choice)}", f"+{choice}={value}")
    return replace(definition, name=name, **changes)  # type: ignore[arg-type]


def _tidied(listed: str) -> str:
    return ",".join(each.strip() for each in listed.split(",") if each.strip())


def check(published: Published, column: str, only: Sequence[str], found: Iterable[str]) -> None:
    """Raise UnknownName for a name of `only` that is neither in `found` nor in the copy, with its other meanings."""
    found = {name for name in found if name is not None}
    for name in only:
        if name not in found and name not in _NOBODY:
            known = nearest(published, column, name)
            if name not in known:
                where = elsewhere(name, column, whereabouts(published, name))
                raise UnknownName(kind(column), name, [*known, *found], where)


def known(published: Published, columns: Sequence[str], name: str) -> str:
    """Return a name as the copy spells it, from the first column that has it. Raises UnknownName if none has it."""
    for column in columns:
        (spelt,) = resolve(published, column, [name])
        if spelt in _NOBODY or spelt in nearest(published, column, spelt, count=1):
            return spelt
    near = [each for column in columns for each in nearest(published, column, name)]
    where = elsewhere(name, columns[0], whereabouts(published, name))
    raise UnknownName(" or ".join(kind(column) for column in columns), name, near, where)


def nearest(published: Published, column: str, name: str, count: int = 20) -> list[str]:
    """Return the names of a column that are most similar to `name`, an exact match first; countries also by name."""
    if column not in _KEPT:
        return []
    found = _most_alike(published, *_KEPT[column], name, count)
    return found + (_most_alike(published, "countries", "name", name, count) if column in _COUNTRY_COLUMNS else [])


def _most_alike(published: Published, table: str, names: str, name: str, count: int) -> list[str]:
    # similarity is computed in SQL, since there are millions of models
    sql = (
        f"select distinct {names} as name, jaro_winkler_similarity(lower({names}), lower($name)) as likeness "
        f"from {table} where {names} is not null order by name <> $name, likeness desc, name limit $count"
    )
    return published.table(sql, {"name": name, "count": count})["name"]


def check_night(day: date, nights: Collection[date]) -> None:
    """Raise UnknownName, with the nearest nights, for a day without a snapshot."""
    if day not in nights:
        near = sorted(nights, key=lambda night: (abs(night - day), night))[:3]
        raise UnknownName("snapshot", str(day), [str(night) for night in near])
