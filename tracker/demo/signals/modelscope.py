"""ModelScope: its list of models, in pages of at most fifty and within the first 3,000 of a question.

Nothing of it was recorded. Official namespaces differ from the Hub's; weights of others stand in mirrors; downloads are
totals.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

from tracker.demo.signals.cast import PLAYERS, Player, dice

NAMESPACES = {
    "zai-org": "ZhipuAI",
    "MiniMaxAI": "MiniMax",
    "deepseek-ai": "deepseek-ai",
    "Qwen": "Qwen",
    "moonshotai": "moonshotai",
    "XiaomiMiMo": "XiaomiMiMo",
}
MIRRORS = ("AI-ModelScope", "LLM-Research")
VARIANTS = ("", "-GGUF", "-AWQ", "-Base")
MOST, LARGEST = 3000, 50
ALL = 227_000


@cache
def models(day: date) -> Sequence[Mapping[str, Any]]:
    """Return the models of a day, the most downloaded first."""
    found = [
        _item(player, f"{_namespace(player)}/{player.name}{variant}", day)
        for player in PLAYERS
        if player.is_open and player.first_day < day
        for variant in VARIANTS
    ]
    return sorted(found, key=lambda item: (-item["downloads"], item["id"]))


def page(day: date, owner: str | None, number: int, size: int) -> Mapping[str, Any] | str:
    """Return one page, or why there is none."""
    if number < 1 or not 1 <= size <= LARGEST or number * size > MOST:
        return f"page_number * page_size must not exceed {MOST}"
    found = [item for item in models(day) if owner is None or item["id"].startswith(f"{owner}/")]
    listed = found[(number - 1) * size : number * size]
    total = len(found)
    data = {"models": listed, "total_count": total, "page_number": number, "page_size": size}
    return {"success": True, "data": data, "request_id": "0"}


def _namespace(player: Player) -> str:
    own = player.hub_id.partition("/")[0]
    return NAMESPACES.get(own) or MIRRORS[int(dice("mirror", player.name) * len(MIRRORS))]


def _item(player: Player, model_id: str, day: date) -> dict[str, Any]:
    days = (day - player.first_day).days
    return {
        "id": model_id,
        "display_name": player.name,
        "downloads": int(days * 40_000 * dice("second", model_id) ** 4) + days,
        "likes": int(900 * dice("likes", model_id) ** 3),
        "license": "" if dice("licence", model_id) < 0.3 else "apache-2.0",
        "params": 8_000_000_000,
        "file_size": 16_000_000_000,
        "tags": ["task:text-generation"],
        "tasks": ["text-generation"],
        "private": False,
        "gated": False,
        "login_required": False,
        "created_at": f"{player.first_day}T08:00:00Z",
        "last_modified": f"{player.first_day + timedelta(days=3)}T08:00:00Z",
        "description": "",
    }
