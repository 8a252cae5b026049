"""The published picture that the synthetic ecosystem follows: growth of the Hub, share of derivatives, family shares.

The points between which the curves run are published figures or lie between them:

* repositories: 1.5 M in March 2025, 1.8 M in July 2025, 2.13 M in October 2025, 2.43 M in January 2026,
  2.96 M at the end of July 2026, 3.01 M in August 2026; the earlier ones are estimates.
* Qwen 1 % of new derivatives in January 2024, above 40 % in August 2025, 69 % of the five families Qwen, Llama,
  Mistral, Gemma and DeepSeek in February 2026; Llama's peak of 44 % in autumn 2024, 15 % in August 2025;
  Chinese bases 10 to 30 % in early 2024, a majority from autumn 2025.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

FLOOR = 1_646_263_744  # 2022-03-02T23:29:04Z: the Hub's created_at of everything older
SECONDS_A_DAY = 86_400
EPOCH = date(1970, 1, 1)

# families with a curve of their own; CHINA and ELSEWHERE share theirs among all other families of the
# registry by country, COMMUNITY is what builds on models that the registry does not know
CHINA, ELSEWHERE, COMMUNITY = "(China)", "(elsewhere)", "(community)"
GROUPS = (
    "Qwen", "Llama", "Mistral", "Gemma", "DeepSeek", "Stable Diffusion", "FLUX", CHINA, ELSEWHERE, COMMUNITY,
)  # fmt: skip

# month -> percent of the month's new derivatives, in the order of GROUPS
SHARES: dict[str, tuple[float, ...]] = {
    "2022-03": (0, 0, 0, 0, 0, 0, 0, 3, 85, 12),
    "2022-09": (0, 0, 0, 0, 0, 25, 0, 3, 60, 12),
    "2023-03": (0, 5, 0, 0, 0, 35, 0, 4, 44, 12),
    "2023-08": (0, 28, 0, 0, 0, 25, 0, 6, 31, 10),
    "2024-01": (1, 32, 22, 0, 1.5, 13, 0, 9.5, 13, 8),
    "2024-03": (2.5, 31, 24, 3, 1.5, 10, 0, 10, 11, 7),
    "2024-06": (6, 38, 14, 4, 1.5, 8, 0, 8.5, 13, 7),
    "2024-10": (13, 46, 7, 6, 2, 4, 4, 6, 7, 5),
    "2025-01": (22, 32, 6, 6, 5, 4, 5, 6, 8, 6),
    "2025-05": (33, 21, 5, 8, 5, 3, 5, 7, 7, 6),
    "2025-08": (43, 15, 4, 8, 4, 2, 4, 8, 6, 6),
    "2025-09": (44, 13, 4, 8, 4, 2, 4, 10, 5, 6),
    "2025-11": (46, 11, 4, 8, 4, 2, 4, 10, 5, 6),
    "2026-02": (50, 7, 4, 8, 3, 2, 4, 10, 6, 6),
    "2026-07": (47, 6, 4, 10, 3, 2, 4, 11, 7, 6),
    "2026-11": (46, 5, 4, 11, 3, 2, 4, 12, 7, 6),
}
# day -> thousand repositories ever created
REPOSITORIES: dict[str, float] = {
    "2022-09-01": 70, "2023-01-01": 120, "2023-07-01": 260, "2024-01-01": 470, "2024-07-01": 780, "2025-01-01": 1250,
    "2025-03-14": 1500, "2025-07-15": 1800, "2025-10-01": 2127, "2026-01-01": 2430, "2026-08-01": 2960,
    "2026-08-22": 3012, "2026-11-22": 3300, "2030-11-22": 8600,
}  # fmt: skip
OLDER_THAN_THE_FLOOR = 30.0  # thousand
# month -> share of the month's new repositories that derive from another
DERIVED: dict[str, float] = {
    "2022-03": 0.02, "2023-01": 0.06, "2023-07": 0.18, "2024-01": 0.34, "2024-10": 0.44, "2025-06": 0.48,
    "2026-01": 0.50,
}  # fmt: skip


def days(day: date) -> int:
    """Return days since 1970."""
    return (day - EPOCH).days


def seconds(text: str) -> int:
    """Return the first second of a day (YYYY-MM-DD) or a month (YYYY-MM), UTC."""
    return days(date.fromisoformat(text if len(text) > 7 else f"{text}-01")) * SECONDS_A_DAY


def month_number(text: str) -> int:
    """Return months since 1970 of YYYY-MM."""
    return (int(text[:4]) - 1970) * 12 + int(text[5:7]) - 1


def month_numbers(created: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return months since 1970 of epoch seconds."""
    return created.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)


def month_start(month: int) -> int:
    """Return the first second of a month, given as months since 1970."""
    return int(np.datetime64(month, "M").astype("datetime64[s]").astype(np.int64))


def creation_times(positions: NDArray[np.float64], end: int) -> NDArray[np.int64]:
    """Return when the repository at each position (0 oldest, 1 newest) of a Hub that ends at `end` was created."""
    thousands = np.array([OLDER_THAN_THE_FLOOR, *REPOSITORIES.values()])
    times = np.array([FLOOR, *(seconds(day) for day in REPOSITORIES)], dtype=np.float64)
    total = np.interp(end, times, thousands)
    moments = np.interp(positions * total, thousands, times)
    return np.asarray(np.maximum(moments, FLOOR), dtype=np.int64)


def derived_share(month: int) -> float:
    """Return the share of a month's new repositories that derive from another."""
    return float(np.interp(month, [month_number(each) for each in DERIVED], list(DERIVED.values())))


def group_shares(month: int) -> NDArray[np.float64]:
    """Return the share of each of GROUPS in a month's new derivatives; they sum to 1."""
    months = [month_number(each) for each in SHARES]
    percent = np.array([np.interp(month, months, column) for column in zip(*SHARES.values(), strict=True)])
    return np.asarray(percent / percent.sum(), dtype=np.float64)


def whole_numbers(shares: Sequence[float] | NDArray[np.float64], total: int) -> NDArray[np.int64]:
    """Return `total` split by shares into whole numbers: largest remainders, the earlier one on a tie."""
    exact = np.asarray(shares, dtype=np.float64) * total
    parts: NDArray[np.int64] = np.floor(exact).astype(np.int64)
    missing = total - int(parts.sum())
    parts[np.argsort(parts - exact, kind="stable")[:missing]] += 1
    return parts
