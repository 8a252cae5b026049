"""What `tracker status` says, line by line, and whether the newest night is too old. docs/operating.md explains it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

import polars as pl

from tracker import files, registry, sources, store
from tracker.errors import NothingPublished, RegistryError, Stale
from tracker.health.attempts import HUB, attempts
from tracker.health.nights import Nights, nights
from tracker.night import growth
from tracker.night.known import DAY
from tracker.settings import Settings
from tracker.signals import standing

SHOWN_DAYS = 8
HOUR = timedelta(hours=1)

_REMARKS = """
select r.gate, r.remark
from night_remarks as r
join nights as n on n.snapshot_date = r.snapshot_date and n.source = r.source and n.scope = r.scope
where n.snapshot_date = (select max(snapshot_date) from nights)
order by r.gate
"""

_WALKED = """
select q.pages, q.walk_seconds, q.quarantined, q.clock_skew_seconds, q.stale_pages
from night_quality as q
join nights as n on n.snapshot_date = q.snapshot_date and n.source = q.source and n.scope = q.scope
order by n.snapshot_date desc
limit 1
"""


def state(settings: Settings) -> pl.DataFrame:
    """Return the state as rows of `what` and `value`: newest night, nights owed, last attempt, copy, disk, sources."""
    now = datetime.now(UTC)
    if files.is_copy(settings.data_dir):
        return _told(_copy(settings))
    return _told([*_state(settings, now), *_disk(settings), *_sources(settings, now)])


def _told(lines: Iterable[tuple[str, str]]) -> pl.DataFrame:
    return pl.DataFrame(list(lines), schema={"what": pl.String, "value": pl.String}, orient="row")


def _copy(settings: Settings) -> Iterator[tuple[str, str]]:
    """Yield what one copy says of itself, and what only the folder knows that it came from."""
    with store.open_published(settings.data_dir) as published:
        facts, days = published.facts(), _days(published)
    yield "copy", str(settings.data_dir.resolve())
    yield "endpoint", facts.endpoint or "none"
    yield "newest night", f"{facts.snapshot_date} ({facts.models:,} models, scope {facts.scope})"
    yield "nights", _nights(days)
    yield from _as_published(facts)
    left_out = f"; {facts.left_out}" if facts.left_out else ""
    yield "not in it", f"what is due, landed pages, the state of sources: ask the folder that it came from{left_out}"


def _days(published: store.Published) -> list[tuple[date, str]]:
    return published.query("select snapshot_date, source from nights order by snapshot_date").rows()


def _as_published(facts: store.SnapshotFacts) -> Iterator[tuple[str, str]]:
    yield "published copy", f"generation {facts.generation}, registry {facts.registry_version}"
    yield "data", "synthetic demo data" if facts.synthetic else "as the Hub said it"


def _state(settings: Settings, now: datetime) -> Iterator[tuple[str, str]]:
    yield "data folder", str(settings.data_dir.resolve())
    try:
        with store.open_published(settings.data_dir) as published:
            facts, days = published.facts(), _days(published)
            remarks, walked = _remarks(published), list(_walked(published))
    except NothingPublished as error:
        yield "published", f"nothing yet: {error}"
        yield "last attempt", last_attempt(settings, now)
        return
    mine = nights(settings, now)
    yield "endpoint", facts.endpoint or "none"
    yield "newest night", _newest(facts, mine)
    yield from walked
    yield "nights", _nights(days)
    yield "nights owed", _owed(mine)
    yield "last attempt", last_attempt(settings, now)
    for remark in remarks:
        yield "remark", remark
    yield from _registry(settings)
    yield from _as_published(facts)


def _registry(settings: Settings) -> Iterator[tuple[str, str]]:
    """Yield a warning where the registry does not load."""
    try:
        registry.load(settings.registry)
    except RegistryError as error:
        yield "registry", f"does not load, nights go on with the last good one: {error.in_short}"


def _remarks(published: store.Published) -> list[str]:
    """Return what gates noticed of the newest night; copies of earlier versions do not tell."""
    if "night_remarks" not in published.schema()["table"]:
        return []
    return [f"{gate}: {remark}" for gate, remark in published.query(_REMARKS).iter_rows()]


def _walked(published: store.Published) -> Iterator[tuple[str, str]]:
    """Yield how well the newest night was walked; nothing where that was not noted."""
    if not published.has("night_quality"):
        return
    ((pages, seconds, quarantined, skew, stale),) = published.table(_WALKED).rows
    if stale is None:
        return
    clock = "" if skew is None else f", clock {skew:+,.0f} s against the Hub's"
    told = f"{pages:,} pages in {seconds / 60:,.0f} min, {quarantined:,} items quarantined, {stale:,} pages stale"
    yield "its walk", told + clock


def _newest(facts: store.SnapshotFacts, mine: Nights) -> str:
    told = f"{facts.snapshot_date} ({facts.models:,} models, scope {facts.scope})"
    if mine.newest is None:
        return told
    other = mine.newest.snapshot_date != facts.snapshot_date or mine.scope != facts.scope
    told += f"; of scope {mine.scope} {mine.newest.snapshot_date}" if other else ""
    return f"{told}, {since(mine.newest.age(mine.now))} old"


def _nights(found: Sequence[tuple[date, str]]) -> str:
    """Return which days our own nights cover, which between them nothing does, and how many archives do."""
    days = [day for day, source in found if source == HUB]
    if not days:
        return "none"
    expected = {days[0] + timedelta(days=i) for i in range((days[-1] - days[0]).days + 1)}
    text = f"{len(days)} of {len(expected)} from {days[0]} to {days[-1]}"
    missing = sorted(expected - {day for day, _ in found})
    if missing:
        text += f"; missing {_listed(missing)} (downloads of a missed night cannot be recovered)"
    if len(found) > len(days):
        text += f"; {len(found) - len(days):,} more from {found[0][0]} on, of archives: `tracker history`"
    return text


def _owed(mine: Nights) -> str:
    told = []
    if mine.owed:
        told.append(f"{len(mine.owed)} of scope {mine.scope}: {_listed(mine.owed)}; `tracker update` collects today's")
    if mine.ahead:
        days = [night.snapshot_date for night in mine.ahead]
        told.append(f"{_listed(days)} lie ahead of this machine's clock: check it, or `tracker forget` them")
    return "; ".join(told) or "none"


def _listed(days: Sequence[date]) -> str:
    return ", ".join(map(str, days[:SHOWN_DAYS])) + (", ..." if len(days) > SHOWN_DAYS else "")


def last_attempt(settings: Settings, now: datetime) -> str:
    """Return how the newest walk of the Hub ended, when, and why it is not published, in one line.

    One that lies ahead was begun under a clock that was wrong: it is the last where there is no other.
    """
    tried = attempts(settings).filter(pl.col("source") == HUB)
    if tried.is_empty():
        return "none yet"
    newest_first = tried.rows(named=True)
    last = next((each for each in newest_first if each["started_at"] <= now + HOUR), newest_first[0])
    told = f"{last['run_id']} for {last['snapshot_date']} {last['status']}, {since(now - last['started_at'])} ago"
    if last["status"] == "landed":
        return f"{told}; not loaded: `tracker load --date {last['snapshot_date']}`"
    return told + (f": {last['reason']}" if last["reason"] else "")


def since(age: timedelta) -> str:
    """Return an age as people say it: hours up to two days, then days."""
    if age < timedelta(0):
        return f"-{since(-age)}"
    return f"{age / HOUR:,.0f} h" if age < 2 * DAY else f"{age / DAY:,.0f} days"


def _disk(settings: Settings) -> Iterator[tuple[str, str]]:
    found = growth.growth(settings.data_dir)
    if found is None:
        return
    told = (
        f"{found.bytes_a_night / 2**20:,.1f} MB a night over {found.nights} nights; {found.free / 2**30:,.1f} GB free"
    )
    days = found.days_left
    yield "growth", told + (f": {days:,.0f} days until the disk is full" if days is not None else "")


def _sources(settings: Settings, now: datetime) -> Iterator[tuple[str, str]]:
    for each in standing.states(settings):
        yield f"source {sources.name_of(each.source)}", each.line(now)


def require_fresh(settings: Settings, *, max_age_hours: float, now: datetime | None = None) -> None:
    """Raise Stale where the newest night is older than `max_age_hours`, or there is none."""
    now = now or datetime.now(UTC)
    mine = nights(settings, now)
    newest, tried = mine.newest, last_attempt(settings, now)
    if newest is None:
        raise Stale(
            f"{settings.data_dir} has no night of scope {mine.scope}; last attempt: {tried}; run `tracker update`"
        )
    age = newest.age(now)
    if age > timedelta(hours=max_age_hours):
        raise Stale(
            f"the newest night of scope {mine.scope}, {newest.snapshot_date}, was collected {age / HOUR:,.0f} h ago, "
            f"allowed are {max_age_hours:g} h; last attempt: {tried}; see `tracker status`"
        )
