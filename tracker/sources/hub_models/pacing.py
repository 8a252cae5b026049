"""How long to wait before the next request, so that the quota is used up and never overrun.

The Hub counts requests in fixed windows of 5 minutes and says on every answer what is left
(`RateLimit: "api";r=495;t=140`, https://huggingface.co/docs/hub/rate-limits). A walk that fits into
what is left runs at full speed. A longer one is spread over the window, because other programs may
share the account or the address: what they took shows in `r`, and evenly spaced requests leave
room for what they take next, where a burst would end in a 429 for everybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from huggingface_hub.utils import parse_ratelimit_headers

from tracker.sources.clock import RESET_MARGIN_SECONDS, retry_after

LEAST_SHARE = 0.25  # of what is left is ours, whatever others seem to need: their pace is a guess
STEADY_SECONDS = 30.0  # a shorter look at others says little about their pace


@dataclass(frozen=True)
class Quota:
    """What one answer said about the quota."""

    remaining: int
    reset_seconds: int
    limit: int | None = None

    @classmethod
    def read(cls, headers: Mapping[str, str]) -> Quota | None:
        """Read `RateLimit` and `RateLimit-Policy`; None where an answer says nothing."""
        said = parse_ratelimit_headers(headers)
        return None if said is None else cls(said.remaining, said.reset_in_seconds, said.limit)


class Pacer:
    """Follows one quota through its windows. All times are seconds of one monotonic clock."""

    def __init__(self) -> None:
        self.quota: Quota | None = None
        self._read_at = 0.0
        self._window: tuple[float, int] = (0.0, 0)  # when it was first seen, and what was left then
        self._ours = 0  # requests of ours since then
        self._bite = 0  # the most that others took between two of ours, in this window or the last
        self._bite_before = 0
        self._sent_at = 0.0  # when the last request was let go

    def read(self, headers: Mapping[str, str], at: float) -> None:
        """Take note of an answer that came at a moment."""
        said = Quota.read(headers)
        if said is None:
            return
        if self._is_new_window(said, at):
            self._window, self._ours = (at, said.remaining), 0
            self._bite_before, self._bite = self._bite, 0
        else:
            assert self.quota is not None
            self._ours += 1
            self._bite = max(self._bite, self.quota.remaining - said.remaining - 1)
        self.quota, self._read_at = said, at

    def wait_seconds(self, pages_left: int, at: float) -> float:
        """Return how long to wait from `at` before the next request, with so many pages still to come."""
        wait = self._wait(pages_left, at)
        self._sent_at = at + wait
        return wait

    def _wait(self, pages_left: int, at: float) -> float:
        if self.quota is None:
            return 0.0
        until_reset = self._read_at + self.quota.reset_seconds - at
        if until_reset <= 0:
            return 0.0
        # what others take at one go must never be what we wanted to take next
        free = self.quota.remaining - max(self._bite, self._bite_before)
        if free < 1:
            return until_reset + RESET_MARGIN_SECONDS
        share = max(free - self._expected_of_others(until_reset), free * LEAST_SHARE)
        if pages_left <= share:
            return 0.0
        # from request to request: the time that the last answer took counts as waited
        return max(0.0, self._sent_at + until_reset / max(1.0, share) - at)

    def _expected_of_others(self, seconds: float) -> float:
        """Return how many requests others will make in the next seconds, at their pace in this window."""
        assert self.quota is not None
        first_at, first_left = self._window
        theirs = max(0, first_left - self.quota.remaining - self._ours)
        return theirs / max(self._read_at - first_at, STEADY_SECONDS) * seconds

    def _is_new_window(self, said: Quota, at: float) -> bool:
        if self.quota is None:
            return True
        # the same window can neither grow nor end later than it said, rounding aside
        later = at + said.reset_seconds > self._read_at + self.quota.reset_seconds + 2
        return said.remaining > self.quota.remaining or later


def rate_limit_wait(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return how long a 429 asks to wait; None where it does not say (then back off).

    `RateLimit` with nothing left, else `Retry-After` in seconds or as a date. A 429 with `r` above 0
    is the limit of one endpoint and says nothing about its end (huggingface_hub 2845b0077).
    """
    quota = Quota.read(headers)
    if quota is not None and quota.remaining == 0:
        return quota.reset_seconds + RESET_MARGIN_SECONDS
    return retry_after(headers, now)
