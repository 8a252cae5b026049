"""Made-up derivatives by the country of their publisher and of their root."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from tests.charts import made

COUNTRIES = {
    "US": "United States", "CN": "China", "KR": "South Korea", "DE": "Germany", "GB": "United Kingdom", "FR": "France",
    "IN": "India", "JP": "Japan", "AE": "United Arab Emirates", "BA": "Bosnia and Herzegovina",
}  # fmt: skip
MIXED = {"CN": 0.5, "US": 0.25, "FR": 0.1, "DE": 0.05, "KR": 0.02, "unknown": 0.03, "unreviewed": 0.05}


def crossed(
    totals: Mapping[str, float], shares: Sequence[Mapping[str, float]] = (MIXED,) * 25, last: str = "2026-11"
) -> pl.DataFrame:
    """Return so many derivatives a month of each country's publishers; `shares` are those of roots, month by month."""
    year, number = int(last[:4]), int(last[5:])
    rows = [
        {"month": made.month(len(shares) - 1 - at, (year, number)), "publisher_country": country}
        | {"origin_country": origin, "derivatives": total * share, "share": 0.1, "low": 0.0, "high": 0.2, "n": 5000}
        for at, parts in enumerate(shares)
        for country, total in totals.items()
        for origin, share in parts.items()
    ]
    texts = dict.fromkeys(("month", "publisher_country", "origin_country"), pl.String)
    numbers = dict.fromkeys(("derivatives", "share", "low", "high"), pl.Float64)
    return pl.DataFrame(rows, {**texts, **numbers, "n": pl.Int64})
