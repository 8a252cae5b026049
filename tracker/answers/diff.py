"""What changed between two nights: models created, gone, renamed, given another parent, and the biggest movers."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from tracker import measures
from tracker.answers import names
from tracker.answers.answer import Answer, answered
from tracker.answers.reach import empty
from tracker.answers.reach.cover import Cover

if TYPE_CHECKING:
    from tracker.store import Published


def diff(published: Published, first: date, until: date, *, rows: int = 10) -> Answer:
    """Return one row per change and model: `change`, `changes` (how many of that kind), `model_id`, `before`, `after`.

    At most `rows` of each kind, the most downloaded first. Raises UnknownName where a day has no snapshot.
    """
    first, until = sorted((first, until))
    nights = published.query("select snapshot_date, source, scope from nights order by snapshot_date")
    by_day = {row["snapshot_date"]: (row["source"], row["scope"]) for row in nights.iter_rows(named=True)}
    for day in (first, until):
        names.check_night(day, by_day)
    sql = measures.load("changes").sql
    notes = (f"movers: downloads of the 30 days before {first} and before {until}",)
    if by_day[first] != by_day[until]:
        notes = ("the two nights differ in source or scope, so no movers are given",)
    covered = Cover(tuple(sorted({by_day[first][1], by_day[until][1]})), 2, None)
    values = {"first": first, "until": until, "rows": rows}
    frame = published.query(sql, values)
    return answered(
        published,
        "diff",
        sql,
        values,
        frame=frame,
        scope=covered.name,
        parameters={"from": first, "to": until, "rows": rows},
        denominator="" if covered.is_full else f"the models {covered.of_models}",
        notes=(
            *((empty.of_diff(published, first, until),) if frame.is_empty() else notes),
            *covered.notes(),
        ),
    )
