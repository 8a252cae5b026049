"""What of a record is read, and when may it be believed as it stands? The rules in SQL, for the bulk of them.

Every value is read as text, and a record is canonical where each text is written exactly as the Hub
writes it. That is stricter than what can be used: a record that is not canonical is not lost, it is
looked at alone by `records.py`, whose rules are the ones that count. So the two cannot disagree: here
is either the plain case, or nothing. Both go through the same columns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from tracker.columns import LANDED, Column

MAX_COUNT = 2**53  # beyond it JSON numbers are not exact, and no counter of the Hub is near it
EARLIEST = date(2016, 1, 1)  # before there was a Hub; its own floor is 2022-03-02
DAYS_AHEAD = 2  # a walk may run past midnight, and clocks differ; anything later is not a date of this world

HUB_ID = "[0-9a-f]{24}"
NAME = "[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)?"
LONGEST_NAME = 255  # checked separately; inside the pattern it doubles the time of the whole check

# what a field is read as where it is more than one text
_LISTS = {
    "tags": "varchar[]",
    "providers": "struct(provider varchar, status varchar)[]",
    "parents": "struct(relation varchar, models struct(_id varchar, id varchar)[])",
}


def _record() -> str:
    members: dict[str, list[str]] = {}
    for column in LANDED:
        field, _, member = column.field.partition(".")
        kind = _LISTS.get(column.kind, "varchar")
        members.setdefault(field, []).append(f'"{member}" {kind}' if member else kind)
    fields = [
        f'"{field}" struct({", ".join(kinds)})' if kinds[0].startswith('"') else f'"{field}" {kinds[0]}'
        for field, kinds in members.items()
    ]
    return f"struct(_id varchar, id varchar, {', '.join(fields)})"


RECORD = _record()  # the SQL type of a record
TYPE = "record"  # its name in an instance: duckdb reads the type of a column again for each file


def place(column: Column) -> str:
    """Return where a column's value stands in the record `r`."""
    return "r." + ".".join(f'"{part}"' for part in column.field.split("."))


def typed(column: Column) -> str:
    """Return the select items of a column: its typed value, null where the text is none."""
    return _TYPED[column.kind](place(column), column.name)


def identity(snapshot_date: date) -> str:
    """Return an expression over a record and its typed columns: the `_id` of a canonical record, null for any other."""
    rules = [
        f"regexp_full_match(r._id, '{HUB_ID}')",
        _is_name("r.id"),
        "not starts_with(r.id, './') and not ends_with(r.id, '/.')",
        "r.id not in ('.', 'true', 'false')",  # as text, the name true and the value true are one
        *(_CANONICAL[column.kind](place(column), column.name, snapshot_date) for column in LANDED),
    ]
    return f"case when {' and '.join(rules)} then r._id end"


def _cast(kind: str) -> Callable[[str, str], str]:
    return lambda text, name: f"try_cast({text} as {kind}) as {name}"


def _providers(text: str, name: str) -> str:
    """A provider may serve a model for several tasks; it counts once."""
    live = f"list_transform(list_filter({text}, lambda p: p.status = 'live'), lambda p: p.provider)"
    return f"len(list_distinct({live})) as {name}"


def _parents(text: str, name: str) -> str:
    models = f"list_transform({text}.models, lambda m: {{'hub_id': m._id, 'model_id': m.id}})"
    return f"{text}.relation as base_relation, {models} as {name}"


_TYPED: Mapping[str, Callable[[str, str], str]] = {
    "moment": _cast("timestamptz"),
    "count": _cast("bigint"),
    "number": _cast("double"),
    "word": lambda text, name: f"{text} as {name}",
    "flag": lambda text, name: f"{text} = 'true' as {name}",
    "tags": lambda text, name: f"{text} as {name}",
    "providers": _providers,
    "parents": _parents,
}


def _is_name(text: str) -> str:
    return f"regexp_full_match({text}, '{NAME}') and strlen({text}) <= {LONGEST_NAME} and not contains({text}, '..')"


def _is_moment(text: str, name: str, snapshot_date: date) -> str:
    """Return: null, or `2026-11-22T10:17:00.000Z` between the bounds."""
    latest = snapshot_date + timedelta(days=DAYS_AHEAD)
    bounds = f"between timestamptz '{EARLIEST} 00:00:00+00' and timestamptz '{latest} 00:00:00+00'"
    return f"coalesce({text} like '____-__-__T__:__:__.___Z' and coalesce({name} {bounds}, false), true)"


def _is_count(text: str, name: str, _: date) -> str:
    return f"coalesce({name} between 0 and {MAX_COUNT} and {name}::varchar = {text}, {text} is null)"


def _is_text(text: str) -> str:
    """Return: null, or no object and no list."""
    return f"coalesce({_is_flat(text)}, true)"


def _is_flat(text: str) -> str:
    """Return: begins neither with `[` nor with `{`. To compare costs half as much as `starts_with`, or less."""
    return f"({text} < '[' or ({text} >= '\\' and {text} < '{{') or {text} >= '|')"


def _none_of(items: str, wrong: str, item: str) -> str:
    """Return: null, or a list of which no item is wrong."""
    return f"coalesce(len(list_filter({items}, lambda {item}: {wrong})) = 0, true)"


def _are_providers(text: str, *_: object) -> str:
    item = f"p.provider is not null and p.status is not null and {_is_text('p.provider')} and {_is_text('p.status')}"
    return _none_of(text, f"not coalesce({item}, false)", "p")


def _are_parents(text: str, *_: object) -> str:
    item = f"{_is_name('m.id')} and regexp_full_match(m._id, '{HUB_ID}')"
    models = _none_of(f"{text}.models", f"not coalesce({item}, false)", "m")
    return f"{_is_text(f'{text}.relation')} and {models}"


_CANONICAL: Mapping[str, Callable[[str, str, date], str]] = {
    "moment": _is_moment,
    "count": _is_count,
    "number": lambda text, name, _: f"coalesce(isfinite({name}), {text} is null)",
    "word": lambda text, *_: _is_text(text),
    "flag": lambda text, *_: f"coalesce({text} in ('true', 'false'), true)",
    "tags": lambda text, *_: _none_of(text, f"not coalesce({_is_flat('t')}, false)", "t"),
    "providers": _are_providers,
    "parents": _are_parents,
}
