"""The best rated models, families, developers or countries of the newest boards, each within its own board."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tracker import measures
from tracker.answers.answer import Answer, answered
from tracker.answers.names import among, check, joined
from tracker.answers.signals import narrowed
from tracker.errors import SettingsError

if TYPE_CHECKING:
    from tracker.store import Published


def ratings(
    published: Published,
    *,
    of: str | None = None,
    only: Sequence[str] = (),
    where: Sequence[str] = (),
    rows: int = 20,
) -> Answer:
    """Return the best model of each group on the newest boards: source, board, day, rank, group, rating, its interval.

    `where` narrows it, such as openness=open. Points of two boards are never compared. Raises SettingsError for a copy
    of before there were ratings.
    """
    if not published.has("signal_names") or not published.has("arena_ratings_current"):
        raise SettingsError("this copy was published before there were ratings; run `tracker publish`")
    column = narrowed.column_of(of, "origin", "models")
    only = narrowed.spelt(published, column, only)
    conditions = narrowed.read(published, where)
    sql = measures.fill(
        measures.load("ratings").sql,
        {
            "column": column,
            "holds": " and ".join(each.condition("r") for each in conditions) or "true",
            "only": f"and {among('grouped', only)}" if only else "",
        },
    )
    given: dict[str, Any] = {"rows": rows, "only": joined(only)}
    for each in conditions:
        given |= each.values
    values = measures.bound(sql, given)
    table = published.table(sql, values)
    check(published, column, only, table[column] if column in table.columns else ())
    empty = () if table.rows else (_why_empty(bool(only or where)),)
    parameters: dict[str, Any] = {"by": "rating", "of": column, "unit": "points of each board"}
    parameters |= {name: list(listed) for name, listed in (("only", only), ("where", where)) if listed}
    return answered(
        published,
        "ratings",
        sql,
        values,
        table=table,
        parameters=parameters,
        denominator="",
        notes=(
            *empty,
            "points are of use within one board; a model that a board does not have is in no place of it",
        ),
    )


def _why_empty(is_narrowed: bool) -> str:
    if is_narrowed:
        return "no rows: no model of the newest boards is what was asked for"
    return "no ratings are here; run `tracker collect arena`, then `tracker publish`"
