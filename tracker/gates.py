"""Gates: judge whether a snapshot may be loaded. A blocked, partial or stale poll must never look like a quiet day.

One function per gate, each with its threshold and the story behind it. A gate sees facts alone (counts,
totals, shares), never a database. Nights of different scopes are never compared with one another.

A failed gate that blocks means: the snapshot stays landed, is recorded as refused, and can be loaded
with `--force` after a look. A failed gate that does not block is a remark: the Hub did say that.

May import: errors.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

FLOOR = datetime(2022, 3, 2, 23, 29, 4, tzinfo=UTC)  # the oldest createdAt on the Hub; thousands of models share it
MAX_SHORT_OF_FLOOR = timedelta(days=30)  # the very oldest may be deleted; a month of 2022 is 0.2 % of the Hub
MAX_SHRINK = 0.02  # a public archive of nightly snapshots held 3.4 % too few models on 2026-02-05, 74 % on 2025-11-24
MAX_GROWTH = 0.10  # the Hub grows by 0.1 % a night
GROWTH_PER_MISSED_NIGHT = 0.01
SLACK_MODELS = 20  # below this many, a share says nothing (a publisher may delete three of its ten models)
MAX_MISSING = 0.01  # of a value that every model has
MAX_MISSING_MORE = 0.05  # of any other value, against the last night: a field that the Hub no longer sends
DOWNLOADS_BAND = (0.5, 2.0)  # of the last night's total; beyond it something else is counted
STEADY_DOWNLOADS = (0.8, 1.25)  # a night moves a window of 30 days by a thirtieth; 2026-06 lost a quarter in one
STEADY_ALL_TIME = 1.5  # at most so many times the last night's: a cumulative total grows by a hundredth a night
STEADY_LIKES = (0.9, 1.5)  # likes are taken back one by one
MAX_ALL_TIME_FALL = 0.10  # cumulative counters fell for weeks in May 2025 and June 2026, by less in total
LARGE_PUBLISHER = 500  # models
LARGE_FAMILY = 200  # declared derivatives
LARGE_SHARE = 0.01  # or this share of all models, in a small scope
SMALLEST_LARGE = 50
VANISHED = 0.5  # fewer than half are left
STALLED_SHARE = 0.25  # of the most downloaded models; counters freeze mostly on Wednesdays, at times for some only
MIN_LEADERS = 20
MIN_NEW_MODELS = 10  # a night; fewer may well be none
FEW_NEW_MODELS = 0.1  # of what usually comes
MAX_DUPLICATES = 0.05  # the walk by createdAt brings none; many mean that the cursor does not hold
MAX_QUARANTINED = 0.01
SLACK_RECORDS = 10
MAX_STALE = 0.02  # of the pages, as of the models that may be missing
MAX_CLOCK_SKEW = 300  # seconds; `doctor --live` allows as much, and NTP holds a machine within one
RECENT_DAYS = 8

ALWAYS_THERE = ("created_at", "downloads_30d", "downloads_all_time", "likes", "tags")


@dataclass(frozen=True)
class NightFacts:
    """What the gates know of one night. Where a landing was pruned, only the first four remain (`detailed` false)."""

    snapshot_date: date
    scope: str
    endpoint: str | None
    models: int
    detailed: bool = True
    hub_day: date | None = None  # the Hub's own when the walk began; None where it was not asked
    last_page_seen: bool = True
    oldest_created_at: datetime | None = None
    duplicates: int = 0
    quarantined: int = 0
    downloads_30d: int = 0
    downloads_all_time: int = 0
    likes: int = 0
    created: Mapping[date, int] = field(default_factory=dict)  # day -> models of it, of the last RECENT_DAYS
    missing: Mapping[str, float] = field(default_factory=dict)  # column -> share of models without a value
    publishers: Mapping[str, int] = field(default_factory=dict)  # namespace -> models, the larger ones
    families: Mapping[str, int] = field(default_factory=dict)  # family -> models that declare a parent of it
    leaders: Mapping[str, tuple[int, int]] = field(default_factory=dict)  # hub_id -> 30 days, all time
    least_downloads_30d: int = 0  # of all models
    pages: int = 0
    clock_skew_seconds: float | None = None  # how far this machine's clock is ahead of the Hub's; None: not told
    stale_pages: int | None = None  # made before the walk began, by a cache; None: not told
    stalest_seconds: float | None = None  # how long before, at most


@dataclass(frozen=True)
class Verdict:
    """What one gate says. `reason` is a sentence with the numbers in it, also where it passed."""

    gate: str
    passed: bool
    reason: str
    numbers: Mapping[str, float]
    blocking: bool = True


def judge(new: NightFacts, last: NightFacts | None) -> list[Verdict]:
    """Return the verdict of every gate on a night, given the last one of the same scope (None: the first)."""
    if last is not None and (last.scope != new.scope or last.endpoint not in (new.endpoint, None)):
        last = None
    verdicts = [gate(new, last) for gate in GATES]
    if last is not None and last.detailed:
        verdicts += [gate(new, last) for gate in COMPARING_GATES]
    return verdicts


def reaches_the_end(new: NightFacts, last: NightFacts | None) -> Verdict:
    """A listing may end early without an error: the last page must be the one with the oldest models.

    `top:N` must bring N models, or end with models that nobody downloads. Of one publisher nobody knows the end.
    """
    if new.scope.startswith("top:"):
        return _reaches_the_count(new, int(new.scope.removeprefix("top:")))
    if new.scope != "full":
        return Verdict("reaches_the_end", new.last_page_seen, "the last page of a publisher has no mark", {})
    known = FLOOR if last is None or last.oldest_created_at is None else max(FLOOR, last.oldest_created_at)
    oldest = new.oldest_created_at
    reached = oldest is not None and oldest <= known + MAX_SHORT_OF_FLOOR
    found = "no creation date" if oldest is None else f"a model of {oldest:%Y-%m-%d}"
    reason = f"the walk ends at {found}; the oldest known is of {known:%Y-%m-%d}"
    days = (oldest - known).days if oldest else -1
    return Verdict("reaches_the_end", new.last_page_seen and reached, reason, {"days_short": days})


def _reaches_the_count(new: NightFacts, wanted: int) -> Verdict:
    enough = new.models >= wanted * (1 - MAX_DUPLICATES) or new.least_downloads_30d == 0
    reason = f"{new.models:,} of {wanted:,} models, the last with {new.least_downloads_30d:,} downloads in 30 days"
    return Verdict("reaches_the_end", new.last_page_seen and enough, reason, {"models": new.models, "wanted": wanted})


def plausible_count(new: NightFacts, last: NightFacts | None) -> Verdict:
    """Partial snapshots have happened (74 % and 3.4 % missing), and looked like any other night."""
    if last is None:
        return Verdict(
            "plausible_count", new.models > 0, f"{new.models:,} models, no last night", {"models": new.models}
        )
    lowest = min(last.models * (1 - MAX_SHRINK), last.models - SLACK_MODELS)
    highest = max(
        last.models * (1 + MAX_GROWTH + GROWTH_PER_MISSED_NIGHT * _nights(new, last)), last.models + SLACK_MODELS
    )
    passed = new.models > 0 and lowest <= new.models <= highest
    reason = f"{new.models:,} models, the last night had {last.models:,}"
    return Verdict("plausible_count", passed, reason, {"models": new.models, "last": last.models})


def values_are_there(new: NightFacts, last: NightFacts | None) -> Verdict:
    """A field that the Hub renames or drops is absent without an error."""
    allowed = {name: MAX_MISSING for name in ALWAYS_THERE if name in new.missing}
    if last is not None:
        for name in new.missing.keys() & last.missing.keys():
            allowed[name] = last.missing[name] + (MAX_MISSING if name in ALWAYS_THERE else MAX_MISSING_MORE)
    slack = SLACK_RECORDS / max(1, new.models)
    bad = {name: new.missing[name] for name, most in allowed.items() if new.missing[name] > max(most, slack)}
    named = ", ".join(f"{name} {share:.1%}" for name, share in sorted(bad.items()))
    reason = f"missing more than it may be: {named}" if bad else "no value is missing more often than it may be"
    return Verdict("values_are_there", not bad, reason, bad)


def few_duplicates(new: NightFacts, last: NightFacts | None) -> Verdict:
    """The walk by creation brings no model twice; many duplicates mean skipped ones as well."""
    share = new.duplicates / max(1, new.models + new.duplicates)
    passed = share <= MAX_DUPLICATES or new.duplicates <= SLACK_RECORDS
    reason = f"{new.duplicates:,} items came twice ({share:.2%}, at most {MAX_DUPLICATES:.0%})"
    return Verdict("few_duplicates", passed, reason, {"duplicates": new.duplicates, "share": share})


def few_quarantined(new: NightFacts, last: NightFacts | None) -> Verdict:
    """One odd item is a stranger's; one in a hundred is a change of the Hub's format."""
    share = new.quarantined / max(1, new.models)
    passed = share <= MAX_QUARANTINED or new.quarantined <= SLACK_RECORDS
    reason = f"{new.quarantined:,} items were quarantined ({share:.2%}, at most {MAX_QUARANTINED:.0%})"
    return Verdict("few_quarantined", passed, reason, {"quarantined": new.quarantined, "share": share})


def plausible_downloads(new: NightFacts, last: NightFacts) -> Verdict:
    """A total that is less than half or more than twice the last is another definition, or half a table.

    A fall by a quarter (June 2026) or a doubling is a remark. Each missed night may move it further.
    """
    if last.downloads_30d == 0:
        return Verdict("plausible_downloads", True, "the last night had no downloads", {})
    ratio = new.downloads_30d / last.downloads_30d
    more = (_nights(new, last) - 1) / 30
    steady = STEADY_DOWNLOADS[0] - more <= ratio <= STEADY_DOWNLOADS[1] + more
    possible = DOWNLOADS_BAND[0] <= ratio <= DOWNLOADS_BAND[1]
    reason = f"{new.downloads_30d:,} downloads in 30 days, {ratio:.2f} times the last night's"
    return Verdict("plausible_downloads", steady and possible, reason, {"ratio": ratio}, blocking=not possible)


def likes_hold(new: NightFacts, last: NightFacts) -> Verdict:
    """Likes are taken back one by one; where many are gone at once, they were not counted."""
    if last.likes == 0:
        return Verdict("likes_hold", True, "the last night had no likes", {}, blocking=False)
    ratio = new.likes / last.likes
    passed = STEADY_LIKES[0] <= ratio <= STEADY_LIKES[1]
    reason = f"{new.likes:,} likes, {ratio:.2f} times the last night's"
    return Verdict("likes_hold", passed, reason, {"ratio": ratio}, blocking=False)


def new_models_came(new: NightFacts, last: NightFacts) -> Verdict:
    """A Hub on which nobody uploads any more is a list that stands still, or one without its newest page."""
    days = [last.snapshot_date - timedelta(days=back) for back in range(1, RECENT_DAYS)]
    usual = sorted(last.created.get(day, 0) for day in days)[len(days) // 2] * _nights(new, last)
    came = sum(count for day, count in new.created.items() if day >= last.snapshot_date)
    came = max(0, came - last.created.get(last.snapshot_date, 0))
    reason = f"{came:,} models were created since the last night, of {usual:,} that usually are"
    passed = usual < MIN_NEW_MODELS or came >= FEW_NEW_MODELS * usual or new.snapshot_date <= last.snapshot_date
    return Verdict("new_models_came", passed, reason, {"came": came, "usual": usual}, blocking=False)


def _nights(new: NightFacts, last: NightFacts) -> int:
    return max(1, (new.snapshot_date - last.snapshot_date).days)


def all_time_downloads_grow(new: NightFacts, last: NightFacts) -> Verdict:
    """Cumulative counters fell for weeks in May 2025 and June 2026; a small fall is a remark: the Hub did say that.

    So is a leap: no night adds half of all that was ever downloaded.
    """
    if last.downloads_all_time == 0:
        return Verdict("all_time_downloads_grow", True, "the last night had none", {}, blocking=False)
    ratio = new.downloads_all_time / last.downloads_all_time
    passed = 1 <= ratio <= STEADY_ALL_TIME + (_nights(new, last) - 1) / 30
    reason = f"all-time downloads are {ratio:.3f} times the last night's"
    blocking = ratio < 1 - MAX_ALL_TIME_FALL
    return Verdict("all_time_downloads_grow", passed, reason, {"ratio": ratio}, blocking=blocking)


def publishers_are_there(new: NightFacts, last: NightFacts) -> Verdict:
    """A hole in the middle of a walk takes whole publishers with it and hardly moves the count."""
    return _are_there("publishers_are_there", "models", new, new.publishers, last.publishers, LARGE_PUBLISHER)


def families_are_there(new: NightFacts, last: NightFacts) -> Verdict:
    """The answers are about families: one whose derivatives are gone is an error, or news to be looked at."""
    return _are_there("families_are_there", "derivatives", new, new.families, last.families, LARGE_FAMILY)


def _are_there(
    gate: str, what: str, new: NightFacts, now: Mapping[str, int], before: Mapping[str, int], large: int
) -> Verdict:
    large = min(large, max(SMALLEST_LARGE, int(new.models * LARGE_SHARE)))
    gone = {name: count for name, count in before.items() if count >= large and now.get(name, 0) < count * VANISHED}
    named = ", ".join(f"{name} ({now.get(name, 0):,} of {count:,} {what})" for name, count in sorted(gone.items())[:5])
    reason = f"{len(gone)} lost more than half: {named}" if gone else f"none with {large}+ {what} lost more than half"
    return Verdict(gate, not gone, reason, {name: now.get(name, 0) / count for name, count in gone.items()})


def counters_moved(new: NightFacts, last: NightFacts) -> Verdict:
    """Counters freeze for a day or more and catch up later; a stalled night is loaded and marked as such."""
    common = new.leaders.keys() & last.leaders.keys()
    if len(common) < MIN_LEADERS or new.snapshot_date <= last.snapshot_date:
        return Verdict("counters_moved", True, "too little to compare", {}, blocking=False)
    share = sum(new.leaders[hub_id] == last.leaders[hub_id] for hub_id in common) / len(common)
    reason = f"{share:.0%} of the {len(common):,} most downloaded models stand exactly where they stood"
    return Verdict("counters_moved", share < STALLED_SHARE, reason, {"share": share}, blocking=False)


def is_the_hubs_day(new: NightFacts, last: NightFacts | None) -> Verdict:
    """A wrong `--date` books one day's counters as another's; the walk refuses it, and what was forced is a remark."""
    right = new.hub_day in (None, new.snapshot_date)
    forced = f"collected by --force for {new.snapshot_date}; the Hub's own day was {new.hub_day}"
    return Verdict("is_the_hubs_day", right, "the day is the Hub's own" if right else forced, {}, blocking=False)


def pages_are_fresh(new: NightFacts, last: NightFacts | None) -> Verdict:
    """A cache before the Hub may give yesterday's page, with yesterday's counters: it looks like models that stall.

    A few are a remark; of more the counters of two days would be booked on one, and the next try may get fresh ones.
    """
    if not new.stale_pages:
        return Verdict("pages_are_fresh", True, "no page is older than the walk", {}, blocking=False)
    share, hours = new.stale_pages / max(1, new.pages), (new.stalest_seconds or 0) / 3600
    reason = (
        f"{new.stale_pages:,} of {new.pages:,} pages were made up to {hours:,.0f} h before the walk began: a cache "
        f"before the Hub gave old counters (at most {MAX_STALE:.0%} of the pages may be so)"
    )
    return Verdict("pages_are_fresh", False, reason, {"stale": new.stale_pages}, blocking=share > MAX_STALE)


def clock_agrees(new: NightFacts, last: NightFacts | None) -> Verdict:
    """A night is of the Hub's own day, but a schedule, ages and `status` go by this machine's clock."""
    skew = new.clock_skew_seconds
    if skew is None or abs(skew) <= MAX_CLOCK_SKEW:
        return Verdict("clock_agrees", True, "this machine's clock agrees with the Hub's", {}, blocking=False)
    way = "ahead of" if skew > 0 else "behind"
    reason = f"this machine's clock is {timedelta(seconds=abs(skew))} {way} the Hub's; set it (NTP)"
    return Verdict("clock_agrees", False, reason, {"skew_seconds": skew}, blocking=False)


GATES: tuple[Callable[[NightFacts, NightFacts | None], Verdict], ...] = (
    reaches_the_end,
    plausible_count,
    values_are_there,
    few_duplicates,
    few_quarantined,
    is_the_hubs_day,
    pages_are_fresh,
    clock_agrees,
)
COMPARING_GATES: tuple[Callable[[NightFacts, NightFacts], Verdict], ...] = (
    plausible_downloads,
    all_time_downloads_grow,
    likes_hold,
    new_models_came,
    publishers_are_there,
    families_are_there,
    counters_moved,
)
