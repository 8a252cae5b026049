"""The Epoch Capabilities Index: its one file as of a day. Each week all models are fitted again, so all scores move."""

from __future__ import annotations

import csv as text
import io
from datetime import date, timedelta

from tracker.demo.signals.cast import PLAYERS, Player, dice

HEADER = (
    *("Model", "Display name", "eci", "eci_ci_low", "eci_ci_high", "date", "Organization"),
    *("Country (of organization)", "Model accessibility", "Accessibility group", "model_versions"),
)
ANCHORS = (("Claude 3.5 Sonnet", "Anthropic", date(2024, 6, 20), 130.0), ("GPT-5", "OpenAI", date(2025, 8, 7), 150.0))
SIZES = ("Mini", "Small", "Large")
UK = "United Kingdom of Great Britain and Northern Ireland"
LATE = timedelta(days=21)  # a model enters once enough benchmarks tell of it


def scores(day: date) -> bytes:
    """Return the file as of a day."""
    out = io.StringIO()
    rows = text.writer(out, lineterminator="\n")
    rows.writerow(HEADER)
    for name, maker, released, score in ANCHORS:
        rows.writerow([name, name, score, "", "", released, maker, "United States of America", *_access(False), ""])
    for player in PLAYERS:
        if player.maker and player.first_day + LATE <= day:
            for size in SIZES:
                rows.writerow(_row(player, size, day))
    return out.getvalue().encode()


def _row(player: Player, size: str, day: date) -> list[object]:
    months = (player.first_day - date(2024, 7, 1)).days / 30.4
    base = 108 + 1.6 * months + 4 * SIZES.index(size) + 8 * dice("score", player.name) - (5 if player.is_open else 0)
    score = base + dice("fit", player.name, size, day.isocalendar()[:2]) - 0.5
    country = f"{player.country},{UK}" if player.maker == "Google DeepMind" else player.country
    name = f"{player.name} {size}"
    return [
        name,
        name,
        score,
        score - 2.4,
        score + 2.9,
        player.first_day,
        player.maker,
        country,
        *_access(player.is_open),
        "",
    ]


def _access(is_open: bool) -> tuple[str, str]:
    return ("Open weights (unrestricted)", "Open weights") if is_open else ("API access", "Closed weights")
