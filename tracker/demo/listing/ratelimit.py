"""The Hub's quota: fixed windows per principal and bucket, on the virtual clock."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Bucket = Literal["api", "resolvers", "pages", "whoami"]

WINDOW_SECONDS = 300
# requests per window, after the Hub's documentation of August 2026
QUOTAS: Mapping[str, Mapping[Bucket, int]] = {
    "anonymous": {"api": 500, "resolvers": 3_000, "pages": 100},
    "free": {"api": 1_000, "resolvers": 5_000, "pages": 200},
    "pro": {"api": 2_500, "resolvers": 12_000, "pages": 400},
    "team": {"api": 3_000, "resolvers": 20_000, "pages": 400},
    "enterprise": {"api": 6_000, "resolvers": 50_000, "pages": 600},
    "enterprise-plus": {"api": 10_000, "resolvers": 100_000, "pages": 1_000},
}
WHOAMI_QUOTA = 30  # "stricter" is all that is known
DOCUMENTATION = "https://huggingface.co/docs/hub/rate-limits"


@dataclass(frozen=True)
class Principal:
    """Who a quota belongs to: an account, or an address without a token."""

    name: str
    tier: str
    may_write: bool = True


@dataclass(frozen=True)
class Quota:
    """What is left after a request. `remaining` is negative for one too many."""

    bucket: Bucket
    limit: int
    remaining: int
    reset_seconds: int
    window_seconds: int

    @property
    def exceeded(self) -> bool:
        """Whether this request was one too many."""
        return self.remaining < 0

    def headers(self) -> list[tuple[str, str]]:
        """Return `RateLimit` and `RateLimit-Policy` as the Hub writes them."""
        name = f'"{self.bucket}"'
        return [
            ("RateLimit", f"{name};r={max(self.remaining, 0)};t={self.reset_seconds}"),
            ("RateLimit-Policy", f'"fixed window";{name};q={self.limit};w={self.window_seconds}'),
        ]


class Limiter:
    """Counts requests. `api_quota` replaces every tier's own for the bucket `api`; 0 lifts all limits."""

    def __init__(self, api_quota: int | None = None, window_seconds: int = WINDOW_SECONDS) -> None:
        self.api_quota = api_quota
        self.window_seconds = window_seconds
        self._used: dict[tuple[str, Bucket], tuple[int, int]] = {}

    def take(self, principal: Principal, bucket: Bucket, timestamp: float) -> Quota | None:
        """Count one request at a virtual time; None where nothing is limited."""
        limit = self._limit(principal.tier, bucket)
        if limit == 0:
            return None
        window = int(timestamp // self.window_seconds)
        started, used = self._used.get((principal.name, bucket), (window, 0))
        used = used + 1 if started == window else 1
        self._used[principal.name, bucket] = (window, used)
        reset = math.ceil((window + 1) * self.window_seconds - timestamp)
        return Quota(bucket, limit, limit - used, reset, self.window_seconds)

    def _limit(self, tier: str, bucket: Bucket) -> int:
        if self.api_quota == 0:
            return 0
        if bucket == "whoami":
            return WHOAMI_QUOTA
        if bucket == "api" and self.api_quota is not None:
            return self.api_quota
        return QUOTAS.get(tier, QUOTAS["anonymous"])[bucket]  # a bad token counts for its address


def refusal(principal: Principal, quota: Quota) -> str:
    """Return the text of a 429, as recorded."""
    if principal.tier == "anonymous":
        return (
            f"We had to rate limit your IP ({principal.name}). To continue using our service, create a HF account or "
            "login to your existing account, and make sure you pass a HF_TOKEN if you're using the API."
        )
    text = (
        f"We had to rate limit you, you hit the quota of {quota.limit} {quota.bucket} requests per "
        f"{_period(quota.window_seconds)} period."
    )
    if principal.tier == "free":
        text += (
            " Upgrade to a PRO user or Team/Enterprise organization account (https://hf.co/pricing) to get higher "
            f"limits. See {DOCUMENTATION}"
        )
    return text


def _period(seconds: int) -> str:
    return f"{seconds // 60} minutes" if seconds % 60 == 0 else f"{seconds} seconds"
