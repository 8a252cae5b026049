"""What a report says of other sources: what moved beyond what weeks bring and beyond intervals, once, nothing else."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tracker.findings.elsewhere import moved

MONDAY, SUNDAY = date(2026, 11, 16), date(2026, 11, 22)
NAMES = {"CN": "China", "US": "United States"}
BOTH = ("arena", "epoch_eci")


def tokens(shares: list[float], last: date = MONDAY - timedelta(weeks=1), days: int = 7) -> list[dict[str, Any]]:
    """Return rows of `tokens_by_origin`: shares of China's open models in weeks up to the last, others the rest."""
    rows = []
    for back, share in enumerate(reversed(shares)):
        week = {"week": last - timedelta(weeks=back), "days": days if not back else 7}
        rows += [
            {**week, "origin_country": "CN", "openness": "open", "share_attributed": share},
            {**week, "origin_country": "US", "openness": "closed", "share_attributed": 1 - share},
            {**week, "origin_country": "unattributed", "openness": "other", "share_attributed": None},
        ]
    return rows


QUIET = [0.400, 0.402, 0.399, 0.401, 0.400, 0.403, 0.401]  # weeks that move by a quarter of a point


@pytest.mark.parametrize(
    ("rows", "is_told"),
    [
        (tokens([*QUIET, 0.45]), True),
        (tokens([*QUIET, 0.4095]), False),  # less than a point
        (tokens([0.30, 0.36, 0.30, 0.37, 0.31, 0.38, 0.32, 0.38]), False),  # weeks bring as much
        (tokens([0.40, 0.401, 0.45]), False),  # nobody knows what is usual
        (tokens([*QUIET, 0.45], days=6), False),  # the week lacks a day
        (tokens([*QUIET, 0.45], MONDAY - timedelta(weeks=2)), False),  # it stood in the report before
        ([], False),
    ],
)
def test_tokens_are_told_where_a_week_brought_more_than_weeks_do(rows: list[dict[str, Any]], is_told: bool) -> None:
    found = list(moved.of_tokens(rows, MONDAY, NAMES, str))
    assert len(found) == is_told
    if is_told:
        [sentence] = found
        assert (sentence.kind, sentence.chart, sentence.number) == ("tokens moved", "tokens", 0.45)
        assert "Open models from China had 45.0% of OpenRouter's attributed tokens" in sentence.plain
        assert "4.9 points more" in sentence.plain


def board(day: date, *best: tuple[str, str, float], spread: float = 5.0, source: str = "arena") -> list[dict[str, Any]]:
    """Return rows of `best_open` of a day: country, model and rating, the best first."""
    rows = []
    for country, model, rating in best:
        rival = next((each for each in best if each[0] != country), None)
        gap = rating - rival[2] if rival else None
        rows.append({
            "source": source, "board": {"arena": "text"}.get(source, "index"), "day": day, "origin_country": country,
            "model": model, "rating": rating, "rating_low": rating - spread, "rating_high": rating + spread,
            "rival_country": rival and rival[0], "gap": gap, "gap_low": None if gap is None else gap - 2 * spread,
        "gap_high": None if gap is None else gap + 2 * spread})  # fmt: skip
    return rows


OLD = board(MONDAY - timedelta(days=3), ("US", "a", 1350.0), ("CN", "b", 1320.0))


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (
            board(SUNDAY, ("CN", "c", 1400.0), ("US", "a", 1350.0)),
            "now from China: c with 1,400 (1,395 to 1,405) points",
        ),
        (board(SUNDAY, ("CN", "c", 1355.0), ("US", "a", 1350.0)), "The best open model from China on Arena is now c"),
        (board(SUNDAY, ("US", "a", 1350.0), ("CN", "c", 1328.0)), ""),  # its interval touches that of the one before
        (board(SUNDAY, ("US", "a", 1351.0), ("CN", "b", 1340.0)), ""),  # the same models
        (board(MONDAY - timedelta(days=1), ("CN", "c", 1400.0), ("US", "a", 1350.0)), ""),  # of the week before
    ],
)
def test_the_best_open_model_is_told_where_intervals_allow_it(now: list[dict[str, Any]], words: str) -> None:
    found = [each.plain for each in moved.of_ratings([*OLD, *now], MONDAY, SUNDAY, NAMES, BOTH)]
    assert len(found) == bool(words) and all(words in each for each in found)


def test_a_past_week_is_told_of_its_own_boards_and_no_index_of_later() -> None:
    later = board(SUNDAY + timedelta(days=1), ("CN", "c", 1400.0), ("US", "a", 1350.0))
    assert not list(moved.of_ratings([*OLD, *later], MONDAY, SUNDAY, NAMES, BOTH))
    index = [
        *board(MONDAY - timedelta(days=9), ("US", "a", 140.0), ("CN", "b", 130.0), source="epoch_eci", spread=1.0),
        *board(MONDAY, ("CN", "c", 150.0), ("US", "a", 140.0), source="epoch_eci", spread=1.0),
    ]
    assert list(moved.of_ratings(index, MONDAY, SUNDAY, NAMES, BOTH))
    assert not list(moved.of_ratings(index, MONDAY, SUNDAY, NAMES, ("arena",)))
