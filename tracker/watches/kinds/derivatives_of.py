"""Direct derivatives of a model: more in some days than a number; told once, and again after it was no more.

Counted are the whole days before a night. A number that swings about the threshold is told once in its window.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tracker.answers import measure, names
from tracker.watches.watch import WINDOWS, Found, Told, Watch

if TYPE_CHECKING:
    from tracker.store import Published

DAY = timedelta(days=1)


def spelt(published: Published, watch: Watch) -> Watch:
    """Return it with the model's name as the copy spells it; a model that is not there yet stays as it is."""
    return replace(watch, names=names.resolve(published, "model_id", watch.names))


def found(published: Published, watch: Watch, told: Told) -> Sequence[Found]:
    """Return each day since the watch counts on which the number was first passed."""
    if watch.since is None:
        return []
    name, span, last = watch.names[0], _span(watch), published.facts().snapshot_date - DAY
    counts = _by_day(published, name, watch.since - span)
    points = [date.fromisoformat(point) for _, point in told]
    hub_id = _hub_id(published, name)
    return [
        Found(name, hub_id, str(day), float(many), _text(watch, many, day))
        for day, many in _passed(counts, watch, last)
        if not any(abs(day - point) <= span for point in points)
    ]


def stands(published: Published, watch: Watch) -> str:
    """Return how many there are now."""
    last = published.facts().snapshot_date - DAY
    many = _within(_by_day(published, watch.names[0], last - _span(watch)), last, _span(watch))
    return f"{_counted(watch, many, last)}; more than {watch.number:g} is told"


def _passed(counts: Mapping[date, int], watch: Watch, last: date) -> Iterator[tuple[date, int]]:
    """Yield the days on which the number was passed, and the number."""
    day, span, over = watch.since or last, _span(watch), watch.number or 0
    was_over = _within(counts, day, span) > over
    while day < last:
        day += DAY
        many = _within(counts, day, span)
        if many > over and not was_over:
            yield day, many
        was_over = many > over


def _within(counts: Mapping[date, int], last: date, span: timedelta) -> int:
    return sum(counts.get(last - at * DAY, 0) for at in range(span.days))


def _by_day(published: Published, name: str, after: date) -> dict[date, int]:
    return dict(measure(published, "derivatives_by_day", {"model": name, "after": after}).table.rows)


def _hub_id(published: Published, name: str) -> str | None:
    sql = "select hub_id from models where model_id = $name order by hub_id"
    return next(iter(published.table(sql, {"name": name})["hub_id"]), None)


def _text(watch: Watch, many: int, day: date) -> str:
    return f"{_counted(watch, many, day)}: more than {watch.number:g}"


def _counted(watch: Watch, many: int, day: date) -> str:
    days = _span(watch).days
    within = f"on {day}" if days == 1 else f"in the {days} days to {day}"
    return f"{watch.names[0]} has {many:,} new direct derivative{'s' * (many != 1)} {within}"


def _span(watch: Watch) -> timedelta:
    return timedelta(days=WINDOWS[watch.per or "week"])
