"""What changed between two nights: models created, gone, renamed, re-parented; families and models that moved."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tracker import measures
from tracker.answers import names
from tracker.answers.answer import Answer, answered
from tracker.answers.counted import totals
from tracker.answers.counted.totals import Axes
from tracker.answers.reach import empty
from tracker.answers.reach.cover import Cover
from tracker.errors import SettingsError

if TYPE_CHECKING:
    from tracker.store import Published

WEEK = timedelta(days=7)
TOLERANCE = timedelta(days=3)

Nights = Mapping[date, tuple[str, str]]  # night -> its source and scope


def diff(
    published: Published, first: date | None = None, until: date | None = None, *, week: bool = False, rows: int = 10
) -> Answer:
    """Return one row per change and model or family.

    Columns are `change`, `changes` (how many of that kind), `model_id`, `family`, `before`, `after`. Families and
    models that moved also have `difference`, `growth` (relative to before), `rank` and `rank_before`.

    There are at most `rows` of each kind, the most downloaded first. `week` compares the newest night with the one
    nearest to a week before. Raises UnknownName for a day without a snapshot, and SettingsError if no night is about a
    week before, or if not exactly two days are given.
    """
    by_day = _nights(published)
    first, until = sorted(_asked(by_day, first, until, week))
    sql = measures.fill(measures.load("changes").sql, {"totals": totals.rolled_up(Axes("families", "downloads"))})
    notes = (f"moved: downloads of the 30 days before {first} and before {until}; ranks are by them",)
    if by_day[first] != by_day[until]:
        notes = ("the two nights differ in source or scope, so nothing is said of what moved",)
    covered = Cover(tuple(sorted({by_day[first][1], by_day[until][1]})), 2, None)
    values = {"first": first, "until": until, "rows": rows}
    table = published.table(sql, values)
    return answered(
        published,
        "diff",
        sql,
        values,
        table=table,
        scope=covered.name,
        parameters={"from": first, "to": until, "rows": rows},
        denominator="" if covered.is_full else f"the models {covered.of_models}",
        notes=(
            *((empty.of_diff(published, first, until),) if not table.rows else ()),
            *notes,
            *covered.notes(),
        ),
    )


def _nights(published: Published) -> Nights:
    nights = published.table("select snapshot_date, source, scope from nights order by snapshot_date")
    return {night: (source, scope) for night, source, scope in nights.rows}


def _asked(nights: Nights, first: date | None, until: date | None, week: bool) -> tuple[date, date]:
    """Return the two nights to compare."""
    if week and (first or until):
        raise SettingsError("--week is the week to the newest night; leave the dates out, or --week")
    if week:
        newest = max(nights)
        return _week_before(nights, newest), newest
    if first is None or until is None:
        raise SettingsError("name two nights to compare, or --week for the week to the newest one")
    for day in (first, until):
        names.check_night(day, nights)
    return first, until


def _week_before(nights: Nights, newest: date) -> date:
    """Return the night of the same source and scope that is nearest to seven days before."""
    wanted = newest - WEEK
    found = [night for night in nights if nights[night] == nights[newest] and abs(night - wanted) <= TOLERANCE]
    if not found:
        raise SettingsError(
            f"no night of scope {nights[newest][1]} lies within three days of {wanted}, a week before {newest}; name "
            f"two nights: there are {len(nights):,} from {min(nights)} on"
        )
    return min(found, key=lambda night: (abs(night - wanted), night))
