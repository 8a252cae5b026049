"""The answer itself: does a page come, for whom, how much is left of the quota, and what time is it there?"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from tracker.errors import redact
from tracker.health.live.finding import NO_PAGE, Finding, Seen
from tracker.landing import DEMO_HEADER
from tracker.sources.hub_models.body import decompress
from tracker.sources.hub_models.pacing import Quota, rate_limit_wait
from tracker.sources.hub_models.retries import error_text
from tracker.sources.outward.encoding import BrokenBody

LOW_QUOTA = 0.1  # of a window: less is left only where somebody else asks as well
SAME_CLOCK = timedelta(minutes=5)
OTHER_DAY = timedelta(hours=1)  # a clock that is so far off books nights near midnight on another day


def page(seen: Seen) -> Iterator[Finding]:
    """Does a page of the list come?"""
    first = seen.sample.first
    if first.problem is None and first.items:
        left_out = f"; {first.private:,} private ones are left out" if first.private else ""
        yield Finding("page", "good", f"a list of {len(first.items):,} models came{left_out}")
    elif first.problem is None:
        yield Finding(
            "page",
            "differs",
            "the list is empty",
            "stops",
            "check HF_ENDPOINT and TRACKER_SCOPE: nothing is listed there",
        )
    else:
        yield Finding("page", "differs", first.problem, "stops", _advice(seen))


def _advice(seen: Seen) -> str:
    first = seen.sample.first
    if first.status == 429 and first.answer:
        wait = rate_limit_wait(first.answer.headers, first.came_at)
        most = seen.settings.max_wait_seconds
        when = "in some minutes" if wait is None else f"in {wait:,.0f} s"
        longer = f"; a walk waits {most:,.0f} s at most (TRACKER_MAX_WAIT_SECONDS)" if wait and wait > most else ""
        return f"ask again {when}: the quota is used up{longer}"
    return {
        0: "check HF_ENDPOINT, proxy and network; another host is never followed",
        200: "look at what stands there: a page of a proxy, of a log-in or of an outage; a night would be refused",
        400: "the Hub does not know what is asked for: look for a newer version, or fix a row of tracker/columns.py",
        401: "run `hf auth login` again, or unset HF_TOKEN: the list needs no token",
        403: "this address or token is shut out: ask from elsewhere, or see what the Hub says of the token's rights",
    }.get(first.status, "wait and ask again: the Hub, or the way to it, is ill")


def rights(seen: Seen) -> Iterator[Finding]:
    """Is the token taken, and whose quota counts?"""
    account = seen.sample.account
    if account is None:
        said = "no token is sent" if seen.sample.first.status else "nobody answered"
        yield Finding(
            "rights", "good" if seen.sample.first.problem is None else "cannot tell",
            f"{said}: what is public is listed, at the quota of an address", "",
            "`hf auth login`, or HF_TOKEN, doubles the quota",
        )  # fmt: skip
    elif account.status == 200:
        yield Finding("rights", "good", f"the token is taken{_plan(seen)}; it sees no more than a walk lists")
    elif account.status == 401 and account.answer:
        yield Finding(
            "rights", "differs", f"the token is not taken: HTTP 401{error_text(account.answer)}", "stops",
            "run `hf auth login` again, or unset HF_TOKEN",
        )  # fmt: skip
    else:
        yield Finding(
            "rights", "cannot tell", f"whoami says {account.problem or f'HTTP {account.status}'}", "",
            "nothing, where a page came: the list itself took the token",
        )  # fmt: skip


def _plan(seen: Seen) -> str:
    answer = seen.sample.account and seen.sample.account.answer
    try:
        assert answer
        said = json.loads(decompress(answer.wire, answer.headers.get("content-encoding", "identity")))
        return " (a PRO account)" if said["isPro"] is True else ""
    except (BrokenBody, ValueError, KeyError, TypeError, AssertionError, RecursionError):
        return ""


def quota(seen: Seen) -> Iterator[Finding]:
    """Does the Hub say how much may be asked, and is that there?"""
    answer = seen.sample.first.answer
    if answer is None:
        yield Finding("quota", "cannot tell", NO_PAGE)
        return
    said = Quota.read(answer.headers)
    if said is None:
        given = seen.sample.first.header("ratelimit")
        told = f"RateLimit says {redact(given)[:80]!r}" if given else "no header RateLimit came"
        yield Finding(
            "quota", "differs", f"{told}: a walk cannot pace itself, and runs at full speed", "slows",
            "let it run once by hand and see whether it meets a 429; a proxy may have taken the header away",
        )  # fmt: skip
    elif said.limit is None:
        yield Finding(
            "quota", "differs", f"{said.remaining:,} are left for {said.reset_seconds} s, of how many no "
            "RateLimit-Policy says", "", "nothing: a walk paces itself by what is left",
        )  # fmt: skip
    elif said.remaining < LOW_QUOTA * said.limit:
        yield Finding(
            "quota", "differs", f"{said.remaining:,} of {said.limit:,} requests are left for {said.reset_seconds} s",
            "slows", "somebody else asks from this address or account; a walk waits for each window",
        )  # fmt: skip
    else:
        yield Finding("quota", "good", f"{said.remaining:,} of {said.limit:,} requests left for {said.reset_seconds} s")


def clock(seen: Seen) -> Iterator[Finding]:
    """Is the Hub's day ours? Nights are booked on the Hub's."""
    first = seen.sample.first
    if first.answer is None:
        yield Finding("clock", "cannot tell", NO_PAGE)
    elif first.header(DEMO_HEADER) is not None:
        yield Finding("clock", "cannot tell", "this Hub is made up, and has a clock of its own")
    else:
        yield _skew(first.header("date"), first.came_at)


def _skew(said: str | None, ours: datetime) -> Finding:
    try:
        theirs = parsedate_to_datetime(said or "")
        theirs = (theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        given = f"Date says {redact(said)[:60]!r}, which is no time" if said else "no header Date came"
        return Finding(
            "clock", "differs", f"{given}: nights would be booked by this machine's clock", "falsifies",
            "see what stands before the Hub and changes its headers; a clock that is right is good enough",
        )  # fmt: skip
    off = theirs - ours.astimezone(UTC)
    if abs(off) <= SAME_CLOCK:
        return Finding("clock", "good", f"it is {theirs:%Y-%m-%d %H:%M} UTC, as here")
    far = re.sub(r"\.\d+", "", str(abs(off))) + (" ahead of" if off > timedelta(0) else " behind")
    return Finding(
        "clock", "differs", f"it is {theirs:%Y-%m-%d %H:%M} UTC there, {far} this machine",
        "falsifies" if abs(off) >= OTHER_DAY else "",
        "set this machine's clock (NTP); where it is right, a cache before the Hub gives old answers",
    )  # fmt: skip
