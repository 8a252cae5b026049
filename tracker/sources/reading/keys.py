"""What JSON holds beside what is known of it: said, and no reason to refuse it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from tracker.sources.contract import Context

_SHOWN = 5
_LETTERS = 40  # of a key


def remark_new(context: Context, what: str, objects: Iterable[Any], known: Collection[str]) -> None:
    """Let a run say which keys of objects are none that are known; values that are no objects say nothing."""
    new = sorted({key for each in objects if isinstance(each, dict) for key in each} - set(known))
    if new:
        named = ", ".join(key[:_LETTERS] for key in new[:_SHOWN])
        more = f" and {len(new) - _SHOWN:,} more" if len(new) > _SHOWN else ""
        context.remark(f"{what} has new keys, which are not read: {named}{more}")
