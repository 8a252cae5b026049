"""One month under every definition, side by side: how far the answers of valid definitions differ."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from tracker import measures
from tracker.answers import names
from tracker.answers.answer import Answer, answered
from tracker.answers.counted import counting
from tracker.answers.reach import cover, empty
from tracker.answers.shares import query
from tracker.errors import SettingsError
from tracker.registry.definitions import Definition

if TYPE_CHECKING:
    from tracker.store import Published


def compare(
    published: Published,
    definitions: Iterable[Definition],
    *,
    by: str = "family",
    month: date | None = None,
    only: Sequence[str] = (),
    of_all: bool = False,
) -> Answer:
    """Return one row per group: its share of the month under each definition (a column each), and their `spread`.

    The month is counted by creation, by default the last whole one. The notes name the definitions that are not about a
    share, or cannot be grouped so. `of_all` raises SettingsError if the nights cover only a part of the Hub.
    """
    snapshot_date = published.facts().snapshot_date
    month = (month or snapshot_date.replace(day=1) - timedelta(days=1)).replace(day=1)
    until = min(month.replace(day=monthrange(month.year, month.month)[1]), snapshot_date)
    covered = cover.of_creation(published, month, until)
    covered.require_all(of_all)
    only = names.resolve(published, by, only)
    asked, left_out = _asked(list(definitions), by, month, until)
    chosen = [name for name, _, _ in asked]
    sql = measures.fill(measures.load("compare").sql, _parts(asked, by, only))
    values = {"only": names.joined(only)} if only else {}
    for _, _, bound in asked:
        values |= bound
    table = published.table(sql, values)
    names.check(published, by, only, table[by])
    return answered(
        published,
        "share",
        sql,
        values,
        table=table,
        parameters={"by": by, "month": f"{month:%Y-%m}", "compare": "definitions", "only": list(only)},
        definition=", ".join(chosen),
        scope=covered.name,
        denominator=f"each definition's own {covered.of_models}".rstrip(),
        notes=(
            *((_why_empty(published, month, only, chosen),) if not table.rows else ()),
            "spread: the largest share less the smallest, of those that are given",
            *left_out,
            *covered.notes(),
        ),
        shares=(*chosen, "spread"),
    )


def _why_empty(published: Published, month: date, only: Sequence[str], chosen: Sequence[str]) -> str:
    return empty.of_share(published, (month, month), only, len(only), " or ".join(chosen))


Asked = tuple[str, str, dict[str, Any]]  # a definition's name, its SQL, its bound values


def _asked(definitions: list[Definition], by: str, month: date, until: date) -> tuple[list[Asked], list[str]]:
    """Return the queries of the definitions, `default` first, and a sentence for each definition left out."""
    asked: list[Asked] = []
    left_out: list[str] = []
    for number, definition in enumerate(sorted(definitions, key=lambda each: (each.name != "default", each.name))):
        if definition.measure != "share":
            left_out.append(f"{definition.name} is left out: it is about {definition.measure}")
            continue
        try:
            sql, values = query(definition, (by,), counting.values(definition, month, until))
        except SettingsError as error:
            left_out.append(f"{definition.name} is left out: {error}")
            continue
        sql = measures.renamed(sql, f"_{number}")
        asked.append((definition.name, sql, {f"{name}_{number}": value for name, value in values.items()}))
    return asked, left_out


def _parts(asked: list[Asked], by: str, only: Sequence[str]) -> dict[str, str]:
    selects = [
        f"select '{name}' as definition, {by} as name, share\nfrom (\n  {{sql_{name}}}\n)" for name, _, _ in asked
    ]
    columns = [f"max(share) filter (where definition = '{name}') as \"{name}\"" for name, _, _ in asked]
    return {
        **{f"sql_{name}": sql for name, sql, _ in asked},
        "answers": "\nunion all\n".join(selects),
        "by": by,
        "shares": ",\n".join(columns),
        "shown": f"where {names.among('name', only)}" if only else "",
        "first": f'"{asked[0][0]}"',
    }
