"""How the list goes on: its order, the link to the next page, how large a page is, and how long a night takes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from tracker.gates import FLOOR, MAX_DUPLICATES, MAX_SHORT_OF_FLOOR
from tracker.health.live.finding import NO_PAGE, Effect, Finding, Seen, shown
from tracker.sources.hub_models.pacing import Quota
from tracker.words import NIGHT_HOURS

WHOLE_HUB = 3_300_000  # models, where no walk of ours has counted them
WINDOW_SECONDS = 300  # of the quota
SLOW_SECONDS = 5.0  # a page of 1,000 takes a third of a second
LARGE_BYTES = 10 * 2**20  # decoded; a page of 1,000 has 0.8 MB
HOUR = 3600.0


def order(seen: Seen) -> Iterator[Finding]:
    """Does the list come in the order that was asked for? By creation nothing shifts under the cursor."""
    field = "downloads" if seen.sample.scope.kind == "top" else "createdAt"
    keys = [key for item in seen.items if (key := _key(item.get(field))) is not None]
    if len(keys) < 2:
        yield Finding("order", "cannot tell", f"too few items say {field}")
    elif any(before < after for before, after in pairwise(keys)):
        yield Finding(
            "order", "differs", f"items do not come by {field}, the newest or largest first", "falsifies",
            "a walk in another order misses models and meets others twice; look for a newer version of the tracker",
        )  # fmt: skip
    else:
        yield Finding("order", "good", f"items come by {field}, as asked")


def _key(value: Any) -> float | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    created = _moment(value)
    return created.timestamp() if created else None


def _moment(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def next_page(seen: Seen) -> Iterator[Finding]:
    """Does the link to the next page lead on?"""
    sample = seen.sample
    if not sample.first.items:
        yield Finding("next page", "cannot tell", NO_PAGE)
    elif sample.next_problem:
        yield Finding(
            "next page", "differs", sample.next_problem, "stops",
            "see whether a proxy rewrites the header Link, and HF_ENDPOINT is written as the Hub writes it",
        )  # fmt: skip
    elif sample.after is None:
        yield _ends(seen)
    elif sample.after.problem:
        yield Finding(
            "next page", "differs", f"it does not come: {sample.after.problem}", "stops", "ask again in a while"
        )
    else:
        yield _goes_on(seen, [item for item in sample.after.items if isinstance(item, dict)])


def _ends(seen: Seen) -> Finding:
    """Judge a list without a next link: one that has not reached its end was cut off."""
    count, oldest = len(seen.items), [_moment(item.get("createdAt")) for item in seen.items[-1:]]
    is_whole = {
        "full": bool(oldest and oldest[0] and oldest[0] <= FLOOR + MAX_SHORT_OF_FLOOR),
        "top": count >= (seen.sample.scope.count or 0),
        "publisher": count < seen.sample.asked,
    }[seen.sample.scope.kind]
    if is_whole:
        return Finding("next page", "cannot tell", f"the whole list of {count:,} models is on this page")
    return Finding(
        "next page",
        "differs",
        f"no link leads on, and {count:,} models are not the whole list",
        "falsifies",
        "the header Link is missing: see whether a proxy takes it away; a night would be refused",
    )


def _goes_on(seen: Seen, items: list[dict[str, Any]]) -> Finding:
    known = {item.get("_id") for item in seen.items} - {None}
    again = sum(item.get("_id") in known for item in items)
    if again > MAX_DUPLICATES * len(items):
        return Finding(
            "next page", "differs", f"{shown(again, len(items))} models of the next page were on the first",
            "falsifies", "the cursor does not hold: ask again, and do not collect while it stays",
        )  # fmt: skip
    return Finding("next page", "good", f"the link leads on, to other models ({len(items):,} were looked at)")


def size(seen: Seen) -> Iterator[Finding]:
    """Does a page hold as many models as were asked for?"""
    count, asked = len(seen.sample.first.items), seen.sample.asked
    if not count:
        yield Finding("page size", "cannot tell", NO_PAGE)
    elif count < asked and seen.sample.after is not None:
        hours = _hours(seen)
        yield Finding(
            "page size", "differs", f"{count:,} models came where {asked:,} were asked for{_told(hours)}",
            _effect(hours), "the Hub gives smaller pages: a token has more requests, a scope of top:N needs fewer",
        )  # fmt: skip
    elif count > asked:
        yield Finding("page size", "differs", f"{count:,} models came where {asked:,} were asked for", "", "nothing")
    else:
        yield Finding("page size", "good", f"{count:,} models on a page, {asked:,} were asked for")


def compression(seen: Seen) -> Iterator[Finding]:
    """How many bytes is a page, and do they travel compressed?"""
    first = seen.sample.first
    if not first.items or first.answer is None:
        yield Finding("bytes", "cannot tell", NO_PAGE)
        return
    encoding = (first.header("content-encoding") or "none").strip().lower()
    told = f"{first.body_bytes / len(first.items):,.0f} bytes a model, {len(first.answer.wire):,} on the wire"
    if first.body_bytes > LARGE_BYTES:
        yield Finding(
            "bytes", "differs", f"a page of {first.body_bytes:,} bytes: {told}", "slows",
            "see which field has grown: `unasked` names those that nobody asked for",
        )  # fmt: skip
    if "gzip" not in encoding and "deflate" not in encoding:
        yield Finding(
            "bytes", "differs", f"pages travel without compression: {told}", "slows",
            "nothing must be done; a proxy may have undone it, and a night takes ten times the traffic",
        )  # fmt: skip
    elif first.body_bytes <= LARGE_BYTES:
        yield Finding("bytes", "good", f"{told}, by {encoding}")


def pace(seen: Seen) -> Iterator[Finding]:
    """How long would a night take, by what a page took and by the quota?"""
    first = seen.sample.first
    if not first.items:
        yield Finding("pace", "cannot tell", f"{NO_PAGE}; it was waited for {first.seconds:,.1f} s")
        return
    hours = _hours(seen)
    told = f"a page took {first.seconds:,.1f} s{_told(hours)}"
    if first.seconds > SLOW_SECONDS:
        yield Finding(
            "pace",
            "differs",
            told,
            _effect(hours),
            "ask again: where it stays slow, look at the way there, or use top:N",
        )
    else:
        yield Finding("pace", "good", told)


def _hours(seen: Seen) -> float | None:
    """Return how long a night takes at this size and pace of pages; None where nobody knows how many models it has."""
    models = seen.expected or (WHOLE_HUB if seen.sample.scope.is_full and seen.sample.after else None)
    if models is None or not seen.sample.first.items:
        return None
    pages = math.ceil(models / len(seen.sample.first.items))
    answer = seen.sample.first.answer
    quota = Quota.read(answer.headers) if answer else None
    windows = pages / quota.limit * WINDOW_SECONDS if quota and quota.limit else 0.0
    return max(pages * seen.sample.first.seconds, windows) / HOUR


def _told(hours: float | None) -> str:
    return "" if hours is None else f"; a night would take about {hours:,.1f} h"


def _effect(hours: float | None) -> Effect:
    """A job is stopped where it seems to hang; what takes so long never ends."""
    return "stops" if hours is not None and hours > NIGHT_HOURS else "slows"
